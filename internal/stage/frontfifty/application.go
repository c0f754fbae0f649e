package frontfifty

import (
	"context"
	"fmt"
	"strings"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
)

// applicationOf is the application that a stage is about, with a name.
func applicationOf(in stage.Input) (model.Application, error) {
	app := model.Application(model.Merge(model.Object(in.Stage.Context, "application"), nil))
	name := strings.TrimSpace(app.Name())
	if name == "" {
		return nil, invalid("Missing one or more required task parameters (application.name)")
	}
	app["name"] = name
	return app, nil
}

// upsertApplication saves an application: Orca's UpsertApplicationTask.
type upsertApplication struct{ store Store }

// Run merges what is given over what is stored, checks and saves it.
func (t upsertApplication) Run(ctx context.Context, in stage.Input) (stage.Result, error) {
	app, err := applicationOf(in)
	if err != nil {
		return stage.Result{}, err
	}
	previous, err := t.store.Application(ctx, app.Name())
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return stage.Result{}, stage.Failure(stage.HTTPException, err)
	}
	merged := mergeApplication(previous, app)
	if problems := checkApplication(merged); len(problems) > 0 {
		return stage.Result{}, &stage.Error{
			Type: "IllegalArgumentException", Message: problems[0], Errors: problems,
		}
	}
	now, err := t.store.SaveApplication(ctx, merged, userOf(in))
	if err != nil {
		return stage.Result{}, stage.Failure(stage.HTTPException, err)
	}
	before := map[string]any{}
	if previous != nil {
		before = previous
	}
	return stage.Succeeded().With(map[string]any{
		"notification.type": "upsertapplication", "application.name": app.Name(),
		"previousState": before, "newState": map[string]any(now),
	}), nil
}

// mergeApplication lays what is given over what is stored, as Front50 does it:
// what isn't given stays. Names are kept in lower case.
func mergeApplication(stored, given model.Application) model.Application {
	out := model.Application(model.Merge(stored, given))
	for _, field := range []string{"description", "email", "cloudProviders"} {
		if given[field] == nil {
			out[field] = stored[field]
		}
		if out[field] == nil {
			delete(out, field)
		}
	}
	if list := model.List(out, "cloudProviders"); list != nil {
		out["cloudProviders"] = strings.Join(model.Strings(out, "cloudProviders"), ",")
	}
	if given["permissions"] == nil {
		out["permissions"] = stored["permissions"]
	}
	if out["permissions"] == nil {
		out["permissions"] = map[string]any{}
	}
	out["name"] = strings.ToLower(given.Name())
	return out
}

// verifyApplication makes sure that nothing of an application runs any more.
type verifyApplication struct{ dependencies Dependencies }

// Run fails with a sentence for each kind of thing that is left.
func (t verifyApplication) Run(ctx context.Context, in stage.Input) (stage.Result, error) {
	app, err := applicationOf(in)
	if err != nil {
		return stage.Result{}, err
	}
	if t.dependencies == nil {
		return stage.Succeeded(), nil
	}
	left, err := t.dependencies.ApplicationDependencies(ctx, app.Name())
	if err != nil {
		return stage.Result{}, fmt.Errorf("look for what application %s still has: %w", app.Name(), err)
	}
	if len(left) == 0 {
		return stage.Succeeded(), nil
	}
	sentences := make([]any, len(left))
	for i, kind := range left {
		sentences[i] = "Application is associated with one or more " + kind
	}
	return stage.Failed().With(map[string]any{"exception": map[string]any{"details": map[string]any{
		"error": "Application has outstanding dependencies", "errors": sentences,
	}}}), nil
}

// deleteApplication deletes an application and what belongs to it.
type deleteApplication struct{ store Store }

// Run is content when there is no such application.
func (t deleteApplication) Run(ctx context.Context, in stage.Input) (stage.Result, error) {
	app, err := applicationOf(in)
	if err != nil {
		return stage.Result{}, err
	}
	result := map[string]any{"notification.type": "deleteapplication", "application.name": app.Name()}
	previous, err := t.store.Application(ctx, app.Name())
	if err == nil {
		result["previousState"] = map[string]any(previous)
		err = t.store.DeleteApplication(ctx, app.Name(), userOf(in))
	}
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return stage.Result{}, stage.Failure(stage.HTTPException, err)
	}
	return stage.Succeeded().With(result), nil
}
