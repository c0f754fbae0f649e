// Package masking hides what Kubernetes Secrets hold wherever their manifests
// may be read: in contexts and outputs of stages, results of tasks, triggers and
// artifacts. The keys stay, so that a reader sees what is there.
//
// A manifest may be an object, a text of YAML or JSON, or an embedded artifact.
// Patches of Secrets count as well. What is masked can be put back into what a
// client sends: see [Restore].
package masking

import (
	"maps"
	"strings"

	"github.com/gennaker/gennaker/internal/model"
)

// Hidden stands where a Secret's value would.
const Hidden = "***"

// lastApplied is where kubectl keeps a whole manifest within an object.
const lastApplied = "kubectl.kubernetes.io/last-applied-configuration"

// Value returns a JSON value with the values of all Secrets in it hidden. The
// value itself stays as it is; where there is nothing to hide it is returned.
func Value(value any) any {
	out, _ := masker{}.value(value)
	return out
}

// Object is [Value] for an object.
func Object(object map[string]any) map[string]any {
	out, _ := masker{}.object(object)
	return out
}

// Manifest hides the values of a manifest that is known to be a Secret's, or
// those of the Secrets in any other value.
func Manifest(manifest map[string]any, isSecret bool) map[string]any {
	if !isSecret {
		return Object(manifest)
	}
	out, _ := masker{}.secret(manifest)
	return out
}

// Masked tells whether what a value holds of Secrets is hidden already, at least
// in part: it was copied from where Secrets are shown.
func Masked(value any) bool {
	found := false
	masker{found: &found}.value(value)
	return found
}

// masker walks a value. Each method tells whether it has changed anything, and
// copies only what it changes.
type masker struct {
	// bare has embedded artifacts without a kind count as patches of a Secret.
	bare bool
	// found is set where a value is hidden already.
	found *bool
}

func (m masker) value(value any) (any, bool) {
	switch v := value.(type) {
	case map[string]any:
		return m.object(v)
	case model.Trigger:
		out, changed := m.object(v)
		return model.Trigger(out), changed
	case []any:
		return m.list(v, m.value)
	case []map[string]any:
		out, changed := m.list(anys(v), m.value)
		if !changed {
			return value, false
		}
		return out, true
	case string:
		return m.text(v)
	}
	return value, false
}

func (m masker) list(list []any, each func(any) (any, bool)) ([]any, bool) {
	out, changed := list, false
	for i, item := range list {
		masked, different := each(item)
		if !different {
			continue
		}
		if !changed {
			out, changed = append([]any(nil), list...), true
		}
		out[i] = masked
	}
	return out, changed
}

func (m masker) object(object map[string]any) (map[string]any, bool) {
	patch := patchesSecret(object)
	if IsSecret(object) && !patch {
		return m.secret(object)
	}
	secrets := strings.EqualFold(model.String(object, "kind"), "SecretList")
	return m.fields(object, func(key string, value any) (any, bool) {
		switch {
		case patch && (key == "patchBody" || key == "manifests" || key == "manifest"):
			return m.patch(value)
		case patch && key == "manifestArtifact":
			return masker{bare: true, found: m.found}.value(value)
		case secrets && key == "items":
			list, _ := value.([]any)
			return m.list(list, func(item any) (any, bool) {
				if o, ok := item.(map[string]any); ok {
					return m.secret(o)
				}
				return item, false
			})
		case key == "reference":
			if text, ok := value.(string); ok {
				return m.reference(text)
			}
		}
		return m.value(value)
	})
}

// fields copies an object as soon as one of its fields is changed.
func (masker) fields(object map[string]any, each func(key string, value any) (any, bool)) (map[string]any, bool) {
	var out map[string]any
	for key, value := range object {
		masked, different := each(key, value)
		if !different {
			continue
		}
		if out == nil {
			out = maps.Clone(object)
		}
		out[key] = masked
	}
	if out == nil {
		return object, false
	}
	return out, true
}

// IsSecret tells whether an object is the manifest of a Secret.
func IsSecret(object map[string]any) bool {
	return strings.EqualFold(model.String(object, "kind"), "Secret")
}

// holdsData tells whether a field of a Secret holds what is to be hidden: data and
// stringData, and what they become by a slip of the keyboard.
func holdsData(field string) bool {
	field = strings.ToLower(field)
	return field != "metadata" && strings.Contains(field, "data")
}

// secret hides what a Secret holds.
func (m masker) secret(object map[string]any) (map[string]any, bool) {
	return m.fields(object, func(key string, value any) (any, bool) {
		switch {
		case holdsData(key):
			return m.hide(value)
		case key == "metadata":
			metadata, _ := value.(map[string]any)
			return m.fields(metadata, func(key string, value any) (any, bool) {
				annotations, ok := value.(map[string]any)
				if key != "annotations" || !ok {
					return value, false
				}
				return m.fields(annotations, func(key string, value any) (any, bool) {
					if key != lastApplied {
						return value, false
					}
					return m.hide(value)
				})
			})
		}
		return m.value(value)
	})
}

// hide puts [Hidden] in the place of each value, and leaves null, which a patch
// removes a key with.
func (m masker) hide(value any) (any, bool) {
	switch v := value.(type) {
	case nil:
		return nil, false
	case map[string]any:
		return m.fields(v, func(_ string, value any) (any, bool) { return m.hide(value) })
	case []any:
		return m.list(v, m.hide)
	case string:
		if v == Hidden && m.found != nil {
			*m.found = true
		}
		// A preview tells by such a word whether a value changes.
		if strings.HasPrefix(v, Hidden) && len(v) <= len("*** (before)") {
			return v, false
		}
	}
	return Hidden, true
}

// patchesSecret tells whether a stage's fields are those of a patch of a Secret.
func patchesSecret(fields map[string]any) bool {
	if fields["patchBody"] == nil && fields["manifestArtifact"] == nil && fields["manifestArtifactId"] == nil {
		return false
	}
	kind, _, _ := strings.Cut(strings.TrimSpace(model.String(fields, "manifestName")), " ")
	return isSecretKind(kind) || isSecretKind(model.String(fields, "kind"))
}

// isSecretKind tells whether a kind as stages name it is that of Secrets, in
// any spelling.
func isSecretKind(kind string) bool {
	kind, _, _ = strings.Cut(strings.ToLower(kind), ".")
	return kind == "secret" || kind == "secrets"
}

// patch hides the values in a patch of a Secret: an object, the operations of a
// JSON patch, or the text of either.
func (m masker) patch(value any) (any, bool) {
	switch v := value.(type) {
	case []any:
		return m.list(v, m.patch)
	case string:
		m.look(v, m.patch)
		return maskText(v, patches)
	case map[string]any:
		if v["op"] == nil || v["path"] == nil {
			return m.secret(v)
		}
		return m.operation(v)
	}
	return value, false
}

// operation hides the value of an operation of a JSON patch that writes to what
// is hidden, or to all of the object.
func (m masker) operation(operation map[string]any) (map[string]any, bool) {
	path := strings.Split(strings.ReplaceAll(model.String(operation, "path"), "~1", "/"), "/")
	first := ""
	if len(path) > 1 {
		first = path[1]
	}
	return m.fields(operation, func(key string, value any) (any, bool) {
		if key != "value" {
			return value, false
		}
		switch {
		case holdsData(first):
			return m.hide(value)
		case first == "":
			if o, ok := value.(map[string]any); ok {
				return m.secret(o)
			}
		case first == "metadata":
			if strings.HasSuffix(model.String(operation, "path"), "last-applied-configuration") {
				return m.hide(value)
			}
			out, changed := m.secret(map[string]any{"metadata": map[string]any{path[len(path)-1]: value}})
			return model.Object(out, "metadata")[path[len(path)-1]], changed
		}
		return m.value(value)
	})
}

func anys(list []map[string]any) []any {
	out := make([]any, len(list))
	for i := range list {
		out[i] = list[i]
	}
	return out
}
