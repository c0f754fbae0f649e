package expression

import (
	"fmt"
	"strconv"
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
