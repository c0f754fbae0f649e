package store

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/gennaker/gennaker/internal/model"
)

// WakeState is what is needed to wake an execution, or to end a round of work
// on it.
type WakeState struct {
	// Wake counts how often the execution was woken.
	Wake int64
	// JobID is the job that will work on it, 0 if there is none.
	JobID       int64
	Status      model.Status
	Type        model.ExecutionType
	Application string
}

const wakeColumns = `wake, job_id, status, type, application`

var (
	bumpWake    = statement(`UPDATE executions SET wake = wake + 1 WHERE id = ? RETURNING ` + wakeColumns)
	readWake    = statement(`SELECT ` + wakeColumns + ` FROM executions WHERE id = ?`)
	lockWake    = statement(`SELECT ` + wakeColumns + ` FROM executions WHERE id = ? FOR NO KEY UPDATE`)
	setJob      = statement(`UPDATE executions SET job_id = ? WHERE id = ?`)
	setCanceled = statement(`UPDATE executions SET canceled = TRUE WHERE id = ?`)
	setQueued   = statement(`UPDATE executions SET queued = ? WHERE id = ?`)
	countRuns   = statement(`
		SELECT COUNT(*) FROM executions WHERE pipeline_config_id = ? AND status = 'RUNNING' AND id <> ?`)
	countPaused = statement(`
		SELECT COUNT(*) FROM executions WHERE pipeline_config_id = ? AND status = 'PAUSED' AND id <> ?`)
	listWaiting = statement(`
		SELECT id, seq, job_id, queued FROM executions
		WHERE pipeline_config_id = ? AND status = 'NOT_STARTED' AND NOT canceled ORDER BY seq`)
)

// BumpWake raises an execution's wake counter and gives the new state. The row
// stays locked until the transaction ends.
func (tx *Tx) BumpWake(ctx context.Context, id string) (WakeState, error) {
	return tx.wakeState(ctx, bumpWake, id)
}

// LockExecution gives an execution's wake state and keeps others from waking
// or changing it until the transaction ends.
func (tx *Tx) LockExecution(ctx context.Context, id string) (WakeState, error) {
	if tx.postgres {
		return tx.wakeState(ctx, lockWake, id)
	}
	return tx.wakeState(ctx, readWake, id)
}

func (tx *Tx) wakeState(ctx context.Context, st *Statement, id string) (w WakeState, err error) {
	var status, kind string
	err = queryRow(ctx, tx, st, []any{id}, &w.Wake, &w.JobID, &status, &kind, &w.Application)
	if errors.Is(err, errNoRows) {
		return w, notFound("execution", id)
	}
	if err != nil {
		return w, fmt.Errorf("read wake state of execution %s: %w", id, err)
	}
	w.Status, w.Type = model.Status(status), model.ExecutionType(kind)
	return w, nil
}

// SetJob notes which job works on an execution; 0 is none.
func (tx *Tx) SetJob(ctx context.Context, id string, jobID int64) error {
	return tx.changeOne(ctx, id, setJob, jobID, id)
}

// SetQueued notes whether an execution waits for others of its pipeline.
func (tx *Tx) SetQueued(ctx context.Context, id string, queued bool) error {
	return tx.changeOne(ctx, id, setQueued, queued, id)
}

// SetCanceled takes an execution that waits for others of its pipeline out of their
// number, before the signal that cancels it is carried out.
func (tx *Tx) SetCanceled(ctx context.Context, id string) error {
	return tx.changeOne(ctx, id, setCanceled, id)
}

func (tx *Tx) changeOne(ctx context.Context, id string, st *Statement, args ...any) error {
	n, err := tx.exec(ctx, st, args...)
	if err != nil {
		return fmt.Errorf("save execution %s: %w", id, err)
	}
	if n == 0 {
		return notFound("execution", id)
	}
	return nil
}

var configOf = statement(`SELECT COALESCE(pipeline_config_id, '') FROM executions WHERE id = ?`)

// LockConfigOf is [Tx.LockConfig] for the pipeline of an execution. One that isn't
// there, or is of no stored pipeline, locks nothing.
func (tx *Tx) LockConfigOf(ctx context.Context, executionID string) error {
	var config string
	err := queryRow(ctx, tx, configOf, []any{executionID}, &config)
	switch {
	case errors.Is(err, errNoRows) || err == nil && config == "":
		return nil
	case err != nil:
		return fmt.Errorf("look up the pipeline of execution %s: %w", executionID, err)
	}
	return tx.LockConfig(ctx, config)
}

// LockConfig keeps other transactions that call it for the same pipeline
// waiting until this one ends, so that counting and starting go together.
func (tx *Tx) LockConfig(ctx context.Context, pipelineConfigID string) error {
	return tx.lockName(ctx, "config/"+column(pipelineConfigID))
}

// CountRunning counts a pipeline's executions in status RUNNING, save the one
// named.
func (tx *Tx) CountRunning(ctx context.Context, pipelineConfigID, exceptID string) (n int, err error) {
	if err := queryRow(ctx, tx, countRuns, []any{column(pipelineConfigID), exceptID}, &n); err != nil {
		return 0, fmt.Errorf("count running executions of pipeline %s: %w", pipelineConfigID, err)
	}
	return n, nil
}

// CountPaused counts a pipeline's executions in status PAUSED, save the one
// named.
func (tx *Tx) CountPaused(ctx context.Context, pipelineConfigID, exceptID string) (n int, err error) {
	if err := queryRow(ctx, tx, countPaused, []any{column(pipelineConfigID), exceptID}, &n); err != nil {
		return 0, fmt.Errorf("count paused executions of pipeline %s: %w", pipelineConfigID, err)
	}
	return n, nil
}

// WaitingExecution is one that has not started.
type WaitingExecution struct {
	ID string
	// Seq orders executions by their arrival.
	Seq, JobID int64
	Queued     bool
}

// Waiting lists a pipeline's executions in status NOT_STARTED that aren't
// cancelled, in the order they came.
func (tx *Tx) Waiting(ctx context.Context, pipelineConfigID string) ([]WaitingExecution, error) {
	var out []WaitingExecution
	err := tx.query(ctx, listWaiting, []any{column(pipelineConfigID)}, func(row Row) error {
		var w WaitingExecution
		if err := row.Scan(&w.ID, &w.Seq, &w.JobID, &w.Queued); err != nil {
			return err
		}
		out = append(out, w)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list waiting executions of pipeline %s: %w", pipelineConfigID, err)
	}
	return out, nil
}

// Wakes gives the wake counters of those executions that are there.
func (s *Store) Wakes(ctx context.Context, ids []string) (map[string]int64, error) {
	out := make(map[string]int64, len(ids))
	for part := range slices.Chunk(ids, 500) {
		args := make([]any, len(part))
		for i, id := range part {
			args[i] = id
		}
		err := s.read.query(ctx, statement(`SELECT id, wake FROM executions WHERE id IN (`+marks(len(part))+`)`), args, func(row Row) error {
			var (
				id   string
				wake int64
			)
			err := row.Scan(&id, &wake)
			out[id] = wake
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("read wake counters: %w", err)
		}
	}
	return out, nil
}
