package expression_test

import (
	"bufio"
	"context"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/gennaker/gennaker/internal/expression"
	"github.com/gennaker/gennaker/tools/goldens/spel"
)

// reviewed is an answer that was checked by hand against the rules of Java and
// Spring.
type reviewed struct {
	expr string
	// want is the class and the JSON, or ERROR or INFO with the exception.
	want string
	// strict is the same where names must be known; "" where it is no other.
	strict string
}

// readReviewed reads testdata/reviewed.txt: an expression a line, without its
// ${}, and tabs before its answers.
func readReviewed(tb testing.TB) []reviewed {
	tb.Helper()
	file, err := os.Open("testdata/reviewed.txt")
	if err != nil {
		tb.Fatal(err)
	}
	defer file.Close()
	var out []reviewed
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		line := lines.Text()
		if line == "" || strings.HasPrefix(line, "//") {
			continue
		}
		fields := strings.Split(line, "\t")
		r := reviewed{expr: fields[0]}
		if len(fields) > 1 {
			r.want = fields[1]
		}
		if len(fields) > 2 {
			r.strict = fields[2]
		}
		out = append(out, r)
	}
	if err := lines.Err(); err != nil {
		tb.Fatal(err)
	}
	return out
}

func TestReviewed(t *testing.T) {
	t.Parallel()
	execution, err := os.ReadFile("testdata/golden/execution.json")
	if err != nil {
		t.Fatal(err)
	}
	strict, relaxed := spel.Evaluators()
	all := readReviewed(t)
	for _, allow := range []bool{true, false} {
		batch := expression.Batch{Execution: execution, Stage: "current", User: "peer-user", AllowUnknownKeys: allow}
		for _, r := range all {
			text, err := json.Marshal("${" + r.expr + "}")
			if err != nil {
				t.Fatal(err)
			}
			batch.Cases = append(batch.Cases, expression.BatchCase{ID: []byte("0"), Expr: text, RelaxedURLs: true})
		}
		results, err := expression.RunBatch(context.Background(), batch, strict, relaxed)
		if err != nil {
			t.Fatal(err)
		}
		for i, r := range all {
			want := r.want
			if !allow && r.strict != "" {
				want = r.strict
			}
			if got := answer(results[i]); got != want {
				t.Errorf("%s (allowUnknownKeys=%v): want %s, got %s", r.expr, allow, want, got)
			}
		}
	}
}

func answer(r expression.BatchResult) string {
	for _, entries := range r.Summary {
		e := entries.([]any)[0].(map[string]any)
		if e["exceptionType"] == nil {
			return e["level"].(string)
		}
		return e["level"].(string) + " " + e["exceptionType"].(string)
	}
	return r.Class + " " + string(r.Result)
}
