package childpipeline

import (
	"context"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"time"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
)

// monitorTask waits until child executions have ended.
type monitorTask struct{ options Options }

// Backoff and Timeout are those of Orca's MonitorPipelineTask; the end of a
// child wakes its parent before.
func (monitorTask) Backoff(stage.Input) time.Duration { return 15 * time.Second }

// Timeout is 12 hours unless configured.
func (t monitorTask) Timeout(stage.Input) (time.Duration, bool) {
	return t.options.MonitorTimeout, true
}

// child is a child execution and, where it has ended badly, why.
type child struct {
	execution *model.Execution
	exception map[string]any
}

func (t monitorTask) Run(ctx context.Context, in stage.Input) (stage.Result, error) {
	several := in.Stage.Type == "monitorPipeline"
	ids := model.Strings(in.Stage.Context, "executionIds")
	if !several {
		ids = model.Strings(in.Stage.Context, "executionId")
	}
	if len(ids) == 0 {
		return stage.Failed().With(withError(in, "no pipeline execution ids to monitor")), nil
	}
	children := make([]child, 0, len(ids))
	for _, id := range ids {
		execution, err := t.options.Launcher.Execution(ctx, id)
		if fault.KindOf(err) == fault.NotFound {
			return stage.Result{}, &stage.Error{Type: "ExecutionNotFoundException", Message: "No pipeline found for " + id, Cause: err}
		}
		if err != nil {
			return stage.Result{}, stage.Retryable(fmt.Errorf("read child execution %s: %w", id, err))
		}
		children = append(children, child{execution, exception(execution)})
	}
	status, message := verdict(children, model.String(in.Stage.Context, "monitorBehavior"))
	result := stage.Result{Status: status, Outputs: map[string]any{}}
	if several {
		result.Outputs["executionStatuses"] = statuses(children)
		if message != "" {
			result.Context = withError(in, message)
		}
	} else {
		result.Context = single(in, children[0], message)
	}
	if len(children) == 1 && children[0].execution.Status.Complete() {
		maps.Copy(result.Outputs, outputsOf(children[0].execution))
	}
	if t.options.skipsOutput(in) && status == model.Succeeded {
		result.Outputs = nil
	}
	return unchanged(in, result), nil
}

// verdict is what the children's statuses come to, and what to tell a person.
func verdict(children []child, behavior string) (model.Status, string) {
	every := func(is func(model.Status) bool) bool {
		return !slices.ContainsFunc(children, func(c child) bool { return !is(c.execution.Status) })
	}
	complete := every(model.Status.Complete)
	failed := slices.ContainsFunc(children, func(c child) bool {
		return c.execution.Status.Halt() && c.execution.Status != model.Canceled
	})
	switch {
	case every(func(s model.Status) bool { return s == model.Succeeded }):
		return model.Succeeded, ""
	case failed && (complete || behavior == "FailFast"):
		return model.Terminal, "At least one monitored pipeline failed, look for errors in failed pipelines"
	case complete:
		return model.Canceled, "At least one monitored pipeline was cancelled"
	}
	return model.Running, ""
}

// single is the context of a stage with one child: its status, and the child's
// exception where it failed.
func single(in stage.Input, c child, message string) map[string]any {
	changes := map[string]any{"status": string(c.execution.Status)}
	switch {
	case c.execution.Status.Halt() && c.execution.Status != model.Canceled:
		changes["exception"] = c.exception
	case message != "":
		changes["exception"] = withError(in, message)["exception"]
	}
	return changes
}

func statuses(children []child) map[string]any {
	out := map[string]any{}
	for _, c := range children {
		details := map[string]any{"status": string(c.execution.Status), "application": c.execution.Application}
		if c.exception != nil {
			details["exception"] = c.exception
		}
		out[c.execution.ID] = details
	}
	return out
}

// withError is a context in which a sentence is added to the stage's errors.
func withError(in stage.Input, message string) map[string]any {
	exception := model.Object(in.Stage.Context, "exception")
	details := model.Object(exception, "details")
	errors := append(slices.Clone(model.List(details, "errors")), message)
	return map[string]any{"exception": model.Merge(exception, map[string]any{
		"details": model.Merge(details, map[string]any{"errors": errors}),
	})}
}

// exception is why an execution has ended badly, nil where it hasn't: the
// errors of all its failed stages, and the first of these as the source; or, if
// it could not start, the reason.
func exception(e *model.Execution) map[string]any {
	if !e.Status.Halt() {
		return nil
	}
	errors := []any{}
	source := map[string]any{}
	for i, s := range e.Stages {
		if s.Status != model.Terminal {
			continue
		}
		for _, message := range s.Failures() {
			errors = append(errors, fmt.Sprintf("Exception in child pipeline stage (%s: %s): %s", e.Name, firstOf(s.Name, s.Type), message))
		}
		if len(source) == 0 {
			source = map[string]any{"executionId": e.ID, "stageId": s.ID, "stageName": s.Name, "stageIndex": i}
		}
	}
	if len(errors) == 0 && e.CancellationReason != "" {
		errors = append(errors, fmt.Sprintf("Exception in child pipeline (%s): %s", e.Name, e.CancellationReason))
	}
	return map[string]any{"details": map[string]any{"errors": errors}, "source": source}
}

// outputsOf is what an execution has put out: the outputs of its top-level
// stages, in the order they depend on each other; lists are joined, of other
// values the later one counts.
func outputsOf(e *model.Execution) map[string]any {
	out := map[string]any{}
	for _, s := range inOrder(e.Stages) {
		for key, value := range s.Outputs {
			before, isList := out[key].([]any)
			if added, ok := value.([]any); ok && isList {
				joined := slices.Clone(before)
				for _, item := range added {
					if !slices.ContainsFunc(joined, func(o any) bool { return reflect.DeepEqual(o, item) }) {
						joined = append(joined, item)
					}
				}
				value = joined
			}
			out[key] = value
		}
	}
	return out
}

// inOrder sorts the top-level stages so that each comes after those it
// requires; what can't be sorted comes last, as it is.
func inOrder(stages []*model.Stage) []*model.Stage {
	var rest, out []*model.Stage
	for _, s := range stages {
		if !s.Synthetic() {
			rest = append(rest, s)
		}
	}
	seen := map[string]bool{}
	for len(rest) > 0 {
		var ready, later []*model.Stage
		for _, s := range rest {
			if slices.ContainsFunc(s.RequisiteStageRefIDs, func(ref string) bool { return !seen[ref] }) {
				later = append(later, s)
			} else {
				ready = append(ready, s)
			}
		}
		if len(ready) == 0 {
			return append(out, later...)
		}
		for _, s := range ready {
			seen[s.RefID] = true
		}
		out, rest = append(out, ready...), later
	}
	return out
}

// unchanged takes out of a RUNNING result what the stage has already, so that
// a look that found nothing new stores nothing.
func unchanged(in stage.Input, result stage.Result) stage.Result {
	if result.Status != model.Running {
		return result
	}
	for key, value := range result.Context {
		if reflect.DeepEqual(in.Stage.Context[key], value) {
			delete(result.Context, key)
		}
	}
	for key, value := range result.Outputs {
		if reflect.DeepEqual(in.Stage.Outputs[key], value) {
			delete(result.Outputs, key)
		}
	}
	return result
}
