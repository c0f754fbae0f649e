package templates

import (
	"context"
	"encoding/base64"
	"fmt"
	"maps"
	"slices"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
)

const (
	createNote = "createpipelinetemplate"
	updateNote = "updatepipelinetemplate"
	deleteNote = "deletepipelinetemplate"
	planNote   = "plantemplatedependents"
)

// saved is the result of a save.
func saved(note string, template map[string]any, tag string) stage.Result {
	id := model.String(template, "id")
	if tag != "" {
		id += ":" + tag
	}
	return stage.Succeeded().With(map[string]any{"notification.type": note, "pipelineTemplate.id": id})
}

// createV2 is Orca's CreateV2PipelineTemplateTask.
type createV2 struct{ store Store }

// Run stores the stage's template.
func (t createV2) Run(ctx context.Context, in stage.Input) (stage.Result, error) {
	template, err := templateOf(in)
	if err != nil {
		return stage.Result{}, err
	}
	tag := model.String(in.Stage.Context, "tag")
	if err := t.store.CreateV2(ctx, template, tag, userOf(in)); err != nil {
		return stage.Result{}, stage.Failure(stage.HTTPException, err)
	}
	return saved(createNote, template, tag), nil
}

// updateV2 is Orca's UpdateV2PipelineTemplateTask.
type updateV2 struct{ store Store }

// Run stores the stage's template anew.
func (t updateV2) Run(ctx context.Context, in stage.Input) (stage.Result, error) {
	id, err := required(in, "id")
	if err != nil {
		return stage.Result{}, err
	}
	template, err := templateOf(in)
	if err != nil {
		return stage.Result{}, err
	}
	tag := model.String(in.Stage.Context, "tag")
	if err := t.store.UpdateV2(ctx, id, template, tag, userOf(in)); err != nil {
		return stage.Result{}, stage.Failure(stage.HTTPException, err)
	}
	return saved(updateNote, template, tag), nil
}

// deleteV2 is Orca's DeleteV2PipelineTemplateTask.
type deleteV2 struct{ store Store }

// Run is content when there is no such version.
func (t deleteV2) Run(ctx context.Context, in stage.Input) (stage.Result, error) {
	id, err := required(in, "pipelineTemplateId")
	if err != nil {
		return stage.Result{}, err
	}
	tag, digest := model.String(in.Stage.Context, "tag"), model.String(in.Stage.Context, "digest")
	return deleted(id, t.store.DeleteV2(ctx, id, tag, digest, userOf(in)))
}

func deleted(id string, err error) (stage.Result, error) {
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return stage.Result{}, stage.Failure(stage.HTTPException, err)
	}
	return stage.Succeeded().With(map[string]any{"notification.type": deleteNote, "pipeline.id": id}), nil
}

// createV1 is Orca's CreatePipelineTemplateTask.
type createV1 struct{ store Store }

// Run stores the stage's template.
func (t createV1) Run(ctx context.Context, in stage.Input) (stage.Result, error) {
	template, err := templateOf(in)
	if err != nil {
		return stage.Result{}, err
	}
	if err := t.store.CreateV1(ctx, template, userOf(in)); err != nil {
		return stage.Result{}, stage.Failure(stage.HTTPException, err)
	}
	return saved(createNote, template, ""), nil
}

// updateV1 is Orca's UpdatePipelineTemplateTask. It also notes the pipelines
// that are to be stored anew, for the stages after it.
type updateV1 struct{ store Store }

// Run stores the stage's template anew.
func (t updateV1) Run(ctx context.Context, in stage.Input) (stage.Result, error) {
	id, err := required(in, "id")
	if err != nil {
		return stage.Result{}, err
	}
	template, err := templateOf(in)
	if err != nil {
		return stage.Result{}, err
	}
	dependents, err := t.store.Affected(ctx, template, "")
	if err != nil {
		return stage.Result{}, stage.Failure(stage.HTTPException, err)
	}
	encoded := make([]any, len(dependents))
	for i, pipeline := range dependents {
		data, err := model.Marshal(pipeline)
		if err != nil {
			return stage.Result{}, fmt.Errorf("encode pipeline %s: %w", model.String(pipeline, "id"), err)
		}
		encoded[i] = base64.StdEncoding.EncodeToString(data)
	}
	if err := t.store.UpdateV1(ctx, id, template, userOf(in)); err != nil {
		return stage.Result{}, stage.Failure(stage.HTTPException, err)
	}
	result := saved(updateNote, template, "")
	if len(encoded) > 0 {
		result.Context[keyDependents] = encoded
	}
	return result, nil
}

// deleteV1 is Orca's DeletePipelineTemplateTask.
type deleteV1 struct{ store Store }

// Run is content when there is no such template.
func (t deleteV1) Run(ctx context.Context, in stage.Input) (stage.Result, error) {
	id, err := required(in, "pipelineTemplateId")
	if err != nil {
		return stage.Result{}, err
	}
	return deleted(id, t.store.DeleteV1(ctx, id, userOf(in)))
}

// plan is Orca's PlanTemplateDependentsTask.
type plan struct {
	store   Store
	planner Planner
}

// Run fails where a pipeline could not be made any more, with what is wrong
// with each.
func (t plan) Run(ctx context.Context, in stage.Input) (stage.Result, error) {
	template, err := templateOf(in)
	if err != nil {
		return stage.Result{}, err
	}
	dependents, err := t.store.Affected(ctx, template, model.String(in.Stage.Context, "tag"))
	if err != nil {
		return stage.Result{}, stage.Failure(stage.HTTPException, err)
	}
	ids := make([]any, len(dependents))
	for i, pipeline := range dependents {
		ids[i] = model.String(pipeline, "id")
	}
	result := stage.Succeeded().With(map[string]any{
		"notification.type": planNote, "pipelineTemplate.id": model.String(template, "id"),
		"pipelineTemplate.allDependentPipelines": ids,
	})
	problems := t.planner.PlanDependents(ctx, template, dependents)
	if len(problems) == 0 {
		return result, nil
	}
	errs, sentences := map[string]any{}, []any{}
	for _, id := range slices.Sorted(maps.Keys(problems)) {
		var list []any
		for _, problem := range problems[id] {
			list = append(list, map[string]any{"severity": "FATAL", "message": problem})
			sentences = append(sentences, "pipeline "+id+": "+problem)
		}
		errs[id] = list
	}
	result.Status = model.Terminal
	result.Context["pipelineTemplate.dependentErrors"] = errs
	result.Context["exception"] = map[string]any{"details": map[string]any{
		"error": "Pipelines that use this template would stop working", "errors": sentences,
	}}
	return result, nil
}
