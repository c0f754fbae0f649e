package channel

import (
	"context"
	"crypto/sha256"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/google/uuid"
	collector "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	common "go.opentelemetry.io/proto/otlp/common/v1"
	resource "go.opentelemetry.io/proto/otlp/resource/v1"
	trace "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/notify"
)

// sendSpan sends an event as a span to an OpenTelemetry collector, as Echo does. All events
// of an execution are in one trace, whose ids are made of the execution's id, so that
// processes need not agree on them: the start of the pipeline is the root, and the others are
// its children.
func (c *cdEvents) sendSpan(ctx context.Context, n Notice, kind string, to target) error {
	body, err := proto.Marshal(&collector.ExportTraceServiceRequest{ResourceSpans: []*trace.ResourceSpans{{
		Resource:   &resource.Resource{Attributes: []*common.KeyValue{attribute("service.name", "gennaker")}},
		ScopeSpans: []*trace.ScopeSpans{{Scope: &common.InstrumentationScope{Name: "gennaker-cdevents"}, Spans: []*trace.Span{c.span(n, kind)}}},
	}}})
	if err != nil {
		return fmt.Errorf("write the span: %w", err)
	}
	request := call{
		service: "the OpenTelemetry collector", client: to.client, method: http.MethodPost, url: tracesURL(to.url), content: "application/x-protobuf",
		body: body, header: http.Header{}, hide: hidden(to.url),
	}
	_, err = request.do(ctx)
	return err
}

// tracesURL adds where traces go to a collector's address, unless it has a path.
func tracesURL(address *url.URL) string {
	if strings.Trim(address.Path, "/") != "" {
		return address.String()
	}
	return address.JoinPath("v1", "traces").String()
}

const (
	traceIDSize, spanIDSize = 16, 8
	startOfPipeline         = "dev.cdevents.pipelinerun.started"
)

func digest(text string, size int) []byte {
	sum := sha256.Sum256([]byte(text))
	return sum[:size]
}

func (c *cdEvents) span(n Notice, kind string) *trace.Span {
	e := n.Event
	now := uint64(max(c.parts.Now().UnixNano(), 0))
	subject := c.subject(e, kind)
	root := digest("span of "+e.Execution.ID, spanIDSize)
	id := uuid.NewString()
	span := &trace.Span{
		TraceId: digest("trace of "+e.Execution.ID, traceIDSize), SpanId: digest(id, spanIDSize), ParentSpanId: root,
		Name: strings.TrimPrefix(kind, "dev.cdevents."), Kind: trace.Span_SPAN_KIND_PRODUCER, StartTimeUnixNano: now, EndTimeUnixNano: now,
		Status: &trace.Status{},
	}
	if kind == startOfPipeline {
		span.SpanId, span.ParentSpanId = root, nil
	}
	texts := map[string]string{
		"cdevents.id": id, "cdevents.type": kind + typeVersion, "cdevents.source": c.parts.BaseURL, "cdevents.version": cdVersion,
		"cdevents.subject.id": model.String(subject, "id"), "cdevents.subject.type": model.String(subject, "type"),
		"cdevents.application": e.Application, "cdevents.pipeline.name": e.Execution.Name, "cdevents.url": e.Link(c.parts.BaseURL),
		"cdevents.outcome": model.String(model.Object(subject, "content"), "outcome"),
	}
	if e.Stage != nil {
		texts["cdevents.stage.name"] = e.StageName()
		if strings.Contains(kind, "taskrun") {
			span.Name += " [" + e.StageName() + "]"
		}
	}
	for name, value := range customData(n) {
		if text, ok := value.(string); ok {
			texts["cdevents.custom."+name] = text
			continue
		}
		if text, err := model.Marshal(value); err == nil {
			texts["cdevents.custom."+name] = string(text)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		if texts[name] != "" {
			span.Attributes = append(span.Attributes, attribute(name, texts[name]))
		}
	}
	if e.Phase == notify.Failed {
		span.Status.Code = trace.Status_STATUS_CODE_ERROR
	}
	return span
}

func attribute(name, text string) *common.KeyValue {
	return &common.KeyValue{Key: strings.ToValidUTF8(name, "?"), Value: &common.AnyValue{Value: &common.AnyValue_StringValue{StringValue: strings.ToValidUTF8(text, "?")}}}
}
