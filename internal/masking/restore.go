package masking

import (
	"encoding/base64"
	"reflect"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/yamldoc"
)

// Restore puts what was masked back into a value that a client has read, may
// have changed, and sends to be stored: whatever of it is as [Value] shows the
// original is as the original again. Manifests in lists are found by their names
// if they were moved.
func Restore(edited, original any) any {
	shown, changed := masker{}.value(original)
	if !changed {
		return edited
	}
	return restore(edited, shown, original)
}

// Patch is [Restore] for fields that are merged into others. A field that is as
// it is shown, and that [Value] would not mask by itself, is restored too: what a
// patch holds depends on the fields beside it.
func Patch(patch, fields map[string]any) map[string]any {
	shown, changed := masker{}.object(fields)
	if !changed {
		return patch
	}
	out := make(map[string]any, len(patch))
	for key, value := range patch {
		out[key] = restore(value, shown[key], fields[key])
	}
	return out
}

// restore walks three values side by side.
func restore(edited, shown, original any) any {
	if original == nil || reflect.DeepEqual(shown, original) {
		return edited
	}
	if reflect.DeepEqual(edited, shown) {
		return original
	}
	switch e := edited.(type) {
	case map[string]any:
		s, _ := shown.(map[string]any)
		o, _ := original.(map[string]any)
		out := make(map[string]any, len(e))
		for key, value := range e {
			if text, ok := value.(string); ok && key == "reference" {
				out[key] = restoreReference(text, o[key])
				continue
			}
			out[key] = restore(value, s[key], o[key])
		}
		return out
	case []any:
		s, _ := shown.([]any)
		o, _ := original.([]any)
		out := make([]any, len(e))
		for i, item := range e {
			at := find(item, s, i)
			if at < 0 || at >= len(o) {
				out[i] = item
				continue
			}
			out[i] = restore(item, s[at], o[at])
		}
		return out
	case string:
		if before, ok := original.(string); ok && encodesJSON(before) {
			return restoreReference(e, before)
		} else if ok {
			return restoreText(e, before)
		}
	}
	return edited
}

// find is the place in a list of the item that another one was made from: of
// the same name if it is a manifest, else at the same place.
func find(item any, list []any, place int) int {
	wanted := identity(item)
	if wanted == "" {
		if place < len(list) && identity(list[place]) == "" {
			return place
		}
		return -1
	}
	if place < len(list) && identity(list[place]) == wanted {
		return place
	}
	for i, other := range list {
		if identity(other) == wanted {
			return i
		}
	}
	return -1
}

// identity names a manifest; "" for what is none.
func identity(value any) string {
	o, ok := value.(map[string]any)
	if !ok || model.String(o, "kind") == "" {
		return ""
	}
	md := model.Object(o, "metadata")
	return model.String(o, "kind") + "/" + model.String(md, "namespace") + "/" + model.String(md, "name") + "/" + model.String(md, "generateName")
}

func restoreReference(edited string, original any) any {
	before, _ := original.(string)
	after, err := decodeBase64(edited)
	if err != nil {
		return edited
	}
	old, err := decodeBase64(before)
	if err != nil {
		return edited
	}
	text := restoreText(string(after), string(old))
	if text == string(after) {
		return edited
	}
	return base64.StdEncoding.EncodeToString([]byte(text))
}

// restoreText restores a text of YAML.
func restoreText(edited, original string) string {
	if shown, changed := (masker{}).text(original); !changed {
		return edited
	} else if shown == edited {
		return original
	}
	before, err := decode(original)
	if err != nil {
		return edited
	}
	after, err := decode(edited)
	if err != nil {
		return edited
	}
	restored, ok := Restore(after, before).([]any)
	if !ok || reflect.DeepEqual(restored, after) {
		return edited
	}
	documents := make([]*yamldoc.Node, len(restored))
	for i, value := range restored {
		documents[i] = new(yamldoc.Node)
		if err := documents[i].Encode(value); err != nil {
			return edited
		}
	}
	text, err := yamldoc.Write(documents...)
	if err != nil {
		return edited
	}
	return string(text)
}

// decode reads the documents of a text.
func decode(text string) ([]any, error) {
	documents, err := parse(text)
	if err != nil {
		return nil, err
	}
	out := make([]any, 0, len(documents))
	for _, document := range documents {
		var value any
		if err := document.Decode(&value); err != nil {
			return nil, err
		}
		out = append(out, value)
	}
	return out, nil
}
