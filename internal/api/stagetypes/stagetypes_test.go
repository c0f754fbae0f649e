package stagetypes_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/gennaker/gennaker/internal/api/apitest"
	"github.com/gennaker/gennaker/internal/model"
)

func TestStageTypesAreListedWithTheirSchemas(t *testing.T) {
	t.Parallel()
	k := apitest.New(t)
	found := map[string]map[string]any{}
	for _, one := range k.Get("/stages/schemas").Is(http.StatusOK).List() {
		found[model.String(one, "name")] = one
	}
	wait := found["wait"]
	if model.String(wait, "label") == "" || model.String(wait, "description") == "" || wait["aliases"] == nil {
		t.Errorf("the type wait is not described: %v", wait)
	}
	field := model.Object(model.Object(model.Object(wait, "schema"), "properties"), "waitTime")
	if model.String(field, "type") != "integer" {
		t.Errorf("the schema of wait has no waitTime: %v", wait)
	}
}

func TestAPipelineIsCheckedWithoutASave(t *testing.T) {
	t.Parallel()
	k := apitest.New(t)
	k.Application("demo")
	for name, c := range map[string]struct {
		body object
		want []string // a part of each problem, with its severity
	}{
		"fine":    {object{"name": "p", "application": "demo", "stages": list{object{"type": "wait", "refId": "1", "waitTime": 3}}}, nil},
		"a cycle": {object{"name": "p", "application": "demo", "stages": list{object{"type": "wait", "refId": "1", "waitTime": 3, "requisiteStageRefIds": list{"1"}}}}, []string{"error "}},
		"a field": {object{"name": "p", "application": "demo", "stages": list{object{"type": "wait", "refId": "1", "waitTime": "x"}}}, []string{"waitTime"}},
		"a type":  {object{"name": "p", "application": "demo", "stages": list{object{"type": "nap", "refId": "1"}}}, []string{"nap"}},
		"a template's stages are the template's": {object{
			"name": "p", "application": "demo", "type": "templatedPipeline", "schema": "v2",
			"template": object{"reference": "spinnaker://x"}, "stages": list{object{"type": "nap"}},
		}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := *k
			k.T = t
			var got []string
			for _, problem := range k.Post("/pipelines/check", c.body).Is(http.StatusOK).List() {
				got = append(got, model.String(problem, "severity")+" "+model.String(problem, "path")+" "+model.String(problem, "message"))
			}
			if len(got) != len(c.want) {
				t.Fatalf("got %q, want %q", got, c.want)
			}
			for i, want := range c.want {
				if !strings.Contains(got[i], want) {
					t.Errorf("got %q, want %q in it", got[i], want)
				}
			}
		})
	}
	if all := k.Get("/applications/demo/pipelineConfigs").Is(http.StatusOK).List(); len(all) != 0 {
		t.Errorf("a check has saved %v", all)
	}
}
