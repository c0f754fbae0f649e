package executions

import (
	"context"
	"errors"
	"net/http"

	"github.com/gennaker/gennaker/internal/access"
	"github.com/gennaker/gennaker/internal/api/rest"
	"github.com/gennaker/gennaker/internal/api/shown"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
)

func (a *area) outlineRoutes() []rest.Route {
	const tag = "Executions"
	return []rest.Route{
		{
			Method: http.MethodGet, Path: "/pipelines/{id}/outline", Name: "getPipelineOutline", Needs: rest.OnExecution(access.Read), Tag: tag,
			Summary: "Get an execution without the contents of its stages", Result: rest.Ref("ExecutionOutline"), Serve: a.pipelineOutline,
		},
		{
			Method: http.MethodGet, Path: "/pipelines/{id}/stages/{stageId}", Name: "getStage", Needs: rest.OnExecution(access.Read), Tag: tag,
			Summary: "Get a stage with the stages that the engine has added to it; very large values are shortened and listed",
			Params:  []rest.Param{rest.Boolean("whole", "don't shorten values")},
			Result:  rest.Ref("StageDetail"), Serve: a.stageDetail, Overlaps: true,
		},
		{
			Method: http.MethodGet, Path: "/pipelines/{id}/stages/{stageId}/value", Name: "getStageValue", Needs: rest.OnExecution(access.Read), Tag: tag,
			Summary: "Get the full text of one value of a stage",
			Params:  []rest.Param{rest.Text("pointer", "the location, as a JSON pointer such as /context/manifests/0; default: the whole stage")},
			Result:  rest.Schema{}, Serve: a.stageValue,
		},
	}
}

// executionOutline is an execution as its page begins with: all but what the
// stages hold, which may be large.
type executionOutline struct {
	*model.Execution
	// Number counts the pipeline's runs, from 1; Title tells this one from others.
	Number int64          `json:"number,omitempty"`
	Title  string         `json:"title,omitempty"`
	Stages []stageOutline `json:"stages"`
}

type stageOutline struct {
	stageSummary
	Group string `json:"group,omitempty"`
	// Digest changes with anything in the stage.
	Digest string `json:"digest"`
}

func (a *area) outlineOf(ctx context.Context, e *store.Outline) (executionOutline, error) {
	numbers, err := a.shown.RunNumbers(ctx, []string{e.ID})
	if err != nil {
		return executionOutline{}, err
	}
	waits, err := a.waiting(ctx, e.Execution)
	if err != nil {
		return executionOutline{}, err
	}
	bare := *e.Execution
	bare.Trigger = model.Trigger(shown.WithoutParentStages(e.Trigger))
	stages := make([]stageOutline, len(e.Stages))
	for i, stage := range e.Stages {
		stages[i] = stageOutline{stageSummaryOf(e.ID, stage, waits), model.String(stage.Context, "group"), e.Digests[stage.ID]}
	}
	return executionOutline{&bare, numbers[e.ID], titleOf(e.Execution), stages}, nil
}

func (a *area) pipelineOutline(r *http.Request) (any, error) {
	e, err := a.outline(r.Context(), r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	return a.outlineOf(r.Context(), e)
}

// outline reads the outline of an execution of a pipeline.
func (a *area) outline(ctx context.Context, id string) (*store.Outline, error) {
	e, err := a.shown.ExecutionOutline(ctx, id)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return nil, err
	}
	if err != nil || e.Type != model.PipelineExecution {
		return nil, fault.New(fault.NotFound, "Pipeline not found (id: %s)", id)
	}
	return e, nil
}

type stageDetail struct {
	Stages []*model.Stage `json:"stages"`
	Cut    []cutValue     `json:"cut"`
}

func (a *area) stageDetail(r *http.Request) (any, error) {
	q := rest.QueryOf(r)
	whole := q.Boolean("whole", false)
	if err := q.Err(); err != nil {
		return nil, err
	}
	stages, err := a.shown.StageWithParts(r.Context(), r.PathValue("id"), r.PathValue("stageId"))
	if err != nil {
		return nil, err
	}
	out := stageDetail{Stages: stages, Cut: []cutValue{}}
	if whole {
		return out, nil
	}
	for i, stage := range stages {
		c := cutter{stage: stage.ID, left: cutWhole}
		cut := *stage
		// What a stage has made comes first; it is shorter, and asked for more.
		cut.Outputs = c.object("/outputs", stage.Outputs)
		cut.Context = c.object("/context", stage.Context)
		stages[i] = &cut
		out.Cut = append(out.Cut, c.cuts...)
	}
	return out, nil
}

func (a *area) stageValue(r *http.Request) (any, error) {
	body, err := a.shown.StageJSON(r.Context(), r.PathValue("id"), r.PathValue("stageId"))
	if err != nil {
		return nil, err
	}
	var stage any
	if err := model.Unmarshal(body, &stage); err != nil {
		return nil, err
	}
	return atPointer(stage, r.URL.Query().Get("pointer"))
}
