package trigger

import (
	"context"
	"slices"
	"strings"

	"github.com/gennaker/gennaker/internal/model"
)

// Kind is a type of trigger.
type Kind interface {
	// Types are the types that triggers of this kind have, in pipelines.
	Types() []string
	// Events are the types of events that it looks at.
	Events() []string
	// Listens gives what a trigger listens to, as a key that an index can hold; "" if
	// no event can start it. Nothing of it is secret.
	Listens(t model.Trigger) string
	// Announces gives the keys of the triggers that an event may start.
	Announces(e *Event) []string
	// Checks compares an event with a trigger that listens to it.
	Checks(e *Event, t model.Trigger, o Options) []Check
	// Fill gives the fields that the trigger of an execution gets from the event.
	Fill(e *Event, t model.Trigger) map[string]any
}

// bringer is a kind whose events bring artifacts that only it can tell.
type bringer interface {
	// Brings gives an event's artifacts.
	Brings(e *Event, t model.Trigger) []any
}

// asker is a kind that has to ask other servers about an event.
type asker interface {
	// Ask gives what a trigger's execution is told beside the event's own fields, the
	// artifacts of that, and the checks that depend on it. user is who asks.
	Ask(ctx context.Context, e *Event, t model.Trigger, o Options, user string) (fields map[string]any, artifacts []any, checks []Check)
}

// byType finds the kind of a trigger type.
func byType(name string) Kind {
	for _, k := range kinds() {
		if slices.Contains(k.Types(), name) {
			return k
		}
	}
	return nil
}

// byEvent lists the kinds that look at a type of events. The case of the type is free.
func byEvent(name string) []Kind {
	var out []Kind
	for _, k := range kinds() {
		if slices.ContainsFunc(k.Events(), func(one string) bool { return strings.EqualFold(one, name) }) {
			out = append(out, k)
		}
	}
	return out
}

// Types lists the types of triggers that events start.
func Types() []string {
	var out []string
	for _, k := range kinds() {
		out = append(out, k.Types()...)
	}
	slices.Sort(out)
	return out
}

// Key is what a trigger listens to, for an index; "" if no event can start it, as it is
// disabled or of a type that events don't start.
func Key(t model.Trigger) string {
	if !model.Bool(t, "enabled", false) {
		return ""
	}
	return Listens(t)
}

// Listens is what a trigger would listen to if it were enabled; "" if no event can start
// triggers of its type.
func Listens(t model.Trigger) string {
	if k := byType(typeOf(t)); k != nil {
		return k.Listens(t)
	}
	return ""
}

// KeyType is the part of a key that says which type of trigger it is for, with all that
// keys of this type begin with.
func KeyType(key string) string {
	if at := strings.Index(key, separator); at >= 0 {
		return key[:at+len(separator)]
	}
	return key
}

// separator is between the parts of a key.
const separator = "\x1f"

// Keys are those of the triggers that an event may start.
func Keys(e *Event) []string {
	var out []string
	for _, k := range byEvent(e.Type) {
		out = append(out, k.Announces(e)...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// key joins the parts of a key; "" if one of them is missing.
func key(parts ...string) string {
	if slices.Contains(parts, "") {
		return ""
	}
	return strings.Join(parts, separator)
}

// one is a list of a key, or empty.
func one(k string) []string {
	if k == "" {
		return nil
	}
	return []string{k}
}
