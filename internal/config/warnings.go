package config

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gennaker/gennaker/internal/frontdoor"
)

// Warnings tells what is valid and probably not meant: settings that have the
// server refuse what it may be there for.
func (c *Config) Warnings() []Problem {
	var w checker
	s := c.Server
	w.unlessf(s.BaseURL != "" || len(s.AllowedHosts) > 0 || frontdoor.Loopback(s.Listen) || !slices.Contains(c.Roles, RoleAPI), "server.baseUrl",
		"is not set, and the server listens on %s: it answers at its addresses and at localhost, and refuses other names; set it to the URL that people open", s.Listen)
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
