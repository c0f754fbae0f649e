package engine

import (
	"strings"
	"testing"

	"github.com/gennaker/gennaker/internal/access"
	"github.com/gennaker/gennaker/internal/model"
)

func TestValidateGraph(t *testing.T) {
	t.Parallel()
	stage := func(ref string, requires ...any) any {
		return map[string]any{"type": "wait", "refId": ref, "requisiteStageRefIds": requires}
	}
	for name, tc := range map[string]struct {
		stages []any
		want   string // part of the only sentence; "" for none
	}{
		"none":              {nil, ""},
		"linear":            {[]any{map[string]any{"type": "wait"}, map[string]any{"type": "wait"}}, ""},
		"diamond":           {[]any{stage("1"), stage("2", "1"), stage("3", "1"), stage("4", "2", "3")}, ""},
		"dangling":          {[]any{stage("1"), stage("2", "9")}, `names "9"`},
		"itself":            {[]any{stage("1", "1")}, "circle"},
		"circle":            {[]any{stage("1", "3"), stage("2", "1"), stage("3", "2")}, "1 -> 3 -> 2 -> 1"},
		"twice":             {[]any{stage("1"), stage("1")}, "another stage"},
		"not an object":     {[]any{"x"}, "stages[0]: a stage must be an object"},
		"no type":           {[]any{map[string]any{"name": "n"}}, "stages[0] (n): type is missing"},
		"some without refs": {[]any{stage("1"), map[string]any{"type": "wait"}}, "refId is missing"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := ValidateGraph(tc.stages)
			if (tc.want == "") != (len(got) == 0) || (tc.want != "" && !strings.Contains(got[0], tc.want)) {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}

func TestPrepareTrigger(t *testing.T) {
	t.Parallel()
	image := func(version string) map[string]any {
		return map[string]any{"type": "docker/image", "name": "r/x", "version": version}
	}
	expect := func(more map[string]any) []any {
		return []any{model.Merge(map[string]any{"id": "e", "matchArtifact": map[string]any{"type": "docker/image", "name": "r/.*"}}, more)}
	}
	for name, tc := range map[string]struct {
		config    map[string]any
		prior     []map[string]any
		want      string // version of the resolved artifact
		wantError string
	}{
		"not asked for": {config: map[string]any{"expectedArtifacts": expect(nil)}},
		"received": {
			config: map[string]any{
				"expectedArtifacts": expect(nil),
				"trigger":           map[string]any{"expectedArtifactIds": []any{"e"}, "artifacts": []any{image("1")}},
			}, want: "1",
		},
		"two match": {
			config: map[string]any{
				"expectedArtifacts": expect(nil),
				"trigger":           map[string]any{"expectedArtifactIds": []any{"e"}, "artifacts": []any{image("1"), image("2")}},
			}, wantError: "matches multiple artifacts",
		},
		"prior": {
			config: map[string]any{"expectedArtifacts": expect(map[string]any{"usePriorArtifact": true})},
			prior:  []map[string]any{image("0")}, want: "0",
		},
		"default": {
			config: map[string]any{"expectedArtifacts": expect(map[string]any{"useDefaultArtifact": true, "defaultArtifact": image("d")})},
			want:   "d",
		},
		"nothing": {
			config: map[string]any{
				"expectedArtifacts": expect(nil),
				"trigger":           map[string]any{"expectedArtifactIds": []any{"e"}},
			}, wantError: "could not be resolved",
		},
		"required parameter": {
			config:    map[string]any{"parameterConfig": []any{map[string]any{"name": "env", "required": true}}},
			wantError: `parameter "env" is required`,
		},
		"parameter that is no option": {
			config: map[string]any{
				"parameterConfig": []any{map[string]any{"name": "env", "hasOptions": true, "options": []any{map[string]any{"value": "dev"}}}},
				"trigger":         map[string]any{"parameters": map[string]any{"env": "prod"}},
			}, wantError: `parameter "env" can't be "prod"`,
		},
		"default that is no option": {
			config: map[string]any{"parameterConfig": []any{
				map[string]any{"name": "env", "default": "test", "hasOptions": true, "options": []any{map[string]any{"value": "dev"}}},
			}},
		},
		"parameter with an expression": {
			config: map[string]any{
				"parameterConfig": []any{map[string]any{"name": "env", "hasOptions": true, "options": []any{map[string]any{"value": "dev"}}}},
				"trigger":         map[string]any{"parameters": map[string]any{"env": "${ trigger.user }"}},
			},
		},
		"parameter without options to choose from": {
			config: map[string]any{
				"parameterConfig": []any{map[string]any{"name": "env", "hasOptions": true, "options": []any{}}},
				"trigger":         map[string]any{"parameters": map[string]any{"env": "prod"}},
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := PrepareTrigger(tc.config, access.Principal{Name: "u"}, func(string) []map[string]any { return tc.prior })
			if tc.wantError != "" {
				if err == nil || !strings.Contains(err.Error(), tc.wantError) {
					t.Fatalf("error %v, want %q", err, tc.wantError)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			version := ""
			for _, e := range model.Objects(model.Object(got, "trigger"), "resolvedExpectedArtifacts") {
				version = model.String(model.Object(e, "boundArtifact"), "version")
			}
			if version != tc.want {
				t.Errorf("resolved %q, want %q", version, tc.want)
			}
		})
	}
}

func TestParameterDefaultsGoByPresence(t *testing.T) {
	t.Parallel()
	config := map[string]any{
		"parameterConfig": []any{
			map[string]any{"name": "a", "default": "x"}, map[string]any{"name": "b", "default": "y"}, map[string]any{"name": "c", "default": "z"},
		},
		"trigger": map[string]any{"parameters": map[string]any{"b": "given", "c": nil}},
	}
	got, err := PrepareTrigger(config, access.Principal{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	p := model.Object(model.Object(got, "trigger"), "parameters")
	if p["a"] != "x" || p["b"] != "given" || p["c"] != nil {
		t.Errorf("parameters are %v", p)
	}
	if _, ok := model.Object(model.Object(config, "trigger"), "parameters")["a"]; ok {
		t.Error("the configuration was changed in place")
	}
}
