package queue

import (
	"context"
	"fmt"
	"time"

	"github.com/gennaker/gennaker/internal/store"
)

// How soon something is tried again while the database is away.
const (
	firstRetry   = 100 * time.Millisecond
	longestRetry = 2 * time.Second
)

// watch keeps this process on the list of those that live, frees the jobs of
// those that don't and those that nobody has in hand, and notices when the
// clock that jobs wait by has been set. On SQLite only the last, and what a
// failed fetch may have left.
func (q *Queue) watch(ctx context.Context) {
	wait, retry := q.opts.BeatInterval, firstRetry
	timer := time.NewTimer(wait)
	defer timer.Stop()
	for {
		timer.Reset(wait)
		doubtful := false
		select {
		case <-ctx.Done():
			return
		case <-q.doubt:
			doubtful = true
			pauseFor(ctx, firstRetry) // a fetch that was cut off may still be going on
		case <-timer.C:
		}
		if err := q.look(ctx, doubtful); err == nil {
			if doubtful || retry > firstRetry {
				q.bell.ringHere() // the fetch that failed told nobody when the next job is due
			}
			wait, retry = q.opts.BeatInterval, firstRetry
		} else if ctx.Err() == nil {
			q.log.WarnContext(ctx, "the queue can't be looked after; trying again", "error", err)
			wait, retry = min(retry, q.opts.BeatInterval), min(2*retry, longestRetry)
			pauseFor(ctx, wait)
			q.unsure()
		}
	}
}

func pauseFor(ctx context.Context, wait time.Duration) {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}

func (q *Queue) look(ctx context.Context, doubtful bool) error {
	lite := q.st.Postgres() == nil
	if lite {
		q.checkClock(ctx, time.Now().UnixMilli())
	} else if err := q.beat(ctx, false); err != nil {
		return err
	}
	if doubtful || !lite {
		if err := q.reconcile(ctx); err != nil {
			return err
		}
	}
	if q.stepped.Swap(false) {
		if err := q.wakeAll(ctx); err != nil {
			q.stepped.Store(true)
			return err
		}
	}
	for _, c := range q.companions {
		if c.ClockSet == nil {
			continue
		}
		if err := c.ClockSet(ctx); err != nil {
			return err
		}
	}
	return nil
}

// checkClock compares the clock that jobs wait by, in milliseconds since the
// epoch, with this process's monotonic one. If it was set back, what waits for
// its time would wait too long: everything that waits is made due, and whoever
// works on it finds out how long it has to wait still. If it was set forward,
// what comes too early is put back in the same way, by itself.
func (q *Queue) checkClock(ctx context.Context, now int64) {
	step := q.clock.observe(now)
	if step == 0 {
		return
	}
	q.log.WarnContext(ctx, "the clock that jobs wait by was set; they are rescheduled", "by", step.String())
	if step < 0 {
		q.stepped.Store(true)
		q.unsure()
	}
}

// wakeBatch bounds one transaction of wakeAll.
const wakeBatch = 500

// wakeAll makes all jobs due that wait for their time.
func (q *Queue) wakeAll(ctx context.Context) error {
	for {
		var n int64
		if err := q.st.Write(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
			n, err = tx.Exec(ctx, wakeWaiting, wakeBatch)
			return err
		}); err != nil {
			return fmt.Errorf("make jobs due: %w", err)
		}
		q.bell.ring() //nolint:contextcheck // a ring is for whoever rang, not for one of them
		if n < wakeBatch {
			break
		}
	}
	for _, p := range q.periodic {
		if err := q.register(ctx, p); err != nil {
			return err
		}
	}
	for _, c := range q.companions {
		if c.ClockSet == nil {
			continue
		}
		if err := c.ClockSet(ctx); err != nil {
			return err
		}
	}
	return nil
}
