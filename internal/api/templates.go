package api

import (
	"context"
	"net/http"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/template"
	"github.com/gennaker/gennaker/internal/template/library"
)

// Templates makes pipelines of managed pipeline templates.
type Templates interface {
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

// templates are the handlers of the pipeline templates.
type templates struct {
	*server
	library *library.Library
	planner Templates
}

// templateRoutes are the routes of both versions. Without a planner of the
// installation's own, templates can be planned that need nothing from outside.
func (s *server) templateRoutes() []route {
	t := &templates{server: s, library: library.New(s.store), planner: s.templates}
	if t.planner == nil {
		t.planner = template.New(template.Options{Templates: t.library, Pipelines: t.library})
	}
	return append(t.routesV2(), t.routesV1()...)
}

const templateTag = "Pipeline templates"

var (
	anyTemplate    = schema{"type": "object"}
	templateScopes = text("scopes", "only templates with one of these scopes, separated by commas; all where it isn't given")
	versionTag     = text("tag", "the tag of the version")
	versionDigest  = text("digest", "the SHA-256 of the version")
	skipPlan       = boolean("skipPlanDependents", "store it even where pipelines made of it would not work any more")
	taskOwner      = text("application", "where the task is shown; spinnaker where it isn't given")
	dependentList  = listOf(schema{"type": "object", "properties": schema{
		"application": schema{"type": "string"}, "pipelineConfigId": schema{"type": "string"}, "pipelineName": schema{"type": "string"},
	}})
	templatedList = listOf(schema{
		"type": "object", "required": []string{"application", "pipelineConfigId", "pipelineName", "reference", "template"}, "properties": schema{
			"application": schema{"type": "string"}, "pipelineConfigId": schema{"type": "string"}, "pipelineName": schema{"type": "string"},
			"reference": schema{"type": "string", "description": "as the pipeline has it: spinnaker://id, spinnaker://id:tag, spinnaker://id@sha256:digest"},
			"template":  schema{"type": "string", "description": "the template's id; empty where the reference is to none that is stored here"},
		},
	})
)

func (t *templates) routesV2() []route {
	const root = "/v2/pipelineTemplates"
	return []route{
		{
			method: http.MethodGet, path: root, name: "getPipelineTemplates", needs: anyone, tag: templateTag, summary: "List the pipeline templates, all versions",
			params: []param{templateScopes}, result: listOf(anyTemplate), serve: t.list,
		},
		{
			method: http.MethodGet, path: root + "/versions", name: "getPipelineTemplateVersions", needs: anyone, tag: templateTag,
			summary: "List the versions of each pipeline template, by its id", params: []param{templateScopes}, result: anyTemplate,
			serve: func(r *http.Request) (any, error) { return t.library.Versions(r.Context(), queryOf(r).list("scopes")) },
		},
		{
			method: http.MethodGet, path: root + "/dependents", name: "getTemplatedPipelines", needs: anyone, tag: templateTag,
			summary: "List the pipelines that are made of templates, of either version", result: templatedList, serve: t.templated,
		},
		{
			method: http.MethodGet, path: root + "/{id}", name: "getPipelineTemplate", needs: anyone, tag: templateTag, summary: "Get a pipeline template, or a version of it",
			params: []param{versionTag, versionDigest}, result: anyTemplate, serve: t.get,
		},
		{
			method: http.MethodGet, path: root + "/{id}/dependents", name: "getPipelineTemplateDependents", needs: anyone, tag: templateTag,
			summary: "List the pipelines made of a pipeline template", result: dependentList, serve: t.dependents,
		},
		{
			method: http.MethodPost, path: root + "/create", name: "createPipelineTemplate", needs: anyone, tag: templateTag, summary: "Create a pipeline template, or a tag of one",
			params: []param{versionTag}, body: needs(anyTemplate), result: ref("Task"), serve: t.create(second),
		},
		{
			method: http.MethodPost, path: root + "/update/{id}", name: "updatePipelineTemplate", needs: anyone, tag: templateTag,
			summary: "Store a pipeline template, or a tag of one, anew", params: []param{versionTag, skipPlan},
			body: needs(anyTemplate), result: ref("Task"), serve: t.update(second),
		},
		{
			method: http.MethodPost, path: root + "/plan", name: "planPipelineTemplate", needs: anyone, tag: templateTag,
			summary: "Make the pipeline of a configuration with a template, without starting it",
			body:    needs(ref("Pipeline")), result: ref("Pipeline"), serve: t.plan,
		},
		{
			method: http.MethodDelete, path: root + "/{id}", name: "deletePipelineTemplate", needs: anyone, tag: templateTag,
			summary: "Delete a version of a pipeline template that no pipeline is made of", status: http.StatusAccepted,
			params: []param{versionTag, versionDigest, taskOwner}, result: ref("Task"), serve: t.remove(second),
		},
	}
}

func (t *templates) list(r *http.Request) (any, error) {
	return t.library.List(r.Context(), queryOf(r).list("scopes"))
}

func (t *templates) get(r *http.Request) (any, error) {
	q := queryOf(r)
	return t.library.PipelineTemplate(r.Context(), r.PathValue("id"), q.text("tag"), q.text("digest"))
}

func (t *templates) dependents(r *http.Request) (any, error) {
	found, err := t.library.DependentsV2(r.Context(), r.PathValue("id"))
	return dependentViews(found), err
}

// templated lists all pipelines that are made of templates, so that a list of
// templates tells who uses each without asking for one after another.
func (t *templates) templated(r *http.Request) (any, error) {
	found, err := t.library.Templated(r.Context())
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
			"application": either(model.String(p, "application"), "UNKNOWN"), "pipelineConfigId": either(model.String(p, "id"), "UNKNOWN"),
			"pipelineName": either(model.String(p, "name"), "UNKNOWN"),
		}
	}
	return out
}

func (t *templates) plan(r *http.Request) (any, error) {
	config, err := t.object(r)
	if err != nil {
		return nil, err
	}
	if err := checkPipelineSchema(config); err != nil {
		return nil, err
	}
	return t.planner.Plan(r.Context(), config)
}
