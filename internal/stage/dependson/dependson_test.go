package dependson_test

import (
	"context"
	"testing"
	"time"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
	"github.com/gennaker/gennaker/internal/stage/dependson"
)

type executions map[string]model.Status

func (e executions) Execution(_ context.Context, id string) (*model.Execution, error) {
	status, ok := e[id]
	switch {
	case id == "broken":
		return nil, fault.New(fault.Unavailable, "the store is away")
	case !ok:
		return nil, fault.New(fault.NotFound, "no execution %s", id)
	}
	return &model.Execution{ID: id, Type: model.PipelineExecution, Status: status}, nil
}

func TestDependsOnExecution(t *testing.T) {
	t.Parallel()
	known := executions{
		"good": model.Succeeded, "stopped": model.Stopped, "bad": model.Terminal, "off": model.Canceled,
		"busy": model.Running, "new": model.NotStarted, "held": model.Paused, "broken": "",
	}
	tests := []struct {
		kind, id string
		want     model.Status
		key      string
		text     string
		err      string
	}{
		{"PIPELINE", "good", model.Succeeded, "", "", ""},
		{"pipeline", "stopped", model.Succeeded, "", "", ""},
		{"PIPELINE", "bad", model.Canceled, "reason", "Depended-on execution completed with status TERMINAL", ""},
		{"PIPELINE", "off", model.Canceled, "reason", "Depended-on execution completed with status CANCELED", ""},
		{"PIPELINE", "busy", model.Running, "", "", ""},
		{"PIPELINE", "new", model.Running, "", "", ""},
		{"PIPELINE", "held", model.Running, "", "", ""},
		{"PIPELINE", "gone", model.Terminal, "error", "Execution (PIPELINE) gone not found.", ""},
		{"ORCHESTRATION", "good", model.Terminal, "error", "Execution (ORCHESTRATION) good not found.", ""},
		{"task", "good", "", "", "", `executionType must be PIPELINE or ORCHESTRATION, not "task"`},
		{"PIPELINE", "", "", "", "", "executionId is missing"},
		{"PIPELINE", "self", "", "", "", "executionId is that of this execution, which can't wait for itself"},
		{"PIPELINE", "broken", "", "", "", "read execution broken: the store is away"},
	}
	kind := dependson.Type(known)
	for _, test := range tests {
		t.Run(test.kind+" "+test.id, func(t *testing.T) {
			t.Parallel()
			s := &model.Stage{Context: map[string]any{"executionType": test.kind, "executionId": test.id}}
			in := stage.Input{View: engine.View{Execution: &model.Execution{ID: "self"}, Stage: s}}
			result, err := kind.Tasks[dependson.Class].Run(t.Context(), in)
			if result.Status != test.want || (err != nil) != (test.err != "") || err != nil && err.Error() != test.err {
				t.Fatalf("got %v, %v", result, err)
			}
			if stage.IsRetryable(err) != (test.id == "broken") {
				t.Error("only a store that is away is asked again")
			}
			if test.key != "" && result.Context[test.key] != test.text {
				t.Errorf("got %v", result.Context)
			}
		})
	}
}

func TestPlan(t *testing.T) {
	t.Parallel()
	kind := dependson.Type(executions{})
	specs, err := kind.Definition.Tasks(engine.View{})
	if err != nil || len(specs) != 1 || specs[0] != (engine.TaskSpec{Name: "dependsOnExecution", Class: dependson.Class}) {
		t.Fatalf("got %v, %v", specs, err)
	}
	limit, ok := kind.Tasks[dependson.Class].(stage.TimingOut)
	if !ok {
		t.Fatal("the wait has no limit")
	}
	if timeout, overridable := limit.Timeout(stage.Input{}); timeout != 2*time.Hour || !overridable {
		t.Errorf("got %s, %t", timeout, overridable)
	}
	if _, err := stage.NewValidator(stage.NewRegistry(kind)); err != nil {
		t.Error(err)
	}
}
