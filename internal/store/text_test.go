package store_test

import (
	"context"
	"testing"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/store/storetest"
)

// Names that PostgreSQL can't hold are refused on both databases, by all that
// takes one.
func TestUnstorableTexts(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		ctx := t.Context()
		in := func(fn func(context.Context, *store.Tx) error) func() error {
			return func() error { return st.Write(ctx, fn) }
		}
		for _, name := range []string{"a\x00b", "\x00", "a\xffb", "\xc3"} {
			for what, try := range map[string]func() error{
				"application": func() error { _, err := st.Application(ctx, name); return err },
				"save application": in(func(ctx context.Context, tx *store.Tx) error {
					_, err := tx.SaveApplication(ctx, model.Application{"name": name}, "me")
					return err
				}),
				"delete application": in(func(ctx context.Context, tx *store.Tx) error { return tx.DeleteApplication(ctx, name, "me") }),
				"pipeline":           func() error { _, err := st.Pipeline(ctx, name); return err },
				"save pipeline": in(func(ctx context.Context, tx *store.Tx) error {
					_, err := tx.SavePipeline(ctx, store.PipelineKind, model.Pipeline{"application": "app", "name": name}, "me", 0)
					return err
				}),
				"execution":  func() error { _, err := st.Execution(ctx, name); return err },
				"executions": func() error { _, err := st.Executions(ctx, store.ExecutionFilter{Application: name}); return err },
				"executions of pipelines": func() error {
					_, err := st.Executions(ctx, store.ExecutionFilter{ConfigIDs: []string{"x", name}, PerConfigLimit: 5})
					return err
				},
				"document": func() error { _, err := st.Document(ctx, "project", name); return err },
				"wake": in(func(ctx context.Context, tx *store.Tx) error {
					_, err := tx.BumpWake(ctx, name)
					return err
				}),
			} {
				if kind := fault.KindOf(try()); kind != fault.Invalid && kind != fault.NotFound {
					t.Errorf("%s %q: error %v", what, name, try())
				}
			}
		}
	})
}

// Within documents any text is fine.
func TestNULWithinADocument(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		e := newExecution("e1", "1")
		e.Name, e.Stages[0].RefID = "a\x00b", "1\x00"
		e.Stages[0].Context = map[string]any{"text": "a\x00b", "bytes": "a\xffb"}
		insert(t, st, e)
		write(t, st, func(ctx context.Context, tx *store.Tx) error {
			return tx.SaveExecution(ctx, "e1", store.ExecutionChange{Header: e, Stages: e.Stages})
		})
		got, err := st.Execution(t.Context(), "e1")
		if err != nil || got.Name != e.Name || got.Stages[0].Context["text"] != "a\x00b" {
			t.Errorf("got %+v, error %v", got, err)
		}
	})
}
