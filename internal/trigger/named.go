package trigger

import (
	"cmp"
	"strings"

	"github.com/gennaker/gennaker/internal/model"
)

// namedKind are triggers of a search in an artifact repository, by the search's name.
type namedKind struct{ kind, field string }

// Types implements [Kind].
func (k namedKind) Types() []string { return []string{k.kind} }

// Events implements [Kind].
func (k namedKind) Events() []string { return []string{k.kind} }

// Listens implements [Kind].
func (k namedKind) Listens(t model.Trigger) string { return key(k.kind, model.String(t, k.field)) }

// Announces implements [Kind].
func (k namedKind) Announces(e *Event) []string {
	return one(key(k.kind, model.String(e.Content, "name")))
}

// Checks implements [Kind].
func (k namedKind) Checks(e *Event, t model.Trigger, _ Options) []Check {
	return []Check{equal(k.field, t, model.String(e.Content, "name"))}
}

// Fill implements [Kind].
func (k namedKind) Fill(*Event, model.Trigger) map[string]any { return nil }

// Brings implements bringer.
func (k namedKind) Brings(e *Event, _ model.Trigger) []any {
	if artifact := model.Object(e.Content, "artifact"); artifact != nil {
		return []any{artifact}
	}
	return nil
}

// pluginKind are triggers of plugins that are published.
type pluginKind struct{}

// Types implements [Kind].
func (pluginKind) Types() []string { return []string{"plugin"} }

// Events implements [Kind].
func (pluginKind) Events() []string { return []string{"plugin"} }

// Listens implements [Kind].
func (pluginKind) Listens(model.Trigger) string { return "plugin" }

// Announces implements [Kind].
func (pluginKind) Announces(*Event) []string { return []string{"plugin"} }

// Checks implements [Kind].
func (pluginKind) Checks(e *Event, t model.Trigger, _ Options) []Check {
	want, got := cmp.Or(model.String(t, "pluginEventType"), published), pluginEvent(e)
	return []Check{check("pluginEventType", want, got, strings.EqualFold(want, got))}
}

// published is what an event and a trigger are about if they don't say.
const published = "PUBLISHED"

func pluginEvent(e *Event) string { return cmp.Or(e.Attributes["pluginEventType"], published) }

// Fill implements [Kind].
func (pluginKind) Fill(e *Event, _ model.Trigger) map[string]any {
	out := map[string]any{"pluginEventType": pluginEvent(e)}
	for _, field := range []string{
		"pluginId", "description", "provider", "version", "releaseDate", "requires", "parsedRequires", "binaryUrl", "sha512sum", "preferred",
	} {
		out[field] = e.Content[field]
	}
	return out
}
