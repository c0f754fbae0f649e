package store

import (
	"cmp"
	"context"
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
}

// An execution is read in one statement, so that header, stages and signals
// are of one moment. kind tells the rows apart: 0 header, 1 stage, 2 signal.
const loadHeaderAndStages = `
	SELECT 0 AS kind, e.wake AS a, e.job_id AS b, e.queued AS flag, h.body AS body, e.runtime AS extra, '' AS name
		FROM executions e JOIN execution_headers h ON h.execution_seq = e.seq WHERE e.id = ?
	UNION ALL
	SELECT 1, seq, 0, FALSE, body, NULL, ''
		FROM execution_stages WHERE execution_id = ?`

var (
	loadExecution  = prepared(loadHeaderAndStages)
	loadForAdvance = prepared(loadHeaderAndStages + `
	UNION ALL
	SELECT 2, id, created_at, FALSE, payload, kind, user_name
		FROM signals WHERE execution_id = ?`)
)

// LoadForAdvance reads an execution with its wake state and its signals, in
// the order they came.
func (s *Store) LoadForAdvance(ctx context.Context, id string) (*Loaded, error) {
	return s.load(ctx, loadForAdvance, id, []any{id, id, id}, decodeStage)
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
		)
		if err := row.Scan(&kind, &a, &b, &flag, &body, &extra, &name); err != nil {
			return err
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
	stage := new(model.Stage)
	if err := model.Unmarshal(body, stage); err != nil {
		return nil, fmt.Errorf("decode stage: %w", err)
	}
	return stage, nil
}
