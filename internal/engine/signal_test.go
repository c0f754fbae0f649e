package engine

import (
	"testing"
	"time"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
)

func TestCancel(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		stages []map[string]any
		ticks  int
		want   string
	}{
		"while it runs": {
			[]map[string]any{stageOf("1", "", "runs", 9), stageOf("2", "1")}, 1,
			"CANCELED: 1=CANCELED 2=NOT_STARTED",
		},
		"before it runs": {
			[]map[string]any{stageOf("1", "")}, 0,
			"CANCELED: 1=NOT_STARTED",
		},
		"in a synthetic stage, whose parent never came to its tasks": {
			[]map[string]any{stageOf("1", "", "before", []any{map[string]any{"runs": 9}})}, 2,
			"CANCELED: 1<1=CANCELED 1=CANCELED",
		},
		"failure options do not soften it": {
			[]map[string]any{stageOf("1", "", "runs", 9, "continuePipeline", true), stageOf("2", "1")}, 1,
			"CANCELED: 1=CANCELED 2=NOT_STARTED",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := simulate(t, GateOpen, tc.stages...)
			for range tc.ticks {
				s.tick()
			}
			s.Cancel("me", "because", s.now)
			if got := s.finish().statuses(); got != tc.want {
				t.Errorf("got  %s\nwant %s", got, tc.want)
			}
			if s.exec.CanceledBy != "me" || s.exec.CancellationReason != "because" || !s.exec.Canceled {
				t.Errorf("cancelled by %q because %q", s.exec.CanceledBy, s.exec.CancellationReason)
			}
		})
	}
}

func TestCancelWaitsForTasksThatAreBeingRun(t *testing.T) {
	t.Parallel()
	s := simulate(t, GateOpen, stageOf("1", ""))
	s.Advance(s.now)
	ref := s.Runnable()[0]
	s.Launched(ref.Key())
	s.Cancel("me", "", s.now)
	s.Advance(s.now)
	if s.exec.Status != model.Running {
		t.Fatalf("ended %s while a task was being run", s.exec.Status)
	}
	s.Apply(ref.Key(), Outcome{Status: model.Running}, s.now)
	s.Advance(s.now)
	if got := s.statuses(); got != "CANCELED: 1=CANCELED" {
		t.Errorf("got %s", got)
	}
}

func TestStageWhoseTaskEndsWellAfterTheExecutionEndsWell(t *testing.T) {
	t.Parallel()
	s := simulate(t, GateOpen, stageOf("1", ""), stageOf("2", "", "result", "TERMINAL"))
	s.Advance(s.now)
	refs := s.Runnable()
	s.Launched(refs[0].Key())
	s.Apply(refs[1].Key(), Outcome{Status: model.Terminal}, s.now)
	s.Advance(s.now)
	s.Apply(refs[0].Key(), Outcome{Status: model.Succeeded}, s.now)
	s.Advance(s.now)
	if got := s.statuses(); got != "TERMINAL: 1=SUCCEEDED 2=TERMINAL" {
		t.Errorf("got %s", got)
	}
}

func TestPauseAndResume(t *testing.T) {
	t.Parallel()
	s := simulate(t, GateOpen, stageOf("1", "", "before", []any{map[string]any{"runs": 3}}), stageOf("2", "1"))
	if err := s.Pause("me", s.now); fault.KindOf(err) != fault.Conflict {
		t.Errorf("pausing what does not run: %v", err)
	}
	s.tick()
	if err := s.Pause("me", s.now); err != nil {
		t.Fatal(err)
	}
	if got := s.finish().statuses(); got != "PAUSED: 1<1=PAUSED 1=PAUSED 2=NOT_STARTED" {
		t.Fatalf("got %s", got)
	}
	if err := s.Resume("you", s.now.Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	if got := s.finish().statuses(); got != "SUCCEEDED: 1<1=SUCCEEDED 1=SUCCEEDED 2=SUCCEEDED" {
		t.Errorf("got %s", got)
	}
	if p := s.exec.Paused; p.PausedBy != "me" || p.ResumedBy != "you" || p.PausedMs() != 61_000 {
		t.Errorf("paused is %+v", p)
	}
}

func TestCancelPaused(t *testing.T) {
	t.Parallel()
	s := simulate(t, GateOpen, stageOf("1", "", "runs", 9))
	s.tick()
	if err := s.Pause("me", s.now); err != nil {
		t.Fatal(err)
	}
	s.Cancel("me", "", s.now)
	if got := s.finish().statuses(); got != "CANCELED: 1=CANCELED" {
		t.Errorf("got %s", got)
	}
}

func TestRestart(t *testing.T) {
	t.Parallel()
	s := simulate(t, GateOpen,
		stageOf("1", "", "before", []any{map[string]any{}}),
		stageOf("2", "1", "error", "no"), stageOf("3", "2"), stageOf("4", "1"),
	).finish()
	if got := s.statuses(); got != "TERMINAL: 1<1=SUCCEEDED 1=SUCCEEDED 2=TERMINAL 3=NOT_STARTED 4=SUCCEEDED" {
		t.Fatalf("got %s", got)
	}
	second := s.exec.StageByRef("2")
	second.Context = model.Without(second.Context, "error")
	if err := s.Restart(second.ID, "me", nil, s.now.Add(time.Second)); err != nil {
		t.Fatal(err)
	}
	if got := s.statuses(); got != "NOT_STARTED: 1<1=SUCCEEDED 1=SUCCEEDED 2=NOT_STARTED 3=NOT_STARTED 4=SUCCEEDED" {
		t.Fatalf("got %s", got)
	}
	if got := s.finish().statuses(); got != "SUCCEEDED: 1<1=SUCCEEDED 1=SUCCEEDED 2=SUCCEEDED 3=SUCCEEDED 4=SUCCEEDED" {
		t.Errorf("got %s", got)
	}
	details := model.Object(second.Context, "restartDetails")
	if details["restartedBy"] != "me" || details["previousException"] == nil || second.Context["exception"] != nil {
		t.Errorf("context is %v", second.Context)
	}
}

func TestRestartOfASyntheticStageRestartsItsParent(t *testing.T) {
	t.Parallel()
	s := simulate(t, GateOpen, stageOf("1", "", "before", []any{map[string]any{}}), stageOf("2", "1")).finish()
	if err := s.Restart(s.exec.StageByRef("1<1").ID, "me", nil, s.now); err != nil {
		t.Fatal(err)
	}
	if got := s.statuses(); got != "NOT_STARTED: 1=NOT_STARTED 2=NOT_STARTED" {
		t.Fatalf("got %s", got)
	}
	if got := s.finish().statuses(); got != "SUCCEEDED: 1<1=SUCCEEDED 1=SUCCEEDED 2=SUCCEEDED" {
		t.Errorf("got %s", got)
	}
}

func TestRestartOfOneOfTwoFailedBranchesRunsIt(t *testing.T) {
	t.Parallel()
	s := simulate(t, GateOpen, stageOf("1", "", "error", "a"), stageOf("2", "", "runs", 5), stageOf("3", "2")).finish()
	if err := s.Restart(s.exec.StageByRef("2").ID, "me", nil, s.now.Add(time.Second)); err != nil {
		t.Fatal(err)
	}
	if got := s.finish().statuses(); got != "TERMINAL: 1=TERMINAL 2=SUCCEEDED 3=SUCCEEDED" {
		t.Errorf("got %s", got)
	}
}

func TestRestartIsRefusedWhileTheStageRuns(t *testing.T) {
	t.Parallel()
	s := simulate(t, GateOpen, stageOf("1", "", "runs", 5))
	s.tick()
	if err := s.Restart(s.exec.Stages[0].ID, "me", nil, s.now); fault.KindOf(err) != fault.Conflict {
		t.Errorf("got %v", err)
	}
	if err := s.Restart("nope", "me", nil, s.now); fault.KindOf(err) != fault.NotFound {
		t.Errorf("got %v", err)
	}
}

func TestSkipByHand(t *testing.T) {
	t.Parallel()
	s := simulate(t, GateOpen, stageOf("1", "", "skippable", true, "before", []any{map[string]any{"runs": 9}, map[string]any{}}), stageOf("2", "1"))
	s.tick()
	top := s.exec.StageByRef("1")
	if !model.Bool(top.Context, "canManuallySkip", false) {
		t.Error("the stage does not say that it can be skipped")
	}
	if err := s.UpdateStage(top.ID, map[string]any{"manualSkip": true}, "me", nil, s.now); err != nil {
		t.Fatal(err)
	}
	if got := s.finish().statuses(); got != "SUCCEEDED: 1<1=SKIPPED 1<2=SKIPPED 1=SKIPPED 2=SUCCEEDED" {
		t.Errorf("got %s", got)
	}
	second := s.exec.StageByRef("2")
	if err := s.UpdateStage(second.ID, map[string]any{"manualSkip": true}, "me", nil, s.now); fault.KindOf(err) != fault.Invalid {
		t.Errorf("skipping what can't be: %v", err)
	}
}

func TestUpdateStageSaysWhoDidIt(t *testing.T) {
	t.Parallel()
	s := simulate(t, GateOpen, stageOf("1", "", "runs", 5))
	stage := s.exec.Stages[0]
	before := stage.Context
	if err := s.UpdateStage(stage.ID, map[string]any{"judgmentStatus": "continue"}, "me", nil, s.now); err != nil {
		t.Fatal(err)
	}
	if stage.Context["judgmentStatus"] != "continue" || stage.Context["lastModifiedBy"] != "me" || stage.LastModified.User != "me" {
		t.Errorf("context %v, last modified %+v", stage.Context, stage.LastModified)
	}
	if _, ok := before["judgmentStatus"]; ok {
		t.Error("the old context was changed in place")
	}
}

func TestGateHoldsTheExecutionBack(t *testing.T) {
	t.Parallel()
	s := simulate(t, GateAsk, stageOf("1", ""))
	s.tick()
	if !s.WantsStart() || s.exec.Status != model.NotStarted {
		t.Fatalf("got %s, wants start: %t", s.statuses(), s.WantsStart())
	}
	s.Start(s.now)
	if got := s.finish().statuses(); got != "SUCCEEDED: 1=SUCCEEDED" || s.WantsStart() {
		t.Errorf("got %s", got)
	}
}

func TestTimeouts(t *testing.T) {
	t.Parallel()
	s := simulate(t, GateOpen, stageOf("1", "", "runs", 99, "stageTimeoutMs", 5000), stageOf("2", "", "runs", 99))
	s.tick()
	refs := s.Runnable()
	at := func(d time.Duration) time.Time { return time.UnixMilli(refs[0].Stage.StartTime).Add(d) }
	for name, tc := range map[string]struct {
		ref   TaskRef
		limit Limit
		after time.Duration
		want  bool
	}{
		"no limit":                               {refs[1], Limit{}, time.Hour, false},
		"task in time":                           {refs[1], Limit{Timeout: time.Minute}, 59 * time.Second, false},
		"task late":                              {refs[1], Limit{Timeout: time.Minute}, 61 * time.Second, true},
		"stage in time":                          {refs[0], Limit{}, 5 * time.Second, false},
		"stage late":                             {refs[0], Limit{Timeout: time.Hour}, 6 * time.Second, true},
		"stage's timeout in the task's place":    {refs[0], Limit{Timeout: time.Second, Overridable: true}, 4 * time.Second, false},
		"task's own where it is not overridable": {refs[0], Limit{Timeout: time.Second}, 4 * time.Second, true},
	} {
		if _, got := s.TimedOut(tc.ref, tc.limit, at(tc.after)); got != tc.want {
			t.Errorf("%s: timed out is %t", name, got)
		}
	}
	if err := s.Pause("me", at(2*time.Second)); err != nil {
		t.Fatal(err)
	}
	if err := s.Resume("me", at(12*time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, late := s.TimedOut(refs[0], Limit{}, at(14*time.Second)); late {
		t.Error("the pause counted")
	}
}

func TestTimeoutCountedAsSuccess(t *testing.T) {
	t.Parallel()
	s := simulate(t, GateOpen, stageOf("1", "", "runs", 99, "markSuccessfulOnTimeout", true))
	s.Advance(s.now)
	s.Apply(s.Runnable()[0].Key(), Outcome{Timeout: true, Exception: map[string]any{}}, s.now)
	if got := s.finish().statuses(); got != "SUCCEEDED: 1=SUCCEEDED" {
		t.Errorf("got %s", got)
	}
}
