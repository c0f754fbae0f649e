package importer

import (
	"bytes"
	"encoding/json"
	"strconv"

	"github.com/gennaker/gennaker/internal/model"
)

// stamps are what a server adds when it stores something.
var stamps = []string{"updateTs", "lastModified", "lastModifiedBy", "createdAt", "createTs"}

// without is a copy of an object as it is sent: without its stamps, the given
// fields, and nulls.
func without(object map[string]any, fields ...string) map[string]any {
	return model.DropNulls(model.Without(model.Without(object, stamps...), fields...))
}

// equal tells whether two values are the same as JSON; 1 and 1.0 are.
func equal(a, b any) bool {
	x, errX := model.Marshal(canonical(a))
	y, errY := model.Marshal(canonical(b))
	return errX == nil && errY == nil && bytes.Equal(x, y)
}

// contains tells whether an object has all that another one has; what is empty
// may as well be missing.
func contains(object, part map[string]any) bool {
	for key, value := range part {
		if key == "name" || isEmpty(value) && isEmpty(object[key]) {
			continue
		}
		if !equal(value, object[key]) {
			return false
		}
	}
	return true
}

// isEmpty is [model.IsEmpty], for which an object of empty fields is empty too: a
// server may leave all of it out.
func isEmpty(value any) bool {
	fields, ok := value.(map[string]any)
	if !ok {
		return model.IsEmpty(value)
	}
	for _, field := range fields {
		if !isEmpty(field) {
			return false
		}
	}
	return true
}

// canonical writes numbers in one way.
func canonical(value any) any {
	switch v := value.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for key, item := range v {
			out[key] = canonical(item)
		}
		return out
	case model.Pipeline:
		return canonical(map[string]any(v))
	case []any:
		out := make([]any, len(v))
		for i, item := range v {
			out[i] = canonical(item)
		}
		return out
	case json.Number:
		if _, err := v.Int64(); err == nil {
			return v
		}
		if f, err := v.Float64(); err == nil {
			return json.Number(strconv.FormatFloat(f, 'f', -1, 64))
		}
	}
	return value
}
