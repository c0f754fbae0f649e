package limit

import (
	"strings"

	"github.com/agnivade/levenshtein"
)

// compared is the longest name that another one is looked for: names that are
// longer are no typing errors, and comparing them takes long.
const compared = 64

// Nearest is the known name that takes the fewest changes, case apart, to become
// the given one: at most so many; "" if there is none. Of two that are as near it
// is the first in the alphabet.
func Nearest(name string, known []string, most int) string {
	if len(name) > compared {
		return ""
	}
	best, fewest := "", most
	for _, candidate := range known {
		if len(candidate) > compared || max(len(candidate)-len(name), len(name)-len(candidate)) > 4*fewest { // a letter may take four bytes
			continue
		}
		n := levenshtein.ComputeDistance(strings.ToLower(name), strings.ToLower(candidate))
		if n < fewest || n == fewest && (best == "" || candidate < best) {
			best, fewest = candidate, n
		}
	}
	return best
}
