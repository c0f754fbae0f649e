package expression

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"testing"
)

func TestTryRaw(t *testing.T) {
	in := os.Getenv("TRYRAW")
	if in == "" {
		t.Skip()
	}
	execution, _ := os.ReadFile("testdata/golden/execution.json")
	strict, relaxed := recordedEvaluators()
	f, _ := os.Open(in)
	sc := bufio.NewScanner(f)
	for sc.Scan() {
		var prev string
		for _, allow := range []bool{true, false} {
			b := Batch{Execution: execution, Stage: "current", User: "peer-user", AllowUnknownKeys: allow, Cases: []BatchCase{{ID: []byte("1"), Expr: json.RawMessage(sc.Text())}}}
			r, err := RunBatch(context.Background(), b, strict, relaxed)
			if err != nil {
				t.Fatal(err)
			}
			s, _ := json.Marshal(r[0].Summary)
			out := fmt.Sprintf("%s %s f%d t%d %s", r[0].Class, r[0].Result, r[0].FailureCount, r[0].TotalEvaluated, s)
			if out != prev {
				fmt.Printf("%-5v %s\n      => %s\n", allow, sc.Text(), out)
			}
			prev = out
		}
	}
	_ = relaxed
}
