package expression

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// dateFormat is a java.text.SimpleDateFormat, in English.
type dateFormat struct {
	pattern string
	fields  []dateField
	loc     *time.Location
	strict  bool
}

// dateField is a run of one pattern letter, or a text that stands for itself.
type dateField struct {
	letter byte // 0: text
	count  int
	text   string
}

func (f *dateFormat) javaClass() *class { return classSimpleDateFormat }

func (f *dateFormat) text() string {
	return "java.text.SimpleDateFormat@" + strconv.FormatUint(uint64(uint32(stringHash(f.pattern))), 16)
}

func newSimpleDateFormat(pattern string, loc *time.Location) (any, error) {
	f := &dateFormat{pattern: pattern, loc: loc}
	for i := 0; i < len(pattern); {
		c := pattern[i]
		switch {
		case c == '\'':
			end, text := quotedText(pattern, i)
			if end < 0 {
				return nil, fail(exArgument, "the date pattern '%s' has a quote that is not closed", pattern)
			}
			f.fields = append(f.fields, dateField{text: text})
			i = end
		case isLetter(c):
			n := 1
			for i+n < len(pattern) && pattern[i+n] == c {
				n++
			}
			if strings.IndexByte("GyYMLwWDdFEuaHkKhmsSzZX", c) < 0 {
				return nil, fail(exArgument, "the date pattern '%s' has the letter '%c', which means nothing", pattern, c)
			}
			if c == 'X' && n > 3 {
				return nil, fail(exArgument, "the date pattern '%s' has more than three X", pattern)
			}
			f.fields = append(f.fields, dateField{letter: c, count: n})
			i += n
		default:
			f.fields = append(f.fields, dateField{text: pattern[i : i+1]})
			i++
		}
	}
	return f, nil
}

// quotedText reads '...' at i; a doubled quote stands for one.
func quotedText(pattern string, i int) (int, string) {
	if i+1 < len(pattern) && pattern[i+1] == '\'' {
		return i + 2, "'"
	}
	var out strings.Builder
	for i++; i < len(pattern); i++ {
		if pattern[i] == '\'' {
			if i+1 >= len(pattern) || pattern[i+1] != '\'' {
				return i + 1, out.String()
			}
			i++
		}
		out.WriteByte(pattern[i])
	}
	return -1, ""
}

func (f *dateFormat) format(t time.Time) string {
	var out strings.Builder
	for _, d := range f.fields {
		if d.letter == 0 {
			out.WriteString(d.text)
		} else {
			out.WriteString(d.format(t))
		}
	}
	return out.String()
}

func (d dateField) padded(n int) string { return fmt.Sprintf("%0*d", min(d.count, 100), n) }

func (d dateField) format(t time.Time) string {
	switch d.letter {
	case 'G':
		if t.Year() <= 0 {
			return "BC"
		}
		return "AD"
	case 'y', 'Y':
		y := t.Year()
		if d.letter == 'Y' {
			y, _ = weekOf(t)
		}
		if d.count == 2 {
			return fmt.Sprintf("%02d", (y%100+100)%100)
		}
		return d.padded(y)
	case 'M', 'L':
		switch {
		case d.count >= 4:
			return t.Month().String()
		case d.count == 3:
			return t.Month().String()[:3]
		}
		return d.padded(int(t.Month()))
	case 'w':
		_, w := weekOf(t)
		return d.padded(w)
	case 'W':
		first := time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, t.Location())
		return d.padded((t.Day()+int(first.Weekday())-1)/7 + 1)
	case 'D':
		return d.padded(t.YearDay())
	case 'd':
		return d.padded(t.Day())
	case 'F':
		return d.padded((t.Day()-1)/7 + 1)
	case 'E':
		if d.count >= 4 {
			return t.Weekday().String()
		}
		return t.Weekday().String()[:3]
	case 'u':
		return d.padded((int(t.Weekday())+6)%7 + 1)
	case 'a':
		return t.Format("PM")
	case 'H':
		return d.padded(t.Hour())
	case 'k':
		return d.padded((t.Hour()+23)%24 + 1)
	case 'K':
		return d.padded(t.Hour() % 12)
	case 'h':
		return d.padded((t.Hour()+11)%12 + 1)
	case 'm':
		return d.padded(t.Minute())
	case 's':
		return d.padded(t.Second())
	case 'S':
		return d.padded(t.Nanosecond() / 1e6)
	}
	return d.zone(t)
}

func (d dateField) zone(t time.Time) string {
	name, offset := t.Zone()
	switch d.letter {
	case 'z':
		if d.count >= 4 && (name == "UTC" || name == "GMT") {
			return map[string]string{"UTC": "Coordinated Universal Time", "GMT": "Greenwich Mean Time"}[name]
		}
		return name
	case 'Z':
		return t.Format("-0700")
	}
	if offset == 0 {
		return "Z"
	}
	return t.Format([]string{"-07", "-0700", "-07:00"}[d.count-1])
}

// weekOf is the week of the year as the United States count it: weeks start on
// Sunday, and the first is the one with January 1.
func weekOf(t time.Time) (year, week int) {
	first := time.Date(t.Year(), 1, 1, 0, 0, 0, 0, t.Location())
	week = (t.YearDay()+int(first.Weekday())-1)/7 + 1
	days := 365
	if isLeap(t.Year()) {
		days++
	}
	if t.YearDay()+6-int(t.Weekday()) > days {
		return t.Year() + 1, 1
	}
	return t.Year(), week
}

// dateParts are the fields read from a text.
type readDate struct {
	year, month, day, hour, minute, second, milli, yearDay int
	pm, half                                               bool
	loc                                                    *time.Location
}

func (f *dateFormat) parse(s string) (any, error) {
	r := readDate{year: 1970, month: 1, day: 1, loc: f.loc}
	pos := 0
	unreadable := func() error {
		return fail("java.text.ParseException", "the date '%s' is not in the form %s: it differs at %d", s, f.pattern, pos)
	}
	for i, d := range f.fields {
		if d.letter == 0 {
			if !strings.HasPrefix(s[pos:], d.text) {
				return nil, unreadable()
			}
			pos += len(d.text)
			continue
		}
		// Numbers that touch are cut by their width.
		width := 0
		if i+1 < len(f.fields) && f.fields[i+1].letter != 0 {
			width = d.count
		}
		n, ok := r.read(d, s[pos:], width)
		if !ok {
			return nil, unreadable()
		}
		pos += n
	}
	if r.half {
		r.hour %= 12
		if r.pm {
			r.hour += 12
		}
	}
	t := time.Date(r.year, time.Month(r.month), r.day, r.hour, r.minute, r.second, r.milli*1e6, r.loc)
	if r.yearDay > 0 {
		t = time.Date(r.year, 1, r.yearDay, r.hour, r.minute, r.second, r.milli*1e6, r.loc)
	} else if f.strict && (int(t.Month()) != r.month || t.Day() != r.day || t.Hour() != r.hour || t.Minute() != r.minute) {
		return nil, unreadable()
	}
	return &date{t.UnixMilli()}, nil
}

func (r *readDate) read(d dateField, s string, width int) (int, bool) {
	switch d.letter {
	case 'M', 'L':
		if d.count >= 3 {
			return readName(s, func(i int) string { return time.Month(i + 1).String() }, 12, func(i int) { r.month = i + 1 })
		}
	case 'E':
		return readName(s, func(i int) string { return time.Weekday(i).String() }, 7, func(int) {})
	case 'a':
		if len(s) < 2 {
			return 0, false
		}
		r.half, r.pm = true, strings.EqualFold(s[:2], "PM")
		return 2, r.pm || strings.EqualFold(s[:2], "AM")
	case 'G':
		return 2, strings.HasPrefix(s, "AD") || strings.HasPrefix(s, "BC")
	case 'z', 'Z', 'X':
		return r.readZone(s)
	}
	n := 0
	if strings.HasPrefix(s, "-") {
		n++
	}
	for n < len(s) && isDigit(s[n]) && n < 9 && (width == 0 || n < width) {
		n++
	}
	v, err := strconv.Atoi(s[:n])
	if err != nil {
		return 0, false
	}
	r.set(d, v, n)
	return n, true
}

func (r *readDate) set(d dateField, v, digits int) {
	switch d.letter {
	case 'y', 'Y':
		if d.count <= 2 && digits == 2 {
			// Two digits are a year within 80 years before and 20 after now.
			if v += 2000; v > time.Now().Year()+20 {
				v -= 100
			}
		}
		r.year = v
	case 'M', 'L':
		r.month = v
	case 'd':
		r.day = v
	case 'D':
		r.yearDay = v
	case 'H':
		r.hour = v
	case 'k':
		r.hour = v % 24
	case 'h', 'K':
		r.hour, r.half = v, true
	case 'm':
		r.minute = v
	case 's':
		r.second = v
	case 'S':
		r.milli = v
	}
}

func readName(s string, name func(int) string, count int, set func(int)) (int, bool) {
	for i := range count {
		for _, n := range []string{name(i), name(i)[:3]} {
			if len(s) >= len(n) && strings.EqualFold(s[:len(n)], n) {
				set(i)
				return len(n), true
			}
		}
	}
	return 0, false
}

func (r *readDate) readZone(s string) (int, bool) {
	n := 0
	for n < len(s) && (isLetter(s[n]) || isDigit(s[n]) || strings.IndexByte("+-:/_", s[n]) >= 0) {
		n++
	}
	for ; n > 0; n-- {
		if loc, err := location(s[:n]); err == nil {
			r.loc = loc
			return n, true
		}
	}
	return 0, false
}
