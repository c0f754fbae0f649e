package store_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/store/storetest"
)

var errRefused = errors.New("refused")

// Writes that come at the same time share transactions on SQLite. What one of them does
// is its own all the same, however it ends.
func TestWritesAtTheSameTime(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		t.Helper()
		const writers, each = 24, 60
		var (
			mu        sync.Mutex
			want      []string
			committed = map[string]bool{}
			group     sync.WaitGroup
		)
		for w := range writers {
			group.Go(func() {
				random := rand.New(rand.NewPCG(uint64(w), 1))
				for n := range each {
					id := fmt.Sprintf("w%d-%d", w, n)
					ends := random.IntN(8)
					ended := make(chan error, 1)
					// A goroutine of its own, which it may end.
					go func() {
						err := errRefused
						defer func() { ended <- err }()
						defer func() { _ = recover() }()
						ctx, cancel := context.WithCancel(t.Context())
						defer cancel()
						err = st.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
							tx.OnCommit(func() {
								mu.Lock()
								defer mu.Unlock()
								committed[id] = true
							})
							if err := tx.InsertExecution(ctx, newExecution(id)); err != nil {
								return err
							}
							err = errRefused
							switch ends {
							case 0:
								return errRefused
							case 1:
								panic("a bug")
							case 2:
								runtime.Goexit()
							case 3:
								cancel()
							}
							return nil
						})
					}()
					err := <-ended
					// One that is canceled when all is done may be committed all the same.
					if ends != 3 && ends > 3 != (err == nil) {
						t.Errorf("%s, which ends as %d, gave %v", id, ends, err)
					}
					if err == nil {
						if _, err := st.Execution(t.Context(), id); err != nil {
							t.Errorf("%s isn't there after its write: %v", id, err)
						}
						mu.Lock()
						want = append(want, id)
						mu.Unlock()
					}
				}
			})
		}
		group.Wait()
		stored, err := st.Executions(t.Context(), store.ExecutionFilter{Limit: writers * each})
		require.NoError(t, err)
		got := make([]string, 0, len(stored))
		for _, e := range stored {
			got = append(got, e.ID)
		}
		require.ElementsMatch(t, want, got)
		require.Len(t, committed, len(want))
		for _, id := range want {
			require.Contains(t, committed, id)
		}
	})
}

// A write that the database can't hold doesn't take others with it, in whose transaction
// it was: SQLite ends all of that.
func TestAWriteThatIsTooLargeFailsAlone(t *testing.T) {
	t.Parallel()
	st := storetest.SQLite(t)
	_, err := st.SQLite().ExecContext(t.Context(), "PRAGMA max_page_count = 2000") // 8 MB
	require.NoError(t, err)
	large := strings.Repeat("not for this database ", 1<<20)
	var group sync.WaitGroup
	for w := range 8 {
		group.Go(func() {
			for n := range 20 {
				id := fmt.Sprintf("w%d-%d", w, n)
				e := newExecution(id)
				if w == 0 {
					e.Name = large
				}
				err := st.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error { return tx.InsertExecution(ctx, e) })
				if w == 0 {
					if !store.IsAway(err) {
						t.Errorf("the large one: %v", err)
					}
					continue
				}
				if err != nil {
					t.Errorf("write %s: %v", id, err)
				}
			}
		})
	}
	group.Wait()
	n, err := st.CountExecutions(t.Context(), store.ExecutionFilter{})
	require.NoError(t, err)
	require.Equal(t, 7*20, n)
}

// Who gives up before its turn leaves the others theirs.
func TestWaitingForATurnEndsWithTheContext(t *testing.T) {
	t.Parallel()
	st := storetest.SQLite(t)
	inside, end := make(chan struct{}), make(chan struct{})
	var group sync.WaitGroup
	group.Go(func() {
		write(t, st, func(ctx context.Context, tx *store.Tx) error {
			close(inside)
			<-end
			return tx.InsertExecution(ctx, newExecution("first"))
		})
	})
	<-inside
	ctx, cancel := context.WithCancel(t.Context())
	gaveUp := make(chan error)
	go func() { gaveUp <- st.Write(ctx, func(context.Context, *store.Tx) error { return nil }) }()
	group.Go(func() { insert(t, st, newExecution("last")) })
	cancel()
	require.ErrorIs(t, <-gaveUp, context.Canceled)
	close(end)
	group.Wait()
	n, err := st.CountExecutions(t.Context(), store.ExecutionFilter{})
	require.NoError(t, err)
	require.Equal(t, 2, n)
}
