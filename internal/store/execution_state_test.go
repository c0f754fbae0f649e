package store_test

import (
	"bytes"
	"context"
	"reflect"
	"strconv"
	"testing"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/store/storetest"
)

func TestStageStates(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		insert(t, st, newExecution("e1", "1", "2", "3"))
		save := func(change store.ExecutionChange) {
			t.Helper()
			write(t, st, func(ctx context.Context, tx *store.Tx) error { return tx.SaveExecution(ctx, "e1", change) })
		}
		states := func() map[string]store.StageState {
			t.Helper()
			loaded, err := st.LoadForAdvance(t.Context(), "e1")
			if err != nil {
				t.Fatal(err)
			}
			out := map[string]store.StageState{}
			for _, s := range loaded.States {
				out[s.StageID] = s
			}
			return out
		}
		first := store.StageState{StageID: "e1-1", Version: 2, Data: []byte{0, 1, 0xff, '\'', '?'}}
		second := store.StageState{StageID: "e1-2", Version: 1, Data: bytes.Repeat([]byte("state"), 200_000)}
		// One that comes with its stage.
		third := store.StageState{StageID: "new", Version: 1, Data: []byte("x")}
		save(store.ExecutionChange{Stages: []*model.Stage{newStage("new", "4")}, States: []store.StageState{first, second, third}})
		if got, want := states(), map[string]store.StageState{"e1-1": first, "e1-2": second, "new": third}; !reflect.DeepEqual(got, want) {
			t.Fatalf("states of %d stages", len(got))
		}
		first.Version, first.Data = 3, []byte("changed")
		save(store.ExecutionChange{States: []store.StageState{first, {StageID: "e1-2"}}, RemovedStages: []string{"new"}})
		if got, want := states(), map[string]store.StageState{"e1-1": first}; !reflect.DeepEqual(got, want) {
			t.Fatalf("states %v, want %v", got, want)
		}

		done := newStage("e1-1", "1")
		done.Status = model.Succeeded
		save(store.ExecutionChange{Stages: []*model.Stage{done}})
		if got := states(); len(got) != 0 {
			t.Errorf("advancing loads what only later executions need: %v", got)
		}
		if got, err := st.StageState(t.Context(), "e1", "e1-1"); err != nil || !reflect.DeepEqual(got, &first) {
			t.Errorf("the state of a stage that has ended: %v, %v", got, err)
		}
		if got, err := st.StageState(t.Context(), "e1", "e1-2"); err != nil || got != nil {
			t.Errorf("the state of a stage that has none: %v, %v", got, err)
		}
		got := map[store.StageKey]store.StageState{}
		wanted := []store.StageKey{{ExecutionID: "e1", StageID: "e1-1"}, {ExecutionID: "e1", StageID: "e1-2"}, {ExecutionID: "e'2?", StageID: "e1-1"}}
		for i := range 1500 { // more than one query asks about
			wanted = append(wanted, store.StageKey{ExecutionID: "none", StageID: strconv.Itoa(i)})
		}
		err := st.EachStageState(t.Context(), wanted, func(key store.StageKey, state store.StageState) error {
			got[key] = state
			return nil
		})
		if want := map[store.StageKey]store.StageState{wanted[0]: first}; err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("the states of many stages: %v, %v", got, err)
		}
		if err := st.EachStageState(t.Context(), nil, nil); err != nil {
			t.Errorf("the states of no stage: %v", err)
		}
		write(t, st, func(ctx context.Context, tx *store.Tx) error { return tx.DeleteExecution(ctx, "e1") })
		if got, err := st.StageState(t.Context(), "e1", "e1-1"); err != nil || got != nil {
			t.Errorf("the state of a deleted execution: %v, %v", got, err)
		}
	})
}
