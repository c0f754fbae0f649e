package queue

import (
	"context"
	"fmt"
	"time"

	"github.com/gennaker/gennaker/internal/store"
)

// join takes over as soon as the database lets it: a process that starts while
// it fails over waits for it.
func (q *Queue) join(ctx context.Context) error {
	retry := firstRetry
	for {
		err := q.takeOver(ctx)
		if err == nil || ctx.Err() != nil {
			return err
		}
		q.log.WarnContext(ctx, "the work on executions can't begin; trying again", "error", err)
		pauseFor(ctx, retry)
		retry = min(2*retry, longestRetry)
	}
}

// takeOver makes this process one of those that work, and frees what dead
// ones, on SQLite the one before it, have left.
func (q *Queue) takeOver(ctx context.Context) error {
	if q.st.Postgres() != nil {
		return q.beat(ctx, true)
	}
	return q.st.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		killed, err := tx.Beats(ctx) // an orderly end leaves none
		if err != nil {
			return err
		}
		for id, beat := range killed {
			if err := tx.EndSilentProcess(ctx, id, beat); err != nil {
				return err
			}
		}
		if _, err := tx.Beat(ctx, q.opts.ProcessID, ""); err != nil {
			return err
		}
		n, err := tx.Exec(ctx, freeAll, q.quarantineAt())
		if err != nil {
			return fmt.Errorf("free the jobs of the process before this one: %w", err)
		}
		if n > 0 {
			tx.OnCommit(func() { q.log.InfoContext(ctx, "jobs of a process that was killed go on", "jobs", n) })
		}
		if n > 0 || len(killed) > 0 {
			if err := q.putSuspectsOff(ctx, tx); err != nil {
				return err
			}
		}
		return q.lookForSuspects(ctx, tx)
	})
}

// beat notes that this process is alive, takes those that aren't off the list,
// and frees the jobs of processes that aren't on it.
func (q *Queue) beat(ctx context.Context, first bool) error {
	ctx, cancel := context.WithTimeout(ctx, max(q.opts.BeatInterval, time.Second))
	defer cancel()
	var now int64
	err := q.st.Write(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		if now, err = tx.Beat(ctx, q.opts.ProcessID, ""); err != nil {
			return err
		}
		beats, err := tx.Beats(ctx)
		if err != nil {
			return err
		}
		dead := q.pulse.dead(beats, q.opts, now, first)
		for _, id := range dead {
			if err := tx.EndSilentProcess(ctx, id, beats[id]); err != nil {
				return err
			}
		}
		n, err := tx.Exec(ctx, freeDead, q.quarantineAt())
		if err != nil {
			return fmt.Errorf("free the jobs of dead processes: %w", err)
		}
		if n > 0 {
			tx.OnCommit(func() {
				q.log.WarnContext(ctx, "jobs of a dead process go on", "jobs", n)
				q.bell.ring() //nolint:contextcheck // a ring is for whoever rang, not for one of them
			})
		}
		if n > 0 || len(dead) > 0 {
			if err := q.putSuspectsOff(ctx, tx); err != nil {
				return err
			}
		}
		return q.lookForSuspects(ctx, tx)
	})
	if err != nil {
		return err
	}
	q.pulse.beaten()
	q.checkClock(ctx, now)
	return nil
}

// pulse tells which processes are dead: those whose beats have not changed for
// long enough by this process's monotonic clock. The database's clock may be
// set at any time, so that the age of a beat tells little.
type pulse struct {
	// last is when this process beat last itself.
	last time.Time
	seen map[string]sighting
}

// sighting is the last beat of a process, and when it was first seen here.
type sighting struct {
	beat int64
	at   time.Time
}

// beaten notes that this process has beaten.
func (p *pulse) beaten() { p.last = time.Now() }

// dead gives the processes that have not beaten for too long. A process that
// starts has seen nothing, and goes by the database's clock once.
func (p *pulse) dead(beats map[string]int64, opts Options, now int64, first bool) (ids []string) {
	at := time.Now()
	if at.Sub(p.last) > 2*opts.BeatInterval {
		// This process couldn't beat either: the others get their time anew.
		p.seen = nil
	}
	seen := make(map[string]sighting, len(beats))
	for id, beat := range beats {
		s, known := p.seen[id]
		if !known || s.beat != beat {
			s = sighting{beat, at}
		}
		seen[id] = s
		silent := at.Sub(s.at) >= opts.DeadAfter || (first && beat <= now-opts.DeadAfter.Milliseconds())
		if silent && id != opts.ProcessID {
			ids = append(ids, id)
		}
	}
	p.seen = seen
	return ids
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
