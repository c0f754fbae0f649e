package server_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/gennaker/gennaker/internal/config"
	"github.com/gennaker/gennaker/internal/model"
)

// TestPipelinesThatStartThemselvesAreStopped: without a bound they go on for
// ever.
func TestPipelinesThatStartThemselvesAreStopped(t *testing.T) {
	t.Parallel()
	bundle := func(pipeline string) map[string]any {
		return flowStage("runMultiplePipelines", "run", map[string]any{
			"yamlConfig": []any{map[string]any{"bundle_web": map[string]any{"one": map[string]any{"child_pipeline": pipeline}}}},
		})
	}
	for name, tc := range map[string]struct {
		depth int
		save  func(i *instance)
		runs  int
		want  string
	}{
		"directly": {0, func(i *instance) { i.save("a", nil, childStage("run", "a")) }, 10,
			"They form a circle: shop/a > shop/a."},
		"in a circle": {5, func(i *instance) {
			i.save("a", nil, childStage("run", "b"))
			i.save("b", nil, childStage("run", "c"))
			i.save("c", nil, childStage("run", "a"))
		}, 5, "shop/c > shop/a > shop/b > shop/c"},
		"without waiting": {4, func(i *instance) {
			i.save("a", nil, model.Merge(childStage("run", "a"), map[string]any{"waitForCompletion": false}))
		}, 4, "engine.maxPipelineDepth allows 4"},
		"by runMultiplePipelines": {3, func(i *instance) { i.save("a", nil, bundle("a")) }, 3,
			"engine.maxPipelineDepth allows 3"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			i := start(t, func(c *config.Config) {
				if tc.depth > 0 {
					c.Engine.MaxPipelineDepth = tc.depth
				}
			})
			tc.save(i)
			deepest := i.begin("a")
			for range tc.runs - 1 {
				if strings.HasPrefix(name, "by") {
					e := i.until(deepest, "so far that it has a child", func(e map[string]any) bool {
						return len(model.List(model.Object(stageNamed(e, "run"), "context"), "executionIds")) > 0
					})
					deepest = "/pipelines/" + model.Strings(model.Object(stageNamed(e, "run"), "context"), "executionIds")[0]
					continue
				}
				deepest = i.childOf(deepest, "run")
			}
			e := i.until(deepest, "complete", complete)
			text, _ := model.Marshal(model.Object(model.Object(stageNamed(e, "run"), "context"), "exception"))
			if model.String(e, "status") != "TERMINAL" || !strings.Contains(strings.ReplaceAll(string(text), `\u003e`, ">"), tc.want) {
				t.Errorf("the deepest execution ended %s with %s", model.String(e, "status"), text)
			}
			status, answer := i.call(http.MethodGet, "/applications/shop/pipelines?limit=100&expand=false", nil)
			if list, _ := answer.([]any); status != http.StatusOK || len(list) != tc.runs {
				t.Errorf("%d executions, want %d", len(list), tc.runs)
			}
		})
	}
}

// TestAJudgmentIsMadeOnce: once it has ended, it stays as it is.
func TestAJudgmentIsMadeOnce(t *testing.T) {
	t.Parallel()
	i := start(t, nil)
	i.save("ask", nil, judgmentStage("judge"), judgmentStage("later", "judge"))
	run := i.begin("ask")
	i.judge(run, "judge", "continue")
	s := i.untilStage(run, "judge", "SUCCEEDED")
	i.untilStage(run, "later", "RUNNING")
	before := i.object(http.MethodGet, run, nil)
	path := run + "/stages/" + model.String(s, "id")
	status, answer := i.call(http.MethodPatch, path, map[string]any{"judgmentStatus": "stop"})
	if message, _ := answer.(map[string]any); status != http.StatusConflict || !strings.Contains(model.String(message, "message"), "Restart the stage to judge again") {
		t.Errorf("rewriting it: %d %v", status, answer)
	}
	i.call(http.MethodPut, run+"/cancel", nil)
	i.untilStatus(run, "CANCELED")
	later := stageNamed(before, "later")
	if status, answer = i.call(http.MethodPatch, run+"/stages/"+model.String(later, "id"), map[string]any{"judgmentStatus": "continue"}); status != http.StatusConflict {
		t.Errorf("judging what was canceled: %d %v", status, answer)
	}
	if after := stageNamed(i.object(http.MethodGet, run, nil), "judge"); model.String(model.Object(after, "context"), "judgmentStatus") != "continue" {
		t.Errorf("the judgment is now %v", after)
	}
}
