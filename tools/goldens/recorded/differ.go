package recorded

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
)

// Options say what doesn't have to match.
type Options struct {
	// Any are texts in the recorded answer that stand for any value, such as <uuid>.
	Any func(text string) bool
	// Ignore leaves out a field that only one side has or that differs, by its path
	// such as trigger.preferred.
	Ignore func(path string, want, got any) bool
}

// Differences compares JSON values, as decoded by encoding/json, and gives a line for
// each difference.
func Differences(path string, want, got any, o Options) []string {
	if text, ok := want.(string); ok && o.Any != nil && got != nil && o.Any(text) {
		return nil
	}
	if o.Ignore != nil && o.Ignore(path, want, got) {
		return nil
	}
	switch w := want.(type) {
	case map[string]any:
		g, ok := got.(map[string]any)
		if !ok {
			break
		}
		return objects(path, w, g, o)
	case []any:
		g, ok := got.([]any)
		if !ok || len(w) != len(g) {
			break
		}
		var out []string
		for i := range w {
			out = append(out, Differences(fmt.Sprintf("%s[%d]", path, i), w[i], g[i], o)...)
		}
		return out
	default:
		if want == got {
			return nil
		}
	}
	return []string{fmt.Sprintf("%s is %s, want %s", path, Text(got), Text(want))}
}

func objects(path string, want, got map[string]any, o Options) (out []string) {
	keys := slices.Sorted(maps.Keys(want))
	for key := range got {
		if _, ok := want[key]; !ok {
			keys = append(keys, key)
		}
	}
	for _, key := range keys {
		at := key
		if path != "" {
			at = path + "." + key
		}
		w, wanted := want[key]
		g, given := got[key]
		switch {
		case wanted && given:
			out = append(out, Differences(at, w, g, o)...)
		case o.Ignore != nil && o.Ignore(at, w, g):
		case wanted:
			out = append(out, fmt.Sprintf("%s is missing, want %s", at, Text(w)))
		default:
			out = append(out, fmt.Sprintf("%s is %s, want none", at, Text(g)))
		}
	}
	return out
}

// Unordered compares lists whose order is free: each wanted value takes the given one
// that differs least from it.
func Unordered(path string, want, got []any, o Options) (out []string) {
	left := slices.Clone(got)
	for i, w := range want {
		at := fmt.Sprintf("%s[%d]", path, i)
		best, fewest := -1, []string(nil)
		for j, g := range left {
			if d := Differences(at, w, g, o); best < 0 || len(d) < len(fewest) {
				best, fewest = j, d
			}
		}
		if best < 0 {
			out = append(out, fmt.Sprintf("%s is missing, want %s", at, Text(w)))
			continue
		}
		out = append(out, fewest...)
		left = slices.Delete(left, best, best+1)
	}
	for _, g := range left {
		out = append(out, fmt.Sprintf("%s has %s, which isn't wanted", path, Text(g)))
	}
	return out
}

// JSON gives a value as encoding/json decodes it, so that it can be compared.
func JSON(value any) any {
	var out any
	text, err := json.Marshal(value)
	if err == nil {
		err = json.Unmarshal(text, &out)
	}
	if err != nil {
		return fmt.Sprintf("not JSON: %v", err)
	}
	return out
}

// longest is how much of a value a line shows.
const longest = 400

// Text is a value as a line shows it.
func Text(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		return fmt.Sprintf("%v", value)
	}
	if len(text) > longest {
		return string(text[:longest]) + "…"
	}
	return string(text)
}
