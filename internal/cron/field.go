package cron

import (
	"fmt"
	mathbits "math/bits"
	"slices"
)

// field is what one of an expression's fields may hold.
type field struct {
	name        string
	least, most int
	// names stand for numbers from least on.
	names []string
	// step is the largest there may be after a slash, but for one after a range.
	step int
}

var fields = [...]field{
	secondField:   {name: "second", most: 59, step: 59},
	minuteField:   {name: "minute", most: 59, step: 59},
	hourField:     {name: "hour", most: 23, step: 23},
	monthDayField: {name: "day of month", least: 1, most: 31, step: 31},
	monthField: {
		name: "month", least: 1, most: 12, step: 12,
		names: []string{"JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"},
	},
	weekDayField: {
		name: "day of week", least: 1, most: 7, step: 7,
		names: []string{"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"},
	},
	// Years have no bounds in Quartz; it counts steps from 1970.
	yearField: {name: "year", least: 1, most: 9999, step: 9999},
}

// firstYear is where "*" and its steps begin.
const firstYear = 1970

// is tells whether the field is the one at a place.
func (f *field) is(place int) bool { return f == &fields[place] }

// named is the number that a name of three letters stands for; 0 if there is no such name.
func (f *field) named(name string) int {
	if i := slices.Index(f.names, name); i >= 0 {
		return f.least + i
	}
	return 0
}

func (f *field) wrong(text, why string) error {
	return fmt.Errorf("%s %.100q: %s", f.name, text, why)
}

// span is the numbers from first to last in steps; a step of 0 is the first one alone. If
// the last comes before the first, it goes round: 22-2.
type span struct{ first, last, step int }

// has tells whether a number is in a span that doesn't go round.
func (s span) has(n int) bool {
	if s.step == 0 {
		return n == s.first
	}
	return n >= s.first && n <= s.last && (n-s.first)%s.step == 0
}

// bits is a set of numbers from 0 to 63.
type bits uint64

func (b bits) has(n int) bool { return n >= 0 && n < 64 && b&(1<<n) != 0 }

func (b bits) with(n int) bits { return b | 1<<n }

// from is the smallest number of the set that is at least n; -1 if there is none.
func (b bits) from(n int) int {
	if n > 63 {
		return -1
	}
	rest := uint64(b) >> n << n
	if rest == 0 {
		return -1
	}
	return mathbits.TrailingZeros64(rest)
}

// parsed is what a field says.
type parsed struct {
	// open is "?".
	open  bool
	spans []span
	// For days of the month: how many days before the last one (L, L-3), the weekdays
	// nearest to a day (15W), and those nearest to a day counted from the end (LW, L-3W).
	fromEnd, nearest, nearestFromEnd bits
	// For days of the week: which one of the month (6#3), or the last (6L).
	nth  int
	last bool
	// ignored are sentences about what Quartz reads over.
	ignored []string
}

// bits are the numbers of the spans of a field whose numbers are below 64.
func (p parsed) bits(f *field) (out bits) {
	if f.is(yearField) {
		return 0
	}
	size := f.most - f.least + 1
	for _, s := range p.spans {
		last := s.last
		if last < s.first {
			last += size
		}
		for n := s.first; n <= last; n += s.step {
			out = out.with(f.least + (n-f.least)%size)
			if s.step == 0 {
				break
			}
		}
	}
	return out
}
