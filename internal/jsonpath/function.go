package jsonpath

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/gennaker/gennaker/internal/model"
)

// function is .name(arguments) at a place in a path.
type function struct {
	name      string
	arguments []argument
}

// argument is a path, or a JSON value.
type argument struct {
	path  *Path
	value any
}

func (*function) definite(bool) bool { return true }

func (f *function) apply(e *evaluation, at int, value any, certain bool) error {
	out, err := f.call(e, value)
	if err != nil {
		return err
	}
	return e.step(at+1, out, certain)
}

// functions by name. An unknown name is known only when the path is read, as in
// Jayway.
var functions = map[string]func(value any, arguments []any) (any, error){
	"min": aggregate(slices.Min[[]float64]),
	"max": aggregate(slices.Max[[]float64]),
	"sum": aggregate(sum),
	"avg": aggregate(func(l []float64) float64 { return sum(l) / float64(len(l)) }),
	"stddev": aggregate(func(l []float64) float64 {
		var squares float64
		for _, n := range l {
			squares += n * n
		}
		count, total := float64(len(l)), sum(l)
		return math.Sqrt(squares/count - total*total/count/count)
	}),
	"first": func(value any, _ []any) (any, error) { return element(value, 0) },
	"last":  func(value any, _ []any) (any, error) { return element(value, -1) },
	"index": func(value any, arguments []any) (any, error) {
		n, ok := number(firstOf(arguments))
		if !ok {
			return nil, fmt.Errorf("%w: index() needs a number", errInvalid)
		}
		return element(value, int(n))
	},
	"length": length,
	"size":   length,
	"keys": func(value any, _ []any) (any, error) {
		object, ok := value.(map[string]any)
		if !ok {
			return nil, nil
		}
		out := []any{}
		for _, key := range slices.Sorted(maps.Keys(object)) {
			out = append(out, key)
		}
		return out, nil
	},
	"concat": func(value any, arguments []any) (any, error) {
		var out strings.Builder
		list, _ := value.([]any)
		for _, item := range list {
			if text, ok := item.(string); ok {
				out.WriteString(text)
			}
		}
		for _, item := range flat(arguments) {
			if item != nil {
				out.WriteString(textOf(item))
			}
		}
		return out.String(), nil
	},
	"append": func(value any, arguments []any) (any, error) {
		list, ok := value.([]any)
		if !ok {
			return value, nil
		}
		return append(slices.Clone(list), arguments...), nil
	},
}

func (f *function) call(e *evaluation, value any) (any, error) {
	do, ok := functions[f.name]
	if !ok {
		return nil, fmt.Errorf("%w: there is no function %s()", errInvalid, f.name)
	}
	arguments := make([]any, len(f.arguments))
	for i, a := range f.arguments {
		if a.path == nil {
			arguments[i] = a.value
			continue
		}
		from := e.root
		if a.path.ofItem {
			from = value
		}
		out, err := a.path.read(e.reader, from, e.depth+1)
		if err != nil {
			return nil, err
		}
		if (f.name == "length" || f.name == "size") && !a.path.definite() {
			out = flat(out.([]any)) // all that the found lists hold
		}
		arguments[i] = out
	}
	return do(value, arguments)
}

// aggregate makes a function of all the numbers of a list and of its arguments.
func aggregate(of func([]float64) float64) func(any, []any) (any, error) {
	return func(value any, arguments []any) (any, error) {
		var numbers []float64
		list, _ := value.([]any)
		for _, item := range append(slices.Clone(list), flat(arguments)...) {
			if n, ok := number(item); ok {
				numbers = append(numbers, n)
			}
		}
		if len(numbers) == 0 {
			return nil, fmt.Errorf("%w: there are no numbers to calculate with", errValue)
		}
		return of(numbers), nil
	}
}

func sum(l []float64) (out float64) {
	for _, n := range l {
		out += n
	}
	return out
}

// flat puts the members of lists in the lists' place.
func flat(list []any) []any {
	var out []any
	for _, item := range list {
		if inner, ok := item.([]any); ok {
			out = append(out, inner...)
		} else {
			out = append(out, item)
		}
	}
	return out
}

func firstOf(list []any) any {
	if len(list) == 0 {
		return nil
	}
	return list[0]
}

// element is a list's member at an index, from its end if that is negative.
func element(value any, i int) (any, error) {
	list, ok := value.([]any)
	if !ok || len(list) == 0 {
		return nil, fmt.Errorf("%w: there is no non-empty list", errValue)
	}
	if i < 0 {
		i += len(list)
	}
	if i < 0 || i >= len(list) {
		return nil, fmt.Errorf("%w: the list has %d elements", errValue, len(list))
	}
	return list[i], nil
}

// length is that of a list or an object, of the first argument where there is
// one; nothing else has one.
func length(value any, arguments []any) (any, error) {
	if len(arguments) > 0 {
		value = arguments[0]
	}
	switch v := value.(type) {
	case []any:
		return int64(len(v)), nil
	case map[string]any:
		return int64(len(v)), nil
	}
	return nil, nil
}

// textOf is a value as the text that a filter compares.
func textOf(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case nil:
		return "null"
	case bool:
		return strconv.FormatBool(v)
	}
	return model.String(map[string]any{"": value}, "")
}
