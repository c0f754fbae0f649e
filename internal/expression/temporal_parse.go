package expression

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// zone is a java.time.ZoneId, ZoneOffset or a java.util.TimeZone.
type zone struct {
	class *class
	loc   *time.Location
}

func (z *zone) javaClass() *class { return z.class }

func (z *zone) text() string { return z.loc.String() }

var offsetText = regexp.MustCompile(`^(?:UTC|GMT|UT)?([+-])(\d{1,2})(?::?(\d{2}))?(?::?(\d{2}))?$`)

// zoneByName finds a zone. A TimeZone that isn't known is an error in Spring's
// conversion too.
func zoneByName(name string, want *class) (any, error) {
	loc, err := location(name)
	if err != nil || want == classZoneOffset && name != "Z" && !strings.HasPrefix(name, "+") && !strings.HasPrefix(name, "-") {
		return nil, fail(exDateTime, "'%s' is not a time zone", name)
	}
	return &zone{want, loc}, nil
}

func location(name string) (*time.Location, error) {
	switch name {
	case "Z", "UTC", "GMT", "UT":
		return time.UTC, nil
	case "", "Local":
		return nil, fmt.Errorf("unknown time zone %q", name)
	}
	if m := offsetText.FindStringSubmatch(name); m != nil {
		h, _ := strconv.Atoi(m[2])
		mi, _ := strconv.Atoi(m[3])
		s, _ := strconv.Atoi(m[4])
		offset := h*3600 + mi*60 + s
		if m[1] == "-" {
			offset = -offset
		}
		return time.FixedZone(name, offset), nil
	}
	return time.LoadLocation(name)
}

func notParsed(s string, at int) error {
	return fail(exDateParse, "the text '%s' could not be parsed at index %d", s, at)
}

var (
	dateText     = regexp.MustCompile(`^([+-]\d{4,9}|\d{4})-(\d{2})-(\d{2})`)
	clockTextRe  = regexp.MustCompile(`^T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?`)
	zoneSuffixRe = regexp.MustCompile(`^(?:[Zz]|([+-])(\d{2}):?(\d{2})?)$`)
)

func parseLocalDate(s string) (any, error) {
	d, rest, err := cutDate(s)
	if err != nil {
		return nil, err
	}
	if rest != "" {
		return nil, notParsed(s, len(s)-len(rest))
	}
	return d, nil
}

func cutDate(s string) (localDate, string, error) {
	m := dateText.FindStringSubmatch(s)
	if m == nil {
		return 0, "", notParsed(s, commonPrefix(s))
	}
	y, _ := strconv.Atoi(m[1])
	mo, _ := strconv.Atoi(m[2])
	d, _ := strconv.Atoi(m[3])
	date, err := newDate(int64(y), int64(mo), int64(d))
	if err != nil {
		return 0, "", fail(exDateParse, "the text '%s' could not be parsed: %s", s, asFailure(err).Message)
	}
	return date, s[len(m[0]):], nil
}

// commonPrefix is how far a text looks like a date.
func commonPrefix(s string) int {
	n := 0
	for n < len(s) && n < 10 && (isDigit(s[n]) || (n == 4 || n == 7) && s[n] == '-') {
		n++
	}
	if n < 4 {
		return 0
	}
	return n
}

func newDate(y, m, d int64) (localDate, error) {
	switch {
	case y > limitYears || y < -limitYears:
		return 0, outOfRange(y)
	case m < 1 || m > 12:
		return 0, fail(exDateTime, "there is no month %d: they are 1 to 12", m)
	case d < 1 || d > 31:
		return 0, fail(exDateTime, "there is no day %d: they are 1 to 28 or 31", d)
	case int(d) > monthLength(int(y), int(m)):
		return 0, fail(exDateTime, "the month %d of %d has no day %d", m, y, d)
	}
	return dateOf(time.Date(int(y), time.Month(m), int(d), 0, 0, 0, 0, time.UTC)), nil
}

func parseLocalDateTime(s string) (any, error) {
	t, rest, err := cutDateTime(s)
	if err != nil {
		return nil, err
	}
	if rest != "" {
		return nil, notParsed(s, len(s)-len(rest))
	}
	return localDateTime{t}, nil
}

func cutDateTime(s string) (time.Time, string, error) {
	d, rest, err := cutDate(s)
	if err != nil {
		return time.Time{}, "", err
	}
	m := clockTextRe.FindStringSubmatch(rest)
	if m == nil {
		return time.Time{}, "", notParsed(s, len(s)-len(rest))
	}
	var part [4]int
	for i := range 3 {
		part[i], _ = strconv.Atoi(m[i+1])
	}
	if m[4] != "" {
		part[3], _ = strconv.Atoi((m[4] + "000000000")[:9])
	}
	t, err := newDateTime(d, part[0], part[1], part[2], part[3])
	if err != nil {
		return t, "", fail(exDateParse, "the text '%s' could not be parsed: %s", s, asFailure(err).Message)
	}
	return t, rest[len(m[0]):], nil
}

func newDateTime(d localDate, h, m, s, n int) (time.Time, error) {
	if h < 0 || h > 23 || m < 0 || m > 59 || s < 0 || s > 59 || n < 0 || n > 999_999_999 {
		return time.Time{}, fail(exDateTime, "there is no time %02d:%02d:%02d", h, m, s)
	}
	y, mo, day := d.parts()
	return time.Date(y, time.Month(mo), day, h, m, s, n, time.UTC), nil
}

func parseInstant(s string) (any, error) {
	t, rest, err := cutDateTime(s)
	if err != nil {
		return nil, err
	}
	m := zoneSuffixRe.FindStringSubmatch(rest)
	if m == nil {
		return nil, notParsed(s, len(s)-len(rest))
	}
	if m[1] != "" {
		h, _ := strconv.Atoi(m[2])
		mi, _ := strconv.Atoi(m[3])
		offset := time.Duration(h)*time.Hour + time.Duration(mi)*time.Minute
		if m[1] == "+" {
			offset = -offset
		}
		t = t.Add(offset)
	}
	return instantOf(t), nil
}
