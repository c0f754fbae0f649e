package expression

import (
	"strings"
	"unicode"
)

func (p *parser) primary() (node, error) {
	start, err := p.startNode()
	if err != nil {
		return nil, err
	}
	var parts []node
	for {
		next, err := p.nextNode()
		if err != nil {
			return nil, err
		}
		if next == nil {
			break
		}
		if parts == nil {
			parts = append(parts, start)
		}
		parts = append(parts, next)
	}
	if parts == nil || start == nil {
		return start, nil
	}
	return &chain{base{start.pos()}, parts}, nil
}

func (p *parser) nextNode() (node, error) {
	if p.is(tokLSquare) {
		return p.indexer(false)
	}
	if !p.is(tokDot, tokSafe) {
		return nil, nil
	}
	t := p.take()
	safe := t.kind == tokSafe
	for _, part := range []func() (node, error){
		func() (node, error) { return p.methodOrProperty(safe) }, p.functionOrVariable,
		func() (node, error) { return p.projection(safe) }, func() (node, error) { return p.selection(safe) },
		func() (node, error) { return p.indexer(safe) },
	} {
		if n, err := part(); n != nil || err != nil {
			return n, err
		}
	}
	if next := p.peek(); next.kind != tokEnd {
		return nil, syntax(t.start, "'%s' can't follow a dot", next.describe())
	}
	return nil, syntax(t.start, "the expression ends after a dot")
}

func (p *parser) startNode() (node, error) {
	if n, err := p.literal(); n != nil || err != nil {
		return n, err
	}
	if p.is(tokLParen) {
		t := p.take()
		inner, err := p.expression()
		if err != nil {
			return nil, err
		}
		if inner == nil {
			return nil, syntax(t.start, "the parentheses are empty")
		}
		err = p.eat(tokRParen)
		return inner, err
	}
	for _, part := range []func() (node, error){
		p.typeReference, p.null, p.constructor,
		func() (node, error) { return p.methodOrProperty(false) }, p.functionOrVariable, p.bean,
		func() (node, error) { return p.projection(false) }, func() (node, error) { return p.selection(false) },
		func() (node, error) { return p.indexer(false) }, p.inline,
	} {
		if n, err := part(); n != nil || err != nil {
			return n, err
		}
	}
	return nil, nil
}

func (p *parser) bean() (node, error) {
	if !p.is(tokBean, tokFactory) {
		return nil, nil
	}
	t := p.take()
	if !p.is(tokName, tokString) {
		return nil, syntax(t.start, "a name must follow %s", t.describe())
	}
	return &beanRef{base{t.start}, strings.Trim(p.take().text, `'"`)}, nil
}

func (p *parser) typeReference() (node, error) {
	t := p.peek()
	if t.kind != tokName || t.text != "T" {
		return nil, nil
	}
	p.at++
	if p.is(tokRSquare) {
		return &property{base{t.start}, t.text, false}, nil
	}
	if err := p.eat(tokLParen); err != nil {
		return nil, err
	}
	name, err := p.qualifiedName()
	if err != nil {
		return nil, err
	}
	dims := 0
	for p.maybe(tokLSquare) {
		if err := p.eat(tokRSquare); err != nil {
			return nil, err
		}
		dims++
	}
	if err := p.eat(tokRParen); err != nil {
		return nil, err
	}
	return &typeRef{base{t.start}, name, dims}, nil
}

func (p *parser) qualifiedName() (string, error) {
	var parts []string
	for {
		t := p.peek()
		if t.kind != tokDot {
			if t.kind == tokString || t.text == "" || strings.ContainsFunc(t.text, notInName) {
				break
			}
			parts = append(parts, t.text)
		}
		p.at++
	}
	if len(parts) == 0 {
		return "", syntax(p.peek().start, "the name of a type is expected here, not '%s'", p.peek().describe())
	}
	return strings.Join(parts, "."), nil
}

func notInName(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.IsNumber(r) && r != '_' && r != '$'
}

// changing are the methods that change the collection or map they are called
// on.
var changing = map[string]bool{
	"add": true, "addAll": true, "remove": true, "removeAll": true, "retainAll": true, "clear": true,
	"sort": true, "put": true, "putAll": true, "removeIf": true, "replaceAll": true, "replace": true,
}

func (p *parser) methodOrProperty(safe bool) (node, error) {
	if !p.isName() {
		return nil, nil
	}
	t := p.take()
	if !p.is(tokLParen) {
		return &property{base{t.start}, t.text, safe}, nil
	}
	if changing[t.text] {
		p.mutates = true
	}
	args, err := p.arguments()
	return &call{base{t.start}, t.text, safe, args}, err
}

func (p *parser) functionOrVariable() (node, error) {
	if !p.is(tokHash) {
		return nil, nil
	}
	start := p.take().start
	name := p.peek()
	if !p.isName() {
		err := p.eat(tokName)
		return nil, err
	}
	p.at++
	if !p.is(tokLParen) {
		return &variable{base{start}, name.text}, nil
	}
	args, err := p.arguments()
	return &function{base{start}, name.text, args}, err
}

// arguments reads (a, b, ...); a comma may stand before the closing
// parenthesis.
func (p *parser) arguments() ([]node, error) {
	start := p.peek().start
	args := []node{}
	for {
		p.at++
		if p.peek().kind == tokEnd {
			return nil, syntax(start, "the list of arguments is not closed")
		}
		if !p.is(tokRParen) {
			arg, err := p.expression()
			if err != nil {
				return nil, err
			}
			if arg == nil {
				return nil, syntax(p.peek().start, "an argument is expected here, not '%s'", p.peek().describe())
			}
			args = append(args, arg)
		}
		if !p.is(tokComma) {
			break
		}
	}
	if p.peek().kind == tokEnd {
		return nil, syntax(start, "the list of arguments is not closed")
	}
	err := p.eat(tokRParen)
	return args, err
}

func (p *parser) constructor() (node, error) {
	if !p.isWord("new") {
		return nil, nil
	}
	t := p.take()
	if p.is(tokRSquare) {
		return &property{base{t.start}, t.text, false}, nil
	}
	name, err := p.qualifiedName()
	if err != nil {
		return nil, err
	}
	if p.is(tokLSquare) {
		return p.arrayConstructor(t, name)
	}
	if !p.is(tokLParen) {
		return nil, syntax(p.peek().start, "the arguments of new %s(...) are missing", name)
	}
	args, err := p.arguments()
	return &construct{base{t.start}, name, args}, err
}

func (p *parser) arrayConstructor(t token, name string) (node, error) {
	out := &newArray{base: base{t.start}, name: name}
	for p.maybe(tokLSquare) {
		var dim node
		if !p.is(tokRSquare) {
			var err error
			if dim, err = p.expression(); err != nil {
				return nil, err
			}
			if dim == nil {
				return nil, syntax(p.peek().start, "the length of the array is missing")
			}
		}
		out.dims = append(out.dims, dim)
		if err := p.eat(tokRSquare); err != nil {
			return nil, err
		}
	}
	init, err := p.inline()
	if err != nil {
		return nil, err
	}
	out.items, _ = init.(*inlineList)
	out.other = init != nil && out.items == nil
	return out, nil
}

func (p *parser) projection(safe bool) (node, error) {
	t := p.peek()
	if !p.maybe(tokProject) {
		return nil, nil
	}
	each, err := p.needed(t, "what to take of each member")
	if err != nil {
		return nil, err
	}
	err = p.eat(tokRSquare)
	return &projection{base{t.start}, safe, each}, err
}

func (p *parser) selection(safe bool) (node, error) {
	t := p.peek()
	if !p.is(tokSelect, tokFirst, tokLast) {
		return nil, nil
	}
	p.at++
	test, err := p.needed(t, "the condition of the selection")
	if err != nil {
		return nil, err
	}
	err = p.eat(tokRSquare)
	return &selection{base{t.start}, safe, t.kind, test}, err
}

func (p *parser) indexer(safe bool) (node, error) {
	t := p.peek()
	if !p.maybe(tokLSquare) {
		return nil, nil
	}
	key, err := p.needed(t, "the index")
	if err != nil {
		return nil, err
	}
	err = p.eat(tokRSquare)
	return &index{base{t.start}, safe, key}, err
}
