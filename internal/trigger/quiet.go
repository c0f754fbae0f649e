package trigger

import (
	"fmt"
	"slices"
	"time"
)

// QuietPeriod is a time in which triggers of some types are held back, for pipelines
// with respectQuietPeriod. The names are those of Echo's settings quiet-period.*.
type QuietPeriod struct {
	Enabled bool `yaml:"enabled" doc:"If true, triggers are held back during the quiet period."`
	// Start and End are times as ISO 8601 has them.
	Start string   `yaml:"start-iso" doc:"When the quiet period begins, such as 2026-12-24T00:00:00Z."`
	End   string   `yaml:"end-iso" doc:"When the quiet period ends."`
	Types []string `yaml:"suppressed-trigger-types" doc:"The types of triggers to hold back, such as webhook and cron."`
}

// Times gives when the period begins and ends. An error names the setting that isn't a
// time.
func (q QuietPeriod) Times() (start, end time.Time, err error) {
	if start, err = time.Parse(time.RFC3339, q.Start); err != nil {
		return start, end, fmt.Errorf("start-iso: %q isn't a time such as 2026-12-24T00:00:00Z", q.Start)
	}
	if end, err = time.Parse(time.RFC3339, q.End); err != nil {
		return start, end, fmt.Errorf("end-iso: %q isn't a time such as 2027-01-02T00:00:00Z", q.End)
	}
	return start, end, nil
}

// Validate says what is wrong with the settings; nil if they are good or not used.
func (q QuietPeriod) Validate() error {
	if !q.Enabled {
		return nil
	}
	_, _, err := q.Times()
	return err
}

// In tells whether a time is in the period.
func (q QuietPeriod) In(now time.Time) bool {
	start, end, err := q.Times()
	return q.Enabled && err == nil && !now.Before(start) && now.Before(end)
}

// Holds tells whether triggers of a type are held back at a time.
func (q QuietPeriod) Holds(triggerType string, now time.Time) bool {
	return q.In(now) && slices.Contains(q.Types, triggerType)
}

// QuietStatus is what Gate's GET /capabilities/quietPeriod answers.
type QuietStatus struct {
	Enabled       bool `json:"enabled"`
	InQuietPeriod bool `json:"inQuietPeriod"`
	// StartTime and EndTime are in milliseconds since the epoch; -1 if the setting isn't
	// a time.
	StartTime int64 `json:"startTime"`
	EndTime   int64 `json:"endTime"`
}

// Status tells about the period at a time, as Echo does.
func (q QuietPeriod) Status(now time.Time) QuietStatus {
	start, end := int64(-1), int64(-1)
	if t, err := time.Parse(time.RFC3339, q.Start); err == nil {
		start = t.UnixMilli()
	}
	if t, err := time.Parse(time.RFC3339, q.End); err == nil {
		end = t.UnixMilli()
	}
	return QuietStatus{Enabled: q.Enabled && start >= 0 && end >= 0, InQuietPeriod: q.In(now), StartTime: start, EndTime: end}
}
