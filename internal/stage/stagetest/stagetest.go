// Package stagetest has what the tests of stage types share: tasks that are run
// as the runner runs them, and what is expected of a stage's end.
package stagetest

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
)

// Once runs a task once and writes what it answers to the stage of its input,
// as it is stored. A task whose error is to be tried again still runs. It
// returns what the stage remembers then.
func Once(t *testing.T, task stage.Task, in stage.Input) (model.Status, *stage.State) {
	t.Helper()
	s := in.Stage
	result, err := task.Run(context.Background(), in)
	if err != nil {
		if stage.IsRetryable(err) {
			return model.Running, in.State
		}
		s.Context = model.Merge(s.Context, map[string]any{"exception": Stored(t, engine.Exception(err, in.Task.Name, 0, false))})
		return model.Terminal, in.State
	}
	s.Context = Stored(t, model.Merge(s.Context, model.DropNulls(result.Context)))
	s.Outputs = Stored(t, model.Merge(s.Outputs, model.DropNulls(result.Outputs)))
	return result.Status, Remembered(in.State, result.State)
}

// Remembered is what a stage remembers that had remembered one thing and whose
// task answers another.
func Remembered(before, answered *stage.State) *stage.State {
	switch {
	case answered == nil:
		return before
	case answered.Empty():
		return nil
	}
	return answered
}

// Stored is what becomes of a context when it is stored and loaded.
func Stored(t *testing.T, value map[string]any) map[string]any {
	t.Helper()
	data, err := model.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]any{}
	if err := model.Unmarshal(data, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// WantStatus fails a test whose stage has another status, and says what the
// stage says.
func WantStatus(t *testing.T, s *model.Stage, want model.Status) {
	t.Helper()
	if s.Status != want {
		text, _ := json.MarshalIndent(map[string]any{"messages": s.Context["messages"], "failures": s.Failures()}, "", " ")
		t.Fatalf("the stage is %s, want %s: %s", s.Status, want, text)
	}
}

// WantFailure fails a test whose stage has not failed, or does not say these
// words.
func WantFailure(t *testing.T, s *model.Stage, words ...string) {
	t.Helper()
	WantStatus(t, s, model.Terminal)
	text := strings.Join(s.Failures(), "\n")
	for _, word := range words {
		if !strings.Contains(text, word) {
			t.Errorf("the failure does not say %q: %s", word, text)
		}
	}
}
