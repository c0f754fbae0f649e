package config

import (
	"fmt"
	"strings"

	"github.com/gennaker/gennaker/internal/limit"
)

// unknownKey says what is wrong with a key that an object doesn't have.
func unknownKey(name string, n *node) string {
	known := make([]string, len(n.fields))
	for i, f := range n.fields {
		known[i] = f.name
	}
	return fmt.Sprintf("unknown key%s (known here: %s)", maybe(name, known), strings.Join(known, ", "))
}

// maybe asks whether the nearest of some names was meant: one that differs in a third
// of its letters at most, or has an ending more or less. Empty if none is near.
func maybe(name string, names []string) string {
	lower := strings.ToLower(name)
	near := limit.Near(name, names, func(candidate string) int {
		other := strings.ToLower(candidate)
		if len(lower) > 2 && (strings.HasPrefix(lower, other) || strings.HasPrefix(other, lower)) {
			return max(len(lower), len(other))
		}
		return max(len(other)/3, 1)
	})
	if len(near) == 0 {
		return ""
	}
	return fmt.Sprintf("; did you mean %q?", near[0])
}
