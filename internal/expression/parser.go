package expression

import (
	"slices"
	"strings"
)

// maxNesting bounds how deeply an expression may be nested.
const maxNesting = 200

// expr is a parsed expression.
type expr struct {
	text string
	root node
	// mutates tells that evaluating it may change a container.
	mutates bool
}

// parse parses one expression, without the ${} around it.
func parse(src string) (*expr, error) {
	tokens, err := lex(src)
	if err != nil {
		return nil, err
	}
	p := parser{src: src, tokens: tokens}
	root, err := p.expression()
	if err != nil {
		return nil, err
	}
	if root == nil {
		return nil, syntax(0, "there is no expression")
	}
	if t := p.peek(); t.kind != tokEnd {
		return nil, syntax(t.start, "the expression ends before '%s'", t.describe())
	}
	return &expr{text: src, root: root, mutates: p.mutates}, nil
}

// parser is a recursive descent parser of SpEL's grammar. A method that finds
// nothing of its kind gives nil.
type parser struct {
	src     string
	tokens  []token
	at      int
	depth   int
	mutates bool
}

func (p *parser) peek() token {
	if p.at < len(p.tokens) {
		return p.tokens[p.at]
	}
	return token{start: len(p.src), end: len(p.src)}
}

func (p *parser) is(kinds ...kind) bool {
	t := p.peek().kind
	return slices.Contains(kinds, t)
}

// isName is true for names and for the operators written as words, which may
// be names of properties too.
func (p *parser) isName() bool {
	t := p.peek()
	return t.kind == tokName || t.kind >= tokDiv && t.kind <= tokNot && t.text != ""
}

func (p *parser) isWord(word string) bool {
	t := p.peek()
	return t.kind == tokName && strings.EqualFold(t.text, word)
}

func (p *parser) take() token {
	t := p.peek()
	p.at++
	return t
}

func (p *parser) maybe(k kind) bool {
	if p.peek().kind == k {
		p.at++
		return true
	}
	return false
}

func (p *parser) eat(k kind) error {
	t := p.peek()
	if t.kind == tokEnd {
		return syntax(len(p.src), "the expression ends where '%s' is expected", token{kind: k}.describe())
	}
	if t.kind != k {
		return syntax(t.start, "'%s' is expected here, not '%s'", token{kind: k}.describe(), t.describe())
	}
	p.at++
	return nil
}

func (p *parser) enter() error {
	p.depth++
	if p.depth > maxNesting {
		return syntax(p.peek().start, "the expression is nested more than %d deep", maxNesting)
	}
	return nil
}

func (p *parser) expression() (node, error) {
	if err := p.enter(); err != nil {
		return nil, err
	}
	defer func() { p.depth-- }()
	left, err := p.or()
	if err != nil {
		return nil, err
	}
	t := p.peek()
	if t.kind != tokAssign && t.kind != tokElvis && t.kind != tokQuestion {
		return left, nil
	}
	p.at++
	if left == nil {
		left = &literal{base: base{t.start}}
	}
	switch t.kind {
	case tokAssign:
		p.mutates = true
		right, err := p.or()
		if err != nil {
			return nil, err
		}
		if right == nil {
			return nil, syntax(t.start, "what to assign is missing")
		}
		return &assign{base{t.start}, left, right}, nil
	case tokElvis:
		other, err := p.expression()
		if err != nil {
			return nil, err
		}
		if other == nil {
			other = &literal{base: base{t.start}}
		}
		return &elvis{base{t.start}, left, other}, nil
	}
	yes, err := p.expression()
	if err != nil {
		return nil, err
	}
	if err := p.eat(tokColon); err != nil {
		return nil, err
	}
	no, err := p.expression()
	if err != nil {
		return nil, err
	}
	if yes == nil || no == nil {
		return nil, syntax(t.start, "? needs a value on each side of the :")
	}
	return &ternary{base{t.start}, left, yes, no}, nil
}

// both checks the operands of an operator.
func (p *parser) both(t token, left, right node) error {
	if left == nil {
		return syntax(t.start, "the operand to the left of '%s' is missing", t.describe())
	}
	return p.right(t, right)
}

func (p *parser) right(t token, right node) error {
	if right == nil {
		return syntax(t.start, "the operand to the right of '%s' is missing", t.describe())
	}
	return nil
}

func (p *parser) or() (node, error) {
	left, err := p.and()
	for err == nil && (p.is(tokOr) || p.isWord("or")) {
		t := p.take()
		var right node
		if right, err = p.and(); err != nil {
			return nil, err
		}
		err = p.both(t, left, right)
		left = &logical{base{t.start}, true, left, right}
	}
	return left, err
}

func (p *parser) and() (node, error) {
	left, err := p.relation()
	for err == nil && (p.is(tokAnd) || p.isWord("and")) {
		t := p.take()
		var right node
		if right, err = p.relation(); err != nil {
			return nil, err
		}
		err = p.both(t, left, right)
		left = &logical{base{t.start}, false, left, right}
	}
	return left, err
}

func (p *parser) relation() (node, error) {
	left, err := p.sum()
	if err != nil {
		return nil, err
	}
	t := p.peek()
	word := ""
	switch {
	case t.kind >= tokGE && t.kind <= tokNE:
	case t.kind == tokName:
		word = strings.ToLower(t.text)
		if word != "instanceof" && word != "matches" && word != "between" {
			return left, nil
		}
	default:
		return left, nil
	}
	p.at++
	right, err := p.sum()
	if err != nil {
		return nil, err
	}
	if err := p.both(t, left, right); err != nil {
		return nil, err
	}
	switch word {
	case "instanceof":
		return &instanceOf{base{t.start}, left, right}, nil
	case "matches":
		return &matches{base{t.start}, left, right}, nil
	case "between":
		return &between{base{t.start}, left, right}, nil
	}
	return &binary{base{t.start}, t.kind, left, right}, nil
}

func (p *parser) sum() (node, error) {
	left, err := p.product()
	for err == nil && p.is(tokPlus, tokMinus, tokInc) {
		t := p.take()
		var right node
		if right, err = p.product(); err != nil {
			return nil, err
		}
		err = p.both(t, left, right)
		if t.kind != tokInc {
			left = &binary{base{t.start}, t.kind, left, right}
		}
	}
	return left, err
}

func (p *parser) product() (node, error) {
	left, err := p.power()
	for err == nil && p.is(tokStar, tokDiv, tokMod) {
		t := p.take()
		var right node
		if right, err = p.power(); err != nil {
			return nil, err
		}
		err = p.both(t, left, right)
		left = &binary{base{t.start}, t.kind, left, right}
	}
	return left, err
}

func (p *parser) power() (node, error) {
	left, err := p.unary()
	if err != nil {
		return nil, err
	}
	switch {
	case p.is(tokPower):
		t := p.take()
		right, err := p.unary()
		if err != nil {
			return nil, err
		}
		return &binary{base{t.start}, tokPower, left, right}, p.both(t, left, right)
	case left != nil && p.is(tokInc, tokDec):
		t := p.take()
		p.mutates = true
		return &increment{base{t.start}, step(t), false, left}, nil
	}
	return left, nil
}

func step(t token) int32 {
	if t.kind == tokDec {
		return -1
	}
	return 1
}

func (p *parser) unary() (node, error) {
	if !p.is(tokNot, tokPlus, tokMinus, tokInc, tokDec) {
		return p.primary()
	}
	if err := p.enter(); err != nil {
		return nil, err
	}
	defer func() { p.depth-- }()
	t := p.take()
	operand, err := p.unary()
	if err != nil {
		return nil, err
	}
	if operand == nil {
		return nil, syntax(t.start, "the operand of '%s' is missing", t.describe())
	}
	if t.kind == tokInc || t.kind == tokDec {
		p.mutates = true
		return &increment{base{t.start}, step(t), true, operand}, nil
	}
	return &unary{base{t.start}, t.kind, operand}, nil
}
