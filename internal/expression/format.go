package expression

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

var formatSpec = regexp.MustCompile(`%(\d+\$|<)?([-#+ 0,(]*)(\d+)?(\.\d+)?([tT])?([a-zA-Z%])`)

// formatText is String.format.
func formatText(st *state, format string, args []any) (any, error) {
	var out strings.Builder
	next, last := 0, -1
	for at := 0; at < len(format); {
		open := strings.IndexByte(format[at:], '%')
		if open < 0 {
			out.WriteString(format[at:])
			break
		}
		out.WriteString(format[at : at+open])
		at += open
		m := formatSpec.FindStringSubmatchIndex(format[at:])
		if len(m) == 0 || m[0] != 0 {
			bad := format[at:]
			if len(bad) > 2 {
				bad = bad[:2]
			}
			return nil, fail("java.util.UnknownFormatConversionException", "the format has a %% that starts nothing: %s", bad)
		}
		f := newSpec(format[at:], m)
		at += m[1]
		if err := f.check(); err != nil {
			return nil, err
		}
		if f.verb == '%' || f.verb == 'n' {
			out.WriteString(f.pad(map[byte]string{'%': "%", 'n': "\n"}[f.verb]))
			continue
		}
		var i int
		switch {
		case f.index == "<":
			i = last
		case f.index != "":
			i, _ = strconv.Atoi(strings.TrimSuffix(f.index, "$"))
			if i == 0 {
				return nil, formatFault("IllegalFormatArgumentIndexException", "arguments count from 1: %s", f.text)
			}
			i--
		default:
			i = next
			next++
		}
		if i < 0 || i >= len(args) {
			return nil, fail("java.util.MissingFormatArgumentException", "the format needs an argument that is missing: %s", f.text)
		}
		last = i
		text, err := f.format(st, args[i])
		if err != nil {
			return nil, err
		}
		out.WriteString(text)
		if err := st.fits(out.Len()); err != nil {
			return nil, err
		}
	}
	return out.String(), nil
}

// spec is one %... of a format.
type spec struct {
	text, index, flags string
	width, precision   int // -1: none
	date               bool
	verb               byte
	upper              bool
}

func newSpec(s string, m []int) spec {
	group := func(i int) string {
		if m[2*i] < 0 {
			return ""
		}
		return s[m[2*i]:m[2*i+1]]
	}
	f := spec{text: group(0), index: group(1), flags: group(2), width: -1, precision: -1, date: group(5) != ""}
	if w := group(3); w != "" {
		f.width, _ = strconv.Atoi(w)
	}
	if p := group(4); p != "" {
		f.precision, _ = strconv.Atoi(p[1:])
	}
	f.width, f.precision = min(f.width, maxConcatenated), min(f.precision, 1000)
	f.verb = group(6)[0]
	if f.date {
		f.upper = group(5) == "T"
	} else if f.upper = f.verb >= 'A' && f.verb <= 'Z'; f.upper {
		f.verb |= 0x20
	}
	return f
}

func (f spec) has(flag string) bool { return strings.Contains(f.flags, flag) }

func (f spec) pad(s string) string {
	missing := f.width - units(s)
	switch {
	case missing <= 0:
		return s
	case f.has("-"):
		return s + strings.Repeat(" ", missing)
	}
	return strings.Repeat(" ", missing) + s
}

func (f spec) mismatch(v any) error {
	return fail("java.util.IllegalFormatConversionException", "%s can't format %s", f.text, describeValue(v))
}

func (f spec) format(st *state, v any) (string, error) {
	text, err := f.body(st, v)
	if err != nil {
		return "", err
	}
	if f.upper {
		text = strings.ToUpper(text)
	}
	return f.pad(text), nil
}

func (f spec) body(st *state, v any) (string, error) {
	if f.date {
		return f.dateTime(st, v)
	}
	cutTo := func(s string) string {
		if f.precision >= 0 && units(s) > f.precision {
			return cut(s, 0, f.precision)
		}
		return s
	}
	switch f.verb {
	case 's':
		return cutTo(javaString(v)), nil
	case 'b':
		b, ok := v.(bool)
		return cutTo(strconv.FormatBool(v != nil && (!ok || b))), nil
	case 'h':
		if v == nil {
			return "null", nil
		}
		return cutTo(strconv.FormatUint(uint64(uint32(javaHash(v))), 16)), nil
	}
	if v == nil {
		return cutTo("null"), nil
	}
	switch f.verb {
	case 'c':
		switch v := v.(type) {
		case char:
			return javaString(v), nil
		case int32:
			if !utf8.ValidRune(v) {
				return "", formatFault("IllegalFormatCodePointException", "%s got %d, which is not a character", f.text, v)
			}
			return string(v), nil
		}
	case 'd', 'x', 'o':
		switch rankOf(v) {
		case rankInt, rankLong, rankBig:
			return f.whole(v), nil
		}
	case 'f', 'e', 'g', 'a':
		switch rankOf(v) {
		case rankDouble, rankFloat:
			return f.real(toFloat64(v)), nil
		}
	}
	return "", f.mismatch(v)
}

// dateVerbs are the dates of %t as patterns of SimpleDateFormat.
var dateVerbs = map[byte]string{
	'Y': "yyyy", 'y': "yy", 'm': "MM", 'd': "dd", 'e': "d", 'B': "MMMM", 'b': "MMM", 'h': "MMM", 'A': "EEEE", 'a': "EEE",
	'j': "DDD", 'H': "HH", 'k': "H", 'I': "hh", 'l': "h", 'M': "mm", 'S': "ss", 'L': "SSS", 'p': "a", 'z': "Z", 'Z': "z",
	'R': "HH:mm", 'T': "HH:mm:ss", 'r': "hh:mm:ss a", 'D': "MM/dd/yy", 'F': "yyyy-MM-dd", 'c': "EEE MMM dd HH:mm:ss z yyyy",
}

func (f spec) dateTime(st *state, v any) (string, error) {
	var ms int64
	loc := st.env.location
	switch d := v.(type) {
	case nil:
		return "null", nil
	case *date:
		ms = d.ms
	case int64:
		ms = d
	case localDate, localDateTime:
		t, _ := timeOf(d)
		ms, loc = t.UnixMilli(), t.Location()
	default:
		return "", f.mismatch(v)
	}
	t := (&date{ms}).in(loc)
	switch f.verb {
	case 's':
		return strconv.FormatInt(floorDiv(ms, 1000), 10), nil
	case 'Q':
		return strconv.FormatInt(ms, 10), nil
	case 'N':
		return fmt.Sprintf("%09d", t.Nanosecond()), nil
	case 'p':
		return strings.ToLower(t.Format("PM")), nil
	case 'C':
		return fmt.Sprintf("%02d", t.Year()/100), nil
	}
	sdf, err := newSimpleDateFormat(dateVerbs[f.verb], loc)
	if err != nil {
		return "", err
	}
	return sdf.(*dateFormat).format(t), nil
}
