package bakery

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Place is where in the inputs something is wrong.
type Place struct {
	File string `json:"file"`
	// Line and Column count from 1; 0 if they aren't known.
	Line   int `json:"line,omitempty"`
	Column int `json:"column,omitempty"`
}

var (
	// atPlace matches a file with a line, as templates, Jsonnet and CUE name them.
	atPlace = regexp.MustCompile(`([\w@+./-]*[\w@+-]\.\w+):\(?(\d+)(?::(\d+))?`)
	// ofYAML matches a file, and later a line, as errors of YAML have them.
	ofYAML = regexp.MustCompile(`([\w@+./-]*[\w@+-]\.(?:ya?ml|json|tpl|gotmpl)):?\s[^\n]*?\bline (\d+)(?:,? column (\d+))?`)
)

// PlaceOf finds the place that an error is about. An error inside of others, as of a
// template that another one includes, is the last.
func PlaceOf(err error) (Place, bool) {
	if err == nil {
		return Place{}, false
	}
	text := err.Error()
	found := slices.DeleteFunc(atPlace.FindAllStringSubmatch(text, -1), func(m []string) bool {
		return strings.HasPrefix(m[1], "//") // the host and the port of a URL
	})
	if len(found) == 0 {
		found = ofYAML.FindAllStringSubmatch(text, -1)
	}
	if len(found) == 0 {
		return Place{}, false
	}
	last := found[len(found)-1]
	out := Place{File: last[1]}
	out.Line, _ = strconv.Atoi(last[2])
	out.Column, _ = strconv.Atoi(last[3])
	return out, true
}
