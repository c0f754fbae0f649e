package template

import (
	"strings"
	"testing"

	"github.com/gennaker/gennaker/internal/model"
)

// TestFromPipeline: a template made of a pipeline makes the same pipeline again.
func TestFromPipeline(t *testing.T) {
	t.Parallel()
	pipeline := document(t, `
application: shop
name: Build & test
lastModifiedBy: anna
limitConcurrent: false
maxConcurrentExecutions: 3
triggers: [{type: cron, cronExpression: "0 0 10 ? * *"}]
notifications: [{type: slack, address: "#x"}]
parameterConfig: [{name: reason}]
stages:
- {type: wait, refId: "1", requisiteStageRefIds: [], name: First, waitTime: 5}
- {type: wait, refId: "2", requisiteStageRefIds: ["1"], name: Second, waitTime: "${ parameters.reason }", note: "a {{ mustache }} and {% tag %}"}
`)
	text, err := FromPipeline(pipeline)
	if err != nil {
		t.Fatal(err)
	}
	made := document(t, string(text))
	if made["schema"] != "1" || made["id"] != "shop-Buildtest" || !strings.HasPrefix(string(text), "# ") {
		t.Errorf("template: %s", text)
	}
	equal(t, made["metadata"], object{"name": "Build & test", "description": "Give it a description", "owner": "anna", "scopes": list{"shop"}})
	equal(t, model.Object(made, "configuration")["triggers"], list{object{"type": "cron", "cronExpression": "0 0 10 ? * *", "name": "unnamed0"}})
	equal(t, model.Object(made, "configuration")["concurrentExecutions"], object{"limitConcurrent": false, "maxConcurrentExecutions": 3})

	again, err := shelf{"shop-Buildtest": string(text)}.planner().Expand(t.Context(), object{"type": "templatedPipeline", "config": object{
		"schema": "1", "pipeline": object{"application": "shop", "name": "Again", "template": object{"source": "spinnaker://shop-Buildtest"}},
		"configuration": object{"inherit": list{"triggers", "parameters", "notifications", "concurrentExecutions"}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	stages := model.Objects(again, "stages")
	if len(stages) != 2 {
		t.Fatalf("stages: %v", stages)
	}
	second := stages[1]
	if second["note"] != "a {{ mustache }} and {% tag %}" || second["waitTime"] != "${ parameters.reason }" || second["name"] != "Second" ||
		len(model.Strings(second, "requisiteStageRefIds")) != 1 || model.Strings(second, "requisiteStageRefIds")[0] != stages[0]["refId"] {
		t.Errorf("stage: %v", second)
	}
	if len(model.List(again, "triggers")) != 1 || len(model.List(again, "parameterConfig")) != 1 || again["limitConcurrent"] != false {
		t.Errorf("pipeline: %v", again)
	}
}

func TestFromPipeline_WithoutAnything(t *testing.T) {
	t.Parallel()
	text, err := FromPipeline(object{})
	if err != nil {
		t.Fatal(err)
	}
	made := document(t, string(text))
	if made["id"] != "spinnaker-generatedTemplate" || model.String(model.Object(made, "metadata"), "name") != "Give it a name" {
		t.Errorf("template: %s", text)
	}
	equal(t, made["stages"], list{})
}
