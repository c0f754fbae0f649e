package expression

import (
	"errors"
	"fmt"
	"regexp"
	resyntax "regexp/syntax"
	"strconv"
	"strings"
	"unicode/utf8"
)

// pattern is a regular expression in Java's syntax, run by an engine whose
// time is linear in the text.
type pattern struct {
	re   *regexp.Regexp
	full *regexp.Regexp // the same, for the whole text
}

func (p *pattern) matches(s string) bool { return p.full.MatchString(s) }

const maxPatternLength = 20_000

func compilePattern(src string) (*pattern, error) {
	if len(src) > maxPatternLength {
		return nil, fail(exPattern, "the pattern is longer than %d bytes", maxPatternLength)
	}
	text, err := translatePattern(src)
	if err != nil {
		return nil, err
	}
	re, err := regexp.Compile(text)
	if err != nil {
		var bad *resyntax.Error
		if errors.As(err, &bad) {
			return nil, fail(exPattern, "the pattern %q is not valid: %s: %s", src, bad.Code, bad.Expr)
		}
		return nil, fail(exPattern, "the pattern %q is not valid: %v", src, err)
	}
	full, err := regexp.Compile(`\A(?:` + text + `)\z`)
	if err != nil {
		return nil, fail(exPattern, "the pattern %q is not valid", src)
	}
	return &pattern{re, full}, nil
}

// translatePattern writes a Java pattern as Go has it. Constructs that would
// need backtracking have no translation and are errors.
func translatePattern(src string) (string, error) {
	t := patternWriter{src: src}
	for t.at < len(src) {
		if err := t.next(); err != nil {
			return "", err
		}
	}
	return t.out.String(), nil
}

type patternWriter struct {
	src    string
	at     int
	out    strings.Builder
	dotAll bool
}

func (t *patternWriter) refuse(what string) error {
	return fail(exPattern, "the pattern %q uses %s at %d, which linear-time matching can't do", t.src, what, t.at)
}

func (t *patternWriter) rest() string { return t.src[t.at:] }

func (t *patternWriter) copy(n int) {
	t.out.WriteString(t.src[t.at : t.at+n])
	t.at += n
}

func (t *patternWriter) next() error {
	switch c := t.src[t.at]; c {
	case '\\':
		return t.escape(false)
	case '[':
		return t.set()
	case '(':
		return t.group()
	case '.':
		if !t.dotAll {
			t.out.WriteString(`[^\n\r\x{85}\x{2028}\x{2029}]`)
			t.at++
			return nil
		}
	case '*', '+', '?', '}':
		if c == '}' && !strings.Contains(t.src[:t.at], "{") {
			t.out.WriteString(`\}`)
			t.at++
			return nil
		}
		if t.at+1 < len(t.src) && t.src[t.at+1] == '+' {
			return t.refuse("a possessive quantifier")
		}
		if t.at+1 < len(t.src) && t.src[t.at+1] == '?' {
			t.copy(2)
			return nil
		}
	case '{':
		if end := strings.IndexByte(t.rest(), '}'); end < 0 || !isRepeat(t.src[t.at+1:t.at+end]) {
			return fail(exPattern, "the pattern %q has a { at %d that is no repetition: write \\{", t.src, t.at)
		}
	}
	_, size := utf8.DecodeRuneInString(t.rest())
	t.copy(size)
	return nil
}

func isRepeat(s string) bool {
	from, to, two := strings.Cut(s, ",")
	if _, err := strconv.ParseUint(from, 10, 31); err != nil {
		return false
	}
	if !two || to == "" {
		return true
	}
	_, err := strconv.ParseUint(to, 10, 31)
	return err == nil
}

func (t *patternWriter) group() error {
	rest := t.rest()
	for _, look := range []struct{ sign, name string }{
		{"(?=", "a lookahead"}, {"(?!", "a lookahead"}, {"(?<=", "a lookbehind"}, {"(?<!", "a lookbehind"}, {"(?>", "an atomic group"},
	} {
		if strings.HasPrefix(rest, look.sign) {
			return t.refuse(look.name)
		}
	}
	if !strings.HasPrefix(rest, "(?") || strings.HasPrefix(rest, "(?<") || strings.HasPrefix(rest, "(?:") {
		t.copy(1)
		return nil
	}
	// Flags: i, m and s are Go's too; u, U and d change nothing that matters.
	end := strings.IndexAny(rest, ":)")
	if end < 0 {
		return fail(exPattern, "the pattern %q has a group that is not closed at %d", t.src, t.at)
	}
	flags := rest[2:end]
	if strings.ContainsRune(flags, 'x') {
		return t.refuse("the comments flag x")
	}
	on, off, _ := strings.Cut(flags, "-")
	if strings.ContainsRune(on, 's') {
		t.dotAll = true
	} else if strings.ContainsRune(off, 's') {
		t.dotAll = false
	}
	keep := strings.Map(func(r rune) rune {
		if strings.ContainsRune("uUd", r) {
			return -1
		}
		return r
	}, flags)
	keep = strings.TrimSuffix(keep, "-")
	t.at += end + 1
	switch {
	case rest[end] == ':':
		t.out.WriteString("(?" + keep + ":")
	case keep != "":
		t.out.WriteString("(?" + keep + ")")
	}
	return nil
}

// classes are the escapes that Go lacks, as members of a set.
var classes = map[byte]string{
	'h': ` \t\x{A0}\x{1680}\x{180e}\x{2000}-\x{200a}\x{202f}\x{205f}\x{3000}`,
	'v': `\n\x{0B}\f\r\x{85}\x{2028}\x{2029}`,
	's': ` \t\n\x{0B}\f\r`,
}

// properties are Java's names of sets that Go names otherwise.
var properties = map[string]string{
	"Lower": `a-z`, "Upper": `A-Z`, "ASCII": `\x00-\x7F`, "Alpha": `A-Za-z`, "Digit": `0-9`, "Alnum": `0-9A-Za-z`,
	"Punct": `!-/:-@\[-` + "`" + `{-~`, "Graph": `!-~`, "Print": ` -~`, "Blank": ` \t`, "Cntrl": `\x00-\x1F\x7F`,
	"XDigit": `0-9A-Fa-f`, "Space": ` \t\n\x{0B}\f\r`, "IsAlphabetic": `\p{L}\p{Nl}`, "IsLetter": `\p{L}`,
	"IsDigit": `\p{Nd}`, "IsUppercase": `\p{Lu}`, "IsLowercase": `\p{Ll}`, "IsPunctuation": `\p{P}`,
	"IsWhite_Space": `\s\x{85}\p{Z}`, "javaLowerCase": `\p{Ll}`, "javaUpperCase": `\p{Lu}`,
	"javaWhitespace": `\s\p{Z}`, "javaLetter": `\p{L}`, "javaDigit": `\p{Nd}`, "javaLetterOrDigit": `\p{L}\p{Nd}`,
}

func (t *patternWriter) escape(inSet bool) error {
	if t.at+1 >= len(t.src) {
		return fail(exPattern, "the pattern %q ends with a lone \\", t.src)
	}
	write := func(set string) {
		if inSet {
			t.out.WriteString(set)
		} else {
			t.out.WriteString("[" + set + "]")
		}
		t.at += 2
	}
	switch c := t.src[t.at+1]; c {
	case 'h', 'v', 's':
		write(classes[c])
	case 'H', 'V', 'S':
		if inSet {
			if c == 'S' {
				t.copy(2)
				return nil
			}
			return t.refuse(`\` + string(c) + " in a set")
		}
		t.out.WriteString("[^" + classes[c|0x20] + "]")
		t.at += 2
	case 'R':
		t.out.WriteString(`(?:\r\n|[` + classes['v'] + `])`)
		t.at += 2
	case 'Z':
		t.out.WriteString(`(?:\r?\n)?\z`)
		t.at += 2
	case 'e':
		t.out.WriteString(`\x1B`)
		t.at += 2
	case 'G', 'X':
		return t.refuse(`\` + string(c))
	case 'k':
		return t.refuse("a back reference")
	case '0':
		return t.octal()
	case 'u':
		if t.at+6 > len(t.src) {
			return fail(exPattern, "the pattern %q has a \\u without four digits", t.src)
		}
		fmt.Fprintf(&t.out, `\x{%s}`, t.src[t.at+2:t.at+6])
		t.at += 6
	case 'c':
		if t.at+2 >= len(t.src) {
			return fail(exPattern, "the pattern %q ends with \\c", t.src)
		}
		fmt.Fprintf(&t.out, `\x{%x}`, t.src[t.at+2]^64)
		t.at += 3
	case 'p', 'P':
		return t.property(c, inSet)
	case 'Q':
		end := strings.Index(t.rest(), `\E`)
		quoted := t.src[t.at+2:]
		if end >= 0 {
			quoted = t.src[t.at+2 : t.at+end]
			t.at += end + 2
		} else {
			t.at = len(t.src)
		}
		t.out.WriteString(regexp.QuoteMeta(quoted))
	default:
		if c >= '1' && c <= '9' {
			return t.refuse("a back reference")
		}
		if c >= utf8.RuneSelf || strings.IndexByte("<>\"'#%&,/:;=@_`~! ", c) >= 0 {
			t.at++ // Java lets any sign be escaped
			_, size := utf8.DecodeRuneInString(t.rest())
			t.copy(size)
			return nil
		}
		t.copy(2)
	}
	return nil
}

func (t *patternWriter) octal() error {
	end := t.at + 2
	for end < len(t.src) && end < t.at+5 && t.src[end] >= '0' && t.src[end] <= '7' {
		end++
	}
	n, err := strconv.ParseUint(t.src[t.at+2:end], 8, 16)
	if err != nil {
		return fail(exPattern, "the pattern %q has a \\0 without octal digits", t.src)
	}
	fmt.Fprintf(&t.out, `\x{%x}`, n)
	t.at = end
	return nil
}

func (t *patternWriter) property(c byte, inSet bool) error {
	rest := t.src[t.at+2:]
	if !strings.HasPrefix(rest, "{") {
		t.copy(2)
		return nil
	}
	end := strings.IndexByte(rest, '}')
	if end < 0 {
		return fail(exPattern, "the pattern %q has a \\%c{ that is not closed", t.src, c)
	}
	name := rest[1:end]
	t.at += 2 + end + 1
	set, ok := properties[name]
	switch {
	case !ok:
		t.out.WriteString(`\` + string(c) + "{" + strings.TrimPrefix(name, "Is") + "}")
	case c == 'p' && inSet:
		t.out.WriteString(set)
	case c == 'p':
		t.out.WriteString("[" + set + "]")
	case inSet:
		return t.refuse(`\P{` + name + "} in a set")
	default:
		t.out.WriteString("[^" + set + "]")
	}
	return nil
}

// set copies [...], joining sets within it.
func (t *patternWriter) set() error {
	start := t.at
	t.copy(1)
	if strings.HasPrefix(t.rest(), "^") {
		t.copy(1)
	}
	if strings.HasPrefix(t.rest(), "]") {
		t.out.WriteString(`\]`)
		t.at++
	}
	for depth := 1; t.at < len(t.src); {
		switch rest := t.rest(); {
		case rest[0] == '\\':
			if err := t.escape(true); err != nil {
				return err
			}
		case strings.HasPrefix(rest, "&&"):
			return t.refuse("an intersection of sets")
		case strings.HasPrefix(rest, "[^"):
			return t.refuse("a negated set within a set")
		case rest[0] == '[':
			depth++
			t.at++
		case rest[0] == ']':
			if depth--; depth == 0 {
				t.copy(1)
				return nil
			}
			t.at++
		default:
			_, size := utf8.DecodeRuneInString(rest)
			t.copy(size)
		}
	}
	return fail(exPattern, "the pattern %q has a set that is not closed at %d", t.src, start)
}

// replacement is the right side of replaceAll: texts and references to groups.
type replacement struct {
	text  string
	group int // -1: text
}

// parseReplacement reads $1, ${name} and \ as java.util.regex.Matcher does.
func parseReplacement(src string, re *regexp.Regexp) ([]replacement, error) {
	var (
		out  []replacement
		text strings.Builder
	)
	group := func(n int) {
		if text.Len() > 0 {
			out = append(out, replacement{text.String(), -1})
			text.Reset()
		}
		out = append(out, replacement{group: n})
	}
	for i := 0; i < len(src); i++ {
		switch c := src[i]; {
		case c == '\\':
			if i++; i == len(src) {
				return nil, fail(exArgument, "the replacement %q ends with a lone \\", src)
			}
			text.WriteByte(src[i])
		case c != '$':
			text.WriteByte(c)
		case i+1 < len(src) && src[i+1] == '{':
			end := strings.IndexByte(src[i:], '}')
			if end < 0 {
				return nil, fail(exArgument, "the replacement %q has a ${ that is not closed", src)
			}
			n := re.SubexpIndex(src[i+2 : i+end])
			if n < 0 {
				return nil, fail(exArgument, "the pattern has no group '%s'", src[i+2:i+end])
			}
			group(n)
			i += end
		case i+1 < len(src) && isDigit(src[i+1]):
			n := int(src[i+1] - '0')
			i++
			if n > re.NumSubexp() {
				return nil, fail(exIndex, "the pattern has no group %d", n)
			}
			for i+1 < len(src) && isDigit(src[i+1]) && n*10+int(src[i+1]-'0') <= re.NumSubexp() {
				n = n*10 + int(src[i+1]-'0')
				i++
			}
			group(n)
		default:
			return nil, fail(exArgument, "the replacement %q has a $ that names no group: write \\$", src)
		}
	}
	if text.Len() > 0 {
		out = append(out, replacement{text.String(), -1})
	}
	return out, nil
}

// replace is String.replaceAll (limit -1) and replaceFirst (limit 1).
func (p *pattern) replace(s, with string, limit, maxLength int) (string, error) {
	found := p.re.FindAllStringSubmatchIndex(s, limit)
	if found == nil {
		return s, nil
	}
	parts, err := parseReplacement(with, p.re)
	if err != nil {
		return "", err
	}
	var out strings.Builder
	last := 0
	for _, m := range found {
		out.WriteString(s[last:m[0]])
		last = m[1]
		for _, r := range parts {
			if r.group < 0 {
				out.WriteString(r.text)
			} else if m[2*r.group] >= 0 {
				out.WriteString(s[m[2*r.group]:m[2*r.group+1]])
			}
		}
		if out.Len() > maxLength {
			return "", tooLong(maxLength)
		}
	}
	out.WriteString(s[last:])
	return out.String(), nil
}

func tooLong(limit int) error {
	return fail(exEvaluation, "the text is longer than %d bytes", limit)
}

// split is String.split.
func (p *pattern) split(s string, limit int) []string {
	var (
		out  []string
		last int
	)
	for _, m := range p.re.FindAllStringIndex(s, -1) {
		if limit > 0 && len(out) == limit-1 {
			break
		}
		if last == 0 && m[1] == 0 {
			continue // an empty match at the start cuts off nothing
		}
		out = append(out, s[last:m[0]])
		last = m[1]
	}
	if last == 0 {
		return []string{s}
	}
	out = append(out, s[last:])
	for limit == 0 && len(out) > 0 && out[len(out)-1] == "" {
		out = out[:len(out)-1]
	}
	return out
}
