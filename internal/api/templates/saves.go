package templates

import (
	"cmp"
	"net/http"

	"github.com/gennaker/gennaker/internal/api/operation"
	"github.com/gennaker/gennaker/internal/api/rest"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/template"
)

// templateVersion is what the writes of the two versions of templates differ in.
type templateVersion struct {
	// job is what the types of its jobs end with.
	job string
	// check refuses a body that is no template of the version.
	check func(body map[string]any) error
	// variants are the fields that tell versions of one template apart, taken
	// from the query.
	variants []string
	// answers tells when a write is answered: with the task when it is done, or
	// with its reference when it is begun, each as Gate does.
	answers func(t *area, r *http.Request, application, description string, job map[string]any) (any, error)
}

var (
	first  = templateVersion{job: "PipelineTemplate", check: func(map[string]any) error { return nil }, answers: (*area).start}
	second = templateVersion{job: "V2PipelineTemplate", check: checkSecond, variants: []string{"tag", "digest"}, answers: (*area).run}
)

// checkSecond takes a body without a schema for one of version 2.
func checkSecond(body map[string]any) error {
	switch schema := model.String(body, "schema"); schema {
	case template.SchemaV2:
	case "":
		body["schema"] = template.SchemaV2
	default:
		return fault.New(fault.Invalid, "Pipeline template schema version is invalid: it must be v2, not %q", schema)
	}
	return nil
}

func (a *area) create(v templateVersion) func(r *http.Request) (any, error) {
	return func(r *http.Request) (any, error) {
		return a.save(r, v, "Create", map[string]any{"type": "create" + v.job})
	}
}

func (a *area) update(v templateVersion) func(r *http.Request) (any, error) {
	return func(r *http.Request) (any, error) {
		q := rest.QueryOf(r)
		skip := q.Boolean("skipPlanDependents", false)
		if err := q.Err(); err != nil {
			return nil, err
		}
		return a.save(r, v, "Update", map[string]any{"type": "update" + v.job, "id": r.PathValue("id"), "skipPlanDependents": skip})
	}
}

// save saves the template in the body by a task.
func (a *area) save(r *http.Request, v templateVersion, verb string, job map[string]any) (any, error) {
	body, err := rest.Object(r)
	if err != nil {
		return nil, err
	}
	if err := v.check(body); err != nil {
		return nil, err
	}
	if len(v.variants) > 0 {
		if tag := rest.QueryOf(r).Text("tag"); tag != "" {
			job["tag"] = tag
		}
	}
	if job["pipelineTemplate"], err = operation.Encode(body); err != nil {
		return nil, err
	}
	return v.answers(a, r, ownerOf(body), verb+" pipeline template '"+nameOf(body)+"'", job)
}

func (a *area) remove(v templateVersion) func(r *http.Request) (any, error) {
	return func(r *http.Request) (any, error) {
		q, id := rest.QueryOf(r), r.PathValue("id")
		job := map[string]any{"type": "delete" + v.job, "pipelineTemplateId": id}
		for _, field := range v.variants {
			if value := q.Text(field); value != "" {
				job[field] = value
			}
		}
		return v.answers(a, r, cmp.Or(q.Text("application"), templateApplication), "Delete pipeline template '"+id+"'", job)
	}
}

// run runs a job as a task and waits for it.
func (a *area) run(r *http.Request, application, description string, job map[string]any) (any, error) {
	who, err := rest.Caller(r)
	if err != nil {
		return nil, err
	}
	job["user"] = who.Name
	ended, err := a.operations.Run(r.Context(), application, description, job, who)
	if err != nil {
		return nil, err
	}
	return operation.View(ended), nil
}

// start starts a job as a task, without waiting for it.
func (a *area) start(r *http.Request, application, description string, job map[string]any) (any, error) {
	who, err := rest.Caller(r)
	if err != nil {
		return nil, err
	}
	job["user"] = who.Name
	return a.operations.Start(r, map[string]any{"application": application, "description": description, "job": []any{job}})
}

func nameOf(body map[string]any) string {
	return cmp.Or(model.String(model.Object(body, "metadata"), "name"), model.String(body, "id"))
}

// ownerOf is the application of tasks about a template: its scope, where it
// has one.
func ownerOf(body map[string]any) string {
	if scopes := model.Strings(model.Object(body, "metadata"), "scopes"); len(scopes) == 1 {
		return scopes[0]
	}
	return templateApplication
}
