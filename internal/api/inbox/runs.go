package inbox

import (
	"context"

	"github.com/gennaker/gennaker/internal/api/rest"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
)

// approvals are the stages of active runs that wait for somebody's judgment.
func (a *area) approvals(ctx context.Context, out *answer) error {
	runs, more, err := a.read(ctx, store.ExecutionFilter{Statuses: []model.Status{model.Running, model.Paused}}, mostActive)
	if err != nil {
		return err
	}
	out.Truncated = out.Truncated || more
	var found []item
	for _, run := range runs {
		for _, stage := range run.Stages {
			if stage.Type == "manualJudgment" && stage.Status == model.Running {
				found = append(found, itemOf(kindApproval, run, stage, stage.StartTime))
			}
		}
	}
	if err := a.number(ctx, found); err != nil {
		return err
	}
	out.take(found, mostOfOthers)
	return nil
}

// failures are the runs that a user started and that have failed lately.
func (a *area) failures(ctx context.Context, out *answer, user string) error {
	runs, more, err := a.read(ctx, store.ExecutionFilter{
		User: user, Statuses: []model.Status{model.Terminal}, BuildTimeFrom: a.Now().Add(-failureAge).UnixMilli(),
	}, mostFailures)
	if err != nil {
		return err
	}
	out.Truncated = out.Truncated || more
	found := make([]item, 0, len(runs))
	for _, run := range runs {
		found = append(found, itemOf(kindFailure, run, failedStage(run), run.EndTime))
	}
	if err := a.number(ctx, found); err != nil {
		return err
	}
	out.take(found, mostFailures)
	return nil
}

// failedStage is the stage that made a run fail; nil if it failed before any.
func failedStage(run *model.Execution) *model.Stage {
	for _, stage := range run.Stages {
		// A part of a stage is shown by the stage that people know.
		if stage.Status == model.Terminal && stage.ParentStageID == "" {
			return stage
		}
	}
	return nil
}

func itemOf(kind string, run *model.Execution, stage *model.Stage, at int64) item {
	out := item{
		ID: kind + ":" + run.ID, Kind: kind, Time: at,
		Application: run.Application, ExecutionID: run.ID, Pipeline: run.Name,
	}
	if stage != nil {
		out.ID += ":" + stage.ID
		out.StageID, out.StageName = stage.ID, stage.Name
	}
	return out
}

// read reads pipelines' runs without what their stages hold, the newest first, and tells
// whether there are more.
func (a *area) read(ctx context.Context, f store.ExecutionFilter, most int) (out []*model.Execution, more bool, err error) {
	f.Type, f.Limit = model.PipelineExecution, most+1
	found, err := a.Runs.ExecutionRefs(ctx, f)
	if err != nil {
		return nil, false, err
	}
	if len(found) > most {
		found, more = found[:most], true
	}
	// In parts: an execution is much larger than its item.
	for start := 0; start < len(found); start += rest.MostRead {
		ids := make([]string, 0, rest.MostRead)
		for _, e := range found[start:min(start+rest.MostRead, len(found))] {
			ids = append(ids, e.ID)
		}
		read, err := a.Runs.Executions(ctx, store.ExecutionFilter{IDs: ids, Bare: true})
		if err != nil {
			return nil, false, err
		}
		out = append(out, read...)
	}
	return out, more, nil
}

// number gives each item the number of its run.
func (a *area) number(ctx context.Context, items []item) error {
	if len(items) == 0 {
		return nil
	}
	ids := make([]string, len(items))
	for i := range items {
		ids[i] = items[i].ExecutionID
	}
	numbers, err := a.Runs.RunNumbers(ctx, ids)
	if err != nil {
		return err
	}
	for i := range items {
		items[i].Number = numbers[items[i].ExecutionID]
	}
	return nil
}
