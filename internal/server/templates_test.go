package server_test

import (
	"net/http"
	"testing"

	"github.com/gennaker/gennaker/internal/model"
)

// TestTemplatedPipeline: a template is stored, a pipeline made of it saved,
// checked and run, here and as the child of another.
func TestTemplatedPipeline(t *testing.T) {
	t.Parallel()
	i := start(t, nil)
	template := map[string]any{
		"schema": "v2", "id": "greeting", "metadata": map[string]any{"name": "Greeting", "owner": "me", "description": "Says hello", "scopes": []string{"global"}},
		"variables": []any{
			map[string]any{"name": "who", "type": "string"},
			map[string]any{"name": "pause", "type": "int", "defaultValue": 0},
		},
		"pipeline": map[string]any{"stages": []any{
			map[string]any{"refId": "wait", "requisiteStageRefIds": []any{}, "type": "wait", "name": "pause", "waitTime": "${templateVariables.pause}"},
			map[string]any{
				"refId": "say", "requisiteStageRefIds": []any{"wait"}, "type": "evaluateVariables", "name": "say",
				"variables": []any{map[string]any{"key": "text", "value": "hello ${templateVariables.who}"}},
			},
		}},
	}
	i.object(http.MethodPost, "/v2/pipelineTemplates/create", template)
	config := map[string]any{
		"schema": "v2", "application": "shop", "name": "greet", "type": "templatedPipeline",
		"template":  map[string]any{"artifactAccount": "front50ArtifactCredentials", "type": "front50/pipelineTemplate", "reference": "spinnaker://greeting"},
		"variables": map[string]any{"who": "sailor"}, "exclude": []any{}, "triggers": []any{}, "parameters": []any{}, "notifications": []any{},
		"stages": []any{},
	}
	i.object(http.MethodPost, "/pipelines", config)
	run := i.object(http.MethodPost, "/pipelines/shop/greet", map[string]any{"type": "manual"})
	e := i.until(model.String(run, "ref"), "complete", complete)
	if text := model.Object(stageNamed(e, "say"), "outputs")["text"]; text != "hello sailor" {
		t.Errorf("the template said %v in %v", text, e)
	}

	i.object(http.MethodPost, "/pipelines", map[string]any{
		"application": "shop", "name": "parent", "stages": []any{map[string]any{
			"refId": "1", "requisiteStageRefIds": []any{}, "type": "pipeline", "name": "child", "application": "shop",
			"pipeline": model.String(e, "pipelineConfigId"), "waitForCompletion": true,
		}},
	})
	run = i.object(http.MethodPost, "/pipelines/shop/parent", map[string]any{"type": "manual"})
	e = i.until(model.String(run, "ref"), "complete", complete)
	if text := model.Object(stageNamed(e, "child"), "outputs")["text"]; text != "hello sailor" {
		t.Errorf("as a child it said %v in %v", text, e)
	}

	delete(config, "variables")
	config["name"] = "silent"
	i.object(http.MethodPost, "/pipelines", config)
	if status, answer := i.call(http.MethodPost, "/pipelines/shop/silent", map[string]any{"type": "manual"}); status != http.StatusBadRequest {
		t.Errorf("started without its variable: %d %v", status, answer)
	}
}
