package limit

import (
	"cmp"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"
)

// compared is the longest name that another one is looked for: names that are
// longer are no typing errors, and comparing them takes long.
const compared = 100

// Nearest is the known name that takes the fewest changes, case apart, to become
// the given one: at most so many; "" if there is none. Of two that are as near it
// is the first in the alphabet.
func Nearest(name string, known []string, most int) string {
	near := Near(name, known, func(string) int { return most })
	if len(near) == 0 {
		return ""
	}
	return near[0]
}

// Near lists the known names that a name was probably meant to be, the nearest first
// and those that are as near in the order of the alphabet. How many changes a name may
// take, case apart, depends on it; a negative number leaves it out.
func Near(name string, known []string, most func(candidate string) int) []string {
	if len(name) > compared {
		return nil
	}
	type match struct {
		name    string
		changes int
	}
	var found []match
	for _, candidate := range known {
		allowed := most(candidate)
		if len(candidate) > compared || max(len(candidate)-len(name), len(name)-len(candidate)) > 4*allowed { // a letter may take four bytes
			continue
		}
		if n := levenshtein.ComputeDistance(strings.ToLower(name), strings.ToLower(candidate)); n <= allowed {
			found = append(found, match{candidate, n})
		}
	}
	slices.SortFunc(found, func(a, b match) int { return cmp.Or(a.changes-b.changes, strings.Compare(a.name, b.name)) })
	out := make([]string, len(found))
	for i, m := range found {
		out[i] = m.name
	}
	return out
}
