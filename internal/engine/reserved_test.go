package engine

import (
	"testing"
	"time"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
)

func TestNothingFromOutsideSetsWhatIsTheEngines(t *testing.T) {
	t.Parallel()
	// A pipeline that makes its first stage wait for the second, which waits
	// for the first.
	s := simulate(t, GateOpen,
		stageOf("1", "", failureKey, []any{"2"}, planningFailedKey, true, "gennaker.plan", "H4sI", "_skipPipelineRestart", true, "mine", 1),
		stageOf("2", "1"))
	for _, key := range []string{failureKey, planningFailedKey, "gennaker.plan", "_skipPipelineRestart"} {
		if _, there := s.Execution().Stages[0].Context[key]; there {
			t.Errorf("a pipeline sets %s", key)
		}
	}
	if s.Execution().Stages[0].Context["mine"] == nil {
		t.Error("a pipeline's own key is gone")
	}
	s.Advance(s.now)
	ref := s.Runnable()[0]
	for key, value := range map[string]any{
		failureKey: []any{"2"}, planningFailedKey: true, "gennaker.plan": "H4sI", "gennaker.changes": nil, "_skipPipelineRestart": true,
	} {
		err := s.UpdateStage(ref.Stage.ID, map[string]any{"fine": true, key: value}, "u", nil, s.now)
		if value == nil { // it is not there, and stays so
			if err != nil {
				t.Errorf("a patch that changes nothing is refused: %v", err)
			}
			ref.Stage.Context = model.Without(ref.Stage.Context, "fine")
			continue
		}
		if fault.KindOf(err) != fault.Invalid || ref.Stage.Context["fine"] != nil {
			t.Errorf("a patch of %s: %v", key, err)
		}
	}
	ref.Stage.Context = model.Merge(ref.Stage.Context, map[string]any{"gennaker.own": "x"})
	if err := s.UpdateStage(ref.Stage.ID, map[string]any{"gennaker.own": "x", "skip": true}, "u", nil, s.now); err != nil || ref.Stage.Context["skip"] != true {
		t.Errorf("a context that is sent back as it was read: %v", err)
	}

	// What a task has read somewhere (a job's log) sets them no more.
	s.Apply(ref.Key(), Outcome{Status: model.Succeeded, Context: map[string]any{failureKey: []any{"2"}, planningFailedKey: true, "read": 1}}, s.now.Add(time.Second))
	if ref.Stage.Context["read"] == nil || ref.Stage.Context[failureKey] != nil {
		t.Errorf("after the task: %v", ref.Stage.Context)
	}
	if got := s.finish().statuses(); got != "SUCCEEDED: 1=SUCCEEDED 2=SUCCEEDED" {
		t.Error(got)
	}
}
