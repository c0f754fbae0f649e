package server_test

import (
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync/atomic"
	"testing"

	"github.com/gennaker/gennaker/internal/config"
	"github.com/gennaker/gennaker/internal/model"
)

// slowServer answers /slow when it is released, /json at once, and counts
// requests.
func slowServer(t *testing.T) (url string, release func(), asked *atomic.Int64) {
	t.Helper()
	gate := make(chan struct{})
	asked = new(atomic.Int64)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n := asked.Add(1)
		switch r.URL.Path {
		case "/slow":
			select {
			case <-gate:
			case <-r.Context().Done():
				return
			}
			_, _ = w.Write([]byte("late"))
		case "/count":
			_, _ = w.Write([]byte(strconv.FormatInt(n, 10)))
		case "/json":
			_, _ = w.Write([]byte(`{"env": "prod"}`))
		default:
			w.WriteHeader(http.StatusNotFound)
		}
	}))
	t.Cleanup(server.Close)
	released := false
	release = func() {
		if !released {
			released = true
			close(gate)
		}
	}
	t.Cleanup(release)
	return server.URL, release, asked
}

func withLocalURLs(c *config.Config) {
	c.URLRestrictions.RejectLocalhost, c.URLRestrictions.RejectVerbatimIPs = false, false
}

func variablesStage(ref string, requires []any, pairs ...string) map[string]any {
	list := []any{}
	for i := 0; i < len(pairs); i += 2 {
		list = append(list, map[string]any{"key": pairs[i], "value": pairs[i+1]})
	}
	return map[string]any{"type": "evaluateVariables", "name": ref, "refId": ref, "requisiteStageRefIds": requires, "variables": list}
}

func TestASlowURLDelaysItsOwnStageAlone(t *testing.T) {
	t.Parallel()
	for _, version := range []string{"v3", "v4"} {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			url, release, _ := slowServer(t)
			i := start(t, withLocalURLs)
			path := model.String(i.object(http.MethodPost, "/pipelines/start", map[string]any{
				"application": "app", "name": "slow", "spelEvaluator": version,
				"stages": []any{
					variablesStage("slow", []any{}, "late", "${#fromUrl('"+url+"/slow')}"),
					variablesStage("quick", []any{}, "one", "${1}"),
					variablesStage("after", []any{"quick"}, "two", "${one + 1}"),
				},
			}), "ref")
			e := i.until(path, "after is done", func(e map[string]any) bool {
				return model.String(stageNamed(e, "after"), "status") == "SUCCEEDED"
			})
			if status := model.String(stageNamed(e, "slow"), "status"); status != "NOT_STARTED" {
				t.Errorf("the stage of the slow URL is %s", status)
			}
			release()
			e = i.until(path, "complete", complete)
			if got := model.String(model.Object(stageNamed(e, "slow"), "outputs"), "late"); got != "late" {
				t.Errorf("the stage has got %q", got)
			}
			if model.Object(model.Object(stageNamed(e, "slow"), "context"), "expressionEvaluationSummary") != nil {
				t.Errorf("the stage tells of a failure: %v", e)
			}
		})
	}
}

func TestASlowURLCanBeCancelled(t *testing.T) {
	t.Parallel()
	url, _, _ := slowServer(t)
	i := start(t, withLocalURLs)
	path := model.String(i.object(http.MethodPost, "/pipelines/start", map[string]any{
		"application": "app", "name": "slow", "trigger": map[string]any{"parameters": map[string]any{"p": "${#fromUrl('" + url + "/slow')}"}},
		"stages": []any{variablesStage("a", []any{}, "late", "${#fromUrl('"+url+"/slow?a')}")},
	}), "ref")
	i.object(http.MethodPut, path+"/cancel", nil)
	e := i.until(path, "complete", complete)
	if model.String(e, "status") != "CANCELED" {
		t.Errorf("the execution is %s", model.String(e, "status"))
	}
}

func TestTheTriggerOfAnExecutionMayHoldURLs(t *testing.T) {
	t.Parallel()
	url, _, _ := slowServer(t)
	i := start(t, withLocalURLs)
	path := model.String(i.object(http.MethodPost, "/pipelines/start", map[string]any{
		"application": "app", "name": "${#jsonFromUrl('" + url + "/json').env}",
		"trigger": map[string]any{"parameters": map[string]any{"p": "${#jsonFromUrl('" + url + "/json').env}"}},
		"stages":  []any{variablesStage("a", []any{}, "env", "${parameters.p}")},
	}), "ref")
	e := i.until(path, "complete", complete)
	if got := model.String(model.Object(stageNamed(e, "a"), "outputs"), "env"); got != "prod" {
		t.Errorf("the stage has got %q", got)
	}
	if model.String(e, "name") != "prod" {
		t.Errorf("the execution's name is %q", model.String(e, "name"))
	}
}

// A URL is read once for a stage, also when its expression fails at every run
// of its tasks; a URL that fails is read again for the next task.
func TestAURLIsReadOnce(t *testing.T) {
	t.Parallel()
	url, _, asked := slowServer(t)
	i := start(t, withLocalURLs)
	path := model.String(i.object(http.MethodPost, "/pipelines/start", map[string]any{
		"application": "app", "name": "once", "spelEvaluator": "v4",
		"stages": []any{
			map[string]any{"type": "wait", "name": "w", "refId": "1", "waitTime": 2, "note": "${#jsonFromUrl('" + url + "/json').none.more}"},
		},
	}), "ref")
	e := i.until(path, "complete", complete)
	if n := asked.Load(); n != 1 {
		t.Errorf("the URL was read %d times", n)
	}
	if model.Object(model.Object(stageNamed(e, "w"), "context"), "expressionEvaluationSummary") == nil {
		t.Error("nothing tells of the failure")
	}
}

// A text that asks for another URL each time it is evaluated ends too.
func TestAURLWithTheTimeInIt(t *testing.T) {
	t.Parallel()
	url, _, asked := slowServer(t)
	i := start(t, withLocalURLs)
	path := model.String(i.object(http.MethodPost, "/pipelines/start", map[string]any{
		"application": "app", "name": "time", "spelEvaluator": "v4",
		"stages": []any{variablesStage("a", []any{}, "n", "${#fromUrl('"+url+"/count?' + T(java.util.UUID).randomUUID())}")},
	}), "ref")
	e := i.until(path, "complete", complete)
	if got := model.String(model.Object(stageNamed(e, "a"), "outputs"), "n"); got != "1" {
		t.Errorf("got %q after %d requests", got, asked.Load())
	}
}

// Questions that follow from answers are asked in turn.
func TestAURLFromAURL(t *testing.T) {
	t.Parallel()
	url, _, _ := slowServer(t)
	i := start(t, withLocalURLs)
	path := model.String(i.object(http.MethodPost, "/pipelines/start", map[string]any{
		"application": "app", "name": "chain",
		"stages": []any{variablesStage("a", []any{},
			"env", "${#jsonFromUrl('"+url+"/' + #jsonFromUrl('"+url+"/json').env.replace('prod', 'json')).env}",
			"gone", "${#fromUrl('"+url+"/gone')}")},
	}), "ref")
	e := i.until(path, "complete", complete)
	if got := model.String(model.Object(stageNamed(e, "a"), "outputs"), "env"); got != "prod" {
		t.Errorf("got %q", got)
	}
	summary := model.Object(model.Object(stageNamed(e, "a"), "context"), "expressionEvaluationSummary")
	if len(summary) != 1 {
		t.Errorf("the summary is %v", summary)
	}
}
