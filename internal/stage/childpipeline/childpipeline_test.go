package childpipeline_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
	"github.com/gennaker/gennaker/internal/stage/childpipeline"
)

// launcher knows some executions and notes what it is asked.
type launcher struct {
	executions map[string]*model.Execution
	requests   []childpipeline.ChildRequest
	canceled   []string
	err        error
}

func (l *launcher) StartChild(_ context.Context, request childpipeline.ChildRequest) (string, string, error) {
	l.requests = append(l.requests, request)
	return "child-1", "child", l.err
}

func (l *launcher) Execution(_ context.Context, id string) (*model.Execution, error) {
	if l.err != nil {
		return nil, l.err
	}
	if e, ok := l.executions[id]; ok {
		return e, nil
	}
	return nil, fault.New(fault.NotFound, "no execution %s", id)
}

func (l *launcher) Cancel(_ context.Context, id, user, reason string) error {
	l.canceled = append(l.canceled, id+" by "+user+": "+reason)
	return l.err
}

func types(l *launcher, change func(*childpipeline.Options)) map[string]*stage.Type {
	options := childpipeline.Options{Launcher: l}
	if change != nil {
		change(&options)
	}
	out := map[string]*stage.Type{}
	for _, kind := range childpipeline.Types(options) {
		out[kind.Name] = kind
	}
	return out
}

func input(kind string, context map[string]any) stage.Input {
	before := &model.Stage{ID: "s0", RefID: "0", Outputs: map[string]any{"deploymentDetails": []any{
		map[string]any{"ami": "ami-1", "imageName": "n1", "imageId": "i1", "region": "us"},
		map[string]any{"ami": "ami-2", "imageName": "n2", "imageId": "i2", "zone": "eu-a"},
	}}}
	s := &model.Stage{ID: "s", RefID: "1", Type: kind, StartTime: 2000, Context: context, RequisiteStageRefIDs: []string{"0"}}
	return stage.Input{View: engine.View{Execution: &model.Execution{
		ID: "parent", Application: "app", StartTime: 1000, Stages: []*model.Stage{before, s},
		Authentication: &model.Authentication{User: "dev"}, Trigger: model.Trigger{"dryRun": true},
	}, Stage: s}}
}

func specs(names ...string) []engine.TaskSpec {
	classes := map[string]string{
		"startPipeline": childpipeline.StartClass, "monitorPipeline": childpipeline.MonitorClass,
		"bindProducedArtifacts": childpipeline.BindClass,
	}
	var out []engine.TaskSpec
	for _, name := range names {
		out = append(out, engine.TaskSpec{Name: name, Class: classes[name]})
	}
	return out
}

func TestPlans(t *testing.T) {
	t.Parallel()
	tests := []struct {
		kind    string
		context map[string]any
		want    []engine.TaskSpec
	}{
		{"pipeline", map[string]any{}, specs("startPipeline", "monitorPipeline")},
		{"pipeline", map[string]any{"waitForCompletion": false}, specs("startPipeline")},
		{"pipeline", map[string]any{"waitForCompletion": "FALSE"}, specs("startPipeline")},
		{"pipeline", map[string]any{"executionId": "x", "expectedArtifacts": []any{}}, specs("monitorPipeline", "bindProducedArtifacts")},
		{"monitorPipeline", map[string]any{}, specs("monitorPipeline")},
		{"monitorPipeline", map[string]any{"expectedArtifacts": []any{}}, specs("monitorPipeline", "bindProducedArtifacts")},
	}
	for _, test := range tests {
		got, err := types(&launcher{}, nil)[test.kind].Definition.Tasks(input(test.kind, test.context).View)
		if err != nil || !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s %v: got %v, %v", test.kind, test.context, got, err)
		}
	}
}

func TestRecordedExecution(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("testdata/37-nested-pipeline-nowait.json")
	if err != nil {
		t.Fatal(err)
	}
	var execution model.Execution
	if err := model.Unmarshal(data, &execution); err != nil {
		t.Fatal(err)
	}
	want := execution.Stages[0]
	s := *want
	s.Context = model.Without(want.Context, "executionId", "executionName")
	view := engine.View{Execution: &execution, Stage: &s}
	l := &launcher{}
	kind := types(l, nil)["pipeline"]
	planned, err := kind.Definition.Tasks(view)
	if err != nil || len(planned) != 1 || planned[0].Class != want.Tasks[0].ImplementingClass || planned[0].Name != want.Tasks[0].Name {
		t.Fatalf("planned %v, %v", planned, err)
	}
	result, err := kind.Tasks[planned[0].Class].Run(t.Context(), stage.Input{View: view})
	if err != nil || result.Status != want.Status {
		t.Fatalf("got %v, %v", result, err)
	}
	got := model.Merge(s.Context, result.Context)
	got["executionId"] = want.Context["executionId"]
	if !reflect.DeepEqual(got, want.Context) {
		t.Errorf("context %v, want %v", got, want.Context)
	}
	if r := l.requests[0]; r.PipelineConfigID != "child-cfg" || r.Application != "peer" || r.User != "peer-user" {
		t.Errorf("asked for %+v", r)
	}
}

func TestStart(t *testing.T) {
	t.Parallel()
	start := func(context map[string]any) childpipeline.ChildRequest {
		l := &launcher{}
		in := input("pipeline", context)
		result, err := types(l, nil)["pipeline"].Tasks[childpipeline.StartClass].Run(t.Context(), in)
		if err != nil || result.Status != model.Succeeded ||
			!reflect.DeepEqual(result.Context, map[string]any{"executionId": "child-1", "executionName": "child"}) {
			t.Fatalf("got %v, %v", result, err)
		}
		if r := l.requests[0]; r.ParentExecution != in.Execution || r.ParentStage != in.Stage || r.User != "dev" || !r.DryRun {
			t.Errorf("asked for %+v", r)
		}
		return l.requests[0]
	}
	given := map[string]any{"a": "1"}
	r := start(map[string]any{"pipeline": "cfg", "pipelineParameters": given})
	if r.PipelineConfigID != "cfg" || r.Application != "app" || r.Strategy || !reflect.DeepEqual(r.Parameters, given) {
		t.Errorf("asked for %+v", r)
	}
	if r.CorrelationID != "parent_s_cfg_2000" {
		t.Errorf("correlation id %s", r.CorrelationID)
	}
	given = map[string]any{"strategy": true, "zone": "eu-a"}
	r = start(map[string]any{"application": "x", "pipelineApplication": "y", "pipeline": "cfg", "pipelineId": "blue-green", "pipelineParameters": given})
	if r.PipelineConfigID != "blue-green" || r.Application != "y" || !r.Strategy || r.Parameters["amiName"] != "ami-2" || r.Parameters["imageId"] != "i2" {
		t.Errorf("asked for %+v", r)
	}
	want := map[string]any{"ami": "ami-1", "imageName": "n1", "imageId": "i1", "region": "us"}
	if got := model.List(r.Parameters, "deploymentDetails"); len(got) != 2 || !reflect.DeepEqual(got[0], want) {
		t.Errorf("deployed %v", got)
	}
	if len(given) != 2 {
		t.Error("the stage's parameters have changed")
	}
}

func TestStartsThatFail(t *testing.T) {
	t.Parallel()
	strategy := map[string]any{"pipelineId": "cfg", "pipelineParameters": map[string]any{"strategy": "true"}}
	tests := []struct {
		name    string
		err     error
		context map[string]any
		want    string
		retry   bool
	}{
		{"no id", nil, map[string]any{}, "The stage doesn't say which pipeline to run: pipeline is missing", false},
		{"missing", fmt.Errorf("x: %w", childpipeline.ErrNotFound), map[string]any{"pipeline": "cfg"},
			"The referenced pipeline cannot be located (cfg)", false},
		{"missing strategy", fault.New(fault.NotFound, "x"), strategy, "The referenced custom strategy cannot be located (cfg)", false},
		{"disabled", childpipeline.ErrDisabled, map[string]any{"pipeline": "cfg"}, "The referenced pipeline is disabled", false},
		{"refused", fault.New(fault.Invalid, "bad artifacts").With("one", "two"), map[string]any{"pipeline": "cfg"},
			"The referenced pipeline cfg can't be started: bad artifacts", false},
		{"unavailable", fault.New(fault.Unavailable, "busy"), map[string]any{"pipeline": "cfg"}, "start pipeline cfg: busy", true},
	}
	for _, test := range tests {
		_, err := types(&launcher{err: test.err}, nil)["pipeline"].Tasks[childpipeline.StartClass].Run(t.Context(), input("pipeline", test.context))
		if err == nil || err.Error() != test.want || stage.IsRetryable(err) != test.retry {
			t.Errorf("%s: got %v", test.name, err)
		}
		var failure *stage.Error
		if test.name == "refused" && (!errors.As(err, &failure) || len(failure.Errors) != 2) {
			t.Errorf("%s: %v", test.name, failure)
		}
	}
}

func TestCancel(t *testing.T) {
	t.Parallel()
	l := &launcher{executions: map[string]*model.Execution{
		"running": {ID: "running", Status: model.Running}, "over": {ID: "over", Status: model.Succeeded},
		"canceled": {ID: "canceled", Status: model.Running, Canceled: true},
	}}
	kind := types(l, nil)["pipeline"]
	if _, ok := kind.Definition.(engine.Canceler); !ok {
		t.Error("a failure would not be told")
	}
	for _, id := range []any{nil, "running", "over", "canceled", "gone"} {
		if _, err := kind.Cancel(t.Context(), input("pipeline", map[string]any{"executionId": id})); err != nil {
			t.Errorf("%v: %v", id, err)
		}
	}
	if !reflect.DeepEqual(l.canceled, []string{"running by parent pipeline: "}) {
		t.Errorf("cancelled %v", l.canceled)
	}
	l.err = errors.New("no store")
	if _, err := kind.Cancel(t.Context(), input("pipeline", map[string]any{"executionId": "running"})); err == nil ||
		!strings.Contains(err.Error(), "cancel child execution running: no store") {
		t.Errorf("got %v", err)
	}
}

func TestControl(t *testing.T) {
	t.Parallel()
	definition := types(&launcher{}, nil)["pipeline"].Definition
	skipper := definition.(engine.ManualSkipper)
	if skipper.CanManuallySkip(map[string]any{}) || !skipper.CanManuallySkip(map[string]any{"skippable": "true"}) {
		t.Error("skipping is the stage's say")
	}
	prepare := definition.(engine.RestartPreparer).PrepareForRestart
	before := map[string]any{"pipeline": "cfg", "status": "TERMINAL", "executionId": "1", "executionName": "c"}
	if got := prepare(before); !reflect.DeepEqual(got, map[string]any{"pipeline": "cfg"}) {
		t.Errorf("restarted with %v", got)
	}
	got := prepare(model.Merge(before, map[string]any{"_skipPipelineRestart": true}))
	if want := map[string]any{"pipeline": "cfg", "executionId": "1", "executionName": "c"}; !reflect.DeepEqual(got, want) {
		t.Errorf("restarted with %v", got)
	}
}

func TestKeepChild(t *testing.T) {
	t.Parallel()
	keeper := types(&launcher{}, nil)["pipeline"].Definition.(engine.ChildKeeper)
	context := map[string]any{"pipeline": "cfg", "executionId": "1"}
	got, kept := keeper.KeepChild(context, "1")
	if want := model.Merge(context, map[string]any{"_skipPipelineRestart": true}); !kept || !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, %t", got, kept)
	}
	if _, kept := keeper.KeepChild(context, "2"); kept {
		t.Error("the stage has another child")
	}
	if _, kept := keeper.KeepChild(model.Merge(context, map[string]any{"waitForCompletion": "false"}), "1"); kept {
		t.Error("the stage doesn't wait")
	}
}

func TestTimeout(t *testing.T) {
	t.Parallel()
	for want, change := range map[time.Duration]func(*childpipeline.Options){
		12 * time.Hour: nil,
		time.Minute:    func(o *childpipeline.Options) { o.MonitorTimeout = time.Minute },
	} {
		task := types(&launcher{}, change)["pipeline"].Tasks[childpipeline.MonitorClass].(stage.TimingOut)
		if got, overridable := task.Timeout(stage.Input{}); got != want || !overridable {
			t.Errorf("got %s, %v", got, overridable)
		}
	}
}

func TestBinding(t *testing.T) {
	t.Parallel()
	bind := stage.TaskFunc(func(context.Context, stage.Input) (stage.Result, error) {
		found := map[string]any{"artifacts": []any{"a"}}
		return stage.Succeeded().With(found).WithOutputs(found), nil
	})
	kind := types(&launcher{}, func(o *childpipeline.Options) { o.BindArtifacts = bind })["pipeline"]
	for skip, want := range map[bool]int{false: 1, true: 0} {
		result, err := kind.Tasks[childpipeline.BindClass].Run(t.Context(), input("pipeline", map[string]any{"skipDownstreamOutput": skip}))
		if err != nil || len(result.Outputs) != want || len(result.Context) != 1 {
			t.Errorf("%v: got %v, %v", skip, result, err)
		}
	}
}
