package frontfifty

import (
	"context"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
)

// savePipeline saves one pipeline or many: Orca's SavePipelineTask with what
// Front50 does behind it.
type savePipeline struct{ store Store }

// Run saves what the stage's context has.
func (t savePipeline) Run(ctx context.Context, in stage.Input) (stage.Result, error) {
	c := in.Stage.Context
	if model.Bool(c, "isBulkSavingPipelines", false) {
		return t.saveMany(ctx, in)
	}
	var pipeline model.Pipeline
	if err := decode(c, "pipeline", &pipeline); err != nil {
		return stage.Result{}, err
	}
	pipeline = model.Merge(pipeline, nil)
	several := model.Bool(c, "isSavingMultiplePipelines", false)
	if id := model.String(c, "pipeline.id"); id != "" && pipeline.ID() == "" && !several {
		pipeline["id"], pipeline[regenerateKey] = id, true
	}
	stored, err := t.save(ctx, in, pipeline, 0)
	if err != nil {
		if several && !stage.IsRetryable(err) {
			return stage.Result{Status: model.FailedContinue, Context: map[string]any{
				"notification.type": "savepipeline", "pipeline.name": pipeline.Name(), "errorMsg": err.Error(),
			}}, nil
		}
		return stage.Result{}, err
	}
	return stage.Succeeded().With(map[string]any{
		"notification.type": "savepipeline", "application": stored.Application(),
		"pipeline.name": stored.Name(), "pipeline.id": stored.ID(),
	}), nil
}

// save checks and stores the nth pipeline of a stage.
func (t savePipeline) save(ctx context.Context, in stage.Input, pipeline model.Pipeline, n int) (model.Pipeline, error) {
	if err := checkPipeline(pipeline); err != nil {
		return nil, err
	}
	done, expect, err := t.compare(ctx, in, pipeline)
	if done != nil || err != nil {
		return done, err
	}
	prepared := preparePipeline(pipeline, func(cron int) string { return newID(in, n*1000+cron+1) })
	if prepared.ID() == "" {
		prepared["id"] = newID(in, n*1000)
	}
	stored, err := t.store.SavePipeline(ctx, kindOf(in.Stage.Context), prepared, userOf(in), expect)
	if err != nil {
		return nil, stage.Failure(stage.HTTPException, err)
	}
	return stored, nil
}

// compare looks at what is stored, where the stage asks for a stale check: done
// is the stored pipeline where it is what is to be saved, expect the time by
// which the store knows that it is still the one that was read.
func (t savePipeline) compare(ctx context.Context, in stage.Input, pipeline model.Pipeline) (done model.Pipeline, expect int64, err error) {
	if pipeline.ID() == "" || !model.Bool(in.Stage.Context, "staleCheck", false) {
		return nil, 0, nil
	}
	existing, err := t.store.Pipeline(ctx, pipeline.ID())
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return nil, 0, stage.Failure(stage.HTTPException, err)
	}
	if existing == nil {
		return nil, 0, nil
	}
	if sameContent(existing, pipeline) { // this stage has saved it already
		return existing, 0, nil
	}
	expect, err = t.freshness(ctx, existing, pipeline)
	return nil, expect, err
}

// saveMany saves a list of pipelines: each that can be saved is, and the others
// are told with the reason, as Front50's batchUpdate does.
func (t savePipeline) saveMany(ctx context.Context, in stage.Input) (stage.Result, error) {
	var pipelines []map[string]any
	if err := decode(in.Stage.Context, "pipelines", &pipelines); err != nil {
		return stage.Result{}, err
	}
	saved, rejected, seen := []any{}, []any{}, map[string]bool{}
	for n, pipeline := range pipelines {
		p := model.Pipeline(model.Merge(pipeline, nil))
		var err error
		if id := p.ID(); id != "" && seen[id] {
			err = invalid("Duplicate pipeline id %s found when processing pipeline %s in the application %s", id, p.Name(), p.Application())
		} else {
			seen[id] = id != ""
			_, err = t.save(ctx, in, p, n)
		}
		if stage.IsRetryable(err) {
			return stage.Result{}, err
		}
		if err != nil {
			rejected = append(rejected, model.Merge(p, map[string]any{"errorMsg": err.Error()}))
			continue
		}
		saved = append(saved, p.Name())
	}
	return stage.Succeeded().With(map[string]any{
		"notification.type": "savepipeline",
		"bulksave": map[string]any{
			"successful_pipelines_count": len(saved), "successful_pipelines": saved,
			"failed_pipelines_count": len(rejected), "failed_pipelines": rejected,
		},
	}), nil
}

// deletePipeline deletes a pipeline by its application and name.
type deletePipeline struct{ store Store }

// Run is content when there is no such pipeline.
func (t deletePipeline) Run(ctx context.Context, in stage.Input) (stage.Result, error) {
	var pipeline model.Pipeline
	if err := decode(in.Stage.Context, "pipeline", &pipeline); err != nil {
		return stage.Result{}, err
	}
	if err := checkPipeline(pipeline); err != nil {
		return stage.Result{}, err
	}
	err := t.store.DeletePipeline(ctx, kindOf(in.Stage.Context), pipeline.Application(), pipeline.Name(), userOf(in))
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return stage.Result{}, stage.Failure(stage.HTTPException, err)
	}
	return stage.Succeeded().With(map[string]any{
		"notification.type": "deletepipeline", "application": pipeline.Application(),
		"pipeline.name": pipeline.Name(), "pipeline.id": pipeline.ID(),
	}), nil
}

// reorderPipelines gives pipelines new indices.
type reorderPipelines struct{ store Store }

// Run reads the order as ids with their places.
func (t reorderPipelines) Run(ctx context.Context, in stage.Input) (stage.Result, error) {
	c := in.Stage.Context
	var order map[string]any
	if err := decode(c, "idsToIndices", &order); err != nil {
		return stage.Result{}, err
	}
	application, err := textField(c, "application")
	if err != nil {
		return stage.Result{}, err
	}
	indices := make(map[string]int64, len(order))
	for id, value := range order {
		place, ok := model.ToInt(value)
		if !ok {
			return stage.Result{}, invalid("idsToIndices: the index of %s must be a whole number, not %v", id, value)
		}
		indices[id] = place
	}
	if err := t.store.ReorderPipelines(ctx, kindOf(c), application, indices, userOf(in)); err != nil {
		return stage.Result{}, stage.Failure(stage.HTTPException, err)
	}
	return stage.Succeeded().With(map[string]any{
		"notification.type": "reorderpipelines", "application": application,
	}), nil
}

// textField reads a text that may be JSON in base64: a text all the same.
func textField(context map[string]any, field string) (string, error) {
	var text string
	if err := decode(context, field, &text); err == nil {
		return text, nil
	}
	if text = model.String(context, field); text == "" {
		return "", invalid("%s is missing", field)
	}
	return text, nil
}
