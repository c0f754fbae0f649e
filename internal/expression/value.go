package expression

import (
	"encoding/json"
	"math"
	"math/big"
	"slices"
	"strconv"

	"github.com/gennaker/gennaker/internal/model"
)

// Inside the evaluator a value is one of: nil, bool, string, int32 (Integer),
// int64 (Long), int16, int8, float32, float64, *big.Int, char,
// *List (any Java collection), *Map, *entry, *array, *class (a Class object),
// *bean, *enumValue and the date types, or a container as JSON decodes it:
// map[string]any (a LinkedHashMap) and []any (an ArrayList), which are read
// only and whose members are turned into values by [norm] when they are read.

// char is a java.lang.Character.
type char uint16

// List is any Java collection: a list, a set, or the values of a map.
type List struct {
	class *class
	items []any
	// frozen tells that the list belongs to the program: expressions change a
	// copy of it.
	frozen bool
}

func newList(items []any) *List { return &List{class: classArrayList, items: items} }

// array is a Java array.
type array struct {
	class *class // the array's own class, with its component
	items []any
}

// entry is a java.util.Map.Entry.
type entry struct {
	class      *class
	key, value any
}

// norm turns what JSON decoding or the program gives into a value: whole
// numbers that fit become Integer, then Long, then BigInteger, as Jackson
// reads them.
func norm(v any) any {
	switch v := v.(type) {
	case nil, bool, string, map[string]any, []any:
		return v
	case json.Number:
		return parseJSONNumber(string(v))
	case int:
		return wholeNumber(int64(v))
	case int64:
		return wholeNumber(v)
	case float64, float32, int32:
		return v
	case model.Trigger:
		return map[string]any(v)
	case []map[string]any:
		return listOf(v, func(m map[string]any) any { return m })
	case []string:
		return listOf(v, func(s string) any { return s })
	case map[string]string:
		out := make(map[string]any, len(v))
		for k, s := range v {
			out[k] = s
		}
		return out
	case uint64:
		if v <= math.MaxInt64 {
			return wholeNumber(int64(v))
		}
		return new(big.Int).SetUint64(v)
	case uint32:
		return wholeNumber(int64(v))
	case int16, int8, char, *big.Int, *List, *Map, *entry, *array, *class, value:
		return v
	}
	return unknown{}
}

// value is a Java object of a class of its own.
type value interface{ javaClass() *class }

// unknown stands for a Go value that JSON has no form for: expressions see an
// object with nothing to read.
type unknown struct{}

func (unknown) javaClass() *class { return classObject }

func listOf[T any](in []T, as func(T) any) []any {
	out := make([]any, len(in))
	for i, v := range in {
		out[i] = as(v)
	}
	return out
}

func wholeNumber(n int64) any {
	if n == int64(int32(n)) {
		return int32(n)
	}
	return n
}

func parseJSONNumber(text string) any {
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return wholeNumber(n)
	}
	for i := 0; i < len(text); i++ {
		if c := text[i]; c == '.' || c == 'e' || c == 'E' {
			f, _ := strconv.ParseFloat(text, 64)
			return f
		}
	}
	if n, ok := new(big.Int).SetString(text, 10); ok {
		return n
	}
	return unknown{}
}

// classOf is the class of a value; nil for null.
func classOf(v any) *class {
	switch v := v.(type) {
	case nil:
		return nil
	case string:
		return classString
	case bool:
		return classBoolean
	case int32:
		return classInteger
	case int64:
		return classLong
	case float64:
		return classDouble
	case map[string]any:
		return classLinkedHashMap
	case []any:
		return classArrayList
	case *Map:
		return v.class
	case *List:
		return v.class
	case *entry:
		return v.class
	case *array:
		return v.class
	case *class:
		return classClass
	case float32:
		return classFloat
	case int16:
		return classShort
	case int8:
		return classByte
	case char:
		return classCharacter
	case *big.Int:
		return classBigInteger
	case value:
		return v.javaClass()
	}
	return classObject
}

// seq reads the members of a collection or array.
type seq struct {
	raw []any // as JSON has them
	own []any
}

func (s seq) len() int { return len(s.raw) + len(s.own) }

func (s seq) at(i int) any {
	if s.raw != nil {
		return norm(s.raw[i])
	}
	return s.own[i]
}

// copied returns the members in a slice of its own.
func (s seq) copied() []any {
	out := make([]any, s.len())
	for i := range out {
		out[i] = s.at(i)
	}
	return out
}

// iterable gives the members of a Collection or array, and whether v is one.
func iterable(v any) (seq, bool) {
	if a, ok := v.(*array); ok {
		return seq{own: a.items}, true
	}
	return collection(v)
}

// collection gives the members of a java.util.Collection.
func collection(v any) (seq, bool) {
	switch v := v.(type) {
	case []any:
		return seq{raw: v}, true
	case *List:
		return seq{own: v.items}, true
	}
	return seq{}, false
}

func isList(v any) bool {
	switch v := v.(type) {
	case []any:
		return true
	case *List:
		return classList.assignableFrom(v.class)
	}
	return false
}

// freeze marks all containers of a value as the program's own.
func freeze(v any) any {
	switch v := v.(type) {
	case *Map:
		v.frozen = true
		for _, m := range v.values {
			freeze(m)
		}
	case *List:
		v.frozen = true
		for _, m := range v.items {
			freeze(m)
		}
	}
	return v
}

// Map is a Java map: a LinkedHashMap, which keeps the order of its keys, or a
// HashMap, which orders them by hash as Java does.
type Map struct {
	class  *class
	keys   []any
	values map[any]any // by hashKey
	parent *stageView  // StageContext: what is read when a key is missing
	frozen bool        // as a List's
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

func (m *Map) put(key, v any) {
	h := hashKey(key)
	if _, ok := m.values[h]; !ok {
		m.keys = append(m.keys, key)
	}
	m.values[h] = v
}

func (m *Map) remove(key any) (any, bool) {
	h := hashKey(key)
	old, ok := m.values[h]
	if ok {
		delete(m.values, h)
		m.keys = slices.DeleteFunc(m.keys, func(k any) bool { return hashKey(k) == h })
	}
	return old, ok
}

func (m *Map) lookup(key any) (any, bool) {
	v, ok := m.values[hashKey(key)]
	return v, ok
}

// order lists the keys as Java iterates over them.
func (m *Map) order() []any {
	if m.class != classHashMap && m.class != classStageContext {
		return m.keys
	}
	return hashOrder(m.keys)
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
		_, ok := v.own.values[hashKey(key)]
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
			return hashOrder(v.own.parent.keys(v.own.keys))
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
