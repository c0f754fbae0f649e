package expression

import (
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

func charAt(s string, i int) (any, error) {
	if i < 0 || i >= units(s) {
		return nil, fail(exStringIndex, "the index %d is out of range of a text of length %d", i, units(s))
	}
	return unitAt(s, i), nil
}

func substring(s string, from, to int) (any, error) {
	if n := units(s); from < 0 || to > n || from > to {
		return nil, fail(exStringIndex, "from %d to %d is out of range of a text of length %d", from, to, n)
	}
	return cut(s, from, to), nil
}

func bounded(st *state, s string) (any, error) {
	if err := st.fits(len(s)); err != nil {
		return nil, err
	}
	return s, nil
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
	if n > 0 {
		if err := st.fits(max(len(lines)*n, n)); err != nil {
			return nil, err
		}
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
		i++
		if i == len(s) {
			return nil, fail(exArgument, "the text ends with a lone \\")
		}
		if code, end := octalEscape(s, i); end > i {
			out.WriteRune(code)
			i = end - 1
			continue
		}
		at := strings.IndexByte(`bfnrst"'\`, s[i])
		if at < 0 {
			return nil, fail(exArgument, "\\%c is not an escape sequence", s[i])
		}
		out.WriteByte("\b\f\n\r \t\"'\\"[at])
	}
	return out.String(), nil
}

// octalEscape reads up to three octal digits that stand for a character below 256.
func octalEscape(s string, from int) (code rune, end int) {
	for end = from; end < len(s) && end < from+3 && s[end] >= '0' && s[end] <= '7' && code*8 < 256; end++ {
		code = code*8 + rune(s[end]-'0')
	}
	return code, end
}
