// Package spel holds Gennaker's expressions to what was recorded from Orca's evaluator.
package spel

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/gennaker/gennaker/internal/expression"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/tools/goldens/recorded"
)

// Suite is the evaluator's.
type Suite struct{}

// answer is what an expression came to.
type answer struct {
	Class          string                      `json:"class"`
	Result         any                         `json:"result"`
	FailureCount   int                         `json:"failureCount"`
	TotalEvaluated int                         `json:"totalEvaluated"`
	Summary        map[string][]map[string]any `json:"expressionEvaluationSummary"`
}

// expressionCase is a recorded case: an expression, and what it came to with unknown names
// allowed and not, which may be the same.
type expressionCase struct {
	expression.BatchCase
	Both   *answer `json:"result"`
	Lax    *answer `json:"allowUnknownKeys=true"`
	Strict *answer `json:"allowUnknownKeys=false"`
}

// Run implements [recorded.Suite]: the directory has the execution and the cases.
func (Suite) Run(ctx context.Context, dir string) (recorded.Report, error) {
	execution, err := os.ReadFile(filepath.Join(dir, "execution.json"))
	if err != nil {
		return recorded.Report{}, fmt.Errorf("read the execution: %w", err)
	}
	text, err := os.ReadFile(filepath.Join(dir, "cases.json"))
	if err != nil {
		return recorded.Report{}, fmt.Errorf("read the cases: %w", err)
	}
	var cases []expressionCase
	if err := json.Unmarshal(text, &cases); err != nil {
		return recorded.Report{}, fmt.Errorf("read the cases: %w", err)
	}
	report := recorded.Report{Results: make([]recorded.Result, len(cases))}
	batch := expression.Batch{Execution: execution, Stage: "current", User: "peer-user"}
	for n, c := range cases {
		batch.Cases = append(batch.Cases, c.BatchCase)
		report.Results[n].Case = fmt.Sprintf("%s %s", c.ID, c.Expr)
	}
	strict, relaxed := Evaluators()
	for _, allow := range []bool{true, false} {
		batch.AllowUnknownKeys = allow
		results, err := expression.RunBatch(ctx, batch, strict, relaxed)
		if err != nil {
			return report, err
		}
		for n, c := range cases {
			want, at := c.Both, ""
			if want == nil {
				want, at = c.Strict, "allowUnknownKeys=false: "
				if allow {
					want, at = c.Lax, "allowUnknownKeys=true: "
				}
			}
			for _, line := range differences(want, results[n]) {
				report.Results[n].Mismatches = append(report.Results[n].Mismatches, at+line)
			}
		}
	}
	return report, nil
}

// differences compares what must match: the value and its class, the counts, and the
// level and the exception of each entry of the summary, whose words may be others.
func differences(want *answer, r expression.BatchResult) []string {
	if want == nil {
		return []string{"the case has no recorded answer"}
	}
	var got answer
	text, err := model.Marshal(r)
	if err == nil {
		err = json.Unmarshal(text, &got)
	}
	if err != nil {
		return []string{fmt.Sprintf("the result can't be read: %v", err)}
	}
	return recorded.Differences("", mustMatch(*want), mustMatch(got), recorded.Options{})
}

// mustMatch is the part of an answer that must match.
func mustMatch(a answer) any {
	summary := map[string]any{}
	for key, entries := range a.Summary {
		levels := make([]any, 0, len(entries))
		for _, entry := range entries {
			levels = append(levels, map[string]any{"level": entry["level"], "exceptionType": entry["exceptionType"]})
		}
		summary[key] = levels
	}
	return recorded.JSON(map[string]any{
		"class": a.Class, "result": a.Result, "failureCount": a.FailureCount, "totalEvaluated": a.TotalEvaluated, "summary": summary,
	})
}
