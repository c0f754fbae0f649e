package runner_test

import (
	"context"
	"sync/atomic"
	"testing"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
)

// The next execution of a limited pipeline starts although the one before it failed
// and its stage still had to stop what it started: both are stored before the stage
// is told to stop.
func TestTheEndIsToldAlsoIfAStageHasToStop(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, open func(...*stage.Type) *kit) {
		t.Helper()
		var stopped atomic.Int32
		release := make(chan struct{})
		fails := scripted("fails", func(context.Context, stage.Input) (stage.Result, error) {
			<-release
			return stage.Failed(), nil
		})
		fails.Cancel = func(context.Context, stage.Input) (stage.Result, error) {
			stopped.Add(1)
			return stage.Result{}, nil
		}
		k := open(fails)
		config := map[string]any{"id": "config", "limitConcurrent": true, "keepWaitingPipelines": true}
		first := k.start(config, map[string]any{"type": "fails", "refId": "1"})
		k.until(first.ID, "running", func(e *model.Execution) bool { return e.Status == model.Running })
		next := k.start(config, waitStage("1", 0))
		k.until(next.ID, "made to wait", func(*model.Execution) bool { return k.isQueued(next.ID) })
		close(release)
		if got := k.ended(first.ID); got.Status != model.Terminal {
			t.Errorf("the first ended %s", got.Status)
		}
		if got := k.ended(next.ID); got.Status != model.Succeeded {
			t.Errorf("the next ended %s", got.Status)
		}
		if stopped.Load() == 0 {
			t.Error("the stage was not told to stop")
		}
	})
}

// A signal that comes while a task runs has it run again at once when it answers
// RUNNING: it may have looked before what it waits for happened.
func TestASignalDuringATaskIsNotMissed(t *testing.T) {
	t.Parallel()
	var runs atomic.Int32
	begun, release := make(chan struct{}), make(chan struct{})
	k := newKit(t, scripted("looks", func(context.Context, stage.Input) (stage.Result, error) {
		if runs.Add(1) == 1 {
			close(begun)
			<-release
			return stage.Running(), nil
		}
		return stage.Succeeded(), nil
	}))
	e := k.start(nil, map[string]any{"type": "looks", "refId": "1", "backoffPeriodMs": 3_600_000})
	<-begun
	if _, err := k.executions.UpdateStage(t.Context(), e.ID, e.Stages[0].ID, map[string]any{"news": true}, caller); err != nil {
		t.Fatal(err)
	}
	close(release)
	if got := k.ended(e.ID); got.Status != model.Succeeded || runs.Load() != 2 {
		t.Errorf("ended %s after %d runs", got.Status, runs.Load())
	}
}
