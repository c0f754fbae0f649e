package runmultiple

import (
	"context"
	"errors"
	"fmt"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
	"github.com/gennaker/gennaker/internal/stage/childpipeline"
)

// runTask starts the pipelines of one level. A child that a try before a crash
// has started is found again by its correlation id.
type runTask struct{ options Options }

// Run fails where no pipeline of the level could be started. Where only some
// could, the others are told of in the stage's exception, and the level fails
// once those have ended.
func (t runTask) Run(ctx context.Context, in stage.Input) (stage.Result, error) {
	if model.Bool(in.Stage.Context, restartedOnly, false) {
		return stage.Succeeded().With(map[string]any{restartedOnly: false}), nil
	}
	application := model.String(in.Stage.Context, "pipelineApplication")
	if application == "" {
		application = in.Execution.Application
	}
	ids, problems := []any{}, []any{}
	for _, a := range decode(in.Stage.Context) {
		id, err := t.start(ctx, in, application, a)
		if stage.IsRetryable(err) {
			return stage.Result{}, err
		}
		if err != nil {
			problems = append(problems, fmt.Sprintf("%s: %v", a.name, err))
			continue
		}
		ids = append(ids, id)
	}
	changes := map[string]any{keyIDs: ids}
	if len(ids) == 0 {
		problems = append(problems, "Child Pipelines were not executed")
	}
	if len(problems) > 0 {
		changes["exception"] = withErrors(in, problems)
	}
	if len(ids) == 0 {
		return stage.Failed().With(changes), nil
	}
	return stage.Succeeded().With(changes), nil
}

func (t runTask) start(ctx context.Context, in stage.Input, application string, a app) (string, error) {
	pipeline, err := t.options.Pipelines.PipelineID(ctx, application, a.pipeline)
	if fault.KindOf(err) == fault.NotFound {
		return "", fmt.Errorf("the application %s has no pipeline %q", application, a.pipeline)
	}
	if err != nil {
		return "", stage.Retryable(fmt.Errorf("find pipeline %s of application %s: %w", a.pipeline, application, err))
	}
	id, _, err := t.options.Launcher.StartChild(ctx, childpipeline.ChildRequest{
		ParentExecution: parent(in, a.name), ParentStage: in.Stage, PipelineConfigID: pipeline, Application: application,
		Parameters: model.Merge(a.arguments, nil), User: in.Principal().Name, DryRun: in.Execution.Trigger.DryRun(),
		CorrelationID: fmt.Sprintf("%s_%s_%s_%s_%d", in.Execution.ID, in.Stage.ID, pipeline, a.name, in.Stage.StartTime),
	})
	switch {
	case err == nil:
		return id, nil
	case stage.IsRetryable(err):
		return "", stage.Retryable(fmt.Errorf("start pipeline %s: %w", a.pipeline, err))
	case errors.Is(err, childpipeline.ErrDisabled):
		return "", fmt.Errorf("the pipeline %q is disabled", a.pipeline)
	}
	return "", fmt.Errorf("start pipeline %q: %w", a.pipeline, err)
}

// parent is the execution as a child knows it: with this stage alone and
// without what it holds, and with the app's name in its trigger, where Deck
// looks for it.
func parent(in stage.Input, name string) *model.Execution {
	e := *in.Execution
	s := *in.Stage
	s.Context, s.Outputs = map[string]any{}, map[string]any{}
	e.Stages = []*model.Stage{&s}
	e.Trigger = model.Merge(e.Trigger, map[string]any{"executionIdentifier": name})
	return &e
}

// withErrors is the stage's exception with further sentences.
func withErrors(in stage.Input, sentences []any) map[string]any {
	exception := model.Object(in.Stage.Context, "exception")
	details := model.Object(exception, "details")
	errors := append(append([]any{}, model.List(details, "errors")...), sentences...)
	return model.Merge(exception, map[string]any{"details": model.Merge(details, map[string]any{"errors": errors})})
}
