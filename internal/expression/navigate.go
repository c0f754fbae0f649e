package expression

import (
	"strings"
)

func (n *chain) eval(st *state) (any, error) {
	v, err := n.parts[0].eval(st)
	for i := 1; err == nil && i < len(n.parts); i++ {
		v, err = st.within(v, n.parts[i])
		if err != nil {
			err = at(err, n.parts[i].pos())
		}
	}
	return v, err
}

func (n *chain) resolve(st *state) (place, error) {
	last, ok := n.parts[len(n.parts)-1].(target)
	if !ok {
		return place{get: func() (any, error) { return n.eval(st) }}, nil
	}
	v, err := n.parts[0].eval(st)
	for i := 1; err == nil && i < len(n.parts)-1; i++ {
		v, err = st.within(v, n.parts[i])
	}
	if err != nil {
		return place{}, err
	}
	saved := st.active
	st.active = v
	p, err := last.resolve(st)
	st.active = saved
	return p, err
}

func (n *property) eval(st *state) (any, error) {
	if st.active == nil && n.safe {
		return nil, nil
	}
	return st.read(st.active, n.name, n.start)
}

func (n *property) resolve(st *state) (place, error) {
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
		if v := m.get(name); v != nil && (m.own == nil || m.own.parent == nil || st.scope.allowUnknown) {
			return st.keep(owner, name, v), nil
		}
		if st.scope.allowUnknown {
			return nil, nil
		}
		if m.has(name) {
			return st.keep(owner, name, m.get(name)), nil
		}
		v, err := st.getter(owner, name, pos)
		if f, ok := err.(*Failure); ok && f.Near == nil && m.len() < 200 {
			err = f.like(name, names(m))
		}
		return v, err
	}
	return st.getter(owner, name, pos)
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

func (n *variable) eval(st *state) (any, error) {
	if err := st.tick(); err != nil {
		return nil, err
	}
	switch n.name {
	case "this":
		return st.active, nil
	case "root":
		return st.scope.root, nil
	}
	if v, ok := st.scope.variables[n.name]; ok {
		return v, nil
	}
	if functions[n.name] != nil {
		return nil, problem(n.start, "#%s is a function: call it with parentheses", n.name)
	}
	return nil, nil
}

func (n *variable) resolve(st *state) (place, error) {
	p := place{get: func() (any, error) { return n.eval(st) }}
	if n.name != "this" && n.name != "root" {
		p.set = func(v any) error {
			if st.scope.variables == nil {
				st.scope.variables = map[string]any{}
			}
			st.scope.variables[n.name] = v
			return nil
		}
	}
	return p, nil
}

func (n *function) eval(st *state) (any, error) {
	if err := st.tick(); err != nil {
		return nil, err
	}
	f := functions[n.name]
	if f == nil {
		if v := st.scope.variables[n.name]; v != nil {
			return nil, problem(n.start, "#%s is a variable, not a function", n.name)
		}
		return nil, problem(n.start, "there is no function #%s", n.name).like(n.name, functionNames())
	}
	args := make([]any, len(n.args))
	for i, a := range n.args {
		v, err := a.eval(st)
		if err != nil {
			return nil, err
		}
		args[i] = v
	}
	if len(args) != len(f.params) && !f.varargs {
		return nil, problem(n.start, "#%s takes %d arguments, not %d", n.name, len(f.params), len(args))
	}
	v, err := f.run(st, nil, args)
	if err == nil {
		err = st.payText(v)
	}
	return v, at(err, n.start)
}

func (n *beanRef) eval(*state) (any, error) {
	return nil, problem(n.start, "there are no beans here, so no '%s' either", n.name)
}

func (n *call) eval(st *state) (any, error) {
	args, err := st.arguments(n.args)
	if err != nil {
		return nil, err
	}
	if err := st.tick(); err != nil {
		return nil, err
	}
	if st.active == nil {
		if n.safe {
			return nil, nil
		}
		return nil, problem(n.start, "the method %s can't be called on null", signature(n.name, args))
	}
	if err := st.payText(st.active); err != nil {
		return nil, err
	}
	v, err := st.invoke(st.active, n.name, args)
	if err == nil {
		err = st.payText(v)
	}
	return v, at(err, n.start)
}

// signature is how a call is named to a person.
func signature(name string, args []any) string {
	types := make([]string, len(args))
	for i, a := range args {
		types[i] = classOf(a).typeName()
	}
	return name + "(" + strings.Join(types, ",") + ")"
}

// invoke calls the method of that name that fits the arguments best.
func (st *state) invoke(owner any, name string, args []any) (any, error) {
	c := classOf(owner)
	table := c.instance
	if k, ok := owner.(*class); ok {
		c, table = k, k.static
	}
	candidates := table[name]
	if len(candidates) == 1 && st.env.outside.Artifacts == nil && candidates[0].fits(args) {
		return candidates[0].fn(&invocation{st, owner, args})
	}
	m, err := resolveMethod(candidates, args)
	if err != nil {
		return nil, fail(exEvaluation, "the call %s on %s is ambiguous: convert its arguments first", signature(name, args), c.typeName())
	}
	if m == nil {
		return nil, noMethod(c, name, args, table)
	}
	return m.run(st, owner, args)
}

func noMethod(c *class, name string, args []any, known map[string][]*method) error {
	f := fail(exEvaluation, "there is no method %s of %s, or it may not be called", signature(name, args), c.typeName())
	if hint := collectionHint[name]; hint != "" && (classCollection.assignableFrom(c) || classMap.assignableFrom(c)) {
		f.Message += ": " + hint
		return f
	}
	if _, ok := known[name]; ok {
		return f
	}
	list := make([]string, 0, len(known))
	for k := range known {
		list = append(list, k)
	}
	return f.like(name, list)
}

// collectionHint says what to write in the place of methods that people know
// but that may not be called.
var collectionHint = map[string]string{
	"get": "write [key] instead", "getOrDefault": "write [key] ?: default instead",
	"stream": "write .?[condition] and .![value] instead", "iterator": "write .![value] instead",
	"forEach": "write .![value] instead",
}

func (n *index) eval(st *state) (any, error) {
	if v, ok := n.quick(st); ok {
		return v, nil
	}
	p, err := n.resolve(st)
	if err != nil {
		return nil, err
	}
	return p.get()
}

// quick reads a map by a key, or a list by a place, that is written out, which
// is the rule.
func (n *index) quick(st *state) (any, bool) {
	key, ok := n.key.(*literal)
	if !ok || st.scope.mutable || st.tick() != nil {
		return nil, false
	}
	switch k := key.value.(type) {
	case string:
		if m, ok := asMap(st.active); ok {
			return m.get(k), true
		}
	case int32:
		if c, ok := iterable(st.active); ok && k >= 0 && int(k) < c.len() {
			return c.at(int(k)), true
		}
	}
	return nil, false
}

// keyFor evaluates the index: in the root, not in what is indexed.
func (n *index) keyFor(st *state, owner any) (any, error) {
	if p, ok := n.key.(*property); ok {
		if _, isMap := asMap(owner); isMap {
			return p.name, nil
		}
	}
	k, err := st.within(st.scope.root, n.key)
	if err == nil && k == nil {
		f := fail(exState, "the index is null")
		f.At = n.start
		err = f
	}
	return k, err
}

func (n *index) resolve(st *state) (place, error) {
	owner := st.active
	if owner == nil {
		if n.safe {
			return place{get: func() (any, error) { return nil, nil }}, nil
		}
		return place{}, problem(n.start, "null can't be indexed")
	}
	key, err := n.keyFor(st, owner)
	if err != nil {
		return place{}, err
	}
	if err := st.tick(); err != nil {
		return place{}, err
	}
	if m, ok := asMap(owner); ok {
		if err := st.payKey(key); err != nil {
			return place{}, err
		}
		return n.ofMap(st, owner, m, key)
	}
	if c, ok := iterable(owner); ok {
		return n.ofList(st, owner, c, key)
	}
	if s, ok := owner.(string); ok {
		i, err := n.number(st, key)
		if err != nil {
			return place{}, err
		}
		return place{get: func() (any, error) {
			if i >= units(s) {
				return nil, problem(n.start, "the text has %d characters, so there is none at %d", units(s), i)
			}
			if i < 0 {
				return nil, at(fail(exStringIndex, "there is no character at %d", i), n.start)
			}
			return cut(s, i, i+1), nil
		}}, nil
	}
	if name, ok := key.(string); ok {
		return place{
			get: func() (any, error) { return st.getter(owner, name, n.start) },
			set: func(v any) error { return st.write(owner, name, v, n.start) },
		}, nil
	}
	return place{}, problem(n.start, "%s can't be indexed", classOf(owner).typeName())
}

func (n *index) ofMap(st *state, owner any, m view, key any) (place, error) {
	if m.own != nil && m.own.class == classStageContext {
		converted, err := convert(st, key, classString)
		if err != nil {
			return place{}, at(err, n.start)
		}
		key = converted
	}
	return place{
		get: func() (any, error) { return st.keep(owner, key, m.get(key)), nil },
		set: func(v any) error {
			if m.own == nil {
				return nil
			}
			if err := m.own.mayChange(); err != nil {
				return err
			}
			if !m.own.frozen {
				m.own.put(key, v)
			}
			return nil
		},
	}, nil
}

func (n *index) number(st *state, key any) (int, error) {
	if i, ok := key.(int32); ok {
		return int(i), nil
	}
	v, err := convert(st, key, classInteger)
	if err != nil {
		return 0, at(err, n.start)
	}
	i, ok := v.(int32)
	if !ok {
		return 0, at(fail(exState, "'%s' is no index", javaString(key)), n.start)
	}
	return int(i), nil
}

func (n *index) ofList(st *state, owner any, c seq, key any) (place, error) {
	i, err := n.number(st, key)
	if err != nil {
		return place{}, err
	}
	check := func() error {
		if i >= c.len() {
			return problem(n.start, "there are %d members, so there is none at %d", c.len(), i)
		}
		if i < 0 {
			return at(fail(exIndex, "the index %d is out of bounds for length %d", i, c.len()), n.start)
		}
		return nil
	}
	return place{
		get: func() (any, error) {
			if err := check(); err != nil {
				return nil, err
			}
			return st.keepItem(owner, i, c.at(i)), nil
		},
		set: func(v any) error {
			if err := check(); err != nil {
				return err
			}
			return st.setItem(owner, i, v, n.start)
		},
	}, nil
}

func (st *state) keepItem(owner any, i int, v any) any {
	if !st.scope.mutable {
		return v
	}
	own := ownCopy(v)
	if own == nil {
		return v
	}
	if l, ok := owner.(*List); ok && !l.frozen {
		l.items[i] = own
	}
	return own
}

func (st *state) setItem(owner any, i int, v any, pos int) error {
	switch o := owner.(type) {
	case *List:
		if err := o.mayChange(); err != nil {
			return at(err, pos)
		}
		if !isList(o) {
			return problem(pos, "a member of %s can't be set by its place", o.class.typeName())
		}
		if !o.frozen {
			o.items[i] = v
		}
	case *array:
		converted, err := convert(st, v, o.class.component)
		if err != nil {
			return at(err, pos)
		}
		o.items[i] = converted
	}
	return nil
}
