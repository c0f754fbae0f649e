package templates

import (
	"net/http"

	"github.com/gennaker/gennaker/internal/api/rest"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
)

// routesV1 are the routes of templates of version 1. Their writes answer with
// the task before it is done, as in Gate.
func (a *area) routesV1() []rest.Route {
	const root = "/pipelineTemplates"
	return []rest.Route{
		{
			Method: http.MethodGet, Path: root, Name: "getPipelineTemplatesV1", Needs: rest.Anyone, Tag: templateTag,
			Summary: "List the pipeline templates", Deprecated: true, Params: []rest.Param{templateScopes},
			Result: rest.ListOf(anyTemplate), Serve: a.list,
		},
		{
			Method: http.MethodPost, Path: root, Name: "createPipelineTemplateV1", Needs: rest.Anyone, Tag: templateTag, Deprecated: true,
			Summary: "Create a pipeline template of version 1", Body: rest.RequiredBody(anyTemplate), Status: http.StatusAccepted,
			Result: rest.Ref("Ref"), Serve: a.create(first),
		},
		{
			Method: http.MethodGet, Path: root + "/resolve", Name: "resolvePipelineTemplate", Needs: rest.Anyone, Tag: templateTag, Deprecated: true,
			Summary: "Get a pipeline template of version 1 with its parent templates",
			Params: []rest.Param{
				rest.RequiredParam(rest.Text("source", "for example spinnaker://id; can contain Jinja")),
				rest.Text("executionId", "the pipeline execution to render Jinja in the source for"),
				rest.Text("pipelineConfigId", "the pipeline whose latest execution to render it for"),
			},
			Result: anyTemplate, Serve: a.resolve,
		},
		{
			Method: http.MethodGet, Path: root + "/{id}", Name: "getPipelineTemplateV1", Needs: rest.Anyone, Tag: templateTag, Deprecated: true,
			Summary: "Get a pipeline template of version 1", Result: anyTemplate,
			Serve: func(r *http.Request) (any, error) { return a.library.Get(r.Context(), r.PathValue("id"), "", "") },
		},
		{
			Method: http.MethodPost, Path: root + "/{id}", Name: "updatePipelineTemplateV1", Needs: rest.Anyone, Tag: templateTag, Deprecated: true,
			Summary: "Replace a pipeline template of version 1", Params: []rest.Param{skipPlan}, Body: rest.RequiredBody(anyTemplate),
			Status: http.StatusAccepted, Result: rest.Ref("Ref"), Serve: a.update(first),
		},
		{
			Method: http.MethodDelete, Path: root + "/{id}", Name: "deletePipelineTemplateV1", Needs: rest.Anyone, Tag: templateTag, Deprecated: true,
			Summary: "Delete a pipeline template of version 1 that no pipeline uses", Params: []rest.Param{taskOwner},
			Status: http.StatusAccepted, Result: rest.Ref("Ref"), Serve: a.remove(first),
		},
		{
			Method: http.MethodGet, Path: root + "/{id}/dependents", Name: "getPipelineTemplateDependentsV1", Needs: rest.Anyone, Tag: templateTag, Deprecated: true,
			Summary: "List the pipelines that use a pipeline template of version 1",
			Params:  []rest.Param{rest.Boolean("recursive", "also pipelines of templates that extend it")},
			Result:  dependentList, Serve: a.dependentsV1,
		},
	}
}

func (a *area) dependentsV1(r *http.Request) (any, error) {
	q := rest.QueryOf(r)
	recursive := q.Boolean("recursive", false)
	if err := q.Err(); err != nil {
		return nil, err
	}
	found, err := a.library.DependentsV1(r.Context(), r.PathValue("id"), recursive)
	return dependentViews(found), err
}

// resolve gives a template with all that it stands on, for an execution where
// one is named.
func (a *area) resolve(r *http.Request) (any, error) {
	q := rest.QueryOf(r)
	e, err := a.executionFor(r, q.Text("executionId"), q.Text("pipelineConfigId"))
	if err != nil {
		return nil, err
	}
	if e == nil {
		return a.planner.Resolve(r.Context(), q.Text("source"), "", nil)
	}
	return a.planner.Resolve(r.Context(), q.Text("source"), e.Application, e.Trigger)
}

// executionFor is the execution of that id, else the latest of a pipeline; nil
// where neither is named, or the pipeline has never run.
func (a *area) executionFor(r *http.Request, id, configID string) (*model.Execution, error) {
	if id != "" {
		return a.shown.Find(r.Context(), id, model.PipelineExecution)
	}
	if configID == "" {
		return nil, nil
	}
	found, err := a.shown.Executions(r.Context(), store.ExecutionFilter{
		Type: model.PipelineExecution, ConfigIDs: []string{configID}, Limit: 1,
	})
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return found[0], nil
}
