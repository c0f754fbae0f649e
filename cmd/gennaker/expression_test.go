package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/model"
)

// golden is where the answers recorded from the real evaluator lie.
const golden = "../../internal/expression/testdata/golden/"

// recordedTarget is where the recording's URLs point.
const recordedTarget = "http://localhost:18999"

// evaluated is what a case came to.
type evaluated struct {
	ID             any                         `json:"id"`
	Class          string                      `json:"class"`
	Result         any                         `json:"result"`
	FailureCount   int                         `json:"failureCount"`
	TotalEvaluated int                         `json:"totalEvaluated"`
	Summary        map[string][]map[string]any `json:"expressionEvaluationSummary"`
}

// comparable leaves the wording and the time of a summary's entries out.
func (e evaluated) comparable(t *testing.T) string {
	t.Helper()
	for _, entries := range e.Summary {
		for _, entry := range entries {
			delete(entry, "description")
			delete(entry, "timestamp")
		}
	}
	e.ID = nil
	text, err := model.Marshal(e)
	require.NoError(t, err)
	return string(text)
}

// TestEvaluateBatchAsRecorded runs every recorded case through the command
// line, with a target for URLs and a Gate as the recording had them.
func TestEvaluateBatchAsRecorded(t *testing.T) {
	t.Parallel()
	target := httptest.NewServer(recordedURLs())
	t.Cleanup(target.Close)
	gate := httptest.NewServer(recordedGate())
	t.Cleanup(gate.Close)
	text, err := os.ReadFile(golden + "cases.json")
	require.NoError(t, err)
	here := strings.Replace(target.URL, "127.0.0.1", "localhost", 1)
	text = []byte(strings.ReplaceAll(string(text), recordedTarget, here))
	file := filepath.Join(t.TempDir(), "cases.json")
	require.NoError(t, os.WriteFile(file, text, 0o600))
	var cases []struct {
		ID     any
		Expr   any
		Same   bool       `json:"sameForAllowUnknownKeys"`
		Result *evaluated `json:"result"`
		Lax    *evaluated `json:"allowUnknownKeys=true"`
		Strict *evaluated `json:"allowUnknownKeys=false"`
	}
	require.NoError(t, json.Unmarshal(text, &cases))
	for _, flags := range [][]string{{"--allow-unknown-keys"}, nil} {
		args := append([]string{"expression", "evaluate", "--execution", golden + "execution.json", "--stage", "current",
			"--batch", file, "--endpoint", gate.URL}, flags...)
		code, out, errs := gennaker(t, args...)
		require.Equal(t, exitOK, code, errs)
		got := decode[[]evaluated](t, out)
		require.Len(t, got, len(cases))
		for i, c := range cases {
			want := c.Result
			if want == nil && flags != nil {
				want = c.Lax
			} else if want == nil {
				want = c.Strict
			}
			if want, got := want.comparable(t), got[i].comparable(t); want != got {
				t.Errorf("%v %v %s:\nwant %s\ngot  %s", c.ID, c.Expr, flags, want, got)
			}
		}
	}
}

func recordedURLs() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/ok":
			_, _ = w.Write([]byte(`{"hello":"world","n":[1,2,3],"echo":""}`))
		case "/text":
			_, _ = w.Write([]byte(`"plain"`))
		default:
			http.Error(w, `{"error":"nf"}`, http.StatusNotFound)
		}
	})
}

// recordedGate knows the application peer; the store of the recording gave
// its pipelines in a form that Orca could not read.
func recordedGate() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		switch r.URL.Path {
		case "/applications/peer":
			_, _ = w.Write([]byte(`{"name":"peer","attributes":{"name":"PEER","email":"a@b.c","user":"peer"}}`))
		case "/applications/peer/pipelineConfigs":
			_, _ = w.Write([]byte(`[[]]`))
		default:
			w.WriteHeader(http.StatusNotFound)
			_, _ = w.Write([]byte(`{"message":"Application not found","status":404}`))
		}
	})
}

func TestEvaluateAsksTheServer(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	s.ok("", "application save shop --email a@b.example")
	s.ok(twoPipelines, "pipeline save -f -")
	file := filepath.Join(t.TempDir(), "execution.json")
	require.NoError(t, os.WriteFile(file, []byte(`{"type":"PIPELINE","id":"1","application":"shop","trigger":{"type":"manual"},
		"stages":[{"id":"s","refId":"1","type":"wait","name":"W","context":{}}]}`), 0o600))
	pipelines := decode[[]map[string]any](t, s.ok("", "pipeline list shop -o json"))
	name, id := model.String(pipelines[0], "name"), model.String(pipelines[0], "id")
	evaluate := func(endpoint, expr string) (int, string, string) {
		return gennaker(t, "expression", "evaluate", "--execution", file, "--endpoint", endpoint, expr)
	}
	code, out, errs := evaluate(s.endpoint, "${#pipelineId('"+name+"') + ' ' + #applicationMetadata('shop').email}")
	require.Equal(t, exitOK, code, errs)
	require.Equal(t, `"`+id+` a@b.example"`, strings.TrimSpace(out))
	for _, c := range []struct{ endpoint, expr, exception string }{
		{s.endpoint, "${#pipelineId('" + strings.ToUpper(name) + "')}", "SpelHelperFunctionException"},
		{s.endpoint, "${#applicationMetadata('none')}", "SpinnakerHttpException"},
		{"http://127.0.0.1:1", "${#applicationMetadata('shop')}", "SpinnakerNetworkException"},
	} {
		code, out, errs := evaluate(c.endpoint, c.expr)
		require.Equal(t, exitFailed, code, c.expr)
		require.Contains(t, out, c.exception)
		require.Contains(t, errs, "could not be evaluated")
	}
	code, _, errs = evaluate("nonsense", "${1}")
	require.Equal(t, exitUsage, code)
	require.Contains(t, errs, "--endpoint")
}
