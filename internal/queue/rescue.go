package queue

import (
	"context"
	"fmt"
	"time"

	"github.com/gennaker/gennaker/internal/store"
)

// takeOver makes this process one of those that work, and frees what dead
// ones, on SQLite the one before it, have left.
func (q *Queue) takeOver(ctx context.Context) error {
	if q.st.Postgres() != nil {
		if err := q.exec(ctx, forgetDead); err != nil {
			return fmt.Errorf("forget processes long dead: %w", err)
		}
		return q.beat(ctx)
	}
	return q.st.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		n, err := tx.Exec(ctx, freeAll, q.quarantineAt())
		if err != nil {
			return fmt.Errorf("free the jobs of the process before this one: %w", err)
		}
		if n > 0 {
			tx.OnCommit(func() { q.log.InfoContext(ctx, "jobs of a process that was killed go on", "jobs", n) })
		}
		return q.lookForSuspects(ctx, tx)
	})
}

// beat notes that this process is alive and frees the jobs of those that
// aren't.
func (q *Queue) beat(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, q.opts.DeadAfter)
	defer cancel()
	return q.st.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := tx.Beat(ctx, q.opts.ProcessID, ""); err != nil {
			return err
		}
		n, err := tx.Exec(ctx, freeDead, q.quarantineAt(), q.opts.DeadAfter.Milliseconds())
		if err != nil {
			return fmt.Errorf("free the jobs of dead processes: %w", err)
		}
		if n > 0 {
			tx.OnCommit(func() {
				q.log.WarnContext(ctx, "jobs of a dead process go on", "jobs", n)
				q.bell.ring() //nolint:contextcheck // a ring is for whoever rang, not for one of them
			})
		}
		return q.lookForSuspects(ctx, tx)
	})
}

func (q *Queue) beatLoop(ctx context.Context) {
	ticker := time.NewTicker(q.opts.BeatInterval)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			if err := q.beat(ctx); err != nil && ctx.Err() == nil {
				q.log.WarnContext(ctx, "heartbeat failed", "error", err)
			}
		}
	}
}

// endProcess takes this process off the list at a graceful end: whatever it
// still ran is free at once. The others take over its alarm.
func (q *Queue) endProcess(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	err := q.st.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		return tx.EndProcess(ctx, q.opts.ProcessID)
	})
	if err != nil {
		q.log.WarnContext(ctx, "can't take this process off the list", "error", err)
	}
	if q.bell.notify != nil {
		_ = q.bell.notify(ctx, q.bell.payload) // they would find out by themselves
	}
}
