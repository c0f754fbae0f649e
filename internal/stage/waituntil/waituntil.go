// Package waituntil is the waitUntil stage: it lets time pass until a given
// moment. Fields and names are those of Orca's WaitUntilStage. As for the wait
// stage the end is exact, and no limit is set to how far away it may be, where
// Orca's task gives up after 24 days; the moment the wait began is not kept, as
// nothing depends on it.
package waituntil

import (
	"context"
	_ "embed"
	"fmt"
	"time"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
)

// Class is Orca's name of the task.
const Class = "com.netflix.spinnaker.orca.pipeline.tasks.WaitUntilTask"

// farthest is the longest pause between two looks at the clock.
const farthest = 24 * time.Hour

//go:embed schema.json
var schema []byte

// Type is the waitUntil stage.
func Type() *stage.Type {
	return &stage.Type{
		Name:        "waitUntil",
		Label:       "Wait until",
		Description: "Waits until a point in time.",
		Schema:      schema,
		Check:       check,
		Definition:  definition{},
		Tasks:       map[string]stage.Task{Class: task{}},
	}
}

type definition struct{}

func (definition) Tasks(engine.View) ([]engine.TaskSpec, error) {
	return []engine.TaskSpec{{Name: "waitUntil", Class: Class}}, nil
}

// task waits until epochMillis. It writes nothing.
type task struct{}

// Inline marks the task as one that does nothing outside.
func (task) Inline() {}

// Run answers RUNNING until the time has come.
func (task) Run(_ context.Context, in stage.Input) (stage.Result, error) {
	left, err := remaining(in)
	if err != nil {
		return stage.Result{}, err
	}
	if left > 0 {
		return stage.Running(), nil
	}
	return stage.Succeeded(), nil
}

// Backoff is the exact time that is left, a day at most.
func (task) Backoff(in stage.Input) time.Duration {
	left, err := remaining(in)
	if err != nil {
		return 0
	}
	return min(left, farthest)
}

func check(fields map[string]any) error {
	_, err := end(stage.WithoutExpressions(fields))
	return err
}

// remaining is how long there is still to wait.
func remaining(in stage.Input) (time.Duration, error) {
	end, err := end(in.Stage.Context)
	if err != nil {
		return 0, err
	}
	return max(0, end.Sub(in.Now)), nil
}

// end is the moment to wait for; long ago if there is none.
func end(fields map[string]any) (time.Time, error) {
	value := fields["epochMillis"]
	if value == nil || value == "" {
		return time.Time{}, nil
	}
	millis, ok := model.ToInt(value)
	if !ok {
		return time.Time{}, &stage.Error{
			Type:    "IllegalArgumentException",
			Message: fmt.Sprintf("epochMillis must be a time in milliseconds since 1970, not %v", value),
		}
	}
	return time.UnixMilli(millis), nil
}
