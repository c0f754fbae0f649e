package telemetry

import (
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/version"
)

// Metrics counts what the process does. A nil Metrics counts nothing, so that
// no caller has to ask. All methods may be called at the same time.
//
// Labels are bounded: applications and stage types beyond the first few hundred
// are counted together as "other".
type Metrics struct {
	registry *prometheus.Registry

	executionsStarted   *prometheus.CounterVec
	executionsCompleted *prometheus.CounterVec
	executionDuration   *prometheus.HistogramVec
	stagesCompleted     *prometheus.CounterVec
	stageDuration       *prometheus.HistogramVec
	taskDuration        *prometheus.HistogramVec
	httpDuration        *prometheus.HistogramVec

	applications, stageTypes, tasks *labelLimit
}

// NewMetrics returns metrics with nothing counted.
func NewMetrics() *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		executionsStarted: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "gennaker_executions_started_total",
			Help: "Executions that have started, by type and application.",
		}, []string{"type", "application"}),
		executionsCompleted: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "gennaker_executions_completed_total",
			Help: "Executions that have ended, by type, status and application.",
		}, []string{"type", "status", "application"}),
		executionDuration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "gennaker_execution_duration_seconds",
			Help:    "Time from an execution's start to its end.",
			Buckets: longBuckets,
		}, []string{"type", "status"}),
		stagesCompleted: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "gennaker_stages_completed_total",
			Help: "Stages that have ended, by type and status.",
		}, []string{"type", "status"}),
		stageDuration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "gennaker_stage_duration_seconds",
			Help:    "Time from a stage's start to its end.",
			Buckets: longBuckets,
		}, []string{"type", "status"}),
		taskDuration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "gennaker_task_duration_seconds",
			Help:    "Time from a task's start to its end, its waits among it.",
			Buckets: longBuckets,
		}, []string{"task", "status"}),
		httpDuration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "gennaker_http_request_duration_seconds",
			Help:    "Time to answer an HTTP request, by method, route and status.",
			Buckets: shortBuckets,
		}, []string{"method", "route", "status"}),
		applications: newLabelLimit(500),
		stageTypes:   newLabelLimit(300),
		tasks:        newLabelLimit(500),
	}
	build := version.Get()
	info := prometheus.NewGauge(prometheus.GaugeOpts{
		Name:        "gennaker_build_info",
		Help:        "Always 1; the labels say what is running.",
		ConstLabels: prometheus.Labels{"version": build.Version, "revision": build.Revision, "go": build.Go},
	})
	info.Set(1)
	m.registry.MustRegister(info,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		m.executionsStarted, m.executionsCompleted, m.executionDuration,
		m.stagesCompleted, m.stageDuration, m.taskDuration, m.httpDuration)
	return m
}

// Deployments take from milliseconds to days, requests and task runs from
// microseconds to a minute.
var (
	longBuckets  = []float64{0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600, 4 * 3600, 24 * 3600}
	shortBuckets = []float64{0.001, 0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 10, 60}
)

// Handler answers with the metrics in Prometheus' format, and with 404 where m
// is nil.
func (m *Metrics) Handler() http.Handler {
	if m == nil {
		return http.NotFoundHandler()
	}
	return promhttp.InstrumentMetricHandler(m.registry, promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{Registry: m.registry}))
}

// Registerer takes further collectors, for example a database pool's. It is
// nil where m is.
func (m *Metrics) Registerer() prometheus.Registerer {
	if m == nil {
		return nil
	}
	return m.registry
}

// ExecutionStarted counts an execution that has begun to run.
func (m *Metrics) ExecutionStarted(e *model.Execution) {
	if m == nil {
		return
	}
	m.executionsStarted.WithLabelValues(string(e.Type), m.applications.of(e.Application)).Inc()
}

// ExecutionCompleted counts an execution that has ended.
func (m *Metrics) ExecutionCompleted(e *model.Execution) {
	if m == nil {
		return
	}
	m.executionsCompleted.WithLabelValues(string(e.Type), string(e.Status), m.applications.of(e.Application)).Inc()
	if d, ok := between(e.StartTime, e.EndTime); ok {
		m.executionDuration.WithLabelValues(string(e.Type), string(e.Status)).Observe(d.Seconds())
	}
}

// StageCompleted counts a stage that has ended.
func (m *Metrics) StageCompleted(s *model.Stage) {
	if m == nil {
		return
	}
	kind := m.stageTypes.of(s.Type)
	m.stagesCompleted.WithLabelValues(kind, string(s.Status)).Inc()
	if d, ok := between(s.StartTime, s.EndTime); ok {
		m.stageDuration.WithLabelValues(kind, string(s.Status)).Observe(d.Seconds())
	}
}

// TaskCompleted counts a task that has ended.
func (m *Metrics) TaskCompleted(t *model.Task) {
	if m == nil {
		return
	}
	if d, ok := between(t.StartTime, t.EndTime); ok {
		m.taskDuration.WithLabelValues(m.tasks.of(t.Name), string(t.Status)).Observe(d.Seconds())
	}
}

// between is the time from one moment to another, both in milliseconds since
// the epoch; ok is false where one is unset.
func between(start, end int64) (d time.Duration, ok bool) {
	if start == 0 || end < start {
		return 0, false
	}
	return time.Duration(end-start) * time.Millisecond, true
}
