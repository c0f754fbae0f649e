package queue

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/gennaker/gennaker/internal/store"
)

// args is a job's payload.
type args struct {
	ExecutionID string `json:"executionId"`
}

// Kind is the name by which River knows this kind of job.
func (args) Kind() string { return jobKind }

// Enqueue adds a job for an execution, in the caller's transaction, and gives
// its id. It runs at the given time, or at once if that is zero or past.
func (q *Queue) Enqueue(ctx context.Context, tx *store.Tx, executionID string, at time.Time) (int64, error) {
	payload, err := json.Marshal(args{executionID})
	if err != nil {
		return 0, fmt.Errorf("enqueue execution %s: %w", executionID, err)
	}
	var delay time.Duration
	if !at.IsZero() {
		delay = max(at.Sub(q.opts.Now()), 0)
	}
	id, err := q.insert(ctx, tx, string(payload), delay)
	if err != nil {
		return 0, fmt.Errorf("enqueue execution %s: %w", executionID, err)
	}
	if delay == 0 || q.river == nil { // the others' next fetch tells them the time
		tx.OnCommit(q.bell.ring)
	} else {
		due := time.Now().Add(delay)
		tx.OnCommit(func() { q.alarm.set(due) })
	}
	return id, nil
}

func (q *Queue) insert(ctx context.Context, tx *store.Tx, payload string, delay time.Duration) (id int64, err error) {
	if tx.Postgres() {
		err = tx.QueryRow(ctx, insertJob, []any{payload, millis(delay)}, &id)
		return id, err
	}
	for {
		err = tx.QueryRow(ctx, insertJob, []any{q.ids.next(), payload, millis(delay)}, &id)
		if !errors.Is(err, store.ErrNotFound) {
			return id, err
		}
	}
}

// Wake makes a job that waits for its time run now, in the caller's
// transaction. A running job is left alone. If the job is gone, the answer is
// [store.ErrNotFound], and the caller enqueues a new one.
func (q *Queue) Wake(ctx context.Context, tx *store.Tx, jobID int64) error {
	var running bool
	if err := tx.QueryRow(ctx, wakeJob, []any{jobID}, &running); err != nil {
		return fmt.Errorf("wake job %d: %w", jobID, err)
	}
	if !running {
		tx.OnCommit(q.bell.ring)
	}
	return nil
}

// Complete ends a job in the caller's transaction, or answers [ErrLost].
func (q *Queue) Complete(ctx context.Context, tx *store.Tx, job Job) error {
	n, err := tx.Exec(ctx, completeJob, job.ID, job.Attempt)
	if err != nil {
		return fmt.Errorf("complete job %d: %w", job.ID, err)
	}
	if n == 0 {
		return fmt.Errorf("complete job %d: %w", job.ID, ErrLost)
	}
	tx.Prove(jobGone, job.ID)
	tx.OnCommit(func() { q.ended.Store(job.ID, job.Attempt) })
	return nil
}

// Owns answers [ErrLost] unless the job still runs under this attempt, and
// keeps it so until the caller's transaction ends.
func (q *Queue) Owns(ctx context.Context, tx *store.Tx, job Job) error {
	var one int
	err := tx.QueryRow(ctx, ownJob, []any{job.ID, job.Attempt}, &one)
	if errors.Is(err, store.ErrNotFound) {
		return fmt.Errorf("job %d: %w", job.ID, ErrLost)
	}
	if err != nil {
		return fmt.Errorf("look up job %d: %w", job.ID, err)
	}
	return nil
}

// Stats are the numbers of jobs there are.
type Stats struct {
	// Available could run now, Scheduled wait for their time.
	Available, Scheduled, Running int
}

// Stats counts the jobs of the whole installation.
func (q *Queue) Stats(ctx context.Context) (s Stats, err error) {
	err = q.st.Query(ctx, countJobs, nil, func(row store.Row) error {
		return row.Scan(&s.Available, &s.Scheduled, &s.Running)
	})
	if err != nil {
		return s, fmt.Errorf("count jobs: %w", err)
	}
	return s, nil
}

// States counts the jobs of the whole installation that have not ended, of whatever
// queue, by River's state; those that wait for their time are "scheduled".
func (q *Queue) States(ctx context.Context) (map[string]int64, error) {
	states := map[string]int64{}
	err := q.st.Query(ctx, countStates, nil, func(row store.Row) error {
		var (
			state string
			n     int64
		)
		if err := row.Scan(&state, &n); err != nil {
			return err
		}
		states[state] = n
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("count jobs: %w", err)
	}
	return states, nil
}
