package jsonpath

import (
	"regexp"
	"strings"
)

// filter reads ?(condition).
func (c *compiler) filter() (token, error) {
	c.at++
	c.spaces()
	if !c.is('(') {
		return nil, c.errorf("a '(' must follow the '?'")
	}
	c.at++
	c.depth++
	if c.depth > maxDepth {
		return nil, c.errorf("it is nested too deeply")
	}
	defer func() { c.depth-- }()
	condition, err := c.or()
	if err != nil {
		return nil, err
	}
	c.spaces()
	if !c.is(')') {
		return nil, c.errorf("a ')' is missing")
	}
	c.at++
	return &filter{condition}, nil
}

func (c *compiler) or() (condition, error) {
	left, err := c.and()
	for err == nil && c.word("||") {
		var right condition
		if right, err = c.and(); err == nil {
			left = either{left, right}
		}
	}
	return left, err
}

func (c *compiler) and() (condition, error) {
	left, err := c.single()
	for err == nil && c.word("&&") {
		var right condition
		if right, err = c.single(); err == nil {
			left = both{left, right}
		}
	}
	return left, err
}

// word takes an operator, if it is the next.
func (c *compiler) word(text string) bool {
	c.spaces()
	if !strings.HasPrefix(c.text[c.at:], text) {
		return false
	}
	c.at += len(text)
	return true
}

func (c *compiler) single() (condition, error) {
	c.depth++
	if c.depth > maxDepth {
		return nil, c.errorf("it is nested too deeply")
	}
	defer func() { c.depth-- }()
	c.spaces()
	if c.is('!') {
		c.at++
		of, err := c.single()
		return not{of}, err
	}
	if c.is('(') {
		c.at++
		inner, err := c.or()
		if err != nil {
			return nil, err
		}
		c.spaces()
		if !c.is(')') {
			return nil, c.errorf("a ')' is missing")
		}
		c.at++
		return inner, nil
	}
	left, err := c.operand()
	if err != nil {
		return nil, err
	}
	operator := c.operator()
	if operator == "" {
		if left.path == nil {
			return nil, c.errorf("expected a path")
		}
		return exists{left.path}, nil
	}
	right, err := c.operand()
	if err != nil {
		return nil, err
	}
	return compare{operator, left, right}, nil
}

// signs are the operators of signs, the longer before those they start with.
var signs = []string{"===", "!==", "==", "!=", "=~", "<=", ">=", "<", ">"}

var letters = regexp.MustCompile(`^(?i:in|nin|contains|all|anyof|noneof|subsetof|size|empty|type)\b`)

func (c *compiler) operator() string {
	c.spaces()
	for _, sign := range signs {
		if strings.HasPrefix(c.text[c.at:], sign) {
			c.at += len(sign)
			return sign
		}
	}
	word := letters.FindString(c.text[c.at:])
	c.at += len(word)
	return strings.ToLower(word)
}

func (c *compiler) operand() (operand, error) {
	c.spaces()
	switch {
	case !c.more():
		return operand{}, c.errorf("a value is missing")
	case c.is('@'), c.is('$'):
		path, err := c.path(c.at, true)
		return operand{path: path}, err
	case c.is('\''):
		text, err := c.quoted()
		return operand{value: text}, err
	case c.is('/'):
		pattern, err := c.pattern()
		return operand{pattern: pattern}, err
	case c.is('['), c.is('{'):
		return c.literal()
	}
	value, err := c.json()
	return operand{value: value}, err
}

// literal reads a list or an object, whose texts may stand in single quotes.
func (c *compiler) literal() (operand, error) {
	end := c.valueEnd()
	inner := &compiler{text: doubleQuoted(c.text[c.at:end])}
	value, err := inner.json()
	if err != nil {
		return operand{}, c.errorf("%s is no JSON", c.text[c.at:end])
	}
	c.at = end
	return operand{value: value}, nil
}

func doubleQuoted(text string) string {
	var out strings.Builder
	quote := byte(0)
	for i := 0; i < len(text); i++ {
		char := text[i]
		switch {
		case char == '\\' && i+1 < len(text):
			i++
			if text[i] == '\'' {
				out.WriteByte('\'')
			} else {
				out.WriteByte(char)
				out.WriteByte(text[i])
			}
		case quote == 0 && (char == '\'' || char == '"'):
			quote = char
			out.WriteByte('"')
		case char == quote && quote != 0:
			quote = 0
			out.WriteByte('"')
		case quote == '\'' && char == '"':
			out.WriteString(`\"`)
		default:
			out.WriteByte(char)
		}
	}
	return out.String()
}

// pattern reads /regular expression/flags, which must match the whole.
func (c *compiler) pattern() (*regexp.Regexp, error) {
	start := c.at + 1
	end := start
	for end < len(c.text) && c.text[end] != '/' {
		if c.text[end] == '\\' {
			end++
		}
		end++
	}
	if end >= len(c.text) {
		return nil, c.errorf("the regular expression has no closing /")
	}
	source := strings.ReplaceAll(c.text[start:end], `\/`, "/")
	flags := ""
	for end++; end < len(c.text) && strings.ContainsRune("imsduxU", rune(c.text[end])); end++ {
		if strings.ContainsRune("ims", rune(c.text[end])) {
			flags += c.text[end : end+1]
		}
	}
	c.at = end
	if flags != "" {
		flags = "(?" + flags + ")"
	}
	pattern, err := regexp.Compile(flags + "^(?:" + source + ")$")
	if err != nil {
		return nil, c.errorf("%s is not a regular expression", source)
	}
	return pattern, nil
}
