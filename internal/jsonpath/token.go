package jsonpath

import (
	"fmt"
	"maps"
	"slices"
)

// token is one part of a path.
type token interface {
	// definite tells whether it leads to one value at most; leaf is the path's
	// last one.
	definite(leaf bool) bool
	// apply finds what it leads to. Certain says that all parts before are
	// definite, so that a value of the wrong kind is an error.
	apply(e *evaluation, at int, value any, certain bool) error
}

// evaluation is one walk along a path.
type evaluation struct {
	*reader

	tokens []token
	found  []any
	depth  int
	// element is the place in its list of what was handed on last to a token
	// after a scan for lists, by the token's place.
	element map[int]int
}

// step applies the token at a place, or takes the value where there is none.
func (e *evaluation) step(at int, value any, certain bool) error {
	if err := e.tick(); err != nil {
		return err
	}
	if at == len(e.tokens) {
		e.found = append(e.found, value)
		return nil
	}
	return e.tokens[at].apply(e, at, value, certain)
}

func (e *evaluation) leaf(at int) bool { return at == len(e.tokens)-1 }

// property is .name, ['name'] or ['a','b'].
type property []string

func (p property) definite(leaf bool) bool { return len(p) == 1 || leaf }

func (p property) apply(e *evaluation, at int, value any, certain bool) error {
	object, ok := value.(map[string]any)
	if !ok {
		if certain {
			return fmt.Errorf("%q needs an object: %w", p[0], ErrNotFound)
		}
		return nil
	}
	if e.leaf(at) && !e.wanted(at) {
		return nil
	}
	if len(p) > 1 && e.leaf(at) {
		out := map[string]any{}
		for _, name := range p {
			if member, ok := object[name]; ok {
				out[name] = member
			}
		}
		return e.step(at+1, out, certain)
	}
	for _, name := range p {
		member, ok := object[name]
		if !ok {
			if certain && len(p) == 1 && !e.leaf(at) {
				return fmt.Errorf("there is no %q: %w", name, ErrNotFound)
			}
			continue
		}
		if err := e.step(at+1, member, certain && len(p) == 1); err != nil {
			return err
		}
	}
	return nil
}

// elements is [1], [1,2] or [*]'s kin of lists; slice is [1:2].
type elements struct {
	indexes  []int
	slice    bool
	from, to *int
}

func (t elements) definite(bool) bool { return !t.slice && len(t.indexes) == 1 }

func (t elements) apply(e *evaluation, at int, value any, certain bool) error {
	list, ok := value.([]any)
	if !ok {
		if certain {
			return fmt.Errorf("an index needs a list: %w", ErrNotFound)
		}
		return nil
	}
	indexes, single := t.indexes, !t.slice && len(t.indexes) == 1
	if t.slice {
		indexes = t.places(len(list))
	}
	for _, i := range indexes {
		if i < 0 {
			i += len(list)
		}
		if i < 0 || i >= len(list) {
			continue
		}
		if err := e.step(at+1, list[i], certain && single); err != nil {
			return err
		}
	}
	return nil
}

// places are the indexes of a slice of a list.
func (t elements) places(n int) []int {
	from, to := 0, n
	switch {
	case t.to == nil:
		if from = *t.from; from < 0 {
			from = max(0, from+n)
		}
	case t.from == nil:
		if to = *t.to; to < 0 {
			to += n
		}
	default: // negative ones count from the end one by one, as in Jayway
		from, to = max(*t.from, -n), *t.to
	}
	var out []int
	for i := from; i < min(to, n); i++ {
		out = append(out, i)
	}
	return out
}

// wildcard is .* or [*].
type wildcard struct{}

func (wildcard) definite(bool) bool { return false }

func (wildcard) apply(e *evaluation, at int, value any, _ bool) error {
	if _, isObject := value.(map[string]any); isObject && e.leaf(at) && !e.wanted(at) {
		return nil
	}
	for _, member := range members(value) {
		if err := e.step(at+1, member, false); err != nil {
			return err
		}
	}
	return nil
}

// members are the values in an object or a list.
func members(value any) []any {
	switch v := value.(type) {
	case []any:
		return v
	case map[string]any:
		out := make([]any, 0, len(v))
		for _, key := range slices.Sorted(maps.Keys(v)) {
			out = append(out, v[key])
		}
		return out
	}
	return nil
}

// scan is "..": what follows is looked for at any depth.
type scan struct{}

func (scan) definite(bool) bool { return false }

func (scan) apply(e *evaluation, at int, value any, _ bool) error {
	if at+1 == len(e.tokens) {
		return fmt.Errorf("%w: nothing follows the '..'", errInvalid)
	}
	return e.scan(at+1, value, 0)
}

func (e *evaluation) scan(at int, value any, depth int) error {
	if depth > maxDepth {
		return fmt.Errorf("%w: the document is nested too deeply", errValue)
	}
	if err := e.tick(); err != nil {
		return err
	}
	_, isObject := value.(map[string]any)
	list, isList := value.([]any)
	if !isObject && !isList {
		return nil
	}
	fits, err := e.fits(at, value)
	if err != nil {
		return err
	}
	switch {
	case !fits:
	case isList && !e.leaf(at):
		// As Jayway has it: what comes after is looked for in every element; see
		// wanted.
		for i, member := range list {
			if e.element == nil {
				e.element = map[int]int{}
			}
			e.element[at+1] = i
			if err := e.step(at+1, member, false); err != nil {
				return err
			}
		}
	default:
		if err := e.tokens[at].apply(e, at, value, false); err != nil {
			return err
		}
	}
	for _, member := range members(value) {
		if err := e.scan(at, member, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// wanted tells whether a last property counts: after a scan for lists, as in
// ..[0].name, only that of the element that is named. Jayway keeps the place of
// the last element for all that follows, and so does this.
func (e *evaluation) wanted(at int) bool {
	i, scanned := e.element[at]
	if !scanned {
		return true
	}
	t, ok := e.tokens[at-1].(elements)
	return ok && !t.slice && len(t.indexes) == 1 && t.indexes[0] == i
}

// fits tells whether a scan stops at a value for the token that it looks for.
func (e *evaluation) fits(at int, value any) (bool, error) {
	switch t := e.tokens[at].(type) {
	case property:
		object, ok := value.(map[string]any)
		if !ok || !t.definite(e.leaf(at)) {
			return ok, nil
		}
		return !slices.ContainsFunc(t, func(name string) bool { _, has := object[name]; return !has }), nil
	case elements:
		_, ok := value.([]any)
		return ok, nil
	case wildcard:
		return true, nil
	case *filter:
		return t.accepts(e.reader, value, e.depth)
	}
	return false, nil
}

// filter is [?(...)].
type filter struct{ condition condition }

func (*filter) definite(bool) bool { return false }

func (f *filter) apply(e *evaluation, at int, value any, certain bool) error {
	list, isList := value.([]any)
	if !isList {
		if _, isObject := value.(map[string]any); !isObject {
			if certain {
				return fmt.Errorf("%w: a filter is for objects and lists", errInvalid)
			}
			return nil
		}
		list = []any{value}
	}
	for _, member := range list {
		ok, err := f.accepts(e.reader, member, e.depth)
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		if err := e.step(at+1, member, false); err != nil {
			return err
		}
	}
	return nil
}

func (f *filter) accepts(r *reader, value any, depth int) (bool, error) {
	if err := r.tick(); err != nil {
		return false, err
	}
	return f.condition.holds(r, value, depth+1)
}
