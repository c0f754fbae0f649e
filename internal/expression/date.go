package expression

import (
	"strings"
	"time"
)

var (
	classDate             = newClass("java.util.Date", classObject, classComparable)
	classSimpleDateFormat = newClass("java.text.SimpleDateFormat", classObject)
	classLocale           = newClass("java.util.Locale", classObject)
	classCharset          = newClass("java.nio.charset.Charset", classObject)
)

// date is a java.util.Date.
type date struct{ ms int64 }

func (d *date) javaClass() *class { return classDate }

func (d *date) equals(o any) bool {
	e, ok := o.(*date)
	return ok && d.ms == e.ms
}

func (d *date) hash() int32 { return longHash(d.ms) }

func (d *date) compare(o any) int { return compareOf(d.ms, o.(*date).ms) }

func (d *date) text() string { return d.in(time.UTC).Format("Mon Jan 02 15:04:05 MST 2006") }

func (d *date) in(loc *time.Location) time.Time { return time.UnixMilli(d.ms).In(loc) }

// locale is a java.util.Locale; texts are English whatever it is.
type locale string

func (l locale) javaClass() *class { return classLocale }

func (l locale) text() string { return string(l) }

func (l locale) equals(o any) bool { return l == o }

func (l locale) hash() int32 { return stringHash(string(l)) }

// charset is a java.nio.charset.Charset.
type charset string

func (c charset) javaClass() *class { return classCharset }

func (c charset) text() string { return string(c) }

func (c charset) equals(o any) bool { return c == o }

func (c charset) hash() int32 { return stringHash(string(c)) }

func charsetByName(name string) (any, error) {
	switch strings.ToUpper(strings.ReplaceAll(name, "_", "-")) {
	case "UTF-8", "UTF8":
		return charset("UTF-8"), nil
	case "US-ASCII", "ASCII":
		return charset("US-ASCII"), nil
	case "ISO-8859-1", "ISO8859-1", "LATIN1":
		return charset("ISO-8859-1"), nil
	case "UTF-16", "UTF-16BE", "UTF-16LE":
		return charset(strings.ToUpper(name)), nil
	}
	return nil, fail("java.nio.charset.UnsupportedCharsetException", "the charset '%s' isn't known", name)
}

// dateLayouts are the forms of Date.parse that are in use.
var dateLayouts = []string{
	time.RFC1123, time.RFC1123Z, "Mon, 2 Jan 2006 15:04:05 MST", "Mon, 2 Jan 2006 15:04:05 -0700",
	"2 Jan 2006 15:04:05 MST", "2 Jan 2006 15:04:05", "2 Jan 2006", "Mon Jan 2 15:04:05 MST 2006", time.ANSIC,
	"Jan 2, 2006 15:04:05", "Jan 2, 2006", "January 2, 2006", "2006/01/02 15:04:05", "2006/01/02",
	"1/2/2006 15:04:05", "1/2/2006", "1/2/06",
}

func parseDateText(s string, loc *time.Location) (any, error) {
	for _, layout := range dateLayouts {
		if t, err := time.ParseInLocation(layout, strings.TrimSpace(s), loc); err == nil {
			return &date{t.UnixMilli()}, nil
		}
	}
	return nil, fail(exArgument, "'%s' is not a date that Date.parse accepts, such as \"Sat, 12 Aug 1995 13:30:00 GMT\"", s)
}

func defineDates() {
	c := classDate
	self := func(in *invocation) *date { return in.self.(*date) }
	c.def("new()", give(func(in *invocation) any { return &date{in.st.env.now().UnixMilli()} }))
	c.def("new(String)", func(in *invocation) (any, error) {
		return parseDateText(in.text(0), in.st.env.location)
	})
	c.def("new(long)", give(func(in *invocation) any { return &date{in.long(0)} }))
	fields := func(in *invocation) (any, error) {
		part := [6]int{}
		for i := range in.args {
			part[i] = in.int(i)
		}
		if part[0] > limitYears || part[0] < -limitYears {
			return nil, outOfRange(int64(part[0]))
		}
		t := time.Date(1900+part[0], time.Month(1+part[1]%1_000_000), part[2], part[3], part[4], part[5], 0, in.st.env.location)
		return &date{t.UnixMilli()}, nil
	}
	c.def("new(int,int,int)", fields)
	c.def("new(int,int,int,int,int)", fields)
	c.def("new(int,int,int,int,int,int)", fields)
	c.def("getTime()long", give(func(in *invocation) any { return self(in).ms }))
	for name, test := range map[string]func(int) bool{
		"before": func(o int) bool { return o < 0 }, "after": func(o int) bool { return o > 0 },
	} {
		c.def(name+"(Date)boolean", func(in *invocation) (any, error) {
			if in.args[0] == nil {
				return nil, fail(exNull, "the date to compare with is null")
			}
			return test(self(in).compare(in.args[0])), nil
		})
	}
	c.def("compareTo(Date)int", func(in *invocation) (any, error) {
		if in.args[0] == nil {
			return nil, fail(exNull, "the date to compare with is null")
		}
		return int32(self(in).compare(in.args[0])), nil
	})
	for name, get := range map[string]func(time.Time) int{
		"getYear": func(t time.Time) int { return t.Year() - 1900 }, "getMonth": func(t time.Time) int { return int(t.Month()) - 1 },
		"getDate": time.Time.Day, "getDay": func(t time.Time) int { return int(t.Weekday()) },
		"getHours": time.Time.Hour, "getMinutes": time.Time.Minute, "getSeconds": time.Time.Second,
		"getTimezoneOffset": func(t time.Time) int { _, offset := t.Zone(); return -offset / 60 },
	} {
		c.def(name+"()int", give(func(in *invocation) any { return int32(get(self(in).in(in.st.env.location))) }))
	}
	c.def("setTime(long)void", give(func(in *invocation) any {
		self(in).ms = in.long(0)
		return nil
	}))
	c.def("toInstant()Instant", give(func(in *invocation) any { return instantOfMillis(self(in).ms) }))
	c.def("toString()String", give(func(in *invocation) any {
		return self(in).in(in.st.env.location).Format("Mon Jan 02 15:04:05 MST 2006")
	}))
	c.def("toGMTString()String", give(func(in *invocation) any { return self(in).in(time.UTC).Format("2 Jan 2006 15:04:05 GMT") }))
	c.def("toLocaleString()String", give(func(in *invocation) any {
		return self(in).in(in.st.env.location).Format("Jan 2, 2006, 3:04:05 PM")
	}))
	c.def("static from(Instant)Date", func(in *invocation) (any, error) {
		i, ok := in.args[0].(instant)
		if !ok {
			return nil, fail(exNull, "the instant is null")
		}
		return &date{i.millis()}, nil
	})
	c.def("static parse(String)long", func(in *invocation) (any, error) {
		d, err := parseDateText(in.text(0), in.st.env.location)
		if err != nil {
			return nil, err
		}
		return d.(*date).ms, nil
	})
	c.def("static UTC(int,int,int,int,int,int)long", give(func(in *invocation) any {
		y := max(min(in.int(0), limitYears), -limitYears)
		return time.Date(1900+y, time.Month(1+in.int(1)%1_000_000), in.int(2), in.int(3), in.int(4), in.int(5), 0, time.UTC).UnixMilli()
	}))

	f := classSimpleDateFormat
	f.def("new()", func(in *invocation) (any, error) { return newSimpleDateFormat("M/d/yy, h:mm a", in.st.env.location) })
	f.def("new(String)", func(in *invocation) (any, error) { return newSimpleDateFormat(in.text(0), in.st.env.location) })
	f.def("new(String,Locale)", func(in *invocation) (any, error) {
		return newSimpleDateFormat(in.text(0), in.st.env.location)
	})
	format := func(in *invocation) (any, error) {
		sdf := in.self.(*dateFormat)
		switch v := in.args[0].(type) {
		case *date:
			return sdf.format(v.in(sdf.loc)), nil
		case nil:
			return nil, fail(exNull, "the date to format is null")
		default:
			if isNumber(v) {
				return sdf.format((&date{toInt64(v)}).in(sdf.loc)), nil
			}
		}
		return nil, fail(exArgument, "%s can't be formatted as a date", describeValue(in.args[0]))
	}
	f.def("format(Object)String", format)
	f.def("format(Date)String", format)
	f.def("parse(String)Date", func(in *invocation) (any, error) { return in.self.(*dateFormat).parse(in.text(0)) })
	f.def("toPattern()String", give(func(in *invocation) any { return in.self.(*dateFormat).pattern }))
	f.def("toLocalizedPattern()String", give(func(in *invocation) any { return in.self.(*dateFormat).pattern }))
	f.def("applyPattern(String)void", func(in *invocation) (any, error) {
		sdf := in.self.(*dateFormat)
		made, err := newSimpleDateFormat(in.text(0), sdf.loc)
		if err == nil {
			*sdf = *made.(*dateFormat)
		}
		return nil, err
	})
	f.def("setTimeZone(TimeZone)void", func(in *invocation) (any, error) {
		z, err := in.zone(0)
		if err == nil {
			in.self.(*dateFormat).loc = z
		}
		return nil, err
	})
	f.def("setLenient(boolean)void", give(func(in *invocation) any {
		in.self.(*dateFormat).strict = in.args[0] == false
		return nil
	}))
	f.def("isLenient()boolean", give(func(in *invocation) any { return !in.self.(*dateFormat).strict }))
	f.def("getTimeZone()TimeZone", nil)
}
