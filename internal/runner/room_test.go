package runner_test

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/expression"
	"github.com/gennaker/gennaker/internal/limit"
	"github.com/gennaker/gennaker/internal/model"
)

// roomy evaluates as the server does.
type roomy struct {
	engine.Literal

	evaluator *expression.Evaluator
}

func (r roomy) Context(v engine.View, known expression.Answers) (map[string]any, []expression.Asked) {
	ctx := expression.WithRoom(context.Background(), v.Room)
	out, summary := r.evaluator.Knowing(known).EvaluateStage(ctx, v.Execution, v.Stage, "")
	return out, summary.Unanswered()
}

// TestGrowingExecutions: results of expressions can't make an execution larger
// than its bound, stage by stage or at once, and executions that grow at the same
// time all end.
func TestGrowingExecutions(t *testing.T) {
	t.Parallel()
	k := openAsking(t, "sqlite:"+filepath.Join(t.TempDir(), "test.db"), roomy{evaluator: expression.New(expression.Options{})}, nil)
	var stages []any
	for i := range 14 {
		requires := []any{}
		if i%2 == 1 {
			requires = append(requires, fmt.Sprint(i-1))
		}
		s := waitStage(fmt.Sprint(i), 0, requires...)
		s["large"] = fmt.Sprintf("${'x'.repeat(%d)}", 6_000_000+i)
		stages = append(stages, s)
	}
	grown := k.start(nil, stages...)
	var others []string
	for range 6 {
		s := waitStage("1", 0)
		s["large"] = "${'x'.repeat(1000000)}"
		others = append(others, k.start(nil, s).ID)
	}
	got := k.ended(grown.ID)
	if got.Status != model.Succeeded {
		t.Errorf("ended %s", got.Status)
	}
	if size := got.Size(); size > limit.Execution+64<<10 || size < limit.Execution/2 {
		t.Errorf("it has %d bytes", size)
	}
	refused := 0
	for _, s := range got.Stages {
		if text, _ := s.Context["large"].(string); len(text) < 100 {
			refused++
			if s.Context[expression.SummaryKey] == nil {
				t.Errorf("stage %s doesn't say why it was refused", s.RefID)
			}
		}
	}
	if refused != 3 {
		t.Errorf("%d results were refused, want 3 of 14 with 6 MB each", refused)
	}
	for _, id := range others {
		if e := k.ended(id); len(e.Stages[0].Context["large"].(string)) != 1_000_000 {
			t.Errorf("%s did not get its result", id)
		}
	}
}
