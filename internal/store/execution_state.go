package store

import (
	"context"
	"errors"
	"fmt"
)

// StageState is what a stage remembers privately. Nothing that answers
// requests reads it.
type StageState struct {
	StageID string
	Version int
	// Data is the stage's own encoding. A state without data is deleted when it
	// is saved.
	Data []byte
}

var (
	upsertState = prepared(`
		INSERT INTO execution_stage_states (execution_id, stage_id, version, data) VALUES (?, ?, ?, ?)
		ON CONFLICT (execution_id, stage_id) DO UPDATE SET version = excluded.version, data = excluded.data`)
	deleteState = prepared(`DELETE FROM execution_stage_states WHERE execution_id = ? AND stage_id = ?`)
	loadState   = prepared(`SELECT version, data FROM execution_stage_states WHERE execution_id = ? AND stage_id = ?`)
)

// StageState reads what a stage has remembered; nil if it has nothing. It is
// for stages that go back to what an earlier execution has done.
func (s *Store) StageState(ctx context.Context, executionID, stageID string) (*StageState, error) {
	out := &StageState{StageID: stageID}
	err := queryRow(ctx, s.read, loadState, []any{executionID, stageID}, &out.Version, &out.Data)
	if errors.Is(err, errNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("load the state of stage %s of execution %s: %w", stageID, executionID, err)
	}
	return out, nil
}

// stateSteps are the statements that store states. They come after those that
// store the stages.
func stateSteps(executionID string, states []StageState) []step {
	steps := make([]step, len(states))
	for i, state := range states {
		if len(state.Data) == 0 {
			steps[i] = step{st: deleteState, args: []any{executionID, state.StageID}}
		} else {
			steps[i] = step{st: upsertState, args: []any{executionID, state.StageID, state.Version, state.Data}}
		}
	}
	return steps
}
