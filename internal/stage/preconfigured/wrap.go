// Package preconfigured makes stage types of webhooks and Kubernetes Jobs that
// an administrator has configured (webhook.preconfigured,
// job.preconfigured.kubernetes), so that a pipeline need only name them and
// give their parameters. What counts, and what goes before what, is as in
// Orca's PreconfiguredWebhookStage and PreconfiguredJobStage.
package preconfigured

import (
	"context"
	"maps"
	"time"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
)

// keyState is where a stage's context says that the settings have been put into
// it: "set", and "run" once a task has run with them.
const keyState = "_preconfigured"

// Settings are what a stage's context gets before the stage runs. They do no
// I/O: they are worked out when the stage is planned and again by its first
// task, and what they come to then is stored, so that the engine evaluates the
// expressions in it before the stage does anything.
type Settings func(view engine.View) (map[string]any, error)

// Check tells whether a stage may run at all; its error fails the stage.
type Check func(ctx context.Context, view engine.View) error

// Wrap makes a type of another one whose stages get their settings from
// somewhere. first are the classes of the tasks that a stage may begin with,
// and check, where it isn't nil, is asked before the first one runs. The base
// must be one whose definition plans tasks alone.
func Wrap(base *stage.Type, settings Settings, check Check, first ...string) *stage.Type {
	out := *base
	out.Definition = definition{base.Definition, settings}
	out.Tasks = maps.Clone(base.Tasks)
	for _, class := range first {
		if task, ok := base.Tasks[class]; ok {
			out.Tasks[class] = firstTask{task, settings, check}
		}
	}
	return &out
}

// definition plans a stage as if the settings were in its context.
type definition struct {
	base     engine.Definition
	settings Settings
}

// Tasks gives the base's tasks.
func (d definition) Tasks(view engine.View) ([]engine.TaskSpec, error) {
	set, err := d.settings(view)
	if err != nil {
		return nil, err
	}
	s := *view.Stage
	s.Context = model.Merge(s.Context, set)
	view.Stage = &s
	return d.base.Tasks(view)
}

// PrepareForRestart has the settings put in again.
func (d definition) PrepareForRestart(context map[string]any) map[string]any {
	if preparer, ok := d.base.(engine.RestartPreparer); ok {
		context = preparer.PrepareForRestart(context)
	}
	return model.Without(context, keyState)
}

// CancelsOnFailure is so for all types that have something to cancel.
func (definition) CancelsOnFailure() {}

// firstTask is a task that a stage may begin with: it puts the settings into
// the context, and only then does its own work.
type firstTask struct {
	stage.Task
	settings Settings
	check    Check
}

// Run answers RUNNING when it has put the settings in.
func (t firstTask) Run(ctx context.Context, in stage.Input) (stage.Result, error) {
	switch model.String(in.Stage.Context, keyState) {
	case "":
		if t.check != nil {
			if err := t.check(ctx, in.View); err != nil {
				return stage.Result{}, err
			}
		}
		set, err := t.settings(in.View)
		if err != nil {
			return stage.Result{}, err
		}
		return stage.Running().With(model.Merge(set, map[string]any{keyState: "set"})), nil
	case "set":
		result, err := t.Task.Run(ctx, in)
		result.Context = model.Merge(result.Context, map[string]any{keyState: "run"})
		return result, err
	}
	return t.Task.Run(ctx, in)
}

// Backoff is none at all after the settings were put in.
func (t firstTask) Backoff(in stage.Input) time.Duration {
	if model.String(in.Stage.Context, keyState) == "set" {
		return 0
	}
	if own, ok := t.Task.(stage.BackingOff); ok {
		return own.Backoff(in)
	}
	return time.Second
}

// Destination is the task's own.
func (t firstTask) Destination(in stage.Input) string {
	if own, ok := t.Task.(stage.Destined); ok {
		return own.Destination(in)
	}
	return ""
}

// Timeout is the task's own.
func (t firstTask) Timeout(in stage.Input) (time.Duration, bool) {
	if own, ok := t.Task.(stage.TimingOut); ok {
		return own.Timeout(in)
	}
	return 0, false
}
