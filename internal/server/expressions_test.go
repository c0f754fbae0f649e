package server_test

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/gennaker/gennaker/internal/model"
)

func TestEvaluateExpression(t *testing.T) {
	t.Parallel()
	i := start(t, nil)
	path := model.String(i.object(http.MethodPost, "/pipelines/start", map[string]any{
		"application": "app", "name": "pipe", "trigger": map[string]any{"parameters": map[string]any{"p": "x"}},
		"stages": []any{map[string]any{"type": "evaluateVariables", "name": "v", "refId": "1", "variables": []any{
			map[string]any{"key": "a", "value": "${parameters.p + 1}"},
		}}},
	}), "ref")
	e := i.until(path, "complete", complete)
	stage := model.String(stageNamed(e, "v"), "id")
	query := func(text string) string { return "?expression=" + url.QueryEscape(text) }

	if got := i.object(http.MethodGet, path+"/evaluateExpression"+query("${trigger.parameters.p}"), nil); got["result"] != "x" || got["detail"] != nil {
		t.Errorf("in the execution: %v", got)
	}
	if got := i.object(http.MethodGet, path+"/"+stage+"/evaluateExpression"+query("${a}-${#currentStage().name}"), nil); got["result"] != "x1-v" {
		t.Errorf("at the stage: %v", got)
	}
	if got := i.object(http.MethodPost, path+"/evaluateExpression", map[string]any{"expression": "${1 + 1}"}); got["result"] != 2.0 {
		t.Errorf("by POST: %v", got)
	}
	got := i.object(http.MethodPost, path+"/evaluateVariables?requisiteStageRefIds=1&spelVersion=v4", []any{
		map[string]any{"key": "b", "value": "${a}2"}, map[string]any{"key": "c", "value": "${b}3"},
	})
	list, _ := got["result"].([]any)
	if len(list) != 2 || model.String(list[1].(map[string]any), "value") != "x123" {
		t.Errorf("variables: %v", got)
	}
	if got := i.object(http.MethodGet, path+"/evaluateExpression"+query("${nope(}"), nil); got["detail"] == nil {
		t.Errorf("what can't be evaluated: %v", got)
	}
	if status, _ := i.call(http.MethodGet, path+"/nope/evaluateExpression"+query("${1}"), nil); status != http.StatusNotFound {
		t.Errorf("an unknown stage: %d", status)
	}
	if status, _ := i.call(http.MethodGet, path+"/evaluateExpression", nil); status != http.StatusBadRequest {
		t.Errorf("no expression: %d", status)
	}
}
