package api

import (
	"net/http"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
)

// routesV1 are the routes of templates of version 1. Their writes answer with
// the task before it is done, as in Gate.
func (t *templates) routesV1() []route {
	const root = "/pipelineTemplates"
	return []route{
		{
			method: http.MethodGet, path: root, name: "getPipelineTemplatesV1", needs: anyone, tag: templateTag,
			summary: "List the pipeline templates", deprecated: true, params: []param{templateScopes},
			result: listOf(anyTemplate), serve: t.list,
		},
		{
			method: http.MethodPost, path: root, name: "createPipelineTemplateV1", needs: anyone, tag: templateTag, deprecated: true,
			summary: "Create a pipeline template of version 1", body: needs(anyTemplate), status: http.StatusAccepted,
			result: ref("Ref"), serve: t.create(first),
		},
		{
			method: http.MethodGet, path: root + "/resolve", name: "resolvePipelineTemplate", needs: anyone, tag: templateTag, deprecated: true,
			summary: "Get a pipeline template of version 1 with all that it stands on",
			params: []param{
				needed(text("source", "such as spinnaker://id; it may have Jinja in it")),
				text("executionId", "the pipeline execution that Jinja in the source is rendered for"),
				text("pipelineConfigId", "the pipeline whose latest execution it is rendered for"),
			},
			result: anyTemplate, serve: t.resolve,
		},
		{
			method: http.MethodGet, path: root + "/{id}", name: "getPipelineTemplateV1", needs: anyone, tag: templateTag, deprecated: true,
			summary: "Get a pipeline template of version 1", result: anyTemplate,
			serve: func(r *http.Request) (any, error) { return t.library.Get(r.Context(), r.PathValue("id"), "", "") },
		},
		{
			method: http.MethodPost, path: root + "/{id}", name: "updatePipelineTemplateV1", needs: anyone, tag: templateTag, deprecated: true,
			summary: "Store a pipeline template of version 1 anew", params: []param{skipPlan}, body: needs(anyTemplate),
			status: http.StatusAccepted, result: ref("Ref"), serve: t.update(first),
		},
		{
			method: http.MethodDelete, path: root + "/{id}", name: "deletePipelineTemplateV1", needs: anyone, tag: templateTag, deprecated: true,
			summary: "Delete a pipeline template of version 1 that nothing is made of", params: []param{taskOwner},
			status: http.StatusAccepted, result: ref("Ref"), serve: t.remove(first),
		},
		{
			method: http.MethodGet, path: root + "/{id}/dependents", name: "getPipelineTemplateDependentsV1", needs: anyone, tag: templateTag, deprecated: true,
			summary: "List the pipelines made of a pipeline template of version 1",
			params:  []param{boolean("recursive", "also those made of templates that stand on it")},
			result:  dependentList, serve: t.dependentsV1,
		},
	}
}

func (t *templates) dependentsV1(r *http.Request) (any, error) {
	q := queryOf(r)
	recursive := q.boolean("recursive", false)
	if err := q.err(); err != nil {
		return nil, err
	}
	found, err := t.library.DependentsV1(r.Context(), r.PathValue("id"), recursive)
	return dependentViews(found), err
}

// resolve gives a template with all that it stands on, for an execution where
// one is named.
func (t *templates) resolve(r *http.Request) (any, error) {
	q := queryOf(r)
	e, err := t.executionFor(r, q.text("executionId"), q.text("pipelineConfigId"))
	if err != nil {
		return nil, err
	}
	if e == nil {
		return t.planner.Resolve(r.Context(), q.text("source"), "", nil)
	}
	return t.planner.Resolve(r.Context(), q.text("source"), e.Application, e.Trigger)
}

// executionFor is the execution of that id, else the latest of a pipeline; nil
// where neither is named, or the pipeline has never run.
func (t *templates) executionFor(r *http.Request, id, configID string) (*model.Execution, error) {
	if id != "" {
		return t.execution(r.Context(), id, model.PipelineExecution)
	}
	if configID == "" {
		return nil, nil
	}
	found, err := t.store.Executions(r.Context(), store.ExecutionFilter{
		Type: model.PipelineExecution, ConfigIDs: []string{configID}, Limit: 1,
	})
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return found[0], nil
}
