package executions

import (
	"math"
	"net/http"

	"github.com/gennaker/gennaker/internal/access"
	"github.com/gennaker/gennaker/internal/api/rest"
	"github.com/gennaker/gennaker/internal/api/shown"
	"github.com/gennaker/gennaker/internal/catalog"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
)

func (a *area) executionRoutes() []rest.Route {
	const tag = "Executions"
	statuses := rest.Text("statuses", "only these statuses, separated by commas; default: all")
	expand := rest.Boolean("expand", "include the stages' contexts, outputs, and tasks; default: true")
	executions := rest.ListOf(rest.Ref("Execution"))
	return []rest.Route{
		{
			Method: http.MethodGet, Path: "/applications/{application}/pipelines", Name: "getPipelines", Needs: rest.OnApplication(access.Read), Tag: tag,
			Summary: "List an application's pipeline executions, the latest of each pipeline, oldest first",
			Params: []rest.Param{
				rest.Sized("limit", "executions per pipeline; default: 10", shown.MaxPerPipeline), statuses, expand,
				rest.Text("pipelineNameFilter", "only executions of pipelines whose name contains this, ignoring case"),
				rest.Integer("pipelineLimit", "maximum number of pipelines"),
			},
			Result: executions, Serve: a.applicationExecutions,
		},
		{
			Method: http.MethodGet, Path: "/executions", Name: "getLatestExecutionsByConfigIds", Needs: rest.Anyone, Tag: tag,
			Summary: "List executions by their ids, or the latest executions of pipelines by pipeline id",
			Params: []rest.Param{
				rest.Text("pipelineConfigIds", "ids of pipelines, separated by commas"),
				rest.Text("executionIds", "ids of executions, separated by commas; set this or pipelineConfigIds"),
				rest.Sized("limit", "executions per pipeline; default: 1", shown.MaxPerPipeline), statuses, expand,
			},
			Result: executions, Serve: a.someExecutions,
		},
		{
			Method: http.MethodGet, Path: "/pipelines", Name: "getSubsetOfPipelines", Needs: rest.Anyone, Tag: tag,
			Summary: "The same as GET /executions, at Orca's path",
			Params: []rest.Param{
				rest.Text("pipelineConfigIds", "ids of pipelines, separated by commas"),
				rest.Text("executionIds", "ids of executions, separated by commas"),
				rest.Sized("limit", "executions per pipeline; default: 1", shown.MaxPerPipeline), statuses, expand,
			},
			Result: executions, Serve: a.someExecutions,
		},
		{
			Method: http.MethodGet, Path: "/pipelines/{id}", Name: "getPipeline", Needs: rest.OnExecution(access.Read), Tag: tag,
			Summary: "Get an execution of a pipeline", Result: rest.Ref("Execution"), Serve: a.getPipeline,
		},
		{
			Method: http.MethodGet, Path: "/executions/correlated/{correlationId}", Name: "getCorrelatedExecutions", Needs: rest.Anyone, Tag: tag,
			Summary: "List the ids of the executions that a correlation id started",
			Result:  rest.ListOf(rest.Schema{"type": "string"}), Serve: a.correlated,
		},
		{
			Method: http.MethodGet, Path: "/executions/failedStages", Name: "getFailedStages", Needs: rest.Anyone, Tag: tag,
			Summary: "Find the stages that caused an execution to fail, including those in its child pipelines",
			Params:  failedStageParams(), Result: rest.ListOf(rest.Ref("FailedStage")), Serve: a.failedStages,
		},
		{
			Method: http.MethodGet, Path: "/pipelines/failedStages", Name: "getFailedStagesOfPipeline", Needs: rest.Anyone, Tag: tag,
			Summary: "The same as GET /executions/failedStages, at Orca's path",
			Params:  failedStageParams(), Result: rest.ListOf(rest.Ref("FailedStage")), Serve: a.failedStages,
		},
	}
}

func (a *area) applicationExecutions(r *http.Request) (any, error) {
	q := rest.QueryOf(r)
	limit := q.Size("limit", a.limits.PerPipeline, math.MinInt32, shown.MaxPerPipeline)
	statuses, expand := q.Statuses(), q.Boolean("expand", true)
	nameFilter, pipelineLimit := q.Text("pipelineNameFilter"), q.Count("pipelineLimit", 0, 0)
	if err := q.Err(); err != nil {
		return nil, err
	}
	if limit <= 0 {
		return []*model.Execution{}, nil
	}
	filter := store.ExecutionFilter{
		Type: model.PipelineExecution, Application: r.PathValue("application"),
		Statuses: statuses, NameContains: nameFilter, PerConfigLimit: limit, Limit: shown.MaxExecutions,
	}
	if pipelineLimit > 0 {
		configs, err := catalog.Numbered(r.Context(), a.pipelines, store.PipelineKind, filter.Application)
		if err != nil {
			return nil, err
		}
		for _, config := range configs {
			if len(filter.ConfigIDs) < pipelineLimit && rest.ContainsFold(config.Name(), nameFilter) {
				filter.ConfigIDs = append(filter.ConfigIDs, config.ID())
			}
		}
		if len(filter.ConfigIDs) == 0 {
			return []*model.Execution{}, nil
		}
	}
	found, err := a.shown.ExecutionRefs(r.Context(), filter)
	if err != nil {
		return nil, err
	}
	return a.shown.ListStarted(a.recent(found, limit), expand), nil
}

func (a *area) someExecutions(r *http.Request) (any, error) {
	q := rest.QueryOf(r)
	configIDs, ids := q.IDs("pipelineConfigIds"), q.IDs("executionIds")
	limit := q.Size("limit", 1, math.MinInt32, shown.MaxPerPipeline)
	statuses, expand := q.Statuses(), q.Boolean("expand", true)
	if err := q.Err(); err != nil {
		return nil, err
	}
	if limit <= 0 {
		limit = 1
	}
	filter := store.ExecutionFilter{Type: model.PipelineExecution, Limit: shown.MaxExecutions}
	switch {
	case len(configIDs) > 0 && len(ids) > 0:
		return nil, fault.New(fault.Invalid, "Only pipelineConfigIds OR executionIds can be specified")
	case len(ids) > 0:
		filter.IDs = ids
	case len(configIDs) > 0:
		filter.ConfigIDs, filter.Statuses, filter.PerConfigLimit = configIDs, statuses, limit
	default:
		return []*model.Execution{}, nil
	}
	found, err := a.shown.ExecutionRefs(r.Context(), filter)
	if err != nil {
		return nil, err
	}
	if len(ids) > 0 {
		return a.shown.ListStarted(found, expand), nil
	}
	return a.shown.ListStarted(a.recent(found, limit), expand), nil
}

func (a *area) correlated(r *http.Request) (any, error) {
	found, err := a.shown.ExecutionRefs(r.Context(), store.ExecutionFilter{
		CorrelationID: r.PathValue("correlationId"), Limit: rest.MaxItems,
	})
	if err != nil {
		return nil, err
	}
	out := make([]string, 0, len(found))
	for _, e := range found {
		out = append(out, e.ID)
	}
	return out, nil
}
