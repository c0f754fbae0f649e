package cron

import "time"

// monthDays says on which days of a month a schedule fires.
type monthDays struct {
	days bits
	// fromEnd are days before the last one, nearest the weekdays nearest to a day, and
	// nearestFromEnd those nearest to a day before the last one.
	fromEnd, nearest, nearestFromEnd bits
}

// weekDays says on which days of the week, from 1 for Sunday, a schedule fires.
type weekDays struct {
	days bits
	// nth is which one of the month it is, and last that it is the last one; else it is
	// each.
	nth  int
	last bool
}

// daysOf are the days of a month on which the schedule fires.
func (s *Schedule) daysOf(year, month int) bits {
	first := int(time.Date(year, time.Month(month), 1, 0, 0, 0, 0, time.UTC).Weekday()) // 0 is Sunday
	length := time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
	if s.monthDays != nil {
		return s.monthDays.of(first, length)
	}
	return s.weekDays.of(first, length)
}

// of are the days in a month of that length whose first day is that day of the week.
func (m *monthDays) of(first, length int) (out bits) {
	for day := 1; day <= length; day++ {
		before := length - day
		if m.days.has(day) || m.fromEnd.has(before) {
			out = out.with(day)
		}
		if m.nearest.has(day) || m.nearestFromEnd.has(before) {
			out = out.with(nearestWeekday(day, first, length))
		}
	}
	return out
}

// nearestWeekday is the day from Monday to Friday that is nearest to a day, in the same
// month.
func nearestWeekday(day, first, length int) int {
	switch (first + day - 1) % 7 {
	case int(time.Saturday):
		if day == 1 {
			return day + 2
		}
		return day - 1
	case int(time.Sunday):
		if day == length {
			return day - 2
		}
		return day + 1
	}
	return day
}

func (w *weekDays) of(first, length int) (out bits) {
	for day := 1; day <= length; day++ {
		switch {
		case !w.days.has((first+day-1)%7 + 1):
		case w.nth != 0 && (day-1)/7+1 != w.nth:
		case w.last && day+7 <= length:
		default:
			out = out.with(day)
		}
	}
	return out
}
