package executions

import (
	"context"
	"slices"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
	"github.com/gennaker/gennaker/internal/stage/manifest"
	"github.com/gennaker/gennaker/internal/store"
)

// States reads what stages remember.
type States interface {
	EachStageState(ctx context.Context, stages []store.StageKey, each func(store.StageKey, store.StageState) error) error
}

// mostAsked is how many running stages a list looks into: those of its first executions.
const mostAsked = 1000

// waitingFor is the faulty object that a running stage waits for, and how many others it
// waits for that are faulty too.
type waitingFor struct {
	manifest.Waiting
	More int `json:"more,omitempty"`
}

// waits are what stages wait for, by stage.
type waits map[store.StageKey]*waitingFor

// patient are types of stages that run for long and never wait for an object.
var patient = []string{"manualJudgment", "wait", "pipeline", "webhook"}

// waiting tells what stages of executions wait for. Most executions have no
// running stage, and cost nothing.
func (a *area) waiting(ctx context.Context, of ...*model.Execution) (waits, error) {
	if a.states == nil {
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
	out := waits{}
	err := a.states.EachStageState(ctx, running, func(key store.StageKey, state store.StageState) error {
		found, err := manifest.WaitingFor(&stage.State{Version: state.Version, Data: state.Data})
		if err == nil && len(found) > 0 { // other stages remember other things
			out[key] = &waitingFor{found[0], len(found) - 1}
		}
		return nil
	})
	return out, err
}
