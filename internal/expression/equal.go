package expression

import (
	"math"
	"math/big"
	"slices"
	"unicode/utf16"
)

// meter counts the members that are visited, so that values which hold the
// same parts over and over can't be walked without end.
type meter struct{ left int }

// maxNodes is how many members one comparison or hash visits.
const maxNodes = 1_000_000

func newMeter() *meter { return &meter{maxNodes} }

// pay makes an expression pay for what was visited.
func (m *meter) pay(st *state) error {
	if m.left < 0 {
		return fail(exEvaluation, "the values are too large to be compared")
	}
	return st.spend((maxNodes - m.left) / 4)
}

// javaEquals is Objects.equals.
func javaEquals(a, b any) bool { return newMeter().equals(a, b, 0) }

// equals is javaEquals within an expression.
func (st *state) equals(a, b any) (bool, error) {
	m := newMeter()
	yes := m.equals(a, b, 0)
	return yes, m.pay(st)
}

// find is the place of a value in a collection; -1 where it isn't there.
func (st *state) find(in seq, v any) (int, error) {
	m := newMeter()
	for i := range in.len() {
		if m.equals(v, in.at(i), 0) {
			return i, m.pay(st)
		}
	}
	return -1, m.pay(st)
}

func (m *meter) equals(a, b any, depth int) bool {
	m.left--
	if m.left < 0 {
		return false
	}
	if a == nil || b == nil {
		return a == nil && b == nil
	}
	if depth > maxDepth {
		return false
	}
	switch x := a.(type) {
	case string, bool, int32, int64, int16, int8, char, *class, *enumValue, *array:
		return a == b
	case float64:
		y, ok := b.(float64)
		return ok && (math.Float64bits(x) == math.Float64bits(y) || x != x && y != y)
	case float32:
		y, ok := b.(float32)
		return ok && (math.Float32bits(x) == math.Float32bits(y) || x != x && y != y)
	case *big.Int:
		y, ok := b.(*big.Int)
		return ok && x.Cmp(y) == 0
	case *entry:
		y, ok := b.(*entry)
		return ok && m.equals(x.key, y.key, depth+1) && m.equals(x.value, y.value, depth+1)
	case equaler:
		return x.equals(b)
	}
	if x, ok := asMap(a); ok {
		y, ok := asMap(b)
		if !ok || x.size() != y.size() {
			return false
		}
		for _, k := range x.keys() {
			m.left -= keyCost(k)
			if m.left < 0 || !y.has(k) || !m.equals(x.get(k), y.get(k), depth+1) {
				return false
			}
		}
		return true
	}
	x, ok := collection(a)
	if !ok {
		return a == b
	}
	y, ok := collection(b)
	if !ok || isList(a) != isList(b) || x.len() != y.len() {
		return false
	}
	if !isList(a) {
		others := y.copied()
		for i := range x.len() {
			if !slices.ContainsFunc(others, func(v any) bool { return m.equals(x.at(i), v, depth+1) }) {
				return false
			}
		}
		return true
	}
	for i := range x.len() {
		if !m.equals(x.at(i), y.at(i), depth+1) {
			return false
		}
	}
	return true
}

// keyCost is what looking for a key costs: that of a container is its whole text.
func keyCost(k any) int {
	switch k.(type) {
	case *Map, *List, map[string]any, []any:
		return maxKey / textPerStep
	}
	return 0
}

// equaler is a value that knows its own equality and hash.
type equaler interface {
	equals(other any) bool
	hash() int32
}

// javaHash is Objects.hashCode.
func javaHash(v any) int32 { return newMeter().hash(v, 0) }

// hash is javaHash within an expression.
func (st *state) hash(v any) (int32, error) {
	m := newMeter()
	h := m.hash(v, 0)
	return h, m.pay(st)
}

func (m *meter) hash(v any, depth int) int32 {
	m.left--
	if m.left < 0 || depth > maxDepth {
		return 0
	}
	switch v := v.(type) {
	case nil:
		return 0
	case string:
		return stringHash(v)
	case bool:
		if v {
			return 1231
		}
		return 1237
	case int32:
		return v
	case int16:
		return int32(v)
	case int8:
		return int32(v)
	case char:
		return int32(v)
	case int64:
		return longHash(v)
	case float64:
		if v != v {
			return 2146959360
		}
		return longHash(int64(math.Float64bits(v)))
	case float32:
		return int32(math.Float32bits(v))
	case *big.Int:
		var h int32
		for _, b := range chunks(v.Bytes()) {
			h = 31*h + int32(b)
		}
		return h * int32(v.Sign())
	case *entry:
		return m.hash(v.key, depth+1) ^ m.hash(v.value, depth+1)
	case equaler:
		return v.hash()
	}
	if o, ok := asMap(v); ok {
		var h int32
		for _, k := range o.keys() {
			h += m.hash(k, depth+1) ^ m.hash(o.get(k), depth+1)
		}
		return h
	}
	if c, ok := collection(v); ok {
		if !isList(v) {
			var h int32
			for i := range c.len() {
				h += m.hash(c.at(i), depth+1)
			}
			return h
		}
		h := int32(1)
		for i := range c.len() {
			h = 31*h + m.hash(c.at(i), depth+1)
		}
		return h
	}
	return stringHash(classOf(v).name)
}

// chunks groups big-endian bytes into words of 32 bits.
func chunks(b []byte) []uint32 {
	var out []uint32
	for len(b) > 0 {
		cut := len(b) - (len(b)-1)/4*4
		var w uint32
		for _, x := range b[:cut] {
			w = w<<8 | uint32(x)
		}
		out, b = append(out, w), b[cut:]
	}
	return out
}

func longHash(n int64) int32 { return int32(n ^ int64(uint64(n)>>32)) }

func stringHash(s string) int32 {
	var h int32
	for _, r := range s {
		if r >= 0x10000 {
			hi, lo := utf16.EncodeRune(r)
			h = 31*(31*h+hi) + lo
			continue
		}
		h = 31*h + r
	}
	return h
}

// hashOrder sorts keys as a HashMap that they were put into one after another
// iterates over them: by bucket, and in a bucket by age.
func hashOrder(keys []any) []any {
	size := 16
	for len(keys)*4 > size*3 {
		size *= 2
	}
	type slot struct {
		bucket uint32
		key    any
	}
	slots := make([]slot, len(keys))
	for i, k := range keys {
		h := uint32(javaHash(k))
		slots[i] = slot{(h ^ h>>16) & uint32(size-1), k}
	}
	slices.SortStableFunc(slots, func(a, b slot) int { return int(a.bucket) - int(b.bucket) })
	out := make([]any, len(keys))
	for i, s := range slots {
		out[i] = s.key
	}
	return out
}
