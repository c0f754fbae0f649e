// Package templates is the area of the API about managed pipeline templates.
package templates

import (
	"cmp"
	"context"
	"net/http"

	"github.com/gennaker/gennaker/internal/api/operation"
	"github.com/gennaker/gennaker/internal/api/rest"
	"github.com/gennaker/gennaker/internal/api/schemas"
	"github.com/gennaker/gennaker/internal/api/shown"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/template"
	"github.com/gennaker/gennaker/internal/template/library"
)

// Planner makes pipelines of managed pipeline templates.
type Planner interface {
	// Plan gives the pipeline that a configuration with a template would be
	// started as.
	Plan(ctx context.Context, config map[string]any) (map[string]any, error)
	// Resolve gives a template of version 1 with all that it stands on; its
	// source may have Jinja in it, rendered with the application and the trigger
	// where there is one.
	Resolve(ctx context.Context, source, application string, trigger map[string]any) (map[string]any, error)
}

// templateApplication is the application of tasks about templates that have no
// one application of their own.
const templateApplication = "spinnaker"

// Deps are what the area uses.
type Deps struct {
	// Library keeps the templates.
	Library *library.Library
	// Planner is the installation's; without it, templates can be planned that need
	// nothing from outside.
	Planner    Planner
	Shown      *shown.Reader
	Operations *operation.Runner
}

type area struct {
	library    *library.Library
	planner    Planner
	shown      *shown.Reader
	operations *operation.Runner
}

// New returns the area, with both versions of templates.
func New(d Deps) rest.Area {
	a := &area{library: d.Library, planner: d.Planner, shown: d.Shown, operations: d.Operations}
	if a.planner == nil {
		a.planner = template.New(template.Options{Templates: a.library, Pipelines: a.library})
	}
	return rest.Area{Routes: append(a.routesV2(), a.routesV1()...)}
}

const templateTag = "Pipeline templates"

var (
	anyTemplate    = rest.Schema{"type": "object"}
	templateScopes = rest.Text("scopes", "only templates with one of these scopes, separated by commas; default: all")
	versionTag     = rest.Text("tag", "the tag of the version")
	versionDigest  = rest.Text("digest", "the SHA-256 of the version")
	skipPlan       = rest.Boolean("skipPlanDependents", "save it even if pipelines that use it would stop working")
	taskOwner      = rest.Text("application", "the application that lists the task; default: spinnaker")
	dependentList  = rest.ListOf(rest.Schema{"type": "object", "properties": rest.Schema{
		"application": rest.Schema{"type": "string"}, "pipelineConfigId": rest.Schema{"type": "string"}, "pipelineName": rest.Schema{"type": "string"},
	}})
	templatedList = rest.ListOf(rest.Schema{
		"type": "object", "required": []string{"application", "pipelineConfigId", "pipelineName", "reference", "template"}, "properties": rest.Schema{
			"application": rest.Schema{"type": "string"}, "pipelineConfigId": rest.Schema{"type": "string"}, "pipelineName": rest.Schema{"type": "string"},
			"reference": rest.Schema{"type": "string", "description": "the reference in the pipeline: spinnaker://id, spinnaker://id:tag, spinnaker://id@sha256:digest"},
			"template":  rest.Schema{"type": "string", "description": "the template's id; empty if the template isn't stored here"},
		},
	})
)

func (a *area) routesV2() []rest.Route {
	const root = "/v2/pipelineTemplates"
	return []rest.Route{
		{
			Method: http.MethodGet, Path: root, Name: "getPipelineTemplates", Needs: rest.Anyone, Tag: templateTag, Summary: "List the pipeline templates, all versions",
			Params: []rest.Param{templateScopes}, Result: rest.ListOf(anyTemplate), Serve: a.list,
		},
		{
			Method: http.MethodGet, Path: root + "/versions", Name: "getPipelineTemplateVersions", Needs: rest.Anyone, Tag: templateTag,
			Summary: "List the versions of each pipeline template, by its id", Params: []rest.Param{templateScopes}, Result: anyTemplate,
			Serve: func(r *http.Request) (any, error) {
				return a.library.Versions(r.Context(), rest.QueryOf(r).List("scopes"))
			},
		},
		{
			Method: http.MethodGet, Path: root + "/dependents", Name: "getTemplatedPipelines", Needs: rest.Anyone, Tag: templateTag,
			Summary: "List the pipelines that use templates, of either version", Result: templatedList, Serve: a.templated,
		},
		{
			Method: http.MethodGet, Path: root + "/{id}", Name: "getPipelineTemplate", Needs: rest.Anyone, Tag: templateTag, Summary: "Get a pipeline template, or a version of it",
			Params: []rest.Param{versionTag, versionDigest}, Result: anyTemplate, Serve: a.get,
		},
		{
			Method: http.MethodGet, Path: root + "/{id}/dependents", Name: "getPipelineTemplateDependents", Needs: rest.Anyone, Tag: templateTag,
			Summary: "List the pipelines that use a pipeline template", Result: dependentList, Serve: a.dependents,
		},
		{
			Method: http.MethodPost, Path: root + "/create", Name: "createPipelineTemplate", Needs: rest.Anyone, Tag: templateTag, Summary: "Create a pipeline template, or a tag of one",
			Params: []rest.Param{versionTag}, Body: rest.RequiredBody(anyTemplate), Result: rest.Ref("Task"), Serve: a.create(second),
		},
		{
			Method: http.MethodPost, Path: root + "/update/{id}", Name: "updatePipelineTemplate", Needs: rest.Anyone, Tag: templateTag,
			Summary: "Replace a pipeline template, or a tag of one", Params: []rest.Param{versionTag, skipPlan},
			Body: rest.RequiredBody(anyTemplate), Result: rest.Ref("Task"), Serve: a.update(second),
		},
		{
			Method: http.MethodPost, Path: root + "/plan", Name: "planPipelineTemplate", Needs: rest.Anyone, Tag: templateTag,
			Summary: "Render the pipeline of a templated configuration, without starting it",
			Body:    rest.RequiredBody(rest.Ref("Pipeline")), Result: rest.Ref("Pipeline"), Serve: a.plan,
		},
		{
			Method: http.MethodDelete, Path: root + "/{id}", Name: "deletePipelineTemplate", Needs: rest.Anyone, Tag: templateTag,
			Summary: "Delete a version of a pipeline template that no pipeline uses", Status: http.StatusAccepted,
			Params: []rest.Param{versionTag, versionDigest, taskOwner}, Result: rest.Ref("Task"), Serve: a.remove(second),
		},
	}
}

func (a *area) list(r *http.Request) (any, error) {
	return a.library.List(r.Context(), rest.QueryOf(r).List("scopes"))
}

func (a *area) get(r *http.Request) (any, error) {
	q := rest.QueryOf(r)
	return a.library.PipelineTemplate(r.Context(), r.PathValue("id"), q.Text("tag"), q.Text("digest"))
}

func (a *area) dependents(r *http.Request) (any, error) {
	found, err := a.library.DependentsV2(r.Context(), r.PathValue("id"))
	return dependentViews(found), err
}

// templated lists all pipelines that are made of templates, so that a list of
// templates tells who uses each without asking for one after another.
func (a *area) templated(r *http.Request) (any, error) {
	found, err := a.library.Templated(r.Context())
	if err != nil {
		return nil, err
	}
	out := make([]map[string]any, len(found))
	for i, p := range found {
		reference := template.ReferenceOf(p)
		known, err := template.ParseReference(reference)
		if err != nil { // a template at a URL, or a broken reference
			known = template.Reference{}
		}
		out[i] = model.Merge(dependentViews([]map[string]any{p})[0], map[string]any{"reference": reference, "template": known.ID})
	}
	return out, nil
}

func dependentViews(pipelines []map[string]any) []map[string]any {
	out := make([]map[string]any, len(pipelines))
	for i, p := range pipelines {
		out[i] = map[string]any{
			"application": cmp.Or(model.String(p, "application"), "UNKNOWN"), "pipelineConfigId": cmp.Or(model.String(p, "id"), "UNKNOWN"),
			"pipelineName": cmp.Or(model.String(p, "name"), "UNKNOWN"),
		}
	}
	return out
}

func (a *area) plan(r *http.Request) (any, error) {
	config, err := rest.Object(r)
	if err != nil {
		return nil, err
	}
	if err := schemas.CheckPipeline(config); err != nil {
		return nil, err
	}
	return a.planner.Plan(r.Context(), config)
}
