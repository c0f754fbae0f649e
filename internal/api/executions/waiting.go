package executions

import (
	"context"
	"slices"

	"github.com/gennaker/gennaker/internal/cloud/view"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
)

// Waits tells which faulty objects stages wait for.
type Waits interface {
	// For leaves out the stages that wait for none.
	For(ctx context.Context, stages []store.StageKey) (map[store.StageKey][]view.Waiting, error)
}

// mostAsked is how many running stages a list looks into: those of its first executions.
const mostAsked = 1000

// waitingFor is the faulty object that a running stage waits for, and how many others it
// waits for that are faulty too.
type waitingFor struct {
	view.Waiting
	More int `json:"more,omitempty"`
}

// waits are what stages wait for, by stage.
type waits map[store.StageKey]*waitingFor

// patient are types of stages that run for long and never wait for an object.
var patient = []string{"manualJudgment", "wait", "pipeline", "webhook"}

// waiting tells what stages of executions wait for. Most executions have no running
// stage, and cost nothing.
func (a *area) waiting(ctx context.Context, of ...*model.Execution) (waits, error) {
	if a.waits == nil {
		return nil, nil
	}
	var running []store.StageKey
	for _, e := range of {
		for _, s := range e.Stages {
			if s.Status == model.Running && len(running) < mostAsked && !slices.Contains(patient, s.Type) {
				running = append(running, store.StageKey{ExecutionID: e.ID, StageID: s.ID})
			}
		}
	}
	if len(running) == 0 {
		return nil, nil
	}
	found, err := a.waits.For(ctx, running)
	if err != nil {
		return nil, err
	}
	out := make(waits, len(found))
	for key, objects := range found {
		out[key] = &waitingFor{objects[0], len(objects) - 1}
	}
	return out, nil
}
