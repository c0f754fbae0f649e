package runner_test

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/gennaker/gennaker/internal/execution"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/testpostgres"
)

// eachDatabase runs a test on SQLite and PostgreSQL. open starts an engine on
// it, as often as it is called.
func eachDatabase(t *testing.T, test func(t *testing.T, open func(...*stage.Type) *kit)) {
	t.Helper()
	eachURL(t, func(t *testing.T, url string) {
		t.Helper()
		test(t, func(types ...*stage.Type) *kit { return openKit(t, url, types...) })
	})
}

// eachURL runs a test with the URL of an empty database of each kind.
func eachURL(t *testing.T, test func(t *testing.T, url string)) {
	t.Helper()
	for name, url := range map[string]func(*testing.T) string{
		"sqlite":   func(t *testing.T) string { t.Helper(); return "sqlite:" + t.TempDir() + "/test.db" },
		"postgres": func(t *testing.T) string { t.Helper(); return testpostgres.New(t) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, url(t))
		})
	}
}

// secretWord is what the tests' stages remember.
const secretWord = "remembered-for-itself"

func TestStageRemembersAcrossProcesses(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, open func(...*stage.Type) *kit) {
		t.Helper()
		var seen atomic.Int64
		counter := scripted("counter", func(_ context.Context, in stage.Input) (stage.Result, error) {
			var kept struct {
				Word  string `json:"word"`
				Count int64  `json:"count"`
			}
			if _, err := in.State.Decode(1, &kept); err != nil {
				return stage.Result{}, err
			}
			kept.Word, kept.Count = secretWord, kept.Count+1
			seen.Store(kept.Count)
			if kept.Count == 3 {
				return stage.Succeeded(), nil
			}
			state, err := stage.NewState(1, kept)
			if err != nil {
				return stage.Result{}, err
			}
			return stage.Running().With(map[string]any{"count": kept.Count}).Remember(state), nil
		})
		k := open(counter)
		e := k.start(nil, map[string]any{"type": "counter", "refId": "1", "backoffPeriodMs": 3_600_000})
		first := k.until(e.ID, "counted once", counted(1))
		k.stop()
		k = open(counter)
		for _, count := range []int{2, 3} {
			if _, err := k.executions.UpdateStage(t.Context(), e.ID, first.Stages[0].ID, map[string]any{"poke": count}, caller); err != nil {
				t.Fatal(err)
			}
			k.until(e.ID, "counted", func(e *model.Execution) bool { return seen.Load() == int64(count) })
		}
		got := k.ended(e.ID)
		if got.Status != model.Succeeded {
			t.Fatalf("ended %s", got.Status)
		}
		everything := everyReading(t, k, e.ID)
		if strings.Contains(everything, secretWord) {
			t.Errorf("what the stage remembers is seen in %s", everything)
		}
		if kept, err := k.store.StageState(t.Context(), e.ID, got.Stages[0].ID); err != nil || !bytes.Contains(kept.Data, []byte(secretWord)) {
			t.Errorf("kept %v, %v", kept, err)
		}
		// A restarted stage begins from the start.
		if _, err := k.executions.RestartStage(t.Context(), e.ID, got.Stages[0].ID, nil, caller); err != nil {
			t.Fatal(err)
		}
		k.until(e.ID, "restarted", func(e *model.Execution) bool { return e.Status == model.Running && seen.Load() == 1 })
	})
}

func counted(want int64) func(*model.Execution) bool {
	return func(e *model.Execution) bool {
		count, _ := model.Int(e.Stages[0].Context, "count")
		return count == want
	}
}

// everyReading is an execution as each of the store's readings gives it.
func everyReading(t *testing.T, k *kit, id string) string {
	t.Helper()
	var out bytes.Buffer
	add := func(value any, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		if err := json.NewEncoder(&out).Encode(value); err != nil {
			t.Fatal(err)
		}
	}
	ctx := t.Context()
	e, err := k.store.Execution(ctx, id)
	add(e, err)
	outline, err := k.store.ExecutionOutline(ctx, id)
	add(outline, err)
	parts, err := k.store.StageWithParts(ctx, id, e.Stages[0].ID)
	add(parts, err)
	list, err := k.store.ExecutionsJSON(ctx, store.ExecutionFilter{})
	add(list, err)
	add(execution.Event(e), nil)
	return out.String()
}

func TestStateComesFromNowhereElse(t *testing.T) {
	t.Parallel()
	var got atomic.Pointer[stage.State]
	begun := make(chan struct{}, 10)
	k := newKit(t, scripted("looks", func(_ context.Context, in stage.Input) (stage.Result, error) {
		got.Store(in.State)
		begun <- struct{}{}
		if model.Bool(in.Stage.Context, "poked", false) {
			return stage.Succeeded(), nil
		}
		return stage.Running(), nil
	}))
	injected := map[string]any{"version": 1, "data": "e30=", "Data": "e30="}
	e := k.start(map[string]any{"state": injected, "States": injected}, map[string]any{
		"type": "looks", "refId": "1", "state": injected, "State": injected, "states": injected, "backoffPeriodMs": 3_600_000,
	})
	<-begun
	if _, err := k.executions.UpdateStage(t.Context(), e.ID, e.Stages[0].ID, map[string]any{"poked": true, "state": injected, "State": injected}, caller); err != nil {
		t.Fatal(err)
	}
	k.ended(e.ID)
	if got.Load() != nil {
		t.Errorf("a client has set the state: %+v", got.Load())
	}
}

func TestStateReachesCancelAndTooLargeAStateFailsTheTask(t *testing.T) {
	t.Parallel()
	var told atomic.Pointer[stage.State]
	large := scripted("large", func(_ context.Context, in stage.Input) (stage.Result, error) {
		if in.State == nil {
			return stage.Running().Remember(&stage.State{Version: 5, Data: []byte("small")}), nil
		}
		return stage.Succeeded().With(map[string]any{"seen": true}).Remember(&stage.State{Data: make([]byte, 1<<20+1)}), nil
	})
	large.Cancel = func(_ context.Context, in stage.Input) (stage.Result, error) {
		told.Store(in.State)
		return stage.Result{State: &stage.State{}, Context: map[string]any{"stopped": true}}, nil
	}
	k := newKit(t, large)
	e := k.start(nil, map[string]any{"type": "large", "refId": "1", "backoffPeriodMs": 1})
	got := k.ended(e.ID)
	if failures := got.Stages[0].Failures(); got.Status != model.Terminal || len(failures) != 1 || !strings.Contains(failures[0], "1048577 bytes to remember") {
		t.Errorf("ended %s: %v", got.Status, failures)
	}
	k.until(e.ID, "stopped", func(e *model.Execution) bool { return model.Bool(e.Stages[0].Context, "stopped", false) })
	if state := told.Load(); state == nil || state.Version != 5 || string(state.Data) != "small" {
		t.Errorf("Cancel was told of %+v", state)
	}
	if kept, err := k.store.StageState(t.Context(), e.ID, e.Stages[0].ID); err != nil || kept != nil {
		t.Errorf("Cancel has cleared the state, and %v is kept, %v", kept, err)
	}
}
