package server_test

import (
	"net/http"
	"testing"

	"github.com/gennaker/gennaker/internal/config"
	"github.com/gennaker/gennaker/internal/model"
)

// TestConfiguredConditionsHoldAPipeline has a freeze for one of two clusters:
// the one waits until a person skips it, the other goes on.
func TestConfiguredConditionsHoldAPipeline(t *testing.T) {
	t.Parallel()
	i := start(t, func(c *config.Config) {
		freeze := &c.Tasks.EvaluateCondition
		freeze.Enabled, freeze.Clusters, freeze.ActiveConditions, freeze.BackoffWaitMs = true, []string{"web"}, []string{"freeze"}, 0
	})
	wait := func(cluster string) map[string]any {
		return map[string]any{"type": "waitForCondition", "name": cluster, "refId": cluster, "cluster": cluster, "region": "r", "account": "a"}
	}
	path := model.String(i.object(http.MethodPost, "/pipelines/start", map[string]any{
		"application": "shop", "name": "deploy", "stages": []any{wait("web"), wait("api")},
	}), "ref")
	e := i.until(path, "held", func(e map[string]any) bool {
		return model.String(model.Object(stageNamed(e, "web"), "context"), "status") == "WAITING" &&
			model.String(stageNamed(e, "api"), "status") == "SUCCEEDED"
	})
	held := stageNamed(e, "web")
	if found := model.Objects(model.Object(held, "outputs"), "conditions"); len(found) != 1 || found[0]["name"] != "freeze" {
		t.Errorf("conditions: %v", found)
	}
	i.object(http.MethodPatch, path+"/stages/"+model.String(held, "id"), map[string]any{"status": "SKIPPED"})
	if e = i.until(path, "complete", complete); model.String(e, "status") != "SUCCEEDED" {
		t.Errorf("after the skip: %v", e["status"])
	}
}
