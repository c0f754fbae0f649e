package pipelines

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/gennaker/gennaker/internal/access"
	"github.com/gennaker/gennaker/internal/api/operation"
	"github.com/gennaker/gennaker/internal/api/rest"
	"github.com/gennaker/gennaker/internal/catalog"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
)

func (a *area) saveRoutes() []rest.Route {
	return append(append(a.saveRoutesOf(pipelines), a.saveRoutesOf(strategies)...), rest.Route{
		Method: http.MethodPost, Path: "/pipelines/bulksave", Name: "bulkSavePipelines", Needs: rest.Anyone, Tag: pipelines.tag,
		Summary: "Save a list of pipeline configurations; those that can't be saved are reported separately",
		Params:  []rest.Param{rest.Text("application", "the application that lists the task; default: bulk_save_placeholder_app")},
		Body:    rest.RequiredBody(rest.ListOf(rest.Ref("Pipeline"))), Result: rest.Ref("BulkSave"), Serve: a.bulkSave,
	})
}

func (a *area) saveRoutesOf(f flavour) []rest.Route {
	return []rest.Route{
		{
			Method: http.MethodPost, Path: f.root, Name: "save" + f.name, Needs: rest.Anyone, Tag: f.tag,
			Summary: "Save a " + f.word + " configuration; replaces the one with the same id",
			Params:  []rest.Param{rest.Boolean("staleCheck", "reject the change if someone has saved it since it was read (by its updateTs)")},
			Body:    rest.RequiredBody(rest.Ref("Pipeline")),
			Raw:     func(w http.ResponseWriter, r *http.Request) error { return a.saveConfig(w, r, f) },
		},
		{
			Method: http.MethodPut, Path: f.root + "/{id}", Name: "update" + f.name, Needs: rest.OnPipeline(access.Write, "id"), Tag: f.tag,
			Summary: "Change or rename a " + f.word + " configuration",
			Body:    rest.RequiredBody(rest.Ref("Pipeline")), Result: rest.Ref("Pipeline"),
			Serve: func(r *http.Request) (any, error) { return a.updateConfig(r, f) },
		},
		{
			Method: http.MethodDelete, Path: f.root + "/{application}/{nameOrId}", Name: "delete" + f.name, Needs: rest.OnApplication(access.Write), Tag: f.tag,
			Summary: "Delete a " + f.word + " configuration; succeeds if it doesn't exist",
			Serve:   func(r *http.Request) (any, error) { return nil, a.deleteConfig(r, f) },
		},
		{
			Method: http.MethodPost, Path: f.root + "/move", Name: "rename" + f.name, Needs: rest.Anyone, Tag: f.tag,
			Summary: "Rename a " + f.word + " configuration", Body: rest.RequiredBody(rest.Ref("Move")),
			Serve: func(r *http.Request) (any, error) { return nil, a.moveConfig(r, f) },
		},
		{
			Method: http.MethodPost, Path: "/actions" + f.root + "/reorder", Name: "reorder" + plural(f), Needs: rest.Anyone, Tag: f.tag,
			Summary: "Reorder an application's " + strings.TrimPrefix(f.root, "/"), Body: rest.RequiredBody(rest.Ref("Reorder")),
			Result: rest.Ref("Task"), Serve: func(r *http.Request) (any, error) { return a.reorder(r, f) },
		},
	}
}

func plural(f flavour) string {
	if f == strategies {
		return "Strategies"
	}
	return "Pipelines"
}

func (a *area) saveConfig(w http.ResponseWriter, r *http.Request, f flavour) error {
	q := rest.QueryOf(r)
	staleCheck := q.Boolean("staleCheck", false)
	if err := q.Err(); err != nil {
		return err
	}
	config, err := rest.Object(r)
	if err != nil {
		return err
	}
	warnings, err := a.checkSave(config)
	if err != nil {
		return err
	}
	if err := a.saveThrough(r, f, "savePipeline", "Save", config, map[string]any{"staleCheck": staleCheck}); err != nil {
		return err
	}
	warn(w, warnings)
	w.WriteHeader(http.StatusOK)
	return nil
}

// saveThrough runs a save, update or delete of one configuration as a task.
func (a *area) saveThrough(r *http.Request, f flavour, stage, verb string, config map[string]any, more map[string]any) error {
	who, err := rest.Caller(r)
	if err != nil {
		return err
	}
	document, err := operation.Encode(config)
	if err != nil {
		return err
	}
	job := model.Merge(map[string]any{"type": stage, "pipeline": document, "user": who.Name}, more)
	if f == strategies {
		job["isStrategy"] = true
	}
	name := model.String(config, "name")
	if name == "" {
		name = "Unknown"
	}
	_, err = a.operations.Run(r.Context(), model.String(config, "application"), fmt.Sprintf("%s %s '%s'", verb, f.word, name), job, who)
	return err
}

func (a *area) updateConfig(r *http.Request, f flavour) (any, error) {
	config, err := rest.Object(r)
	if err != nil {
		return nil, err
	}
	id := r.PathValue("id")
	if given := model.String(config, "id"); given != "" && given != id {
		return nil, fault.New(fault.Invalid, "The provided id %s doesn't match the existing %s id %s", given, f.word, id)
	}
	config["id"] = id
	if _, err := a.store.Pipeline(r.Context(), id); err != nil {
		return nil, err
	}
	if _, err := a.checkSave(config); err != nil {
		return nil, err
	}
	if err := a.saveThrough(r, f, "updatePipeline", "Update", config, nil); err != nil {
		return nil, err
	}
	return a.savedConfig(r, f, model.String(config, "application"), id)
}

// savedConfig reads a configuration back as the list of its application has it.
func (a *area) savedConfig(r *http.Request, f flavour, application, id string) (any, error) {
	all, err := catalog.Numbered(r.Context(), a.store, f.kind, application)
	if err != nil {
		return nil, err
	}
	for _, config := range all {
		if config.ID() == id {
			return config, nil
		}
	}
	return nil, fault.New(fault.NotFound, "%s config (id: %s) not found for Application (id: %s)", f.name, id, application)
}

// deleteConfig finds the configuration by its name, whatever the case; Gate is
// content when there is none.
func (a *area) deleteConfig(r *http.Request, f flavour) error {
	config, err := catalog.ByName(r.Context(), a.store, f.kind, r.PathValue("application"), r.PathValue("nameOrId"))
	if err != nil || config == nil {
		return err
	}
	return a.saveThrough(r, f, "deletePipeline", "Delete", config, nil)
}

func (a *area) moveConfig(r *http.Request, f flavour) error {
	command, err := rest.Object(r)
	if err != nil {
		return err
	}
	application, from, to := model.String(command, "application"), model.String(command, "from"), strings.TrimSpace(model.String(command, "to"))
	if application == "" || from == "" || to == "" {
		return fault.New(fault.Invalid, "application, from and to are required")
	}
	config, err := catalog.ByName(r.Context(), a.store, f.kind, application, from)
	if err != nil {
		return err
	}
	if config == nil {
		return fault.New(fault.NotFound, "%s config (id: %s) not found for Application (id: %s)", f.name, from, application)
	}
	return a.saveThrough(r, f, "updatePipeline", "Rename", model.Merge(config, map[string]any{"name": to}), nil)
}

func (a *area) reorder(r *http.Request, f flavour) (any, error) {
	command, err := rest.Object(r)
	if err != nil {
		return nil, err
	}
	order, ok := command["idsToIndices"].(map[string]any)
	if !ok {
		return nil, fault.New(fault.Invalid, "`idsToIndices` is required field on request body")
	}
	application := model.String(command, "application")
	if application == "" {
		return nil, fault.New(fault.Invalid, "`application` is required field on request body")
	}
	who, err := rest.Caller(r)
	if err != nil {
		return nil, err
	}
	job := map[string]any{"type": "reorderPipelines", "user": who.Name}
	for field, value := range map[string]any{"idsToIndices": order, "isStrategy": f == strategies, "application": application} {
		if job[field], err = operation.Encode(value); err != nil {
			return nil, err
		}
	}
	ended, err := a.operations.Run(r.Context(), application, "Reorder "+strings.TrimPrefix(f.root, "/"), job, who)
	if err != nil {
		return nil, err
	}
	return operation.View(ended), nil
}

func (a *area) bulkSave(r *http.Request) (any, error) {
	var configs []map[string]any
	present, err := rest.ReadBody(r, &configs)
	if err != nil {
		return nil, err
	}
	if !present {
		return nil, fault.New(fault.Invalid, "a body is required: a list of pipelines")
	}
	who, err := rest.Caller(r)
	if err != nil {
		return nil, err
	}
	good, bad := []any{}, []any{}
	for _, config := range configs {
		if _, err := a.checkSave(config); err != nil {
			bad = append(bad, model.Merge(config, map[string]any{"errorMsg": rest.Outside(err)}))
			continue
		}
		good = append(good, config)
	}
	document, err := operation.Encode(good)
	if err != nil {
		return nil, err
	}
	application := r.URL.Query().Get("application")
	if application == "" {
		application = "bulk_save_placeholder_app"
	}
	ended, err := a.operations.Run(r.Context(), application, "Bulk save pipelines", map[string]any{
		"type": "savePipeline", "pipelines": document, "user": who.Name, "isBulkSavingPipelines": true,
	}, who)
	if err != nil {
		return nil, err
	}
	result := map[string]any{}
	for _, stage := range ended.Stages {
		if saved := model.Object(stage.Context, "bulksave"); saved != nil {
			result = model.Merge(saved, nil)
		}
	}
	if len(bad) > 0 {
		failed := append(append([]any{}, model.List(result, "failed_pipelines")...), bad...)
		result["failed_pipelines"], result["failed_pipelines_count"] = failed, len(failed)
	}
	return result, nil
}
