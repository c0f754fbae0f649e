package schedule

import (
	"context"
	"fmt"
	"time"

	"github.com/gennaker/gennaker/internal/catalog"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
)

var _ catalog.Follower = (*Scheduler)(nil)

// PipelineSaved implements [catalog.Follower]. A trigger that goes by the same expression
// and time zone as before stays due when it was.
func (s *Scheduler) PipelineSaved(ctx context.Context, tx *store.Tx, p model.Pipeline) error {
	wanted, err := rowsOf(p, s.zone)
	if err != nil {
		return err
	}
	there, err := read(ctx, tx.Query, listRows, p.ID())
	if err != nil {
		return err
	}
	stored := make(map[string]row, len(there))
	for _, r := range there {
		stored[r.key] = r
		if isAction(r.key) { // it stays as it is
			wanted = append(wanted, r)
		}
	}
	now, changed := s.now(), false
	for _, want := range wanted {
		had, ok := stored[want.key]
		delete(stored, want.key)
		wrote, err := s.settle(ctx, tx, want, had, ok, now)
		if err != nil {
			return err
		}
		changed = changed || wrote
	}
	for _, gone := range stored {
		if _, err := tx.Exec(ctx, dropRow, gone.pipeline, gone.key); err != nil {
			return fmt.Errorf("remove the cron trigger %s of pipeline %s: %w", gone.key, gone.pipeline, err)
		}
	}
	if changed {
		tx.OnCommit(s.ring)
	}
	return nil
}

// PipelineDeleted implements [catalog.Follower].
func (s *Scheduler) PipelineDeleted(ctx context.Context, tx *store.Tx, id string) error {
	if _, err := tx.Exec(ctx, dropRows, id); err != nil {
		return fmt.Errorf("remove the cron triggers of pipeline %s: %w", id, err)
	}
	return nil
}

// settle brings a stored row, if there is one, to what is wanted, and tells whether it may
// be due at another time.
func (s *Scheduler) settle(ctx context.Context, tx *store.Tx, want, had row, there bool, now time.Time) (changed bool, err error) {
	if !there || had.expression != want.expression || had.zone != want.zone {
		want.due = firstTick(want, now)
		if _, err := tx.Exec(ctx, putRow, want.pipeline, want.key, want.expression, want.zone, want.document, want.due); err != nil {
			return false, fmt.Errorf("store the cron trigger %s of pipeline %s: %w", want.key, want.pipeline, err)
		}
		return true, nil
	}
	if had.document != want.document {
		if _, err := tx.Exec(ctx, describeRow, want.document, want.pipeline, want.key); err != nil {
			return false, fmt.Errorf("change the cron trigger %s of pipeline %s: %w", want.key, want.pipeline, err)
		}
	}
	if due := tooFar(had, now); due != 0 {
		was := had.due
		had.due = due
		return had.move(ctx, tx, was)
	}
	return false, nil
}

// firstTick is when a row is due that begins now; 0 for never, also if something is wrong
// with it.
func firstTick(r row, now time.Time) int64 {
	schedule, err := r.schedule()
	if err != nil {
		return 0
	}
	return millis(schedule.Next(now))
}

// skew is how much the clocks of processes may differ.
const skew = 5 * time.Minute

// tooFar is when a row should be due that waits for a later tick than the next one, as it
// does after a clock was ahead; 0 if it doesn't.
func tooFar(r row, now time.Time) int64 {
	schedule, err := r.schedule()
	if err != nil {
		return 0
	}
	from := now
	if last := time.UnixMilli(r.last); last.After(now) && last.Sub(now) <= skew {
		from = last // another process, whose clock is a little ahead, has taken it
	}
	if next := millis(schedule.Next(from)); next != 0 && (r.due == 0 || r.due > next) {
		return next
	}
	return 0
}
