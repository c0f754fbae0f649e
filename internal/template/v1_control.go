package template

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/gennaker/gennaker/internal/model"
)

// control changes a stage's config by its inheritanceControl: merge, replace
// and remove, each a list of rules with the path of a field.
func control(s *step) error {
	rules := model.Object(s.body, "inheritanceControl")
	if rules == nil {
		return nil
	}
	var root any = model.Object(s.body, "config")
	for _, verb := range []string{"merge", "replace", "remove"} {
		for _, rule := range model.Objects(rules, verb) {
			path := model.String(rule, "path")
			parts, err := parsePath(path)
			if err != nil {
				return err
			}
			change := func(old any) (any, bool, error) { return apply(verb, path, old, rule["value"]) }
			if root, err = update(root, parts, path, change); err != nil {
				return err
			}
		}
	}
	s.body["config"] = root
	return nil
}

// apply gives the new value of a field; false takes it away.
func apply(verb, path string, old, value any) (any, bool, error) {
	oldList, isList := old.([]any)
	oldObject, isObject := old.(map[string]any)
	list, toList := value.([]any)
	object, toObject := value.(map[string]any)
	switch {
	case verb == "remove":
		return nil, false, nil
	case isList && !toList:
		return nil, false, fmt.Errorf("can't %s a list with something that is not a list: %s", verb, path)
	case isObject && !toObject:
		return nil, false, fmt.Errorf("can't %s an object with something that is not an object: %s", verb, path)
	case verb == "replace":
		return value, true, nil
	case isList:
		return append(append([]any{}, oldList...), list...), true, nil
	case isObject:
		return mergeMaps(oldObject, object), true, nil
	}
	return nil, false, fmt.Errorf("merge needs a list or an object at %s", path)
}

// part is a step of a path: a field, a place in a list, all members, or the
// members with a field of a value.
type part struct {
	field string
	index int
	kind  partKind
	value string
}

type partKind int

const (
	fieldPart partKind = iota
	indexPart
	allPart
	filterPart
)

var pathPart = regexp.MustCompile(`^(?:\.([\w-]+)|\[\s*'([^']*)'\s*\]|\[\s*"([^"]*)"\s*\]|\[\s*(-?\d+)\s*\]|(\.\*|\[\s*\*\s*\])|\[\?\(\s*@\.([\w-]+)\s*==\s*['"]?([^'"\)]*?)['"]?\s*\)\])`)

// parsePath reads the part of JSONPath that templates use: $.a['b'][0].*, and
// [?(@.field == 'value')].
func parsePath(path string) ([]part, error) {
	rest, ok := strings.CutPrefix(strings.TrimSpace(path), "$")
	if !ok {
		rest = "." + path
	}
	var out []part
	for rest != "" {
		m := pathPart.FindStringSubmatch(rest)
		if m == nil {
			return nil, fmt.Errorf("the path %q can't be read here at %q: fields, places and [?(@.field == 'value')] can", path, rest)
		}
		rest = rest[len(m[0]):]
		switch {
		case m[4] != "":
			n, err := strconv.Atoi(m[4])
			if err != nil {
				return nil, fmt.Errorf("the path %q has an index that is not a number: %w", path, err)
			}
			out = append(out, part{kind: indexPart, index: n})
		case m[5] != "":
			out = append(out, part{kind: allPart})
		case m[6] != "":
			out = append(out, part{kind: filterPart, field: m[6], value: m[7]})
		default:
			out = append(out, part{field: m[1] + m[2] + m[3]})
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("the path %q names no field", path)
	}
	return out, nil
}

// update gives a copy of a value with what a path names changed.
func update(value any, parts []part, path string, change func(any) (any, bool, error)) (any, error) {
	p := parts[0]
	next := func(old any) (any, bool, error) {
		if len(parts) == 1 {
			return change(old)
		}
		out, err := update(old, parts[1:], path, change)
		return out, true, err
	}
	switch v := value.(type) {
	case map[string]any:
		out := model.Merge(v, nil)
		if p.kind != fieldPart && p.kind != allPart {
			break
		}
		for key, old := range v {
			if p.kind == fieldPart && key != p.field {
				continue
			}
			changed, keep, err := next(old)
			if err != nil {
				return nil, err
			}
			out[key] = changed
			if !keep {
				delete(out, key)
			}
		}
		if _, there := v[p.field]; p.kind == fieldPart && !there {
			break
		}
		return out, nil
	case []any:
		if p.kind == fieldPart {
			break
		}
		return updateList(v, p, path, next)
	}
	return nil, fmt.Errorf("there is nothing at the path %s", path)
}

func updateList(list []any, p part, path string, next func(any) (any, bool, error)) (any, error) {
	out, found := make([]any, 0, len(list)), false
	for i, old := range list {
		if !p.matches(i, len(list), old) {
			out = append(out, old)
			continue
		}
		found = true
		changed, keep, err := next(old)
		if err != nil {
			return nil, err
		}
		if keep {
			out = append(out, changed)
		}
	}
	if !found && p.kind == indexPart {
		return nil, fmt.Errorf("there is nothing at the path %s", path)
	}
	return out, nil
}

func (p part) matches(i, length int, member any) bool {
	switch p.kind {
	case indexPart:
		return i == p.index || i == p.index+length
	case allPart:
		return true
	case filterPart:
		object, ok := member.(map[string]any)
		if n, isNumber := object[p.field].(json.Number); isNumber {
			return n.String() == p.value
		}
		return ok && fmt.Sprint(object[p.field]) == p.value
	}
	return false
}
