package config

import (
	"encoding"
	"fmt"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/gennaker/gennaker/internal/yamldoc"
)

// hidden stands in place of secrets wherever a configuration is shown.
const hidden = "<hidden>"

// Redacted writes the configuration as YAML, without its secrets.
func (c *Config) Redacted() ([]byte, error) {
	value := plain(description(), reflect.ValueOf(c).Elem(), "")
	document, err := yamldoc.NodeOf(value)
	if err != nil {
		return nil, fmt.Errorf("write the configuration: %w", err)
	}
	return yamldoc.Write(document)
}

// flow writes one value as YAML on one line.
func flow(n *node, value reflect.Value) string {
	out, err := yamldoc.Flow(plain(n, value, ""))
	if err != nil {
		panic(fmt.Sprintf("config: write a default: %v", err)) // plain gives only what YAML can hold
	}
	return out
}

// plain turns a value into what is written as YAML as it should be
// written; secret is the parent's mark, which holds for all within.
func plain(n *node, value reflect.Value, secret string) any {
	if n.secret != "" {
		secret = n.secret
	}
	if value.Kind() == reflect.Pointer {
		if value.IsNil() {
			return nil
		}
		value = value.Elem()
	}
	switch n.kind {
	case kindObject:
		out := make(yamldoc.Object, 0, len(n.fields))
		for _, f := range n.fields {
			out = append(out, yamldoc.Field{Name: f.name, Value: plain(f.node, value.FieldByIndex(f.index), secret)})
		}
		return out
	case kindList:
		out := make([]any, value.Len())
		for i := range out {
			out[i] = plain(n.elem, value.Index(i), secret)
		}
		return out
	case kindMap:
		keys := value.MapKeys()
		slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
		out := make(yamldoc.Object, 0, len(keys))
		for _, key := range keys {
			out = append(out, yamldoc.Field{Name: key.String(), Value: plain(n.elem, value.MapIndex(key), secret)})
		}
		return out
	}
	if value.IsZero() {
		return scalarOf(n, value)
	}
	switch secret {
	case "url":
		return withoutPassword(value.String())
	case "true":
		return hidden
	}
	return scalarOf(n, value)
}

func scalarOf(n *node, value reflect.Value) any {
	switch n.kind {
	case kindDuration:
		return shortDuration(time.Duration(value.Int()))
	case kindSize, kindOther:
		if m, ok := reflect.TypeAssert[encoding.TextMarshaler](value); ok {
			if text, err := m.MarshalText(); err == nil {
				return string(text)
			}
		}
		return fmt.Sprint(value.Interface())
	case kindText:
		return value.String()
	}
	return value.Interface()
}

// shortDuration writes 1m0s as 1m, and 2h0m0s as 2h.
func shortDuration(d time.Duration) string {
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}

// withoutPassword hides what is secret in a URL; all of it where it is none.
func withoutPassword(text string) string {
	u, err := url.Parse(text)
	if err != nil {
		return hidden
	}
	query := u.Query()
	for key := range query {
		if strings.Contains(strings.ToLower(key), "password") {
			query.Set(key, hidden)
		}
	}
	if len(query) > 0 {
		u.RawQuery = query.Encode()
	}
	return u.Redacted()
}
