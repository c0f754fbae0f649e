package config

import (
	"fmt"
	"strings"
)

// Warnings tells what is valid and probably not meant: what the server can't
// use as it stands.
func (c *Config) Warnings() []Problem {
	var w checker
	w.prefixed("artifacts", c.Artifacts.Warnings())
	return w.problems
}

// WarningText gives warnings as lines for a person.
func WarningText(warnings []Problem) string {
	var b strings.Builder
	for _, w := range warnings {
		fmt.Fprintf(&b, "warning: %s\n", w)
	}
	return b.String()
}
