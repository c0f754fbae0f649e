package template

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
)

// plain copies a value into what JSON decodes to: objects with texts for keys,
// lists, texts, numbers, booleans, null.
func plain(value any) any {
	switch v := value.(type) {
	case map[string]any:
		return plainMap(v)
	case model.Pipeline:
		return plainMap(v)
	case model.Trigger:
		return plainMap(v)
	case map[any]any:
		out := make(map[string]any, len(v))
		for key, member := range v {
			out[fmt.Sprint(key)] = plain(member)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, member := range v {
			out[i] = plain(member)
		}
		return out
	case []map[string]any:
		out := make([]any, len(v))
		for i, member := range v {
			out[i] = plainMap(member)
		}
		return out
	case []string:
		return anyList(v)
	case uint64:
		return json.Number(fmt.Sprint(v))
	case nil, string, bool, json.Number, int, int64, float64:
		return v
	}
	data, err := model.Marshal(value)
	if err != nil {
		return fmt.Sprint(value)
	}
	var out any
	if err := model.Unmarshal(data, &out); err != nil {
		return fmt.Sprint(value)
	}
	return out
}

func plainMap(m map[string]any) map[string]any {
	out := make(map[string]any, len(m))
	for key, member := range m {
		out[key] = plain(member)
	}
	return out
}

// sentences is what a person is told of an error.
func sentences(err error) []string {
	if f, ok := errors.AsType[*fault.Error](err); ok {
		if len(f.Errors) > 0 {
			return f.Errors
		}
		return []string{f.Message}
	}
	return []string{err.Error()}
}
