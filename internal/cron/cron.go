// Package cron understands the cron expressions of triggers: Quartz's, of six or seven
// fields, from the second to the year, with Echo's H. Days of the week count from Sunday,
// which is 1. It does no I/O and asks no clock.
package cron

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Schedule is a cron expression of one trigger in a time zone. It doesn't change, and is
// safe for concurrent use.
type Schedule struct {
	text string
	zone *time.Location

	seconds, minutes, hours, months bits
	years                           []span
	// One of the two says on which days; the other is "?".
	monthDays *monthDays
	weekDays  *weekDays

	// ignored are parts of the expression that Quartz reads over.
	ignored []string
}

// The places of the fields.
const (
	secondField = iota
	minuteField
	hourField
	monthDayField
	monthField
	weekDayField
	yearField
)

// Parse reads an expression; zone is UTC if nil. The rules are those of Quartz's
// CronExpression, with which Echo runs cron triggers. H in the first three fields is
// Echo's: it stands for a number made from the trigger's id, so that the triggers of an
// installation don't all fire at the same moment. The error is one sentence that names the
// field.
func Parse(expression, triggerID string, zone *time.Location) (*Schedule, error) {
	texts := strings.Fields(expression)
	switch {
	case len(texts) == 0:
		return nil, errors.New("the expression is empty; it has six or seven fields")
	case len(texts) < 6 || len(texts) > 7:
		return nil, fmt.Errorf("the expression has %s, want six or seven: second, minute, hour, day (of the month), month, day of week and perhaps year", count(len(texts)))
	}
	if err := replaceHashes(texts, triggerID); err != nil {
		return nil, err
	}
	s := &Schedule{text: strings.Join(texts, " "), zone: zone}
	if zone == nil {
		s.zone = time.UTC
	}
	if len(texts) == 6 {
		texts = append(texts, "*")
	}
	for i, text := range texts {
		p := parser{field: &fields[i], whole: strings.ToUpper(text)}
		if err := p.parse(); err != nil {
			return nil, err
		}
		s.take(i, p.found)
	}
	switch {
	case s.monthDays == nil && s.weekDays == nil:
		return nil, errors.New("the day of month and the day of week can't both be ?")
	case s.monthDays != nil && s.weekDays != nil:
		return nil, errors.New("the day of month and the day of week can't both be set: one of them must be ?")
	}
	return s, nil
}

// take keeps what a field says.
func (s *Schedule) take(i int, p parsed) {
	s.ignored = append(s.ignored, p.ignored...)
	values := p.bits(&fields[i])
	switch i {
	case secondField:
		s.seconds = values
	case minuteField:
		s.minutes = values
	case hourField:
		s.hours = values
	case monthDayField:
		if !p.open {
			s.monthDays = &monthDays{values, p.fromEnd, p.nearest, p.nearestFromEnd}
		}
	case monthField:
		s.months = values
	case weekDayField:
		if !p.open {
			s.weekDays = &weekDays{values, p.nth, p.last}
		}
	case yearField:
		s.years = p.spans
	}
}

// String is the expression, with numbers in the place of H.
func (s *Schedule) String() string { return s.text }

// Zone is the time zone that the schedule goes by.
func (s *Schedule) Zone() *time.Location { return s.zone }

// Check tells what is wrong with an expression, in one sentence that names the field; nil
// if it is good. An expression that never fires is good, as in Echo: see [Schedule.Warnings].
func Check(expression string) error {
	_, err := Parse(expression, "", nil)
	return err
}

func count(n int) string {
	if n == 1 {
		return "one field"
	}
	return strconv.Itoa(n) + " fields"
}
