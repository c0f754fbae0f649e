package runner_test

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
	"github.com/gennaker/gennaker/internal/store"
)

// loses makes a database look as if processes had died with an execution.
func loses(t *testing.T, url, id string, processes int) {
	t.Helper()
	st, err := store.Open(t.Context(), url, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	err = st.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Exec(ctx, store.NewStatement(`
			UPDATE river_job SET state = 'running', attempted_by = json_array('ghost'), metadata = json_object('lost', ?)
			WHERE json_extract(args, '$.executionId') = ?`, `
			UPDATE river_job SET state = 'running', attempted_by = ARRAY['ghost'], metadata = jsonb_build_object('lost', CAST(? AS bigint))
			WHERE args ->> 'executionId' = ?`), processes-1, id)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestPoisonIsEndedAndTheOthersGoOn(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		stages []any
		before func(*model.Execution) bool
		// wants are the stages' statuses.
		wants []model.Status
	}{
		"while a task runs": {
			[]any{map[string]any{"type": "holds", "refId": "1"}, waitStage("2", 0, "1")},
			func(e *model.Execution) bool { return e.Stages[0].Status == model.Running },
			[]model.Status{model.Terminal, model.NotStarted},
		},
		"after a stage": {
			[]any{waitStage("1", 0), map[string]any{"type": "holds", "refId": "2", "requisiteStageRefIds": []any{"1"}}},
			func(e *model.Execution) bool { return e.Stages[1].Status == model.Running },
			[]model.Status{model.Succeeded, model.Terminal},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			eachURL(t, func(t *testing.T, url string) {
				t.Helper()
				var runs atomic.Int32
				holds := scripted("holds", func(context.Context, stage.Input) (stage.Result, error) {
					runs.Add(1)
					return stage.Running(), nil
				})
				k := openKit(t, url, holds)
				e := k.start(map[string]any{"id": "config", "limitConcurrent": true, "keepWaitingPipelines": true}, tc.stages...)
				k.until(e.ID, "running", tc.before)
				waits := k.start(map[string]any{"id": "config", "limitConcurrent": true, "keepWaitingPipelines": true}, waitStage("1", 0))
				other := k.start(nil, waitStage("1", 0))
				k.stop()
				loses(t, url, e.ID, 3)
				before := runs.Load()
				k = openKit(t, url, holds)
				got := k.ended(e.ID)
				if runs.Load() != before {
					t.Error("it was run again")
				}
				for i, want := range tc.wants {
					s := got.Stages[i]
					if s.Status != want {
						t.Errorf("stage %s is %s, want %s", s.RefID, s.Status, want)
					}
					if want == model.Terminal {
						wantFailure(t, s, "PoisonExecutionException", "3 Gennaker processes crashed")
						if s.EndTime == 0 || s.Tasks[0].Status != model.Terminal {
							t.Errorf("stage %+v, task %+v", s, s.Tasks[0])
						}
					}
				}
				if got.Status != model.Terminal || got.EndTime == 0 {
					t.Errorf("ended %s at %d", got.Status, got.EndTime)
				}
				for _, id := range []string{waits.ID, other.ID} {
					if got := k.ended(id); got.Status != model.Succeeded {
						t.Errorf("another execution ended %s", got.Status)
					}
				}
				if n, last := k.runner.Poisoned(); n != 1 || last.ExecutionID != e.ID || last.Processes != 3 {
					t.Errorf("told of %d, the last is %+v", n, last)
				}
				// It can be restarted like any other that has failed.
				failed := 0
				for tc.wants[failed] != model.Terminal {
					failed++
				}
				if _, err := k.executions.RestartStage(t.Context(), e.ID, got.Stages[failed].ID, nil, caller); err != nil {
					t.Fatal(err)
				}
				k.settles("it is run again", func() bool { return runs.Load() > before })
			})
		})
	}
}

func TestPoisonThatWasNeverPlannedIsEnded(t *testing.T) {
	t.Parallel()
	eachURL(t, func(t *testing.T, url string) {
		t.Helper()
		st, err := store.Open(t.Context(), url, store.Options{})
		if err != nil {
			t.Fatal(err)
		}
		e := &model.Execution{
			Type: model.PipelineExecution, ID: "E", Application: "app", Status: model.Running, StartTime: 1, Trigger: model.Trigger{},
			Stages: []*model.Stage{
				{ID: "A", RefID: "1", Type: "wait", Status: model.Succeeded, RequisiteStageRefIDs: []string{}},
				{ID: "B", RefID: "2", Type: "bomb", Status: model.NotStarted, RequisiteStageRefIDs: []string{"1"}, Context: map[string]any{"bomb": strings.Repeat("x", 100)}},
				{ID: "C", RefID: "3", Type: "wait", Status: model.NotStarted, RequisiteStageRefIDs: []string{"2"}},
			},
		}
		exception := map[string]any{"exceptionType": "X"}
		var ended []bool
		err = st.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			if err := tx.InsertExecution(ctx, e); err != nil {
				return err
			}
			if _, err := tx.InsertSignal(ctx, store.Signal{ExecutionID: "E", Kind: "cancel"}); err != nil {
				return err
			}
			for range 2 {
				_, now, err := tx.EndBadly(ctx, "E", 1000, exception)
				if err != nil {
					return err
				}
				ended = append(ended, now)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		loaded, err := st.LoadForAdvance(t.Context(), "E")
		if err != nil {
			t.Fatal(err)
		}
		got := loaded.Execution
		if !ended[0] || ended[1] || got.Status != model.Terminal || got.EndTime != 1000 || len(loaded.Signals) != 0 || string(loaded.Runtime) != "{}" {
			t.Errorf("ended %v: %s at %d, signals %v, runtime %s", ended, got.Status, got.EndTime, loaded.Signals, loaded.Runtime)
		}
		for i, want := range []model.Status{model.Succeeded, model.Terminal, model.NotStarted} {
			s := got.Stages[i]
			if s.Status != want || (want == model.Terminal) != (model.Object(s.Context, "exception") != nil) {
				t.Errorf("stage %s is %s: %v", s.RefID, s.Status, s.Context)
			}
		}
		if len(model.String(got.Stages[1].Context, "bomb")) != 100 {
			t.Errorf("the stage has lost its context: %v", got.Stages[1].Context)
		}
		err = st.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			_, _, err := tx.EndBadly(ctx, "gone", 1, exception)
			return err
		})
		if err == nil {
			t.Error("ended what isn't there")
		}
		if err := st.Close(); err != nil {
			t.Error(err)
		}
	})
}
