package stage_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gennaker/gennaker/internal/httpguard"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
	"github.com/gennaker/gennaker/internal/stage/childpipeline"
	"github.com/gennaker/gennaker/internal/stage/group"
	"github.com/gennaker/gennaker/internal/stage/judgment"
	"github.com/gennaker/gennaker/internal/stage/preconditions"
	"github.com/gennaker/gennaker/internal/stage/variables"
	"github.com/gennaker/gennaker/internal/stage/wait"
	"github.com/gennaker/gennaker/internal/stage/webhook"
	"github.com/gennaker/gennaker/internal/stage/window"
)

const testSchema = `{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "type": "object",
  "required": ["to"],
  "properties": {
    "to": {"type": "string"},
    "count": {"type": "integer", "minimum": 1, "maximum": 10},
    "share": {"type": "number"},
    "quick": {"type": "boolean"},
    "method": {"type": "string", "enum": ["GET", "POST"]},
    "kind": {"const": "fixed"},
    "short": {"type": "string", "maxLength": 3},
    "names": {"type": "array", "items": {"type": "string"}},
    "rules": {"type": "array", "items": {"type": "object", "required": ["when", "then"], "properties": {
      "limit": {"type": "integer"}}}},
    "settings": {"type": "object"},
    "mixed": {"type": ["string", "array"]},
    "either": {"anyOf": [{"type": "integer"}, {"type": "object", "required": ["a"]}]},
    "one": {"oneOf": [{"required": ["a"]}, {"required": ["b"]}]}
  }
}`

func validator(tb testing.TB) *stage.Validator {
	tb.Helper()
	v, err := stage.NewValidator(stage.NewRegistry(
		&stage.Type{Name: "send", Aliases: []string{"mail"}, Schema: []byte(testSchema)},
		&stage.Type{Name: "deployManifest", Schema: []byte(`{"type":"object"}`)},
	))
	if err != nil {
		tb.Fatal(err)
	}
	return v
}

func TestValidate(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, fields string
		want         []string
	}{
		{"all well", `"to":"x","count":3,"share":0.5,"quick":true,"names":["a"],"settings":{},"mixed":[],"unknown":1`, nil},
		{"missing", `"count":1`, []string{"to is missing"}},
		{"a number as text", `"to":"x","count":"3","share":"1e3"`, nil},
		{"a text that is no number", `"to":"x","count":"three"`, []string{`count must be a whole number, not "three"`}},
		{"a fraction for a whole number", `"to":"x","count":2.7`, nil},
		{"too small", `"to":"x","count":0`, []string{"count must be at least 1, not 0"}},
		{"too large", `"to":"x","count":11`, []string{"count must be at most 10, not 11"}},
		{"a boolean as text", `"to":"x","quick":"TRUE"`, nil},
		{"no boolean", `"to":"x","quick":"yes"`, []string{`quick must be true or false, not "yes"`}},
		{"scalars for texts", `"to":5,"short":true`, nil},
		{"an object for a text", `"to":{"a":1}`, []string{`to must be a text, not {"a":1}`}},
		{"null and nothing", `"to":null,"count":"","names":null,"method":"","quick":null,"settings":""`, nil},
		{"whatever case", `"to":"x","method":"get"`, nil},
		{"none of them", `"to":"x","method":"FETCH"`, []string{`method must be one of GET, POST, not "FETCH"`}},
		{"constant", `"to":"x","kind":"other"`, []string{`kind must be "fixed", not "other"`}},
		{"any other rule", `"to":"x","short":"long text"`, []string{"short: maxLength: got 9, want 3"}},
		{"one for a list", `"to":"x","names":"a"`, []string{`names must be a list, not "a"`}},
		{"inside of lists", `"to":"x","names":["a",{}],"rules":[{"when":1,"then":2},{"when":1,"limit":[]}]`, []string{
			"names[1] must be a text, not {}", "rules[1].limit must be a whole number, not []", "rules[1].then is missing",
		}},
		{"several missing", `"to":"x","rules":[{}]`, []string{"rules[0].when, rules[0].then are missing"}},
		{"two types", `"to":"x","mixed":{}`, []string{"mixed must be a text or a list, not {}"}},
		{"either of two", `"to":"x","either":"5"`, nil},
		{"neither of two", `"to":"x","either":{}`, []string{"either must be a whole number, not {}, or either.a is missing"}},
		{"one of two", `"to":"x","one":{}`, []string{"one.a is missing, or one.b is missing"}},
		{"expressions for anything", `"to":"${a}","count":"${1+1}","quick":"x ${b}","names":"${list}","rules":["${r}"],
			"settings":"${s}","method":"${m}","kind":"${k}","either":"${e}","one":"${o}","short":"${longer than three}"`, nil},
		{"text cut", `"to":"x","count":"` + strings.Repeat("y", 80) + `"`,
			[]string{`count must be a whole number, not "` + strings.Repeat("y", 59) + `...`}},
	}
	v := validator(t)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var s map[string]any
			if err := model.Unmarshal([]byte(`{"refId":"7","type":"send",`+test.fields+`}`), &s); err != nil {
				t.Fatal(err)
			}
			got := v.Validate([]map[string]any{s})
			want := make([]string, len(test.want))
			for i, text := range test.want {
				want[i] = "stage 7: " + text
			}
			if !slices.Equal(got, want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
		})
	}
}

func TestValidateNamesStages(t *testing.T) {
	t.Parallel()
	got := validator(t).Validate([]map[string]any{
		{"refId": "a", "name": "First", "type": "send"},
		{"type": "deploymanifest", "name": "Second"},
		{"refId": "3", "type": "somethingElseEntirely"},
		{"refId": "4"},
		{"refId": "5", "type": "mail", "to": "x"},
		{"refId": "6", "type": "whatever", "alias": "send"},
		{"refId": "8", "type": "deployManifest", "names": []string{"a"}, "n": 5},
	})
	want := []string{
		"stage a (First): to is missing",
		`stage number 2 (Second): there is no stage type "deploymanifest"; the nearest is "deployManifest"`,
		`stage 3: there is no stage type "somethingElseEntirely"`,
		"stage 4: type is missing",
		"stage 6: to is missing",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestSchemasThatAreWrong(t *testing.T) {
	t.Parallel()
	for schema, want := range map[string]string{
		``:                                  "stage type x has no schema",
		`{`:                                 "read the schema of stage type x",
		`{"type":"number","minimum":"low"}`: "compile the schema of stage type x",
		`{"$ref":"https://example.com/other.json"}`: "compile the schema of stage type x",
	} {
		if _, err := stage.NewValidator(stage.NewRegistry(&stage.Type{Name: "x", Schema: []byte(schema)})); err == nil ||
			!strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: got %v", schema, err)
		}
	}
}

// The stages of the recorded executions must be valid.
func TestValidateRecordedStages(t *testing.T) {
	t.Parallel()
	guard, err := httpguard.New(httpguard.DefaultConfig())
	if err != nil {
		t.Fatal(err)
	}
	hooks, err := webhook.New(webhook.Options{Config: webhook.DefaultConfig(), Guard: guard})
	if err != nil {
		t.Fatal(err)
	}
	v, err := stage.NewValidator(stage.NewRegistry(append(childpipeline.Types(childpipeline.Options{}),
		wait.Type(), preconditions.Type(nil, nil), judgment.Type(judgment.Options{}), hooks.Type(), group.Type(),
		variables.Type(), window.Type(window.Options{}))...))
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("*/testdata/*-*.json")
	if err != nil || len(files) < 20 {
		t.Fatalf("%d recordings, %v", len(files), err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var execution model.Execution
		if err := model.Unmarshal(data, &execution); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		for _, s := range execution.Stages {
			if s.Synthetic() {
				continue
			}
			config := model.Merge(s.Context, map[string]any{"type": s.Type, "refId": s.RefID})
			if problems := v.Validate([]map[string]any{config}); len(problems) > 0 {
				t.Errorf("%s: %v", file, problems)
			}
		}
	}
}

func FuzzValidate(f *testing.F) {
	f.Add(`{"to":"x","count":"3","either":{"a":1}}`)
	f.Add(`{"rules":[{"limit":1e999}],"mixed":{"":[]},"one":{"a":1,"b":2}}`)
	v := validator(f)
	f.Fuzz(func(t *testing.T, text string) {
		var s map[string]any
		if err := model.Unmarshal([]byte(text), &s); err != nil || s == nil {
			return
		}
		s["type"] = "send"
		for _, problem := range v.Validate([]map[string]any{s}) {
			if !strings.HasPrefix(problem, "stage ") {
				t.Fatalf("%s: %s", text, problem)
			}
		}
	})
}
