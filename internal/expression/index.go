package expression

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
				return nil, problem(n.start, "the index %d is out of range of a text of length %d", i, units(s))
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
		return 0, at(fail(exState, "'%s' is not an index", javaString(key)), n.start)
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
			return problem(n.start, "the index %d is out of range of a list of length %d", i, c.len())
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
