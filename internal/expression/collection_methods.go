package expression

import "slices"

// members reads the collection that a method was called on.
func members(in *invocation) seq {
	s, _ := collection(in.self)
	return s
}

// changed is the collection that a method is to change.
func changed(in *invocation) (*List, error) {
	switch l := in.self.(type) {
	case *List:
		if own, ok := ownCopy(l).(*List); ok {
			err := l.mayChange()
			return own, err
		}
		err := l.mayChange()
		return l, err
	case []any:
		return newList((seq{raw: l}).copied()), nil // a copy that nothing else sees
	}
	return nil, fail(exUnsupported, "this collection can't be changed")
}

func argument(in *invocation, i int) (seq, error) {
	s, ok := collection(in.args[i])
	if !ok {
		return s, fail(exNull, "the collection is null")
	}
	return s, nil
}

func defineCollections() {
	c := classCollection
	c.def("size()int", give(func(in *invocation) any { return int32(members(in).len()) }))
	c.def("isEmpty()boolean", give(func(in *invocation) any { return members(in).len() == 0 }))
	c.def("contains(Object)boolean", func(in *invocation) (any, error) {
		i, err := in.st.find(members(in), in.args[0])
		return i >= 0, err
	})
	c.def("containsAll(Collection)boolean", func(in *invocation) (any, error) {
		all, err := argument(in, 0)
		if err != nil {
			return nil, err
		}
		for i := range all.len() {
			if at, err := in.st.find(members(in), all.at(i)); err != nil || at < 0 {
				return false, err
			}
		}
		return true, nil
	})
	c.def("add(Object)boolean", func(in *invocation) (any, error) {
		l, err := changed(in)
		if err != nil {
			return nil, err
		}
		if !isList(l) {
			if i, err := in.st.find(members(in), in.args[0]); err != nil || i >= 0 {
				return false, err
			}
		}
		return true, l.grow(in.st, in.args[:1])
	})
	c.def("addAll(Collection)boolean", func(in *invocation) (any, error) {
		l, err := changed(in)
		if err != nil {
			return nil, err
		}
		more, err := argument(in, 0)
		if err != nil {
			return nil, err
		}
		if isList(l) {
			return more.len() > 0, l.grow(in.st, more.copied())
		}
		before := len(l.items)
		for _, m := range more.copied() {
			i, err := in.st.find(seq{own: l.items}, m)
			if err == nil && i < 0 {
				err = l.grow(in.st, []any{m})
			}
			if err != nil {
				return nil, err
			}
		}
		return len(l.items) > before, nil
	})
	c.def("remove(Object)boolean", func(in *invocation) (any, error) {
		l, err := changed(in)
		if err != nil {
			return nil, err
		}
		at, err := in.st.find(seq{own: l.items}, in.args[0])
		if at >= 0 {
			l.items = slices.Delete(l.items, at, at+1)
		}
		return at >= 0, err
	})
	filter := func(keep bool) func(*invocation) (any, error) {
		return func(in *invocation) (any, error) {
			l, err := changed(in)
			if err != nil {
				return nil, err
			}
			other, err := argument(in, 0)
			if err != nil {
				return nil, err
			}
			var left []any
			for _, m := range l.items {
				i, err := in.st.find(other, m)
				if err != nil {
					return nil, err
				}
				if i >= 0 == keep {
					left = append(left, m)
				}
			}
			before := len(l.items)
			l.items = left
			return len(l.items) < before, nil
		}
	}
	c.def("removeAll(Collection)boolean", filter(false))
	c.def("retainAll(Collection)boolean", filter(true))
	c.def("clear()void", func(in *invocation) (any, error) {
		l, err := changed(in)
		if err == nil {
			l.items = nil
		}
		return nil, err
	})
	for _, hidden := range []string{"iterator", "spliterator", "stream", "parallelStream", "toArray"} {
		c.def(hidden+"()Object", nil)
	}
	defineLists()
}

// grow appends members, up to the limit of sizes.
func (l *List) grow(st *state, more []any) error {
	if err := st.spend(len(more)); err != nil {
		return err
	}
	if len(l.items)+len(more) > st.env.limits.Steps {
		return fail(exEvaluation, "the collection would be too large")
	}
	l.items = append(l.items, more...)
	return nil
}

func defineLists() {
	c := classList
	c.def("indexOf(Object)int", func(in *invocation) (any, error) {
		i, err := in.st.find(members(in), in.args[0])
		return int32(i), err
	})
	c.def("lastIndexOf(Object)int", func(in *invocation) (any, error) {
		m := members(in)
		for i := m.len() - 1; i >= 0; i-- {
			if yes, err := in.st.equals(in.args[0], m.at(i)); yes || err != nil {
				return int32(i), err
			}
		}
		return int32(-1), nil
	})
	c.def("subList(int,int)List", func(in *invocation) (any, error) {
		m, from, to := members(in), in.int(0), in.int(1)
		switch {
		case from < 0 || to > m.len():
			return nil, fail(exIndex, "from %d to %d is out of range of a list of %d", from, to, m.len())
		case from > to:
			return nil, fail(exArgument, "from %d to %d is out of order", from, to)
		}
		class := classSubList
		if classOf(in.self) == classUnmodifiableList {
			class = classUnmodifiableList
		}
		return &List{class: class, items: m.copied()[from:to:to]}, nil
	})
	c.def("add(int,Object)void", func(in *invocation) (any, error) {
		l, err := changed(in)
		if err != nil {
			return nil, err
		}
		i := in.int(0)
		if i < 0 || i > len(l.items) {
			return nil, fail(exIndex, "the index %d is out of bounds for length %d", i, len(l.items))
		}
		if err := l.grow(in.st, []any{nil}); err != nil {
			return nil, err
		}
		copy(l.items[i+1:], l.items[i:])
		l.items[i] = in.args[1]
		return nil, nil
	})
	c.def("addAll(int,Collection)boolean", func(in *invocation) (any, error) {
		l, err := changed(in)
		if err != nil {
			return nil, err
		}
		more, err := argument(in, 1)
		if err != nil {
			return nil, err
		}
		i := in.int(0)
		if i < 0 || i > len(l.items) {
			return nil, fail(exIndex, "the index %d is out of bounds for length %d", i, len(l.items))
		}
		if err := in.st.spend(more.len()); err != nil {
			return nil, err
		}
		l.items = slices.Insert(l.items, i, more.copied()...)
		return more.len() > 0, nil
	})
	c.def("sort(Comparator)void", func(in *invocation) (any, error) {
		l, err := changed(in)
		if err != nil {
			return nil, err
		}
		if in.args[0] != nil {
			return nil, fail(exArgument, "only null, for the natural order, can be sorted by")
		}
		var bad error
		slices.SortStableFunc(l.items, func(a, b any) int {
			order, err := compareObjects(a, b)
			if err != nil && bad == nil {
				bad = err
			}
			return order
		})
		return nil, bad
	})
	for _, hidden := range []string{"get", "remove"} {
		c.def(hidden+"(int)Object", nil)
	}
	c.def("set(int,Object)Object", nil)
	c.def("listIterator()Object", nil)
	classArrayList.def("ensureCapacity(int)void", give(func(*invocation) any { return nil }))
	classArrayList.def("trimToSize()void", give(func(*invocation) any { return nil }))
	classArrayList.def("clone()Object", nil)
}

func defineMaps() {
	c := classMap
	self := func(in *invocation) view {
		m, _ := asMap(in.self)
		return m
	}
	c.def("size()int", give(func(in *invocation) any { return int32(len(self(in).keys())) }))
	c.def("isEmpty()boolean", give(func(in *invocation) any { return len(self(in).keys()) == 0 }))
	c.def("containsKey(Object)boolean", func(in *invocation) (any, error) {
		if err := in.st.payKey(in.args[0]); err != nil {
			return nil, err
		}
		return self(in).has(in.args[0]), nil
	})
	c.def("containsValue(Object)boolean", func(in *invocation) (any, error) {
		m := self(in)
		for _, k := range m.keys() {
			if yes, err := in.st.equals(in.args[0], m.get(k)); yes || err != nil {
				return yes, err
			}
		}
		return false, nil
	})
	views := func(name string, set bool, read func(view) []any, linked, hashed, fixed *class) {
		result := "Collection"
		if set {
			result = "Set"
		}
		c.def(name+"()"+result, func(in *invocation) (any, error) {
			m := self(in)
			if err := in.st.spend(m.len()); err != nil {
				return nil, err
			}
			class := linked
			switch c := classOf(in.self); {
			case c == classHashMap, c == classStageContext && m.own.top:
				class = hashed
			case c == classUnmodifiableMap, c == classEmptyMap:
				class = fixed
			}
			return &List{class: class, items: read(m)}, nil
		})
	}
	views("keySet", true, view.keys, classLinkedKeySet, classHashKeySet, classUnmodifiableSet)
	views("values", false, func(m view) []any {
		return listOf(m.keys(), m.get)
	}, classLinkedValues, classHashValues, classUnmodifiableColl)
	views("entrySet", true, view.entries, classLinkedEntrySet, classHashEntrySet, classUnmodifiableEnts)
	changedMap := func(in *invocation) (*Map, error) {
		if m, ok := in.self.(*Map); ok && !m.frozen {
			err := m.mayChange()
			return m, err
		}
		own, _ := ownCopy(in.self).(*Map)
		return own, nil
	}
	c.def("clear()void", func(in *invocation) (any, error) {
		m, err := changedMap(in)
		if err == nil {
			m.clear()
		}
		return nil, err
	})
	c.def("putAll(Map)void", func(in *invocation) (any, error) {
		m, err := changedMap(in)
		if err != nil {
			return nil, err
		}
		more, ok := asMap(in.args[0])
		if !ok {
			return nil, fail(exNull, "the map is null")
		}
		for _, k := range more.keys() {
			m.put(k, more.get(k))
		}
		return nil, in.st.spend(more.len())
	})
	c.def("remove(Object,Object)boolean", func(in *invocation) (any, error) {
		m, err := changedMap(in)
		if err != nil {
			return nil, err
		}
		if v, ok := m.lookup(in.args[0]); ok && javaEquals(v, in.args[1]) {
			m.remove(in.args[0])
			return true, nil
		}
		return false, nil
	})
	c.def("replace(Object,Object,Object)boolean", func(in *invocation) (any, error) {
		m, err := changedMap(in)
		if err != nil {
			return nil, err
		}
		if v, ok := m.lookup(in.args[0]); ok && javaEquals(v, in.args[1]) {
			m.put(in.args[0], in.args[2])
			return true, nil
		}
		return false, nil
	})
	c.def("get(Object)Object", nil)
	c.def("remove(Object)Object", nil)
	c.def("put(Object,Object)Object", nil)
	c.def("putIfAbsent(Object,Object)Object", nil)
	c.def("getOrDefault(Object,Object)Object", nil)
	classMapEntry.def("getKey()Object", nil)
	classMapEntry.def("getValue()Object", nil)
	classStageContext.def("getAll(Object)List", give(func(in *invocation) any {
		return newList(in.self.(*Map).all(in.args[0]))
	}))
	classStageContext.def("getCurrentOnly(Object,Object)Object", nil)
}
