package expression

import (
	"encoding/json"
	"math"
	"math/big"
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
	for i := range len(text) {
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
