package resource

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/store/storetest"
	"github.com/gennaker/gennaker/internal/testpostgres"
)

// What is wanted at the moment when it goes is there afterwards.
func TestWantedAsItGoes(t *testing.T) {
	t.Parallel()
	url := testpostgres.New(t)
	st := storetest.Open(t, url, store.Options{})
	p := client(t, st, kindOf(reconcile(echo)))
	p.put("a", 1)
	ended := make(chan error, 1)
	require.NoError(t, p.write(func(ctx context.Context, tx *store.Tx) error {
		if _, err := p.lock(ctx, tx, "thing", "a"); err != nil {
			return err
		}
		go func() {
			ended <- p.write(func(ctx context.Context, tx *store.Tx) error {
				return p.Put(ctx, tx, Wanted{Kind: "thing", Name: "a", Spec: 2})
			})
		}()
		waiting := store.NewStatement(`SELECT COUNT(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`, "")
		require.Eventually(t, func() bool {
			n := 0
			err := st.Query(ctx, waiting, nil, func(row store.Row) error { return row.Scan(&n) })
			return err == nil && n > 0
		}, patience, time.Millisecond)
		_, err := tx.Exec(ctx, deleteRow, "thing", "a", "", 0)
		return err
	}))
	require.NoError(t, <-ended)
	require.JSONEq(t, "2", string(p.get("a").Spec))
}

// A process that was taken for dead while it was at a resource, and gets that again, ends
// the old call before it begins the new one.
func TestTheSameResourceAgain(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		t.Helper()
		var (
			calls     counter
			now, most atomic.Int64
		)
		told, end := make(chan struct{}), make(chan struct{})
		p := start(t, Options{Store: st}, kindOf(reconcile(func(ctx context.Context, r Resource) (Result, error) {
			most.Store(max(most.Load(), now.Add(1)))
			defer now.Add(-1)
			if calls.add(r.Name, 1) == 1 {
				<-ctx.Done()
				close(told)
				<-end // it takes its time
				return Result{}, ctx.Err()
			}
			return echo(ctx, r)
		})))
		p.put("a", 1)
		require.Eventually(t, func() bool { return calls.add("a", 0) == 1 }, patience, time.Millisecond)
		require.NoError(t, p.write(func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Exec(ctx, store.NewStatement(`UPDATE resources SET owner = '', due_at = 0`, ""))
			return err
		}))
		p.look()
		select {
		case <-told:
		case <-time.After(patience):
			require.Fail(t, "the old call isn't ended")
		}
		require.Eventually(t, func() bool {
			n := 0
			err := st.Query(t.Context(), store.NewStatement(`SELECT COUNT(*) FROM resources WHERE owner <> ''`, ""), nil, func(row store.Row) error { return row.Scan(&n) })
			return err == nil && n == 1
		}, patience, time.Millisecond, "it isn't claimed again")
		close(end)
		p.healthy("a")
		p.idle("a")
		require.EqualValues(t, 1, most.Load())
		require.Equal(t, 2, calls.add("a", 0))
		// A call is forgotten after its result is written, which is what was waited for.
		require.Eventually(t, func() bool { return len(p.calling()) == 0 }, patience, time.Millisecond)
	})
}
