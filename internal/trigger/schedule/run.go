package schedule

import (
	"context"
	"time"
)

const (
	// restful is how long nothing is looked for if nothing is due: what a clock or a lost
	// ring keeps back is found then.
	restful = time.Minute
	// busyPause is how long it is waited for what another process has in hand.
	busyPause = 500 * time.Millisecond
	// databasePause is how long it is waited after the database has failed.
	databasePause = time.Second
)

// run fires triggers until ctx ends.
func (s *Scheduler) run(ctx context.Context) {
	rebuilt := false
	for ctx.Err() == nil {
		var (
			wait time.Duration
			err  error
		)
		if !rebuilt || s.clockWentBack() {
			err = s.Rebuild(ctx)
			rebuilt = err == nil
		}
		if err == nil {
			wait, err = s.round(ctx)
		}
		if err != nil {
			wait = databasePause
			s.troubled(ctx, err)
		} else {
			s.failing = false
		}
		select {
		case <-ctx.Done():
		case <-s.work:
		case <-s.after(wait):
		}
	}
}

// round takes all that is due, and gives the time until there is more.
func (s *Scheduler) round(ctx context.Context) (time.Duration, error) {
	for ctx.Err() == nil {
		n, err := s.take(ctx)
		if err != nil {
			return 0, err
		}
		if n == 0 {
			break
		}
	}
	for key, until := range s.putOff {
		if !s.now().Before(until) {
			delete(s.putOff, key)
		}
	}
	return s.wait(ctx)
}

// clockWentBack tells whether the clock was set back since it was last asked. Triggers may
// wait for ticks that are further away than the next.
func (s *Scheduler) clockWentBack() bool {
	now := s.now()
	back := now.Before(s.seen.Add(-skew))
	s.seen = now
	return back
}

// troubled tells, once, that the database has failed.
func (s *Scheduler) troubled(ctx context.Context, err error) {
	if ctx.Err() == nil && !s.failing {
		s.log.WarnContext(ctx, "can't fire cron triggers; trying again", "error", err)
	}
	s.failing = true
}
