package expression

import (
	"strconv"
	"strings"
)

func (p *parser) literal() (node, error) {
	t := p.peek()
	var (
		v   any
		err error
	)
	number := true
	switch t.kind {
	case tokInt, tokHexInt:
		var n int64
		n, err = strconv.ParseInt(t.text, radix(t), 32)
		v = int32(n)
	case tokLong, tokHexLong:
		v, err = strconv.ParseInt(t.text, radix(t), 64)
	case tokReal:
		v, _ = strconv.ParseFloat(t.text, 64)
	case tokFloat:
		f, _ := strconv.ParseFloat(t.text, 32)
		v = float32(f)
	case tokString:
		quote := t.text[:1]
		v, number = strings.ReplaceAll(t.text[1:len(t.text)-1], quote+quote, quote), false
	case tokName:
		if number = false; p.isWord("true") {
			v = true
		} else if p.isWord("false") {
			v = false
		} else {
			return nil, nil
		}
	default:
		return nil, nil
	}
	if err != nil {
		f := fail(exNumber, "the number %s doesn't fit: write %sL for a long", t.text, t.text)
		if t.kind == tokLong || t.kind == tokHexLong {
			f = fail(exNumber, "the number %s doesn't fit into a long", t.text)
		}
		f.At = t.start
		return nil, f
	}
	p.at++
	return &literal{base{t.start}, v, number}, nil
}

func radix(t token) int {
	if t.kind == tokHexInt || t.kind == tokHexLong {
		return 16
	}
	return 10
}

func (p *parser) null() (node, error) {
	if !p.isWord("null") {
		return nil, nil
	}
	return &literal{base: base{p.take().start}}, nil
}

// needed is an expression that must be there.
func (p *parser) needed(t token, what string) (node, error) {
	n, err := p.expression()
	if err == nil && n == nil {
		err = syntax(t.start, "%s is missing", what)
	}
	return n, err
}

func (p *parser) inline() (node, error) {
	t := p.peek()
	if !p.maybe(tokLCurly) {
		return nil, nil
	}
	if p.maybe(tokRCurly) {
		return &inlineList{base: base{t.start}, constant: true}, nil
	}
	if p.maybe(tokColon) {
		err := p.eat(tokRCurly)
		return &inlineMap{base: base{t.start}, constant: true}, err
	}
	first, err := p.needed(t, "the first member")
	if err != nil {
		return nil, err
	}
	if p.maybe(tokColon) {
		return p.inlineMap(t, first)
	}
	items := []node{first}
	for p.maybe(tokComma) {
		item, err := p.needed(p.peek(), "a member of the list")
		if err != nil {
			return nil, err
		}
		items = append(items, item)
	}
	if err := p.eat(tokRCurly); err != nil {
		return nil, err
	}
	constant := true
	for _, item := range items {
		constant = constant && isConstant(item, false)
	}
	return &inlineList{base{t.start}, items, constant}, nil
}

func (p *parser) inlineMap(t token, key node) (node, error) {
	out := &inlineMap{base: base{t.start}, constant: true}
	for {
		value, err := p.needed(t, "the value of a key")
		if err != nil {
			return nil, err
		}
		out.pairs = append(out.pairs, key, value)
		_, named := key.(*property)
		out.constant = out.constant && (named || isConstant(key, true)) && isConstant(value, true)
		if !p.maybe(tokComma) {
			break
		}
		if key, err = p.needed(t, "a key of the map"); err != nil {
			return nil, err
		}
		if err := p.eat(tokColon); err != nil {
			return nil, err
		}
	}
	err := p.eat(tokRCurly)
	return out, err
}

// isConstant tells whether a member of a list or map is known when parsing;
// a map counts as such in maps alone.
func isConstant(n node, inMap bool) bool {
	switch n := n.(type) {
	case *literal:
		return true
	case *inlineList:
		return n.constant
	case *inlineMap:
		return inMap && n.constant
	case *unary:
		l, ok := n.operand.(*literal)
		return ok && n.op == tokMinus && l.number
	}
	return false
}
