package expression

import (
	"math/big"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// javaString is String.valueOf.
func javaString(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case nil:
		return "null"
	case int32:
		return strconv.Itoa(int(v))
	}
	var out strings.Builder
	writeString(&out, v, 0)
	return out.String()
}

func writeString(out *strings.Builder, v any, depth int) {
	if depth > maxDepth || out.Len() > maxText {
		out.WriteString("...")
		return
	}
	switch v := v.(type) {
	case nil:
		out.WriteString("null")
	case string:
		out.WriteString(v)
	case bool:
		out.WriteString(strconv.FormatBool(v))
	case int32:
		out.WriteString(strconv.Itoa(int(v)))
	case int64:
		out.WriteString(strconv.FormatInt(v, 10))
	case int16:
		out.WriteString(strconv.Itoa(int(v)))
	case int8:
		out.WriteString(strconv.Itoa(int(v)))
	case float64:
		out.WriteString(doubleString(v, 64))
	case float32:
		out.WriteString(doubleString(float64(v), 32))
	case char:
		out.WriteRune(rune(v))
	case *big.Int:
		out.WriteString(v.String())
	case *class:
		out.WriteString(classText(v))
	case *entry:
		writeString(out, v.key, depth+1)
		out.WriteByte('=')
		writeString(out, v.value, depth+1)
	case *array:
		out.WriteString(v.class.name + "@" + strconv.FormatUint(uint64(uint32(stringHash(v.class.name))), 16))
	case stringer:
		out.WriteString(v.text())
	default:
		writeContainer(out, v, depth)
	}
}

// maxText is how long the text of a value gets.
const maxText = 8 << 20

// stringer is a value with a toString of its own.
type stringer interface{ text() string }

func classText(c *class) string {
	switch {
	case c.primitive():
		return c.name
	case c.isInterface:
		return "interface " + c.name
	}
	return "class " + c.name
}

func writeContainer(out *strings.Builder, v any, depth int) {
	if m, ok := asMap(v); ok {
		out.WriteByte('{')
		for i, k := range m.keys() {
			if i > 0 {
				out.WriteString(", ")
			}
			writeString(out, k, depth+1)
			out.WriteByte('=')
			writeString(out, m.get(k), depth+1)
		}
		out.WriteByte('}')
		return
	}
	c, ok := collection(v)
	if !ok {
		name := classOf(v).name
		out.WriteString(name + "@" + strconv.FormatUint(uint64(uint32(javaHash(v))), 16))
		return
	}
	out.WriteByte('[')
	for i := range c.len() {
		if i > 0 {
			out.WriteString(", ")
		}
		writeString(out, c.at(i), depth+1)
	}
	out.WriteByte(']')
}

// doubleString is Double.toString and Float.toString.
func doubleString(f float64, bits int) string {
	switch {
	case f != f:
		return "NaN"
	case f > maxFinite:
		return "Infinity"
	case f < -maxFinite:
		return "-Infinity"
	case f == 0:
		if 1/f < 0 {
			return "-0.0"
		}
		return "0.0"
	}
	abs := f
	if abs < 0 {
		abs = -abs
	}
	if abs >= 1e-3 && abs < 1e7 {
		s := strconv.FormatFloat(f, 'f', -1, bits)
		if !strings.Contains(s, ".") {
			s += ".0"
		}
		return s
	}
	mantissa, exponent, _ := strings.Cut(strconv.FormatFloat(f, 'e', -1, bits), "e")
	if !strings.Contains(mantissa, ".") {
		mantissa += ".0"
	}
	n, _ := strconv.Atoi(exponent)
	return mantissa + "E" + strconv.Itoa(n)
}

const maxFinite = 1.7976931348623157e308

// Java counts text in UTF-16 units. ASCII text, the rule, is cut as bytes.

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// units is how many UTF-16 units a text has.
func units(s string) int {
	if isASCII(s) {
		return len(s)
	}
	n := 0
	for _, r := range s {
		n++
		if r >= 0x10000 {
			n++
		}
	}
	return n
}

// cut is substring(from, to) in units that are known to lie within the text.
func cut(s string, from, to int) string {
	if isASCII(s) {
		return s[from:to]
	}
	return string(utf16.Decode(utf16.Encode([]rune(s))[from:to]))
}

func unitAt(s string, i int) char {
	if isASCII(s) {
		return char(s[i])
	}
	return char(utf16.Encode([]rune(s))[i])
}

// unitIndex turns a byte offset into one in units; -1 stays.
func unitIndex(s string, at int) int {
	if at < 0 {
		return at
	}
	return units(s[:at])
}

// byteIndex turns an offset in units, limited to the text, into one in bytes.
func byteIndex(s string, at int) int {
	if at <= 0 {
		return 0
	}
	if isASCII(s) {
		return min(at, len(s))
	}
	n := 0
	for i, r := range s {
		if n >= at {
			return i
		}
		n++
		if r >= 0x10000 {
			n++
		}
	}
	return len(s)
}

// isTrimmed are the characters that String.trim removes.
func isTrimmed(r rune) bool { return r <= ' ' }

// Text is a JSON value as Java writes it in a text, as Spinnaker's services do when they
// compare a value of another type with a pattern: 1.0 for the number 1.0, {a=1} for an
// object, [x, y] for a list.
func Text(value any) string { return javaString(norm(value)) }
