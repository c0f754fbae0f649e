package expression

import (
	"time"
)

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b != 0 && (a < 0) != (b < 0) {
		q--
	}
	return q
}

func floorMod(a, b int64) int64 { return a - floorDiv(a, b)*b }

// limitYears is what dates are kept within, so that arithmetic can't run over.
const limitYears = 999_999_999

func outOfRange(n int64) error {
	return fail(exDateTime, "%d is outside the range of dates", n)
}

// addMonths adds months; a day that the new month lacks becomes its last.
func addMonths(t time.Time, n int64) (time.Time, error) {
	if n > limitYears*12 || n < -limitYears*12 {
		return t, outOfRange(n)
	}
	total := int64(t.Year())*12 + int64(t.Month()) - 1 + n
	y, m := floorDiv(total, 12), floorMod(total, 12)+1
	if y > limitYears || y < -limitYears {
		return t, outOfRange(n)
	}
	day := min(t.Day(), monthLength(int(y), int(m)))
	return time.Date(int(y), time.Month(m), day, t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), t.Location()), nil
}

func addDays(t time.Time, n int64) (time.Time, error) {
	if n > limitYears*365 || n < -limitYears*365 {
		return t, outOfRange(n)
	}
	return t.AddDate(0, 0, int(n)), nil
}

func monthLength(y, m int) int { return time.Date(y, time.Month(m)+1, 0, 0, 0, 0, 0, time.UTC).Day() }

func isLeap(y int) bool { return y%4 == 0 && (y%100 != 0 || y%400 == 0) }

// unitSeconds are the units of fixed length, the last ones as java.time
// estimates none: days and weeks.
var unitNanos = map[string]int64{
	"NANOS": 1, "MICROS": 1e3, "MILLIS": 1e6, "SECONDS": 1e9, "MINUTES": 60e9, "HOURS": 3600e9, "HALF_DAYS": 43200e9,
}

var unitMonths = map[string]int64{"MONTHS": 1, "YEARS": 12, "DECADES": 120, "CENTURIES": 1200, "MILLENNIA": 12000}

// addUnits adds an amount of a ChronoUnit.
func addUnits(t time.Time, n int64, unit any) (time.Time, error) {
	u, ok := unit.(*enumValue)
	if !ok {
		return t, fail(exNull, "the unit is null")
	}
	if months, ok := unitMonths[u.name]; ok {
		if n > limitYears*12 || n < -limitYears*12 {
			return t, outOfRange(n)
		}
		return addMonths(t, n*months)
	}
	switch u.name {
	case "DAYS":
		return addDays(t, n)
	case "WEEKS":
		if n > limitYears*53 || n < -limitYears*53 {
			return t, outOfRange(n)
		}
		return addDays(t, n*7)
	}
	nanos, ok := unitNanos[u.name]
	if !ok {
		return t, fail("java.time.temporal.UnsupportedTemporalTypeException", "the unit %s can't be added", u.name)
	}
	return addNanos(t, n, nanos)
}

// fitsUnit refuses units that a class of times doesn't have: dates have no hours,
// and instants no weeks.
func fitsUnit(c *class, unit any) error {
	u, ok := unit.(*enumValue)
	if !ok {
		return fail(exNull, "the unit is null")
	}
	_, inDay := unitNanos[u.name]
	_, inYear := unitMonths[u.name]
	if c == classLocalDate && inDay || c == classInstant && (inYear || u.name == "WEEKS") {
		return fail("java.time.temporal.UnsupportedTemporalTypeException", "%s has no unit %s", c.name, u.name)
	}
	return nil
}

// addNanos adds n times so many nanoseconds.
func addNanos(t time.Time, n, nanos int64) (time.Time, error) {
	var sec, rest int64
	if nanos >= 1e9 {
		sec = nanos / 1e9
		if n > limitYears*366*86400/sec || n < -limitYears*366*86400/sec {
			return t, outOfRange(n)
		}
		sec *= n
	} else {
		per := int64(1e9) / nanos
		sec, rest = floorDiv(n, per), floorMod(n, per)*nanos
	}
	moved := time.Unix(t.Unix()+sec, int64(t.Nanosecond())+rest).In(t.Location())
	if y := moved.Year(); y > limitYears || y < -limitYears {
		return t, outOfRange(n)
	}
	return moved, nil
}

// timeOf reads a temporal as the time in UTC that reads the same.
func timeOf(v any) (time.Time, bool) {
	switch v := v.(type) {
	case localDate:
		return v.time(), true
	case localDateTime:
		return v.t, true
	case instant:
		return v.time(), true
	}
	return time.Time{}, false
}

// unitsBetween is ChronoUnit.between: whole units, towards zero.
func unitsBetween(from, to, unit any) (any, error) {
	a, okA := timeOf(from)
	b, okB := timeOf(to)
	u, okU := unit.(*enumValue)
	if !okA || !okB || !okU {
		return nil, fail(exNull, "a date or the unit is null")
	}
	_, isDate := from.(localDate)
	if isDate {
		b = dateOf(b).time()
	} else if classOf(from) != classOf(to) {
		return nil, fail(exDateTime, "%s can't be created from %s", classOf(from).name, classOf(to).name)
	}
	if months, ok := unitMonths[u.name]; ok {
		if _, isInstant := from.(instant); isInstant {
			return nil, fail("java.time.temporal.UnsupportedTemporalTypeException", "an Instant has no unit %s", u.name)
		}
		return monthsBetween(a, b) / months, nil
	}
	sec, nano := b.Unix()-a.Unix(), int64(b.Nanosecond()-a.Nanosecond())
	if nano < 0 && sec > 0 {
		sec, nano = sec-1, nano+1e9
	} else if nano > 0 && sec < 0 {
		sec, nano = sec+1, nano-1e9
	}
	switch u.name {
	case "DAYS":
		return sec / 86400, nil
	case "WEEKS":
		return sec / (7 * 86400), nil
	}
	nanos, ok := unitNanos[u.name]
	if !ok || isDate {
		return nil, fail("java.time.temporal.UnsupportedTemporalTypeException", "%s has no unit %s", classOf(from).name, u.name)
	}
	if nanos >= 1e9 {
		return sec / (nanos / 1e9), nil
	}
	return sec*(1e9/nanos) + nano/nanos, nil
}

func monthsBetween(a, b time.Time) int64 {
	months := int64(b.Year()-a.Year())*12 + int64(b.Month()) - int64(a.Month())
	rest := func(t time.Time) int64 {
		return int64(t.Day())*86400e9 + int64(t.Hour()*3600+t.Minute()*60+t.Second())*1e9 + int64(t.Nanosecond())
	}
	if months > 0 && rest(b) < rest(a) {
		months--
	} else if months < 0 && rest(b) > rest(a) {
		months++
	}
	return months
}

func dayOf(v any) (any, error) {
	switch v := v.(type) {
	case *enumValue:
		return v, nil
	case localDate, localDateTime:
		t, _ := timeOf(v)
		return days[(int(t.Weekday())+6)%7], nil
	}
	return nil, fail(exDateTime, "%s has no day of the week", describeValue(v))
}
