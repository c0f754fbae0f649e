package model

import (
	"encoding/json"
	"maps"
	"math"
	"strconv"
	"strings"
)

// String reads a text field of a free-form object; numbers and booleans are
// given as text, as Jackson does it, and anything else as "".
func String(m map[string]any, key string) string {
	switch v := m[key].(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	case bool:
		return strconv.FormatBool(v)
	case int:
		return strconv.Itoa(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return ""
}

// Bool reads a yes-or-no field; the texts "true" and "false" count, whatever
// their case, and anything else gives missing.
func Bool(m map[string]any, key string, missing bool) bool {
	switch v := m[key].(type) {
	case bool:
		return v
	case string:
		if strings.EqualFold(v, "true") {
			return true
		}
		if strings.EqualFold(v, "false") {
			return false
		}
	}
	return missing
}

// Int reads a whole-number field, and tells whether there is one: a number
// (its fraction cut off) or a text that holds one.
func Int(m map[string]any, key string) (int64, bool) { return ToInt(m[key]) }

// ToInt is the whole number that a free-form value stands for, and whether it
// stands for one.
func ToInt(value any) (int64, bool) {
	switch v := value.(type) {
	case int:
		return int64(v), true
	case int64:
		return v, true
	case float64:
		if math.IsNaN(v) || math.Abs(v) > math.MaxInt64/2 {
			return 0, false
		}
		return int64(v), true
	case json.Number:
		return textToInt(v.String())
	case string:
		return textToInt(strings.TrimSpace(v))
	}
	return 0, false
}

func textToInt(text string) (int64, bool) {
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return n, true
	}
	if f, err := strconv.ParseFloat(text, 64); err == nil {
		return ToInt(f)
	}
	return 0, false
}

// Object reads a field that holds an object; nil where it holds none.
func Object(m map[string]any, key string) map[string]any {
	switch v := m[key].(type) {
	case map[string]any:
		return v
	case Trigger:
		return v
	}
	return nil
}

// List reads a field that holds a list; nil where it holds none.
func List(m map[string]any, key string) []any {
	v, _ := m[key].([]any)
	return v
}

// Objects reads a field that holds a list of objects, leaving out members of
// other kinds.
func Objects(m map[string]any, key string) []map[string]any {
	list := List(m, key)
	out := make([]map[string]any, 0, len(list))
	for _, item := range list {
		if o, ok := item.(map[string]any); ok {
			out = append(out, o)
		}
	}
	return out
}

// Strings reads a field that holds texts: a list of them, or a single one.
func Strings(m map[string]any, key string) []string {
	switch v := m[key].(type) {
	case string:
		if v == "" {
			return nil
		}
		return []string{v}
	case []string:
		return v
	case []any:
		out := make([]string, 0, len(v))
		for _, item := range v {
			if s, ok := item.(string); ok {
				out = append(out, s)
			}
		}
		return out
	}
	return nil
}

// Merge returns a new map with the entries of both; the later one's win.
func Merge(base, over map[string]any) map[string]any {
	out := make(map[string]any, len(base)+len(over))
	maps.Copy(out, base)
	maps.Copy(out, over)
	return out
}

// Without returns a new map that lacks the given keys.
func Without(m map[string]any, keys ...string) map[string]any {
	out := make(map[string]any, len(m))
	maps.Copy(out, m)
	for _, k := range keys {
		delete(out, k)
	}
	return out
}

// DropNulls returns the object without the entries that are null, at any
// depth of objects, as Spinnaker's services write it. Members of lists stay.
func DropNulls(m map[string]any) map[string]any {
	out, _ := dropNulls(m).(map[string]any)
	return out
}

func dropNulls(value any) any {
	switch v := value.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for key, member := range v {
			if member != nil {
				out[key] = dropNulls(member)
			}
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, member := range v {
			out[i] = dropNulls(member)
		}
		return out
	}
	return value
}

// IsEmpty tells whether a value says nothing: it is null, or a text, list or object
// without anything in it. Numbers and booleans say something.
func IsEmpty(value any) bool {
	switch v := value.(type) {
	case nil:
		return true
	case string:
		return v == ""
	case []any:
		return len(v) == 0
	case map[string]any:
		return len(v) == 0
	}
	return false
}
