package api

import (
	"context"
	"errors"
	"math"
	"net/http"

	"github.com/gennaker/gennaker/internal/access"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
)

func (s *server) executionRoutes() []route {
	const tag = "Executions"
	statuses := text("statuses", "only these statuses, separated by commas; all where it isn't given")
	expand := boolean("expand", "with the stages' contexts, outputs and tasks; true where it isn't given")
	executions := listOf(ref("Execution"))
	return []route{
		{
			method: http.MethodGet, path: "/applications/{application}/pipelines", name: "getPipelines", needs: onApplication(access.Read), tag: tag,
			summary: "List an application's executions of pipelines, the latest of each, oldest first",
			params: []param{
				sized("limit", "how many of each pipeline; 10 where it isn't given", maxPerPipeline), statuses, expand,
				text("pipelineNameFilter", "only of pipelines with this in their name, whatever the case"),
				integer("pipelineLimit", "of how many pipelines at most"),
			},
			result: executions, serve: s.applicationExecutions,
		},
		{
			method: http.MethodGet, path: "/executions", name: "getLatestExecutionsByConfigIds", needs: anyone, tag: tag,
			summary: "List executions by their ids, or the latest of pipelines by theirs",
			params: []param{
				text("pipelineConfigIds", "ids of pipelines, separated by commas"),
				text("executionIds", "ids of executions, separated by commas; one of the two must be given for any result"),
				sized("limit", "how many of each pipeline; 1 where it isn't given", maxPerPipeline), statuses, expand,
			},
			result: executions, serve: s.someExecutions,
		},
		{
			method: http.MethodGet, path: "/pipelines", name: "getSubsetOfPipelines", needs: anyone, tag: tag,
			summary: "The same as GET /executions, where Orca has it",
			params: []param{
				text("pipelineConfigIds", "ids of pipelines, separated by commas"),
				text("executionIds", "ids of executions, separated by commas"),
				sized("limit", "how many of each pipeline; 1 where it isn't given", maxPerPipeline), statuses, expand,
			},
			result: executions, serve: s.someExecutions,
		},
		{
			method: http.MethodGet, path: "/pipelines/{id}", name: "getPipeline", needs: onExecution(access.Read), tag: tag,
			summary: "Get an execution of a pipeline", result: ref("Execution"), serve: s.getPipeline,
		},
		{
			method: http.MethodGet, path: "/executions/correlated/{correlationId}", name: "getCorrelatedExecutions", needs: anyone, tag: tag,
			summary: "List the ids of the executions that a correlation id started",
			result:  listOf(schema{"type": "string"}), serve: s.correlated,
		},
		{
			method: http.MethodGet, path: "/executions/failedStages", name: "getFailedStages", needs: anyone, tag: tag,
			summary: "Find the stages that made an execution fail, in its child pipelines too",
			params:  failedStageParams(), result: listOf(ref("FailedStage")), serve: s.failedStages,
		},
		{
			method: http.MethodGet, path: "/pipelines/failedStages", name: "getFailedStagesOfPipeline", needs: anyone, tag: tag,
			summary: "The same as GET /executions/failedStages, where Orca has it",
			params:  failedStageParams(), result: listOf(ref("FailedStage")), serve: s.failedStages,
		},
	}
}

func (s *server) applicationExecutions(r *http.Request) (any, error) {
	q := queryOf(r)
	limit := q.size("limit", s.config.ExecutionLimit, math.MinInt32, maxPerPipeline)
	statuses, expand := q.statuses(), q.boolean("expand", true)
	nameFilter, pipelineLimit := q.text("pipelineNameFilter"), q.count("pipelineLimit", 0, 0)
	if err := q.err(); err != nil {
		return nil, err
	}
	if limit <= 0 {
		return []*model.Execution{}, nil
	}
	filter := store.ExecutionFilter{
		Type: model.PipelineExecution, Application: r.PathValue("application"),
		Statuses: statuses, NameContains: nameFilter, PerConfigLimit: limit, Limit: maxExecutions,
	}
	if pipelineLimit > 0 {
		configs, err := s.configsOf(r, pipelines, filter.Application)
		if err != nil {
			return nil, err
		}
		for _, config := range configs {
			if len(filter.ConfigIDs) < pipelineLimit && containsFold(config.Name(), nameFilter) {
				filter.ConfigIDs = append(filter.ConfigIDs, config.ID())
			}
		}
		if len(filter.ConfigIDs) == 0 {
			return []*model.Execution{}, nil
		}
	}
	found, err := s.store.ExecutionRefs(r.Context(), filter)
	if err != nil {
		return nil, err
	}
	return s.listed(s.recent(found, limit), expand), nil
}

func (s *server) someExecutions(r *http.Request) (any, error) {
	q := queryOf(r)
	configIDs, ids := q.ids("pipelineConfigIds"), q.ids("executionIds")
	limit := q.size("limit", 1, math.MinInt32, maxPerPipeline)
	statuses, expand := q.statuses(), q.boolean("expand", true)
	if err := q.err(); err != nil {
		return nil, err
	}
	if limit <= 0 {
		limit = 1
	}
	filter := store.ExecutionFilter{Type: model.PipelineExecution, Limit: maxExecutions}
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
	found, err := s.store.ExecutionRefs(r.Context(), filter)
	if err != nil {
		return nil, err
	}
	if len(ids) > 0 {
		return s.listed(found, expand), nil
	}
	return s.listed(s.recent(found, limit), expand), nil
}

// inOrder puts executions in the order their ids were asked for.
func inOrder(found []store.ExecutionJSON, ids []string) []store.ExecutionJSON {
	byID := make(map[string]store.ExecutionJSON, len(found))
	for _, e := range found {
		byID[e.ID] = e
	}
	out := make([]store.ExecutionJSON, 0, len(found))
	for _, id := range ids {
		if e, ok := byID[id]; ok {
			out = append(out, e)
			delete(byID, id)
		}
	}
	return out
}

// execution reads an execution of a type; one of the other type isn't there.
func (s *server) execution(ctx context.Context, id string, kind model.ExecutionType) (*model.Execution, error) {
	e, err := s.store.Execution(ctx, id)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return nil, err
	}
	if err != nil || e.Type != kind {
		word := "Pipeline"
		if kind == model.OrchestrationExecution {
			word = "Task"
		}
		return nil, fault.New(fault.NotFound, "%s not found (id: %s)", word, id)
	}
	return e, nil
}

func (s *server) correlated(r *http.Request) (any, error) {
	found, err := s.store.ExecutionRefs(r.Context(), store.ExecutionFilter{
		CorrelationID: r.PathValue("correlationId"), Limit: maxItems,
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
