package runner_test

import (
	"context"
	"slices"
	"sync"
	"testing"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
)

// noting is a stage type whose task notes that it is about to act, and then acts.
// It writes down what each run has found.
type noting struct {
	mu    sync.Mutex
	found []string
	// beforeNote and act are called where they say; both may be nil.
	beforeNote func(in stage.Input)
	act        func(ctx context.Context) error
}

func (n *noting) note(word string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.found = append(n.found, word)
}

func (n *noting) words() []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return slices.Clone(n.found)
}

func (n *noting) kind() *stage.Type {
	return scripted("noting", func(ctx context.Context, in stage.Input) (stage.Result, error) {
		switch {
		case in.State.Empty():
			n.note("nothing")
			if n.beforeNote != nil {
				n.beforeNote(in)
			}
			state, err := stage.NewState(1, "about to act")
			return stage.Note(state), err
		case in.Noted:
			n.note("noted")
		default:
			n.note("interrupted")
		}
		if n.act != nil {
			if err := n.act(ctx); err != nil {
				return stage.Result{}, err
			}
		}
		return stage.Succeeded(), nil
	})
}

func (n *noting) want(t *testing.T, words ...string) {
	t.Helper()
	if got := n.words(); !slices.Equal(got, words) {
		t.Errorf("the runs found %v, want %v", got, words)
	}
}

var notingStage = map[string]any{"type": "noting", "refId": "1", "backoffPeriodMs": 3_600_000}

func TestATaskThatHasNotedRunsAtOnce(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, open func(...*stage.Type) *kit) {
		t.Helper()
		n := &noting{}
		k := open(n.kind())
		if e := k.ended(k.start(nil, notingStage).ID); e.Status != model.Succeeded {
			t.Errorf("ended %s", e.Status)
		}
		n.want(t, "nothing", "noted")
	})
}

// TestATaskThatWasInterruptedFindsItsNote: the process ends while the task acts.
func TestATaskThatWasInterruptedFindsItsNote(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, open func(...*stage.Type) *kit) {
		t.Helper()
		acting := make(chan struct{})
		once := &noting{act: func(ctx context.Context) error {
			close(acting)
			<-ctx.Done()
			return stage.Retryable(ctx.Err())
		}}
		k := open(once.kind())
		e := k.start(nil, notingStage)
		<-acting
		if kept, err := k.store.StageState(t.Context(), e.ID, e.Stages[0].ID); err != nil || kept == nil {
			t.Errorf("while the task acts, its note is %v, %v", kept, err)
		}
		k.stop()
		once.want(t, "nothing", "noted")
		again := &noting{}
		k = open(again.kind())
		k.ended(e.ID)
		again.want(t, "interrupted")
	})
}

// TestATaskThatWasPausedBeforeItActed isn't taken for one that was interrupted.
func TestATaskThatWasPausedBeforeItActed(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, open func(...*stage.Type) *kit) {
		t.Helper()
		var k *kit
		n := &noting{beforeNote: func(in stage.Input) {
			if err := k.executions.Pause(context.Background(), in.Execution.ID, caller); err != nil {
				t.Error(err)
			}
		}}
		k = open(n.kind())
		e := k.start(nil, notingStage)
		k.until(e.ID, "paused, and given up", func(e *model.Execution) bool {
			loaded, err := k.store.LoadForAdvance(t.Context(), e.ID)
			return err == nil && e.Status == model.Paused && loaded.JobID == 0
		})
		n.want(t, "nothing")
		if err := k.executions.Resume(t.Context(), e.ID, caller); err != nil {
			t.Fatal(err)
		}
		k.ended(e.ID)
		n.want(t, "nothing", "noted")
	})
}
