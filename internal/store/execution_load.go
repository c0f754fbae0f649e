package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/gennaker/gennaker/internal/model"
)

// Loaded is an execution with all that a round of work on it needs. It is one
// snapshot: a signal that isn't in it raises the wake counter above Wake.
type Loaded struct {
	Execution   *model.Execution
	Wake, JobID int64
	Queued      bool
	Runtime     []byte
	Signals     []Signal
	// States are what the stages remember that may still have to act.
	States []StageState
}

// An execution is read in one statement, so that all of it is of one moment.
// kind tells the rows apart: 0 header, 1 stage, 2 signal, 3 state. States are
// read for advancing only, and only those of stages that may still act or have
// to be stopped.
const (
	loadHeaderAndStages = `
	SELECT 0 AS kind, e.wake AS a, e.job_id AS b, e.queued AS flag, h.body AS body, e.runtime AS extra, '' AS name,
			CAST(NULL AS BYTEA) AS data
		FROM executions e JOIN execution_headers h ON h.execution_seq = e.seq WHERE e.id = ?
	UNION ALL
	SELECT 1, seq, 0, FALSE, body, NULL, '', NULL
		FROM execution_stages WHERE execution_id = ?`
	loadSignalsAndStates = `
	UNION ALL
	SELECT 2, id, created_at, FALSE, payload, kind, user_name, NULL
		FROM signals WHERE execution_id = ?
	UNION ALL
	SELECT 3, m.version, 0, FALSE, NULL AS body, NULL AS extra, m.stage_id, m.data
		FROM execution_stage_states m
		JOIN execution_stages s ON s.execution_id = m.execution_id AND s.id = m.stage_id
		WHERE m.execution_id = ? AND s.status NOT IN ('SUCCEEDED', 'SKIPPED')`
)

var (
	loadExecution  = statement(loadHeaderAndStages)
	loadForAdvance = statement(loadHeaderAndStages + loadSignalsAndStates)
)

// LoadForAdvance reads an execution with its wake state, its signals, in the
// order they came, and its stages' private states.
func (s *Store) LoadForAdvance(ctx context.Context, id string) (*Loaded, error) {
	return s.load(ctx, loadForAdvance, id, []any{id, id, id, id}, decodeStage)
}

// LargeError says that an execution was not decoded, as it is larger than the
// caller has room for.
type LargeError struct {
	ID string
	// Bytes is how long its documents are together.
	Bytes int64
}

// Error names the execution and its size.
func (e *LargeError) Error() string { return fmt.Sprintf("execution %s has %d bytes", e.ID, e.Bytes) }

// LoadForAdvanceWithin is [Store.LoadForAdvance] for an execution of no more than
// so many bytes; a larger one is a [*LargeError].
func (s *Store) LoadForAdvanceWithin(ctx context.Context, id string, most int64) (*Loaded, error) {
	large := LargeError{ID: id}
	loaded, err := s.loadMetered(ctx, loadForAdvance, id, []any{id, id, id, id}, decodeStage, func(n int) bool {
		large.Bytes += int64(n)
		return large.Bytes <= most
	})
	if large.Bytes > most && (err == nil || errors.Is(err, ErrNotFound)) {
		return nil, &large
	}
	return loaded, err
}

// Execution reads an execution with its stages, in the order of [OrderStages].
func (s *Store) Execution(ctx context.Context, id string) (*model.Execution, error) {
	loaded, err := s.load(ctx, loadExecution, id, []any{id, id}, decodeStage)
	if err != nil {
		return nil, err
	}
	return loaded.Execution, nil
}

// load reads an execution; decode makes a stage of its document.
func (s *Store) load(ctx context.Context, st *Statement, id string, args []any, decode func([]byte) (*model.Stage, error)) (*Loaded, error) {
	return s.loadMetered(ctx, st, id, args, decode, func(int) bool { return true })
}

// loadMetered tells meter the length of each row, and decodes none once it says
// that there is no room for more.
func (s *Store) loadMetered(ctx context.Context, st *Statement, id string, args []any, decode func([]byte) (*model.Stage, error), meter func(int) bool) (*Loaded, error) {
	var (
		out    Loaded
		stages []placedStage
	)
	err := s.read.query(ctx, st, args, func(row Row) error {
		var (
			kind        int
			a, b        int64
			flag        bool
			body, extra []byte
			name        string
			data        []byte
		)
		if err := row.Scan(&kind, &a, &b, &flag, &body, &extra, &name, &data); err != nil {
			return err
		}
		if !meter(lengthWithRepeats(body) + len(data)) {
			out, stages = Loaded{}, nil
			return nil
		}
		switch kind {
		case 0:
			e, err := decodeHeader(body)
			if err != nil {
				return err
			}
			out.Execution, out.Wake, out.JobID, out.Queued, out.Runtime = e, a, b, flag, extra
		case 1:
			stage, err := decode(body)
			if err != nil {
				return err
			}
			stages = append(stages, placedStage{a, stage})
		case 2:
			out.Signals = append(out.Signals, Signal{ID: a, ExecutionID: id, Kind: string(extra),
				User: name, Payload: body, CreatedAt: b})
		case 3:
			out.States = append(out.States, StageState{StageID: name, Version: int(a), Data: data})
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("load execution %s: %w", id, err)
	}
	if out.Execution == nil {
		return nil, notFound("execution", id)
	}
	slices.SortFunc(out.Signals, func(a, b Signal) int { return cmp.Compare(a.ID, b.ID) })
	out.Execution.Stages = inOrder(stages)
	return &out, nil
}

// placedStage is a stage with its place in the order of addition.
type placedStage struct {
	seq   int64
	stage *model.Stage
}

// inOrder sorts stages by their places and gives them in the order of
// [OrderStages].
func inOrder(placed []placedStage) []*model.Stage {
	slices.SortFunc(placed, func(a, b placedStage) int { return cmp.Compare(a.seq, b.seq) })
	stages := make([]*model.Stage, len(placed))
	for i, p := range placed {
		stages[i] = p.stage
	}
	return OrderStages(stages)
}

func decodeHeader(body []byte) (*model.Execution, error) {
	e := new(model.Execution)
	if err := model.Unmarshal(body, e); err != nil {
		return nil, fmt.Errorf("decode execution: %w", err)
	}
	return e, nil
}

func decodeStage(body []byte) (*model.Stage, error) {
	body, err := withRepeats(body)
	if err != nil {
		return nil, err
	}
	stage := new(model.Stage)
	if err := model.Unmarshal(body, stage); err != nil {
		return nil, fmt.Errorf("decode stage: %w", err)
	}
	return stage, nil
}
