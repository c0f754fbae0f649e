package telemetry

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/model"
)

// scrape returns what Prometheus would read.
func scrape(t *testing.T, m *Metrics) (status int, text string) {
	t.Helper()
	answer := httptest.NewRecorder()
	m.Handler().ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/metrics", http.NoBody))
	return answer.Code, answer.Body.String()
}

func TestMetricsCountExecutions(t *testing.T) {
	t.Parallel()
	m := NewMetrics()
	o := Observer{Metrics: m}
	stage := &model.Stage{Type: "wait", Status: model.Succeeded, StartTime: 1000, EndTime: 3000}
	task := &model.Task{Name: "wait", Status: model.Succeeded, StartTime: 1000, EndTime: 1500}
	e := &model.Execution{Type: model.PipelineExecution, Application: "hello", Status: model.Terminal, StartTime: 1000, EndTime: 61_000}
	for _, h := range []engine.Happening{
		{Status: model.Running},
		{Stage: stage, Status: model.Running},
		{Stage: stage, Task: task, Status: model.Running},
		{Stage: stage, Warning: "careful"},
		{Stage: stage, Task: task, Status: model.Succeeded},
		{Stage: stage, Status: model.Succeeded},
		{Status: model.Terminal},
	} {
		o.Happened(e, h)
	}
	o.Completed(e)
	_, text := scrape(t, m)
	for _, line := range []string{
		`gennaker_executions_started_total{application="hello",type="PIPELINE"} 1`,
		`gennaker_executions_completed_total{application="hello",status="TERMINAL",type="PIPELINE"} 1`,
		`gennaker_execution_duration_seconds_sum{status="TERMINAL",type="PIPELINE"} 60`,
		`gennaker_stages_completed_total{status="SUCCEEDED",type="wait"} 1`,
		`gennaker_stage_duration_seconds_sum{status="SUCCEEDED",type="wait"} 2`,
		`gennaker_task_duration_seconds_sum{status="SUCCEEDED",task="wait"} 0.5`,
		`gennaker_build_info{`,
		`go_goroutines`,
		`process_open_fds`,
	} {
		require.Contains(t, text, line)
	}
}

func TestMetricsCountRequests(t *testing.T) {
	t.Parallel()
	m := NewMetrics()
	m.Request("GET", "GET /pipelines/{id}", 200, 30*time.Millisecond)
	m.Request("BREW", "", 404, time.Millisecond)
	_, text := scrape(t, m)
	require.Contains(t, text, `gennaker_http_request_duration_seconds_count{method="GET",route="/pipelines/{id}",status="200"} 1`)
	require.Contains(t, text, `gennaker_http_request_duration_seconds_count{method="other",route="other",status="404"} 1`)
}

func TestGaugesAreReadAtTheScrape(t *testing.T) {
	t.Parallel()
	m := NewMetrics()
	jobs := int64(1)
	m.Add(QueueJobs(func(context.Context) (map[string]int64, error) { return map[string]int64{"available": jobs}, nil }))
	jobs = 5
	_, text := scrape(t, m)
	require.Contains(t, text, `gennaker_queue_jobs{state="available"} 5`)
}

func TestAGaugeThatFailsSaysSo(t *testing.T) {
	t.Parallel()
	m := NewMetrics()
	m.Add(ActiveExecutions(func(context.Context) (map[string]int64, error) { return nil, errors.New("no database") }))
	status, text := scrape(t, m)
	require.Equal(t, http.StatusInternalServerError, status)
	require.Contains(t, text, "no database")
}

// Applications are made by users, so there is no end of them.
func TestLabelsAreBounded(t *testing.T) {
	t.Parallel()
	l := newLabelLimit(2)
	require.Equal(t, "a", l.of("a"))
	require.Equal(t, "b", l.of("b"))
	require.Equal(t, "other", l.of("c"))
	require.Equal(t, "a", l.of("a"))

	m := NewMetrics()
	for i := range 2000 {
		m.ExecutionStarted(&model.Execution{Type: model.PipelineExecution, Application: fmt.Sprint("app", i)})
	}
	_, text := scrape(t, m)
	require.Contains(t, text, `gennaker_executions_started_total{application="other",type="PIPELINE"} 1500`)
}

func TestNoMetricsCountNothing(t *testing.T) {
	t.Parallel()
	var m *Metrics
	o := Observer{}
	o.Happened(&model.Execution{}, engine.Happening{Status: model.Running})
	o.Completed(&model.Execution{StartTime: 1, EndTime: 2})
	m.Request("GET", "/", 200, time.Second)
	m.Add(Gauge{})
	require.Nil(t, m.Registerer())
	status, _ := scrape(t, m)
	require.Equal(t, http.StatusNotFound, status)
}

func BenchmarkObserverOff(b *testing.B) {
	o := Observer{}
	e := &model.Execution{}
	b.ReportAllocs()
	for b.Loop() {
		o.Happened(e, engine.Happening{Status: model.Running})
		o.Completed(e)
	}
}

func BenchmarkMetrics(b *testing.B) {
	o := Observer{Metrics: NewMetrics()}
	e := &model.Execution{Application: "hello"}
	stage := &model.Stage{Type: "wait", Status: model.Succeeded, StartTime: 1000, EndTime: 3000}
	b.ReportAllocs()
	for b.Loop() {
		o.Happened(e, engine.Happening{Stage: stage, Status: model.Succeeded})
	}
}
