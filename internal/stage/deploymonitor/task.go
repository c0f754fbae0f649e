package deploymonitor

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
)

// Keys of the stage's context.
const (
	keyTries   = "deployMonitorHttpRetryCount"
	keyReasons = "deploymentMonitorReasons"
)

// mostTries is how often a monitor that can't be asked is asked again.
const mostTries = 3

// errAnswer is an answer that can't be used.
var errAnswer = errors.New("deploymentmonitor: an answer that can't be used")

// task asks a monitor until it has judged.
type task struct {
	service *service
	ask     askFunc
	path    string
}

// Backoff is that of Orca's MonitoredDeployBaseTask.
func (task) Backoff(stage.Input) time.Duration { return time.Minute }

// Timeout is the stage's own, else the monitor's.
func (t task) Timeout(in stage.Input) (time.Duration, bool) {
	if own, ok := model.Int(model.Object(in.Stage.Context, "deploymentMonitor"), "maxAnalysisMinutesOverride"); ok && own > 0 {
		return time.Duration(own) * time.Minute, false
	}
	minutes := defaultMinutes
	if m, err := t.service.monitor(in); err == nil {
		minutes = m.MaxAnalysisMinutes
	}
	return time.Duration(minutes) * time.Minute, false
}

// Destination is the monitor.
func (t task) Destination(in stage.Input) string {
	m, err := t.service.monitor(in)
	if err != nil {
		return ""
	}
	return "deployment monitor " + m.ID
}

// OnTimeout fails the deployment, unless it may go on without a judgement.
func (t task) OnTimeout(_ context.Context, in stage.Input) stage.Result {
	m, err := t.service.monitor(in)
	if err != nil || m.failsOnError(in) {
		return explained(model.Terminal, "Deployment monitor failed to evaluate health in the allotted time, "+
			"assuming failure because the monitor is configured to failOnError")
	}
	return explained(model.FailedContinue, "Deployment monitor failed to evaluate health in the allotted time, "+
		"proceeding anyway because the monitor is not configured to failOnError")
}

// Run asks again a few times where the monitor can't be asked.
func (t task) Run(ctx context.Context, in stage.Input) (stage.Result, error) {
	m, err := t.service.monitor(in)
	if err != nil {
		return stage.Result{}, err
	}
	result, err := t.ask(ctx, in, m)
	if err == nil {
		return result, nil
	}
	if ctx.Err() != nil {
		return stage.Result{}, stage.Retryable(fmt.Errorf("ask deployment monitor %s: %w", m.ID, ctx.Err()))
	}
	if in.Log != nil {
		in.Log.Warn("a deployment monitor gave no valid response", "monitor", m.ID, "error", err)
	}
	tries, _ := model.Int(in.Stage.Context, keyTries)
	if tries < mostTries && !errors.Is(err, errAnswer) {
		return stage.Running().With(map[string]any{keyTries: tries + 1}), nil
	}
	message := "Failed to get a valid response from deployment monitor " + m.Name
	switch {
	case t.path == "notifyDeployCompleted":
		result = explained(model.FailedContinue, message+", proceeding anyway to avoid unnecessary rollback")
	case m.failsOnError(in):
		result = explained(model.Terminal, message+", aborting because this deployment monitor is configured to failOnError")
	default:
		result = explained(model.FailedContinue, message+", proceeding anyway because this deployment monitor is configured to not failOnError")
	}
	reasons := model.Object(result.Context, keyReasons)
	reasons["reason"] = map[string]any{"message": err.Error()}
	return result, nil
}

// explained is a result with a sentence for a person.
func explained(status model.Status, summary string) stage.Result {
	return stage.Result{Status: status, Context: map[string]any{keyReasons: map[string]any{"summary": summary}}}
}
