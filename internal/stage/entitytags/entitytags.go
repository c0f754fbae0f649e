// Package entitytags has the stages that put tags on what is deployed, such as
// notes and alerts on server groups: upsertEntityTags, bulkUpsertEntityTags and
// deleteEntityTags. Fields, rules and names are those of Orca's stages and of
// clouddriver's operations behind them. Tags are kept as documents; as a save
// is seen by all when it is done, the tasks that monitor have nothing to do.
package entitytags

import (
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"time"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
)

// Orca's names of the tasks.
const (
	entityTasks  = "com.netflix.spinnaker.orca.clouddriver.tasks.entitytags."
	upsertClass  = entityTasks + "UpsertEntityTagsTask"
	bulkClass    = entityTasks + "BulkUpsertEntityTagsTask"
	deleteClass  = entityTasks + "DeleteEntityTagsTask"
	monitorClass = "com.netflix.spinnaker.orca.clouddriver.tasks.MonitorKatoTask"
)

//go:embed schemas/*.json
var schemas embed.FS

// Store keeps the tags of entities, each entity's as one document in Front50's
// shape: id, idPattern, entityRef, tags, tagsMetadata, lastModified and
// lastModifiedBy. It is called by any number of tasks at a time.
type Store interface {
	// EntityTags reads a document; one that isn't there is a fault of kind
	// NotFound.
	EntityTags(ctx context.Context, id string) (map[string]any, error)
	// SaveEntityTags stores a document under its id, in the place of what was
	// there.
	SaveEntityTags(ctx context.Context, tags map[string]any) error
	// DeleteEntityTags deletes a document; one that isn't there is a fault of
	// kind NotFound.
	DeleteEntityTags(ctx context.Context, id string) error
}

// Types are the stages of this package.
func Types(store Store) []*stage.Type {
	return []*stage.Type{
		newType("upsertEntityTags", "Entity Tags", "Puts tags on something that is deployed.",
			"monitorUpsert", upsertClass, upsertTask{store}),
		newType("bulkUpsertEntityTags", "Entity Tags (several)", "Puts tags on several things that are deployed.",
			"monitorUpsert", bulkClass, bulkTask{store}),
		newType("deleteEntityTags", "Delete Entity Tags", "Takes tags off something that is deployed.",
			"monitorDelete", deleteClass, deleteTask{store}),
	}
}

func newType(name, label, description, monitor, class string, run stage.Task) *stage.Type {
	schema, err := schemas.ReadFile("schemas/" + name + ".json")
	if err != nil {
		panic(fmt.Sprintf("entitytags: stage type %s has no schema: %v", name, err)) // embedded at build time
	}
	return &stage.Type{
		Name: name, Label: label, Description: description, Schema: json.RawMessage(schema),
		Definition: plan{{Name: name, Class: class}, {Name: monitor, Class: monitorClass}},
		Tasks:      map[string]stage.Task{class: patient{run}, monitorClass: done{}},
	}
}

// plan is a definition that is the same for every stage.
type plan []engine.TaskSpec

// Tasks gives the plan.
func (p plan) Tasks(engine.View) ([]engine.TaskSpec, error) { return p, nil }

// patient is a task that is run again for a while when its store fails, as
// often as Orca's.
type patient struct{ stage.Task }

// Backoff is the time between tries.
func (patient) Backoff(stage.Input) time.Duration { return 5 * time.Second }

// Timeout is how long it is tried.
func (patient) Timeout(stage.Input) (time.Duration, bool) { return time.Minute, false }

// done is the task that waits for what has been done already.
type done struct{}

// Inline marks the task as one that does nothing outside.
func (done) Inline() {}

// Run is content.
func (done) Run(context.Context, stage.Input) (stage.Result, error) { return stage.Succeeded(), nil }

type upsertTask struct{ store Store }

// Run saves the tags that the stage's context has.
func (t upsertTask) Run(ctx context.Context, in stage.Input) (stage.Result, error) {
	c := in.Stage.Context
	if err := upsert(ctx, t.store, in, c, model.Bool(c, "isPartial", true)); err != nil {
		return stage.Result{}, err
	}
	return stage.Succeeded().With(map[string]any{"notification.type": "upsertentitytags"}), nil
}

type bulkTask struct{ store Store }

// Run saves the tags of each of the stage's entityTags. One that can't be saved
// keeps none of the others from being saved, and fails the stage at the end.
func (t bulkTask) Run(ctx context.Context, in stage.Input) (stage.Result, error) {
	c := in.Stage.Context
	var problems []string
	for i, given := range model.Objects(c, "entityTags") {
		err := upsert(ctx, t.store, in, given, model.Bool(c, "isPartial", true))
		if stage.IsRetryable(err) {
			return stage.Result{}, err
		}
		if err != nil {
			problems = append(problems, fmt.Sprintf("entityTags[%d]: %v", i, err))
		}
	}
	if len(problems) > 0 {
		return stage.Result{}, &stage.Error{
			Type: "IllegalArgumentException", Message: fmt.Sprintf("%d of the entity tags could not be saved", len(problems)), Errors: problems,
		}
	}
	return stage.Succeeded().With(map[string]any{"notification.type": "bulkupsertentitytags"}), nil
}

type deleteTask struct{ store Store }

// Run is content where the tags are gone already.
func (t deleteTask) Run(ctx context.Context, in stage.Input) (stage.Result, error) {
	c := in.Stage.Context
	id := model.String(c, "id")
	if id == "" {
		return stage.Result{}, invalid("id is missing")
	}
	stored, err := t.store.EntityTags(ctx, id)
	if err == nil {
		left := without(stored, model.Strings(c, "tags"))
		if model.Bool(c, "deleteAll", false) || len(model.List(left, "tags")) == 0 {
			err = t.store.DeleteEntityTags(ctx, id)
		} else {
			err = t.store.SaveEntityTags(ctx, stamped(left, in))
		}
	}
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return stage.Result{}, stage.Failure(stage.HTTPException, fmt.Errorf("delete tags of %s: %w", id, err))
	}
	return stage.Succeeded().With(map[string]any{"notification.type": "deleteentitytags"}), nil
}

func invalid(format string, args ...any) error {
	return &stage.Error{Type: "IllegalArgumentException", Message: fmt.Sprintf(format, args...)}
}
