package schedule

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/gennaker/gennaker/internal/store"
)

const (
	// batch is how many triggers are taken in one transaction.
	batch = 64
	// databaseTime bounds one transaction.
	databaseTime = 20 * time.Second
	// putOffFor is how long a trigger waits whose tick could not be handed on.
	putOffFor = 5 * time.Second
)

// tickError says which tick could not be handed on.
type tickError struct {
	rowKey
	cause error
}

func (e *tickError) Error() string {
	return fmt.Sprintf("fire the cron trigger %s of pipeline %s: %v", e.key, e.pipeline, e.cause)
}

func (e *tickError) Unwrap() error { return e.cause }

// take takes some of what is due, and tells how many triggers it has seen to. One whose
// tick can't be handed on is put off, and doesn't keep others.
func (s *Scheduler) take(ctx context.Context) (int, error) {
	ctx, cancel := context.WithTimeout(ctx, databaseTime)
	defer cancel()
	now, taken := s.now(), 0
	var missed []row
	err := s.store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		taken, missed = 0, nil
		// What was committed already isn't due at that time anymore.
		tx.Repeatable()
		rows, err := read(ctx, tx.Query, dueRows, now.UnixMilli(), batch+len(s.putOff))
		if err != nil {
			return err
		}
		for _, r := range rows {
			if until, off := s.putOff[rowKey{r.pipeline, r.key}]; off && s.now().Before(until) {
				continue
			}
			left, err := s.takeRow(ctx, tx, r, now)
			if err != nil {
				return err
			}
			if left {
				missed = append(missed, r)
			}
			taken++
		}
		return nil
	})
	if failed, ok := errors.AsType[*tickError](err); ok && ctx.Err() == nil && !store.IsAway(err) {
		s.putOff[failed.rowKey] = s.now().Add(putOffFor)
		s.log.ErrorContext(ctx, "a cron trigger couldn't fire; trying again", "pipeline", failed.pipeline, "trigger", failed.key, "error", failed.cause)
		return 1, nil
	}
	if err != nil {
		return 0, fmt.Errorf("fire cron triggers: %w", err)
	}
	for _, r := range missed {
		s.log.WarnContext(ctx, "a cron trigger missed its time", "pipeline", r.pipeline, "trigger", r.key, "due", time.UnixMilli(r.due).UTC())
	}
	return taken, nil
}

// takeRow moves a row forward, and hands on the tick if one fires. It tells whether any was
// left out.
func (s *Scheduler) takeRow(ctx context.Context, tx *store.Tx, r row, now time.Time) (missed bool, err error) {
	was := r.due
	schedule, err := r.schedule()
	if err != nil { // a time zone may have gone
		r.due = 0
		_, err := r.move(ctx, tx, was)
		return true, err
	}
	d := s.policy.decide(schedule, time.UnixMilli(r.due), now)
	if r.due = millis(d.next); d.missed {
		r.missedFrom, r.missedTo = was, now.UnixMilli()
	}
	if !d.fire.IsZero() {
		r.last = d.fire.UnixMilli()
	}
	moved, err := r.move(ctx, tx, was)
	if err != nil || !moved { // another process was quicker
		return false, err
	}
	if !d.fire.IsZero() {
		err = s.hand(ctx, tx, r, d.fire, now.Sub(d.fire) > s.policy.tolerance)
	}
	return d.missed, err
}

// hand hands a tick on.
func (s *Scheduler) hand(ctx context.Context, tx *store.Tx, r row, at time.Time, late bool) error {
	trigger, err := r.trigger()
	if err == nil {
		err = s.ticks.Tick(ctx, tx, Tick{
			PipelineID: r.pipeline, TriggerKey: r.key, Trigger: trigger, Time: at, Late: late,
			Key: fmt.Sprintf("cron/%s/%s/%s", r.pipeline, r.key, at.UTC().Format(time.RFC3339)),
		})
	}
	if err != nil {
		return &tickError{rowKey{r.pipeline, r.key}, err}
	}
	return nil
}

// wait is the time until something is due.
func (s *Scheduler) wait(ctx context.Context) (time.Duration, error) {
	ctx, cancel := context.WithTimeout(ctx, databaseTime)
	defer cancel()
	due := int64(0)
	if err := s.store.Query(ctx, firstDue, nil, func(found store.Row) error { return found.Scan(&due) }); err != nil {
		return 0, fmt.Errorf("look when the next cron trigger is due: %w", err)
	}
	left := time.UnixMilli(due).Sub(s.now())
	switch {
	case due == 0 || left > restful:
		return restful, nil
	case left <= 0: // another process has it in hand, or it is put off
		return busyPause, nil
	}
	return left, nil
}
