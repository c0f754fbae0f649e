package cron

import "time"

// horizon is how many years ahead of a time it is searched, as in Quartz.
const horizon = 100

// Next is the first time after a time at which the schedule fires, in its zone; zero if it
// doesn't within a hundred years. When clocks go forward, times that are left out don't
// fire. When they go back, times that come twice fire the second time alone.
func (s *Schedule) Next(after time.Time) time.Time {
	t := time.Unix(after.Unix()+1, 0).In(s.zone)
	if again, ok := s.instant(wallOf(t)); ok && again.After(t) {
		// Up to where clocks go back, all times come again.
		_, t = t.ZoneBounds()
		t = t.In(s.zone)
	}
	w := wallOf(t)
	until := w.year + horizon
	for s.seek(&w, until) {
		if t, ok := s.instant(w); ok {
			return t
		}
		w = s.afterGap(w)
	}
	return time.Time{}
}

// wall is a time as a clock on the wall shows it.
type wall struct {
	year, month, day, hour, minute, second int
}

func wallOf(t time.Time) wall {
	year, month, day := t.Date()
	hour, minute, second := t.Clock()
	return wall{year, int(month), day, hour, minute, second}
}

func (w wall) in(zone *time.Location) time.Time {
	return time.Date(w.year, time.Month(w.month), w.day, w.hour, w.minute, w.second, 0, zone)
}

// instant is the last time at which a clock shows w; false if it never does.
func (s *Schedule) instant(w wall) (time.Time, bool) {
	t := w.in(s.zone)
	if wallOf(t) != w {
		return t, false
	}
	_, end := t.ZoneBounds()
	if end.IsZero() {
		return t, true
	}
	_, before := t.Zone()
	_, after := end.Zone()
	if again := t.Add(time.Duration(before-after) * time.Second); before > after && !again.Before(end) {
		return again, true
	}
	return t, true
}

// afterGap is what a clock shows after it was put forward past w.
func (s *Schedule) afterGap(w wall) wall {
	t := w.in(s.zone)
	start, end := t.ZoneBounds()
	for _, change := range []time.Time{start, end} {
		if !change.IsZero() {
			if to := wallOf(change.In(s.zone)); w.in(time.UTC).Before(to.in(time.UTC)) && change.Sub(t).Abs() <= 48*time.Hour {
				return to
			}
		}
	}
	w.second++
	return wallOf(w.in(time.UTC))
}

// seek moves w forward to the first time, of those that aren't before it, that the
// schedule names; false if there is none up to a year.
func (s *Schedule) seek(w *wall, until int) bool {
	for w.year <= until {
		if !s.inYear(w.year) {
			*w = wall{year: w.year + 1, month: 1, day: 1}
			continue
		}
		month := s.months.from(w.month)
		if month < 0 {
			*w = wall{year: w.year + 1, month: 1, day: 1}
			continue
		}
		if month > w.month {
			*w = wall{year: w.year, month: month, day: 1}
		}
		day := s.daysOf(w.year, w.month).from(w.day)
		if day < 0 {
			*w = wall{year: w.year, month: w.month + 1, day: 1}
			continue
		}
		if day > w.day {
			*w = wall{year: w.year, month: w.month, day: day}
		}
		if s.seekClock(w) {
			return true
		}
		*w = wall{year: w.year, month: w.month, day: w.day + 1}
	}
	return false
}

// seekClock does so within a day.
func (s *Schedule) seekClock(w *wall) bool {
	for {
		hour := s.hours.from(w.hour)
		if hour < 0 {
			return false
		}
		if hour > w.hour {
			w.hour, w.minute, w.second = hour, 0, 0
		}
		minute := s.minutes.from(w.minute)
		if minute < 0 {
			w.hour, w.minute, w.second = w.hour+1, 0, 0
			continue
		}
		if minute > w.minute {
			w.minute, w.second = minute, 0
		}
		if second := s.seconds.from(w.second); second >= 0 {
			w.second = second
			return true
		}
		w.minute, w.second = w.minute+1, 0
	}
}

func (s *Schedule) inYear(year int) bool {
	for _, span := range s.years {
		if span.has(year) {
			return true
		}
	}
	return false
}
