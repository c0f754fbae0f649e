package runner_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
)

// wantFailure fails a test whose stage has not failed so.
func wantFailure(t *testing.T, s *model.Stage, kind, words string) {
	t.Helper()
	exception := model.Object(s.Context, "exception")
	if text := strings.Join(s.Failures(), "\n"); s.Status != model.Terminal || model.String(exception, "exceptionType") != kind || !strings.Contains(text, words) {
		t.Errorf("stage is %s with %v: %q, want a %s that says %q", s.Status, exception["exceptionType"], text, kind, words)
	}
}

// polls is a task with all that a task may have.
type polls struct {
	run       func(ctx context.Context, in stage.Input) (stage.Result, error)
	timeout   time.Duration
	onTimeout func(ctx context.Context, in stage.Input) stage.Result
	place     string
}

func (p polls) Run(ctx context.Context, in stage.Input) (stage.Result, error) { return p.run(ctx, in) }
func (polls) Backoff(stage.Input) time.Duration                               { return 5 * time.Millisecond }
func (p polls) Timeout(stage.Input) (time.Duration, bool)                     { return p.timeout, true }
func (p polls) Destination(stage.Input) string                                { return p.place }
func (p polls) OnTimeout(ctx context.Context, in stage.Input) stage.Result {
	if p.onTimeout == nil {
		return stage.Result{}
	}
	return p.onTimeout(ctx, in)
}

func typeOf(name string, task stage.Task) *stage.Type {
	return &stage.Type{Name: name, Definition: oneTask(name), Tasks: map[string]stage.Task{"test." + name: task}}
}

func still(context.Context, stage.Input) (stage.Result, error) { return stage.Running(), nil }

// inlined is a task that is run where the engine runs.
type inlined struct{ stage.TaskFunc }

func (inlined) Inline() {}

func TestPanicsEndTheStageAndNothingElse(t *testing.T) {
	t.Parallel()
	panics := func(context.Context, stage.Input) (stage.Result, error) { panic("oh no") }
	cancelled := scripted("cancel", func(context.Context, stage.Input) (stage.Result, error) { return stage.Failed(), nil })
	cancelled.Cancel = panics
	k := newKit(t, cancelled,
		scripted("run", panics),
		typeOf("inline", inlined{panics}),
		typeOf("timeout", polls{run: still, timeout: time.Millisecond, onTimeout: func(context.Context, stage.Input) stage.Result { panic("oh no") }}),
		scripted("fan", func(context.Context, stage.Input) (stage.Result, error) {
			return stage.Result{}, errors.Join(stage.Each(3, 3, func(i int) error { panic(i) })...)
		}),
	)
	for kind, want := range map[string][2]string{
		"run": {"IllegalStateException", "task run met an internal error: oh no"}, "inline": {"IllegalStateException", "oh no"},
		"timeout": {"TimeoutException", "timed out after"}, "fan": {"IllegalStateException", "met an internal error"},
	} {
		wantFailure(t, k.ended(k.start(nil, map[string]any{"type": kind, "refId": "1"}).ID).Stages[0], want[0], want[1])
	}
	k.ended(k.start(nil, map[string]any{"type": "cancel", "refId": "1"}).ID)
	if got := k.ended(k.start(nil, waitStage("1", 0)).ID); got.Status != model.Succeeded {
		t.Errorf("after the panics, an execution ends %s", got.Status)
	}
}

// TestTimeThatNobodyWorkedIsNoTimeout: the installation stands still for an
// hour. A task with a limit of a minute runs once more, and only then times out.
func TestTimeThatNobodyWorkedIsNoTimeout(t *testing.T) {
	t.Parallel()
	var (
		stoodStill atomic.Bool
		late       sync.Map // by type
		begun      = make(chan string, 1000)
	)
	runs := func(after stage.Result) func(context.Context, stage.Input) (stage.Result, error) {
		return func(_ context.Context, in stage.Input) (stage.Result, error) {
			if stoodStill.Load() {
				n, _ := late.LoadOrStore(in.Stage.Type, new(atomic.Int64))
				n.(*atomic.Int64).Add(1)
				return after, nil
			}
			select {
			case begun <- in.Stage.Type:
			default:
			}
			return stage.Running(), nil
		}
	}
	types := []*stage.Type{
		typeOf("done", polls{run: runs(stage.Succeeded()), timeout: time.Minute}),
		typeOf("inlineDone", inlinedPolls{polls{run: runs(stage.Succeeded()), timeout: time.Minute}}),
		typeOf("never", polls{run: runs(stage.Running()), timeout: time.Minute}),
	}
	url := "sqlite:" + filepath.Join(t.TempDir(), "test.db")
	k := openKit(t, url, types...)
	k.runner.Now = func() time.Time { return time.Now().Add(-time.Hour) }
	ids := map[string]string{}
	for _, kind := range types {
		ids[kind.Name] = k.start(nil, map[string]any{"type": kind.Name, "refId": "1"}).ID
	}
	for seen := map[string]bool{}; len(seen) < len(types); {
		seen[<-begun] = true
	}
	k.stop()
	stoodStill.Store(true)
	k = openKit(t, url, types...)
	for kind, want := range map[string]model.Status{"done": model.Succeeded, "inlineDone": model.Succeeded, "never": model.Terminal} {
		e := k.ended(ids[kind])
		n, ran := late.Load(kind)
		if !ran || n.(*atomic.Int64).Load() != 1 || e.Status != want {
			t.Errorf("%s: ended %s; it ran again: %v, %v", kind, e.Status, ran, e.Stages[0].Failures())
		}
	}
}

// inlinedPolls is polls where the engine runs.
type inlinedPolls struct{ polls }

func (inlinedPolls) Inline() {}

func TestOneRuleForAllErrors(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, open func(...*stage.Type) *kit) {
		t.Helper()
		var tries sync.Map
		// fails does so for so many runs.
		fails := func(times int64, err error) func(context.Context, stage.Input) (stage.Result, error) {
			return func(_ context.Context, in stage.Input) (stage.Result, error) {
				n, _ := tries.LoadOrStore(in.Stage.Type, new(atomic.Int64))
				if n.(*atomic.Int64).Add(1) <= times {
					return stage.Result{}, err
				}
				return stage.Succeeded(), nil
			}
		}
		away := fault.New(fault.Unavailable, "the API server is away")
		k := open(
			typeOf("away", polls{run: fails(3, fmt.Errorf("ask: %w", away))}),
			typeOf("timesOut", polls{run: fails(2, fmt.Errorf("call: %w", context.DeadlineExceeded))}),
			typeOf("wrong", polls{run: fails(1, fault.New(fault.Invalid, "field x is wrong"))}),
			typeOf("unknown", polls{run: fails(1, errors.New("no idea"))}),
			typeOf("patient", polls{run: fails(1_000_000, away), timeout: 300 * time.Millisecond}),
		)
		for kind, want := range map[string]model.Status{
			"away": model.Succeeded, "timesOut": model.Succeeded, "wrong": model.Terminal, "unknown": model.Terminal, "patient": model.Terminal,
		} {
			if got := k.ended(k.start(nil, map[string]any{"type": kind, "refId": "1"}).ID); got.Status != want {
				t.Errorf("%s: ended %s: %v", kind, got.Status, got.Stages[0].Failures())
			}
		}
	})
}

func TestCancelThatCanNotBeCarriedOutIsTriedAgain(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, open func(...*stage.Type) *kit) {
		t.Helper()
		var tries atomic.Int32
		begins := scripted("begins", func(context.Context, stage.Input) (stage.Result, error) { return stage.Failed(), nil })
		begins.Cancel = func(context.Context, stage.Input) (stage.Result, error) {
			if tries.Add(1) < 3 {
				return stage.Result{}, fault.New(fault.Unavailable, "away")
			}
			return stage.Result{Context: map[string]any{"stopped": true}}, nil
		}
		k := open(begins)
		e := k.start(nil, map[string]any{"type": "begins", "refId": "1"})
		k.ended(e.ID)
		// It is not forgotten over the end of the process.
		k.stop()
		k = open(begins)
		k.until(e.ID, "stopped", func(e *model.Execution) bool { return model.Bool(e.Stages[0].Context, "stopped", false) })
		if tries.Load() != 3 {
			t.Errorf("tried %d times", tries.Load())
		}
	})
}

func TestCancelEndsTasksAtOnce(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, open func(...*stage.Type) *kit) {
		t.Helper()
		begun := make(chan string, 2)
		release := make(chan struct{})
		defer close(release)
		heeds := scripted("heeds", func(ctx context.Context, _ stage.Input) (stage.Result, error) {
			begun <- "heeds"
			<-ctx.Done()
			return stage.Result{}, ctx.Err()
		})
		ignores := scripted("ignores", func(context.Context, stage.Input) (stage.Result, error) {
			begun <- "ignores"
			<-release // like a connection that nobody closes
			return stage.Succeeded().With(map[string]any{"late": true}), nil
		})
		var stopped atomic.Int32
		ignores.Cancel = func(context.Context, stage.Input) (stage.Result, error) {
			stopped.Add(1)
			return stage.Result{}, nil
		}
		k := open(heeds, ignores)
		e := k.start(nil, map[string]any{"type": "heeds", "refId": "1"}, map[string]any{"type": "ignores", "refId": "2"})
		<-begun
		<-begun
		if err := k.executions.Cancel(t.Context(), e.ID, "because", false, caller); err != nil {
			t.Fatal(err)
		}
		got := k.until(e.ID, "over", func(e *model.Execution) bool {
			return e.Stages[0].Status.Complete() && e.Stages[1].Status.Complete()
		})
		for _, s := range got.Stages {
			if s.Status != model.Canceled || s.Context["exception"] != nil {
				t.Errorf("stage %s is %s: %v", s.Type, s.Status, s.Context["exception"])
			}
		}
		if calls := k.runner.Calls(); calls.Abandoned != 1 || calls.Running < 1 {
			t.Errorf("calls are %+v", calls)
		}
		release <- struct{}{}
		k.settles("the abandoned call is over and its stage stopped", func() bool {
			return k.runner.Calls().Abandoned == 0 && stopped.Load() == 1
		})
		if got, err := k.store.Execution(t.Context(), e.ID); err != nil || got.Stages[1].Context["late"] != nil {
			t.Errorf("the late result counts: %v, %v", got.Stages[1].Context, err)
		}
	})
}

func TestSkippedStageEndsItsTask(t *testing.T) {
	t.Parallel()
	begun := make(chan struct{})
	slow := scripted("slow", func(ctx context.Context, _ stage.Input) (stage.Result, error) {
		close(begun)
		<-ctx.Done()
		return stage.Result{}, ctx.Err()
	})
	slow.Definition = skippable{oneTask("slow")}
	k := newKit(t, slow)
	e := k.start(nil, map[string]any{"type": "slow", "refId": "1"}, waitStage("2", 0, "1"))
	<-begun
	if _, err := k.executions.UpdateStage(t.Context(), e.ID, e.Stages[0].ID, map[string]any{"manualSkip": true}, caller); err != nil {
		t.Fatal(err)
	}
	if got := k.ended(e.ID); got.Status != model.Succeeded || got.Stages[0].Status != model.Skipped {
		t.Errorf("ended %s, the stage %s", got.Status, got.Stages[0].Status)
	}
}

type skippable struct{ oneTask }

func (skippable) CanManuallySkip(map[string]any) bool { return true }

func TestADestinationThatHangsHoldsUpNothingElse(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, open func(...*stage.Type) *kit) {
		t.Helper()
		const each = 4 // calls per destination
		var running, most atomic.Int32
		hang := polls{place: "host dripping", run: func(ctx context.Context, _ stage.Input) (stage.Result, error) {
			now := running.Add(1)
			defer running.Add(-1)
			for seen := most.Load(); now > seen && !most.CompareAndSwap(seen, now); seen = most.Load() {
			}
			<-ctx.Done()
			return stage.Result{}, ctx.Err()
		}}
		k := open(typeOf("hangs", hang), typeOf("works", polls{place: "host good", run: func(context.Context, stage.Input) (stage.Result, error) {
			return stage.Succeeded(), nil
		}}))
		// More than there are workers (100), places and places to wait in.
		var stuck []string
		for range 150 {
			stuck = append(stuck, k.start(nil, map[string]any{"type": "hangs", "refId": "1"}).ID)
		}
		k.settles("the destination is full", func() bool { return k.runner.Calls().Running == each && k.runner.Calls().Waiting == 4*each })
		for range 20 {
			if got := k.ended(k.start(nil, map[string]any{"type": "works", "refId": "1"}).ID); got.Status != model.Succeeded {
				t.Errorf("an execution with another destination ended %s", got.Status)
			}
		}
		for _, id := range stuck {
			if err := k.executions.Cancel(t.Context(), id, "", false, caller); err != nil {
				t.Fatal(err)
			}
		}
		for _, id := range stuck {
			if got := k.ended(id); got.Status != model.Canceled {
				t.Errorf("a stuck execution ended %s", got.Status)
			}
		}
		if most.Load() > each {
			t.Errorf("%d calls were made at a time, want at most %d", most.Load(), each)
		}
		k.settles("nothing is left", func() bool { return k.runner.Calls().Running == 0 && k.runner.Calls().Waiting == 0 })
	})
}

func TestCallsForAFullDestinationComeInTurn(t *testing.T) {
	t.Parallel()
	var done atomic.Int32
	k := newKit(t, typeOf("quick", polls{place: "host", run: func(context.Context, stage.Input) (stage.Result, error) {
		done.Add(1)
		return stage.Succeeded(), nil
	}}))
	var ids []string
	for range 200 {
		ids = append(ids, k.start(nil, map[string]any{"type": "quick", "refId": "1"}).ID)
	}
	for _, id := range ids {
		if got := k.ended(id); got.Status != model.Succeeded {
			t.Errorf("ended %s", got.Status)
		}
	}
	if done.Load() != 200 {
		t.Errorf("%d calls", done.Load())
	}
}

func TestResultsAreBounded(t *testing.T) {
	t.Parallel()
	large := strings.Repeat("x", 33<<20)
	k := newKit(t,
		scripted("large", func(context.Context, stage.Input) (stage.Result, error) {
			return stage.Succeeded().With(map[string]any{"a": large}).WithOutputs(map[string]any{"b": []any{large}}), nil
		}),
		typeOf("inline", inlined{func(context.Context, stage.Input) (stage.Result, error) {
			return stage.Succeeded().WithOutputs(map[string]any{"b": []string{large, large}}), nil
		}}),
		scripted("fits", func(context.Context, stage.Input) (stage.Result, error) {
			return stage.Succeeded().WithOutputs(map[string]any{"b": large, "c": struct{ A int }{1}}), nil
		}))
	for _, kind := range []string{"large", "inline"} {
		got := k.ended(k.start(nil, map[string]any{"type": kind, "refId": "1"}).ID).Stages[0]
		wantFailure(t, got, "Exception", "larger than the limit of a stage (64 MB)")
		if got.Context["a"] != nil || len(got.Outputs) > 0 {
			t.Errorf("%s: it is kept all the same", kind)
		}
	}
	if got := k.ended(k.start(nil, map[string]any{"type": "fits", "refId": "1"}).ID); got.Status != model.Succeeded {
		t.Errorf("a large result that is allowed ends %s", got.Status)
	}
}
