// Package jsonpath reads values out of JSON documents by paths, with the rules
// of Jayway's JsonPath, which Spinnaker uses: its functions, its filters, and
// what it makes of paths that lead nowhere. testdata/jayway.json holds recorded
// answers.
//
// One thing differs: the members of an object are visited in the order of their
// names, since the platform's objects keep no other.
package jsonpath

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

var (
	// ErrNotFound says that a definite path leads nowhere.
	ErrNotFound = errors.New("not found")
	// errInvalid says that a text is no path.
	errInvalid = errors.New("invalid path")
	// errValue says that a path can't be applied to the values it leads to.
	errValue = errors.New("unsuitable value")
)

const (
	// maxPath bounds the length of a path, maxDepth how deep it, and what it
	// reads, may be nested.
	maxPath  = 4096
	maxDepth = 100
	// maxSteps bounds the work of one read: what ".." finds multiplies with each.
	maxSteps = 1_000_000
)

// Path is a compiled path. It is safe for concurrent use.
type Path struct {
	text   string
	tokens []token
	// ofItem says that the path begins at the item of a filter: @.
	ofItem bool
}

// Compile reads a path. The leading "$." may be left out. Errors are
// errInvalid.
func Compile(text string) (*Path, error) {
	text = strings.TrimSpace(text)
	if len(text) > maxPath {
		return nil, fmt.Errorf("%w: it is longer than %d bytes", errInvalid, maxPath)
	}
	if text == "" {
		return nil, fmt.Errorf("%w: it is empty", errInvalid)
	}
	if text[0] != '$' && text[0] != '@' {
		text = "$." + text
	}
	if text[len(text)-1] == '.' {
		return nil, fmt.Errorf("%w: %q must not end with a '.'", errInvalid, text)
	}
	c := &compiler{text: text}
	p, err := c.path(0, false)
	if err != nil {
		return nil, err
	}
	if c.at < len(text) {
		return nil, c.errorf("%q is unexpected", text[c.at])
	}
	return p, nil
}

// Read gives what a path leads to in a document of JSON's kinds: the value of a
// definite path, or [ErrNotFound]; the list of all values of an indefinite one,
// which has "..", "*", a filter, a slice or several indexes. Numbers come back as
// they are, those of functions as float64, and lengths as int.
func (p *Path) Read(document any) (any, error) {
	r := &reader{root: document}
	return p.read(r, document, 0)
}

func (p *Path) read(r *reader, from any, depth int) (any, error) {
	if depth > maxDepth {
		return nil, fmt.Errorf("%w: it is nested too deeply", errInvalid)
	}
	e := &evaluation{reader: r, tokens: p.tokens, depth: depth}
	if err := e.step(0, from, true); err != nil {
		return nil, err
	}
	if p.definite() {
		if len(e.found) == 0 {
			return nil, ErrNotFound
		}
		return e.found[len(e.found)-1], nil
	}
	if e.found == nil {
		return []any{}, nil
	}
	return e.found, nil
}

// definite tells whether the path leads to one value at most.
func (p *Path) definite() bool {
	for i, t := range p.tokens {
		if _, ok := t.(*function); ok && i > 0 && !definiteUpTo(p.tokens[:i]) {
			return false
		}
		if !t.definite(i == len(p.tokens)-1) {
			return false
		}
	}
	return true
}

func definiteUpTo(tokens []token) bool {
	for _, t := range tokens {
		if !t.definite(false) {
			return false
		}
	}
	return true
}

// Read compiles a path and reads it.
func Read(document any, path string) (any, error) {
	p, err := Compile(path)
	if err != nil {
		return nil, err
	}
	return p.Read(document)
}

// reader is one read of a document.
type reader struct {
	root  any
	steps int
}

func (r *reader) tick() error {
	r.steps++
	if r.steps > maxSteps {
		return fmt.Errorf("%w: the path takes too many steps in this document", errValue)
	}
	return nil
}

// number is a JSON number as float64.
func number(value any) (float64, bool) {
	switch v := value.(type) {
	case json.Number:
		n, err := v.Float64()
		return n, err == nil
	case float64:
		return v, true
	case int64:
		return float64(v), true
	case int:
		return float64(v), true
	}
	return 0, false
}
