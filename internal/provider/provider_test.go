package provider_test

import (
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/provider"
	"github.com/gennaker/gennaker/internal/secret"
)

type login struct {
	User     string     `json:"user,omitempty" doc:"Who."`
	Password secret.Ref `json:"password,omitzero" secret:"true"`
}

type place struct {
	URL string `json:"url" doc:"Where."`
}

type config struct {
	Name string `json:"name" required:"true"`
	login
	Place   *place                `json:"place,omitempty"`
	Headers map[string]secret.Ref `json:"headers,omitempty" secret:"true"`
	Kinds   []string              `json:"kinds,omitempty"`
	Mode    string                `json:"mode,omitempty" enum:"fast,safe"`
	Tries   int                   `json:"tries,omitempty"`
	Share   float64               `json:"share,omitempty"`
	On      bool                  `json:"on,omitempty"`
	Private string                `json:"-"`
}

var ofConfig = provider.Type{Name: "thing", Title: "thing account", Fields: provider.SchemaOf(reflect.TypeFor[config]()), Ignored: []string{"old"}}

func TestSchemaOf(t *testing.T) {
	t.Parallel()
	text := map[string]any{"type": "string"}
	require.Equal(t, map[string]any{
		"type": "object", "additionalProperties": false, "required": []string{"name"},
		"properties": map[string]any{
			"name": text, "kinds": map[string]any{"type": "array", "items": text},
			"user":     map[string]any{"type": "string", "description": "Who."},
			"password": map[string]any{"type": "string", "writeOnly": true},
			"headers":  map[string]any{"type": "object", "additionalProperties": text, "writeOnly": true},
			"mode":     map[string]any{"type": "string", "enum": []string{"fast", "safe"}},
			"tries":    map[string]any{"type": "integer"}, "share": map[string]any{"type": "number"}, "on": map[string]any{"type": "boolean"},
			"place": map[string]any{"type": "object", "additionalProperties": false, "properties": map[string]any{
				"url": map[string]any{"type": "string", "description": "Where."},
			}},
		},
	}, ofConfig.Fields)
	require.Equal(t, []string{"headers", "password"}, ofConfig.Secrets())
}

func TestDecode(t *testing.T) {
	t.Parallel()
	for want, fields := range map[string]map[string]any{
		`kind: a thing account has no such field; did you mean "kinds"?`: {"kind": "x"},
		"elsewhere: a thing account has no such field":                   {"elsewhere": "x"},
		"kinds: is a string, and must be a list":                         {"kinds": "x"},
		"on: is a string, and must be a true or false":                   {"on": "yes"},
		"tries: is a string, and must be a number":                       {"tries": "7"},
		"place: is a array, and must be a mapping":                       {"place": []any{}},
		"name: is a object, and must be a text":                          {"name": map[string]any{}},
		`unknown field "port"`:                                           {"place": map[string]any{"port": 1}},
	} {
		var c config
		err := provider.Decode(provider.Definition{Fields: fields}, ofConfig, &c)
		require.ErrorContains(t, err, want)
		require.Equal(t, fault.Invalid, fault.KindOf(err))
	}
	var c config
	require.NoError(t, provider.Decode(provider.Definition{Fields: map[string]any{
		"name": "a", "old": true, "user": "ann", "password": "env:X", "headers": map[string]any{"A": "b"}, "place": map[string]any{"url": "u"},
	}}, ofConfig, &c))
	require.Equal(t, "ann", c.User)
	require.Equal(t, "env:X", c.Password.String())
	require.Equal(t, "u", c.Place.URL)
	require.Len(t, c.Headers, 1)
}
