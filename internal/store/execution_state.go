package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
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
	upsertState = statement(`
		INSERT INTO execution_stage_states (execution_id, stage_id, version, data) VALUES (?, ?, ?, ?)
		ON CONFLICT (execution_id, stage_id) DO UPDATE SET version = excluded.version, data = excluded.data`)
	deleteState = statement(`DELETE FROM execution_stage_states WHERE execution_id = ? AND stage_id = ?`)
	loadState   = statement(`SELECT version, data FROM execution_stage_states WHERE execution_id = ? AND stage_id = ?`)
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

// StageKey names a stage of an execution.
type StageKey struct{ ExecutionID, StageID string }

// statesAtOnce is how many stages one query asks about: SQLite takes 32,766 parameters.
const statesAtOnce = 1000

// EachStageState calls each for what several stages have remembered, with one query for up
// to a thousand of them; stages that have nothing are left out. The states come one at a
// time, in no particular order, as each may be large.
func (s *Store) EachStageState(ctx context.Context, stages []StageKey, each func(StageKey, StageState) error) error {
	for some := range slices.Chunk(stages, statesAtOnce) {
		args := make([]any, 0, 2*len(some))
		for _, key := range some {
			args = append(args, key.ExecutionID, key.StageID)
		}
		st := statement("WITH wanted (execution_id, stage_id) AS (VALUES " + strings.TrimSuffix(strings.Repeat("(?, ?), ", len(some)), ", ") +
			") SELECT s.execution_id, s.stage_id, s.version, s.data FROM wanted w " +
			"JOIN execution_stage_states s ON s.execution_id = w.execution_id AND s.stage_id = w.stage_id")
		err := s.read.query(ctx, st, args, func(row Row) error {
			var (
				key   StageKey
				state StageState
			)
			if err := row.Scan(&key.ExecutionID, &key.StageID, &state.Version, &state.Data); err != nil {
				return err
			}
			state.StageID = key.StageID
			return each(key, state)
		})
		if err != nil {
			return fmt.Errorf("load the states of %d stages: %w", len(some), err)
		}
	}
	return nil
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
