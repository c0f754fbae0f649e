package server_test

import (
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"github.com/gennaker/gennaker/internal/config"
	"github.com/gennaker/gennaker/internal/model"
)

// TestDryRun: in a dry run stages pretend, save for those that only compute.
func TestDryRun(t *testing.T) {
	t.Parallel()
	var called atomic.Int32
	target := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { called.Add(1) }))
	t.Cleanup(target.Close)
	i := start(t, func(c *config.Config) {
		c.URLRestrictions.RejectLocalhost, c.URLRestrictions.RejectVerbatimIPs = false, false
	})
	stage := func(ref, after, kind string, fields map[string]any) map[string]any {
		requires := []string{}
		if after != "" {
			requires = append(requires, after)
		}
		return model.Merge(fields, map[string]any{"refId": ref, "requisiteStageRefIds": requires, "type": kind, "name": kind})
	}
	pipeline := func(dry bool) map[string]any {
		return map[string]any{
			"application": "shop", "name": "careful", "trigger": map[string]any{"type": "manual", "dryRun": dry},
			"stages": []any{
				stage("1", "", "webhook", map[string]any{"url": target.URL, "method": "POST"}),
				stage("2", "1", "evaluateVariables", map[string]any{"variables": []any{map[string]any{"key": "sum", "value": "${1 + 1}"}}}),
				stage("3", "2", "checkPreconditions", map[string]any{"preconditions": []any{
					map[string]any{"type": "expression", "context": map[string]any{"expression": "${sum == 2}"}},
				}}),
				stage("4", "3", "wait", map[string]any{"waitTime": 86400}),
			},
		}
	}
	dry := i.object(http.MethodPost, "/pipelines/start", pipeline(true))
	e := i.until(model.String(dry, "ref"), "complete", complete)
	if status := model.String(e, "status"); status != "SUCCEEDED" || called.Load() != 0 {
		t.Errorf("the dry run is %s, with %d requests", status, called.Load())
	}
	tasks := model.Objects(stageNamed(e, "webhook"), "tasks")
	if len(tasks) != 1 || model.String(tasks[0], "implementingClass") != "com.netflix.spinnaker.orca.dryrun.DryRunTask" {
		t.Errorf("the tasks of a stage that pretends: %v", tasks)
	}
	if sum := model.Object(stageNamed(e, "evaluateVariables"), "outputs")["sum"]; sum != 2.0 {
		t.Errorf("the variable is %v", sum)
	}

	meant := pipeline(false)
	meant["stages"] = meant["stages"].([]any)[:1]
	run := i.object(http.MethodPost, "/pipelines/start", meant)
	i.until(model.String(run, "ref"), "complete", complete)
	if called.Load() != 1 {
		t.Errorf("%d requests by a run that is meant", called.Load())
	}
}
