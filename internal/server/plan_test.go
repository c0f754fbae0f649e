package server_test

import (
	"encoding/json"
	"net/http"
	"os"
	"testing"

	"github.com/gennaker/gennaker/internal/model"
)

// Texts with several expressions, and variables without a value that may have
// none, don't stop a plan.
func TestPlanOfATemplateWithMixedTexts(t *testing.T) {
	t.Parallel()
	i := start(t, nil)
	data, err := os.ReadFile("testdata/template-plan-mixed-text.json")
	if err != nil {
		t.Fatal(err)
	}
	var repro struct {
		Template map[string]any `json:"template"`
		Config   map[string]any `json:"config"`
	}
	if err := json.Unmarshal(data, &repro); err != nil {
		t.Fatal(err)
	}
	i.object(http.MethodPost, "/v2/pipelineTemplates/create", repro.Template)
	plan := i.object(http.MethodPost, "/v2/pipelineTemplates/plan", repro.Config)
	if got := variableOf(t, plan, 0); got != "${ templateVariables.team }-${ parameters.env }-${ templateVariables.region }" {
		t.Errorf("the plan has %q", got)
	}

	nullable := model.Merge(repro.Template, map[string]any{"id": "repro-null", "variables": []any{
		map[string]any{"name": "team", "type": "string", "defaultValue": "core"},
		map[string]any{"name": "region", "type": "string", "nullable": true},
	}})
	i.object(http.MethodPost, "/v2/pipelineTemplates/create", nullable)
	config := model.Merge(repro.Config, map[string]any{"template": map[string]any{
		"artifactAccount": "front50ArtifactCredentials", "reference": "spinnaker://repro-null", "type": "front50/pipelineTemplate",
	}})
	i.object(http.MethodPost, "/v2/pipelineTemplates/plan", config)

	required := model.Merge(nullable, map[string]any{"id": "repro-required", "variables": []any{
		map[string]any{"name": "team", "type": "string"}, map[string]any{"name": "region", "type": "string", "nullable": true},
	}})
	i.object(http.MethodPost, "/v2/pipelineTemplates/create", required)
	config["template"] = map[string]any{"artifactAccount": "front50ArtifactCredentials", "reference": "spinnaker://repro-required", "type": "front50/pipelineTemplate"}
	if status, _ := i.call(http.MethodPost, "/v2/pipelineTemplates/plan", config); status != http.StatusBadRequest {
		t.Errorf("the plan of a template whose variable has no value answers %d", status)
	}
}

func variableOf(t *testing.T, pipeline map[string]any, n int) any {
	t.Helper()
	stages := model.Objects(pipeline, "stages")
	if len(stages) == 0 {
		t.Fatalf("no stages in %v", pipeline)
	}
	return model.Objects(stages[0], "variables")[n]["value"]
}

// A plan is answered as the document of the API says, or refused.
func TestPlanRefusesWrongTypes(t *testing.T) {
	t.Parallel()
	i := start(t, nil)
	for _, path := range []string{"/v2/pipelineTemplates/plan", "/pipelines/start"} {
		for _, wrong := range []map[string]any{
			{"name": 5}, {"stages": "x"}, {"stages": []any{1}}, {"limitConcurrent": "yes"}, {"trigger": []any{}},
			{"stages": []any{map[string]any{"type": 1}}}, {"notifications": map[string]any{}},
		} {
			body := model.Merge(map[string]any{"application": "app", "name": "p", "plan": true, "stages": []any{}}, wrong)
			if status, got := i.call(http.MethodPost, path, body); status != http.StatusBadRequest {
				t.Errorf("%s of %v answers %d: %v", path, wrong, status, got)
			}
		}
		body := map[string]any{"application": "app", "name": "p", "plan": true, "description": nil, "index": nil, "stages": []any{
			map[string]any{"type": "wait", "waitTime": 1},
		}}
		got := i.object(http.MethodPost, path, body)
		if _, has := got["index"]; has || len(model.Objects(got, "stages")) != 1 {
			t.Errorf("%s answers %v", path, got)
		}
	}
}

// Deck plans pipelines of templates of schema 1 by the path that starts
// pipelines.
func TestStartWithPlanStartsNothing(t *testing.T) {
	t.Parallel()
	i := start(t, nil)
	got := i.object(http.MethodPost, "/pipelines/start", map[string]any{
		"application": "repro", "name": "x", "type": "templatedPipeline", "plan": true,
		"config": map[string]any{
			"schema":   "1",
			"pipeline": map[string]any{"application": "repro", "name": "x", "variables": map[string]any{}},
			"stages":   []any{map[string]any{"id": "w", "type": "wait", "config": map[string]any{"waitTime": 1}}},
		},
	})
	stages := model.Objects(got, "stages")
	if len(stages) != 1 || model.String(stages[0], "type") != "wait" || stages[0]["waitTime"] != 1.0 {
		t.Errorf("the plan is %v", got)
	}
	plain := i.object(http.MethodPost, "/pipelines/start", map[string]any{
		"application": "repro", "name": "y", "plan": true,
		"parameterConfig": []any{map[string]any{"name": "env", "default": "dev"}},
		"stages":          []any{map[string]any{"type": "wait", "waitTime": "${ 1 + 1 }"}, map[string]any{"type": "wait"}},
	})
	if model.Object(model.Object(plain, "trigger"), "parameters")["env"] != "dev" {
		t.Errorf("the trigger is %v", plain["trigger"])
	}
	if stages := model.Objects(plain, "stages"); stages[0]["waitTime"] != "${ 1 + 1 }" || model.String(stages[1], "refId") != "1" {
		t.Errorf("the stages are %v", stages)
	}
	for name, body := range map[string]map[string]any{
		"disabled": {"application": "repro", "name": "z", "plan": true, "disabled": true, "stages": []any{}},
		"a circle": {"application": "repro", "name": "z", "plan": true, "stages": []any{
			map[string]any{"type": "wait", "refId": "1", "requisiteStageRefIds": []any{"1"}},
		}},
		"a template that isn't there": {
			"application": "repro", "name": "z", "plan": true, "type": "templatedPipeline", "schema": "v2",
			"template": map[string]any{"type": "front50/pipelineTemplate", "reference": "spinnaker://none"},
		},
	} {
		if status, got := i.call(http.MethodPost, "/pipelines/start", body); status < 400 || status > 499 {
			t.Errorf("%s answers %d: %v", name, status, got)
		}
	}
	status, list := i.call(http.MethodGet, "/applications/repro/pipelines?limit=10", nil)
	if all, _ := list.([]any); status != http.StatusOK || len(all) != 0 {
		t.Errorf("something was started or recorded: %d %v", status, list)
	}
}
