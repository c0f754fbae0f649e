// Package cron understands the cron expressions of triggers: Quartz's, of six
// or seven fields, from the second to the year. Days of the week count from
// Sunday, which is 1. It does no I/O.
package cron

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Check tells what is wrong with an expression, in one sentence that names the
// field; nil where it is good. The rules are those of Quartz's CronExpression,
// with which Echo runs cron triggers; what Quartz takes and then leaves out of
// account, such as an eighth field, is refused. H in the first three fields is
// Echo's, and stands for a number that is the same for a trigger each time.
func Check(expression string) error {
	texts := strings.Fields(strings.ToUpper(expression))
	switch {
	case len(texts) == 0:
		return errors.New("the expression is empty; it has six or seven fields")
	case len(texts) < 6 || len(texts) > 7:
		return fmt.Errorf("the expression has %s, want six or seven: second, minute, hour, day (of the month), month, day of week and perhaps year", count(len(texts)))
	}
	for i, text := range texts {
		if err := fields[i].check(text); err != nil {
			return err
		}
	}
	switch month, week := texts[dayOfMonth] == "?", texts[dayOfWeek] == "?"; {
	case month && week:
		return errors.New("the day of month and the day of week can't both be ?")
	case !month && !week:
		return errors.New("the day of month and the day of week can't both be set: one of them must be ?")
	}
	return nil
}

// fuzzy tells whether an expression has an H of Echo's in it.
func fuzzy(expression string) bool {
	texts := strings.Fields(strings.ToUpper(expression))
	return slices.ContainsFunc(texts[:min(3, len(texts))], func(text string) bool { return strings.Contains(text, "H") })
}

func count(n int) string {
	if n == 1 {
		return "one field"
	}
	return strconv.Itoa(n) + " fields"
}

// The places of the two fields of which one is a question mark.
const (
	dayOfMonth = 3
	dayOfWeek  = 5
)

// field is what one of an expression's fields may hold.
type field struct {
	name        string
	least, most int
	// names stand for numbers from least on.
	names []string
	// step is the largest there may be after a slash.
	step int
	// hashed fields may have an H.
	hashed bool
	// special takes what only this field has; handled is false for the rest.
	special func(f field, text string) (handled bool, err error)
}

var fields = []field{
	{name: "second", most: 59, step: 59, hashed: true},
	{name: "minute", most: 59, step: 59, hashed: true},
	{name: "hour", most: 23, step: 23, hashed: true},
	{name: "day of month", least: 1, most: 31, step: 31, special: monthDay},
	{
		name: "month", least: 1, most: 12, step: 12,
		names: []string{"JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"},
	},
	{
		name: "day of week", least: 1, most: 7, step: 7, special: weekDay,
		names: []string{"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"},
	},
	{name: "year", least: 1970, most: 2199, step: 2199},
}

// check checks a field: parts with commas between them.
func (f field) check(text string) error {
	parts := strings.Split(text, ",")
	for _, part := range parts {
		if len(parts) > 1 && (part == "?" || strings.HasPrefix(part, "L") && !f.isName(part) || strings.Contains(part, "#")) {
			return f.wrong(text, part+" can't stand in a list")
		}
		if f.special != nil {
			if handled, err := f.special(f, part); handled || err != nil {
				if err != nil {
					return err
				}
				continue
			}
		}
		if err := f.part(part); err != nil {
			return err
		}
	}
	return nil
}

// part checks *, a value or a range, each with a step or without.
func (f field) part(text string) error {
	span, step, stepped := strings.Cut(text, "/")
	if stepped {
		if n, err := number(step); err != nil || n > f.step {
			return f.wrong(text, fmt.Sprintf("a whole number up to %d must follow the slash", f.step))
		}
		if span == "" { // as 0/step
			return nil
		}
	}
	if span == "*" {
		return nil
	}
	from, to, ranged := strings.Cut(span, "-")
	if _, err := f.value(from); err != nil {
		return err
	}
	if !ranged {
		return nil
	}
	last, err := f.value(to)
	if err != nil {
		return err
	}
	// Other fields go round: FRI-MON, 22-2.
	if first, _ := f.value(from); f.name == "year" && last < first {
		return f.wrong(text, "the first year of a range can't be after its last")
	}
	return nil
}

// value reads a number or a name.
func (f field) value(text string) (int, error) {
	if f.hashed && text == "H" {
		return f.least, nil
	}
	if i := slices.Index(f.names, text); i >= 0 {
		return f.least + i, nil
	}
	n, err := number(text)
	if err != nil {
		what := "a whole number"
		if f.names != nil {
			what = fmt.Sprintf("a whole number or one of %s to %s", f.names[0], f.names[len(f.names)-1])
		}
		return 0, f.wrong(text, "it is not "+what)
	}
	if n < f.least || n > f.most {
		return 0, f.wrong(text, fmt.Sprintf("it must be between %d and %d", f.least, f.most))
	}
	return n, nil
}

func (f field) isName(text string) bool { return slices.Contains(f.names, text) }

func (f field) wrong(text, why string) error {
	return fmt.Errorf("%s %q: %s", f.name, text, why)
}

// number reads digits, without a sign.
func number(text string) (int, error) {
	if strings.HasPrefix(text, "+") || strings.HasPrefix(text, "-") {
		return 0, strconv.ErrSyntax
	}
	return strconv.Atoi(text)
}

// monthDay takes ?, L, LW, L-3, L-3W and 15W.
func monthDay(f field, text string) (bool, error) {
	if text == "?" || text == "L" || text == "LW" {
		return true, nil
	}
	if offset, ok := strings.CutPrefix(text, "L-"); ok {
		if n, err := number(strings.TrimSuffix(offset, "W")); err != nil || n > 30 {
			return true, f.wrong(text, "a whole number up to 30 must follow L-")
		}
		return true, nil
	}
	if day, ok := strings.CutSuffix(text, "W"); ok {
		_, err := f.value(day)
		return true, err
	}
	return false, nil
}

// weekDay takes ?, L, 6L and 6#3.
func weekDay(f field, text string) (bool, error) {
	if text == "?" || text == "L" {
		return true, nil
	}
	if day, ok := strings.CutSuffix(text, "L"); ok {
		_, err := f.value(day)
		return true, err
	}
	if day, nth, ok := strings.Cut(text, "#"); ok {
		if _, err := f.value(day); err != nil {
			return true, err
		}
		if n, err := number(nth); err != nil || n < 1 || n > 5 {
			return true, f.wrong(text, "a number between 1 and 5 must follow the #")
		}
		return true, nil
	}
	return false, nil
}
