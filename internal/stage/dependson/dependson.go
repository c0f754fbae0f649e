// Package dependson is the dependsOnExecution stage: it waits until another
// execution has ended well. Fields, rules, names and messages are those of
// Orca's DependsOnExecutionStage.
package dependson

import (
	"context"
	_ "embed"
	"fmt"
	"strings"
	"time"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
)

// Class is Orca's name of the task.
const Class = "com.netflix.spinnaker.orca.pipeline.tasks.DependsOnExecutionTask"

//go:embed schema.json
var schema []byte

// Executions finds executions. It is called by any number of tasks at a time.
type Executions interface {
	// Execution reads an execution of any kind; one that isn't there is a fault
	// of kind NotFound, and any other error has it read again.
	Execution(ctx context.Context, id string) (*model.Execution, error)
}

// Type is the dependsOnExecution stage.
func Type(executions Executions) *stage.Type {
	return &stage.Type{
		Name:        "dependsOnExecution",
		Label:       "Depends on execution",
		Description: "Waits until another run has succeeded.",
		Schema:      schema,
		Definition:  definition{},
		Tasks:       map[string]stage.Task{Class: task{executions}},
	}
}

type definition struct{}

func (definition) Tasks(engine.View) ([]engine.TaskSpec, error) {
	return []engine.TaskSpec{{Name: "dependsOnExecution", Class: Class}}, nil
}

// task looks at the other execution until it has ended.
type task struct{ executions Executions }

// Backoff is that of Orca's DependsOnExecutionTask.
func (task) Backoff(stage.Input) time.Duration { return 10 * time.Second }

// Timeout is that of Orca's DependsOnExecutionTask.
func (task) Timeout(stage.Input) (time.Duration, bool) { return 2 * time.Hour, true }

// Run ends CANCELED when the other execution has ended in any way but well.
func (t task) Run(ctx context.Context, in stage.Input) (stage.Result, error) {
	kind, id := model.String(in.Stage.Context, "executionType"), model.String(in.Stage.Context, "executionId")
	switch want := model.ExecutionType(strings.ToUpper(kind)); {
	case want != model.PipelineExecution && want != model.OrchestrationExecution:
		return stage.Result{}, invalid("executionType must be PIPELINE or ORCHESTRATION, not %q", kind)
	case id == "":
		return stage.Result{}, invalid("executionId is missing")
	case id == in.Execution.ID:
		return stage.Result{}, invalid("executionId is that of this execution, which can't wait for itself")
	}
	execution, err := t.executions.Execution(ctx, id)
	if fault.KindOf(err) == fault.NotFound || err == nil && !strings.EqualFold(string(execution.Type), kind) {
		return stage.Failed().With(map[string]any{"error": fmt.Sprintf("Execution (%s) %s not found.", kind, id)}), nil
	}
	if err != nil {
		return stage.Result{}, fmt.Errorf("read execution %s: %w", id, err)
	}
	switch status := execution.Status; {
	case status.Successful():
		return stage.Succeeded(), nil
	case status.Complete():
		return stage.Result{Status: model.Canceled, Context: map[string]any{
			"reason": fmt.Sprintf("Depended-on execution completed with status %s", status),
		}}, nil
	}
	return stage.Running(), nil
}

func invalid(format string, args ...any) error {
	return &stage.Error{Type: "IllegalArgumentException", Message: fmt.Sprintf(format, args...)}
}
