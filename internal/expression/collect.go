package expression

func (n *selection) eval(st *state) (any, error) {
	if m, ok := asMap(st.active); ok {
		return n.ofMap(st, m)
	}
	c, ok := iterable(st.active)
	if !ok {
		if st.active == nil && n.safe {
			return nil, nil
		}
		return nil, problem(n.start, "there is nothing to select from in %s", classOf(st.active).typeName())
	}
	var picked []any
	for i := range c.len() {
		m := c.at(i)
		yes, err := n.matches(st, m)
		if err != nil {
			return nil, err
		}
		if yes {
			if n.pick == tokFirst {
				return m, nil
			}
			picked = append(picked, m)
		}
	}
	if n.pick != tokSelect {
		if len(picked) == 0 {
			return nil, nil
		}
		return picked[len(picked)-1], nil
	}
	if a, ok := st.active.(*array); ok {
		component := a.class.component
		if component.primitive() {
			component = component.boxed
		}
		return &array{arrayClass(component), picked}, nil
	}
	if picked == nil {
		picked = []any{}
	}
	return newList(picked), nil
}

func (n *selection) matches(st *state, m any) (bool, error) {
	v, err := st.member(m, n.test)
	if err != nil {
		return false, err
	}
	yes, ok := v.(bool)
	if !ok {
		return false, problem(n.test.pos(), "the condition of a selection gives %s, not true or false", describeValue(v))
	}
	return yes, nil
}

func describeValue(v any) string {
	if v == nil {
		return "null"
	}
	return "a " + classOf(v).typeName()
}

func (n *selection) ofMap(st *state, m view) (any, error) {
	out := newMap(classHashMap)
	var last *entry
	for _, e := range m.entries() {
		e := e.(*entry)
		yes, err := n.matches(st, e)
		if err != nil {
			return nil, err
		}
		if !yes {
			continue
		}
		last = e
		if n.pick != tokLast {
			out.put(e.key, e.value)
		}
		if n.pick == tokFirst {
			return out, nil
		}
	}
	if n.pick != tokSelect {
		if last == nil {
			return nil, nil
		}
		out.put(last.key, last.value)
	}
	return out, nil
}

func (n *projection) eval(st *state) (any, error) {
	var members seq
	m, isMap := asMap(st.active)
	if isMap {
		members = seq{own: m.entries()}
	} else {
		c, ok := iterable(st.active)
		if !ok {
			if st.active == nil && n.safe {
				return nil, nil
			}
			return nil, problem(n.start, "there are no members to take in %s", classOf(st.active).typeName())
		}
		members = c
	}
	out := make([]any, members.len())
	for i := range out {
		v, err := st.member(members.at(i), n.each)
		if err != nil {
			return nil, err
		}
		out[i] = v
	}
	if _, ok := st.active.(*array); ok {
		return &array{arrayClass(commonClass(out)), out}, nil
	}
	return newList(out), nil
}

// commonClass is the class that all values have in common.
func commonClass(values []any) *class {
	var common *class
	for _, v := range values {
		c := classOf(v)
		switch {
		case c == nil:
		case common == nil:
			common = c
		case common.assignableFrom(c):
		default:
			next := c
			for next != classObject && !next.assignableFrom(common) {
				if next = next.super; next == nil {
					next = classObject
				}
			}
			common = next
		}
	}
	if common == nil {
		return classObject
	}
	return common
}

func (n *inlineList) eval(st *state) (any, error) {
	out := make([]any, len(n.items))
	for i, item := range n.items {
		if err := st.tick(); err != nil {
			return nil, err
		}
		v, err := item.eval(st)
		if err != nil {
			return nil, err
		}
		out[i] = v
	}
	if n.constant {
		return &List{class: classUnmodifiableList, items: out}, nil
	}
	return newList(out), nil
}

func (n *inlineMap) eval(st *state) (any, error) {
	out := newMap(classLinkedHashMap)
	for i := 0; i < len(n.pairs); i += 2 {
		if err := st.tick(); err != nil {
			return nil, err
		}
		var key any
		if p, ok := n.pairs[i].(*property); ok {
			key = p.name
		} else {
			k, err := n.pairs[i].eval(st)
			if err != nil {
				return nil, err
			}
			key = k
		}
		v, err := n.pairs[i+1].eval(st)
		if err != nil {
			return nil, err
		}
		if err := st.payKey(key); err != nil {
			return nil, err
		}
		out.put(key, v)
	}
	if n.constant {
		out.class = classUnmodifiableMap
	}
	return out, nil
}

func (n *elvis) eval(st *state) (any, error) {
	v, err := n.value.eval(st)
	if err != nil || v != nil && v != "" {
		return v, err
	}
	return n.other.eval(st)
}

func (n *ternary) eval(st *state) (any, error) {
	yes, err := st.truth(n.test)
	if err != nil {
		return nil, err
	}
	if yes {
		return n.yes.eval(st)
	}
	return n.no.eval(st)
}

// truth evaluates a condition.
func (st *state) truth(n node) (bool, error) {
	v, err := n.eval(st)
	if err != nil {
		return false, err
	}
	if b, ok := v.(bool); ok {
		return b, nil
	}
	v, err = convert(st, v, classBoolean)
	if err != nil {
		return false, at(err, n.pos())
	}
	b, ok := v.(bool)
	if !ok {
		return false, problem(n.pos(), "null is neither true nor false")
	}
	return b, nil
}

func (n *logical) eval(st *state) (any, error) {
	left, err := st.truth(n.left)
	if err != nil || left == n.or {
		return left, err
	}
	right, err := st.truth(n.right)
	if err != nil {
		return nil, err
	}
	return right, nil
}

func (n *assign) eval(st *state) (any, error) {
	left, ok := n.left.(target)
	v, err := n.right.eval(st)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, problem(n.left.pos(), "the left side of = can't be assigned to")
	}
	p, err := left.resolve(st)
	if err != nil {
		return nil, err
	}
	if p.set == nil {
		return nil, problem(n.left.pos(), "the left side of = can't be assigned to")
	}
	return v, p.set(v)
}

func (n *increment) eval(st *state) (any, error) {
	operand, ok := n.operand.(target)
	if !ok {
		return nil, problem(n.operand.pos(), "the operand of ++ or -- can't be assigned to")
	}
	p, err := operand.resolve(st)
	if err != nil {
		return nil, err
	}
	before, err := p.get()
	if err != nil {
		return nil, err
	}
	after, err := arithmetic(tokPlus, before, n.by, n.start)
	if err != nil || !isNumber(before) {
		return nil, problem(n.operand.pos(), "%s can't be counted up or down", describeValue(before))
	}
	if p.set == nil {
		return nil, problem(n.operand.pos(), "the operand of ++ or -- can't be assigned to")
	}
	if err := p.set(after); err != nil {
		return nil, err
	}
	if n.prefix {
		return after, nil
	}
	return before, nil
}
