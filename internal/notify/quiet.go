package notify

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/gennaker/gennaker/internal/fault"
)

// QuietPeriod is a time of the day, on some days, in which notifications are held back.
// They are sent when it ends, so that nothing is lost. The zero value is no time at all.
type QuietPeriod struct {
	Days     []string `yaml:"days" json:"days,omitempty" doc:"Days on which the quiet period begins, such as sat and sun. Default: every day."`
	From     string   `yaml:"from" json:"from" doc:"When it begins, such as 22:00."`
	To       string   `yaml:"to" json:"to" doc:"When it ends, such as 07:00: on the next day if that is not after the beginning. 24:00 is the end of the day."`
	TimeZone string   `yaml:"timeZone" json:"timeZone,omitempty" doc:"Time zone, such as Europe/Berlin. Default: UTC."`
	Except   []string `yaml:"except" json:"except,omitempty" doc:"Events that are told at once all the same, such as pipeline.failed and manualJudgment."`
}

// weekdays are the names of days, as [time.Weekday] counts them.
var weekdays = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

// day is 24 hours of the clock.
const day = 24 * 60

// longestQuiet bounds for how long quiet periods that follow each other hold something
// back: a week with all its days quiet would have no end.
const longestQuiet = 7 * 24 * time.Hour

// Validate tells what is wrong with a quiet period; the error begins with the field.
func (q QuietPeriod) Validate() error {
	_, err := q.parse()
	return err
}

// window is a quiet period that was read.
type window struct {
	days     [7]bool
	from, to int // minutes of the day; to may be on the next
	zone     *time.Location
}

func (q QuietPeriod) parse() (w window, err error) {
	if w.from, err = minutes(q.From); err != nil {
		return w, fmt.Errorf("from: %w", err)
	}
	if w.to, err = minutes(q.To); err != nil {
		return w, fmt.Errorf("to: %w", err)
	}
	if w.from == day {
		return w, errors.New("from: the last time of a day is 23:59")
	}
	if w.to <= w.from {
		w.to += day
	}
	if w.zone, err = time.LoadLocation(q.TimeZone); err != nil || strings.EqualFold(q.TimeZone, "local") {
		return w, fmt.Errorf("timeZone: there is no time zone %q; use a name such as Europe/Berlin", fault.Short(q.TimeZone))
	}
	for _, name := range q.Days {
		at := slices.IndexFunc(weekdays, func(d string) bool { return len(name) >= 3 && strings.EqualFold(d, name[:3]) })
		if at < 0 {
			return w, fmt.Errorf("days: there is no day %q; the days are %s", fault.Short(name), strings.Join(weekdays, ", "))
		}
		w.days[at] = true
	}
	if len(q.Days) == 0 {
		w.days = [7]bool{true, true, true, true, true, true, true}
	}
	if !slices.Contains(w.days[:], false) && w.to-w.from >= day {
		return w, errors.New("to: the quiet period has no end, because it lasts for all of every day")
	}
	return w, nil
}

// minutes reads a time of the day.
func minutes(text string) (int, error) {
	if text == "24:00" {
		return day, nil
	}
	at, err := time.Parse("15:04", text)
	if err != nil {
		return 0, fmt.Errorf("%q isn't a time such as 22:00", fault.Short(text))
	}
	return at.Hour()*60 + at.Minute(), nil
}

// until tells when the window that a time is in ends. The clock decides: a night with a
// change of the clock is an hour longer or shorter.
func (w window) until(now time.Time) (end time.Time, in bool) {
	local := now.In(w.zone)
	for _, back := range []int{0, 1} { // it began today or yesterday
		y, m, d := local.AddDate(0, 0, -back).Date()
		midnight := time.Date(y, m, d, 12, 0, 0, 0, w.zone)
		if !w.days[midnight.Weekday()] {
			continue
		}
		from, to := time.Date(y, m, d, 0, w.from, 0, 0, w.zone), time.Date(y, m, d, 0, w.to, 0, 0, w.zone)
		if !local.Before(from) && local.Before(to) && to.After(end) {
			end, in = to, true
		}
	}
	return end, in
}

// QuietUntil tells until when an event is held back, by any of the periods: those that
// follow each other hold it until the end of the last. The zero time means that it isn't
// held back. When is the event's word, such as pipeline.failed or manualJudgment. Periods
// that can't be read hold nothing back.
func QuietUntil(periods []QuietPeriod, when string, now time.Time) time.Time {
	var windows []window
	for _, q := range periods {
		if w, err := q.parse(); err == nil && !slices.Contains(q.Except, when) {
			windows = append(windows, w)
		}
	}
	var held time.Time
	for at := now; at.Sub(now) < longestQuiet; {
		next := at
		for _, w := range windows {
			if end, in := w.until(at); in && end.After(next) {
				next = end
			}
		}
		if !next.After(at) {
			return held
		}
		at, held = next, next
	}
	return held
}

// quietField is the field of a preference that has its quiet period.
const quietField = "quietPeriod"

// Quiet is a preference's own quiet period; nil if it has none. The error tells what is
// wrong with it, and begins with the field.
func (p Preference) Quiet() (*QuietPeriod, error) {
	value, ok := p.Settings[quietField]
	if !ok || value == nil {
		return nil, nil //nolint:nilnil // most have none, which is no error
	}
	text, err := json.Marshal(value)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", quietField, err)
	}
	var q QuietPeriod
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&q); err != nil {
		return nil, fmt.Errorf("%s: must be an object with from, to, days, timeZone and except", quietField)
	}
	if err := q.Validate(); err != nil {
		return nil, fmt.Errorf("%s.%w", quietField, err)
	}
	return &q, nil
}
