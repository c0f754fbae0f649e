package saveartifact

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/gennaker/gennaker/internal/limit"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
)

// prepareTask puts the next pipeline where the task that saves looks for it.
type prepareTask struct{}

// Inline marks the task as one that does nothing outside.
func (prepareTask) Inline() {}

// Run takes the first of those that are left.
func (prepareTask) Run(_ context.Context, in stage.Input) (stage.Result, error) {
	left := model.Objects(in.Stage.Context, keyLeft)
	if len(left) == 0 {
		return stage.Failed(), nil
	}
	rest := []any{}
	for _, entry := range left[1:] {
		rest = append(rest, entry)
	}
	return stage.Succeeded().With(map[string]any{
		"pipeline": left[0]["pipeline"], "isExistingPipeline": left[0]["existing"], keyLeft: rest, "isSavingMultiplePipelines": true,
	}), nil
}

// checkTask notes what became of a pipeline.
type checkTask struct{}

// Inline marks the task as one that does nothing outside.
func (checkTask) Inline() {}

// Run reads the status of the task that has saved it.
func (checkTask) Run(_ context.Context, in stage.Input) (stage.Result, error) {
	c := in.Stage.Context
	lists := map[string]any{}
	for _, key := range []string{keyCreated, keyUpdated, keyFailed} {
		lists[key] = append([]any{}, model.List(c, key)...)
	}
	i := slices.IndexFunc(in.Stage.Tasks, func(t *model.Task) bool { return t.Name == "savePipeline" })
	if i < 0 {
		return stage.Succeeded().With(lists), nil
	}
	key := keyFailed
	if in.Stage.Tasks[i].Status.Successful() {
		key = keyCreated
		if model.Bool(c, "isExistingPipeline", false) {
			key = keyUpdated
		}
	}
	reference, err := current(c)
	if err != nil {
		return stage.Result{}, err
	}
	if key == keyFailed {
		reference["errorMsg"] = model.String(c, "errorMsg")
	}
	lists[key] = append(model.List(lists, key), reference)
	return stage.Succeeded().With(lists), nil
}

// current names the pipeline that was prepared last.
func current(context map[string]any) (map[string]any, error) {
	data, err := limit.Base64(model.String(context, "pipeline"), limit.Inflated, "pipeline")
	if err != nil {
		return nil, fmt.Errorf("decode the pipeline that was saved: %w", err)
	}
	var pipeline model.Pipeline
	if err := limit.Unmarshal(data, &pipeline); err != nil {
		return nil, fmt.Errorf("decode the pipeline that was saved: %w", err)
	}
	return map[string]any{"application": pipeline.Application(), "name": pipeline.Name(), "id": pipeline.ID()}, nil
}

// remainingTask has the loop run again while pipelines are left.
type remainingTask struct{}

// Inline marks the task as one that does nothing outside.
func (remainingTask) Inline() {}

// Run answers REDIRECT for the next pipeline.
func (remainingTask) Run(_ context.Context, in stage.Input) (stage.Result, error) {
	if len(model.List(in.Stage.Context, keyLeft)) > 0 {
		return stage.Result{Status: model.Redirect}, nil
	}
	return stage.Succeeded(), nil
}

// completeTask fails the stage where a pipeline could not be saved.
type completeTask struct{}

// Inline marks the task as one that does nothing outside.
func (completeTask) Inline() {}

// Run names the pipelines that failed.
func (completeTask) Run(_ context.Context, in stage.Input) (stage.Result, error) {
	failed := model.Objects(in.Stage.Context, keyFailed)
	if len(failed) == 0 {
		return stage.Succeeded(), nil
	}
	sentences := make([]string, len(failed))
	for i, f := range failed {
		sentences[i] = strings.TrimSuffix(fmt.Sprintf("%s:%s: %s", f["application"], f["name"], f["errorMsg"]), ": ")
	}
	return stage.Result{}, &stage.Error{
		Type: "SavePipelinesException", Message: "Failed to save pipelines: " + strings.Join(sentences, "; "), Errors: sentences,
	}
}
