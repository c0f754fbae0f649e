package jsonpath

import (
	"errors"
	"reflect"
	"regexp"
	"slices"
	"strings"
)

// condition is what a filter asks of each item.
type condition interface {
	holds(r *reader, item any, depth int) (bool, error)
}

type (
	both   struct{ left, right condition }
	either struct{ left, right condition }
	not    struct{ of condition }
	exists struct{ path *Path }
	// compare is left operator right.
	compare struct {
		operator    string
		left, right operand
	}
)

// operand is one side of a comparison: a path, a value, or a pattern.
type operand struct {
	path    *Path
	value   any
	pattern *regexp.Regexp
}

// missing is the value of a path that leads nowhere.
type missing struct{}

func (c both) holds(r *reader, item any, depth int) (bool, error) {
	if ok, err := c.left.holds(r, item, depth); !ok || err != nil {
		return false, err
	}
	return c.right.holds(r, item, depth)
}

func (c either) holds(r *reader, item any, depth int) (bool, error) {
	if ok, err := c.left.holds(r, item, depth); ok || err != nil {
		return ok, err
	}
	return c.right.holds(r, item, depth)
}

func (c not) holds(r *reader, item any, depth int) (bool, error) {
	ok, err := c.of.holds(r, item, depth)
	return !ok, err
}

func (c exists) holds(r *reader, item any, depth int) (bool, error) {
	value, err := read(r, c.path, item, depth)
	if err != nil {
		return false, err
	}
	if list, ok := value.([]any); ok && !c.path.definite() && len(list) == 0 {
		return false, nil
	}
	return value != any(missing{}), nil
}

func read(r *reader, p *Path, item any, depth int) (any, error) {
	from := r.root
	if p.ofItem {
		from = item
	}
	value, err := p.read(r, from, depth)
	if errors.Is(err, ErrNotFound) {
		return missing{}, nil
	}
	return value, err
}

func (c compare) holds(r *reader, item any, depth int) (bool, error) {
	var sides [2]any
	for i, o := range []operand{c.left, c.right} {
		sides[i] = o.value
		if o.path == nil {
			continue
		}
		value, err := read(r, o.path, item, depth)
		if err != nil {
			return false, err
		}
		sides[i] = value
	}
	if c.operator == "=~" {
		return matches(c, sides), nil
	}
	return operators[c.operator](sides[0], sides[1]), nil
}

func matches(c compare, sides [2]any) bool {
	pattern, value := c.right.pattern, sides[0]
	if pattern == nil {
		pattern, value = c.left.pattern, sides[1]
	}
	if pattern == nil || value == any(missing{}) || value == nil {
		return false
	}
	switch value.(type) {
	case map[string]any, []any:
		return false
	}
	return pattern.MatchString(textOf(value))
}

var operators = map[string]func(left, right any) bool{
	"==":  equal,
	"!=":  func(l, r any) bool { return !equal(l, r) },
	"===": func(l, r any) bool { return sameKind(l, r) && equal(l, r) },
	"!==": func(l, r any) bool { return !sameKind(l, r) || !equal(l, r) },
	"<":   ordered(func(c int) bool { return c < 0 }),
	"<=":  ordered(func(c int) bool { return c <= 0 }),
	">":   ordered(func(c int) bool { return c > 0 }),
	">=":  ordered(func(c int) bool { return c >= 0 }),
	"in":  in,
	"nin": func(l, r any) bool { return !in(l, r) },
	"contains": func(l, r any) bool {
		if text, ok := l.(string); ok {
			part, ok := r.(string)
			return ok && strings.Contains(text, part)
		}
		return in(r, l)
	},
	"all":      func(l, r any) bool { return lists(l, r, func(l, r []any) bool { return every(r, l) && every(l, r) }) },
	"anyof":    func(l, r any) bool { return lists(l, r, some) },
	"noneof":   func(l, r any) bool { return lists(l, r, func(l, r []any) bool { return !some(l, r) }) },
	"subsetof": func(l, r any) bool { return lists(l, r, every) },
	"size": func(l, r any) bool {
		n, ok := number(r)
		return ok && sizeOf(l) == int(n)
	},
	"empty": func(l, r any) bool {
		want, ok := r.(bool)
		return ok && sizeOf(l) >= 0 && (sizeOf(l) == 0) == want
	},
	"type": func(any, any) bool { return false },
}

// equal compares as Jayway's nodes do: a number and a text that stands for it
// are equal.
func equal(l, r any) bool {
	a, numberLeft := number(l)
	b, numberRight := number(r)
	switch {
	case numberLeft && numberRight:
		return a == b
	case numberLeft || numberRight:
		_, textLeft := l.(string)
		_, textRight := r.(string)
		return (textLeft || textRight) && textOf(l) == textOf(r)
	}
	if list, ok := l.([]any); ok {
		other, ok := r.([]any)
		return ok && slices.EqualFunc(list, other, equal)
	}
	if object, ok := l.(map[string]any); ok {
		other, ok := r.(map[string]any)
		if !ok || len(object) != len(other) {
			return false
		}
		for key, value := range object {
			if member, has := other[key]; !has || !equal(value, member) {
				return false
			}
		}
		return true
	}
	return reflect.DeepEqual(l, r)
}

func sameKind(l, r any) bool {
	_, a := number(l)
	_, b := number(r)
	return a && b || !a && !b && reflect.TypeOf(l) == reflect.TypeOf(r)
}

func ordered(fits func(int) bool) func(l, r any) bool {
	return func(l, r any) bool {
		a, numberLeft := number(l)
		b, numberRight := number(r)
		if numberLeft && numberRight {
			switch {
			case a < b:
				return fits(-1)
			case a > b:
				return fits(1)
			}
			return fits(0)
		}
		left, textLeft := l.(string)
		right, textRight := r.(string)
		return textLeft && textRight && fits(strings.Compare(left, right))
	}
}

func in(l, r any) bool {
	list, ok := r.([]any)
	return ok && slices.ContainsFunc(list, func(item any) bool { return equal(item, l) })
}

func lists(l, r any, fits func(l, r []any) bool) bool {
	left, ok := l.([]any)
	right, also := r.([]any)
	return ok && also && fits(left, right)
}

func some(l, r []any) bool {
	return slices.ContainsFunc(l, func(item any) bool { return in(item, r) })
}

func every(l, r []any) bool {
	return !slices.ContainsFunc(l, func(item any) bool { return !in(item, r) })
}

// sizeOf is -1 for what has no size.
func sizeOf(value any) int {
	switch v := value.(type) {
	case string:
		return len([]rune(v))
	case []any:
		return len(v)
	case map[string]any:
		return len(v)
	}
	return -1
}
