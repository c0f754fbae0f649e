package runner_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
)

// scripted is a stage type whose one task runs a function.
func scripted(name string, run func(ctx context.Context, in stage.Input) (stage.Result, error)) *stage.Type {
	return &stage.Type{
		Name: name, Definition: oneTask(name), Tasks: map[string]stage.Task{"test." + name: stage.TaskFunc(run)},
	}
}

type oneTask string

func (n oneTask) Tasks(engine.View) ([]engine.TaskSpec, error) {
	return []engine.TaskSpec{{Name: string(n), Class: "test." + string(n)}}, nil
}

func TestRunsAPipeline(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	e := k.start(nil, waitStage("1", 0), waitStage("2", 0, "1"), waitStage("3", 0, "1"), waitStage("4", 0, "2", "3"))
	got := k.ended(e.ID)
	if got.Status != model.Succeeded {
		t.Fatalf("ended %s", got.Status)
	}
	for _, s := range got.Stages {
		if s.Status != model.Succeeded || s.StartTime == 0 || s.EndTime < s.StartTime {
			t.Errorf("stage %s: %+v", s.RefID, s)
		}
	}
}

func TestTasksOfParallelBranchesRunSideBySide(t *testing.T) {
	t.Parallel()
	meet := make(chan struct{})
	k := newKit(t, scripted("meet", func(ctx context.Context, _ stage.Input) (stage.Result, error) {
		select {
		case meet <- struct{}{}:
		case <-meet:
		case <-ctx.Done():
			return stage.Failed(), ctx.Err()
		}
		return stage.Succeeded(), nil
	}))
	e := k.start(nil, map[string]any{"type": "meet", "refId": "1"}, map[string]any{"type": "meet", "refId": "2"})
	if got := k.ended(e.ID); got.Status != model.Succeeded {
		t.Errorf("ended %s", got.Status)
	}
}

func TestTaskIsRunAgainWhileItAnswersRunning(t *testing.T) {
	t.Parallel()
	var runs atomic.Int32
	k := newKit(t, &stage.Type{Name: "poll", Definition: oneTask("poll"), Tasks: map[string]stage.Task{"test.poll": quick{func() stage.Result {
		if runs.Add(1) < 4 {
			return stage.Running().With(map[string]any{"seen": runs.Load()})
		}
		return stage.Succeeded().WithOutputs(map[string]any{"answer": 42})
	}}}})
	e := k.start(nil, map[string]any{"type": "poll", "refId": "1"})
	got := k.ended(e.ID)
	if seen, _ := model.Int(got.Stages[0].Context, "seen"); got.Status != model.Succeeded || seen != 3 || runs.Load() != 4 {
		t.Errorf("ended %s after %d runs: %v", got.Status, runs.Load(), got.Stages[0].Context)
	}
	if answer, _ := model.Int(got.Stages[0].Outputs, "answer"); answer != 42 {
		t.Errorf("outputs are %v", got.Stages[0].Outputs)
	}
}

// quick is a task with a backoff of a few milliseconds.
type quick struct{ run func() stage.Result }

func (q quick) Run(context.Context, stage.Input) (stage.Result, error) { return q.run(), nil }
func (quick) Backoff(stage.Input) time.Duration                        { return 5 * time.Millisecond }

func TestErrorsAndPanicsFailTheStage(t *testing.T) {
	t.Parallel()
	k := newKit(t,
		scripted("breaks", func(context.Context, stage.Input) (stage.Result, error) {
			return stage.Result{}, errors.New("it broke")
		}),
		scripted("panics", func(context.Context, stage.Input) (stage.Result, error) { panic("oh no") }))
	for kind, want := range map[string]string{
		"breaks": "it broke", "panics": "task panics met an internal error: oh no",
	} {
		got := k.ended(k.start(nil, map[string]any{"type": kind, "refId": "1"}).ID)
		details := model.Object(model.Object(got.Stages[0].Context, "exception"), "details")
		if errs := model.Strings(details, "errors"); got.Status != model.Terminal || len(errs) != 1 || errs[0] != want {
			t.Errorf("%s: ended %s with %v", kind, got.Status, details)
		}
	}
}

func TestRetryableErrorIsTriedAgain(t *testing.T) {
	t.Parallel()
	var runs atomic.Int32
	k := newKit(t, scripted("flaky", func(context.Context, stage.Input) (stage.Result, error) {
		if runs.Add(1) == 1 {
			return stage.Result{}, stage.Retryable(errors.New("not now"))
		}
		return stage.Succeeded(), nil
	}))
	if got := k.ended(k.start(nil, map[string]any{"type": "flaky", "refId": "1"}).ID); got.Status != model.Succeeded {
		t.Errorf("ended %s", got.Status)
	}
}

func TestCancelWhileATaskRuns(t *testing.T) {
	t.Parallel()
	begun, release := make(chan struct{}), make(chan struct{})
	var stopped atomic.Int32
	slow := scripted("slow", func(ctx context.Context, _ stage.Input) (stage.Result, error) {
		close(begun)
		<-release
		return stage.Running(), nil
	})
	slow.Cancel = func(context.Context, stage.Input) (stage.Result, error) {
		stopped.Add(1)
		return stage.Result{Context: map[string]any{"stopped": true}}, nil
	}
	k := newKit(t, slow)
	e := k.start(nil, map[string]any{"type": "slow", "refId": "1"}, waitStage("2", 0, "1"))
	<-begun
	if err := k.executions.Cancel(t.Context(), e.ID, "because", false, caller); err != nil {
		t.Fatal(err)
	}
	close(release)
	got := k.ended(e.ID)
	if got.Status != model.Canceled || got.CanceledBy != "peer-user" || got.CancellationReason != "because" {
		t.Errorf("ended %s by %q: %q", got.Status, got.CanceledBy, got.CancellationReason)
	}
	if got = k.until(e.ID, "stopped", func(e *model.Execution) bool { return model.Bool(e.Stages[0].Context, "stopped", false) }); stopped.Load() != 1 {
		t.Errorf("stopped %d times", stopped.Load())
	}
	if got.Stages[1].Status != model.NotStarted {
		t.Errorf("the next stage is %s", got.Stages[1].Status)
	}
}

func TestSignalsAreReadBackAtOnce(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	e := k.start(nil, waitStage("1", 3600), waitStage("2", 0, "1"))
	k.until(e.ID, "running", func(e *model.Execution) bool { return e.Stages[0].Status == model.Running })
	ctx := t.Context()
	if err := k.executions.Pause(ctx, e.ID, caller); err != nil {
		t.Fatal(err)
	}
	if got, _ := k.executions.Get(ctx, e.ID); got.Status != model.Paused || got.Stages[0].Tasks[0].Status != model.Paused {
		t.Errorf("after the pause it is %s", got.Status)
	}
	if err := k.executions.Resume(ctx, e.ID, caller); err != nil {
		t.Fatal(err)
	}
	if got, _ := k.executions.Get(ctx, e.ID); got.Status != model.Running {
		t.Errorf("after the resume it is %s", got.Status)
	}
	got, err := k.executions.UpdateStage(ctx, e.ID, e.Stages[0].ID, map[string]any{"skipRemainingWait": true}, caller)
	if err != nil || !model.Bool(got.Stages[0].Context, "skipRemainingWait", false) {
		t.Errorf("after the update: %v, %v", got.Stages[0].Context, err)
	}
	if got := k.ended(e.ID); got.Status != model.Succeeded {
		t.Errorf("ended %s", got.Status)
	}
	got, err = k.executions.RestartStage(ctx, e.ID, e.Stages[1].ID, nil, caller)
	if err != nil || model.Object(got.Stages[1].Context, "restartDetails") == nil {
		t.Errorf("after the restart: %v, %v", got.Stages[1].Context, err)
	}
	if got := k.ended(e.ID); got.Status != model.Succeeded {
		t.Errorf("ended %s", got.Status)
	}
	if err := k.executions.Delete(ctx, e.ID, caller); err != nil {
		t.Fatal(err)
	}
	if _, err := k.executions.Get(ctx, e.ID); err == nil {
		t.Error("the deleted execution is still there")
	}
}

func TestWaitsAreExact(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	got := k.ended(k.start(nil, waitStage("1", 1)).ID)
	took := time.Duration(got.Stages[0].EndTime-got.Stages[0].StartTime) * time.Millisecond
	if took < time.Second {
		t.Errorf("a wait of a second took %s", took)
	}
}

func TestDrainLeavesTheRestForTheNextProcess(t *testing.T) {
	t.Parallel()
	begun, release := make(chan struct{}, 1), make(chan struct{})
	slow := scripted("slow", func(context.Context, stage.Input) (stage.Result, error) {
		begun <- struct{}{}
		<-release
		return stage.Succeeded(), nil
	})
	url := "sqlite:" + t.TempDir() + "/test.db"
	k := openKit(t, url, slow)
	e := k.start(nil, map[string]any{"type": "slow", "refId": "1"}, map[string]any{"type": "slow", "refId": "2", "requisiteStageRefIds": []any{"1"}})
	<-begun
	go func() { release <- struct{}{} }()
	k.stop()
	k = openKit(t, url, slow)
	close(release)
	if got := k.ended(e.ID); got.Status != model.Succeeded {
		t.Errorf("ended %s", got.Status)
	}
}
