package server_test

import (
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/gennaker/gennaker/internal/config"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/pipelinecheck"
	"github.com/gennaker/gennaker/internal/server"
	"github.com/gennaker/gennaker/tools/goldens/orca"
)

// TestTheValidatorRefusesNothingThatRuns: what the recorded Orca has run to its end
// has no errors.
func TestTheValidatorRefusesNothingThatRuns(t *testing.T) {
	t.Parallel()
	catalogue, err := server.NewCatalogue()
	if err != nil {
		t.Fatal(err)
	}
	checker := pipelinecheck.New(catalogue)
	runs, err := filepath.Glob("../../tools/goldens/orca/testdata/*/execution.json")
	if err != nil || len(runs) == 0 {
		t.Fatalf("no recorded runs: %v", err)
	}
	read := func(path string) map[string]any {
		var out map[string]any
		text, err := os.ReadFile(path)
		if err == nil {
			err = model.Unmarshal(text, &out)
		}
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		return out
	}
	checked := 0
	for _, run := range runs {
		folder, ran := filepath.Dir(run), read(run)
		if model.String(ran, "status") != "SUCCEEDED" {
			continue
		}
		checked++
		_, problems := checker.CheckDocument(model.Object(read(filepath.Join(folder, "request.json")), "body"))
		for _, p := range problems {
			if p.Severity == pipelinecheck.Error {
				t.Errorf("%s has run, and yet: %s", filepath.Base(folder), p)
			}
		}
	}
	if checked < 10 {
		t.Errorf("only %d runs have succeeded", checked)
	}
}

// oddValues are what a field may hold instead of what it should.
var oddValues = []any{
	nil, "", " ", "abc", "5", -1, 1.5, true, []any{}, []any{"x"}, []any{nil},
	map[string]any{}, map[string]any{"a": "b"}, []any{map[string]any{}}, evaluable, "${FOO:-x}",
}

// TestTheValidatorAgreesWithTheEngine puts each odd value into each field of a stage, one
// at a time, and runs it: what has an error fails, and what fails because of a field has
// an error or a warning.
func TestTheValidatorAgreesWithTheEngine(t *testing.T) {
	t.Parallel()
	target := httptest.NewServer(orca.Target())
	t.Cleanup(target.Close)
	i := start(t, func(c *config.Config) {
		c.URLRestrictions.RejectLocalhost, c.URLRestrictions.RejectVerbatimIPs = false, false
	})
	catalogue, err := server.NewCatalogue()
	if err != nil {
		t.Fatal(err)
	}
	checker := pipelinecheck.New(catalogue)
	i.object(http.MethodPost, "/pipelines", map[string]any{"id": "other", "name": "other", "application": "agree", "stages": []any{
		map[string]any{"type": "wait", "refId": "1", "name": "W", "waitTime": 0},
	}})
	type object = map[string]any
	var work sync.WaitGroup
	slots := make(chan struct{}, 8)
	for name, s := range map[string]object{
		"wait":               {"type": "wait", "waitTime": 0},
		"variables":          {"type": "evaluateVariables", "variables": []any{object{"key": "a", "value": "1"}}},
		"preconditions":      {"type": "checkPreconditions", "preconditions": []any{object{"type": "expression", "context": object{"expression": "true"}}}},
		"kinds":              {"type": "checkPreconditions", "preconditions": []any{object{"type": "noop"}}},
		"until":              {"type": "waitUntil", "epochMillis": 1},
		"pipeline":           {"type": "pipeline", "application": "agree", "pipeline": "other", "waitForCompletion": false, "pipelineParameters": object{"a": "b"}},
		"artifacts":          {"type": "findArtifactFromExecution", "application": "agree", "pipeline": "other", "executionOptions": object{"successful": true}},
		"restricted in time": {"type": "wait", "waitTime": 0, "restrictExecutionDuringTimeWindow": true, "restrictedExecutionWindow": object{"whitelist": []any{object{"startHour": 0, "startMin": 0, "endHour": 23, "endMin": 59}}}},
		"conditional":        {"type": "wait", "waitTime": 0, "stageEnabled": object{"type": "expression", "expression": "true"}, "failOnFailedExpressions": false},
		"webhook": {
			"type": "webhook", "url": target.URL + "/ok", "method": "GET", "customHeaders": object{"a": "b"}, "payload": object{"a": 1},
			"failFastStatusCodes": []any{500}, "retryStatusCodes": []any{503}, "monitorOnly": false, "cancelMethod": "GET",
			"cancelEndpoint": target.URL + "/ok", "onInterruption": "repeat", "successStatuses": "x", "signalCancellation": false,
		},
	} {
		for field := range maps.Keys(s) {
			if field == "type" {
				continue
			}
			for _, odd := range append([]any{missing}, oddValues...) {
				changed := model.Merge(s, object{field: odd, "refId": "1", "name": "it"})
				if odd == missing {
					delete(changed, field)
				}
				slots <- struct{}{}
				work.Go(func() {
					defer func() { <-slots }()
					if problem := disagreement(i, checker, changed); problem != "" {
						t.Errorf("%s with %s %#v: %s", name, field, odd, problem)
					}
				})
			}
		}
	}
	work.Wait()
}

// evaluable is an expression. What comes of it is known only when the stage runs.
const evaluable = "${ 1 + 1 }"

// missing stands for a field that is left out.
const missing = "(left out)"

// disagreement runs a stage, and says how the validator and the engine disagree about it.
func disagreement(i *instance, checker *pipelinecheck.Checker, stage map[string]any) string {
	pipeline := map[string]any{"name": "it", "application": "agree", "stages": []any{stage}}
	found := checker.Check(pipeline)
	refused := slices.ContainsFunc(found, func(p pipelinecheck.Problem) bool { return p.Severity == pipelinecheck.Error })
	var (
		outcome string
		failed  bool
	)
	switch status, answer := i.call(http.MethodPost, "/pipelines/start", pipeline); {
	case status >= http.StatusInternalServerError:
		return fmt.Sprintf("the server fails: %v", answer)
	case status >= http.StatusBadRequest:
		outcome, failed = fmt.Sprint(answer), true
	default:
		ref, _ := answer.(map[string]any)["ref"].(string)
		ended := i.until(ref, "its end", func(e map[string]any) bool { return e["status"] != "RUNNING" && e["status"] != "NOT_STARTED" })
		outcome, failed = fmt.Sprint(ended), ended["status"] != "SUCCEEDED"
	}
	switch {
	case refused && !failed:
		return fmt.Sprintf("it runs, and yet: %v", found)
	case failed && len(found) == 0 && !unforeseeable(stage, outcome):
		return "it fails, and nothing is said about it: " + outcome
	}
	return ""
}

// unforeseeable tells whether a stage failed of what can't be known before it runs.
func unforeseeable(stage map[string]any, outcome string) bool {
	for _, value := range stage {
		if value == evaluable {
			return true
		}
	}
	return strings.Contains(outcome, "cannot be located") // another pipeline
}
