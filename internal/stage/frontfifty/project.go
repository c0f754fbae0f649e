package frontfifty

import (
	"context"
	"strings"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
)

// upsertProject creates or replaces a project: Orca's UpsertProjectTask.
type upsertProject struct{ store Store }

// Run stores the stage's project.
func (t upsertProject) Run(ctx context.Context, in stage.Input) (stage.Result, error) {
	given := model.Object(in.Stage.Context, "project")
	project := model.Merge(map[string]any{"config": map[string]any{}}, given)
	name := strings.TrimSpace(model.String(project, "name"))
	if name == "" {
		return stage.Result{}, invalid("A project requires a name")
	}
	project["name"] = name
	now := model.Millis(in.Now)
	project["createTs"], project["updateTs"], project["lastModifiedBy"] = now, now, userOf(in)
	if id := model.String(project, "id"); id == "" {
		project["id"] = newID(in, 0)
	} else {
		stored, err := t.store.Project(ctx, id)
		if err != nil {
			return stage.Result{}, stage.Failure(stage.HTTPException, err)
		}
		if created, ok := stored["createTs"]; ok {
			project["createTs"] = created
		}
	}
	stored, err := t.store.SaveProject(ctx, project, userOf(in))
	if err != nil {
		return stage.Result{}, stage.Failure(stage.HTTPException, err)
	}
	return stage.Succeeded().With(map[string]any{
		"notification.type": "upsertproject", "project": stored,
	}), nil
}

// deleteProject deletes a project.
type deleteProject struct{ store Store }

// Run is content when there is no such project.
func (t deleteProject) Run(ctx context.Context, in stage.Input) (stage.Result, error) {
	id := model.String(model.Object(in.Stage.Context, "project"), "id")
	if id == "" {
		return stage.Result{}, invalid("project.id is missing")
	}
	if err := t.store.DeleteProject(ctx, id, userOf(in)); err != nil && fault.KindOf(err) != fault.NotFound {
		return stage.Result{}, stage.Failure(stage.HTTPException, err)
	}
	return stage.Succeeded().With(map[string]any{"notification.type": "deleteproject"}), nil
}
