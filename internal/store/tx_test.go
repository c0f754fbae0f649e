package store_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/store/storetest"
)

func TestOnCommit(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		var calls []int
		write(t, st, func(ctx context.Context, tx *store.Tx) error {
			for i := range 3 {
				tx.OnCommit(func() { calls = append(calls, i) })
			}
			if len(calls) > 0 {
				t.Error("called before the commit")
			}
			return tx.InsertExecution(ctx, newExecution("e1"))
		})
		if !slices.Equal(calls, []int{0, 1, 2}) {
			t.Errorf("calls %v", calls)
		}
		failure := errors.New("no")
		err := st.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			tx.OnCommit(func() { t.Error("called after a rollback") })
			return errors.Join(tx.DeleteExecution(ctx, "e1"), failure)
		})
		if !errors.Is(err, failure) {
			t.Errorf("error %v", err)
		}
		if _, err := st.Execution(t.Context(), "e1"); err != nil {
			t.Errorf("what was rolled back: %v", err)
		}
	})
}

func TestWriteThatPanicsLeavesTheStoreUsable(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		func() {
			defer func() { _ = recover() }()
			_ = st.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
				_ = tx.InsertExecution(ctx, newExecution("e1"))
				panic("oops")
			})
		}()
		if _, err := st.Execution(t.Context(), "e1"); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("what a panic left: %v", err)
		}
		insert(t, st, newExecution("e1"))
	})
}

func TestWriteIsOverWhenItsContextIs(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		ctx, cancel := context.WithCancel(t.Context())
		err := st.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			cancel()
			return ctx.Err()
		})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("error %v", err)
		}
		if err := st.Write(ctx, func(context.Context, *store.Tx) error { return nil }); !errors.Is(err, context.Canceled) {
			t.Errorf("write after the end: %v", err)
		}
		insert(t, st, newExecution("e1"))
	})
}

// Two transactions that lock two executions in opposite orders: the database
// has one of them undone, and it is run again.
func TestDeadlockIsRunAgain(t *testing.T) {
	t.Parallel()
	st := storetest.Postgres(t)
	insert(t, st, newExecution("a"), newExecution("b"))
	var runs atomic.Int64
	var both, group sync.WaitGroup
	both.Add(2)
	for _, order := range [][]string{{"a", "b"}, {"b", "a"}} {
		group.Go(func() {
			first := sync.OnceFunc(func() { both.Done(); both.Wait() })
			if err := st.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
				runs.Add(1)
				if _, err := tx.BumpWake(ctx, order[0]); err != nil {
					return err
				}
				first()
				_, err := tx.BumpWake(ctx, order[1])
				return err
			}); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if runs.Load() < 3 {
		t.Errorf("%d runs", runs.Load())
	}
	for _, id := range []string{"a", "b"} {
		if loaded, err := st.LoadForAdvance(t.Context(), id); err != nil || loaded.Wake != 2 {
			t.Errorf("%s was woken %d times, %v", id, loaded.Wake, err)
		}
	}
}

func TestManyWritersAtOnce(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		insert(t, st, newExecution("e1"))
		var group sync.WaitGroup
		for range 20 {
			group.Go(func() {
				for range 10 {
					if err := st.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
						_, err := tx.BumpWake(ctx, "e1")
						return err
					}); err != nil {
						t.Error(err)
					}
					if _, err := st.Execution(t.Context(), "e1"); err != nil {
						t.Error(err)
					}
				}
			})
		}
		group.Wait()
		if loaded, err := st.LoadForAdvance(t.Context(), "e1"); err != nil || loaded.Wake != 200 {
			t.Errorf("woken %d times, %v", loaded.Wake, err)
		}
	})
}

func TestStatementsOfOtherPackages(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		insert(t, st, newExecution("e1"))
		rename := store.NewStatement("UPDATE executions SET name = ? WHERE id = ? AND name <> '?'", "")
		read := store.NewStatement("SELECT name FROM executions WHERE id = ?", "")
		for _, want := range []string{"first", "again", "prepared"} {
			write(t, st, func(ctx context.Context, tx *store.Tx) error {
				if n, err := tx.Exec(ctx, rename, want, "e1"); n != 1 || err != nil {
					t.Errorf("%d rows, %v", n, err)
				}
				var name string
				if err := tx.QueryRow(ctx, read, []any{"e1"}, &name); err != nil || name != want {
					t.Errorf("name %q, %v", name, err)
				}
				if err := tx.QueryRow(ctx, read, []any{"gone"}, &name); !errors.Is(err, store.ErrNotFound) {
					t.Errorf("no row: %v", err)
				}
				return nil
			})
			var name string
			if err := st.Query(t.Context(), read, []any{"e1"}, func(row store.Row) error { return row.Scan(&name) }); err != nil || name != want {
				t.Errorf("name %q, %v", name, err)
			}
		}
	})
}
