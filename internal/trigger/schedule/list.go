package schedule

import (
	"context"
	"time"

	"github.com/gennaker/gennaker/internal/cron"
	"github.com/gennaker/gennaker/internal/model"
)

// Status is a cron trigger as people are shown it. Times are texts of RFC 3339 in the
// trigger's time zone.
type Status struct {
	// TriggerID is the trigger's id, "" if it has none.
	TriggerID string `json:"triggerId"`
	// Expression is as it was written, and Effective with numbers in the place of H.
	Expression string   `json:"cronExpression"`
	Effective  string   `json:"effectiveExpression,omitempty"`
	Timezone   string   `json:"timezone"`
	LastFire   string   `json:"lastFire,omitempty"`
	NextFires  []string `json:"nextFires"`
	// Missed is there if ticks were left out.
	Missed *Missed `json:"missed,omitempty"`
	// Problem is why it never fires, and Warnings what else is odd.
	Problem  string   `json:"problem,omitempty"`
	Warnings []string `json:"warnings,omitempty"`
}

// Missed is the last time that ticks were left out: From is the first one, and Until when
// that was noticed.
type Missed struct {
	From  string `json:"from"`
	Until string `json:"until"`
}

// shownFires is how many of the next ticks are shown.
const shownFires = 5

// Schedules lists the cron triggers of a pipeline that are enabled, with when they fired
// and will. A pipeline that is disabled has none.
func (s *Scheduler) Schedules(ctx context.Context, pipelineID string) ([]Status, error) {
	rows, err := read(ctx, s.store.Query, listRows, pipelineID)
	if err != nil {
		return nil, err
	}
	out := make([]Status, 0, len(rows))
	for _, r := range rows {
		trigger, err := r.trigger()
		if err != nil {
			return nil, err
		}
		out = append(out, s.status(r, model.String(trigger, "id")))
	}
	return out, nil
}

func (s *Scheduler) status(r row, id string) Status {
	status := Status{TriggerID: id, Expression: r.expression, Timezone: r.zone, NextFires: []string{}}
	schedule, err := r.schedule()
	if err != nil {
		status.Problem = err.Error()
		return status
	}
	shown := func(at int64) string { return time.UnixMilli(at).In(schedule.Zone()).Format(time.RFC3339) }
	now := s.now()
	status.Effective, status.Warnings = schedule.String(), schedule.Warnings(now)
	status.NextFires = nextFires(schedule, now)
	if r.last != 0 {
		status.LastFire = shown(r.last)
	}
	if r.missedFrom != 0 {
		status.Missed = &Missed{From: shown(r.missedFrom), Until: shown(r.missedTo)}
	}
	return status
}

// Preview is what a trigger would do that isn't stored.
func (s *Scheduler) Preview(expression, triggerID, zone string) (Status, error) {
	if zone == "" {
		zone = s.zone
	}
	r := row{key: triggerID, expression: expression, zone: zone}
	if _, err := r.schedule(); err != nil {
		return Status{}, err
	}
	return s.status(r, triggerID), nil
}

func nextFires(schedule *cron.Schedule, after time.Time) []string {
	out := []string{}
	for range shownFires {
		if after = schedule.Next(after); after.IsZero() {
			break
		}
		out = append(out, after.Format(time.RFC3339))
	}
	return out
}
