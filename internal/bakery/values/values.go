// Package values merges the values that templates are rendered with: those of files, and
// the overrides of a stage.
package values

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/gennaker/gennaker/internal/bakery"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/limit"
	"github.com/gennaker/gennaker/internal/yamldoc"
)

// Merge merges files of values, each over those before it, and overrides over all of them.
// The keys of overrides are paths, such as image.tag and hosts[0].
func Merge(files []bakery.File, overrides map[string]any) (map[string]any, error) {
	out := map[string]any{}
	var cost limit.Cost
	for _, f := range files {
		text, err := yamldoc.Check(f.Data, limit.Document)
		if err == nil {
			err = cost.Add(text.Cost)
		}
		if err != nil {
			return nil, fault.New(fault.KindOf(err), "values %s: %w", f.Name, err)
		}
		value, err := text.Value()
		if err != nil {
			return nil, fault.New(fault.Invalid, "values %s: %w", f.Name, err)
		}
		object, ok := value.(map[string]any)
		if !ok && value != nil {
			return nil, fault.New(fault.Invalid, "values %s: must be a YAML object", f.Name)
		}
		Over(out, object)
	}
	for _, key := range slices.Sorted(maps.Keys(overrides)) {
		steps, err := parse(key)
		if err != nil {
			return nil, err
		}
		if out, err = set(out, steps, overrides[key], key); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Over puts values over others: objects are merged, and everything else is replaced.
func Over(under, over map[string]any) {
	for key, value := range over {
		inner, isObject := value.(map[string]any)
		if below, both := under[key].(map[string]any); isObject && both {
			merged := maps.Clone(below)
			Over(merged, inner)
			under[key] = merged
			continue
		}
		under[key] = value
	}
}

// step is a part of a path: a key, or a place in a list.
type step struct {
	key  string
	at   int
	list bool
}

// mostPlace is the last place of a list that a path may name.
const mostPlace = 9999

func parse(path string) ([]step, error) {
	var out []step
	for part := range strings.SplitSeq(path, ".") {
		key, rest, listed := strings.Cut(part, "[")
		if key == "" || listed && rest == "" {
			return nil, fault.New(fault.Invalid, "overrides: %q is not a path, such as image.tag or hosts[0]", fault.Short(path))
		}
		out = append(out, step{key: key})
		for rest != "" {
			place, after, ok := strings.Cut(rest, "]")
			n, err := strconv.Atoi(place)
			if !ok || err != nil || n < 0 || n > mostPlace || after != "" && !strings.HasPrefix(after, "[") {
				return nil, fault.New(fault.Invalid, "overrides: %q is not a path, such as image.tag or hosts[0]", fault.Short(path))
			}
			out = append(out, step{at: n, list: true})
			rest = strings.TrimPrefix(after, "[")
		}
	}
	return out, nil
}

func set(object map[string]any, path []step, value any, whole string) (map[string]any, error) {
	out, err := put(object, path, value, whole)
	if err != nil {
		return nil, err
	}
	return out.(map[string]any), nil //nolint:forcetypeassert // the first step of a path is a key
}

// put gives a value with another one at a path in it; what is in the way is copied.
func put(in any, path []step, value any, whole string) (any, error) {
	if len(path) == 0 {
		return value, nil
	}
	s := path[0]
	if !s.list {
		object, ok := in.(map[string]any)
		if !ok && in != nil {
			return nil, fault.New(fault.Invalid, "overrides: %s leads through something that is not an object", fault.Short(whole))
		}
		inner, err := put(object[s.key], path[1:], value, whole)
		if err != nil {
			return nil, err
		}
		out := maps.Clone(object)
		if out == nil {
			out = map[string]any{}
		}
		out[s.key] = inner
		return out, nil
	}
	list, ok := in.([]any)
	if !ok && in != nil {
		return nil, fault.New(fault.Invalid, "overrides: %s leads through something that is not a list", fault.Short(whole))
	}
	out := slices.Clone(list)
	for len(out) <= s.at {
		out = append(out, nil)
	}
	inner, err := put(out[s.at], path[1:], value, whole)
	if err != nil {
		return nil, err
	}
	out[s.at] = inner
	return out, nil
}
