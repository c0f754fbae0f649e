package engine

import (
	"testing"
	"time"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
)

func TestChildRestarted(t *testing.T) {
	t.Parallel()
	gently := []any{"child", "c", "result", "TERMINAL", "failPipeline", false, "continuePipeline", false}
	for name, tc := range map[string]struct {
		stages []map[string]any
		ticks  int // 0: to the end
		before func(s *sim)
		child  string
		want   string // right after
		kind   fault.Kind
	}{
		"the execution has ended": {
			stages: []map[string]any{stageOf("1", ""), stageOf("2", "1", "child", "c", "error", "x"), stageOf("3", "2")},
			child:  "c", want: "NOT_STARTED: 1=SUCCEEDED 2=NOT_STARTED 3=NOT_STARTED",
		},
		"the execution was canceled": {
			stages: []map[string]any{stageOf("1", "", "child", "c", "runs", 9)}, ticks: 1,
			before: func(s *sim) { s.Cancel("me", "", s.now); s.finish() },
			child:  "c", want: "NOT_STARTED: 1=NOT_STARTED",
		},
		"another branch runs": {
			stages: []map[string]any{stageOf("1", "", gently...), stageOf("2", "1"), stageOf("3", "", "runs", 9)}, ticks: 2,
			child: "c", want: "RUNNING: 1=NOT_STARTED 2=NOT_STARTED 3=RUNNING",
		},
		"the execution is paused": {
			stages: []map[string]any{stageOf("1", "", gently...), stageOf("2", "1"), stageOf("3", "", "runs", 9)}, ticks: 2,
			before: func(s *sim) { _ = s.Pause("me", s.now) },
			child:  "c", want: "PAUSED: 1=NOT_STARTED 2=NOT_STARTED 3=PAUSED",
		},
		"a stage that follows runs": {
			stages: []map[string]any{stageOf("1", "", "child", "c"), stageOf("2", "1", "runs", 9)}, ticks: 2,
			child: "c", want: "RUNNING: 1=SUCCEEDED 2=RUNNING", kind: fault.Conflict,
		},
		"it is being canceled": {
			stages: []map[string]any{stageOf("1", "", gently...), stageOf("2", "", "runs", 9)}, ticks: 2,
			before: func(s *sim) { s.Cancel("me", "", s.now) },
			child:  "c", want: "RUNNING: 1=STOPPED 2=RUNNING",
		},
		"another child": {
			stages: []map[string]any{stageOf("1", "", "child", "d", "error", "x")},
			child:  "c", want: "TERMINAL: 1=TERMINAL",
		},
		"no type keeps it": {
			stages: []map[string]any{stageOf("1", "", "type", "unknown")},
			child:  "c", want: "TERMINAL: 1=TERMINAL",
		},
		"it waits still": {
			stages: []map[string]any{stageOf("1", "", "child", "c", "runs", 9)}, ticks: 1,
			child: "c", want: "RUNNING: 1=RUNNING",
		},
		"its turn has yet to come": {
			stages: []map[string]any{stageOf("1", "", "runs", 9), stageOf("2", "1", "child", "c")}, ticks: 1,
			child: "c", want: "RUNNING: 1=RUNNING 2=NOT_STARTED",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := simulate(t, GateOpen, tc.stages...)
			for range tc.ticks {
				s.tick()
				s.Advance(s.now)
			}
			if tc.ticks == 0 {
				s.finish()
			}
			if tc.before != nil {
				tc.before(s)
			}
			s.Take()
			var id string
			for _, stage := range s.exec.Stages {
				if stage.Context["child"] != nil || stage.Type == "unknown" {
					id = stage.ID
				}
			}
			was := s.statuses()
			if err := s.ChildRestarted(id, tc.child, "me", s.now); fault.KindOf(err) != tc.kind {
				t.Fatalf("got %v", err)
			}
			if got := s.statuses(); got != tc.want {
				t.Errorf("got %s, want %s", got, tc.want)
			}
			if changed := was != s.statuses(); s.Peek().Restarted != changed || model.Bool(s.exec.StageByID(id).Context, "kept", false) != changed {
				t.Errorf("restarted is told: %t; context %v", s.Peek().Restarted, s.exec.StageByID(id).Context)
			}
		})
	}
}

// TestChildRestartedWhileTheChildIsLookedAt: what the task is about to answer may
// be of the time before.
func TestChildRestartedWhileTheChildIsLookedAt(t *testing.T) {
	t.Parallel()
	s := simulate(t, GateOpen, stageOf("1", "", "child", "c"))
	s.Advance(s.now)
	key := s.Runnable()[0].Key()
	s.Launched(key)
	if err := s.ChildRestarted(s.exec.Stages[0].ID, "c", "me", s.now); err != nil {
		t.Fatal(err)
	}
	late := Outcome{Status: model.Terminal, Context: map[string]any{"seen": "before"}}
	if again := s.Apply(key, late, s.now); !again || s.exec.Stages[0].Context["seen"] != nil {
		t.Errorf("it is run again: %t; context %v", again, s.exec.Stages[0].Context)
	}
	s.Launched(key)
	s.Apply(key, Outcome{Status: model.Succeeded}, s.now.Add(time.Second))
	if got := s.finish().statuses(); got != "SUCCEEDED: 1=SUCCEEDED" {
		t.Errorf("got %s", got)
	}
	if err := s.ChildRestarted("nope", "c", "me", s.now); fault.KindOf(err) != fault.NotFound {
		t.Errorf("got %v", err)
	}
}

// TestChildRestartedThatAnotherStageWaitsFor: the stage that has started the child
// doesn't wait for it.
func TestChildRestartedThatAnotherStageWaitsFor(t *testing.T) {
	t.Parallel()
	s := simulate(t, GateOpen, stageOf("1", ""), stageOf("2", "1", "child", "c", "error", "x"), stageOf("3", "2"))
	s.finish()
	if err := s.ChildRestarted(s.exec.Stages[0].ID, "c", "me", s.now); err != nil {
		t.Fatal(err)
	}
	if got := s.statuses(); got != "NOT_STARTED: 1=SUCCEEDED 2=NOT_STARTED 3=NOT_STARTED" {
		t.Errorf("got %s", got)
	}
}

// TestRestartOfAPausedExecution: everything in it goes on, also what was paused
// on other branches.
func TestRestartOfAPausedExecution(t *testing.T) {
	t.Parallel()
	stages := []map[string]any{stageOf("1", ""), stageOf("2", "", "runs", 3), stageOf("3", "2")}
	for name, tc := range map[string]struct{ ref, right, end string }{
		"a stage that has ended":             {"1", "RUNNING: 1=NOT_STARTED 2=RUNNING 3=NOT_STARTED", "SUCCEEDED: 1=SUCCEEDED 2=SUCCEEDED 3=SUCCEEDED"},
		"a stage whose turn has yet to come": {"3", "RUNNING: 1=SUCCEEDED 2=RUNNING 3=NOT_STARTED", "SUCCEEDED: 1=SUCCEEDED 2=SUCCEEDED 3=SUCCEEDED"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := simulate(t, GateOpen, stages...)
			for range 2 {
				s.tick()
				s.Advance(s.now)
			}
			if err := s.Pause("me", s.now); err != nil {
				t.Fatal(err)
			}
			if err := s.Restart(s.exec.StageByRef(tc.ref).ID, "you", nil, s.now); err != nil {
				t.Fatal(err)
			}
			if got := s.statuses(); got != tc.right {
				t.Errorf("right after got %s, want %s", got, tc.right)
			}
			if s.exec.Paused.ResumedBy != "you" {
				t.Errorf("resumed by %q", s.exec.Paused.ResumedBy)
			}
			if got := s.finish().statuses(); got != tc.end {
				t.Errorf("in the end got %s, want %s", got, tc.end)
			}
		})
	}
}

// TestCancelOfPausedStages: earlier versions could leave paused stages in an
// execution that runs.
func TestCancelOfPausedStages(t *testing.T) {
	t.Parallel()
	s := simulate(t, GateOpen, stageOf("1", "", "runs", 9))
	s.tick()
	if err := s.Pause("me", s.now); err != nil {
		t.Fatal(err)
	}
	s.exec.Status = model.Running
	s.Cancel("me", "", s.now)
	if got := s.finish().statuses(); got != "CANCELED: 1=CANCELED" {
		t.Errorf("got %s", got)
	}
}
