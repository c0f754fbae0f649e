package telemetry

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/codes"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	coltrace "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	"google.golang.org/protobuf/proto"

	"github.com/gennaker/gennaker/internal/model"
)

// traced records an execution and returns its spans by their names.
func traced(t *testing.T, ratio float64, executions ...*model.Execution) map[string]sdktrace.ReadOnlySpan {
	t.Helper()
	spans := tracetest.NewSpanRecorder()
	tracer := newExecutionTracer(spans, ratio)
	for _, e := range executions {
		tracer.Record(e)
	}
	out := map[string]sdktrace.ReadOnlySpan{}
	for _, s := range spans.Ended() {
		out[s.Name()] = s
	}
	return out
}

func execution() *model.Execution {
	return &model.Execution{
		ID: "E1", Type: model.PipelineExecution, Name: "pipeline", Application: "hello",
		Status: model.Terminal, StartTime: 1000, EndTime: 9000, Trigger: model.Trigger{"type": "manual"},
		Stages: []*model.Stage{
			{ID: "S1", RefID: "1", Type: "deploy", Name: "parent", Status: model.Terminal, StartTime: 2000, EndTime: 8000, Tasks: []*model.Task{
				{ID: "1", Name: "task", Status: model.Succeeded, StartTime: 2500, EndTime: 3000},
			}},
			{ID: "S2", RefID: "1<1", Type: "wait", Name: "child", ParentStageID: "S1", Status: model.Canceled, StartTime: 4000},
			{ID: "S3", RefID: "2", Type: "wait", Name: "never", Status: model.NotStarted},
		},
	}
}

func TestRecordMakesTheTree(t *testing.T) {
	t.Parallel()
	spans := traced(t, 1, execution())
	require.Len(t, spans, 4)
	root, parent, task, child := spans["pipeline"], spans["parent"], spans["task"], spans["child"]

	for _, s := range spans {
		require.Equal(t, TraceID("E1"), s.SpanContext().TraceID())
	}
	require.False(t, root.Parent().IsValid())
	require.Equal(t, root.SpanContext().SpanID(), parent.Parent().SpanID())
	require.Equal(t, parent.SpanContext().SpanID(), task.Parent().SpanID())
	require.Equal(t, parent.SpanContext().SpanID(), child.Parent().SpanID())

	require.Equal(t, time.UnixMilli(1000), root.StartTime())
	require.Equal(t, time.UnixMilli(9000), root.EndTime())
	require.Equal(t, time.UnixMilli(2500), task.StartTime())
	require.Equal(t, time.UnixMilli(9000), child.EndTime(), "what has no end ends with the execution")

	require.Equal(t, codes.Error, root.Status().Code)
	require.Equal(t, "TERMINAL", root.Status().Description)
	require.Equal(t, codes.Unset, task.Status().Code)
}

// Two processes, or one before and after a restart, tell of the same spans.
func TestRecordIsRepeatable(t *testing.T) {
	t.Parallel()
	first, second := traced(t, 1, execution()), traced(t, 1, execution())
	for name, span := range first {
		require.Equal(t, span.SpanContext().SpanID(), second[name].SpanContext().SpanID(), name)
	}
	restarted := execution()
	restarted.Stages[0].StartTime = 8500
	third := traced(t, 1, restarted)
	require.Equal(t, first["pipeline"].SpanContext().SpanID(), third["pipeline"].SpanContext().SpanID())
	require.NotEqual(t, first["parent"].SpanContext().SpanID(), third["parent"].SpanContext().SpanID())
}

func TestRecordLinksToTheParentExecution(t *testing.T) {
	t.Parallel()
	parent := execution()
	e := &model.Execution{ID: "E2", Name: "called", Status: model.Succeeded, StartTime: 4000, EndTime: 5000, Trigger: model.Trigger{
		"type": "pipeline", "parentExecution": map[string]any{"id": "E1", "startTime": 1000},
	}}
	spans := traced(t, 1, parent, e)
	links := spans["called"].Links()
	require.Len(t, links, 1)
	require.Equal(t, spans["pipeline"].SpanContext().SpanID(), links[0].SpanContext.SpanID())
	require.Equal(t, TraceID("E1"), links[0].SpanContext.TraceID())
}

func TestRecordLeavesOutWhatIsNotSampled(t *testing.T) {
	t.Parallel()
	require.Empty(t, traced(t, 0, execution()))
}

func TestRecordOfWhatNeverStarted(t *testing.T) {
	t.Parallel()
	require.Empty(t, traced(t, 1, &model.Execution{ID: "E1", Status: model.Canceled}))
	var off *ExecutionTracer
	off.Record(execution())
	require.NoError(t, off.Close(t.Context()))
}

func environment(variables map[string]string) func(string) string {
	return func(name string) string { return variables[name] }
}

func TestTracerIsOffWithoutAnEndpoint(t *testing.T) {
	t.Parallel()
	for _, variables := range []map[string]string{
		nil, {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://localhost:4318", "OTEL_SDK_DISABLED": "true"},
	} {
		tracer, err := NewExecutionTracer(t.Context(), TracingOptions{Getenv: environment(variables)})
		require.NoError(t, err)
		require.Nil(t, tracer)
	}
	_, err := NewExecutionTracer(t.Context(), TracingOptions{Endpoint: "http://localhost:1", Protocol: "carrier pigeon", Getenv: environment(nil)})
	require.ErrorContains(t, err, "carrier pigeon")
}

func TestTracesReachTheCollector(t *testing.T) {
	t.Parallel()
	received := make(chan *coltrace.ExportTraceServiceRequest, 10)
	header := make(chan string, 10)
	collector := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		data, err := io.ReadAll(r.Body)
		if err != nil || r.URL.Path != "/v1/traces" {
			return
		}
		var request coltrace.ExportTraceServiceRequest
		if proto.Unmarshal(data, &request) == nil {
			header <- r.Header.Get("X-Token")
			received <- &request
		}
	}))
	defer collector.Close()
	tracer, err := NewExecutionTracer(t.Context(), TracingOptions{
		Endpoint: collector.URL, SampleRatio: 1, Headers: map[string]string{"x-token": "abc"},
		Getenv: environment(nil), Log: slog.New(slog.DiscardHandler),
	})
	require.NoError(t, err)
	tracer.Record(execution())
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	require.NoError(t, tracer.Close(ctx))
	request := <-received
	require.Equal(t, "abc", <-header)
	require.Len(t, request.ResourceSpans[0].ScopeSpans[0].Spans, 4)
}

func BenchmarkRecord(b *testing.B) {
	tracer := newExecutionTracer(tracetest.NewSpanRecorder(), 0)
	e := execution()
	b.ReportAllocs()
	for b.Loop() {
		tracer.Record(e)
	}
}
