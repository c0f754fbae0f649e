package expression

import (
	"errors"
	"fmt"
	"regexp"
	resyntax "regexp/syntax"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// pattern is a regular expression in Java's syntax, run by an engine whose
// time is linear in the text.
type pattern struct {
	re   *regexp.Regexp
	full *regexp.Regexp // the same, for the whole text
	size int            // how many instructions it has, about
	// next finds a match after the first character, as its second group, for
	// patterns that look at the character before; nil for all others.
	next *regexp.Regexp
}

func (p *pattern) matches(s string) bool { return p.full.MatchString(s) }

// pattern finds a pattern's compiled form, and makes the expression pay for
// running it over a text: both lengths count.
func (st *state) pattern(src, text string) (*pattern, error) {
	if err := st.spend(16 + len(src)/4); err != nil {
		return nil, err
	}
	p, err := st.env.patterns.get(src)
	if err != nil {
		return nil, err
	}
	return p, st.spend(len(text) / textPerStep * (1 + p.size/16))
}

const maxPatternLength = 20_000

func compilePattern(src string) (*pattern, error) {
	if len(src) > maxPatternLength {
		return nil, fail(exPattern, "the pattern is longer than %d bytes", maxPatternLength)
	}
	text, err := translatePattern(src)
	if err != nil {
		return nil, err
	}
	tree, err := resyntax.Parse(text, resyntax.Perl)
	if err != nil {
		if bad, ok := errors.AsType[*resyntax.Error](err); ok {
			return nil, fail(exPattern, "the pattern %q is not valid: %s: %s", src, bad.Code, bad.Expr)
		}
		return nil, fail(exPattern, "the pattern %q is not valid: %v", src, err)
	}
	size := patternSize(tree)
	if size > maxPatternSize {
		return nil, fail(exPattern, "the pattern %q repeats too much", src)
	}
	re, err := regexp.Compile(text)
	if err != nil {
		return nil, fail(exPattern, "the pattern %q is not valid: %v", src, err)
	}
	p := &pattern{re: re, size: size}
	if p.full, err = regexp.Compile(`\A(?:` + text + `)\z`); err != nil {
		return nil, fail(exPattern, "the pattern %q is not valid", src)
	}
	if looksBack(tree) {
		p.next, err = regexp.Compile(`\A(?s:.)(?s:.*?)(` + text + `)`)
	}
	if err != nil {
		return nil, fail(exPattern, "the pattern %q is not valid", src)
	}
	return p, nil
}

// maxPatternSize bounds the compiled form of a pattern.
const maxPatternSize = 5_000

// patternSize estimates how many instructions a pattern compiles to.
func patternSize(r *resyntax.Regexp) int {
	size := 1 + len(r.Rune)/2
	for _, sub := range r.Sub {
		size += patternSize(sub)
	}
	if r.Op == resyntax.OpRepeat {
		size *= max(r.Min, r.Max, 1)
	}
	return min(size, 1<<30)
}

// looksBack tells whether a pattern depends on what stands before a match.
func looksBack(r *resyntax.Regexp) bool {
	switch r.Op {
	case resyntax.OpBeginLine, resyntax.OpBeginText, resyntax.OpWordBoundary, resyntax.OpNoWordBoundary:
		return true
	}
	return slices.ContainsFunc(r.Sub, looksBack)
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
			depth--
			if depth == 0 {
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
