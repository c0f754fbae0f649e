package expression

import (
	"strings"
	"unicode/utf16"
)

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
		if len(with) > len(old) {
			if err := in.st.fits(len(s) + (strings.Count(s, old)+1)*len(with)); err != nil {
				return nil, err
			}
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
				return nil, fail(exCast, "%s is not a text: it can't be joined", classOf(m).name)
			}
			out.WriteString(javaString(m))
			if err := in.st.fits(out.Len()); err != nil {
				return nil, err
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
