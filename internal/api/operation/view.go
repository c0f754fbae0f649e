package operation

import (
	"maps"
	"slices"

	"github.com/gennaker/gennaker/internal/model"
)

// Task is an ad-hoc task as Orca's OrchestrationViewModel shows it.
type Task struct {
	ID          string           `json:"id"`
	Name        string           `json:"name,omitempty"`
	Application string           `json:"application,omitempty"`
	Status      model.Status     `json:"status"`
	Variables   []Variable       `json:"variables"`
	Steps       []*model.Task    `json:"steps"`
	BuildTime   int64            `json:"buildTime,omitempty"`
	StartTime   int64            `json:"startTime,omitempty"`
	EndTime     int64            `json:"endTime,omitempty"`
	Execution   *model.Execution `json:"execution"`
}

// Variable is a value of a stage's context.
type Variable struct {
	Key   string `json:"key"`
	Value any    `json:"value"`
}

// View shows an execution as a task: its steps are all stages' tasks, its
// variables all stages' contexts, where a later stage's value wins unless it is
// empty and the earlier one isn't.
func View(e *model.Execution) Task {
	out := Task{
		ID: e.ID, Name: e.Description, Application: e.Application, Status: e.Status,
		Variables: []Variable{}, Steps: []*model.Task{},
		BuildTime: e.BuildTime, StartTime: e.StartTime, EndTime: e.EndTime, Execution: e,
	}
	places := map[string]int{}
	for _, stage := range e.Stages {
		out.Steps = append(out.Steps, stage.Tasks...)
		for _, key := range slices.Sorted(maps.Keys(stage.Context)) {
			value := stage.Context[key]
			place, seen := places[key]
			switch {
			case !seen:
				places[key] = len(out.Variables)
				out.Variables = append(out.Variables, Variable{key, value})
			case model.IsEmpty(out.Variables[place].Value) || !model.IsEmpty(value):
				out.Variables[place].Value = value
			}
		}
	}
	return out
}
