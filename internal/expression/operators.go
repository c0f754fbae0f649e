package expression

import (
	"strings"
	"unicode/utf16"
)

const (
	// maxConcatenated and maxRepeated bound the texts that + and * make, and
	// maxPattern the regular expressions of matches, as Spring does.
	maxConcatenated = 100_000
	maxRepeated     = 256
	maxPattern      = 1000
)

func (n *unary) eval(st *state) (any, error) {
	if n.op == tokNot {
		yes, err := st.truth(n.operand)
		if err != nil {
			return nil, err
		}
		return !yes, nil
	}
	v, err := n.operand.eval(st)
	if err != nil {
		return nil, err
	}
	if !isNumber(v) {
		return nil, problem(n.start, "the operator %s has no meaning before %s", token{kind: n.op}.describe(), describeValue(v))
	}
	if n.op == tokPlus {
		return v, nil
	}
	switch f := v.(type) {
	case float64:
		return 0 - f, nil
	case float32:
		return 0 - f, nil
	}
	return arithmetic(tokMinus, int32(0), v, n.start)
}

func (n *binary) eval(st *state) (any, error) {
	left, err := n.left.eval(st)
	if err != nil {
		return nil, err
	}
	right, err := n.right.eval(st)
	if err != nil {
		return nil, err
	}
	if err := st.tick(); err != nil {
		return nil, err
	}
	switch n.op {
	case tokPlus:
		return n.plus(st, left, right)
	case tokMinus:
		if s, ok := left.(string); ok && units(s) == 1 {
			if i, ok := right.(int32); ok {
				return string(utf16.Decode([]uint16{uint16(int32(unitAt(s, 0)) - i)})), nil
			}
		}
		return arithmetic(n.op, left, right, n.start)
	case tokStar:
		if s, ok := left.(string); ok {
			if i, ok := right.(int32); ok {
				return n.repeat(s, i)
			}
		}
		return arithmetic(n.op, left, right, n.start)
	case tokDiv, tokMod:
		return arithmetic(n.op, left, right, n.start)
	case tokPower:
		return power(left, right, n.start)
	case tokEQ, tokNE:
		yes, err := st.same(left, right)
		return yes == (n.op == tokEQ), err
	}
	return n.compare(st, left, right)
}

func (n *binary) plus(st *state, left, right any) (any, error) {
	a, leftText := left.(string)
	b, rightText := right.(string)
	if !leftText && !rightText {
		return arithmetic(tokPlus, left, right, n.start)
	}
	if !leftText {
		a = joined(st, left)
	}
	if !rightText {
		b = joined(st, right)
	}
	if err := st.spend((len(a) + len(b)) / textPerStep); err != nil {
		return nil, err
	}
	if len(a)+len(b) > maxConcatenated && units(a)+units(b) > maxConcatenated {
		return nil, problem(n.start, "the text is longer than %d characters", maxConcatenated)
	}
	if err := st.fits(len(a) + len(b)); err != nil {
		return nil, err
	}
	return a + b, nil
}

// joined is the text of a value that is added to a text: by conversion if
// there is one, else by toString.
func joined(st *state, v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case int32, int64, bool, float64:
		return javaString(v)
	}
	if converted, err := convert(st, v, classString); err == nil {
		return javaString(converted)
	}
	return javaString(v)
}

func (n *binary) repeat(s string, count int32) (any, error) {
	if count < 0 {
		return nil, problem(n.start, "a text can't be repeated %d times", count)
	}
	if int64(units(s))*int64(count) > maxRepeated {
		return nil, problem(n.start, "the repeated text is longer than %d characters", maxRepeated)
	}
	return strings.Repeat(s, int(count)), nil
}

// same is the operator ==.
func (st *state) same(left, right any) (bool, error) {
	if a, ok := left.(string); ok {
		if b, ok := right.(string); ok {
			return a == b, st.spend(len(a) / textPerStep)
		}
	}
	if isNumber(left) && isNumber(right) {
		order, ordered := compareNumbers(left, right)
		return ordered && order == 0, nil
	}
	if a, ok := charSequence(left); ok {
		if b, ok := charSequence(right); ok {
			return a == b, nil
		}
	}
	if yes, err := st.equals(left, right); yes || err != nil {
		return yes, err
	}
	if a, ok := left.(*array); ok {
		b, ok := right.(*array)
		if !ok || a.class != b.class || len(a.items) != len(b.items) {
			return false, nil
		}
		return st.equals(newList(a.items), newList(b.items))
	}
	if left == nil || right == nil || !orderedAlike(left, right) {
		return false, nil
	}
	order, err := compareObjects(left, right)
	return err == nil && order == 0, nil
}

// charSequence is the text of a CharSequence: a String, or the status of an
// execution, which is one so that it can be compared with a text.
func charSequence(v any) (string, bool) {
	switch v := v.(type) {
	case string:
		return v, true
	case *enumValue:
		return v.name, v.class == classStatus
	}
	return "", false
}

// orderedAlike tells whether two values share a class with an order.
func orderedAlike(left, right any) bool {
	a, b := classOf(left), classOf(right)
	return a == b && classComparable.assignableFrom(a)
}

func (n *binary) compare(st *state, left, right any) (any, error) {
	if isNumber(left) && isNumber(right) {
		order, ordered := compareNumbers(left, right)
		return ordered && n.holds(order), nil
	}
	a, textLeft := charSequence(left)
	b, textRight := charSequence(right)
	if textLeft && textRight {
		if err := st.spend(min(len(a), len(b)) / textPerStep); err != nil {
			return nil, err
		}
		return n.holds(compareStrings(a, b)), nil
	}
	order, err := compareObjects(left, right)
	if err != nil {
		return nil, at(err, n.start)
	}
	return n.holds(order), nil
}

// holds tells whether an order is what the operator asks for.
func (n *binary) holds(order int) bool {
	switch n.op {
	case tokLT:
		return order < 0
	case tokLE:
		return order <= 0
	case tokGT:
		return order > 0
	}
	return order >= 0
}

// orderer is a value that can be ordered among those of its class.
type orderer interface{ compare(other any) int }

// compareObjects is Spring's comparison: null comes first, numbers are widened,
// and anything else needs a Comparable that takes the other.
func compareObjects(left, right any) (int, error) {
	switch {
	case left == nil && right == nil:
		return 0, nil
	case left == nil:
		return -1, nil
	case right == nil:
		return 1, nil
	case isNumber(left) && isNumber(right):
		order, _ := compareNumbers(left, right)
		return order, nil
	}
	if classOf(left) == classOf(right) {
		switch a := left.(type) {
		case string:
			return compareStrings(a, right.(string)), nil
		case bool:
			if a == right.(bool) {
				return 0, nil
			}
			if a {
				return 1, nil
			}
			return -1, nil
		case char:
			return int(a) - int(right.(char)), nil
		case orderer:
			return a.compare(right), nil
		}
	}
	a, b := classOf(left).typeName(), classOf(right).typeName()
	class := exEvaluation
	if classComparable.assignableFrom(classOf(left)) {
		class = exCast
	}
	return 0, fail(class, "%s and %s can't be compared: convert one, as with #toInt", a, b)
}

// compareStrings is String.compareTo.
func compareStrings(a, b string) int {
	if isASCII(a) && isASCII(b) {
		for i := 0; i < len(a) && i < len(b); i++ {
			if a[i] != b[i] {
				return int(a[i]) - int(b[i])
			}
		}
		return len(a) - len(b)
	}
	x, y := utf16.Encode([]rune(a)), utf16.Encode([]rune(b))
	for i := 0; i < len(x) && i < len(y); i++ {
		if x[i] != y[i] {
			return int(x[i]) - int(y[i])
		}
	}
	return len(x) - len(y)
}

func (n *instanceOf) eval(st *state) (any, error) {
	left, err := n.left.eval(st)
	if err != nil {
		return nil, err
	}
	right, err := n.right.eval(st)
	if err != nil {
		return nil, err
	}
	c, ok := right.(*class)
	if !ok {
		return nil, problem(n.right.pos(), "the right side of instanceof must be a type, such as T(String), not %s", describeValue(right))
	}
	if left == nil || c.primitive() {
		return false, nil
	}
	return c.assignableFrom(classOf(left)), nil
}

func (n *matches) eval(st *state) (any, error) {
	left, err := n.left.eval(st)
	if err != nil {
		return nil, err
	}
	text, err := convert(st, left, classString)
	if err != nil {
		return nil, at(err, n.left.pos())
	}
	input, ok := text.(string)
	if !ok {
		return nil, problem(n.left.pos(), "the left side of matches must be a text, not %s", describeValue(left))
	}
	right, err := n.right.eval(st)
	if err != nil {
		return nil, err
	}
	pattern, ok := right.(string)
	if !ok {
		return nil, problem(n.right.pos(), "the right side of matches must be a text, not %s", describeValue(right))
	}
	if units(pattern) > maxPattern {
		return nil, problem(n.right.pos(), "the pattern is longer than %d characters", maxPattern)
	}
	re, err := st.pattern(pattern, input)
	if err != nil {
		return nil, at(err, n.right.pos())
	}
	return re.matches(input), nil
}

func (n *between) eval(st *state) (any, error) {
	v, err := n.left.eval(st)
	if err != nil {
		return nil, err
	}
	right, err := n.right.eval(st)
	if err != nil {
		return nil, err
	}
	limits, ok := collection(right)
	if !ok || !isList(right) || limits.len() != 2 {
		return nil, problem(n.right.pos(), "the right side of between must be a list of two values, such as {1,10}")
	}
	low, err := compareObjects(v, limits.at(0))
	if err != nil || low < 0 {
		return false, at(err, n.start)
	}
	high, err := compareObjects(v, limits.at(1))
	if err != nil {
		return nil, at(err, n.start)
	}
	return high <= 0, nil
}
