// Package acting is the list of what this server acts on. Spinnaker's pipelines and
// applications can hold more: that is kept, and whoever edits it is warned. A part
// that comes to act on something registers it here, and the warnings about it go.
package acting

import (
	"maps"
	"slices"
	"sync"
)

// Kind is a kind of things that may be acted on.
type Kind string

// The kinds.
const (
	// Triggers are named by their types: cron, webhook.
	Triggers Kind = "triggers"
	// Notifications are named by their channels: slack, email.
	Notifications Kind = "notifications"
	// Roles are named by what they restrict: application, pipeline, account,
	// judgment, and runAs for whom a trigger's executions run as.
	Roles Kind = "roles"
	// Settings are named by the fields of applications.
	Settings Kind = "settings"
)

// Kinds are all of them.
func Kinds() []Kind { return []Kind{Triggers, Notifications, Roles, Settings} }

// Act is something that a part acts on.
type Act struct {
	Kind Kind
	Name string
}

// List is what is acted on. It is safe for concurrent use.
type List struct {
	mu   sync.RWMutex
	acts map[Act]bool
	// lacks are the settings without which parts don't act on something.
	lacks map[Act][]string
}

// New returns a list of what parts act on.
func New(parts ...[]Act) *List {
	l := &List{acts: map[Act]bool{}, lacks: map[Act][]string{}}
	for _, acts := range parts {
		l.Register(acts...)
	}
	return l
}

// Register adds what a part acts on.
func (l *List) Register(acts ...Act) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, act := range acts {
		l.acts[act] = true
	}
}

// Lack notes that a part would act on something if the server had these settings.
func (l *List) Lack(act Act, settings ...string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lacks[act] = settings
}

// Missing are the settings without which something isn't acted on; none if it is, or if
// no setting helps.
func (l *List) Missing(kind Kind, name string) []string {
	if l == nil {
		return nil
	}
	l.mu.RLock()
	defer l.mu.RUnlock()
	if l.acts[Act{kind, name}] {
		return nil
	}
	return l.lacks[Act{kind, name}]
}

// On tells whether something is acted on. Without a list, everything is.
func (l *List) On(kind Kind, name string) bool {
	if l == nil {
		return true
	}
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.acts[Act{kind, name}]
}

// All lists the names of what is acted on, in order, by their kind; every kind is
// in it.
func (l *List) All() map[Kind][]string {
	out := map[Kind][]string{}
	for _, kind := range Kinds() {
		out[kind] = []string{}
	}
	if l == nil {
		return out
	}
	l.mu.RLock()
	defer l.mu.RUnlock()
	for _, act := range slices.Collect(maps.Keys(l.acts)) {
		out[act.Kind] = append(out[act.Kind], act.Name)
	}
	for _, names := range out {
		slices.Sort(names)
	}
	return out
}

// Pages is what the web interface acts on: application settings that change how its
// pages look.
func Pages() []Act {
	return []Act{
		{Settings, "customBanners"}, {Settings, "dataSources"}, {Settings, "instanceLinks"}, {Settings, "instancePort"},
	}
}
