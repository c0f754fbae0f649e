package api

import (
	"context"
	"net/http"

	"github.com/gennaker/gennaker/internal/fault"
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
)

func (t *templates) routesV2() []route {
	const root = "/v2/pipelineTemplates"
	return []route{
		{
			method: http.MethodGet, path: root, name: "getPipelineTemplates", tag: templateTag, summary: "List the pipeline templates, all versions",
			params: []param{templateScopes}, result: listOf(anyTemplate), serve: t.list,
		},
		{
			method: http.MethodGet, path: root + "/versions", name: "getPipelineTemplateVersions", tag: templateTag,
			summary: "List the versions of each pipeline template, by its id", params: []param{templateScopes}, result: anyTemplate,
			serve: func(r *http.Request) (any, error) { return t.library.Versions(r.Context(), queryOf(r).list("scopes")) },
		},
		{
			method: http.MethodGet, path: root + "/{id}", name: "getPipelineTemplate", tag: templateTag, summary: "Get a pipeline template, or a version of it",
			params: []param{versionTag, versionDigest}, result: anyTemplate, serve: t.get,
		},
		{
			method: http.MethodGet, path: root + "/{id}/dependents", name: "getPipelineTemplateDependents", tag: templateTag,
			summary: "List the pipelines made of a pipeline template", result: dependentList, serve: t.dependents,
		},
		{
			method: http.MethodPost, path: root + "/create", name: "createPipelineTemplate", tag: templateTag, summary: "Create a pipeline template, or a tag of one",
			params: []param{versionTag}, body: needs(anyTemplate), result: ref("Task"), serve: t.create,
		},
		{
			method: http.MethodPost, path: root + "/update/{id}", name: "updatePipelineTemplate", tag: templateTag,
			summary: "Store a pipeline template, or a tag of one, anew", params: []param{versionTag, skipPlan},
			body: needs(anyTemplate), result: ref("Task"), serve: t.update,
		},
		{
			method: http.MethodPost, path: root + "/plan", name: "planPipelineTemplate", tag: templateTag,
			summary: "Make the pipeline of a configuration with a template, without starting it",
			body:    needs(ref("Pipeline")), result: ref("Pipeline"), serve: t.plan,
		},
		{
			method: http.MethodDelete, path: root + "/{id}", name: "deletePipelineTemplate", tag: templateTag,
			summary: "Delete a version of a pipeline template that no pipeline is made of", status: http.StatusAccepted,
			params: []param{versionTag, versionDigest, taskOwner}, result: ref("Task"), serve: t.remove,
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

// read reads a template of version 2 from the body.
func (t *templates) read(r *http.Request) (map[string]any, error) {
	body, err := t.object(r)
	if err != nil {
		return nil, err
	}
	switch version := model.String(body, "schema"); version {
	case template.SchemaV2:
	case "":
		body["schema"] = template.SchemaV2
	default:
		return nil, fault.New(fault.Invalid, "Pipeline template schema version is invalid: it must be v2, not %q", version)
	}
	return body, nil
}

func (t *templates) create(r *http.Request) (any, error) {
	body, err := t.read(r)
	if err != nil {
		return nil, err
	}
	return t.save(r, "Create", body, map[string]any{"type": "createV2PipelineTemplate"})
}

func (t *templates) update(r *http.Request) (any, error) {
	body, err := t.read(r)
	if err != nil {
		return nil, err
	}
	q := queryOf(r)
	skip := q.boolean("skipPlanDependents", false)
	if err := q.err(); err != nil {
		return nil, err
	}
	return t.save(r, "Update", body, map[string]any{
		"type": "updateV2PipelineTemplate", "id": r.PathValue("id"), "skipPlanDependents": skip,
	})
}

// save runs a save as a task and waits for it.
func (t *templates) save(r *http.Request, verb string, body, job map[string]any) (any, error) {
	if tag := queryOf(r).text("tag"); tag != "" {
		job["tag"] = tag
	}
	document, err := encoded(body)
	if err != nil {
		return nil, err
	}
	job["pipelineTemplate"] = document
	return t.run(r, ownerOf(body), verb+" pipeline template '"+nameOf(body)+"'", job)
}

// run runs a job as a task and waits for it, as Gate does for version 2.
func (t *templates) run(r *http.Request, application, description string, job map[string]any) (any, error) {
	who, err := t.caller(r)
	if err != nil {
		return nil, err
	}
	job["user"] = who.User
	ended, err := t.runJob(r.Context(), application, description, job, who)
	if err != nil {
		return nil, err
	}
	return taskView(ended), nil
}

func nameOf(body map[string]any) string {
	return either(model.String(model.Object(body, "metadata"), "name"), model.String(body, "id"))
}

// ownerOf is the application of tasks about a template: its scope, where it
// has one.
func ownerOf(body map[string]any) string {
	if scopes := model.Strings(model.Object(body, "metadata"), "scopes"); len(scopes) == 1 {
		return scopes[0]
	}
	return templateApplication
}

func (t *templates) plan(r *http.Request) (any, error) {
	config, err := t.object(r)
	if err != nil {
		return nil, err
	}
	return t.planner.Plan(r.Context(), config)
}

func (t *templates) remove(r *http.Request) (any, error) {
	q, id := queryOf(r), r.PathValue("id")
	job := map[string]any{"type": "deleteV2PipelineTemplate", "pipelineTemplateId": id}
	for _, field := range []string{"tag", "digest"} {
		if value := q.text(field); value != "" {
			job[field] = value
		}
	}
	return t.run(r, either(q.text("application"), templateApplication), "Delete pipeline template '"+id+"'", job)
}
