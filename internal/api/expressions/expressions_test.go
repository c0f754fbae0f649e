package expressions_test

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/api/apitest"
	"github.com/gennaker/gennaker/internal/expression"
	"github.com/gennaker/gennaker/internal/model"
)

func TestExpressionsInAnExecution(t *testing.T) {
	t.Parallel()
	k := apitest.New(t, func(p *apitest.Parts) { p.Expressions = expression.New(expression.Options{}) })
	k.Application("demo")
	k.Pipeline("demo", "p", nil, apitest.WaitStage("1", 0))
	id := apitest.IDOf(k.Post("/pipelines/demo/p", apitest.Object{"parameters": apitest.Object{"who": "you"}}).Is(http.StatusAccepted))
	stage := k.Ended(id).Stages[0].ID
	asked := func(expr string) string { return "evaluateExpression?expression=" + url.QueryEscape(expr) }

	for expr, want := range map[string]any{"${1 + 1}": 2.0, "Hello, ${trigger.parameters.who}": "Hello, you"} {
		require.EqualValues(t, want, plain(t, k.Get("/pipelines/"+id+"/"+asked(expr))), expr)
	}
	require.Equal(t, "Wait 1", plain(t, k.Get("/pipelines/"+id+"/"+stage+"/"+asked("${#currentStage().name}"))))
	require.NotNil(t, k.Get("/pipelines/" + id + "/" + asked("${nope(}")).Is(http.StatusOK).Object()["detail"], "what can't be evaluated")
	k.Get("/pipelines/"+id+"/none/"+asked("${1}")).Refused(http.StatusNotFound, "Stage none not found")
	k.Get("/pipelines/"+id+"/evaluateExpression").Refused(http.StatusBadRequest, "expression is missing")

	got := k.Post("/pipelines/"+id+"/evaluateVariables?requisiteStageRefIds=1&spelVersion=v4", apitest.List{
		apitest.Object{"key": "a", "value": "${trigger.parameters.who}"}, apitest.Object{"key": "b", "value": "${a}!"},
	}).Is(http.StatusOK).Object()
	variables := model.Objects(got, "result")
	require.Len(t, variables, 2)
	require.Equal(t, "you!", variables[1]["value"])
	require.NotEmpty(t, model.List(k.Get("/capabilities/expressions").Is(http.StatusOK).Object(), "functions"))
}

func TestWithoutAnEvaluator(t *testing.T) {
	t.Parallel()
	k := apitest.New(t)
	k.Get("/pipelines/x/evaluateExpression?expression=x").Refused(http.StatusServiceUnavailable, "not evaluated by this process")
	require.JSONEq(t, `{"functions": [], "spelEvaluators": []}`, string(k.Get("/capabilities/expressions").Is(http.StatusOK).Body))
}

// plain is the result of an evaluation; numbers are as JSON has them.
func plain(t *testing.T, a *apitest.Answer) any {
	t.Helper()
	result := a.Is(http.StatusOK).Object()["result"]
	if n, ok := model.Int(map[string]any{"n": result}, "n"); ok {
		return float64(n)
	}
	return result
}
