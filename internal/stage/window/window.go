package window

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Window says when a stage may run: on which days of the week and between
// which times of the day, on the clock of one time zone. Its JSON is that of
// Spinnaker's restrictedExecutionWindow.
type Window struct {
	// Ranges are the times of the day; none, with days given, is the whole day.
	Ranges []Range `json:"whitelist"`
	// Days are the days of the week, 1 is Sunday and 7 Saturday; none is every
	// day.
	Days []int `json:"days"`
}

// Range is a time of the day, both ends included to the minute. One whose
// start hour is after its end hour goes over midnight; both its parts belong
// to the day they lie in.
type Range struct {
	StartHour int `json:"startHour"`
	StartMin  int `json:"startMin"`
	EndHour   int `json:"endHour"`
	EndMin    int `json:"endMin"`
}

const (
	lastMinute = 24*60 - 1
	// horizon is how many days ahead an opening is looked for: a week, the
	// same weekday again, and one for a day the clocks change.
	horizon = 9
)

// problem is what is wrong with a window, in the words of Orca's.
type problem string

func (p problem) Error() string { return string(p) }

// errNever is a window that is never open.
const errNever = problem("Couldn't calculate a suitable time within given time windows")

// Next is when the window is open: the given time itself where it is open
// then, else the start of the minute in which it opens next. A window that
// never opens is an error. Which times are open is as in Orca's
// RestrictExecutionDuringTimeWindow; the next opening is right also where
// Orca's is a day off because of the days of the week.
func (w Window) Next(at time.Time, zone *time.Location) (time.Time, error) {
	spans, err := w.spans()
	if err != nil {
		return time.Time{}, err
	}
	local := at.In(zone)
	if w.open(spans, local) {
		return at, nil
	}
	year, month, day := local.Date()
	for ahead := range horizon {
		for _, s := range spans {
			opening := time.Date(year, month, day+ahead, s.start/60, s.start%60, 0, 0, zone)
			// Where the clocks go forward the start may not exist, and the
			// window opens at the first minute after it that does.
			for range 180 {
				if w.open(spans, opening) || minuteOf(opening) > s.end {
					break
				}
				opening = opening.Add(time.Minute)
			}
			if opening.After(at) && w.open(spans, opening) {
				return opening, nil
			}
		}
	}
	return time.Time{}, errNever
}

// span is a range within one day, in minutes since midnight.
type span struct{ start, end int }

func (w Window) open(spans []span, local time.Time) bool {
	if len(w.Days) > 0 && !slices.Contains(w.Days, int(local.Weekday())+1) {
		return false
	}
	minute := minuteOf(local)
	return slices.ContainsFunc(spans, func(s span) bool { return s.start <= minute && minute <= s.end })
}

// spans are the ranges that can be open, by their start.
func (w Window) spans() ([]span, error) {
	var out []span
	for _, r := range w.Ranges {
		if err := r.check(); err != nil {
			return nil, err
		}
		start, end := r.StartHour*60+r.StartMin, r.EndHour*60+r.EndMin
		switch {
		case r.StartHour > r.EndHour:
			out = append(out, span{start, lastMinute}, span{0, end})
		case start <= end:
			out = append(out, span{start, end})
		}
	}
	if len(w.Ranges) == 0 && len(w.Days) > 0 {
		out = []span{{0, lastMinute}}
	}
	if len(out) == 0 {
		return nil, errNever
	}
	slices.SortFunc(out, func(a, b span) int { return a.start - b.start })
	return out, nil
}

func (r Range) check() error {
	for _, hour := range []int{r.StartHour, r.EndHour} {
		if hour < 0 || hour > 23 {
			return problem(fmt.Sprintf("Invalid value for HourOfDay (valid values 0 - 23): %d", hour))
		}
	}
	for _, minute := range []int{r.StartMin, r.EndMin} {
		if minute < 0 || minute > 59 {
			return problem(fmt.Sprintf("Invalid value for MinuteOfHour (valid values 0 - 59): %d", minute))
		}
	}
	return nil
}

// String writes the window for a person.
func (w Window) String() string {
	ranges := make([]string, len(w.Ranges))
	for i, r := range w.Ranges {
		ranges[i] = fmt.Sprintf("%02d:%02d to %02d:%02d", r.StartHour, r.StartMin, r.EndHour, r.EndMin)
	}
	return fmt.Sprintf("%s on days %v", strings.Join(ranges, ", "), w.Days)
}

func minuteOf(local time.Time) int { return local.Hour()*60 + local.Minute() }
