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
		"is not set, and the server listens on %s: it accepts requests for its addresses and localhost, and rejects other names; set it to the URL that people open", s.Listen)
	sqlite := c.Database.URL == "" || strings.HasPrefix(c.Database.URL, "sqlite:")
	for _, role := range Roles() {
		w.unlessf(!sqlite || slices.Contains(c.Roles, role), "roles",
			"does not contain %q, and no other process can use a SQLite database: %s; add %q, or use PostgreSQL", role, without[role], role)
	}
	w.prefixed("artifacts", c.Artifacts.Warnings())
	return w.problems
}

// without says what does not happen if no process has a role.
var without = map[Role]string{
	RoleAPI: "nobody can use this server", RoleEngine: "no pipeline runs", RoleCloud: "nothing shows what runs in clusters",
}

// WarningText gives warnings as lines for a person.
func WarningText(warnings []Problem) string {
	var b strings.Builder
	for _, w := range warnings {
		fmt.Fprintf(&b, "warning: %s\n", w)
	}
	return b.String()
}
