package window_test

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
	"github.com/gennaker/gennaker/internal/stage/wait"
	"github.com/gennaker/gennaker/internal/stage/window"
)

// input is a stage that started, as its task did, at the time of the run.
func input(now time.Time, trigger string, context map[string]any) stage.Input {
	s := &model.Stage{ID: "s", RefID: "1<1", Type: window.Name, StartTime: now.UnixMilli(), Context: context}
	execution := &model.Execution{ID: "e", Trigger: model.Trigger{"type": trigger}, Stages: []*model.Stage{s}}
	return stage.Input{
		View: engine.View{Execution: execution, Stage: s},
		Task: &model.Task{StartTime: now.UnixMilli()},
		Now:  now,
	}
}

func office(more map[string]any) map[string]any {
	config := map[string]any{"days": []any{}, "whitelist": []any{
		map[string]any{"startHour": 9, "startMin": 0, "endHour": "17", "endMin": 0},
	}}
	return map[string]any{"restrictedExecutionWindow": model.Merge(config, more), "waitTime": 600}
}

// The recorded executions started at 03:39 in Los Angeles.
func TestRecordedExecutions(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no recordings: %v", err)
	}
	kind := window.Type(window.Options{})
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var execution model.Execution
		if err := model.Unmarshal(data, &execution); err != nil {
			t.Fatal(err)
		}
		for _, s := range execution.Stages {
			if s.Type != window.Name {
				continue
			}
			view := engine.View{Execution: &execution, Stage: s}
			specs, err := kind.Definition.Tasks(view)
			if err != nil || len(specs) != len(s.Tasks) || specs[0].Class != s.Tasks[0].ImplementingClass || specs[0].Name != s.Tasks[0].Name {
				t.Errorf("%s: planned %v, %v", file, specs, err)
			}
			want := s.Status
			if want == model.Canceled {
				want = model.Running
			}
			in := stage.Input{View: view, Now: time.UnixMilli(s.Tasks[0].StartTime)}
			result, err := kind.Tasks[window.Class].Run(t.Context(), in)
			if err != nil || result.Status != want || result.Context != nil {
				t.Errorf("%s: got %v, %v", file, result, err)
			}
		}
	}
}

func TestWaitingForTheWindow(t *testing.T) {
	t.Parallel()
	kind := window.Type(window.Options{Zone: time.UTC})
	task := kind.Tasks[window.Class].(window.Task)
	day := time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)
	tests := []struct {
		at      time.Duration
		status  model.Status
		backoff time.Duration
	}{
		{8 * time.Hour, model.Running, 30 * time.Second},
		{9*time.Hour - 10500*time.Millisecond, model.Running, 10500 * time.Millisecond},
		{9 * time.Hour, model.Succeeded, 0},
		{18 * time.Hour, model.Running, 30 * time.Second},
	}
	for _, test := range tests {
		in := input(day.Add(test.at), "manual", office(nil))
		result, err := task.Run(t.Context(), in)
		if err != nil || result.Status != test.status || result.Context != nil {
			t.Errorf("%s: got %v, %v", test.at, result, err)
		}
		if got := task.Backoff(in); got != test.backoff {
			t.Errorf("%s: backoff %s, want %s", test.at, got, test.backoff)
		}
	}
	in := input(day.Add(8*time.Hour), "manual", office(nil))
	if at, ok := task.ScheduledTime(in); !ok || !at.Equal(day.Add(9*time.Hour)) {
		t.Errorf("scheduled for %s, %v", at, ok)
	}
	in.Stage.Context["skipRemainingWait"] = "true"
	if result, err := task.Run(t.Context(), in); err != nil || result.Status != model.Succeeded {
		t.Errorf("skipped: got %v, %v", result, err)
	}
	if _, ok := task.ScheduledTime(in); ok {
		t.Error("a skipped wait is scheduled")
	}
}

func TestWindowsThatAreWrong(t *testing.T) {
	t.Parallel()
	kind := window.Type(window.Options{})
	for name, context := range map[string]map[string]any{
		"none":      {},
		"no ranges": {"restrictedExecutionWindow": map[string]any{}},
		"hour 25": {"restrictedExecutionWindow": map[string]any{"whitelist": []any{
			map[string]any{"startHour": 25, "startMin": 0, "endHour": 3, "endMin": 0},
		}}},
		"no number": {"restrictedExecutionWindow": map[string]any{"days": []any{"Monday"}}},
	} {
		result, err := kind.Tasks[window.Class].Run(t.Context(), input(time.UnixMilli(0), "manual", context))
		reason := model.String(result.Context, "failureReason")
		if err != nil || result.Status != model.Terminal || !strings.HasPrefix(reason, "Exception occurred while calculating time window: ") {
			t.Errorf("%s: got %v, %v", name, result, err)
		}
	}
}

func TestJitter(t *testing.T) {
	t.Parallel()
	kind := window.Type(window.Options{Zone: time.UTC, Random: func(low, high int64) int64 { return (low + high) / 2 }})
	noon := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	jitter := func(enabled, skipManual bool, low, high any) map[string]any {
		return office(map[string]any{"jitter": map[string]any{
			"enabled": enabled, "skipManual": skipManual, "minDelay": low, "maxDelay": high,
		}})
	}
	tests := []struct {
		name    string
		trigger string
		context map[string]any
		wait    any
	}{
		{"on", "manual", jitter(true, false, 10, "20"), int64(15)},
		{"from nothing", "git", jitter(true, true, nil, 60), int64(30)},
		{"off", "manual", jitter(false, false, 10, 20), nil},
		{"not for people", "manual", jitter(true, true, 10, 20), nil},
		{"no delay", "git", jitter(true, false, 0, 0), nil},
		{"inverted", "git", jitter(true, false, 20, 10), nil},
	}
	for _, test := range tests {
		in := input(noon, test.trigger, test.context)
		specs, err := kind.Definition.Tasks(in.View)
		if err != nil {
			t.Fatal(err)
		}
		if planned := len(specs) == 2 && specs[1] == (engine.TaskSpec{Name: "waitForJitter", Class: wait.Class}); planned != (test.wait != nil) {
			t.Errorf("%s: planned %v", test.name, specs)
		}
		result, err := kind.Tasks[window.Class].Run(t.Context(), in)
		if err != nil || result.Status != model.Succeeded || !reflect.DeepEqual(result.Context["waitTime"], test.wait) {
			t.Errorf("%s: got %v, %v", test.name, result, err)
		}
	}
}

func TestJitterIsCountedFromTheOpening(t *testing.T) {
	t.Parallel()
	task := window.Type(window.Options{}).Tasks[wait.Class]
	now := time.UnixMilli(1_795_258_795_000)
	in := input(now, "git", map[string]any{"waitTime": int64(15)})
	in.Stage.StartTime = now.Add(-time.Hour).UnixMilli()
	if result, err := task.Run(t.Context(), in); err != nil || result.Status != model.Running {
		t.Errorf("got %v, %v", result, err)
	}
	if got := task.(stage.BackingOff).Backoff(in); got != 15*time.Second {
		t.Errorf("backoff %s", got)
	}
	in.Now = now.Add(15 * time.Second)
	if result, err := task.Run(t.Context(), in); err != nil || result.Status != model.Succeeded {
		t.Errorf("got %v, %v", result, err)
	}
	if _, ok := task.(stage.Inline); !ok {
		t.Error("the wait must be inline")
	}
}

func TestRandomStaysInItsRange(t *testing.T) {
	t.Parallel()
	task := window.Type(window.Options{}).Tasks[window.Class].(window.Task)
	for range 1000 {
		if n := task.Random(3, 5); n < 3 || n > 5 {
			t.Fatalf("got %d", n)
		}
	}
}
