package expression

import (
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

func charAt(s string, i int) (any, error) {
	if i < 0 || i >= units(s) {
		return nil, fail(exStringIndex, "the index %d is out of range of a text of %d characters", i, units(s))
	}
	return unitAt(s, i), nil
}

func substring(s string, from, to int) (any, error) {
	if n := units(s); from < 0 || to > n || from > to {
		return nil, fail(exStringIndex, "from %d to %d is out of range of a text of %d characters", from, to, n)
	}
	return cut(s, from, to), nil
}

// str makes a body of a function of the text that can't fail.
func str(f func(s string, in *invocation) any) func(*invocation) (any, error) {
	return func(in *invocation) (any, error) { return f(in.self.(string), in), nil }
}

// given makes a body of a function of the text and a text that must not be
// null.
func given(f func(s, arg string, in *invocation) (any, error)) func(*invocation) (any, error) {
	return func(in *invocation) (any, error) {
		arg, ok := charSequence(in.args[0])
		if !ok {
			return nil, fail(exNull, "the argument is null")
		}
		return f(in.self.(string), arg, in)
	}
}

func defineString() {
	c := classString
	c.def("length()int", str(func(s string, _ *invocation) any { return int32(units(s)) }))
	c.def("isEmpty()boolean", str(func(s string, _ *invocation) any { return s == "" }))
	c.def("isBlank()boolean", str(func(s string, _ *invocation) any { return strings.TrimFunc(s, unicode.IsSpace) == "" }))
	c.def("charAt(int)char", func(in *invocation) (any, error) { return charAt(in.self.(string), in.int(0)) })
	c.def("codePointAt(int)int", func(in *invocation) (any, error) {
		s, i := in.self.(string), in.int(0)
		if i < 0 || i >= units(s) {
			return charAt(s, i)
		}
		r, _ := utf8.DecodeRuneInString(s[byteIndex(s, i):])
		return r, nil
	})
	c.def("substring(int)String", func(in *invocation) (any, error) {
		return substring(in.self.(string), in.int(0), units(in.self.(string)))
	})
	c.def("substring(int,int)String", func(in *invocation) (any, error) {
		return substring(in.self.(string), in.int(0), in.int(1))
	})
	c.def("subSequence(int,int)CharSequence", nil)
	c.def("toUpperCase()String", str(func(s string, _ *invocation) any { return strings.ToUpper(s) }))
	c.def("toLowerCase()String", str(func(s string, _ *invocation) any { return strings.ToLower(s) }))
	c.def("toUpperCase(Locale)String", str(func(s string, _ *invocation) any { return strings.ToUpper(s) }))
	c.def("toLowerCase(Locale)String", str(func(s string, _ *invocation) any { return strings.ToLower(s) }))
	c.def("trim()String", str(func(s string, _ *invocation) any { return strings.TrimFunc(s, isTrimmed) }))
	c.def("strip()String", str(func(s string, _ *invocation) any { return strings.TrimFunc(s, unicode.IsSpace) }))
	c.def("stripLeading()String", str(func(s string, _ *invocation) any { return strings.TrimLeftFunc(s, unicode.IsSpace) }))
	c.def("stripTrailing()String", str(func(s string, _ *invocation) any { return strings.TrimRightFunc(s, unicode.IsSpace) }))
	c.def("stripIndent()String", str(func(s string, _ *invocation) any { return stripIndent(s) }))
	c.def("indent(int)String", func(in *invocation) (any, error) { return indent(in.self.(string), in.int(0), in.st) })
	c.def("translateEscapes()String", func(in *invocation) (any, error) { return translateEscapes(in.self.(string)) })
	c.def("intern()String", str(func(s string, _ *invocation) any { return s }))
	c.def("toString()String", str(func(s string, _ *invocation) any { return s }))
	c.def("hashCode()int", str(func(s string, _ *invocation) any { return stringHash(s) }))
	c.def("concat(String)String", given(func(s, arg string, in *invocation) (any, error) {
		return bounded(in.st, s+arg)
	}))
	c.def("repeat(int)String", func(in *invocation) (any, error) {
		s, n := in.self.(string), in.int(0)
		if n < 0 {
			return nil, fail(exArgument, "the count is negative: %d", n)
		}
		if len(s)*n > in.st.env.limits.Text || n > in.st.env.limits.Text {
			return nil, tooLong(in.st.env.limits.Text)
		}
		return strings.Repeat(s, n), nil
	})
	defineStringTests(c)
	defineStringSearch(c)
	defineStringPatterns(c)
	defineStringStatics(c)
	for _, hidden := range []string{"chars", "codePoints", "lines", "describeConstable"} {
		c.def(hidden+"()Object", nil)
	}
}

func bounded(st *state, s string) (any, error) {
	if len(s) > st.env.limits.Text {
		return nil, tooLong(st.env.limits.Text)
	}
	return s, nil
}

func defineStringTests(c *class) {
	c.def("startsWith(String)boolean", given(func(s, arg string, _ *invocation) (any, error) { return strings.HasPrefix(s, arg), nil }))
	c.def("startsWith(String,int)boolean", given(func(s, arg string, in *invocation) (any, error) {
		if i := in.int(1); i < 0 || i > units(s) {
			return false, nil
		}
		return strings.HasPrefix(s[byteIndex(s, in.int(1)):], arg), nil
	}))
	c.def("endsWith(String)boolean", given(func(s, arg string, _ *invocation) (any, error) { return strings.HasSuffix(s, arg), nil }))
	c.def("contains(CharSequence)boolean", given(func(s, arg string, _ *invocation) (any, error) { return strings.Contains(s, arg), nil }))
	c.def("equals(Object)boolean", str(func(s string, in *invocation) any { return in.args[0] == any(s) }))
	c.def("equalsIgnoreCase(String)boolean", str(func(s string, in *invocation) any {
		arg, ok := in.args[0].(string)
		return ok && strings.EqualFold(s, arg)
	}))
	c.def("contentEquals(CharSequence)boolean", given(func(s, arg string, _ *invocation) (any, error) { return s == arg, nil }))
	c.def("compareTo(String)int", given(func(s, arg string, _ *invocation) (any, error) { return int32(compareStrings(s, arg)), nil }))
	c.def("compareToIgnoreCase(String)int", given(func(s, arg string, _ *invocation) (any, error) {
		return int32(compareStrings(strings.ToLower(s), strings.ToLower(arg))), nil
	}))
	region := func(s, other string, ignore bool, at, from, n int) bool {
		if at < 0 || from < 0 || at+n > units(s) || from+n > units(other) {
			return false
		}
		a, b := cut(s, at, max(at, at+n)), cut(other, from, max(from, from+n))
		return a == b || ignore && strings.EqualFold(a, b)
	}
	c.def("regionMatches(int,String,int,int)boolean", str(func(s string, in *invocation) any {
		return region(s, in.text(1), false, in.int(0), in.int(2), in.int(3))
	}))
	c.def("regionMatches(boolean,int,String,int,int)boolean", str(func(s string, in *invocation) any {
		return region(s, in.text(2), in.args[0] == true, in.int(1), in.int(3), in.int(4))
	}))
}

func defineStringSearch(c *class) {
	first := func(s, arg string, from int) int32 {
		from = max(from, 0)
		if from > units(s) {
			from = units(s)
		}
		start := byteIndex(s, from)
		at := strings.Index(s[start:], arg)
		if at < 0 {
			return -1
		}
		return int32(unitIndex(s, start+at))
	}
	last := func(s, arg string, from int) int32 {
		if from < 0 {
			return -1
		}
		end := min(byteIndex(s, from)+len(arg), len(s))
		return int32(unitIndex(s, strings.LastIndex(s[:end], arg)))
	}
	point := func(in *invocation) string { return string(rune(in.int(0))) }
	const far = 1 << 30
	c.def("indexOf(String)int", given(func(s, arg string, _ *invocation) (any, error) { return first(s, arg, 0), nil }))
	c.def("indexOf(int)int", str(func(s string, in *invocation) any { return first(s, point(in), 0) }))
	c.def("indexOf(String,int)int", given(func(s, arg string, in *invocation) (any, error) { return first(s, arg, in.int(1)), nil }))
	c.def("indexOf(int,int)int", str(func(s string, in *invocation) any { return first(s, point(in), in.int(1)) }))
	c.def("lastIndexOf(String)int", given(func(s, arg string, _ *invocation) (any, error) { return last(s, arg, far), nil }))
	c.def("lastIndexOf(int)int", str(func(s string, in *invocation) any { return last(s, point(in), far) }))
	c.def("lastIndexOf(String,int)int", given(func(s, arg string, in *invocation) (any, error) { return last(s, arg, in.int(1)), nil }))
	c.def("lastIndexOf(int,int)int", str(func(s string, in *invocation) any { return last(s, point(in), in.int(1)) }))
	c.def("codePointCount(int,int)int", func(in *invocation) (any, error) {
		part, err := substring(in.self.(string), in.int(0), in.int(1))
		if err != nil {
			return nil, err
		}
		return int32(utf8.RuneCountInString(part.(string))), nil
	})
	c.def("getBytes()byte[]", str(func(s string, _ *invocation) any { return bytesOf([]byte(s)) }))
	encode := func(s, name string) (any, error) {
		cs, err := charsetByName(name)
		if err != nil {
			return nil, fail("java.io.UnsupportedEncodingException", "the charset '%s' isn't known", name)
		}
		return bytesOf(encodeText(s, string(cs.(charset)))), nil
	}
	c.def("getBytes(String)byte[]", given(func(s, arg string, _ *invocation) (any, error) { return encode(s, arg) }))
	c.def("getBytes(Charset)byte[]", func(in *invocation) (any, error) {
		cs, ok := in.args[0].(charset)
		if !ok {
			return nil, fail(exNull, "the charset is null")
		}
		return encode(in.self.(string), string(cs))
	})
	c.def("toCharArray()char[]", str(func(s string, _ *invocation) any {
		return &array{classCharArray, listOf(utf16.Encode([]rune(s)), func(u uint16) any { return char(u) })}
	}))
}

func bytesOf(b []byte) *array {
	return &array{classByteArray, listOf(b, func(x byte) any { return int8(x) })}
}

// toBytes is the content of a byte array.
func toBytes(v any) []byte {
	a, ok := v.(*array)
	if !ok {
		return nil
	}
	out := make([]byte, len(a.items))
	for i, b := range a.items {
		out[i] = byte(toInt64(b))
	}
	return out
}

func encodeText(s, charset string) []byte {
	switch charset {
	case "US-ASCII", "ISO-8859-1":
		limit := rune(0x7F)
		if charset == "ISO-8859-1" {
			limit = 0xFF
		}
		var out []byte
		for _, r := range s {
			if r > limit {
				r = '?'
			}
			out = append(out, byte(r))
		}
		return out
	case "UTF-16", "UTF-16BE", "UTF-16LE":
		var out []byte
		if charset == "UTF-16" {
			out = append(out, 0xFE, 0xFF)
		}
		for _, u := range utf16.Encode([]rune(s)) {
			if charset == "UTF-16LE" {
				out = append(out, byte(u), byte(u>>8))
			} else {
				out = append(out, byte(u>>8), byte(u))
			}
		}
		return out
	}
	return []byte(s)
}

func decodeText(b []byte, charset string) string {
	switch charset {
	case "US-ASCII", "ISO-8859-1":
		out := make([]rune, len(b))
		for i, x := range b {
			out[i] = rune(x)
			if charset == "US-ASCII" && x > 0x7F {
				out[i] = utf8.RuneError
			}
		}
		return string(out)
	case "UTF-16", "UTF-16BE", "UTF-16LE":
		little := charset == "UTF-16LE"
		if charset == "UTF-16" && len(b) >= 2 && (b[0] == 0xFE && b[1] == 0xFF || b[0] == 0xFF && b[1] == 0xFE) {
			little, b = b[0] == 0xFF, b[2:]
		}
		var out []uint16
		for ; len(b) >= 2; b = b[2:] {
			u := uint16(b[0])<<8 | uint16(b[1])
			if little {
				u = uint16(b[1])<<8 | uint16(b[0])
			}
			out = append(out, u)
		}
		return string(utf16.Decode(out))
	}
	return strings.ToValidUTF8(string(b), "\uFFFD")
}

func defineStringPatterns(c *class) {
	pattern := func(in *invocation) (*pattern, error) {
		src, ok := in.args[0].(string)
		if !ok {
			return nil, fail(exNull, "the pattern is null")
		}
		return in.st.pattern(src, in.self.(string))
	}
	c.def("matches(String)boolean", func(in *invocation) (any, error) {
		p, err := pattern(in)
		if err != nil {
			return nil, err
		}
		return p.matches(in.self.(string)), nil
	})
	replace := func(first bool) func(*invocation) (any, error) {
		return func(in *invocation) (any, error) {
			p, err := pattern(in)
			if err != nil {
				return nil, err
			}
			with, ok := in.args[1].(string)
			if !ok {
				return nil, fail(exNull, "the replacement is null")
			}
			return orNil(p.replace(in.st, in.self.(string), with, first))
		}
	}
	c.def("replaceAll(String,String)String", replace(false))
	c.def("replaceFirst(String,String)String", replace(true))
	c.def("replace(char,char)String", str(func(s string, in *invocation) any {
		return strings.ReplaceAll(s, javaString(in.args[0]), javaString(in.args[1]))
	}))
	c.def("replace(CharSequence,CharSequence)String", given(func(s, old string, in *invocation) (any, error) {
		with, ok := charSequence(in.args[1])
		if !ok {
			return nil, fail(exNull, "the replacement is null")
		}
		if grown := len(s) + (strings.Count(s, old)+1)*len(with); grown > in.st.env.limits.Text && len(with) > len(old) {
			return nil, tooLong(in.st.env.limits.Text)
		}
		return strings.ReplaceAll(s, old, with), nil
	}))
	split := func(in *invocation) (any, error) {
		p, err := pattern(in)
		if err != nil {
			return nil, err
		}
		limit := 0
		if len(in.args) > 1 {
			limit = in.int(1)
		}
		parts, err := p.split(in.st, in.self.(string), limit)
		if err != nil {
			return nil, err
		}
		return &array{classStringArray, listOf(parts, func(s string) any { return s })}, nil
	}
	c.def("split(String)String[]", split)
	c.def("split(String,int)String[]", split)
}

func defineStringStatics(c *class) {
	format := func(in *invocation) (any, error) {
		text, ok := in.args[0].(string)
		if !ok {
			return nil, fail(exNull, "the format is null")
		}
		return formatText(in.st, text, in.args[1].(*array).items)
	}
	c.def("static format(String,Object...)String", format)
	c.def("static format(Locale,String,Object...)String", func(in *invocation) (any, error) {
		in.args = in.args[1:]
		return format(in)
	})
	c.def("formatted(Object...)String", func(in *invocation) (any, error) {
		return formatText(in.st, in.self.(string), in.args[0].(*array).items)
	})
	join := func(in *invocation) (any, error) {
		by, ok := charSequence(in.args[0])
		members, isSeq := iterable(in.args[1])
		if !ok || !isSeq {
			return nil, fail(exNull, "an argument is null")
		}
		var out strings.Builder
		for i := range members.len() {
			if i > 0 {
				out.WriteString(by)
			}
			m := members.at(i)
			if _, text := charSequence(m); !text && m != nil {
				return nil, fail(exCast, "%s is no text: it can't be joined", classOf(m).name)
			}
			out.WriteString(javaString(m))
			if out.Len() > in.st.env.limits.Text {
				return nil, tooLong(in.st.env.limits.Text)
			}
		}
		return out.String(), nil
	}
	c.def("static join(CharSequence,Iterable)String", join)
	c.def("static join(CharSequence,CharSequence...)String", join)
	for _, p := range []string{"Object", "int", "long", "float", "double", "boolean", "char"} {
		c.def("static valueOf("+p+")String", give(func(in *invocation) any { return javaString(in.args[0]) }))
	}
	chars := func(in *invocation) (any, error) {
		a, ok := in.args[0].(*array)
		if !ok {
			return nil, fail(exNull, "the characters are null")
		}
		u := make([]uint16, len(a.items))
		for i, x := range a.items {
			c, _ := x.(char)
			u[i] = uint16(c)
		}
		return string(utf16.Decode(u)), nil
	}
	c.def("static valueOf(char[])String", chars)
	c.def("static copyValueOf(char[])String", chars)
	c.def("new()", give(func(*invocation) any { return "" }))
	c.def("new(String)", func(in *invocation) (any, error) {
		if s, ok := in.args[0].(string); ok {
			return s, nil
		}
		return nil, fail(exNull, "the text is null")
	})
	c.def("new(char[])", chars)
	c.def("new(byte[])", give(func(in *invocation) any { return decodeText(toBytes(in.args[0]), "UTF-8") }))
	decode := func(in *invocation) (any, error) {
		cs, err := charsetByName(javaString(in.args[1]))
		if err != nil {
			return nil, err
		}
		return decodeText(toBytes(in.args[0]), string(cs.(charset))), nil
	}
	c.def("new(byte[],Charset)", decode)
	c.def("new(byte[],String)", decode)
}

func stripIndent(s string) string {
	lines := strings.Split(strings.ReplaceAll(s, "\r\n", "\n"), "\n")
	least := -1
	for i, l := range lines {
		blank := strings.TrimSpace(l) == ""
		if blank && i < len(lines)-1 {
			continue
		}
		if n := len(l) - len(strings.TrimLeft(l, " \t")); least < 0 || n < least {
			least = n
		}
	}
	for i, l := range lines {
		lines[i] = strings.TrimRight(l[min(len(l), max(least, 0)):], " \t")
	}
	return strings.Join(lines, "\n")
}

func indent(s string, n int, st *state) (any, error) {
	if s == "" {
		return "", nil
	}
	lines := strings.Split(strings.TrimSuffix(strings.ReplaceAll(s, "\r\n", "\n"), "\n"), "\n")
	if n > 0 && (len(lines)*n > st.env.limits.Text || n > st.env.limits.Text) {
		return nil, tooLong(st.env.limits.Text)
	}
	for i, l := range lines {
		if n >= 0 {
			lines[i] = strings.Repeat(" ", n) + l
			continue
		}
		drop := 0
		for drop < len(l) && drop < -n && unicode.IsSpace(rune(l[drop])) {
			drop++
		}
		lines[i] = l[drop:]
	}
	return strings.Join(lines, "\n") + "\n", nil
}

func translateEscapes(s string) (any, error) {
	var out strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' {
			out.WriteByte(s[i])
			continue
		}
		if i++; i == len(s) {
			return nil, fail(exArgument, "the text ends with a lone \\")
		}
		at := strings.IndexByte(`bfnrst"'\`, s[i])
		if at < 0 {
			return nil, fail(exArgument, "\\%c is no escape", s[i])
		}
		out.WriteByte("\b\f\n\r \t\"'\\"[at])
	}
	return out.String(), nil
}
