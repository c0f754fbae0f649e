package queue

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	riverqueue "github.com/riverqueue/river"

	"github.com/gennaker/gennaker/internal/store"
)

// worker runs the handler for River. Whatever comes of it, River is told that
// all is well: the job's row is this package's business.
type worker struct {
	riverqueue.WorkerDefaults[args]
	q *Queue
}

// Timeout keeps River's rescuer off the jobs of executions, which may run for as long
// as they like, where it looks for other jobs. As the rescuer goes by the timeouts of
// workers alone, a bound has to be named.
func (w *worker) Timeout(*riverqueue.Job[args]) time.Duration {
	if w.q.opts.Jobs == nil {
		return 0 // the client's, which is none
	}
	return rescueNever
}

// Work runs the handler once and sees to the job's row.
func (w *worker) Work(ctx context.Context, rj *riverqueue.Job[args]) error {
	q := w.q
	job := q.begin(ctx, rj)
	defer q.held.drop(job.ID, job.Attempt)
	defer q.finish(job)
	err := safely(ctx, func(ctx context.Context) error { return q.opts.Handler(ctx, job) })
	if attempt, done := q.ended.LoadAndDelete(job.ID); done && attempt == job.Attempt {
		if err != nil {
			q.log.WarnContext(ctx, "a handler failed after it had completed its job", "execution", job.ExecutionID,
				"error", err)
		}
		return nil
	}
	log := q.log.With("execution", job.ExecutionID, "job", job.ID, "attempt", job.Attempt)
	delay := time.Duration(0)
	switch {
	case errors.Is(err, ErrLost):
		log.WarnContext(ctx, "job was lost to another worker")
		q.acquit(ctx, job)
		return nil
	case err == nil:
		err = errors.New("the handler returned without completing its job")
		delay = q.backoff(job.Attempt)
		log.ErrorContext(ctx, "job is not completed", "retryIn", delay)
	case ctx.Err() != nil:
		log.InfoContext(ctx, "job is given back", "reason", err)
	default:
		delay = q.backoff(job.Attempt)
		log.WarnContext(ctx, "job failed", "error", err, "retryIn", delay)
	}
	if err := q.giveBack(context.WithoutCancel(ctx), job, err, delay); err != nil {
		log.ErrorContext(ctx, "job can't be given back", "error", err)
	}
	return nil
}

// begin makes a job of what was fetched. A suspect waits until it is alone.
func (q *Queue) begin(ctx context.Context, rj *riverqueue.Job[args]) Job {
	job := Job{ID: rj.ID, Attempt: rj.Attempt, ExecutionID: rj.Args.ExecutionID, slot: &slot{of: q.slots, held: true}}
	if rj.Priority != prioritySuspect {
		return job
	}
	var counted struct {
		Lost int `json:"lost"`
	}
	_ = json.Unmarshal(rj.Metadata, &counted) // written by fetchSuspect
	job.Lost, job.Poison = counted.Lost, counted.Lost >= q.opts.PoisonAfter
	job.slot.trial = q.trial
	q.log.WarnContext(ctx, "an execution is tried alone: processes have died while they worked on it",
		"execution", job.ExecutionID, "processes", job.Lost)
	q.gather(ctx)
	return job
}

// finish frees what the job's handler held.
func (q *Queue) finish(job Job) {
	if job.slot.trial != nil {
		q.trial.end()
	}
	if job.slot.held {
		job.slot.held = false
		q.slots.put()
	}
}

// giveBack has a job run again after the delay. The database may be what
// failed, so this is tried for as long as the process lives: on PostgreSQL no
// one else would free the job, as the process isn't dead.
func (q *Queue) giveBack(ctx context.Context, job Job, cause error, delay time.Duration) error {
	text := cause.Error()
	text = store.Storable(text[:min(len(text), 4000)])
	note, err := json.Marshal(map[string]any{
		"at": time.Now().UTC(), "attempt": job.Attempt, "error": text, "trace": "",
	})
	if err != nil {
		return err
	}
	for pause := 50 * time.Millisecond; ; pause = min(2*pause, 5*time.Second) {
		err := q.st.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			n, err := tx.Exec(ctx, retryJob, millis(delay), string(note), job.ID, job.Attempt)
			if err == nil && n > 0 {
				at := time.Now().Add(delay)
				if delay > 0 {
					tx.OnCommit(func() { q.alarm.set(at) })
				} else {
					tx.OnCommit(q.bell.ring)
				}
			}
			return err
		})
		if err == nil {
			return nil
		}
		q.log.ErrorContext(ctx, "job can't be given back; trying again", "job", job.ID, "error", err)
		select {
		case <-q.stopped:
			return err
		case <-time.After(pause):
		}
	}
}

// backoff is the pause after the given attempt has failed.
func backoff(attempt int) time.Duration {
	steps := [...]time.Duration{time.Second, 2 * time.Second, 5 * time.Second, 10 * time.Second,
		20 * time.Second, 40 * time.Second, time.Minute}
	return steps[min(max(attempt, 1), len(steps))-1]
}
