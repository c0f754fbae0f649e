package provider

import (
	"encoding"
	"reflect"
	"slices"
	"strings"
)

// Tags of the fields of an account's struct: what a field is for, whether it is
// a secret, whether it must be given, and the values that it may have.
const (
	docTag      = "doc"
	secretTag   = "secret"
	requiredTag = "required"
	enumTag     = "enum"
)

// SchemaOf is the JSON Schema of the object that a struct reads. Its fields may
// have the tags doc, secret:"true", required:"true" and enum:"a,b".
func SchemaOf(t reflect.Type) map[string]any {
	properties := map[string]any{}
	schema := map[string]any{"type": "object", "properties": properties, "additionalProperties": false}
	var required []string
	for f := range fieldsOf(t) {
		properties[f.name] = property(f.StructField)
		if f.Tag.Get(requiredTag) == "true" {
			required = append(required, f.name)
		}
	}
	return Requiring(schema, required...)
}

// Requiring is the schema of an object that must also have these fields.
func Requiring(schema map[string]any, fields ...string) map[string]any {
	if len(fields) == 0 {
		return schema
	}
	had, _ := schema["required"].([]string)
	schema["required"] = append(slices.Clone(had), fields...)
	return schema
}

type field struct {
	reflect.StructField
	name string
}

// fieldsOf are the fields that JSON knows, those of embedded structs among them.
func fieldsOf(t reflect.Type) func(yield func(field) bool) {
	return func(yield func(field) bool) {
		for _, f := range reflect.VisibleFields(t) {
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			if name == "" || name == "-" || !f.IsExported() {
				continue
			}
			if !yield(field{f, name}) {
				return
			}
		}
	}
}

func property(f reflect.StructField) map[string]any {
	s := schemaOf(f.Type)
	if doc := f.Tag.Get(docTag); doc != "" {
		s["description"] = doc
	}
	if f.Tag.Get(secretTag) == "true" {
		s["writeOnly"] = true
	}
	if enum := f.Tag.Get(enumTag); enum != "" {
		s["enum"] = strings.Split(enum, ",")
	}
	return s
}

var textType = reflect.TypeFor[encoding.TextUnmarshaler]()

func schemaOf(t reflect.Type) map[string]any {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if reflect.PointerTo(t).Implements(textType) {
		return map[string]any{"type": "string"}
	}
	switch t.Kind() {
	case reflect.Bool:
		return map[string]any{"type": "boolean"}
	case reflect.String:
		return map[string]any{"type": "string"}
	case reflect.Slice:
		return map[string]any{"type": "array", "items": schemaOf(t.Elem())}
	case reflect.Map:
		return map[string]any{"type": "object", "additionalProperties": schemaOf(t.Elem())}
	case reflect.Struct:
		return SchemaOf(t)
	case reflect.Float32, reflect.Float64:
		return map[string]any{"type": "number"}
	case reflect.Interface:
		return map[string]any{}
	}
	return map[string]any{"type": "integer"}
}

// Names are the names of the fields that an object's schema has, in order.
func Names(schema map[string]any) []string {
	properties, _ := schema["properties"].(map[string]any)
	out := make([]string, 0, len(properties))
	for name := range properties {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

// SecretTexts are the secret texts of an account's fields, by their places: a
// field's name, or that and the name of an entry of it, such as
// "headers.Authorization".
func (t Type) SecretTexts(fields map[string]any) map[string]string {
	out := map[string]string{}
	for _, field := range t.Secrets() {
		switch value := fields[field].(type) {
		case string:
			out[field] = value
		case map[string]any:
			for entry, inner := range value {
				if text, ok := inner.(string); ok {
					out[field+"."+entry] = text
				}
			}
		}
	}
	return out
}

// Secrets are the names of the fields of an account that are secret, in order.
func (t Type) Secrets() []string {
	var out []string
	properties, _ := t.Fields["properties"].(map[string]any)
	for _, name := range Names(t.Fields) {
		if p, _ := properties[name].(map[string]any); p["writeOnly"] == true {
			out = append(out, name)
		}
	}
	return out
}
