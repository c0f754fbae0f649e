// Package saveartifact is the savePipelinesFromArtifact stage: it saves the
// pipelines that an artifact holds, one after another. Fields, rules, task
// names and results are those of Orca's SavePipelinesFromArtifactStage; the
// saving itself is the task of the savePipeline stage, found by its class.
//
// Unlike Orca's, the stage keeps the pipelines that are still to be saved in
// base64, so that the expressions in them stay as they are.
package saveartifact

import (
	"context"
	_ "embed"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
)

// Orca's names of the tasks.
const (
	GetClass       = "com.netflix.spinnaker.orca.clouddriver.tasks.pipeline.GetPipelinesFromArtifactTask"
	PrepareClass   = "com.netflix.spinnaker.orca.clouddriver.tasks.pipeline.PreparePipelineToSaveTask"
	SaveClass      = "com.netflix.spinnaker.orca.front50.tasks.SavePipelineTask"
	MonitorClass   = "com.netflix.spinnaker.orca.front50.tasks.MonitorFront50Task"
	CheckClass     = "com.netflix.spinnaker.orca.clouddriver.tasks.pipeline.CheckPipelineResultsTask"
	RemainingClass = "com.netflix.spinnaker.orca.clouddriver.tasks.pipeline.CheckForRemainingPipelinesTask"
	CompleteClass  = "com.netflix.spinnaker.orca.clouddriver.tasks.pipeline.SavePipelinesCompleteTask"
)

// Keys of the stage's context that its tasks hand on.
const (
	keyLeft    = "pipelinesToSave"
	keyCreated = "pipelinesCreated"
	keyUpdated = "pipelinesUpdated"
	keyFailed  = "pipelinesFailedToSave"
)

//go:embed schema.json
var schema []byte

// Fetcher gets what an artifact refers to. It is called by any number of tasks
// at a time. Faults of kind Invalid, NotFound and Forbidden are lasting; any
// other error has it called again.
type Fetcher interface {
	Fetch(ctx context.Context, artifact map[string]any) ([]byte, error)
}

// Pipelines finds pipelines. It is called by any number of tasks at a time.
type Pipelines interface {
	// PipelineID is the id of an application's pipeline of that name; one that
	// isn't there is a fault of kind NotFound, and any other error has it looked
	// for again.
	PipelineID(ctx context.Context, application, name string) (string, error)
}

// Type is the savePipelinesFromArtifact stage. The types of package frontfifty
// must be in the same registry, for their tasks that save.
func Type(fetcher Fetcher, pipelines Pipelines) *stage.Type {
	return &stage.Type{
		Name:        "savePipelinesFromArtifact",
		Label:       "Save pipelines",
		Description: "Saves the pipelines in an artifact.",
		Schema:      schema,
		Definition:  definition{},
		Tasks: map[string]stage.Task{
			GetClass:       getTask{fetcher, pipelines},
			PrepareClass:   prepareTask{},
			CheckClass:     checkTask{},
			RemainingClass: remainingTask{},
			CompleteClass:  completeTask{},
		},
	}
}

type definition struct{}

func (definition) Tasks(engine.View) ([]engine.TaskSpec, error) {
	return []engine.TaskSpec{
		{Name: "getPipelinesFromArtifact", Class: GetClass},
		{Name: "preparePipelineToSaveTask", Class: PrepareClass, Loop: true},
		{Name: "savePipeline", Class: SaveClass, Loop: true},
		{Name: "waitForPipelineSave", Class: MonitorClass, Loop: true},
		{Name: "checkPipelineResults", Class: CheckClass, Loop: true},
		{Name: "checkForRemainingPipelines", Class: RemainingClass, Loop: true},
		{Name: "savePipelinesCompleteTask", Class: CompleteClass},
	}, nil
}

// PrepareForRestart forgets what the last run has saved.
func (definition) PrepareForRestart(context map[string]any) map[string]any {
	return model.Without(context, keyLeft, keyCreated, keyUpdated, keyFailed,
		"pipeline", "pipeline.id", "pipeline.name", "isExistingPipeline", "errorMsg")
}
