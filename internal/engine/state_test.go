package engine

import (
	"bytes"
	"compress/gzip"
	"crypto/rand"
	"encoding/hex"
	"reflect"
	"strings"
	"testing"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
)

func TestStateIsReadAsItWasKept(t *testing.T) {
	t.Parallel()
	type kept struct {
		Steps []string       `json:"steps"`
		Next  int            `json:"next"`
		Free  map[string]any `json:"free"`
	}
	for name, value := range map[string]kept{
		"small": {Steps: []string{"a"}, Next: 1, Free: map[string]any{"x": "<&>"}},
		"large": {Steps: []string{strings.Repeat("step ", 1_000_000)}, Next: 7},
	} {
		s, err := NewState(3, value)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		var got kept
		if found, err := s.Decode(3, &got); err != nil || !found || !reflect.DeepEqual(got, value) {
			t.Errorf("%s: read back %v, %v", name, found, err)
		}
		if _, err := s.Decode(4, &got); fault.KindOf(err) != fault.Invalid || !strings.Contains(err.Error(), "another version") {
			t.Errorf("%s: read as another version: %v", name, err)
		}
	}
	for _, s := range []*State{nil, {}, {Version: 9}} {
		if found, err := s.Decode(1, &kept{}); found || err != nil || !s.Empty() {
			t.Errorf("an empty state is read as %v, %v", found, err)
		}
	}
}

func TestStateIsBounded(t *testing.T) {
	t.Parallel()
	noise := make([]byte, MaxState)
	_, _ = rand.Read(noise)
	for name, value := range map[string]any{
		"what does not compress": hex.EncodeToString(noise) + hex.EncodeToString(noise),
		"what compresses well":   strings.Repeat("a", maxStateValue),
	} {
		if _, err := NewState(1, value); fault.KindOf(err) != fault.TooLarge {
			t.Errorf("%s is taken: %v", name, err)
		}
	}
	if err := (&State{Data: make([]byte, MaxState+1)}).Check(); fault.KindOf(err) != fault.TooLarge {
		t.Errorf("a large state made by hand is taken: %v", err)
	}
}

func TestStateInflatesWithinItsBound(t *testing.T) {
	t.Parallel()
	s := &State{Version: 1, Data: bomb(t, 16*maxStateValue)}
	if err := s.Check(); err != nil {
		t.Fatal(err)
	}
	var into any
	if _, err := s.Decode(1, &into); fault.KindOf(err) != fault.TooLarge {
		t.Errorf("a gzip bomb is read: %v", err)
	}
}

// bomb is compressed data that inflates to a size.
func bomb(t *testing.T, size int) []byte {
	t.Helper()
	var out bytes.Buffer
	zip := gzip.NewWriter(&out)
	chunk := bytes.Repeat([]byte("0"), 1<<20)
	for range size / len(chunk) {
		if _, err := zip.Write(chunk); err != nil {
			t.Fatal(err)
		}
	}
	if err := zip.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func FuzzStateDecode(f *testing.F) {
	s, _ := NewState(1, strings.Repeat("state", 1000))
	f.Add(s.Data)
	f.Add([]byte(`{"a":[1]}`))
	f.Add([]byte{0x1f, 0x8b, 0})
	f.Fuzz(func(_ *testing.T, data []byte) {
		var into any
		_, _ = (&State{Version: 1, Data: data}).Decode(1, &into)
	})
}

func TestMachineKeepsStates(t *testing.T) {
	t.Parallel()
	s := simulate(t, GateOpen, stageOf("1", ""), stageOf("2", "1"))
	s.Advance(s.now)
	ref := s.Runnable()[0]
	id := ref.Stage.ID
	one, _ := NewState(1, "one")
	s.Apply(ref.Key(), Outcome{Status: model.Running, State: one}, s.now)
	if view, _ := s.Snapshot(ref); view.State != one || s.View(ref.Stage).State != one || s.Take().States[id] != one {
		t.Error("a new state is not where it belongs")
	}
	text, err := model.Marshal(s.Execution())
	if err != nil || strings.Contains(string(text), "one") || strings.Contains(strings.ToLower(string(text)), `"state"`) {
		t.Errorf("the execution shows the state: %s, %v", text, err)
	}

	s.Apply(ref.Key(), Outcome{Status: model.Running}, s.now)
	if s.State(id) != one || len(s.Take().States) != 0 {
		t.Error("a result without a state has changed it")
	}
	s.Apply(ref.Key(), Outcome{Status: model.Running, State: &State{}}, s.now)
	if changed := s.Take().States; s.State(id) != nil || !changed[id].Empty() || len(changed) != 1 {
		t.Errorf("an empty state has cleared nothing: %v", changed)
	}

	s.Apply(ref.Key(), Outcome{Status: model.Succeeded, State: one}, s.now)
	s.finish()
	s.Take()
	s.SetStates(nil) // those of stages that have succeeded are not loaded
	if err := s.Restart(id, "u", nil, s.now); err != nil {
		t.Fatal(err)
	}
	if changed, ok := s.Take().States[id]; s.State(id) != nil || !ok || !changed.Empty() {
		t.Errorf("a restarted stage remembers: %v", changed)
	}
	s.Merge(id, Outcome{Context: map[string]any{"late": true}, State: one})
	if s.State(id) != nil || s.Execution().Stages[0].Context["late"] != nil {
		t.Error("the outcome of stopping the last run is merged into the restarted stage")
	}
}

func TestStatesGoWithTheirStages(t *testing.T) {
	t.Parallel()
	s := simulate(t, GateOpen, stageOf("1", "", "before", []any{map[string]any{}}))
	s.Advance(s.now)
	ref := s.Runnable()[0]
	one, _ := NewState(1, "one")
	s.Apply(ref.Key(), Outcome{Status: model.Succeeded, State: one}, s.now)
	s.finish()
	if err := s.Restart(s.Execution().Stages[1].ID, "u", nil, s.now); err != nil {
		t.Fatal(err)
	}
	if got := s.Take(); s.State(ref.Stage.ID) != nil || got.States[ref.Stage.ID] != nil || len(got.Removed) != 1 {
		t.Errorf("the state of a stage that is gone: %v, removed %v", got.States, got.Removed)
	}
}
