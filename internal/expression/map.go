package expression

import (
	"maps"
	"math/big"
	"slices"
)

// Map is a Java map: a LinkedHashMap, which keeps the order of its keys, or a
// HashMap, which orders them by hash as Java does.
type Map struct {
	class  *class
	keys   []any
	values map[any]any // by hashKey
	// hashes are the hash keys of those keys that are containers, by their
	// identity: what is in a key is gone through once, not at every look.
	hashes map[any]any
	// inOrder is what order gives, until a key comes or goes.
	inOrder []any
	parent  *stageView // StageContext: what is read when a key is missing
	frozen  bool       // as a List's
	// top marks the StageContext at the top, whose keys are those of a HashMap;
	// a stage's own keeps the order it was written in.
	top bool
}

func newMap(c *class) *Map { return &Map{class: c, values: map[any]any{}} }

// NewMap returns an empty map that keeps the order in which keys are put, to
// hand documents in without losing it.
func NewMap() *Map { return &Map{class: classLinkedHashMap, values: map[any]any{}, frozen: true} }

// Put sets a key to a value as JSON has it.
func (m *Map) Put(key string, value any) { m.put(key, freeze(norm(value))) }

// Get reads a key as JSON has it, and tells whether it is there.
func (m *Map) Get(key string) (any, bool) {
	v, ok := m.lookup(key)
	return v, ok
}

// Keys lists the keys in their order.
func (m *Map) Keys() []string {
	out := make([]string, 0, len(m.keys))
	for _, k := range m.order() {
		if s, ok := k.(string); ok {
			out = append(out, s)
		}
	}
	return out
}

// hashKey is what Go may compare in the place of a Java key.
func hashKey(k any) any {
	switch k := k.(type) {
	case string, nil, bool, int32, int64, float64, float32, int16, int8, char:
		return k
	case *big.Int:
		return "\x00I" + k.String()
	case *enumValue, *class, *array:
		return k
	}
	return "\x00" + javaString(k)
}

// hash is hashKey, remembered for the containers among the keys.
func (m *Map) hash(key any) any {
	switch key.(type) {
	case *Map, *List:
		if h, ok := m.hashes[key]; ok {
			return h
		}
	}
	return hashKey(key)
}

func (m *Map) put(key, v any) {
	h := m.hash(key)
	if _, ok := m.values[h]; !ok {
		m.keys, m.inOrder = append(m.keys, key), nil
		switch key.(type) {
		case *Map, *List:
			if m.hashes == nil {
				m.hashes = map[any]any{}
			}
			m.hashes[key] = h
		}
	}
	m.values[h] = v
}

func (m *Map) remove(key any) (any, bool) {
	h := m.hash(key)
	old, ok := m.values[h]
	if ok {
		delete(m.values, h)
		m.keys = slices.DeleteFunc(m.keys, func(k any) bool { return m.hash(k) == h })
		maps.DeleteFunc(m.hashes, func(_, known any) bool { return known == h })
		m.inOrder = nil
	}
	return old, ok
}

// clear removes all keys.
func (m *Map) clear() { m.keys, m.values, m.hashes, m.inOrder = nil, map[any]any{}, nil, nil }

func (m *Map) lookup(key any) (any, bool) {
	v, ok := m.values[m.hash(key)]
	return v, ok
}

// order lists the keys as Java iterates over them.
func (m *Map) order() []any {
	if m.class != classHashMap {
		return m.keys
	}
	if m.inOrder == nil {
		m.inOrder = hashOrder(m.keys)
	}
	return slices.Clone(m.inOrder)
}

// view is what is common to the maps of the evaluator and those of JSON.
type view struct {
	raw map[string]any
	own *Map
}

// asMap tells whether a value is a map, and gives the way to read it.
func asMap(v any) (view, bool) {
	switch v := v.(type) {
	case map[string]any:
		return view{raw: v}, true
	case *Map:
		return view{own: v}, true
	}
	return view{}, false
}

func (v view) len() int {
	if v.own != nil {
		return len(v.own.keys)
	}
	return len(v.raw)
}

// size is Map.size.
func (v view) size() int {
	if v.own != nil && v.own.parent != nil {
		return len(v.keys())
	}
	return v.len()
}

// has is containsKey: a StageContext answers for its own keys alone.
func (v view) has(key any) bool {
	if v.own != nil {
		_, ok := v.own.lookup(key)
		return ok || v.own.parent != nil && v.own.parent.has(key)
	}
	s, ok := key.(string)
	if !ok {
		return false
	}
	_, ok = v.raw[s]
	return ok
}

// get is Map.get: a StageContext falls back to the outputs of ancestors.
func (v view) get(key any) any {
	if v.own != nil {
		if value, ok := v.own.lookup(key); ok {
			return value
		}
		if v.own.parent != nil {
			return v.own.parent.get(key)
		}
		return nil
	}
	if s, ok := key.(string); ok {
		return norm(v.raw[s])
	}
	return nil
}

// keys lists the keys in their order; those of JSON decoded by Go, whose order
// is lost, by name.
func (v view) keys() []any {
	if v.own != nil {
		if v.own.parent != nil {
			keys := v.own.parent.keys(v.own.keys)
			if v.own.top {
				return hashOrder(keys)
			}
			return keys
		}
		return v.own.order()
	}
	names := make([]string, 0, len(v.raw))
	for k := range v.raw {
		names = append(names, k)
	}
	slices.Sort(names)
	out := make([]any, len(names))
	for i, k := range names {
		out[i] = k
	}
	return out
}

// entries lists the entries as values.
func (v view) entries() []any {
	c := classLinkedEntry
	if v.own != nil && v.own.class != classLinkedHashMap && v.own.class != classUnmodifiableMap {
		c = classHashNode
	}
	keys := v.keys()
	out := make([]any, len(keys))
	for i, k := range keys {
		out[i] = &entry{c, k, v.get(k)}
	}
	return out
}
