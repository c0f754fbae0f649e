package frontfifty

import (
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"time"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/stage"
)

// Orca's classes.
const (
	classUpsertApplication = "com.netflix.spinnaker.orca.applications.tasks.UpsertApplicationTask"
	classVerifyApplication = "com.netflix.spinnaker.orca.applications.tasks.VerifyApplicationHasNoDependenciesTask"
	classDeleteApplication = "com.netflix.spinnaker.orca.applications.tasks.DeleteApplicationTask"
	classUpsertProject     = "com.netflix.spinnaker.orca.applications.pipelines.UpsertProjectStage.UpsertProjectTask"
	classDeleteProject     = "com.netflix.spinnaker.orca.applications.pipelines.DeleteProjectStage.DeleteProjectTask"
	classSavePipeline      = "com.netflix.spinnaker.orca.front50.tasks.SavePipelineTask"
	classMonitorFront50    = "com.netflix.spinnaker.orca.front50.tasks.MonitorFront50Task"
	classDeletePipeline    = "com.netflix.spinnaker.orca.front50.tasks.DeletePipelineTask"
	classReorderPipelines  = "com.netflix.spinnaker.orca.front50.tasks.ReorderPipelinesTask"
)

//go:embed schemas/*.json
var schemas embed.FS

// Types are the stage types of this package. dependencies may be nil: nothing
// then keeps an application from being deleted.
func Types(store Store, dependencies Dependencies) []*stage.Type {
	upsert := func() stage.Task { return patient{upsertApplication{store}, 10 * time.Second, time.Hour} }
	save := func() stage.Task { return patient{savePipeline{store}, time.Second, 30 * time.Second} }
	return []*stage.Type{
		newType("createApplication", "Create application", "Creates an application, or changes the one of that name.",
			task{"createApplication", classUpsertApplication, upsert()}),
		newType("updateApplication", "Update application", "Changes an application; attributes that aren't given stay the same.",
			task{"updateApplication", classUpsertApplication, upsert()}),
		newType("upsertApplication", "Save application", "Creates an application, or changes the one of that name.",
			task{"upsertApplication", classUpsertApplication, upsert()}),
		newType("deleteApplication", "Delete application",
			"Deletes an application with its pipelines, once nothing of it runs any more.",
			task{"verifyNoDependencies", classVerifyApplication, verifyApplication{dependencies}},
			task{"deleteApplication", classDeleteApplication, patient{deleteApplication{store}, 10 * time.Second, time.Hour}}),
		newType("savePipeline", "Save pipeline", "Saves a pipeline or strategy, or a list of pipelines.",
			task{"savePipeline", classSavePipeline, save()},
			task{"waitForPipelineSave", classMonitorFront50, saved{}}),
		newType("updatePipeline", "Update pipeline", "Saves a pipeline or strategy.",
			task{"updatePipeline", classSavePipeline, save()}),
		newType("deletePipeline", "Delete pipeline", "Deletes a pipeline or strategy.",
			task{"deletePipeline", classDeletePipeline, patient{deletePipeline{store}, time.Second, 30 * time.Second}}),
		newType("reorderPipelines", "Reorder pipelines", "Gives an application's pipelines or strategies a new order.",
			task{"reorderPipelines", classReorderPipelines, patient{reorderPipelines{store}, time.Second, 30 * time.Second}}),
		newType("upsertProject", "Save project", "Creates a project, or replaces the one of that id.",
			task{"upsertProject", classUpsertProject, patient{upsertProject{store}, time.Second, 30 * time.Second}}),
		newType("deleteProject", "Delete project", "Deletes a project.",
			task{"deleteProject", classDeleteProject, patient{deleteProject{store}, time.Second, 30 * time.Second}}),
	}
}

// task is one step of a type.
type task struct {
	name, class string
	run         stage.Task
}

func newType(name, label, description string, tasks ...task) *stage.Type {
	data, err := schemas.ReadFile("schemas/" + name + ".json")
	if err != nil {
		panic(fmt.Sprintf("frontfifty: stage type %s has no schema: %v", name, err)) // embedded at build time
	}
	t := &stage.Type{
		Name: name, Label: label, Description: description, Schema: json.RawMessage(data),
		Tasks: make(map[string]stage.Task, len(tasks)),
	}
	var plan plan
	for _, step := range tasks {
		plan = append(plan, engine.TaskSpec{Name: step.name, Class: step.class})
		t.Tasks[step.class] = step.run
	}
	t.Definition = plan
	return t
}

// plan is a definition that is the same for every stage.
type plan []engine.TaskSpec

// Tasks gives the plan.
func (p plan) Tasks(engine.View) ([]engine.TaskSpec, error) { return p, nil }

// patient is a task that is run again for a while when its store fails.
type patient struct {
	stage.Task
	backoff, timeout time.Duration
}

// Backoff is the time between tries, as Orca has it.
func (p patient) Backoff(stage.Input) time.Duration { return p.backoff }

// Timeout is how long it is tried.
func (p patient) Timeout(stage.Input) (time.Duration, bool) { return p.timeout, false }

// saved is the task that waits, in Spinnaker, until every Front50 has noticed a
// save. Here a save is seen by all when it is done.
type saved struct{}

// Inline marks the task as one that does nothing outside.
func (saved) Inline() {}

// Run is content.
func (saved) Run(context.Context, stage.Input) (stage.Result, error) { return stage.Succeeded(), nil }
