package executions

import (
	"encoding/json"
	"regexp"
	"strings"
)

// triggerMatches tells whether a value has all that is wanted of it: texts are
// equal whatever the case or match as a regular expression, objects have every
// key with a value that matches, lists have a member of their own for each
// wanted one. Anything else is equal.
func triggerMatches(value, wanted any) bool {
	switch want := wanted.(type) {
	case string:
		text, ok := value.(string)
		return ok && textMatches(text, want)
	case map[string]any:
		object, ok := value.(map[string]any)
		if !ok {
			return false
		}
		for key, part := range want {
			if !triggerMatches(object[key], part) {
				return false
			}
		}
		return true
	case []any:
		list, ok := value.([]any)
		return ok && listMatches(list, want)
	case json.Number:
		number, ok := value.(json.Number)
		return ok && number == want
	}
	return value == wanted // nil, true and false
}

func textMatches(text, wanted string) bool {
	if strings.EqualFold(text, wanted) {
		return true
	}
	pattern, err := regexp.Compile(`^(?:` + wanted + `)$`)
	return err == nil && pattern.MatchString(text)
}

// listMatches finds a member for each wanted one, none used twice: a matching
// in a bipartite graph, by augmenting paths.
func listMatches(list, wanted []any) bool {
	if len(wanted) > len(list) {
		return false
	}
	taken := make([]int, len(list)) // the wanted member that has this one, +1
	var find func(w int, tried []bool) bool
	find = func(w int, tried []bool) bool {
		for i, member := range list {
			if tried[i] || !triggerMatches(member, wanted[w]) {
				continue
			}
			tried[i] = true
			if taken[i] == 0 || find(taken[i]-1, tried) {
				taken[i] = w + 1
				return true
			}
		}
		return false
	}
	for w := range wanted {
		if !find(w, make([]bool, len(list))) {
			return false
		}
	}
	return true
}
