package expression

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

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
			i++
			if i == len(src) {
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

// each calls found for every match, with the groups' places in the text, until
// it says no. Matches are those of Java's Matcher: an empty one may follow
// right after another.
func (p *pattern) each(st *state, s string, found func(m []int) bool) error {
	for from := 0; from <= len(s); {
		if err := st.tick(); err != nil {
			return err
		}
		if err := st.onTime(); err != nil {
			return err
		}
		m := p.find(s, from)
		if m == nil || !found(m) {
			return nil
		}
		from = m[1]
		if m[0] == m[1] {
			_, size := utf8.DecodeRuneInString(s[from:])
			from += max(size, 1)
		}
	}
	return nil
}

// find is the first match at or after a place.
func (p *pattern) find(s string, from int) []int {
	var m []int
	switch {
	case from == 0:
		return p.re.FindStringSubmatchIndex(s)
	case p.next == nil:
		m = p.re.FindStringSubmatchIndex(s[from:])
	default:
		_, size := utf8.DecodeLastRuneInString(s[:from])
		from -= size
		if m = p.next.FindStringSubmatchIndex(s[from:]); m != nil {
			m = m[2:]
		}
	}
	for i := range m {
		if m[i] >= 0 {
			m[i] += from
		}
	}
	return m
}

// replace is String.replaceAll, and replaceFirst where only the first is
// wanted.
func (p *pattern) replace(st *state, s, with string, first bool) (string, error) {
	parts, err := parseReplacement(with, p.re)
	if err != nil {
		if p.re.MatchString(s) {
			return "", err
		}
		return s, nil
	}
	var out strings.Builder
	last := 0
	var grown error
	err = p.each(st, s, func(m []int) bool {
		out.WriteString(s[last:m[0]])
		last = m[1]
		for _, r := range parts {
			if r.group < 0 {
				out.WriteString(r.text)
			} else if m[2*r.group] >= 0 {
				out.WriteString(s[m[2*r.group]:m[2*r.group+1]])
			}
		}
		grown = st.fits(out.Len())
		return !first && grown == nil
	})
	if grown != nil {
		err = grown
	}
	if err != nil {
		return "", err
	}
	out.WriteString(s[last:])
	return out.String(), nil
}

func tooLong(limit int) error {
	return fail(exEvaluation, "the text is longer than %d bytes", limit)
}

// split is String.split.
func (p *pattern) split(st *state, s string, limit int) ([]string, error) {
	var (
		out  []string
		last int
	)
	err := p.each(st, s, func(m []int) bool {
		if limit > 0 && len(out) == limit-1 {
			return false
		}
		if last == 0 && m[1] == 0 {
			return true // an empty match at the start cuts off nothing
		}
		out = append(out, s[last:m[0]])
		last = m[1]
		return true
	})
	if err != nil {
		return nil, err
	}
	if last == 0 {
		return []string{s}, nil
	}
	out = append(out, s[last:])
	for limit == 0 && len(out) > 0 && out[len(out)-1] == "" {
		out = out[:len(out)-1]
	}
	return out, nil
}
