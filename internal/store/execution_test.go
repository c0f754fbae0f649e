package store_test

import (
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"testing"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/store/storetest"
)

func TestExecutionIsGivenBackAsItWasStored(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		e := newExecution("e1", "1", "2", "3")
		e.Trigger["parameters"] = map[string]any{"n": json.Number("1.50"), "text": "<ü&'\"\u0000>"}
		e.Stages[1].Context["big"] = json.Number("12345678901234567890")
		insert(t, st, e)
		got, err := st.Execution(t.Context(), "e1")
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, e) {
			want, _ := model.Marshal(e)
			have, _ := model.Marshal(got)
			t.Errorf("stored\n%s\ngot\n%s", want, have)
		}
	})
}

func TestInsertExecutionTwice(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		insert(t, st, newExecution("e1", "1"))
		err := st.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			return tx.InsertExecution(ctx, newExecution("e1"))
		})
		wantKind(t, err, fault.Conflict)
		twins := newExecution("e2", "1", "2")
		twins.Stages[1].ID = twins.Stages[0].ID
		err = st.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			return tx.InsertExecution(ctx, twins)
		})
		wantKind(t, err, fault.Invalid)
		if _, err := st.Execution(t.Context(), "e2"); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("an execution that failed to be inserted: %v", err)
		}
	})
}

func TestCorrelationIDStartsOneExecution(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		correlated := func(id string) *model.Execution {
			e := newExecution(id, "1")
			e.Trigger["correlationId"] = "c1"
			return e
		}
		insert(t, st, correlated("e1"))
		again := func(id string) {
			t.Helper()
			err := st.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
				return tx.InsertExecution(ctx, correlated(id))
			})
			var duplicate *store.DuplicateError
			if !errors.As(err, &duplicate) || duplicate.ExecutionID != "e1" {
				t.Fatalf("insert of %s: %v", id, err)
			}
		}
		again("e2")
		task := correlated("t1")
		task.Type = model.OrchestrationExecution
		insert(t, st, task) // the other type has correlation ids of its own

		done := correlated("e1")
		done.Status = model.Succeeded
		write(t, st, func(ctx context.Context, tx *store.Tx) error {
			return tx.SaveExecution(ctx, "e1", store.ExecutionChange{Header: done})
		})
		again("e3") // also when the first has ended
		found, err := st.Executions(t.Context(), store.ExecutionFilter{
			CorrelationID: "c1", Type: model.PipelineExecution,
		})
		if err != nil || len(found) != 1 || found[0].ID != "e1" {
			t.Errorf("executions of the correlation id: %v, %v", found, err)
		}
	})
}

func TestSaveExecution(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		insert(t, st, newExecution("e1", "1", "2", "3"))
		header := newExecution("e1", "ignored")
		header.Status, header.StartTime = model.Running, 2000
		changed := newStage("e1-2", "2")
		changed.Status = model.Running
		before, after := newStage("before", "2<1"), newStage("after", "2>1")
		before.ParentStageID, before.SyntheticStageOwner = "e1-2", model.StageBefore
		after.ParentStageID, after.SyntheticStageOwner = "e1-2", model.StageAfter
		write(t, st, func(ctx context.Context, tx *store.Tx) error {
			return tx.SaveExecution(ctx, "e1", store.ExecutionChange{
				Header: header, Stages: []*model.Stage{after, changed, before},
				RemovedStages: []string{"e1-3", "never-was"}, Runtime: []byte(`{"a":1}`),
			})
		})
		got, err := st.LoadForAdvance(t.Context(), "e1")
		if err != nil {
			t.Fatal(err)
		}
		if ids, want := stageIDs(got.Execution), []string{"e1-1", "before", "e1-2", "after"}; !slices.Equal(ids, want) {
			t.Errorf("stages %v, want %v", ids, want)
		}
		if s := got.Execution.StageByID("e1-2").Status; s != model.Running {
			t.Errorf("stage is %s", s)
		}
		if got.Execution.Status != model.Running || got.Execution.StartTime != 2000 || string(got.Runtime) != `{"a":1}` {
			t.Errorf("execution is %s since %d with runtime %s", got.Execution.Status, got.Execution.StartTime, got.Runtime)
		}
		write(t, st, func(ctx context.Context, tx *store.Tx) error { // nothing given, nothing changed
			return tx.SaveExecution(ctx, "e1", store.ExecutionChange{})
		})
		again, err := st.LoadForAdvance(t.Context(), "e1")
		if err != nil || !reflect.DeepEqual(again, got) {
			t.Errorf("after an empty change: %+v, %v", again, err)
		}
	})
}

func TestSaveExecutionThatIsGone(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		for name, change := range map[string]store.ExecutionChange{
			"header":  {Header: newExecution("gone")},
			"stage":   {Stages: []*model.Stage{newStage("s", "1")}},
			"runtime": {Runtime: []byte("{}")},
		} {
			err := st.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
				return tx.SaveExecution(ctx, "gone", change)
			})
			if !errors.Is(err, store.ErrNotFound) || fault.KindOf(err) != fault.NotFound {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

func TestDeleteExecutionTakesItsPartsAlong(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		insert(t, st, newExecution("e1", "1"), newExecution("e2", "1"))
		var signal int64
		write(t, st, func(ctx context.Context, tx *store.Tx) (err error) {
			signal, err = tx.InsertSignal(ctx, store.Signal{ExecutionID: "e1", Kind: "cancel"})
			return errors.Join(err, tx.DeleteExecution(ctx, "e1"))
		})
		if pending, err := st.SignalPending(t.Context(), signal); pending || err != nil {
			t.Errorf("the signal is pending: %v, %v", pending, err)
		}
		if _, err := st.Execution(t.Context(), "e1"); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("read a deleted execution: %v", err)
		}
		if e, err := st.Execution(t.Context(), "e2"); err != nil || len(e.Stages) != 1 {
			t.Errorf("the other execution: %v, %v", e, err)
		}
		insert(t, st, newExecution("e1", "1")) // nothing of it is left in the way
		err := st.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			return tx.DeleteExecution(ctx, "never-was")
		})
		wantKind(t, err, fault.NotFound)
	})
}

func TestWakeState(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		insert(t, st, newExecution("e1"))
		write(t, st, func(ctx context.Context, tx *store.Tx) error {
			if err := tx.SetJob(ctx, "e1", 7); err != nil {
				return err
			}
			if err := tx.SetQueued(ctx, "e1", true); err != nil {
				return err
			}
			want := store.WakeState{Wake: 1, JobID: 7, Status: model.NotStarted,
				Type: model.PipelineExecution, Application: "demo"}
			if got, err := tx.BumpWake(ctx, "e1"); err != nil || got != want {
				t.Errorf("BumpWake: %+v, %v", got, err)
			}
			if got, err := tx.LockExecution(ctx, "e1"); err != nil || got != want {
				t.Errorf("LockExecution: %+v, %v", got, err)
			}
			return nil
		})
		loaded, err := st.LoadForAdvance(t.Context(), "e1")
		if err != nil || loaded.Wake != 1 || loaded.JobID != 7 || !loaded.Queued || loaded.Runtime != nil {
			t.Errorf("loaded %+v, %v", loaded, err)
		}
		for name, call := range map[string]func(context.Context, *store.Tx) error{
			"BumpWake":      func(ctx context.Context, tx *store.Tx) error { _, err := tx.BumpWake(ctx, "x"); return err },
			"LockExecution": func(ctx context.Context, tx *store.Tx) error { _, err := tx.LockExecution(ctx, "x"); return err },
			"SetJob":        func(ctx context.Context, tx *store.Tx) error { return tx.SetJob(ctx, "x", 1) },
			"SetQueued":     func(ctx context.Context, tx *store.Tx) error { return tx.SetQueued(ctx, "x", true) },
		} {
			if err := st.Write(t.Context(), call); !errors.Is(err, store.ErrNotFound) {
				t.Errorf("%s of an execution that isn't there: %v", name, err)
			}
		}
	})
}

func TestRunningAndWaiting(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		with := func(id, config string, status model.Status, canceled bool) *model.Execution {
			e := newExecution(id)
			e.PipelineConfigID, e.Status, e.Canceled = config, status, canceled
			return e
		}
		insert(t, st,
			with("w2", "c1", model.NotStarted, false), with("r1", "c1", model.Running, false),
			with("r2", "c1", model.Running, false), with("w1", "c1", model.NotStarted, false),
			with("p", "c1", model.Paused, false), with("x", "c1", model.NotStarted, true),
			with("other", "c2", model.Running, false), with("w3", "c2", model.NotStarted, false))
		write(t, st, func(ctx context.Context, tx *store.Tx) error {
			if err := errors.Join(tx.LockConfig(ctx, "c1"), tx.SetQueued(ctx, "w1", true), tx.SetJob(ctx, "w1", 9)); err != nil {
				return err
			}
			if n, err := tx.CountRunning(ctx, "c1", ""); n != 2 || err != nil {
				t.Errorf("running: %d, %v", n, err)
			}
			if n, err := tx.CountRunning(ctx, "c1", "r1"); n != 1 || err != nil {
				t.Errorf("running but r1: %d, %v", n, err)
			}
			if n, err := tx.CountPaused(ctx, "c1", ""); n != 1 || err != nil {
				t.Errorf("paused: %d, %v", n, err)
			}
			if n, err := tx.CountPaused(ctx, "c1", "p"); n != 0 || err != nil {
				t.Errorf("paused but p: %d, %v", n, err)
			}
			waiting, err := tx.Waiting(ctx, "c1")
			if err != nil || len(waiting) != 2 || waiting[0].ID != "w2" || waiting[1].ID != "w1" {
				t.Fatalf("waiting: %+v, %v", waiting, err)
			}
			if waiting[0].Queued || !waiting[1].Queued || waiting[1].JobID != 9 || waiting[0].Seq >= waiting[1].Seq {
				t.Errorf("waiting: %+v", waiting)
			}
			return nil
		})
	})
}

func TestSignals(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		insert(t, st, newExecution("e1"))
		var ids []int64
		write(t, st, func(ctx context.Context, tx *store.Tx) error {
			for _, payload := range []string{`{"a":1}`, ""} {
				sig := store.Signal{ExecutionID: "e1", Kind: "judgment", User: "ann", CreatedAt: 5}
				if payload != "" {
					sig.Payload = []byte(payload)
				}
				id, err := tx.InsertSignal(ctx, sig)
				if err != nil {
					return err
				}
				ids = append(ids, id)
			}
			return nil
		})
		loaded, err := st.LoadForAdvance(t.Context(), "e1")
		want := []store.Signal{
			{ID: ids[0], ExecutionID: "e1", Kind: "judgment", User: "ann", Payload: []byte(`{"a":1}`), CreatedAt: 5},
			{ID: ids[1], ExecutionID: "e1", Kind: "judgment", User: "ann", CreatedAt: 5},
		}
		if err != nil || !reflect.DeepEqual(loaded.Signals, want) {
			t.Errorf("signals %+v, %v; want %+v", loaded.Signals, err, want)
		}
		if pending, err := st.SignalPending(t.Context(), ids[1]); !pending || err != nil {
			t.Errorf("pending: %v, %v", pending, err)
		}
		if wake, signals, err := st.Signals(t.Context(), "e1"); wake != 0 || !reflect.DeepEqual(signals, want) || err != nil {
			t.Errorf("signals: %d, %+v, %v", wake, signals, err)
		}
		if _, _, err := st.Signals(t.Context(), "gone"); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("signals of nothing: %v", err)
		}
		write(t, st, func(ctx context.Context, tx *store.Tx) error { return tx.DeleteSignals(ctx, ids) })
		write(t, st, func(ctx context.Context, tx *store.Tx) error { return tx.DeleteSignals(ctx, nil) })
		if pending, err := st.SignalPending(t.Context(), ids[1]); pending || err != nil {
			t.Errorf("pending after deletion: %v, %v", pending, err)
		}
		write(t, st, func(ctx context.Context, tx *store.Tx) error {
			id, err := tx.InsertSignal(ctx, store.Signal{ExecutionID: "e1", Kind: "x"})
			if id <= ids[1] {
				t.Errorf("a deleted signal's id %d is given again", id)
			}
			return err
		})
		err = st.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.InsertSignal(ctx, store.Signal{ExecutionID: "gone", Kind: "x"})
			return err
		})
		wantKind(t, err, fault.NotFound)
	})
}

func TestUnknownStatusIsRefused(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		bad := newExecution("e1")
		bad.Status = "WHATEVER"
		if err := st.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			return tx.InsertExecution(ctx, bad)
		}); err == nil {
			t.Error("an unknown status was stored")
		}
		for _, status := range model.Statuses() {
			e := newExecution("e-" + string(status))
			e.Status = status
			insert(t, st, e)
		}
	})
}
