package manifest

import (
	"context"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
)

// Operations makes the tasks of stage types of other packages that change
// clusters as those of this one do: a plan is stored, and its steps are carried
// out one after another, each at least once.
type Operations struct{ s *stages }

// NewOperations returns the maker of tasks.
func NewOperations(provider Provider, options Options) Operations {
	return Operations{&stages{provider: provider, options: options.withDefaults()}}
}

// Begin plans an operation and remembers the plan.
func (o Operations) Begin(plan func(ctx context.Context, in stage.Input, id string) (Plan, Begun, error)) stage.Task {
	return beginTask{o.s, plan}
}

// Own reads what a stage type has remembered by [Begun]. It tells whether it
// has remembered anything.
func Own(view engine.View, into any) (bool, error) {
	s, err := stateOf(view)
	if err != nil || s.Own == nil {
		return false, err
	}
	return true, model.Unmarshal(s.Own, into)
}

// Carry carries out the stored plan.
func (o Operations) Carry() stage.Task { return o.s.carry() }

// Preview tells what the stored plan would do.
func (o Operations) Preview() stage.Task { return previewTask{o.s} }

// Promote puts what was done where later stages find it.
func (o Operations) Promote() stage.Task { return stage.TaskFunc(promote) }

// WaitStable waits until what was done is stable.
func (o Operations) WaitStable() stage.Task { return o.s.waitStable() }

// Again has a task run again for a while when the cluster does not answer, and
// else fail.
func (o Operations) Again(in stage.Input, err error) (stage.Result, error) { return o.s.again(in, err) }

// Artifact reads an artifact: the one bound to an expected artifact's id, or
// the one that is given. The field is what errors name.
func (o Operations) Artifact(ctx context.Context, in stage.Input, id string, given map[string]any, field string) ([]byte, error) {
	if id != "" {
		if given = boundArtifact(in, id); given == nil {
			return nil, fault.New(fault.NotFound, "%s: no artifact with id %s could be found in the pipeline", field, id)
		}
	}
	if given == nil {
		return nil, fault.New(fault.Invalid, "%s: is missing", field)
	}
	return o.s.artifactText(ctx, given, field)
}

// AccountOf is the account of a stage, by the keys that Orca looks at.
func AccountOf(in stage.Input) string { return accountOf(in) }

// Forget leaves out of a context what a run of an operation has written to it.
func Forget(context map[string]any) map[string]any { return forget(context) }

// PlanOnly tells whether a stage is only to tell what it would do.
func PlanOnly(view engine.View) bool { return planOnly(view.Stage.Context) }

// Failure turns a provider's error into the stage's.
func Failure(err error) error { return failure(err) }
