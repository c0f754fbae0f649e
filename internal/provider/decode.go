package provider

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/limit"
)

// Decode reads an account's fields into a struct. What the type doesn't have is
// an Invalid fault that asks whether another field was meant.
func Decode(account Definition, t Type, into any) error {
	fields := maps.Clone(account.Fields)
	for _, name := range t.Ignored {
		delete(fields, name)
	}
	known := Names(t.Fields)
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		if !slices.Contains(known, name) {
			return Invalid("%s: a %s has no such field%s", name, t.Title, near(name, known))
		}
	}
	data, err := json.Marshal(fields)
	if err != nil {
		return fmt.Errorf("read account %s: %w", account.Name, err)
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		if kind, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
			return Invalid("%s: is a %s, and must be a %s", kind.Field, kind.Value, kindName(kind.Type))
		}
		return Invalid("%s", strings.TrimPrefix(err.Error(), "json: "))
	}
	return nil
}

// Invalid is an Invalid fault that has its message among its details too, as
// clients of Gate expect.
func Invalid(format string, args ...any) error {
	err := fault.New(fault.Invalid, format, args...)
	return err.With(err.Message)
}

func kindName(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Slice:
		return "list"
	case reflect.Bool:
		return "true or false"
	case reflect.String:
		return "text"
	case reflect.Struct, reflect.Map:
		return "mapping"
	}
	return "number"
}

// near asks whether another field was meant.
func near(name string, known []string) string {
	const most = 3
	best := limit.Nearest(name, known, most)
	if best == "" {
		return ""
	}
	return fmt.Sprintf("; did you mean %q?", best)
}
