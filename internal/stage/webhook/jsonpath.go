package webhook

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/ohler55/ojg/jp"

	"github.com/gennaker/gennaker/internal/model"
)

// errNoPath says that a definite path leads nowhere, Jayway's
// PathNotFoundException.
var errNoPath = errors.New("not found")

// longestPath and mostDescents bound the work a path can make: what ".." finds
// multiplies with each.
const (
	longestPath  = 1000
	mostDescents = 3
)

// functions are Jayway's that may end a path.
var functions = map[string]func([]any) (any, error){
	"length": func(l []any) (any, error) { return int64(len(l)), nil },
	"size":   func(l []any) (any, error) { return int64(len(l)), nil },
	"first":  func(l []any) (any, error) { return l[0], nil },
	"last":   func(l []any) (any, error) { return l[len(l)-1], nil },
	"sum":    fold(func(a, b float64) float64 { return a + b }),
	"min":    fold(func(a, b float64) float64 { return min(a, b) }),
	"max":    fold(func(a, b float64) float64 { return max(a, b) }),
	"avg": func(l []any) (any, error) {
		sum, err := fold(func(a, b float64) float64 { return a + b })(l)
		if err != nil {
			return nil, err
		}
		return sum.(float64) / float64(len(l)), nil
	},
}

// readPath reads a JSON path as Jayway's JsonPath does: a definite path gives
// the value it leads to, and errNoPath where there is none; an indefinite one
// (with .., *, a filter, a slice or a union) gives the list of all values it
// leads to. The leading "$." may be left out. Numbers come back as int64 or
// float64.
func readPath(body any, path string) (any, error) {
	text := strings.TrimSpace(path)
	if !strings.HasPrefix(text, "$") && !strings.HasPrefix(text, "@") {
		text = "$." + text
	}
	if len(text) > longestPath || strings.Count(text, "..") > mostDescents {
		return nil, fmt.Errorf("the JSON path %q is too long, or has more than %d times \"..\"", path, mostDescents)
	}
	function := ""
	if rest, ok := strings.CutSuffix(text, "()"); ok {
		if dot := strings.LastIndex(rest, "."); dot > 0 {
			text, function = rest[:dot], rest[dot+1:]
		}
	}
	expression, err := jp.ParseString(text)
	if err != nil {
		return nil, fmt.Errorf("the JSON path %q can't be read: %w", path, err)
	}
	if body == nil {
		return nil, fmt.Errorf("the JSON path %q: %w, since there is no body", path, errNoPath)
	}
	found := expression.Get(model.Plain(body))
	var value any = found
	if definite(expression) {
		if len(found) == 0 {
			return nil, fmt.Errorf("the JSON path %q: %w", path, errNoPath)
		}
		value = found[0]
	} else if found == nil {
		value = []any{}
	}
	if function == "" {
		return value, nil
	}
	return call(path, function, value)
}

// definite tells whether a path can lead to one value only.
func definite(expression jp.Expr) bool {
	return !slices.ContainsFunc(expression, func(fragment jp.Frag) bool {
		switch f := fragment.(type) {
		case jp.Descent, jp.Wildcard, jp.Slice, *jp.Filter:
			return true
		case jp.Union:
			return len(f) != 1
		}
		return false
	})
}

func call(path, name string, value any) (any, error) {
	if object, ok := value.(map[string]any); ok {
		keys := make([]any, 0, len(object))
		for key := range object {
			keys = append(keys, key)
		}
		slices.SortFunc(keys, func(a, b any) int { return strings.Compare(a.(string), b.(string)) })
		switch name {
		case "keys":
			return keys, nil
		case "length", "size":
			return int64(len(keys)), nil
		}
	}
	function, ok := functions[name]
	if !ok {
		return nil, fmt.Errorf("the JSON path %q can't be read: there is no function %s()", path, name)
	}
	if text, ok := value.(string); ok && name == "length" {
		return int64(len([]rune(text))), nil
	}
	list, ok := value.([]any)
	if !ok || len(list) == 0 && name != "length" && name != "size" {
		return nil, fmt.Errorf("the JSON path %q: %w, since %s() needs a list with something in it", path, errNoPath, name)
	}
	return function(list)
}

func fold(combine func(a, b float64) float64) func([]any) (any, error) {
	return func(list []any) (any, error) {
		var out float64
		for i, item := range list {
			var n float64
			switch v := item.(type) {
			case int64:
				n = float64(v)
			case float64:
				n = v
			default:
				return nil, fmt.Errorf("%v is no number", item)
			}
			if i == 0 {
				out = n
			} else {
				out = combine(out, n)
			}
		}
		return out, nil
	}
}

func isNoPath(err error) bool { return errors.Is(err, errNoPath) }
