package queue

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"strings"
	"time"

	"github.com/gennaker/gennaker/internal/store"
)

// Periodic work is a row in a table of our own and not one of River's periodic
// jobs, though these are what River has for it, because they promise less:
//
//   - River's leader keeps the schedule in memory: "anytime a process quits or a
//     new leader is elected, the whole process starts over". What is due once a
//     day never comes if processes are restarted more often; with RunOnStart it
//     comes at every change of the leader instead.
//   - Unique jobs by period bound that to one insert in each slice of the clock,
//     for as long as the job before it is kept. But the next is inserted whether
//     or not the one before has ended, and one that is left out isn't made up for.
//   - The job of a process that was killed stays running until the rescuer takes
//     it for stuck by its age, which must be more than the longest run. Here the
//     missing heartbeat tells within seconds.
//   - It is inserted by processes that run jobs alone.
//
// So with River the work would be done by no process or by two at times. The row
// holds the next time and who is at it, both by the database's clock, which makes
// it one process at a time, in a rhythm that survives restarts.

// periodic is something to be done every so often.
type periodic struct {
	name  string
	every time.Duration
	fn    func(ctx context.Context) error
}

// busyPause is the longest pause before looking again whether another process
// has ended its run, which took longer than it should.
const busyPause = 5 * time.Second

// The times are the database's, in milliseconds since the epoch.
var (
	registerPeriodic = bothClocks(`
		INSERT INTO periodic (name, next_at) VALUES (?, $now)
		ON CONFLICT (name) DO UPDATE SET next_at =
			CASE WHEN periodic.next_at > $now + ? THEN $now + ? ELSE periodic.next_at END`)
	readPeriodic  = bothClocks(`SELECT next_at - $now FROM periodic WHERE name = ?`)
	claimPeriodic = bothClocks(`
		UPDATE periodic SET next_at = $now + ?, process_id = ?
		WHERE name = ? AND next_at <= $now AND (process_id IN ('', ?) OR NOT EXISTS (
			SELECT 1 FROM processes p WHERE p.id = periodic.process_id))`)
	endPeriodic = store.NewStatement(`UPDATE periodic SET process_id = '' WHERE name = ? AND process_id = ?`, "")
)

// bothClocks makes a statement in which $now is the database's clock.
func bothClocks(text string) *store.Statement {
	return store.NewStatement(strings.ReplaceAll(text, "$now", store.SQLiteNowMillis),
		strings.ReplaceAll(text, "$now", store.PostgresNowMillis))
}

// Periodic has fn run every so often, by one process of the installation at a
// time: at once the first time ever, then in this rhythm, which restarts don't
// change. A run that is missed is made up for once; one that fails is logged,
// and the next comes in its time. It is called before Run.
func (q *Queue) Periodic(name string, every time.Duration, fn func(ctx context.Context) error) {
	q.periodic = append(q.periodic, &periodic{name, every, fn})
}

// runPeriodic keeps one of them going until ctx ends.
func (q *Queue) runPeriodic(ctx context.Context, p *periodic) {
	registered := false
	for ctx.Err() == nil {
		wait, err := q.periodicStep(ctx, p, &registered)
		if err != nil && ctx.Err() == nil {
			q.log.WarnContext(ctx, "can't look after periodic work", "name", p.name, "error", err)
			wait = busyPause
		}
		select {
		case <-ctx.Done():
		case <-time.After(wait):
		}
	}
}

// periodicStep does the work if it is due, and gives the time until it should
// be looked at again.
func (q *Queue) periodicStep(ctx context.Context, p *periodic, registered *bool) (time.Duration, error) {
	if !*registered {
		if err := q.register(ctx, p); err != nil {
			return 0, err
		}
		*registered = true
	}
	var left int64
	if err := q.st.Query(ctx, readPeriodic, []any{p.name}, func(row store.Row) error {
		return row.Scan(&left)
	}); err != nil {
		return 0, err
	}
	if left > 0 {
		return time.Duration(left) * time.Millisecond, nil
	}
	var claimed int64
	if err := q.st.Write(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		claimed, err = tx.Exec(ctx, claimPeriodic, p.every.Milliseconds(), q.opts.ProcessID, p.name, q.opts.ProcessID)
		return err
	}); err != nil {
		return 0, fmt.Errorf("claim: %w", err)
	}
	if claimed == 0 { // another process was quicker, or is still at it
		return min(p.every, busyPause), nil
	}
	if err := safely(ctx, p.fn); err != nil && !errors.Is(err, context.Canceled) {
		q.log.WarnContext(ctx, "periodic work failed", "name", p.name, "error", err)
	}
	return 0, q.exec(context.WithoutCancel(ctx), endPeriodic, p.name, q.opts.ProcessID)
}

// register has a periodic come no later than its rhythm says.
func (q *Queue) register(ctx context.Context, p *periodic) error {
	return q.exec(ctx, registerPeriodic, p.name, p.every.Milliseconds(), p.every.Milliseconds())
}

func (q *Queue) exec(ctx context.Context, st *store.Statement, args ...any) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	return q.st.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Exec(ctx, st, args...)
		return err
	})
}

// safely makes a panic an error.
func safely(ctx context.Context, fn func(context.Context) error) (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("panic: %v\n%s", cause, debug.Stack())
		}
	}()
	return fn(ctx)
}
