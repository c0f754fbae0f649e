package expression

import (
	"strconv"
	"strings"
	"unicode"
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
	for _, k := range kinds {
		if t == k {
			return true
		}
	}
	return false
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

func (p *parser) eat(k kind) (token, error) {
	t := p.peek()
	if t.kind == tokEnd {
		return t, syntax(len(p.src), "the expression ends where '%s' is expected", token{kind: k}.describe())
	}
	if t.kind != k {
		return t, syntax(t.start, "'%s' is expected here, not '%s'", token{kind: k}.describe(), t.describe())
	}
	p.at++
	return t, nil
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
	if _, err := p.eat(tokColon); err != nil {
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
		return syntax(t.start, "what stands left of '%s' is missing", t.describe())
	}
	return p.right(t, right)
}

func (p *parser) right(t token, right node) error {
	if right == nil {
		return syntax(t.start, "what stands right of '%s' is missing", t.describe())
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
		return nil, syntax(t.start, "what '%s' stands before is missing", t.describe())
	}
	if t.kind == tokInc || t.kind == tokDec {
		p.mutates = true
		return &increment{base{t.start}, step(t), true, operand}, nil
	}
	return &unary{base{t.start}, t.kind, operand}, nil
}

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
		_, err = p.eat(tokRParen)
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
	if _, err := p.eat(tokLParen); err != nil {
		return nil, err
	}
	name, err := p.qualifiedName()
	if err != nil {
		return nil, err
	}
	dims := 0
	for p.maybe(tokLSquare) {
		if _, err := p.eat(tokRSquare); err != nil {
			return nil, err
		}
		dims++
	}
	if _, err := p.eat(tokRParen); err != nil {
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
		_, err := p.eat(tokName)
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
	_, err := p.eat(tokRParen)
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
		if _, err := p.eat(tokRSquare); err != nil {
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

// needed is an expression that must be there.
func (p *parser) needed(t token, what string) (node, error) {
	n, err := p.expression()
	if err == nil && n == nil {
		err = syntax(t.start, "%s is missing", what)
	}
	return n, err
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
	_, err = p.eat(tokRSquare)
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
	_, err = p.eat(tokRSquare)
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
	_, err = p.eat(tokRSquare)
	return &index{base{t.start}, safe, key}, err
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
		_, err := p.eat(tokRCurly)
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
	if _, err := p.eat(tokRCurly); err != nil {
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
		if _, err := p.eat(tokColon); err != nil {
			return nil, err
		}
	}
	_, err := p.eat(tokRCurly)
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
