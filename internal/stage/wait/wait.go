// Package wait is the wait stage: it lets time pass. Fields, rules and names
// are those of Orca's WaitStage, but for one: a wait ends when its time has
// been reached, not a poll later.
package wait

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
const Class = "com.netflix.spinnaker.orca.pipeline.tasks.WaitTask"

// longest is the longest wait there is; more seconds than it has are cut, so
// that a mistyped number can't overflow.
const longest = 100 * 365 * 24 * time.Hour

//go:embed schema.json
var schema []byte

// Type is the wait stage.
func Type() *stage.Type {
	return &stage.Type{
		Name:        "wait",
		Label:       "Wait",
		Description: "Waits for a number of seconds.",
		Schema:      schema,
		Definition:  definition{},
		Check:       check,
		Tasks:       map[string]stage.Task{Class: Task{}},
	}
}

type definition struct{}

func (definition) Tasks(engine.View) ([]engine.TaskSpec, error) {
	return []engine.TaskSpec{{Name: "wait", Class: Class}}, nil
}

// Task waits until waitTime seconds have passed since the stage's start, or
// until the context's skipRemainingWait is true. It writes nothing.
type Task struct{}

// Inline marks the task as one that does nothing outside.
func (Task) Inline() {}

// Run answers RUNNING until the time has come.
func (Task) Run(_ context.Context, in stage.Input) (stage.Result, error) {
	left, err := remaining(in)
	if err != nil {
		return stage.Result{}, err
	}
	if left > 0 {
		return stage.Running(), nil
	}
	return stage.Succeeded(), nil
}

// Backoff is the exact time that is left.
func (Task) Backoff(in stage.Input) time.Duration {
	left, err := remaining(in)
	if err != nil {
		return 0
	}
	return left
}

func check(fields map[string]any) error {
	_, err := Duration(stage.WithoutExpressions(fields), "waitTime")
	return err
}

// remaining is how long the stage still has to wait, 0 where it need not.
func remaining(in stage.Input) (time.Duration, error) {
	if model.Bool(in.Stage.Context, "skipRemainingWait", false) {
		return 0, nil
	}
	duration, err := Duration(in.Stage.Context, "waitTime")
	if err != nil {
		return 0, err
	}
	return max(0, start(in).Add(duration).Sub(in.Now)), nil
}

// Duration reads a field that holds a number of seconds; 0 where it is absent.
func Duration(context map[string]any, key string) (time.Duration, error) {
	value, ok := context[key]
	if !ok || value == nil || value == "" {
		return 0, nil
	}
	seconds, ok := model.ToInt(value)
	if !ok {
		return 0, &stage.Error{
			Type:    "IllegalArgumentException",
			Message: fmt.Sprintf("%s must be a whole number of seconds, not %v", key, value),
		}
	}
	if seconds > int64(longest/time.Second) {
		return longest, nil
	}
	return time.Duration(max(0, seconds)) * time.Second, nil
}

// start is when the wait has begun: the stage's start, else the task's.
func start(in stage.Input) time.Time {
	if in.Stage.StartTime > 0 {
		return time.UnixMilli(in.Stage.StartTime)
	}
	if in.Task != nil && in.Task.StartTime > 0 {
		return time.UnixMilli(in.Task.StartTime)
	}
	return in.Now
}
