package model

import (
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"github.com/go-viper/mapstructure/v2"
)

// Decode fills a struct from a free-form object by the struct's json tags. It
// is as lenient as Jackson is for Spinnaker's stages: "5" is taken where a
// number is wanted, "true" where a boolean is, and a single value where a list
// is. The error says of each field what it must be, and what it is.
func Decode(from map[string]any, into any) error {
	decoder, err := mapstructure.NewDecoder(&mapstructure.DecoderConfig{
		Result: into, TagName: "json", WeaklyTypedInput: true, Squash: true,
	})
	if err != nil {
		return fmt.Errorf("decode fields: %w", err)
	}
	if err := decoder.Decode(from); err != nil {
		return &fieldsError{sentences: unsuitable(err), cause: err}
	}
	return nil
}

// fieldsError says which fields can't be decoded.
type fieldsError struct {
	sentences []string
	cause     error
}

func (e *fieldsError) Error() string { return strings.Join(e.sentences, "; ") }

func (e *fieldsError) Unwrap() error { return e.cause }

// unsuitable words the decoder's errors for a person, one sentence for each field.
func unsuitable(err error) []string {
	type joined interface {
		error
		Unwrap() []error
	}
	if several, ok := errors.AsType[joined](err); ok {
		var out []string
		for _, one := range several.Unwrap() {
			out = append(out, unsuitable(one)...)
		}
		return out
	}
	field, ok := errors.AsType[*mapstructure.DecodeError](err)
	if !ok {
		return []string{err.Error()}
	}
	if convert, ok := errors.AsType[*mapstructure.UnconvertibleTypeError](field); ok {
		return []string{field.Name() + " must be " + kindOf(convert.Expected.Type()) + ", not " + shown(convert.Value)}
	}
	if parse, ok := errors.AsType[*mapstructure.ParseError](field); ok {
		return []string{field.Name() + " must be " + kindOf(parse.Expected.Type()) + ", not " + shown(parse.Value)}
	}
	// All else that the decoder refuses is a struct that it can't fill.
	return []string{field.Name() + " must be an object"}
}

// kindOf is what JSON has for a type of Go's.
func kindOf(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Pointer:
		return kindOf(t.Elem())
	case reflect.Bool:
		return "true or false"
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return "a whole number"
	case reflect.Float32, reflect.Float64:
		return "a number"
	case reflect.String:
		return "a text"
	case reflect.Slice, reflect.Array:
		return "a list"
	default:
		return "an object"
	}
}

// shown is a value as a message names it.
func shown(value any) string {
	switch v := value.(type) {
	case nil:
		return "null"
	case string:
		if runes := []rune(v); len(runes) > longestShown {
			v = string(runes[:longestShown]) + "..."
		}
		return strconv.Quote(v)
	case map[string]any:
		return "an object"
	case []any, []string, []map[string]any:
		return "a list"
	default:
		return fmt.Sprint(v)
	}
}

// longestShown is how many characters of a text a message shows.
const longestShown = 100
