package expression

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/gennaker/gennaker/internal/model"
)

// recorded is an answer of the real Orca.
type recorded struct {
	Class          string                      `json:"class"`
	Result         any                         `json:"result"`
	FailureCount   int                         `json:"failureCount"`
	TotalEvaluated int                         `json:"totalEvaluated"`
	Summary        map[string][]map[string]any `json:"expressionEvaluationSummary"`
}

type goldenCase struct {
	BatchCase
	Same   bool      `json:"sameForAllowUnknownKeys"`
	Result *recorded `json:"result"`
	Lax    *recorded `json:"allowUnknownKeys=true"`
	Strict *recorded `json:"allowUnknownKeys=false"`
}

// TestGolden compares with every recorded answer of the real evaluator.
func TestGolden(t *testing.T) {
	t.Parallel()
	execution, err := os.ReadFile("testdata/golden/execution.json")
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile("testdata/golden/cases.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []goldenCase
	if err := json.Unmarshal(data, &cases); err != nil {
		t.Fatal(err)
	}
	strict, relaxed := recordedEvaluators()
	for _, allow := range []bool{true, false} {
		batch := Batch{Execution: execution, Stage: "current", User: "peer-user", AllowUnknownKeys: allow}
		for _, c := range cases {
			batch.Cases = append(batch.Cases, c.BatchCase)
		}
		results, err := RunBatch(context.Background(), batch, strict, relaxed)
		if err != nil {
			t.Fatal(err)
		}
		for i, c := range cases {
			want := c.Result
			if want == nil && allow {
				want = c.Lax
			} else if want == nil {
				want = c.Strict
			}
			compareRecorded(t, c, allow, want, results[i])
		}
	}
}

func compareRecorded(t *testing.T, c goldenCase, allow bool, want *recorded, got BatchResult) {
	t.Helper()
	var result any
	if err := model.Unmarshal(got.Result, &result); err != nil {
		t.Errorf("%s: result %s: %v", c.ID, got.Result, err)
		return
	}
	bad := func(what string, want, got any) {
		t.Errorf("%s %s (allowUnknownKeys=%v): %s: want %v, got %v", c.ID, c.Expr, allow, what, want, got)
	}
	if want.Class != got.Class {
		bad("class", want.Class, got.Class)
	}
	if !sameJSON(want.Result, result) {
		bad("result", want.Result, result)
	}
	if want.FailureCount != got.FailureCount || want.TotalEvaluated != got.TotalEvaluated {
		bad("counts", []int{want.FailureCount, want.TotalEvaluated}, []int{got.FailureCount, got.TotalEvaluated})
	}
	if levels(want.Summary) != levels(decodeSummary(t, got.Summary)) {
		bad("summary", levels(want.Summary), levels(decodeSummary(t, got.Summary)))
	}
	for key, entries := range want.Summary {
		have := decodeSummary(t, got.Summary)[key]
		for i := range entries {
			if i < len(have) && entries[i]["exceptionType"] != have[i]["exceptionType"] {
				bad("exception of "+have[i]["description"].(string), entries[i]["exceptionType"], have[i]["exceptionType"])
			}
		}
	}
}

func decodeSummary(t *testing.T, s map[string]any) map[string][]map[string]any {
	t.Helper()
	data, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	var out map[string][]map[string]any
	if err := json.Unmarshal(data, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func levels(s map[string][]map[string]any) string {
	out := map[string][]any{}
	for key, entries := range s {
		for _, e := range entries {
			out[key] = append(out[key], e["level"])
		}
	}
	data, _ := json.Marshal(out)
	return string(data)
}

func sameJSON(want, got any) bool {
	w, err := json.Marshal(want)
	if err != nil {
		return false
	}
	g, err := json.Marshal(got)
	if err != nil {
		return false
	}
	var a, b any
	return json.Unmarshal(w, &a) == nil && json.Unmarshal(g, &b) == nil && (reflect.DeepEqual(a, b) || bytes.Equal(w, g))
}

// recordedEvaluators answer from outside as the recording's services did.
func recordedEvaluators() (strict, relaxed *Evaluator) {
	outside := Outside{Pipelines: recordedPipelines{}, Applications: recordedApplications{}, URLs: strictURLs{}}
	strict = New(Options{Outside: outside})
	outside.URLs = recordedURLs{}
	return strict, New(Options{Outside: outside})
}

type recordedPipelines struct{}

// The recording's store answered a list where Orca wants a map.
func (recordedPipelines) PipelineID(context.Context, string, string) (string, bool, error) {
	return "", false, &Failure{Class: ExceptionMismatch, Message: "the answer is a list", At: -1}
}

type recordedApplications struct{}

func (recordedApplications) Application(_ context.Context, name string) (map[string]any, error) {
	if name == "peer" {
		return map[string]any{"name": "PEER", "email": "a@b.c", "user": "peer"}, nil
	}
	return nil, &Failure{Class: ExceptionHTTP, Message: "404", At: -1}
}

type strictURLs struct{}

func (strictURLs) Fetch(_ context.Context, url string) (string, error) {
	if !strings.Contains(url, "://") {
		return "", &Failure{Class: exNull, Message: "this is no URL", At: -1}
	}
	return "", &Failure{Class: exArgument, Message: "the URL is refused", At: -1}
}

type recordedURLs struct{}

func (recordedURLs) Fetch(_ context.Context, url string) (string, error) {
	switch url {
	case "http://localhost:18999/ok":
		return `{"hello":"world","n":[1,2,3],"echo":""}`, nil
	case "http://localhost:18999/text":
		return `"plain"`, nil
	}
	return "", &Failure{Class: ExceptionStatus, Message: "404", At: -1}
}
