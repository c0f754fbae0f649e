package trigger

import (
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/gennaker/gennaker/internal/jsonpath"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/pattern"
)

// constraints compares what a trigger asks of a payload with it, as Echo's
// ArtifactMatcher and PayloadMatcher do: a key is a field at the top, or, with paths, a
// JSON path if there is no such field; a value is a pattern that must be found in the
// field's text. A list that a path leads to must have an element that matches.
func constraints(what string, wanted, payload map[string]any, paths bool) []Check {
	out := make([]Check, 0, len(wanted))
	for _, name := range slices.Sorted(maps.Keys(wanted)) {
		c := constraint(what+"."+name, name, wanted[name], payload, paths)
		if IsSecret(name) {
			c.hide()
		}
		out = append(out, c)
	}
	return out
}

// What a check says of an event that hasn't what the trigger asks for.
const (
	noField     = "the payload has no such field"
	noAttribute = "the event has no such attribute"
)

func constraint(what, name string, wanted any, payload map[string]any, paths bool) Check {
	want, _ := wanted.(string)
	if wanted != nil && want == "" {
		want = javaText(wanted)
	}
	var texts []string
	if value := payload[name]; value != nil {
		texts = []string{javaText(value)}
	} else if paths {
		var err error
		if texts, err = atPath(payload, name); err != nil {
			return broken(what, want, "", err)
		}
	}
	if texts == nil {
		return Check{What: what, Want: cut(want), Problem: noField}
	}
	got := strings.Join(texts, ", ")
	if wanted == nil {
		return check(what, "anything", got, true)
	}
	p, err := pattern.Compile(want)
	if err != nil {
		return broken(what, want, got, err)
	}
	return check(what, want, got, slices.ContainsFunc(texts, p.Found))
}

// atPath reads what a JSON path leads to, as texts; nil if nothing is there.
func atPath(payload map[string]any, path string) ([]string, error) {
	if strings.TrimSpace(path) == "" {
		return nil, errors.New("the constraint has no name")
	}
	if !strings.HasPrefix(path, "$") {
		path = "$." + path
	}
	found, err := jsonpath.Read(payload, path)
	if err != nil {
		return nil, nil //nolint:nilerr // a path that can't be read leads nowhere, as in Echo
	}
	switch v := found.(type) {
	case nil, map[string]any:
		return nil, nil
	case []any:
		var texts []string
		for _, item := range v {
			if item != nil {
				texts = append(texts, javaText(item))
			}
		}
		return texts, nil
	default:
		return []string{javaText(v)}, nil
	}
}

// exactly compares what a trigger asks of attributes with them: equal, or just there if
// it asks for nothing in particular.
func exactly(what string, wanted map[string]any, attributes map[string]string) []Check {
	out := make([]Check, 0, len(wanted))
	for _, name := range slices.Sorted(maps.Keys(wanted)) {
		got, there := attributes[name]
		want := model.String(wanted, name)
		c := check(what+"."+name, want, got, there && (wanted[name] == nil || want == got))
		if !there {
			c.Problem = noAttribute
		}
		if IsSecret(name) {
			c.hide()
		}
		out = append(out, c)
	}
	return out
}
