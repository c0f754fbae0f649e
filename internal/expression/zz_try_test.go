package expression

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"testing"
)

func TestTry(t *testing.T) {
	in := os.Getenv("TRY")
	if in == "" {
		t.Skip()
	}
	execution, _ := os.ReadFile("testdata/golden/execution.json")
	strict, relaxed := recordedEvaluators()
	f, _ := os.Open(in)
	sc := bufio.NewScanner(f)
	for sc.Scan() {
		e, _ := json.Marshal("${" + sc.Text() + "}")
		var prev string
		for _, allow := range []bool{true, false} {
			b := Batch{Execution: execution, Stage: "current", User: "peer-user", AllowUnknownKeys: allow, Cases: []BatchCase{{ID: []byte("1"), Expr: e}}}
			r, err := RunBatch(context.Background(), b, strict, relaxed)
			if err != nil {
				t.Fatal(err)
			}
			out := fmt.Sprintf("%s %s", r[0].Class, r[0].Result)
			if r[0].FailureCount > 0 {
				for k, v := range r[0].Summary {
					m := v.([]any)[0].(map[string]any)
					out = fmt.Sprintf("!! [%s] %v %v :: %v", k, m["level"], m["exceptionType"], m["description"])
				}
			}
			if out != prev {
				fmt.Printf("%-5v %s\n      => %s\n", allow, sc.Text(), out)
			}
			prev = out
		}
	}
	_ = relaxed
}
