package jsonpath

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/gennaker/gennaker/internal/model"
)

// compiler reads a text from a place on.
type compiler struct {
	text  string
	at    int
	depth int
}

func (c *compiler) errorf(format string, args ...any) error {
	return fmt.Errorf("%w %q: at %d: %s", errInvalid, c.text, c.at+1, fmt.Sprintf(format, args...))
}

func (c *compiler) more() bool { return c.at < len(c.text) }

func (c *compiler) spaces() {
	for c.more() && c.text[c.at] == ' ' {
		c.at++
	}
}

func (c *compiler) is(char byte) bool { return c.more() && c.text[c.at] == char }

// path reads a path that starts with $ or @. Inside of a filter or of arguments
// it ends at what can't go on with it.
func (c *compiler) path(start int, inside bool) (*Path, error) {
	c.depth++
	if c.depth > maxDepth {
		return nil, c.errorf("it is nested too deeply")
	}
	defer func() { c.depth-- }()
	c.at = start
	p := &Path{ofItem: c.text[c.at] == '@'}
	c.at++
	for c.more() {
		if inside && !strings.ContainsRune(".[", rune(c.text[c.at])) {
			break
		}
		if err := c.token(p); err != nil {
			return nil, err
		}
	}
	p.text = c.text[start:c.at]
	return invert(p), nil
}

// invert has the functions after a path that starts with ".." work on all that
// is found together, and not on each, as Jayway does.
func invert(p *Path) *Path {
	if len(p.tokens) == 0 || p.tokens[0] != token(scan{}) {
		return p
	}
	for i, t := range p.tokens {
		f, ok := t.(*function)
		if !ok {
			continue
		}
		found := &Path{text: p.text, tokens: p.tokens[:i], ofItem: p.ofItem}
		whole := &function{name: f.name, arguments: []argument{{path: found}}}
		return &Path{text: p.text, tokens: append([]token{whole}, p.tokens[i+1:]...), ofItem: p.ofItem}
	}
	return p
}

func (c *compiler) token(p *Path) error {
	switch {
	case strings.HasPrefix(c.text[c.at:], ".."):
		c.at += 2
		p.tokens = append(p.tokens, scan{})
		if c.is('.') || !c.more() {
			return c.errorf("nothing follows the '..'")
		}
		if c.is('[') {
			return c.bracket(p)
		}
		return c.dotted(p)
	case c.is('.'):
		c.at++
		if !c.more() || c.is('.') {
			return c.errorf("a name must follow the '.'")
		}
		if c.is('[') {
			return c.bracket(p)
		}
		return c.dotted(p)
	case c.is('['):
		return c.bracket(p)
	}
	return c.errorf("expected '.' or '[', not %q", c.text[c.at])
}

// dotted reads what follows a dot: a name, a function, or *.
func (c *compiler) dotted(p *Path) error {
	if c.is('*') {
		c.at++
		p.tokens = append(p.tokens, wildcard{})
		return nil
	}
	start := c.at
	for c.more() && !strings.ContainsRune(".[( )=!<>&|,", rune(c.text[c.at])) {
		c.at++
	}
	name := c.text[start:c.at]
	switch {
	case c.is('('):
		return c.function(p, name)
	case c.is(' ') && c.depth == 1:
		return c.errorf("write ['a name'] for a name with blanks in it")
	case name == "":
		return c.errorf("a name is missing")
	}
	if c.depth == 1 { // not in a filter: such characters belong to the name
		for c.more() && !strings.ContainsRune(".[( ", rune(c.text[c.at])) {
			c.at++
		}
		if name = c.text[start:c.at]; c.is('(') {
			return c.function(p, name)
		}
	}
	p.tokens = append(p.tokens, property{name})
	return nil
}

func (c *compiler) function(p *Path, name string) error {
	c.at++
	f := &function{name: name}
	for {
		c.spaces()
		if c.is(')') {
			c.at++
			p.tokens = append(p.tokens, f)
			return nil
		}
		if len(f.arguments) > 0 {
			if !c.is(',') {
				return c.errorf("expected ',' or ')'")
			}
			c.at++
			c.spaces()
		}
		if !c.more() {
			return c.errorf("the arguments of %s() have no end", name)
		}
		a, err := c.argument()
		if err != nil {
			return err
		}
		f.arguments = append(f.arguments, a)
	}
}

func (c *compiler) argument() (argument, error) {
	if c.is('$') || c.is('@') {
		path, err := c.path(c.at, true)
		return argument{path: path}, err
	}
	if c.is('\'') {
		text, err := c.quoted()
		return argument{value: text}, err
	}
	value, err := c.json()
	return argument{value: value}, err
}

// json reads a JSON value.
func (c *compiler) json() (any, error) {
	end := c.valueEnd()
	var value any
	if err := model.Unmarshal([]byte(c.text[c.at:end]), &value); err != nil {
		return nil, c.errorf("%s is no JSON", c.text[c.at:end])
	}
	c.at = end
	return value, nil
}

// valueEnd is where a JSON value ends that starts here.
func (c *compiler) valueEnd() int {
	depth, quote := 0, byte(0)
	for i := c.at; i < len(c.text); i++ {
		switch char := c.text[i]; {
		case quote != 0:
			switch char {
			case '\\':
				i++
			case quote:
				quote = 0
				if depth == 0 {
					return i + 1
				}
			}
		case char == '"' || char == '\'':
			quote = char
		case char == '{' || char == '[':
			depth++
		case char == '}' || char == ']':
			if depth == 0 {
				return i
			}
			depth--
			if depth == 0 {
				return i + 1
			}
		case depth == 0 && strings.ContainsRune(",) &|=!<>", rune(char)):
			return i
		}
	}
	return len(c.text)
}

// quoted reads a text in quotes, with \ before what is to be taken as it is.
func (c *compiler) quoted() (string, error) {
	quote := c.text[c.at]
	var out strings.Builder
	for i := c.at + 1; i < len(c.text); i++ {
		switch char := c.text[i]; char {
		case '\\':
			i++
			if i < len(c.text) {
				out.WriteByte(c.text[i])
			}
		case quote:
			c.at = i + 1
			return out.String(), nil
		default:
			out.WriteByte(char)
		}
	}
	return "", c.errorf("the text has no closing %c", quote)
}

// bracket reads [...].
func (c *compiler) bracket(p *Path) error {
	c.at++
	c.spaces()
	var (
		t   token
		err error
	)
	switch {
	case c.is('\''), c.is('"'):
		t, err = c.names()
	case c.is('*'):
		c.at++
		t = wildcard{}
	case c.is('?'):
		t, err = c.filter()
	default:
		t, err = c.elements()
	}
	if err != nil {
		return err
	}
	c.spaces()
	if !c.is(']') {
		return c.errorf("a ']' is missing")
	}
	c.at++
	p.tokens = append(p.tokens, t)
	return nil
}

func (c *compiler) names() (token, error) {
	var out property
	for {
		c.spaces()
		if !c.is('\'') && !c.is('"') {
			return nil, c.errorf("expected a name in quotes")
		}
		name, err := c.quoted()
		if err != nil {
			return nil, err
		}
		out = append(out, name)
		c.spaces()
		if !c.is(',') {
			return out, nil
		}
		c.at++
	}
}

func (c *compiler) elements() (token, error) {
	end := strings.IndexByte(c.text[c.at:], ']')
	if end < 0 {
		return nil, c.errorf("a ']' is missing")
	}
	inner := strings.TrimSpace(c.text[c.at : c.at+end])
	if inner == "" || strings.Trim(inner, "0123456789,-: ") != "" {
		return nil, c.errorf("[%s] is neither a name in quotes, nor a filter, nor indexes", inner)
	}
	t := elements{}
	if strings.Contains(inner, ":") {
		bounds := strings.Split(inner, ":")
		t.slice = true
		for i, into := range []**int{&t.from, &t.to} {
			if bounds[i] = strings.TrimSpace(bounds[i]); bounds[i] == "" {
				continue
			}
			n, err := strconv.Atoi(bounds[i])
			if err != nil {
				return nil, c.errorf("%q is not an index", bounds[i])
			}
			*into = &n
		}
		if t.from == nil && t.to == nil {
			return nil, c.errorf("the slice [%s] has no bounds", inner)
		}
	} else {
		for text := range strings.SplitSeq(inner, ",") {
			n, err := strconv.Atoi(strings.TrimSpace(text))
			if err != nil {
				return nil, c.errorf("%q is not an index", text)
			}
			t.indexes = append(t.indexes, n)
		}
	}
	c.at += end
	return t, nil
}
