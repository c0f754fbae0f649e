package expression

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

func (n *variable) resolve(st *state) (place, error) { //nolint:unparam // as every target
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
