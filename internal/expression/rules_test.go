package expression_test

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/gennaker/gennaker/internal/expression"
	"github.com/gennaker/gennaker/tools/goldens/spel"
)

// rule is a rule of the language, with expressions that show it.
type rule struct {
	name string
	rows []row
}

// row is an expression, without its ${}, and its answer: the class and the JSON of
// the value, null, or the exception that the summary names. The answers were
// recorded from Spring's expression language 5.3 on Java 17, with the context of
// ruleExecution as its root.
type row struct{ expr, want string }

const ruleExecution = `{
	"id": "E", "type": "PIPELINE", "application": "a", "trigger": {}, "stages": [{
		"id": "1", "refId": "1", "name": "current", "type": "wait", "status": "RUNNING", "context": {
			"str": "Hello World", "num": 7, "neg": -3, "long": 12345678901, "dbl": 2.5, "bool": true, "nul": null, "blank": "",
			"uni": "a\u00e9\ud83d\ude00z", "ints": [5, 3, 9, 1], "strs": ["beta", "alpha", "gamma"],
			"m": {"a": 1, "b": {"c": "deep"}, "n": null}, "lines": "one\ntwo\n  three\n", "tab": "a\\tb\\n\\u0041\\101"
		}
	}]
}`

func TestRules(t *testing.T) {
	t.Parallel()
	strict, relaxed := spel.Evaluators()
	for _, rule := range slices.Concat(textRules, formatRules, numberRules, logicRules, collectionRules, timeRules, orcaRules) {
		t.Run(rule.name, func(t *testing.T) {
			t.Parallel()
			batch := expression.Batch{Execution: []byte(ruleExecution), Stage: "current", AllowUnknownKeys: true}
			for _, r := range rule.rows {
				text, err := json.Marshal("${" + r.expr + "}")
				if err != nil {
					t.Fatal(err)
				}
				batch.Cases = append(batch.Cases, expression.BatchCase{ID: []byte("0"), Expr: text})
			}
			results, err := expression.RunBatch(context.Background(), batch, strict, relaxed)
			if err != nil {
				t.Fatal(err)
			}
			for i, r := range rule.rows {
				if got := brief(answer(results[i])); got != r.want {
					t.Errorf("%s: want %s, got %s", r.expr, r.want, got)
				}
			}
		})
	}
}

// brief is an answer without the packages of its classes.
func brief(answer string) string {
	if answer == string(expression.LevelInfo) {
		return "null"
	}
	class, value, isValue := strings.Cut(strings.TrimPrefix(answer, string(expression.LevelError)+" "), " ")
	if !strings.HasPrefix(class, "[") {
		class = class[strings.LastIndexByte(class, '.')+1:]
	}
	if isValue {
		return class + " " + value
	}
	return class
}
