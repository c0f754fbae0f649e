package expression

import (
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

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
		if err := in.st.fits(max(len(s)*n, n)); err != nil {
			return nil, err
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
	// A letter of a text takes sixteen times the memory in an array.
	inArray := func(in *invocation) error { return in.st.spend(len(in.self.(string)) / 4) }
	c.def("getBytes()byte[]", func(in *invocation) (any, error) {
		if err := inArray(in); err != nil {
			return nil, err
		}
		return bytesOf([]byte(in.self.(string))), nil
	})
	encode := func(in *invocation, s, name string) (any, error) {
		if err := inArray(in); err != nil {
			return nil, err
		}
		cs, err := charsetByName(name)
		if err != nil {
			return nil, fail("java.io.UnsupportedEncodingException", "the charset '%s' isn't known", name)
		}
		return bytesOf(encodeText(s, string(cs.(charset)))), nil
	}
	c.def("getBytes(String)byte[]", given(func(s, arg string, in *invocation) (any, error) { return encode(in, s, arg) }))
	c.def("getBytes(Charset)byte[]", func(in *invocation) (any, error) {
		cs, ok := in.args[0].(charset)
		if !ok {
			return nil, fail(exNull, "the charset is null")
		}
		return encode(in, in.self.(string), string(cs))
	})
	c.def("toCharArray()char[]", func(in *invocation) (any, error) {
		if err := inArray(in); err != nil {
			return nil, err
		}
		return &array{classCharArray, listOf(utf16.Encode([]rune(in.self.(string))), func(u uint16) any { return char(u) })}, nil
	})
}
