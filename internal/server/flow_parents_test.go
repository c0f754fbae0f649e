package server_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/gennaker/gennaker/internal/model"
)

// valuesStage is a stage that evaluates variables.
func valuesStage(ref string, variables map[string]string, requires ...string) map[string]any {
	var list []any
	for key, value := range variables {
		list = append(list, map[string]any{"key": key, "value": value})
	}
	return flowStage("evaluateVariables", ref, map[string]any{"variables": list}, requires...)
}

// TestChildrenReadTheirParents: expressions of a child pipeline read the stages of
// the execution that started it, and of the one above, when the pipeline starts
// and later. The child's own record doesn't hold these stages.
func TestChildrenReadTheirParents(t *testing.T) {
	t.Parallel()
	onEachDatabase(t, nil, func(t *testing.T, i *instance) {
		t.Helper()
		read := map[string]string{
			"image":  "${trigger.parentExecution.stages.?[name=='Bake'][0].outputs.image}",
			"status": "${trigger['parentExecution']['stages'].?[refId=='Bake'][0]['status']}",
			"tag":    "${trigger.parentExecution.trigger.parentExecution.stages.?[type=='evaluateVariables'][0].outputs.tag}",
			"stage":  "${execution.trigger.parentStage.name}",
			"ids":    "${trigger.parentPipelineId == trigger.parentExecution.id && trigger.parentPipelineStageId == execution.trigger.parentStage.id}",
			"name":   "${trigger.parentExecution.trigger.parentExecution.name}",
			"secret": "${trigger.parentExecution.stages.?[name=='Holds'][0].context.manifests[0].data.password}",
		}
		i.save("low", nil, judgmentStage("judge"), valuesStage("read", read, "judge"))
		holds := flowStage("wait", "Holds", map[string]any{"waitTime": 0, "manifests": []any{map[string]any{
			"apiVersion": "v1", "kind": "Secret", "metadata": map[string]any{"name": "s"}, "data": map[string]any{"password": "aHVudGVyMg=="},
		}}})
		i.save("middle", nil, holds, valuesStage("Bake", map[string]string{"image": "img:7"}), childStage("Run low", "low", "Bake", "Holds"))
		i.save("top", nil, valuesStage("Find", map[string]string{"tag": "v2"}), childStage("run", "middle", "Find"))
		top := i.begin("top")
		middle := i.childOf(top, "run")
		low := i.childOf(middle, "Run low")
		i.judge(low, "judge", "continue")
		whole := i.untilStatus(low, "SUCCEEDED")
		outputs := model.Object(stageNamed(whole, "read"), "outputs")
		want := map[string]any{"image": "img:7", "status": "SUCCEEDED", "tag": "v2", "stage": "Run low", "ids": true, "name": "top"}
		for key, value := range want {
			if outputs[key] != value {
				t.Errorf("%s is %v, want %v", key, outputs[key], value)
			}
		}
		if text, _ := model.Marshal(whole); strings.Contains(string(text), "aHVudGVyMg==") {
			t.Errorf("the child holds its parent's Secret: %v", outputs["secret"])
		}

		parent := model.Object(model.Object(whole, "trigger"), "parentExecution")
		above := model.Object(model.Object(parent, "trigger"), "parentExecution")
		if stageNamed(parent, "Bake") == nil || stageNamed(above, "Find") == nil {
			t.Errorf("a single execution is shown without its parents' stages: %v", parent)
		}
		stored := func(path string) map[string]any {
			_, answer := i.call(http.MethodGet, "/executions?executionIds="+strings.TrimPrefix(path, "/pipelines/")+"&expand=true", nil)
			list, _ := answer.([]any)
			if len(list) != 1 {
				t.Fatalf("got %v", answer)
			}
			e, _ := list[0].(map[string]any)
			return model.Object(model.Object(e, "trigger"), "parentExecution")
		}
		if p := stored(low); len(model.List(p, "stages")) > 0 {
			t.Errorf("the child's record holds its parent's stages: %v", p["stages"])
		}

		// Deck starts an execution again with the trigger that it has read.
		again := model.String(i.object(http.MethodPost, "/pipelines/shop/low", model.Without(model.Object(whole, "trigger"), "correlationId", "parentPipelineStageId")), "ref")
		i.judge(again, "judge", "continue")
		outputs = model.Object(stageNamed(i.untilStatus(again, "SUCCEEDED"), "read"), "outputs")
		if outputs["image"] != "img:7" || outputs["tag"] != "v2" {
			t.Errorf("run again, it has read %v", outputs)
		}
		if p := stored(again); len(model.List(p, "stages")) > 0 || p["id"] != parent["id"] {
			t.Errorf("run again, its record holds its parent's stages: %v", p)
		}

		// A trigger that only names the parent.
		after := model.String(i.object(http.MethodPost, "/pipelines/shop/low", map[string]any{
			"type": "pipeline", "parentPipelineId": parent["id"],
		}), "ref")
		i.judge(after, "judge", "continue")
		trigger := model.Object(i.untilStatus(after, "SUCCEEDED"), "trigger")
		if trigger["isPipeline"] != true || trigger["parentPipelineName"] != "middle" || model.Object(trigger, "parentExecution")["id"] != parent["id"] {
			t.Errorf("got the trigger %v", trigger)
		}
	})
}
