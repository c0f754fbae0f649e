package config

import (
	"fmt"
	"strings"

	"github.com/agnivade/levenshtein"
)

// unknownKey says what is wrong with a key that an object doesn't have.
func unknownKey(name string, n *node) string {
	known := make([]string, len(n.fields))
	for i, f := range n.fields {
		known[i] = f.name
	}
	return fmt.Sprintf("unknown key%s; known here: %s", maybe(name, known), strings.Join(known, ", "))
}

// maybe asks whether the nearest of some names was meant; empty where none is
// near.
func maybe(name string, names []string) string {
	if near, ok := nearest(name, names); ok {
		return fmt.Sprintf(", did you mean %q?", near)
	}
	return ""
}

// nearest finds the name that is the fewest changes away, case apart: at most a
// third of its letters, or an ending more or less.
func nearest(name string, names []string) (string, bool) {
	best, bestDistance := "", 0
	for _, candidate := range names {
		a, b := strings.ToLower(name), strings.ToLower(candidate)
		d := levenshtein.ComputeDistance(a, b)
		near := d <= max(len(b)/3, 1) || len(a) > 2 && (strings.HasPrefix(a, b) || strings.HasPrefix(b, a))
		if near && (best == "" || d < bestDistance) {
			best, bestDistance = candidate, d
		}
	}
	return best, best != ""
}
