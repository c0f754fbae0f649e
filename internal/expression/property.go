package expression

import (
	"strings"
)

func (n *property) eval(st *state) (any, error) {
	if st.active == nil && n.safe {
		return nil, nil
	}
	return st.read(st.active, n.name, n.start)
}

func (n *property) resolve(st *state) (place, error) { //nolint:unparam // as every target
	owner := st.active
	return place{
		get: func() (any, error) { return st.read(owner, n.name, n.start) },
		set: func(v any) error {
			if owner == nil && n.safe {
				return nil
			}
			return st.write(owner, n.name, v, n.start)
		},
	}, nil
}

// read reads a property: of a map by key, else by a getter.
func (st *state) read(owner any, name string, pos int) (any, error) {
	if err := st.tick(); err != nil {
		return nil, err
	}
	if owner == nil {
		return nil, problem(pos, "the property '%s' can't be read from null", name)
	}
	if m, ok := asMap(owner); ok {
		return st.readMap(owner, m, name, pos)
	}
	return st.getter(owner, name, pos)
}

// readMap reads a key. One that isn't known is null, or, where names must be
// known, looked for among the getters of Java's maps.
func (st *state) readMap(owner any, m view, name string, pos int) (any, error) {
	plain := m.own == nil || m.own.parent == nil
	if v := m.get(name); v != nil && (plain || st.scope.allowUnknown) {
		return st.keep(owner, name, v), nil
	}
	switch {
	case st.scope.allowUnknown:
		return nil, nil
	case m.has(name):
		return st.keep(owner, name, m.get(name)), nil
	}
	v, err := st.getter(owner, name, pos)
	if err != nil && m.len() < 200 {
		if f := asFailure(err); f.Near == nil {
			err = f.like(name, names(m))
		}
	}
	return v, err
}

func names(m view) []string {
	var out []string
	for _, k := range m.keys() {
		if s, ok := k.(string); ok {
			out = append(out, s)
		}
	}
	return out
}

// getter reads a property by the methods that Java's beans have for it.
func (st *state) getter(owner any, name string, pos int) (any, error) {
	if a, ok := owner.(*array); ok && name == "length" {
		return int32(len(a.items)), nil
	}
	c, static := classOf(owner), false
	if k, ok := owner.(*class); ok {
		c, static = k, true
	}
	m := c.getter(name, static)
	if m == nil {
		f := fail(exArgument, "there is no property '%s' of %s", name, describeClass(c))
		f.At = pos
		return nil, f.like(name, c.properties(static))
	}
	if !m.callable {
		f := fail(exArgument, "the property '%s' of %s may not be read: it gives %s", name, describeClass(c), m.returns.typeName())
		f.At = pos
		return nil, f
	}
	v, err := m.run(st, owner, nil)
	return v, at(err, pos)
}

func describeClass(c *class) string { return c.typeName() }

// keep makes a container that was read changeable without a change to the
// program's own, where the expression changes containers at all.
func (st *state) keep(owner any, key, v any) any {
	if !st.scope.mutable {
		return v
	}
	own := ownCopy(v)
	if own == nil {
		return v
	}
	if m, ok := owner.(*Map); ok && !m.frozen {
		m.put(key, own)
	}
	return own
}

// ownCopy is the evaluator's own copy of a container of the program; nil for
// values that need none.
func ownCopy(v any) any {
	switch c := v.(type) {
	case []any:
		return newList((seq{raw: c}).copied())
	case *List:
		if c.frozen {
			return &List{class: c.class, items: append([]any(nil), c.items...)}
		}
		return nil
	case *Map:
		if !c.frozen {
			return nil
		}
	}
	from, ok := asMap(v)
	if !ok {
		return nil
	}
	m := newMap(classLinkedHashMap)
	for _, k := range from.keys() {
		m.put(k, from.get(k))
	}
	return m
}

func (st *state) write(owner any, name string, v any, pos int) error {
	switch m := owner.(type) {
	case nil:
		return problem(pos, "the property '%s' of null can't be set", name)
	case *Map:
		if err := m.mayChange(); err != nil {
			return at(err, pos)
		}
		if !m.frozen {
			m.put(name, v)
		}
		return nil
	case map[string]any:
		return nil // a copy that nothing else sees
	}
	if c := classOf(owner); settable[c] && c.getter(name, false) != nil {
		return nil // what the program holds stays as it is
	}
	f := fail(exArgument, "the property '%s' of %s can't be set", name, classOf(owner).typeName())
	f.At = pos
	return f
}

// settable are the classes whose properties have setters.
var settable = map[*class]bool{
	classExecutionImpl: true, classStageImpl: true, classAuthentication: true, classPausedDetails: true, classDate: true,
}

func (m *Map) mayChange() error {
	if m.class == classUnmodifiableMap || m.class == classEmptyMap {
		return fail(exUnsupported, "this map can't be changed")
	}
	return nil
}

func (l *List) mayChange() error {
	if classUnmodifiableColl.assignableFrom(l.class) || strings.HasPrefix(l.class.name, "com.google.") ||
		strings.HasPrefix(l.class.name, "java.util.Immutable") {
		return fail(exUnsupported, "this collection can't be changed")
	}
	return nil
}
