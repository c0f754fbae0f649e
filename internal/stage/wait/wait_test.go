package wait_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
	"github.com/gennaker/gennaker/internal/stage/wait"
)

var start = time.UnixMilli(1_795_258_795_000)

func input(context map[string]any, elapsed time.Duration) stage.Input {
	s := &model.Stage{ID: "s", RefID: "1", Type: "wait", StartTime: start.UnixMilli(), Context: context}
	return stage.Input{
		View: engine.View{Execution: &model.Execution{ID: "e", Stages: []*model.Stage{s}}, Stage: s},
		Task: &model.Task{ID: "1", StartTime: start.UnixMilli()},
		Now:  start.Add(elapsed),
	}
}

func TestWait(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		context map[string]any
		elapsed time.Duration
		status  model.Status
		backoff time.Duration
	}{
		{"no time given", map[string]any{}, 0, model.Succeeded, 0},
		{"zero ends at once", map[string]any{"waitTime": json.Number("0")}, 0, model.Succeeded, 0},
		{"null", map[string]any{"waitTime": nil}, 0, model.Succeeded, 0},
		{"negative", map[string]any{"waitTime": -5}, 0, model.Succeeded, 0},
		{"just started", map[string]any{"waitTime": json.Number("20")}, 0, model.Running, 20 * time.Second},
		{"exact remainder", map[string]any{"waitTime": json.Number("20")}, 19_750 * time.Millisecond, model.Running, 250 * time.Millisecond},
		{"reached", map[string]any{"waitTime": json.Number("20")}, 20 * time.Second, model.Succeeded, 0},
		{"past", map[string]any{"waitTime": json.Number("20")}, time.Hour, model.Succeeded, 0},
		{"number as text", map[string]any{"waitTime": "3"}, time.Second, model.Running, 2 * time.Second},
		{"fraction cut", map[string]any{"waitTime": json.Number("3.9")}, time.Second, model.Running, 2 * time.Second},
		{"skipped", map[string]any{"waitTime": 3600, "skipRemainingWait": true}, 0, model.Succeeded, 0},
		{"skipped by text", map[string]any{"waitTime": 3600, "skipRemainingWait": "true"}, 0, model.Succeeded, 0},
		{"not skipped", map[string]any{"waitTime": 3600, "skipRemainingWait": false}, 0, model.Running, time.Hour},
		{"absurd", map[string]any{"waitTime": json.Number("9000000000000000000")}, 0, model.Running, 100 * 365 * 24 * time.Hour},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			in := input(test.context, test.elapsed)
			result, err := wait.Task{}.Run(t.Context(), in)
			if err != nil {
				t.Fatal(err)
			}
			if result.Status != test.status {
				t.Errorf("status %s, want %s", result.Status, test.status)
			}
			if result.Context != nil || result.Outputs != nil {
				t.Errorf("the wait wrote %v and %v", result.Context, result.Outputs)
			}
			if got := (wait.Task{}).Backoff(in); got != test.backoff {
				t.Errorf("backoff %s, want %s", got, test.backoff)
			}
		})
	}
}

func TestWaitWithoutANumber(t *testing.T) {
	t.Parallel()
	_, err := wait.Task{}.Run(t.Context(), input(map[string]any{"waitTime": "soon"}, 0))
	if err == nil || err.Error() != "waitTime must be a whole number of seconds, not soon" {
		t.Fatalf("got %v", err)
	}
}

func TestPlan(t *testing.T) {
	t.Parallel()
	kind := wait.Type()
	specs, err := kind.Definition.Tasks(input(nil, 0).View)
	if err != nil {
		t.Fatal(err)
	}
	if len(specs) != 1 || specs[0] != (engine.TaskSpec{Name: "wait", Class: wait.Class}) {
		t.Fatalf("got %v", specs)
	}
	if _, ok := kind.Tasks[wait.Class].(stage.Inline); !ok {
		t.Error("the wait must be inline")
	}
}
