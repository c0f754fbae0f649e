package server_test

import (
	"net/http"
	"testing"

	"github.com/gennaker/gennaker/internal/model"
)

// With evaluator v3, a variable can't use an earlier one of its stage before the
// task has made outputs of them: Orca evaluates the stage once more then, so
// that its context ends up right and no error is left, while the outputs keep
// the text.
func TestVariablesThatUseOthersOfTheirStage(t *testing.T) {
	t.Parallel()
	i := start(t, nil)
	for _, c := range []struct {
		version      string
		output       any
		status, last any
	}{
		{"v3", "${a + 1}", "SUCCEEDED", 2.0},
		{"v4", 2.0, "SUCCEEDED", 2.0},
	} {
		t.Run(c.version, func(t *testing.T) {
			t.Parallel()
			first := variablesStage("first", []any{}, "a", "${1}", "b", "${a + 1}")
			first["failOnFailedExpressions"] = true
			path := model.String(i.object(http.MethodPost, "/pipelines/start", map[string]any{
				"application": "app", "name": "chain " + c.version, "spelEvaluator": c.version,
				"stages": []any{first, variablesStage("second", []any{"first"}, "c", "${b}")},
			}), "ref")
			e := i.until(path, "complete", complete)
			stage := stageNamed(e, "first")
			context := model.Object(stage, "context")
			if list := model.Objects(context, "variables"); list[0]["value"] != 1.0 || list[1]["value"] != 2.0 {
				t.Errorf("the context's variables are %v", list)
			}
			if summary := model.Object(context, "expressionEvaluationSummary"); len(summary) > 0 || context["exception"] != nil {
				t.Errorf("an error is left: %v, %v", summary, context["exception"])
			}
			if got := model.Object(stage, "outputs"); got["a"] != 1.0 || got["b"] != c.output {
				t.Errorf("the outputs are %v", got)
			}
			if stage["status"] != c.status {
				t.Errorf("the stage is %v", stage["status"])
			}
			if got := model.Object(stageNamed(e, "second"), "outputs")["c"]; got != c.last {
				t.Errorf("the next stage has got %v", got)
			}
		})
	}
}
