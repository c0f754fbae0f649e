package store_test

import (
	"context"
	"fmt"
	"reflect"
	"testing"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/store/storetest"
)

func TestStageTexts(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		insert(t, st, newExecution("e1", "1", "2", "3"))
		save := func(change store.ExecutionChange) {
			t.Helper()
			write(t, st, func(ctx context.Context, tx *store.Tx) error { return tx.SaveExecution(ctx, "e1", change) })
		}
		texts := func() map[string]string {
			t.Helper()
			list, err := st.StageTexts(t.Context(), "e1")
			if err != nil {
				t.Fatal(err)
			}
			out := map[string]string{}
			for _, text := range list {
				out[fmt.Sprint(text.StageID, " ", text.Key)] = string(text.Data)
			}
			return out
		}
		text := func(stage, key, data string) store.StageText {
			return store.StageText{StageID: stage, Key: key, Data: []byte(data)}
		}
		save(store.ExecutionChange{Stages: []*model.Stage{newStage("new", "4")}, Texts: []store.StageText{
			text("e1-1", "a", "1a"), text("e1-1", "b\x00", "1b"), text("e1-2", "a", "2a"), text("new", "a", "new"),
		}})
		save(store.ExecutionChange{Texts: []store.StageText{text("e1-1", "a", "later"), text("e1-3", "a", "3a")}})
		want := map[string]string{"e1-1 a": "1a", "e1-1 b": "1b", "e1-2 a": "2a", "new a": "new", "e1-3 a": "3a"}
		if got := texts(); !reflect.DeepEqual(got, want) {
			t.Fatalf("got %v, want %v", got, want)
		}
		// One is dropped alone, one with all of its stage's, and stored anew.
		save(store.ExecutionChange{
			ForgottenTexts: []store.StageText{{StageID: "e1-1", Key: "a"}, {StageID: "e1-2"}},
			Texts:          []store.StageText{text("e1-2", "a", "anew")}, RemovedStages: []string{"new"},
		})
		want = map[string]string{"e1-1 b": "1b", "e1-2 a": "anew", "e1-3 a": "3a"}
		if got := texts(); !reflect.DeepEqual(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
		write(t, st, func(ctx context.Context, tx *store.Tx) error { return tx.DeleteExecution(ctx, "e1") })
		if got := texts(); len(got) != 0 {
			t.Errorf("the texts of a deleted execution: %v", got)
		}
	})
}
