package store_test

import (
	"context"
	"slices"
	"testing"

	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/store/storetest"
)

func TestAnswers(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		insert(t, st, newExecution("e1", "1"), newExecution("e2", "1"))
		save := func(execution, stage, question, body string) {
			t.Helper()
			write(t, st, func(ctx context.Context, tx *store.Tx) error {
				return tx.SaveAnswer(ctx, execution, stage, question, []byte(body))
			})
		}
		wants := func(execution, stage string, want ...string) {
			t.Helper()
			got, err := st.Answers(t.Context(), execution, stage)
			if err != nil {
				t.Fatal(err)
			}
			var texts []string
			for _, body := range got {
				texts = append(texts, string(body))
			}
			slices.Sort(texts)
			if !slices.Equal(texts, want) {
				t.Errorf("answers of stage %q of %s: %v, want %v", stage, execution, texts, want)
			}
		}
		save("e1", "s", "url\x00\x00a", "1")
		save("e1", "s", "b", "2")
		save("e1", "", "b", "3")
		save("e2", "s", "b", "4")
		save("e1", "s", "b", "5")
		save("gone", "s", "b", "6")
		wants("e1", "s", "1", "5")
		wants("e1", "", "3")
		wants("gone", "s")
		write(t, st, func(ctx context.Context, tx *store.Tx) error { return tx.DeleteAnswers(ctx, "e1", "s") })
		wants("e1", "s")
		wants("e1", "", "3")
		write(t, st, func(ctx context.Context, tx *store.Tx) error { return tx.DeleteExecution(ctx, "e2") })
		wants("e2", "s")
	})
}
