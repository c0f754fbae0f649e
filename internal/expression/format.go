package expression

import (
	"fmt"
	"math"
	"math/big"
	"regexp"
	"strconv"
	"strings"
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
			i--
		default:
			i = next
			next++
		}
		if i < 0 || i >= len(args) {
			return nil, fail("java.util.MissingFormatArgumentException", "the format wants an argument that is missing: %s", f.text)
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
	default:
		return "", fail("java.util.UnknownFormatConversionException", "the format has %s, which means nothing", f.text)
	}
	return "", f.mismatch(v)
}

func (f spec) whole(v any) string {
	if f.verb == 'd' {
		b := toBig(v)
		digits := new(big.Int).Abs(b).String()
		if f.has(",") {
			digits = grouped(digits)
		}
		return f.signed(b.Sign() < 0, digits)
	}
	base, mark := 16, "0x"
	if f.verb == 'o' {
		base, mark = 8, "0"
	}
	var digits string
	switch n := v.(type) {
	case *big.Int:
		digits = n.Text(base)
	case int64:
		digits = strconv.FormatUint(uint64(n), base)
	case int16:
		digits = strconv.FormatUint(uint64(uint16(n)), base)
	case int8:
		digits = strconv.FormatUint(uint64(uint8(n)), base)
	default:
		digits = strconv.FormatUint(uint64(uint32(toInt32(v))), base)
	}
	if f.has("#") {
		digits = mark + digits
	}
	if f.has("0") && len(digits) < f.width {
		digits = strings.Repeat("0", f.width-len(digits)) + digits
	}
	return digits
}

// signed puts the sign before digits, and zeros where they are wanted.
func (f spec) signed(negative bool, digits string) string {
	sign, end := "", ""
	switch {
	case negative && f.has("("):
		sign, end = "(", ")"
	case negative:
		sign = "-"
	case f.has("+"):
		sign = "+"
	case f.has(" "):
		sign = " "
	}
	if n := f.width - len(sign) - len(digits) - len(end); f.has("0") && n > 0 {
		digits = strings.Repeat("0", n) + digits
	}
	return sign + digits + end
}

func grouped(digits string) string {
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

func (f spec) real(v float64) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		g := f
		g.flags = strings.ReplaceAll(f.flags, "0", "")
		if math.IsNaN(v) {
			return "NaN"
		}
		return g.signed(v < 0, "Infinity")
	}
	precision := f.precision
	if precision < 0 {
		precision = 6
	}
	abs := math.Abs(v)
	var digits string
	switch f.verb {
	case 'f':
		digits = roundHalfUp(abs, precision)
		if f.has(",") {
			whole, fraction, dot := strings.Cut(digits, ".")
			digits = grouped(whole)
			if dot {
				digits += "." + fraction
			}
		}
	case 'e':
		digits = strconv.FormatFloat(abs, 'e', precision, 64)
	case 'a':
		digits = strconv.FormatFloat(abs, 'x', -1, 64)
	default:
		precision = max(precision, 1)
		if abs != 0 && (abs < 1e-4 || abs >= math.Pow10(precision)) {
			digits = strconv.FormatFloat(abs, 'e', precision-1, 64)
		} else {
			whole := 1
			if abs >= 1 {
				whole = int(math.Floor(math.Log10(abs))) + 1
			} else if abs > 0 {
				whole = int(math.Floor(math.Log10(abs))) + 1
			}
			digits = strconv.FormatFloat(abs, 'f', max(precision-whole, 0), 64)
		}
	}
	return f.signed(math.Signbit(v), digits)
}

// roundHalfUp writes a number with so many digits after its point, rounding
// its shortest decimal form half up, as Java's Formatter does.
func roundHalfUp(v float64, precision int) string {
	exact, ok := new(big.Rat).SetString(strconv.FormatFloat(v, 'f', -1, 64))
	if !ok {
		return fmt.Sprintf("%.*f", precision, v)
	}
	scale := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(precision)), nil)
	exact.Mul(exact, new(big.Rat).SetInt(scale))
	exact.Add(exact, big.NewRat(1, 2))
	digits := new(big.Int).Quo(exact.Num(), exact.Denom()).String()
	if precision == 0 {
		return digits
	}
	if len(digits) <= precision {
		digits = strings.Repeat("0", precision+1-len(digits)) + digits
	}
	return digits[:len(digits)-precision] + "." + digits[len(digits)-precision:]
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
	}
	pattern, ok := dateVerbs[f.verb]
	if !ok {
		return "", fail("java.util.UnknownFormatConversionException", "the format has %s, which means nothing", f.text)
	}
	sdf, err := newSimpleDateFormat(pattern, loc)
	if err != nil {
		return "", err
	}
	return sdf.(*dateFormat).format(t), nil
}
