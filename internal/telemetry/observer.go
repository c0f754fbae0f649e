package telemetry

import (
	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/model"
)

// Observer turns what happens to executions into metrics and traces. It is the
// runner's observer; both parts may be nil.
type Observer struct {
	Metrics *Metrics
	Tracer  *ExecutionTracer
}

// Happened counts a step of an execution's life.
func (o Observer) Happened(e *model.Execution, h engine.Happening) {
	if o.Metrics == nil || h.Warning != "" {
		return
	}
	switch {
	case h.Task != nil:
		if h.Status.Complete() {
			o.Metrics.TaskCompleted(h.Task)
		}
	case h.Stage != nil:
		if h.Status.Complete() {
			o.Metrics.StageCompleted(h.Stage)
		}
	case h.Status == model.Running:
		o.Metrics.ExecutionStarted(e)
	}
}

// Completed counts an execution that has ended, and makes its trace.
func (o Observer) Completed(e *model.Execution) {
	o.Metrics.ExecutionCompleted(e)
	o.Tracer.Record(e)
}
