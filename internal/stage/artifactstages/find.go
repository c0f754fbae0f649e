package artifactstages

import (
	"context"
	_ "embed"
	"fmt"
	"slices"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
	"github.com/gennaker/gennaker/internal/stage/artifactbind"
)

// FindClass is Orca's name of the task.
const FindClass = "com.netflix.spinnaker.orca.clouddriver.tasks.artifacts.FindArtifactFromExecutionTask"

//go:embed find.json
var findSchema []byte

// Executions finds executions. It is called by any number of tasks at a time.
type Executions interface {
	// Latest reads the execution of a pipeline configuration that was started
	// last, of those in one of the statuses (of all, where none is given); of
	// those not started yet only where there is no other. It is nil where there
	// is none. An error has it read again.
	Latest(ctx context.Context, pipelineConfigID string, statuses []model.Status) (*model.Execution, error)
}

// Find is the findArtifactFromExecution stage.
func Find(executions Executions) *stage.Type {
	return &stage.Type{
		Name:        "findArtifactFromExecution",
		Label:       "Find artifacts from run",
		Description: "Uses artifacts from the latest run of a pipeline.",
		Schema:      findSchema,
		Check:       checkFind,
		Definition:  findDefinition{},
		Tasks:       map[string]stage.Task{FindClass: findTask{executions}},
	}
}

func checkFind(fields map[string]any) error {
	if model.String(fields, "pipeline") == "" {
		return &stage.Error{Type: "IllegalArgumentException", Message: "pipeline is missing: the id of the pipeline whose artifacts to find"}
	}
	return nil
}

type findDefinition struct{}

func (findDefinition) Tasks(engine.View) ([]engine.TaskSpec, error) {
	return []engine.TaskSpec{{Name: "findArtifactFromExecution", Class: FindClass}}, nil
}

// findTask binds the expected artifacts to those of the other execution.
type findTask struct{ executions Executions }

// Run takes, of the stage's own pipeline, no artifact that this very stage has
// found before.
func (t findTask) Run(ctx context.Context, in stage.Input) (stage.Result, error) {
	c := in.Stage.Context
	if err := checkFind(c); err != nil {
		return stage.Result{}, err
	}
	pipeline := model.String(c, "pipeline")
	execution, err := t.executions.Latest(ctx, pipeline, statuses(model.Object(c, "executionOptions")))
	if err != nil {
		return stage.Result{}, fmt.Errorf("find the latest execution of pipeline %s: %w", pipeline, err)
	}
	var artifacts []map[string]any
	if execution != nil {
		skip := ""
		if in.Execution.PipelineConfigID == pipeline {
			skip = in.Stage.RefID
		}
		artifacts = artifactsOf(execution, skip)
	}
	expected := model.Objects(c, "expectedArtifacts")
	if c["expectedArtifacts"] == nil {
		if one := model.Object(c, "expectedArtifact"); one != nil {
			expected = []map[string]any{one}
		}
	}
	found, err := artifactbind.Resolve(expected, artifacts)
	if err != nil {
		return stage.Result{}, err
	}
	return stage.Succeeded().With(found).WithOutputs(found), nil
}

// statuses are those a stage asks for. Deck writes "successful"; Orca's first
// version read "succeeded".
func statuses(options map[string]any) []model.Status {
	var out []model.Status
	if model.Bool(options, "succeeded", false) || model.Bool(options, "successful", false) {
		out = append(out, model.Succeeded)
	}
	if model.Bool(options, "terminal", false) {
		out = append(out, model.Terminal)
	}
	if model.Bool(options, "running", false) {
		out = append(out, model.Running)
	}
	return out
}

// artifactsOf lists what an execution has: the artifacts of its stages, those
// of later stages first, and then the trigger's.
func artifactsOf(e *model.Execution, skip string) []map[string]any {
	var out []map[string]any
	for _, s := range inOrder(e.Stages) {
		if skip == "" || s.RefID != skip {
			out = append(out, model.Objects(s.Outputs, "artifacts")...)
		}
	}
	slices.Reverse(out)
	return append(out, model.Objects(e.Trigger, "artifacts")...)
}

// inOrder sorts stages so that each comes after those it requires; what can't
// be sorted comes last, as it is.
func inOrder(rest []*model.Stage) []*model.Stage {
	var out []*model.Stage
	seen := map[string]bool{}
	for len(rest) > 0 {
		var ready, later []*model.Stage
		for _, s := range rest {
			if slices.ContainsFunc(s.RequisiteStageRefIDs, func(ref string) bool { return !seen[ref] }) {
				later = append(later, s)
			} else {
				ready = append(ready, s)
			}
		}
		if len(ready) == 0 {
			return append(out, later...)
		}
		for _, s := range ready {
			seen[s.RefID] = true
		}
		out, rest = append(out, ready...), later
	}
	return out
}
