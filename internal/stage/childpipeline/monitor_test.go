package childpipeline_test

import (
	"errors"
	"reflect"
	"testing"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
	"github.com/gennaker/gennaker/internal/stage/childpipeline"
)

func monitor(t *testing.T, l *launcher, kind string, context map[string]any, change func(*childpipeline.Options)) (stage.Result, error) {
	t.Helper()
	return types(l, change)[kind].Tasks[childpipeline.MonitorClass].Run(t.Context(), input(kind, context))
}

func TestMonitorFollowsTheChild(t *testing.T) {
	t.Parallel()
	for child, want := range map[model.Status]model.Status{
		model.Succeeded: model.Succeeded, model.Running: model.Running, model.NotStarted: model.Running,
		model.Suspended: model.Running, model.Paused: model.Running, model.Buffered: model.Running,
		model.Canceled: model.Canceled, model.Terminal: model.Terminal, model.Stopped: model.Terminal,
	} {
		l := &launcher{executions: map[string]*model.Execution{"c": {ID: "c", Status: child, Stages: []*model.Stage{
			{RefID: "1", Outputs: map[string]any{"x": "1"}},
		}}}}
		result, err := monitor(t, l, "pipeline", map[string]any{"executionId": "c"}, nil)
		if err != nil || result.Status != want || result.Context["status"] != string(child) {
			t.Errorf("%s: got %v, %v", child, result, err)
		}
		if given := result.Outputs["x"] == "1"; given != child.Complete() {
			t.Errorf("%s: outputs %v", child, result.Outputs)
		}
	}
}

func TestMonitorOfACancelledChild(t *testing.T) {
	t.Parallel()
	l := &launcher{executions: map[string]*model.Execution{"c": {ID: "c", Status: model.Canceled}}}
	result, err := monitor(t, l, "pipeline", map[string]any{
		"executionId": "c", "exception": map[string]any{"details": map[string]any{"errors": []any{"before"}}},
	}, nil)
	want := map[string]any{"details": map[string]any{"errors": []any{"before", "At least one monitored pipeline was cancelled"}}}
	if err != nil || !reflect.DeepEqual(result.Context["exception"], want) {
		t.Errorf("got %v, %v", result.Context, err)
	}
}

func TestMonitorTellsWhyTheChildFailed(t *testing.T) {
	t.Parallel()
	failed := func(id, name string, context map[string]any) *model.Stage {
		return &model.Stage{ID: id, RefID: id, Name: name, Type: "any", Status: model.Terminal, Context: context}
	}
	details := func(key string, value any) map[string]any {
		return map[string]any{"exception": map[string]any{"details": map[string]any{key: value}}}
	}
	l := &launcher{executions: map[string]*model.Execution{"c": {
		ID: "c", Name: "some child", Status: model.Terminal, Stages: []*model.Stage{
			{ID: "0", RefID: "0", Name: "fine", Status: model.Succeeded},
			failed("1", "first", details("errors", []any{"Some error", "another"})),
			failed("2", "", details("error", "Some other error")),
			failed("3", "deploy", map[string]any{"kato.tasks": []any{
				map[string]any{"status": map[string]any{"failed": false}, "history": []any{"should not appear"}},
				map[string]any{"status": map[string]any{"failed": true}, "history": []any{"x", "task failed, no exception"}},
				map[string]any{
					"status": map[string]any{"failed": true}, "history": []any{"should not appear"},
					"exception": map[string]any{"message": "task had exception"},
				},
				map[string]any{"status": map[string]any{"failed": true}},
			}}),
			failed("4", "silent", nil),
		},
	}}}
	result, err := monitor(t, l, "pipeline", map[string]any{"executionId": "c"}, nil)
	want := map[string]any{
		"details": map[string]any{"errors": []any{
			"Exception in child pipeline stage (some child: first): Some error",
			"Exception in child pipeline stage (some child: first): another",
			"Exception in child pipeline stage (some child: any): Some other error",
			"Exception in child pipeline stage (some child: deploy): task failed, no exception",
			"Exception in child pipeline stage (some child: deploy): task had exception",
		}},
		"source": map[string]any{"executionId": "c", "stageId": "1", "stageName": "first", "stageIndex": 1},
	}
	if err != nil || result.Status != model.Terminal || !reflect.DeepEqual(result.Context["exception"], want) {
		t.Errorf("got %v, %v", result, err)
	}
}

func TestMonitorTellsWhyTheChildCouldNotStart(t *testing.T) {
	t.Parallel()
	l := &launcher{executions: map[string]*model.Execution{"c": {
		ID: "c", Name: "child", Status: model.Terminal, CancellationReason: `Failed on startup: parameter "env" is required and has no value`,
		Stages: []*model.Stage{{ID: "0", RefID: "0", Name: "first", Status: model.NotStarted}},
	}}}
	result, err := monitor(t, l, "pipeline", map[string]any{"executionId": "c"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	got := model.Strings(model.Object(model.Object(result.Context, "exception"), "details"), "errors")
	want := `Exception in child pipeline (child): Failed on startup: parameter "env" is required and has no value`
	if len(got) != 1 || got[0] != want {
		t.Errorf("errors are %q", got)
	}
}

func TestMonitorGivesTheChildsOutputs(t *testing.T) {
	t.Parallel()
	l := &launcher{executions: map[string]*model.Execution{"c": {ID: "c", Status: model.Succeeded, Stages: []*model.Stage{
		{ID: "b", RefID: "2", RequisiteStageRefIDs: []string{"1"}, Outputs: map[string]any{"x": "late", "artifacts": []any{"one", "two"}}},
		{ID: "a", RefID: "1", Outputs: map[string]any{"x": "early", "artifacts": []any{"zero", "one"}, "y": nil}},
		{ID: "s", RefID: "1<1", ParentStageID: "a", Outputs: map[string]any{"synthetic": true}},
	}}}}
	context := map[string]any{"executionId": "c"}
	result, err := monitor(t, l, "pipeline", context, nil)
	want := map[string]any{"x": "late", "y": nil, "artifacts": []any{"zero", "one", "two"}}
	if err != nil || !reflect.DeepEqual(result.Outputs, want) {
		t.Errorf("got %v, %v", result.Outputs, err)
	}
	keep := func(o *childpipeline.Options) { o.SkipDownstreamOutput = true }
	if result, err = monitor(t, l, "pipeline", context, keep); err != nil || result.Outputs != nil {
		t.Errorf("got %v, %v", result.Outputs, err)
	}
	context["skipDownstreamOutput"] = false
	if result, err = monitor(t, l, "pipeline", context, keep); err != nil || len(result.Outputs) != 3 {
		t.Errorf("got %v, %v", result.Outputs, err)
	}
}

func TestMonitorStoresNothingNew(t *testing.T) {
	t.Parallel()
	l := &launcher{executions: map[string]*model.Execution{"c": {ID: "c", Status: model.Running}}}
	result, err := monitor(t, l, "pipeline", map[string]any{"executionId": "c", "status": "RUNNING"}, nil)
	if err != nil || result.Status != model.Running || len(result.Context)+len(result.Outputs) != 0 {
		t.Errorf("got %v, %v", result, err)
	}
}

func TestMonitorOfSeveral(t *testing.T) {
	t.Parallel()
	l := &launcher{executions: map[string]*model.Execution{
		"good": {ID: "good", Application: "a", Status: model.Succeeded, Stages: []*model.Stage{{RefID: "1", Outputs: map[string]any{"x": 1}}}},
		"busy": {ID: "busy", Application: "a", Status: model.Running}, "bad": {ID: "bad", Application: "b", Status: model.Terminal},
		"off": {ID: "off", Application: "b", Status: model.Canceled},
	}}
	tests := []struct {
		ids      []any
		behavior string
		want     model.Status
		message  string
	}{
		{[]any{"good", nil, "good"}, "", model.Succeeded, ""},
		{[]any{"good", "busy"}, "", model.Running, ""},
		{[]any{"bad", "busy"}, "WaitForAllToComplete", model.Running, ""},
		{[]any{"bad", "busy"}, "FailFast", model.Terminal, "At least one monitored pipeline failed, look for errors in failed pipelines"},
		{[]any{"bad", "off"}, "", model.Terminal, "At least one monitored pipeline failed, look for errors in failed pipelines"},
		{[]any{"good", "off"}, "FailFast", model.Canceled, "At least one monitored pipeline was cancelled"},
		{nil, "", model.Terminal, "no pipeline execution ids to monitor"},
	}
	for _, test := range tests {
		result, err := monitor(t, l, "monitorPipeline", map[string]any{"executionIds": test.ids, "monitorBehavior": test.behavior}, nil)
		if err != nil || result.Status != test.want {
			t.Errorf("%v: got %v, %v", test.ids, result, err)
		}
		errors := model.List(model.Object(model.Object(result.Context, "exception"), "details"), "errors")
		if (test.message == "") != (len(errors) == 0) || len(errors) > 0 && errors[0] != test.message {
			t.Errorf("%v: errors %v", test.ids, errors)
		}
	}
	result, err := monitor(t, l, "monitorPipeline", map[string]any{"executionIds": []any{"good", "bad"}}, nil)
	want := map[string]any{"executionStatuses": map[string]any{
		"good": map[string]any{"status": "SUCCEEDED", "application": "a"},
		"bad": map[string]any{"status": "TERMINAL", "application": "b", "exception": map[string]any{
			"details": map[string]any{"errors": []any{}}, "source": map[string]any{},
		}},
	}}
	if err != nil || !reflect.DeepEqual(result.Outputs, want) {
		t.Errorf("got %v, %v", result.Outputs, err)
	}
	result, err = monitor(t, l, "monitorPipeline", map[string]any{"executionIds": []any{"good"}}, nil)
	if err != nil || result.Outputs["x"] != 1 || result.Outputs["executionStatuses"] == nil {
		t.Errorf("got %v, %v", result.Outputs, err)
	}
}

func TestMonitorThatCantRead(t *testing.T) {
	t.Parallel()
	_, err := monitor(t, &launcher{}, "pipeline", map[string]any{"executionId": "gone"}, nil)
	var failure *stage.Error
	if !errors.As(err, &failure) || failure.Retry || failure.Message != "No pipeline found for gone" {
		t.Errorf("got %v", err)
	}
	if _, err = monitor(t, &launcher{err: errors.New("no store")}, "pipeline", map[string]any{"executionId": "c"}, nil); !stage.IsRetryable(err) {
		t.Errorf("got %v", err)
	}
}
