package runner

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/execution"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/queue"
	"github.com/gennaker/gennaker/internal/stage"
	"github.com/gennaker/gennaker/internal/store"
)

// Poison is an execution that was ended since its processing brought down
// processes.
type Poison struct {
	ExecutionID, Application string
	// Processes is how many were lost.
	Processes int
	At        time.Time
}

// poisons are those of this process.
type poisons struct {
	mu    sync.Mutex
	count int
	last  Poison
}

// Poisoned tells how many executions this process has ended since their
// processing had brought down processes, and the last of them.
func (r *Runner) Poisoned() (count int, last Poison) {
	r.poisons.mu.Lock()
	defer r.poisons.mu.Unlock()
	return r.poisons.count, r.poisons.last
}

// condemn ends an execution whose processing has brought down as many processes
// as are allowed. It touches as little of it as it can: loading it may be what
// kills.
func (r *Runner) condemn(ctx context.Context, job queue.Job) error {
	why := &stage.Error{
		Type: "PoisonExecutionException",
		Message: fmt.Sprintf("%d Gennaker processes crashed while they worked on this execution, the last one while it was on trial. "+
			"The execution was ended so that the others can continue.", job.Lost),
	}
	why.Errors = []string{
		why.Message,
		"The logs of these processes show why; most often they ran out of memory. Whatever the stage started in other systems was not stopped. Fix the cause, then restart the stage.",
	}
	e, ended, err := r.endBadly(ctx, job, why)
	if err != nil {
		return fmt.Errorf("end execution %s, which crashed processes: %w", job.ExecutionID, err)
	}
	if e == nil {
		return nil
	}
	r.Logger.ErrorContext(ctx, "an execution was ended because processes crashed while they worked on it; see their logs",
		"execution", e.ID, "application", e.Application, "pipeline", e.Name, "processes", job.Lost, "hadEnded", !ended)
	r.poisons.mu.Lock()
	r.poisons.count++
	r.poisons.last = Poison{ExecutionID: e.ID, Application: e.Application, Processes: job.Lost, At: r.Now()}
	r.poisons.mu.Unlock()
	return nil
}

// endBadly ends an execution that can't be advanced, without loading it, and
// completes its job. The execution is nil if that is nobody's business any more:
// it was deleted, or the job was lost; ended is false if it had ended already.
func (r *Runner) endBadly(ctx context.Context, job queue.Job, why *stage.Error) (e *model.Execution, ended bool, err error) {
	now := model.Millis(r.Now())
	err = r.Store.Write(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		// The pipeline before its executions, as in the transaction that stores an end.
		if err := tx.LockConfigOf(ctx, job.ExecutionID); err != nil {
			return err
		}
		if _, err := tx.LockExecution(ctx, job.ExecutionID); err != nil {
			return err
		}
		if err := r.Queue.Complete(ctx, tx, job); err != nil {
			return err
		}
		if e, ended, err = tx.EndBadly(ctx, job.ExecutionID, now, engine.Exception(why, "advance", now, false)); err != nil {
			return err
		}
		if err := tx.SetJob(ctx, e.ID, 0); err != nil || !ended {
			return err
		}
		if err := r.Executions.Ended(ctx, tx, e); err != nil {
			return err
		}
		if err := r.tellFollowersOfEnd(ctx, tx, e); err != nil {
			return err
		}
		return r.Events.Publish(ctx, tx, execution.Event(e))
	})
	switch {
	case errors.Is(err, store.ErrNotFound):
		return nil, false, r.giveUp(ctx, job)
	case errors.Is(err, queue.ErrLost):
		return nil, false, nil
	case err != nil:
		return nil, false, err
	}
	if ended && r.Observer != nil {
		r.Observer.Happened(e, engine.Happening{Status: e.Status})
		r.Observer.Completed(e)
	}
	return e, ended, nil
}
