// Package templates has the stage types that save and delete managed pipeline
// templates: Orca's orca-pipelinetemplate. Fields, task names and results are
// Orca's.
//
// All of them may be run again after a crash: a template that is saved twice is
// the same, and a deletion is content when there is nothing left to delete.
package templates

import (
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"time"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
)

// Orca's classes.
const (
	prefix         = "com.netflix.spinnaker.orca.pipelinetemplate.tasks."
	classCreateV1  = prefix + "CreatePipelineTemplateTask"
	classUpdateV1  = prefix + "UpdatePipelineTemplateTask"
	classDeleteV1  = prefix + "DeletePipelineTemplateTask"
	classPlan      = prefix + "PlanTemplateDependentsTask"
	classCreateV2  = prefix + "v2.CreateV2PipelineTemplateTask"
	classUpdateV2  = prefix + "v2.UpdateV2PipelineTemplateTask"
	classDeleteV2  = prefix + "v2.DeleteV2PipelineTemplateTask"
	updateType     = "updatePipeline"
	keyDependents  = "pipelineTemplate.dependentPipelines"
	keySkip        = "skipPlanDependents"
	tries          = 15 * time.Second
	saveTimeout    = time.Minute
	planTimeout    = 10 * time.Minute
	planTask       = "planDependentPipelines"
	createTask     = "createPipelineTemplate"
	updateTask     = "updatePipelineTemplate"
	deleteTask     = "deletePipelineTemplate"
	dependentStage = "updateDependentPipeline"
)

// Store keeps templates. Each method that changes something is one
// transaction, and all may be called by any number of tasks at a time. Faults
// come with a kind of package fault: Invalid, NotFound, Conflict; any other
// error is taken for a passing one. user is who is asking.
type Store interface {
	// CreateV2 stores a new template of version 2, or a new tag of one; the
	// same again is no fault.
	CreateV2(ctx context.Context, template map[string]any, tag, user string) error
	UpdateV2(ctx context.Context, id string, template map[string]any, tag, user string) error
	// DeleteV2 deletes one version; one that pipelines are made of is Invalid.
	DeleteV2(ctx context.Context, id, tag, digest, user string) error
	CreateV1(ctx context.Context, template map[string]any, user string) error
	UpdateV1(ctx context.Context, id string, template map[string]any, user string) error
	DeleteV1(ctx context.Context, id, user string) error
	// Affected lists the pipelines that a save of a template changes.
	Affected(ctx context.Context, template map[string]any, tag string) ([]map[string]any, error)
}

// Planner makes pipelines of templates.
type Planner interface {
	// PlanDependents plans pipelines with a template that isn't stored yet, and
	// tells what is wrong with each, by its id.
	PlanDependents(ctx context.Context, template map[string]any, pipelines []map[string]any) map[string][]string
}

//go:embed schemas/*.json
var schemas embed.FS

// Types are the stage types of this package. The type updatePipeline of package
// frontfifty must be in the same registry.
//
// Updates of both versions plan the pipelines made of the template first, and
// are refused where one would break, unless skipPlanDependents is set. In Orca
// only those of version 1 do, though Gate takes the option for both.
func Types(store Store, planner Planner) []*stage.Type {
	plan := plan{store: store, planner: planner}
	return []*stage.Type{
		newType("createV2PipelineTemplate", "Create pipeline template", "Stores a new pipeline template, or a new tag of one.",
			steps{{createTask, classCreateV2}}, map[string]stage.Task{classCreateV2: patient{createV2{store}, saveTimeout}}),
		newType("updateV2PipelineTemplate", "Update pipeline template", "Replaces a pipeline template after checking the pipelines that use it.",
			update{{planTask, classPlan}, {updateTask, classUpdateV2}},
			map[string]stage.Task{classPlan: patient{plan, planTimeout}, classUpdateV2: patient{updateV2{store}, saveTimeout}}),
		newType("deleteV2PipelineTemplate", "Delete pipeline template", "Deletes a version of a pipeline template that no pipeline uses.",
			steps{{deleteTask, classDeleteV2}}, map[string]stage.Task{classDeleteV2: patient{deleteV2{store}, saveTimeout}}),
		newType("createPipelineTemplate", "Create pipeline template (version 1)", "Stores a new pipeline template of version 1.",
			steps{{createTask, classCreateV1}}, map[string]stage.Task{classCreateV1: patient{createV1{store}, saveTimeout}}),
		newType("updatePipelineTemplate", "Update pipeline template (version 1)",
			"Replaces a pipeline template of version 1, and then the pipelines that use it.",
			updateV1Plan{update{{planTask, classPlan}, {updateTask, classUpdateV1}}},
			map[string]stage.Task{classPlan: patient{plan, planTimeout}, classUpdateV1: patient{updateV1{store}, saveTimeout}}),
		newType("deletePipelineTemplate", "Delete pipeline template (version 1)", "Deletes a pipeline template of version 1 that no pipeline uses.",
			steps{{deleteTask, classDeleteV1}}, map[string]stage.Task{classDeleteV1: patient{deleteV1{store}, saveTimeout}}),
	}
}

func newType(name, label, description string, definition engine.Definition, tasks map[string]stage.Task) *stage.Type {
	data, err := schemas.ReadFile("schemas/" + name + ".json")
	if err != nil {
		panic(fmt.Sprintf("templates: stage type %s has no schema: %v", name, err)) // embedded at build time
	}
	return &stage.Type{
		Name: name, Label: label, Description: description, Schema: json.RawMessage(data),
		Definition: definition, Tasks: tasks,
	}
}

// steps is a plan that is the same for every stage: names and classes.
type steps [][2]string

// Tasks gives the plan.
func (s steps) Tasks(engine.View) ([]engine.TaskSpec, error) {
	out := make([]engine.TaskSpec, len(s))
	for i, step := range s {
		out[i] = engine.TaskSpec{Name: step[0], Class: step[1]}
	}
	return out, nil
}

// update is a plan whose first task may be left out.
type update steps

// Tasks gives the plan.
func (u update) Tasks(v engine.View) ([]engine.TaskSpec, error) {
	if model.Bool(v.Stage.Context, keySkip, false) {
		return steps(u[1:]).Tasks(v)
	}
	return steps(u).Tasks(v)
}

// updateV1Plan is an update that stores the pipelines made of the template
// anew afterwards.
type updateV1Plan struct{ update }

// AfterStages gives a stage for each pipeline, one after another.
func (updateV1Plan) AfterStages(v engine.View) ([]engine.Synthetic, error) {
	var out []engine.Synthetic
	for i, pipeline := range model.Strings(v.Stage.Context, keyDependents) {
		s := engine.Synthetic{Type: updateType, Name: dependentStage, Context: map[string]any{"pipeline": pipeline}}
		if i > 0 {
			s.Requires = []int{i - 1}
		}
		out = append(out, s)
	}
	return out, nil
}

// patient is a task that is run again for a while when its store fails.
type patient struct {
	stage.Task
	timeout time.Duration
}

// Backoff is the time between tries, as Orca has it.
func (p patient) Backoff(stage.Input) time.Duration { return tries }

// Timeout is how long it is tried.
func (p patient) Timeout(stage.Input) (time.Duration, bool) { return p.timeout, false }
