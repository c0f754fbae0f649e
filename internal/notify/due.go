package notify

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/gennaker/gennaker/internal/model"
)

// The levels at which preferences are set.
const (
	LevelApplication = "application"
	LevelPipeline    = "pipeline"
	LevelStage       = "stage"
)

// Preference asks for a notification.
type Preference struct {
	// Level says where it is set.
	Level string
	// Settings are its fields, as they were saved.
	Settings map[string]any
}

// Type names the channel.
func (p Preference) Type() string { return model.String(p.Settings, "type") }

// changing are the fields of a preference that don't say what is sent where.
var changing = []string{"when", "level", "lastNotifiedByNotificationState", "notifyEveryMs", quietField}

// Key tells preferences apart without showing what they hold: addresses are secrets
// more often than not.
func (p Preference) Key() string {
	fields := maps.Clone(p.Settings)
	for _, name := range changing {
		delete(fields, name)
	}
	text, err := json.Marshal(fields) // in the order of the names
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:12])
}

// Due gives the preferences that ask to be told of an event, each once. The
// application's own are those of its settings: lists of preferences by their types.
func Due(e Event, application map[string]any) []Preference {
	var out []Preference
	seen := map[string]bool{}
	for _, p := range candidates(e, application) {
		if p.Type() == "" || !asksFor(p.Settings["when"], e.When()) {
			continue
		}
		if key := p.Key(); !seen[key] {
			seen[key] = true
			out = append(out, p)
		}
	}
	return out
}

// candidates are the preferences that an event may concern.
func candidates(e Event, application map[string]any) []Preference {
	switch {
	case e.Kind == Stage:
		s := e.Stage
		if s == nil || s.Canceled || s.Synthetic || !truth(s.Context["sendNotifications"]) {
			return nil
		}
		return All(LevelStage, model.Objects(s.Context, "notifications"))
	case e.Execution.Canceled:
		return nil
	case e.Kind == Pipeline:
		return Merged(e.Execution.Notifications, application)
	}
	return All(LevelPipeline, e.Execution.Notifications)
}

// All are settings as preferences of one level.
func All(level string, settings []map[string]any) []Preference {
	out := make([]Preference, 0, len(settings))
	for _, s := range settings {
		out = append(out, Preference{level, s})
	}
	return out
}

// Merged are a pipeline's preferences and those of its application, as Orca's
// EchoNotifyingExecutionListener merges them: of two for the same address, the
// pipeline's counts, and the application's adds the events that it doesn't name.
func Merged(pipeline []map[string]any, application map[string]any) []Preference {
	out := All(LevelPipeline, pipeline)
	for _, own := range Application(application) {
		when := Whens(own.Settings["when"])
		if at := slices.IndexFunc(pipeline, func(p map[string]any) bool { return sameAddress(own.Settings, p) }); at >= 0 {
			named := Whens(pipeline[at]["when"])
			when = slices.DeleteFunc(when, func(word string) bool { return slices.Contains(named, word) })
		}
		if len(when) == 0 {
			continue
		}
		words := make([]any, len(when))
		for i, word := range when {
			words[i] = word
		}
		own.Settings["when"] = words
		out = append(out, own)
	}
	return out
}

// Application are the preferences in an application's settings that are about
// pipelines, with those events alone.
func Application(settings map[string]any) []Preference {
	var out []Preference
	for _, kind := range slices.Sorted(maps.Keys(settings)) {
		for _, s := range model.Objects(settings, kind) {
			when := Whens(s["when"])
			when = slices.DeleteFunc(when, func(word string) bool { return !strings.HasPrefix(word, Pipeline) })
			if len(when) == 0 {
				continue
			}
			s = maps.Clone(s)
			if model.String(s, "type") == "" {
				s["type"] = kind
			}
			words := make([]any, len(when))
			for i, word := range when {
				words[i] = word
			}
			s["when"] = words
			out = append(out, Preference{LevelApplication, s})
		}
	}
	return out
}

func sameAddress(a, b map[string]any) bool {
	same := func(field string) bool {
		return model.String(a, field) != "" && model.String(a, field) == model.String(b, field)
	}
	return same("type") && (same("address") || same("publisherName"))
}

// Whens are the words of a preference's "when".
func Whens(when any) []string {
	switch w := when.(type) {
	case string:
		return []string{w}
	case []string:
		return slices.Clone(w)
	case []any:
		var out []string
		for _, word := range w {
			if text, ok := word.(string); ok {
				out = append(out, text)
			}
		}
		return out
	}
	return nil
}

// asksFor tells whether a "when" names an event. As in Echo, it may be one text that
// contains the word.
func asksFor(when any, word string) bool {
	if text, ok := when.(string); ok {
		return strings.Contains(text, word)
	}
	return slices.Contains(Whens(when), word)
}

// truth reads a flag that may be a text, as Java's Boolean.parseBoolean does.
func truth(value any) bool {
	switch v := value.(type) {
	case bool:
		return v
	case string:
		return strings.EqualFold(v, strconv.FormatBool(true))
	}
	return false
}
