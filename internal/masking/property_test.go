package masking_test

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/gennaker/gennaker/internal/masking"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/yamldoc"
)

type object = map[string]any

// token is what no reader may see, wherever it is.
const token = "hunter2"

// documents are values as contexts hold them, in which Secrets are: objects, lists,
// texts of YAML or JSON, and embedded artifacts.
func documents(depth int, secrets bool) *rapid.Generator[any] {
	return rapid.Custom(func(t *rapid.T) any {
		most := 4
		if depth > 0 {
			most = 9
		}
		switch rapid.IntRange(0, most).Draw(t, "kind") {
		case 0:
			return rapid.StringMatching(`[a-z:\- ]{0,12}`).Draw(t, "text")
		case 1:
			return rapid.Bool().Draw(t, "bool")
		case 2:
			return nil
		case 3:
			return manifestOf(t, false)
		case 4:
			return manifestOf(t, secrets)
		case 5, 6:
			out := []any{}
			for range rapid.IntRange(0, 3).Draw(t, "members") {
				out = append(out, documents(depth-1, secrets).Draw(t, "member"))
			}
			return out
		case 7:
			out := object{}
			for i := range rapid.IntRange(0, 3).Draw(t, "fields") {
				out[fmt.Sprint("field", i)] = documents(depth-1, secrets).Draw(t, "field")
			}
			return out
		case 8:
			return written(t, manifestOf(t, secrets))
		default:
			return object{"type": "embedded/base64", "name": "m", "reference": base64.StdEncoding.EncodeToString([]byte(written(t, manifestOf(t, secrets))))}
		}
	})
}

func manifestOf(t *rapid.T, secret bool) object {
	name := rapid.StringMatching(`[a-z]{1,3}`).Draw(t, "name")
	if !secret {
		return object{"apiVersion": "v1", "kind": "ConfigMap", "metadata": object{"name": name}, "data": object{"colour": "red"}}
	}
	data := object{}
	field := rapid.SampledFrom([]string{"data", "stringData"}).Draw(t, "field of data")
	for i := range rapid.IntRange(1, 3).Draw(t, "keys") {
		value := token + rapid.StringMatching(`[a-zA-Z0-9 :#'"{}\n-]{0,8}`).Draw(t, "value")
		if field == "data" {
			value = base64.StdEncoding.EncodeToString([]byte(value))
		}
		data[fmt.Sprint("key", i)] = value
	}
	return object{"apiVersion": "v1", "kind": "Secret", "metadata": object{"name": name}, field: data}
}

func written(t *rapid.T, m object) string {
	data, err := model.Marshal(m)
	require.NoError(t, err)
	if rapid.Bool().Draw(t, "as YAML") {
		data, err = yamldoc.FromJSON(data)
		require.NoError(t, err)
	}
	return string(data)
}

// leaks tells whether a shown value holds the token, also in base64 at any depth.
func leaks(value any) bool {
	switch v := value.(type) {
	case string:
		if strings.Contains(v, token) {
			return true
		}
		for word := range strings.FieldsFuncSeq(v, func(r rune) bool {
			return !strings.ContainsRune("+/=", r) && (r < '0' || r > 'z' || r > '9' && r < 'A' || r > 'Z' && r < 'a')
		}) {
			if decoded, err := base64.StdEncoding.DecodeString(word); err == nil && len(word) >= 8 && leaks(string(decoded)) {
				return true
			}
		}
	case []any:
		return slices.ContainsFunc(v, leaks)
	case object:
		for _, item := range v {
			if leaks(item) {
				return true
			}
		}
	}
	return false
}

// Wherever a Secret is in what is read, its values are not; what is shown can be
// shown again, and sent back as it is, to be what it was.
func TestSecretsAnywhere(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		document := documents(3, true).Draw(t, "document")
		before, err := model.Marshal(document)
		require.NoError(t, err)
		shown := masking.Value(document)
		require.False(t, leaks(shown), "%v", shown)
		require.Equal(t, shown, masking.Value(shown), "what is hidden stays as it is")
		if leaks(document) {
			require.True(t, masking.Masked(shown))
		}
		require.Equal(t, document, masking.Restore(shown, document))
		after, err := model.Marshal(document)
		require.NoError(t, err)
		require.Equal(t, string(before), string(after), "the value itself stays as it is")
	})
}

// Where there is no Secret, nothing is hidden.
func TestNothingElseIsHidden(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		document := documents(3, false).Draw(t, "document")
		require.Equal(t, document, masking.Value(document))
		require.False(t, masking.Masked(document))
	})
}

// What a client changes beside a Secret is changed, and the Secret is what it was.
func TestEditsBesideSecrets(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		secret := manifestOf(t, true)
		others := documents(2, false).Draw(t, "others")
		original := object{"manifests": []any{manifestOf(t, false), secret}, "others": others, "account": "old"}
		edited := model.Merge(masking.Object(original), object{"account": "new", "more": "x"})
		restored, ok := masking.Restore(edited, original).(map[string]any)
		require.True(t, ok)
		require.Equal(t, model.Merge(original, object{"account": "new", "more": "x"}), restored)

		// The manifests change places, and another one comes between.
		shown := model.List(masking.Object(original), "manifests")
		edited["manifests"] = []any{shown[1], object{"kind": "Service", "metadata": object{"name": "new"}}, shown[0]}
		restored, _ = masking.Restore(edited, original).(map[string]any)
		require.Equal(t, secret, model.List(restored, "manifests")[0])
	})
}

// An error that quotes a Secret's value doesn't show it.
func TestScrub(t *testing.T) {
	t.Parallel()
	b64 := func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
	secret := object{"kind": "Secret", "data": object{"a": b64("password-one"), "n": b64("abc")}, "stringData": object{"b": "password-two", "list": []any{"password-three"}, "number": 123456, "none": nil}}
	for text, want := range map[string]string{
		"plain":                                   "plain",
		`invalid value "password-two"`:            `invalid value "***"`,
		"of " + b64("password-one"):               "of ***",
		"of password-one":                         "of ***",
		"of " + b64("password-two"):               "of ***",
		"password-three, password-two":            "***, ***",
		"the number 123456":                       "the number ***",
		"abc is too short to be told from a word": "abc is too short to be told from a word",
		"password-onepassword-two":                "******",
	} {
		require.Equal(t, want, masking.Scrub(text, secret), text)
	}
	require.Equal(t, "password-two", masking.Scrub("password-two", object{"kind": "ConfigMap", "data": object{"b": "password-two"}}))
	require.Equal(t, "password-two", masking.Scrub("password-two"))
	longer := object{"kind": "Secret", "stringData": object{"a": "secret", "b": "secret-and-more"}}
	require.Equal(t, "***", masking.Scrub("secret-and-more", longer), "a longer value is hidden whole")
}

// An execution that is shown tells whether something of it is hidden.
func TestHidesSome(t *testing.T) {
	t.Parallel()
	secret := object{"kind": "Secret", "stringData": object{"a": "hunter2"}}
	for name, c := range map[string]struct {
		execution model.Execution
		want      bool
	}{
		"nothing":     {model.Execution{Stages: []*model.Stage{{Context: object{"a": "b"}}}}, false},
		"a context":   {model.Execution{Stages: []*model.Stage{{}, {Context: object{"manifests": []any{secret}}}}}, true},
		"outputs":     {model.Execution{Stages: []*model.Stage{{Outputs: object{"manifest": secret}}}}, true},
		"a trigger":   {model.Execution{Trigger: model.Trigger{"payload": secret}}, true},
		"a text":      {model.Execution{Stages: []*model.Stage{{Context: object{"text": "kind: Secret\nstringData: {a: hunter2}"}}}}, true},
		"an odd text": {model.Execution{Stages: []*model.Stage{{Context: object{"text": "{{ if .x }}\nkind: Secret\nstringData:\n  a: hunter2\n{{ end }}"}}}}, true},
		"an artifact": {model.Execution{Trigger: model.Trigger{"artifacts": []any{object{"type": "embedded/base64", "reference": base64.StdEncoding.EncodeToString([]byte(`{"kind": "Secret", "data": {"a": "hunter2"}}`))}}}}, true},
		"a patch":     {model.Execution{Stages: []*model.Stage{{Context: object{"manifestName": "secret x", "patchBody": "data: {a: hunter2}"}}}}, true},
		"stars":       {model.Execution{Stages: []*model.Stage{{Context: object{"text": "data of a secret: ***"}}}}, false},
	} {
		shown := masking.Execution(&c.execution)
		require.Equal(t, c.want, masking.HidesSome(shown), name)
		data, err := model.Marshal(shown)
		require.NoError(t, err)
		require.NotContains(t, string(data), "hunter2", name)
	}
}

// A manifest that is known to be a Secret's is hidden whatever it says of itself.
func TestManifest(t *testing.T) {
	t.Parallel()
	odd := object{"kind": "Odd", "data": object{"a": "hunter2"}}
	require.Equal(t, object{"kind": "Odd", "data": object{"a": masking.Hidden}}, masking.Manifest(odd, true))
	require.Equal(t, odd, masking.Manifest(odd, false))
	require.Equal(t, object{"kind": "Secret", "data": object{"a": masking.Hidden}}, masking.Manifest(object{"kind": "Secret", "data": object{"a": "hunter2"}}, false))
}
