package expression_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/gennaker/gennaker/internal/expression"
	"github.com/gennaker/gennaker/internal/limit/limittest"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/tools/goldens/spel"
)

// FuzzEvaluate: evaluating any text ends soon, gives JSON, changes nothing
// that it was given, and gives the same again.
func FuzzEvaluate(f *testing.F) {
	for _, s := range expression.Seeds(f) {
		f.Add(s)
	}
	data, err := os.ReadFile("testdata/golden/execution.json")
	if err != nil {
		f.Fatal(err)
	}
	var exec model.Execution
	if err := model.Unmarshal(data, &exec); err != nil {
		f.Fatal(err)
	}
	before, err := model.Marshal(&exec)
	if err != nil {
		f.Fatal(err)
	}
	clock := func() time.Time { return time.Unix(1_700_000_000, 0) }
	e := expression.New(expression.Options{Outside: spel.Outside(true), Now: clock, Limits: expression.Limits{Steps: 20_000, Text: 1 << 20}})
	f.Fuzz(func(t *testing.T, text string) {
		if strings.Contains(text, "andom") {
			t.Skip("gives something else each time")
		}
		var results [2]string
		for i := range results {
			stage := exec.Stages[len(exec.Stages)-1]
			var (
				out     any
				summary *expression.Summary
			)
			limittest.Bounded(t, len(text), 100_000, func() {
				out, summary = e.EvaluateText(context.Background(), text, expression.StageScope(&exec, stage, "user"))
			})
			data, err := json.Marshal([]any{out, summary.Object()})
			if err != nil {
				t.Fatalf("%q: no JSON: %v", text, err)
			}
			results[i] = string(data)
			if summary.Failures() > 0 && summary.Total() == 0 {
				t.Fatalf("%q: a failure of nothing", text)
			}
		}
		if results[0] != results[1] {
			t.Fatalf("%q: first %s, then %s", text, results[0], results[1])
		}
		after, err := model.Marshal(&exec)
		if err != nil || !bytes.Equal(after, before) {
			t.Fatalf("%q has changed the execution: %v", text, err)
		}
	})
}
