package engine

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/gennaker/gennaker/internal/model"
)

// TestAnyGraphEnds draws graphs with failures of every kind, synthetic stages
// and control operations at any time, and checks what must hold whatever
// happens: the execution ends, nothing starts before what it requires, nothing
// runs after the end, and a machine made anew at any moment goes on the same.
func TestAnyGraphEnds(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		s := simulate(t, GateOpen, drawStages(rt)...)
		for i := range 300 {
			if rapid.IntRange(0, 9).Draw(rt, "renew") == 0 {
				s.Machine = NewMachine(s.exec, fakes{}, Literal{}, GateOpen)
			}
			meddle(rt, s)
			checkOrder(rt, s)
			if !s.tick() && s.exec.Status.Complete() {
				break
			}
			if i == 299 {
				rt.Fatalf("the execution does not end: %s", s.statuses())
			}
		}
		checkOrder(rt, s)
		for _, stage := range s.exec.Stages {
			if !stage.Status.Complete() && stage.Status != model.NotStarted {
				rt.Fatalf("a stage is left %s: %s", stage.Status, s.statuses())
			}
			if stage.Status.Complete() && stage.EndTime == 0 {
				rt.Fatalf("stage %s ended %s without a time", stage.RefID, stage.Status)
			}
		}
	})
}

// drawStages draws a graph: each stage may require any before it.
func drawStages(rt *rapid.T) []map[string]any {
	n := rapid.IntRange(1, 8).Draw(rt, "stages")
	out := make([]map[string]any, n)
	for i := range out {
		requires := ""
		for j := range i {
			if rapid.IntRange(0, 3).Draw(rt, "edge") == 0 {
				requires += fmt.Sprint(j, " ")
			}
		}
		out[i] = model.Merge(drawContext(rt, 0), stageOf(fmt.Sprint(i), requires))
	}
	return out
}

func drawContext(rt *rapid.T, depth int) map[string]any {
	c := map[string]any{
		"runs":   rapid.IntRange(0, 3).Draw(rt, "runs"),
		"tasks":  rapid.IntRange(0, 2).Draw(rt, "tasks"),
		"result": rapid.SampledFrom([]string{"SUCCEEDED", "SUCCEEDED", "SUCCEEDED", "TERMINAL", "CANCELED", "STOPPED", "SKIPPED", "FAILED_CONTINUE"}).Draw(rt, "result"),
	}
	for _, flag := range []string{"failPipeline", "continuePipeline", "completeOtherBranchesThenFail", "parallel", "allowSiblingStagesToContinueOnFailure", "skippable", "restrictExecutionDuringTimeWindow"} {
		if rapid.IntRange(0, 4).Draw(rt, flag) == 0 {
			c[flag] = rapid.Bool().Draw(rt, flag+" value")
		}
	}
	if depth < 2 {
		for _, side := range []string{"before", "after", "onFailure"} {
			if rapid.IntRange(0, 4).Draw(rt, side) == 0 {
				c[side] = []any{drawContext(rt, depth+1), drawContext(rt, depth+1)}
			}
		}
	}
	return c
}

// meddle does what a person might at this moment.
func meddle(rt *rapid.T, s *sim) {
	stage := rapid.SampledFrom(s.exec.Stages).Draw(rt, "stage")
	switch rapid.IntRange(0, 40).Draw(rt, "meddle") {
	case 0:
		s.Cancel("me", "why not", s.now)
	case 1:
		if s.Pause("me", s.now) == nil {
			s.Advance(s.now)
			if len(s.Runnable()) > 0 {
				rt.Fatalf("a paused execution runs tasks: %s", s.statuses())
			}
			switch rapid.IntRange(0, 3).Draw(rt, "while paused") {
			case 0:
				s.Cancel("me", "why not", s.now)
			case 1:
				_ = s.Restart(stage.ID, "me", nil, s.now.Add(time.Second))
			}
			if s.exec.Status != model.Paused {
				break
			}
			if err := s.Resume("me", s.now); err != nil {
				rt.Fatal(err)
			}
		}
	case 2:
		_ = s.Restart(stage.ID, "me", nil, s.now.Add(time.Second)) // refused while it runs
	case 3:
		_ = s.UpdateStage(stage.ID, map[string]any{"manualSkip": true}, "me", nil, s.now)
	}
}

// checkOrder checks that no stage is under way whose requisites are not done.
func checkOrder(rt *rapid.T, s *sim) {
	for _, stage := range s.exec.Stages {
		if stage.Status != model.Running {
			continue
		}
		for _, ref := range stage.RequisiteStageRefIDs {
			up := s.exec.StageByRef(ref)
			if up == nil || !up.Status.LetsDownstreamRun() {
				rt.Fatalf("stage %s runs before %s: %s", stage.RefID, ref, s.statuses())
			}
		}
		if stage.Synthetic() {
			parent := s.exec.StageByID(stage.ParentStageID)
			if parent == nil {
				rt.Fatalf("stage %s has lost its parent: %s", stage.RefID, s.statuses())
			}
			at, of := slices.Index(s.exec.Stages, stage), slices.Index(s.exec.Stages, parent)
			if (stage.SyntheticStageOwner == model.StageBefore) != (at < of) {
				rt.Fatalf("stage %s stands on the wrong side of its parent: %s", stage.RefID, s.statuses())
			}
		}
	}
}
