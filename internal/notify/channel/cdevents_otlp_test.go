package channel

import (
	"testing"

	"github.com/stretchr/testify/require"
	collector "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	trace "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"

	"github.com/gennaker/gennaker/internal/notify"
)

// TestCDEventsAsSpans: all events of an execution are one trace, whose root is the start.
func TestCDEventsAsSpans(t *testing.T) {
	t.Parallel()
	s := &services{}
	c := everything()
	c.CDEvents.Transport = "otlp"
	sender, ok := New(c, parts(s)).Event("cdevents")
	require.True(t, ok)
	send := func(kind string, e notify.Event, address string) *trace.Span {
		t.Helper()
		require.NoError(t, sender.SendEvent(t.Context(), Notice{Event: e, Settings: map[string]any{
			"address": address, "cdEventsType": kind, "customData": map[string]any{"team": "blue", "size": map[string]any{"a": 1}},
		}}))
		last := s.got[len(s.got)-1]
		require.Equal(t, "application/x-protobuf", last.header.Get("Content-Type"))
		var in collector.ExportTraceServiceRequest
		require.NoError(t, proto.Unmarshal([]byte(last.body), &in))
		return in.GetResourceSpans()[0].GetScopeSpans()[0].GetSpans()[0]
	}
	texts := func(span *trace.Span) map[string]string {
		out := map[string]string{}
		for _, a := range span.GetAttributes() {
			out[a.GetKey()] = a.GetValue().GetStringValue()
		}
		return out
	}
	starting := failed()
	starting.Phase = notify.Starting
	root := send("pipelinerun.started", starting, "https://collector.example.com")
	require.Equal(t, "https://collector.example.com/v1/traces", s.got[0].url)
	require.Empty(t, root.GetParentSpanId())
	require.Len(t, root.GetTraceId(), 16)
	require.Equal(t, "pipelinerun.started", root.GetName())
	require.Equal(t, trace.Status_STATUS_CODE_UNSET, root.GetStatus().GetCode())

	stage := failed()
	stage.Kind, stage.Stage = notify.Stage, &notify.StageFacts{ID: "s1", Name: "Deploy"}
	child := send("taskrun.finished", stage, "https://collector.example.com/otlp/v1/traces")
	require.Equal(t, "https://collector.example.com/otlp/v1/traces", s.got[1].url)
	require.Equal(t, "taskrun.finished [Deploy]", child.GetName())
	require.Equal(t, root.GetTraceId(), child.GetTraceId())
	require.Equal(t, root.GetSpanId(), child.GetParentSpanId())
	require.NotEqual(t, root.GetSpanId(), child.GetSpanId())
	require.Equal(t, trace.Status_STATUS_CODE_ERROR, child.GetStatus().GetCode())
	require.Subset(t, texts(child), map[string]string{
		"cdevents.type": "dev.cdevents.taskrun.finished.0.1.1", "cdevents.stage.name": "Deploy", "cdevents.outcome": "failure",
		"cdevents.custom.team": "blue", "cdevents.custom.size": `{"a":1}`, "cdevents.subject.id": "01E", "cdevents.application": "shop",
	})
	other := failed()
	other.Execution.ID = "01F"
	require.NotEqual(t, root.GetTraceId(), send("pipelinerun.finished", other, "https://collector.example.com").GetTraceId())
}
