// Package runmultiple is the runMultiplePipelines stage: it runs pipelines of
// an application for several apps, level by level as the apps depend on each
// other, and waits for each level to end. Fields, rules, task names and outputs
// are those of Orca's RunMultiplePipelinesStage.
//
// Where Orca's stage silently leaves out apps that depend on each other in a
// circle or on one that isn't there, this one fails and names them.
package runmultiple

import (
	"context"
	_ "embed"
	"slices"
	"time"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
	"github.com/gennaker/gennaker/internal/stage/childpipeline"
)

// Orca's names of the tasks.
const (
	parseClass   = "com.netflix.spinnaker.orca.front50.tasks.ParsePipelinesYamlTask"
	runClass     = "com.netflix.spinnaker.orca.front50.tasks.RunMultiplePipelinesTask"
	monitorClass = "com.netflix.spinnaker.orca.front50.tasks.MonitorMultiplePipelinesTask"
	saveClass    = "com.netflix.spinnaker.orca.front50.tasks.SaveOutputsForDetailsTask"
)

// Keys of the stage's context that its tasks hand on.
const (
	keyOrder   = "orderOfExecutions"
	keySize    = "orderOfExecutionsSize"
	keyLevel   = "levelNumber"
	keyIDs     = "executionIds"
	keyOutputs = "runMultiplePipelinesOutputs"
)

// restartedOnly is set on a stage that is restarted because one of its pipelines
// was: the level that this one belongs to is waited for again, not started anew.
const restartedOnly = "_skipPipelineRestart"

//go:embed schema.json
var schema []byte

// Pipelines finds pipelines. It is called by any number of tasks at a time.
type Pipelines interface {
	// PipelineID is the id of an application's pipeline of that name; one that
	// isn't there is a fault of kind NotFound, and any other error has it looked
	// for again.
	PipelineID(ctx context.Context, application, name string) (string, error)
}

// Options are what the stage needs from outside.
type Options struct {
	Launcher  childpipeline.Launcher
	Pipelines Pipelines
	// MonitorTimeout is how long one level may take; 24 hours where 0.
	MonitorTimeout time.Duration
}

// Type is the runMultiplePipelines stage.
func Type(options Options) *stage.Type {
	if options.MonitorTimeout == 0 {
		options.MonitorTimeout = 24 * time.Hour
	}
	return &stage.Type{
		Name:        "runMultiplePipelines",
		Label:       "Run multiple pipelines",
		Description: "Runs the pipelines of several apps, in the order of their dependencies.",
		Schema:      schema,
		Definition:  definition{},
		Tasks: map[string]stage.Task{
			parseClass:   parseTask{},
			runClass:     runTask{options},
			monitorClass: newMonitor(options),
			saveClass:    saveTask{},
		},
		Cancel: func(ctx context.Context, in stage.Input) (stage.Result, error) {
			return stage.Result{}, cancel(ctx, options.Launcher, in)
		},
	}
}

type definition struct{}

func (definition) Tasks(engine.View) ([]engine.TaskSpec, error) {
	return []engine.TaskSpec{
		{Name: "parsePipelinesYamlTask", Class: parseClass},
		{Name: "runMultiplePipelines", Class: runClass, Loop: true},
		{Name: "monitorMultiplePipelinesTask", Class: monitorClass, Loop: true},
		{Name: "saveOutputsForDetailsTask", Class: saveClass},
	}, nil
}

// CancelsOnFailure has the children that still run cancelled with the stage.
func (definition) CancelsOnFailure() {}

// KeepChild has the stage wait again for the level of a pipeline that was restarted,
// if it has not come to a later level by then.
func (definition) KeepChild(context map[string]any, executionID string) (map[string]any, bool) {
	if !slices.Contains(model.Strings(context, keyIDs), executionID) {
		return nil, false
	}
	return model.Merge(context, map[string]any{restartedOnly: true}), true
}

// PrepareForRestart forgets the children of the last run, unless it is one of them
// that was restarted.
func (definition) PrepareForRestart(context map[string]any) map[string]any {
	if model.Bool(context, restartedOnly, false) {
		return model.Without(context, keyOrder, keySize, keyOutputs, "exception", "mapOfApps")
	}
	return model.Without(context, keyOrder, keySize, keyLevel, keyIDs, keyOutputs, "exception", "mapOfApps")
}

// cancel cancels the children of the level that runs.
func cancel(ctx context.Context, launcher childpipeline.Launcher, in stage.Input) error {
	var failed error
	for _, id := range model.Strings(in.Stage.Context, keyIDs) {
		child, err := launcher.Execution(ctx, id)
		if fault.KindOf(err) == fault.NotFound {
			continue
		}
		if err == nil && !child.Canceled && !child.Status.Complete() {
			err = launcher.Cancel(ctx, id, "parent pipeline", "")
		}
		if err != nil && failed == nil {
			failed = err
		}
	}
	return failed
}

// saveTask makes the stage's output of what the children came to.
type saveTask struct{}

// Inline marks the task as one that does nothing outside.
func (saveTask) Inline() {}

// Run puts the executions into the outputs.
func (saveTask) Run(_ context.Context, in stage.Input) (stage.Result, error) {
	return finished(stage.Succeeded(), model.List(in.Stage.Context, keyOutputs)), nil
}

// finished is a result with the list of executions as its output. The context
// drops what it was made of.
func finished(result stage.Result, executions []any) stage.Result {
	if executions == nil {
		executions = []any{}
	}
	result.Context = model.Merge(result.Context, map[string]any{keyOrder: []any{}, keyOutputs: []any{}})
	result.Outputs = map[string]any{"executionsList": executions}
	return result
}
