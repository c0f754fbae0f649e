// Package pattern matches texts with the regular expressions that people write in
// triggers and expected artifacts. They are Java's; what is run is Go's engine, whose
// time is linear in the text, so that no pattern can stop a server. Of what that engine
// lacks, the forms that are common in pipelines are supported: conditions that look
// ahead at the beginning of a pattern, such as ^(?!latest).*$, and conditions that look
// behind at its end, such as .*(?<!-rc)$. It does no I/O.
package pattern

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	lru "github.com/hashicorp/golang-lru/v2"
)

// longest is how many bytes a pattern may have.
const longest = 4096

// Pattern is a compiled pattern.
type Pattern struct {
	full, find *regexp.Regexp
	conditions []condition
	// anchored tells that the pattern must match at the beginning of the text.
	anchored bool
}

// condition is what a text must or must not begin or end with.
type condition struct {
	re   *regexp.Regexp
	want bool
}

// compiled are the patterns that were used lately: the same few come with each event.
var compiled = func() *lru.Cache[string, *Pattern] {
	cache, err := lru.New[string, *Pattern](4096)
	if err != nil {
		panic(err) // the size is positive
	}
	return cache
}()

// Compile compiles a pattern. Its error says what is wrong with the pattern.
func Compile(text string) (*Pattern, error) {
	if p, ok := compiled.Get(text); ok {
		return p, nil
	}
	p, err := compile(text)
	if err != nil {
		return nil, fmt.Errorf("the pattern %q can't be used: %w", shown(text), err)
	}
	compiled.Add(text, p)
	return p, nil
}

func shown(text string) string {
	const most = 200
	if len(text) > most {
		return text[:most] + "..."
	}
	return text
}

func compile(text string) (*Pattern, error) {
	if len(text) > longest {
		return nil, fmt.Errorf("it has %d bytes, and %d is the limit", len(text), longest)
	}
	p := &Pattern{}
	rest := text
	if anchorless, ok := strings.CutPrefix(rest, "^"); ok && strings.HasPrefix(anchorless, "(?") {
		p.anchored, rest = true, anchorless
	}
	var err error
	for err == nil && (strings.HasPrefix(rest, "(?=") || strings.HasPrefix(rest, "(?!")) {
		rest, err = p.ahead(rest)
	}
	if err == nil {
		rest, err = p.behind(rest)
	}
	if err != nil {
		return nil, err
	}
	if len(p.conditions) > 0 && alternates(rest) {
		return nil, errors.New("conditions that look ahead or behind can't be joined with | here; put the alternatives in parentheses")
	}
	if p.full, err = regexp.Compile(`\A(?:` + rest + `)\z`); err != nil {
		return nil, reason(err)
	}
	if p.anchored {
		rest = `\A(?:` + rest + `)`
	}
	if p.find, err = regexp.Compile(rest); err != nil {
		return nil, reason(err)
	}
	return p, nil
}

// ahead takes a condition from the beginning of a pattern.
func (p *Pattern) ahead(text string) (rest string, err error) {
	end := groupEnd(text)
	if end < 0 {
		return "", errors.New("a parenthesis isn't closed")
	}
	re, err := regexp.Compile(`\A(?:` + text[3:end] + `)`)
	if err != nil {
		return "", reason(err)
	}
	p.conditions = append(p.conditions, condition{re, text[2] == '='})
	return text[end+1:], nil
}

// behind takes conditions from the end of a pattern.
func (p *Pattern) behind(text string) (rest string, err error) {
	body := strings.TrimSuffix(text, "$")
	for {
		start := max(strings.LastIndex(body, "(?<!"), strings.LastIndex(body, "(?<="))
		if start < 0 || groupEnd(body[start:]) != len(body)-start-1 {
			break
		}
		re, err := regexp.Compile(`(?:` + body[start+4:len(body)-1] + `)\z`)
		if err != nil {
			return "", reason(err)
		}
		p.conditions = append(p.conditions, condition{re, body[start+3] == '='})
		body, text = body[:start], body[:start]
	}
	return text, nil
}

// groupEnd is where the parenthesis closes that a text begins with; -1 if nowhere.
func groupEnd(text string) int {
	return find(text, func(c byte, depth int) bool { return c == ')' && depth == 0 })
}

// alternates tells whether a pattern has alternatives outside of parentheses.
func alternates(text string) bool {
	return find(text, func(c byte, depth int) bool { return c == '|' && depth == 0 }) >= 0
}

// find is where a pattern has a character that is wanted, neither escaped nor in a set of
// characters; depth is how many parentheses are open after it. It is -1 if nowhere.
func find(text string, wanted func(c byte, depth int) bool) int {
	depth, set := 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\\':
			i++
			continue
		case set:
			set = c != ']'
			continue
		case c == '[':
			set = true
		case c == '(':
			depth++
		case c == ')':
			depth--
		}
		if wanted(text[i], depth) {
			return i
		}
	}
	return -1
}

// reason words the engine's errors.
func reason(err error) error {
	if strings.Contains(err.Error(), "invalid or unsupported Perl syntax") {
		return errors.New("it looks ahead or behind, or refers back, in a place where that isn't supported: " +
			"conditions that look ahead may stand at the beginning, and those that look behind at the end")
	}
	return errors.New(strings.TrimPrefix(err.Error(), "error parsing regexp: "))
}

// Matches tells whether the whole of a text matches, as Java's Matcher.matches.
func (p *Pattern) Matches(text string) bool { return p.holds(text) && p.full.MatchString(text) }

// Found tells whether any part of a text matches, as Java's Matcher.find. Conditions of
// a pattern without ^ or $ are asked of the whole text.
func (p *Pattern) Found(text string) bool { return p.holds(text) && p.find.MatchString(text) }

func (p *Pattern) holds(text string) bool {
	for _, c := range p.conditions {
		if c.re.MatchString(text) != c.want {
			return false
		}
	}
	return true
}

// Matches tells whether the whole of a text matches a pattern.
func Matches(pattern, text string) (bool, error) {
	p, err := Compile(pattern)
	if err != nil {
		return false, err
	}
	return p.Matches(text), nil
}

// Found tells whether any part of a text matches a pattern.
func Found(pattern, text string) (bool, error) {
	p, err := Compile(pattern)
	if err != nil {
		return false, err
	}
	return p.Found(text), nil
}
