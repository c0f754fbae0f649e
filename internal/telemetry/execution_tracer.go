package telemetry

import (
	"context"
	"crypto/sha256"
	"strconv"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"github.com/gennaker/gennaker/internal/model"
)

// ExecutionTracer sends executions as traces: a span for the execution, one for
// each stage below it (synthetic stages below their parents) and one for each
// task. A trace is made at once when its execution has ended, from the recorded
// times, so that a restart of the process in between loses nothing. A nil
// tracer does nothing.
type ExecutionTracer struct {
	provider *sdktrace.TracerProvider
	tracer   trace.Tracer
}

// TraceID is the id of an execution's trace: made from its id, so that whoever
// knows the one finds the other.
func TraceID(executionID string) trace.TraceID {
	sum := sha256.Sum256([]byte("execution " + executionID))
	return trace.TraceID(sum[:16])
}

// spanID is the id of a span of that name and start. A stage that was run again
// has another start, and so another span.
func spanID(id string, start int64) trace.SpanID {
	sum := sha256.Sum256([]byte(id + " " + strconv.FormatInt(start, 10)))
	return trace.SpanID(sum[:8])
}

// Record makes the trace of an execution that has ended. It doesn't wait for
// the trace to be sent. Calling it again, after a restart of stages, adds the
// new spans to the same trace.
func (t *ExecutionTracer) Record(e *model.Execution) {
	if t == nil || e.StartTime == 0 {
		return
	}
	r := recorder{tracer: t.tracer, end: e.EndTime, children: map[string][]*model.Stage{}}
	if r.end == 0 {
		r.end = e.StartTime
	}
	for _, stage := range e.Stages {
		parent := stage.ParentStageID
		if e.StageByID(parent) == nil {
			parent = ""
		}
		r.children[parent] = append(r.children[parent], stage)
	}
	name := e.Name
	if name == "" {
		name = e.Description
	}
	ctx := context.WithValue(context.Background(), traceKey{}, TraceID(e.ID))
	r.span(ctx, span{
		name: name, id: e.ID, start: e.StartTime, end: e.EndTime, status: e.Status,
		links: parentLink(e),
		attributes: []attribute.KeyValue{
			attribute.String("gennaker.execution.id", e.ID),
			attribute.String("gennaker.execution.type", string(e.Type)),
			attribute.String("gennaker.application", e.Application),
			attribute.String("gennaker.pipeline.config.id", e.PipelineConfigID),
			attribute.String("gennaker.trigger.type", e.Trigger.Type()),
			attribute.String("enduser.id", e.User()),
		},
	}, func(ctx context.Context) { r.stages(ctx, "") })
}

// Close sends what is waiting to be sent, until the context ends.
func (t *ExecutionTracer) Close(ctx context.Context) error {
	if t == nil {
		return nil
	}
	return t.provider.Shutdown(ctx)
}

// parentLink points from a child execution to its parent's trace.
func parentLink(e *model.Execution) []trace.Link {
	parent := e.Trigger.ParentExecutionID()
	if parent == "" {
		return nil
	}
	start, _ := model.Int(model.Object(e.Trigger, "parentExecution"), "startTime")
	return []trace.Link{{SpanContext: trace.NewSpanContext(trace.SpanContextConfig{
		TraceID: TraceID(parent), SpanID: spanID(parent, start), TraceFlags: trace.FlagsSampled,
	})}}
}

// recorder makes the spans of one execution.
type recorder struct {
	tracer   trace.Tracer
	end      int64 // of the execution; what has no end of its own ends there
	children map[string][]*model.Stage
}

func (r *recorder) stages(ctx context.Context, parent string) {
	for _, s := range r.children[parent] {
		r.span(ctx, span{
			name: s.Name, id: s.ID, start: s.StartTime, end: s.EndTime, status: s.Status,
			attributes: []attribute.KeyValue{
				attribute.String("gennaker.stage.id", s.ID),
				attribute.String("gennaker.stage.refId", s.RefID),
				attribute.String("gennaker.stage.type", s.Type),
			},
		}, func(ctx context.Context) {
			for _, task := range s.Tasks {
				r.span(ctx, span{
					name: task.Name, id: s.ID + " " + task.ID, start: task.StartTime, end: task.EndTime, status: task.Status,
					attributes: []attribute.KeyValue{attribute.String("gennaker.task.class", task.ImplementingClass)},
				}, nil)
			}
			r.stages(ctx, s.ID)
		})
	}
}

// span is a span to be made.
type span struct {
	name, id   string
	start, end int64
	status     model.Status
	attributes []attribute.KeyValue
	links      []trace.Link
}

// span makes a span, and those within it. What never started has none.
func (r *recorder) span(ctx context.Context, s span, within func(context.Context)) {
	if s.start == 0 {
		return
	}
	if s.end < s.start {
		s.end = max(r.end, s.start)
	}
	ctx = context.WithValue(ctx, spanKey{}, spanID(s.id, s.start))
	ctx, out := r.tracer.Start(ctx, s.name,
		trace.WithTimestamp(time.UnixMilli(s.start)),
		trace.WithAttributes(append(s.attributes, attribute.String("gennaker.status", string(s.status)))...),
		trace.WithLinks(s.links...))
	if out.IsRecording() {
		if s.status.Failure() || s.status == model.Canceled {
			out.SetStatus(codes.Error, string(s.status))
		}
		if within != nil {
			within(ctx)
		}
	}
	out.End(trace.WithTimestamp(time.UnixMilli(s.end)))
}

type (
	traceKey struct{}
	spanKey  struct{}
)

// recordedIDs gives spans the ids that were put into their context.
type recordedIDs struct{}

// NewIDs gives the ids of a root span.
func (g recordedIDs) NewIDs(ctx context.Context) (trace.TraceID, trace.SpanID) {
	id, _ := ctx.Value(traceKey{}).(trace.TraceID)
	return id, g.NewSpanID(ctx, id)
}

// NewSpanID gives the id of a span below another.
func (recordedIDs) NewSpanID(ctx context.Context, _ trace.TraceID) trace.SpanID {
	id, _ := ctx.Value(spanKey{}).(trace.SpanID)
	return id
}
