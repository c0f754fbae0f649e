package waitcondition_test

import (
	"context"
	"errors"
	"reflect"
	"testing"
	"time"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
	"github.com/gennaker/gennaker/internal/stage/waitcondition"
)

var start = time.UnixMilli(1_795_258_795_000)

type conditions struct {
	found []waitcondition.Condition
	err   error
}

func (c conditions) Conditions(_ context.Context, cluster, region, account string) ([]waitcondition.Condition, error) {
	if cluster != "web" || region != "r" || account != "a" {
		return nil, errors.New("asked for another cluster")
	}
	return c.found, c.err
}

func config(change func(*waitcondition.Config)) waitcondition.Config {
	c := waitcondition.DefaultConfig()
	c.Enabled, c.Clusters, c.ActiveConditions = true, []string{"web"}, []string{"freeze"}
	if change != nil {
		change(&c)
	}
	return c
}

func TestWaitForCondition(t *testing.T) {
	t.Parallel()
	freeze := map[string]any{"name": "freeze", "description": "Active condition applies to: freeze"}
	none := func(c *waitcondition.Config) { c.ActiveConditions = nil }
	tests := []struct {
		name       string
		config     waitcondition.Config
		more       waitcondition.Conditions
		status     any
		elapsed    time.Duration
		want       model.Status
		wantStatus any
		conditions []any
	}{
		{"switched off", waitcondition.DefaultConfig(), nil, nil, 0, model.Succeeded, "SKIPPED", nil},
		{"all skip", config(func(c *waitcondition.Config) { c.SkipWait = true }), nil, "WAITING", 0, model.Succeeded, "SKIPPED", nil},
		{"a person skips", config(nil), nil, "SKIPPED", 0, model.Succeeded, "SKIPPED", nil},
		{"holds", config(nil), nil, nil, 0, model.Running, "WAITING", []any{freeze}},
		{"waits at least", config(none), nil, "WAITING", 4 * time.Minute, model.Running, nil, nil},
		{"is over", config(none), nil, "WAITING", 5 * time.Minute, model.Succeeded, "SKIPPED", nil},
		{"another cluster's", config(func(c *waitcondition.Config) { c.Clusters = []string{"api"} }), nil, nil, 0, model.Succeeded, "SKIPPED", nil},
		{"from elsewhere", config(nil), conditions{found: []waitcondition.Condition{
			{Name: "alarm", Description: "rings"}, {Name: "alarm", Description: "rings"},
		}}, nil, 0, model.Running, "WAITING", []any{freeze, map[string]any{"name": "alarm", "description": "rings"}}},
		{"can't be read", config(nil), conditions{err: errors.New("no")}, nil, 0, model.Succeeded, "ERROR", nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			kind := waitcondition.Type(test.config, test.more)
			s := &model.Stage{ID: "s", StartTime: start.UnixMilli(), Context: map[string]any{
				"status": test.status, "cluster": "web", "region": "r", "account": "a",
			}}
			in := stage.Input{View: engine.View{Execution: &model.Execution{}, Stage: s}, Now: start.Add(test.elapsed)}
			result, err := kind.Tasks[waitcondition.Class].Run(t.Context(), in)
			if err != nil || result.Status != test.want || result.Context["status"] != test.wantStatus {
				t.Fatalf("got %v, %v", result, err)
			}
			if got, _ := result.Outputs["conditions"].([]any); !reflect.DeepEqual(got, test.conditions) {
				t.Errorf("conditions %v", got)
			}
		})
	}
}

func TestPlan(t *testing.T) {
	t.Parallel()
	kind := waitcondition.Type(waitcondition.DefaultConfig(), nil)
	specs, err := kind.Definition.Tasks(engine.View{})
	if err != nil || len(specs) != 1 || specs[0] != (engine.TaskSpec{Name: "waitForCondition", Class: waitcondition.Class}) {
		t.Fatalf("got %v, %v", specs, err)
	}
	limit, ok := kind.Tasks[waitcondition.Class].(stage.TimingOut)
	if !ok {
		t.Fatal("the wait has no limit")
	}
	if timeout, overridable := limit.Timeout(stage.Input{}); timeout != 2*time.Hour || overridable {
		t.Errorf("got %s, %t", timeout, overridable)
	}
	if preparer, ok := kind.Definition.(engine.RestartPreparer); !ok || len(preparer.PrepareForRestart(map[string]any{"status": "SKIPPED"})) != 0 {
		t.Error("a restart keeps the status")
	}
	if _, err := stage.NewValidator(stage.NewRegistry(kind)); err != nil {
		t.Error(err)
	}
}
