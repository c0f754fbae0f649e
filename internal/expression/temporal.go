package expression

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// The date and time classes that expressions may make.
var (
	classTemporalAccessor    = newInterface("java.time.temporal.TemporalAccessor")
	classTemporal            = newInterface("java.time.temporal.Temporal", classTemporalAccessor)
	classTemporalAdjuster    = newInterface("java.time.temporal.TemporalAdjuster")
	classTemporalUnit        = newInterface("java.time.temporal.TemporalUnit")
	classChronoLocalDate     = newInterface("java.time.chrono.ChronoLocalDate", classTemporal, classTemporalAdjuster, classComparable)
	classChronoLocalDateTime = newInterface("java.time.chrono.ChronoLocalDateTime", classTemporal, classTemporalAdjuster, classComparable)
	classLocalDate           = newClass("java.time.LocalDate", classObject, classChronoLocalDate)
	classLocalDateTime       = newClass("java.time.LocalDateTime", classObject, classChronoLocalDateTime)
	classInstant             = newClass("java.time.Instant", classObject, classTemporal, classTemporalAdjuster, classComparable)
	classZoneID              = newClass("java.time.ZoneId", classObject)
	classZoneOffset          = newClass("java.time.ZoneOffset", classZoneID)
	classTimeZone            = newClass("java.util.TimeZone", classObject)
	classTemporalAdjusters   = newClass("java.time.temporal.TemporalAdjusters", classObject)
)

// localDate is a java.time.LocalDate: days since 1970.
type localDate int64

func (d localDate) javaClass() *class { return classLocalDate }

func (d localDate) equals(o any) bool { return d == o }

func (d localDate) hash() int32 {
	y, m, day := d.parts()
	return int32(y)&^0x7FF ^ (int32(y)<<11 + int32(m)<<6 + int32(day))
}

func (d localDate) time() time.Time { return time.Unix(0, 0).UTC().AddDate(0, 0, int(d)) }

func (d localDate) parts() (int, int, int) {
	y, m, day := d.time().Date()
	return y, int(m), day
}

func dateOf(t time.Time) localDate {
	y, m, d := t.Date()
	return localDate(floorDiv(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix(), 86400))
}

func (d localDate) text() string {
	y, m, day := d.parts()
	return fmt.Sprintf("%s-%02d-%02d", yearText(y), m, day)
}

func yearText(y int) string {
	switch {
	case y > 9999:
		return "+" + strconv.Itoa(y)
	case y < 0:
		return fmt.Sprintf("-%04d", -y)
	}
	return fmt.Sprintf("%04d", y)
}

// compare is compareTo: the difference of the first part that differs.
func (d localDate) compare(o any) int {
	y1, m1, d1 := d.parts()
	y2, m2, d2 := o.(localDate).parts()
	if y1 != y2 {
		return y1 - y2
	}
	if m1 != m2 {
		return m1 - m2
	}
	return d1 - d2
}

// localDateTime is a java.time.LocalDateTime, kept as the time in UTC that
// reads the same.
type localDateTime struct{ t time.Time }

func (d localDateTime) javaClass() *class { return classLocalDateTime }

func (d localDateTime) equals(o any) bool {
	e, ok := o.(localDateTime)
	return ok && d.t.Equal(e.t)
}

func (d localDateTime) hash() int32 {
	seconds := int64(d.t.Hour()*3600+d.t.Minute()*60+d.t.Second())*1e9 + int64(d.t.Nanosecond())
	return d.date().hash() ^ longHash(seconds)
}

func (d localDateTime) date() localDate { return dateOf(d.t) }

func (d localDateTime) text() string { return d.date().text() + "T" + clockText(d.t, false) }

func (d localDateTime) compare(o any) int {
	e := o.(localDateTime)
	if c := d.date().compare(e.date()); c != 0 {
		return c
	}
	return d.t.Compare(e.t)
}

// clockText writes a time of day, its seconds where they aren't 0 or are
// wanted, and its fraction in groups of three digits.
func clockText(t time.Time, seconds bool) string {
	out := fmt.Sprintf("%02d:%02d", t.Hour(), t.Minute())
	n := t.Nanosecond()
	if t.Second() == 0 && n == 0 && !seconds {
		return out
	}
	out += fmt.Sprintf(":%02d", t.Second())
	switch {
	case n == 0:
	case n%1e6 == 0:
		out += fmt.Sprintf(".%03d", n/1e6)
	case n%1e3 == 0:
		out += fmt.Sprintf(".%06d", n/1e3)
	default:
		out += fmt.Sprintf(".%09d", n)
	}
	return out
}

// instant is a java.time.Instant.
type instant struct {
	sec  int64
	nano int32
}

func instantOf(t time.Time) instant { return instant{t.Unix(), int32(t.Nanosecond())} }

func instantOfMillis(ms int64) instant {
	return instant{floorDiv(ms, 1000), int32(floorMod(ms, 1000)) * 1e6}
}

func (i instant) javaClass() *class { return classInstant }

func (i instant) equals(o any) bool { return i == o }

func (i instant) hash() int32 { return longHash(i.sec) + 51*i.nano }

func (i instant) time() time.Time { return time.Unix(i.sec, int64(i.nano)).UTC() }

func (i instant) millis() int64 { return i.sec*1000 + int64(i.nano)/1e6 }

func (i instant) text() string {
	return dateOf(i.time()).text() + "T" + clockText(i.time(), true) + "Z"
}

func (i instant) compare(o any) int {
	e := o.(instant)
	if c := compareOf(i.sec, e.sec); c != 0 {
		return c
	}
	return int(i.nano) - int(e.nano)
}

func (i instant) plus(sec, nano int64) instant {
	nano += int64(i.nano)
	return instant{i.sec + sec + floorDiv(nano, 1e9), int32(floorMod(nano, 1e9))}
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b != 0 && (a < 0) != (b < 0) {
		q--
	}
	return q
}

func floorMod(a, b int64) int64 { return a - floorDiv(a, b)*b }

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
		return nil, fail(exDateTime, "'%s' is no time zone", name)
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

// limitYears is what dates are kept within, so that arithmetic can't run over.
const limitYears = 999_999_999

func outOfRange(n int64) error {
	return fail(exDateTime, "%d leads out of the range of dates", n)
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
		return nil, fail(exDateTime, "%s can't be made of %s", classOf(from).name, classOf(to).name)
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
