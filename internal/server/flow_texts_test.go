package server_test

import (
	"net/http"
	"testing"

	"github.com/gennaker/gennaker/internal/config"
	"github.com/gennaker/gennaker/internal/model"
)

// restartWithAnotherAnswer runs a pipeline whose later stages depend on a judgment's
// answer, restarts the judgment, and answers it in another way. It returns what the
// later stages have made of it, and whether the conditional one ran.
func restartWithAnotherAnswer(t *testing.T, i *instance) (variable any, conditional string) {
	t.Helper()
	i.save("texts", nil, judgmentStage("judge"),
		flowStage("evaluateVariables", "variables", map[string]any{"variables": []any{
			map[string]any{"key": "choice", "value": "{\"is\": \"${#judgment('judge')}\"}"},
		}}, "judge"),
		flowStage("wait", "only", map[string]any{"waitTime": 0, "stageEnabled": map[string]any{
			"type": "expression", "expression": "${#judgment('judge') == 'second'}",
		}}, "judge"),
		flowStage("wait", "plain", map[string]any{"waitTime": 0, "comments": "${#judgment('judge')}"}, "judge"))
	run := i.begin("texts")
	answer := func(input string) map[string]any {
		s := i.untilStage(run, "judge", "RUNNING")
		i.object(http.MethodPatch, run+"/stages/"+model.String(s, "id"), map[string]any{"judgmentStatus": "continue", "judgmentInput": input})
		i.untilStage(run, "judge", "SUCCEEDED")
		return i.untilStatus(run, "SUCCEEDED")
	}
	e := answer("first")
	if got := model.String(model.Object(stageNamed(e, "plain"), "context"), "comments"); got != "first" {
		t.Fatalf("the text is %q", got)
	}
	if got := model.String(stageNamed(e, "only"), "status"); got != "SKIPPED" {
		t.Fatalf("the conditional stage is %s", got)
	}
	if status := i.restart(run, "judge"); status != http.StatusOK {
		t.Fatalf("the restart is answered with %d", status)
	}
	e = answer("second")
	if got := model.Object(stageNamed(e, "variables"), "outputs")["choice"]; got != nil {
		variable = got
	}
	text := model.String(model.Object(stageNamed(e, "plain"), "context"), "comments")
	return []any{variable, text}, model.String(stageNamed(e, "only"), "status")
}

func TestARestartedStageSeesWhatHasChanged(t *testing.T) {
	t.Parallel()
	onEachDatabase(t, nil, func(t *testing.T, i *instance) {
		t.Helper()
		got, conditional := restartWithAnotherAnswer(t, i)
		if list := got.([]any); list[0] != `{"is": "second"}` || list[1] != "second" || conditional != "SUCCEEDED" {
			t.Errorf("got %v, and the conditional stage is %s", got, conditional)
		}
	})
}

// TestARestartedStageKeepsItsValuesWhereThatIsConfigured is Spinnaker's way.
func TestARestartedStageKeepsItsValuesWhereThatIsConfigured(t *testing.T) {
	t.Parallel()
	i := start(t, func(c *config.Config) { c.Compatibility.KeepEvaluatedTexts = true })
	got, _ := restartWithAnotherAnswer(t, i)
	if list := got.([]any); list[1] != "first" {
		t.Errorf("got %v", got)
	}
}
