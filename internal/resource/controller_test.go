package resource

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/store/storetest"
	"github.com/gennaker/gennaker/internal/testpostgres"
)

// A wake that comes during a call leads to one more call after it, and so do many.
func TestWakesDuringACall(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		t.Helper()
		var calls counter
		began, end := make(chan struct{}), make(chan struct{})
		p := start(t, Options{Store: st}, kindOf(reconcile(func(ctx context.Context, r Resource) (Result, error) {
			if calls.add(r.Name, 1) == 1 {
				close(began)
				<-end
			}
			return echo(ctx, r)
		})))
		p.put("a", 1)
		<-began
		for range 5 {
			require.NoError(t, p.Wake(t.Context(), "thing", "a"))
		}
		p.put("a", 2)
		require.Equal(t, 1, calls.add("a", 0))
		close(end)
		p.healthy("a")
		p.idle("a")
		require.Equal(t, 2, calls.add("a", 0))
	})
}

// A process that ends gives what it is at to the next.
func TestOrderlyEnd(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		t.Helper()
		began := make(chan struct{})
		one := start(t, Options{Store: st}, kindOf(reconcile(func(ctx context.Context, _ Resource) (Result, error) {
			close(began)
			<-ctx.Done()
			return Result{}, ctx.Err()
		})))
		one.put("a", 1)
		<-began
		one.stop()
		r := one.get("a")
		require.Zero(t, r.ObservedGeneration)
		require.Zero(t, r.Failures)
		start(t, Options{Store: st}, kindOf(reconcile(echo))).healthy("a")
	})
}

func TestOtherProcessesReconcile(t *testing.T) {
	t.Parallel()
	url := testpostgres.New(t)
	writer := client(t, storetest.Open(t, url, store.Options{}), kindOf(reconcile(echo)))
	start(t, Options{Store: storetest.Open(t, url, store.Options{}), Look: time.Hour}, kindOf(reconcile(echo)))
	writer.put("a", 1)
	writer.healthy("a")
	writer.put("a", 2)
	writer.healthy("a")
}

func TestDeletion(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		t.Helper()
		gone := func(p *process, name string) {
			require.Eventually(t, func() bool {
				_, err := p.Get(t.Context(), "thing", name)
				return fault.KindOf(err) == fault.NotFound
			}, patience, time.Millisecond)
		}
		plain := start(t, Options{Store: st}, kindOf(reconcile(echo)))
		plain.put("a", 1)
		plain.healthy("a")
		plain.remove("a")
		gone(plain, "a")
		plain.put("a", 1)
		require.EqualValues(t, 1, plain.healthy("a").Generation)
		plain.stop()

		// Before it is gone, it can be wanted again.
		off := client(t, st, kindOf(reconcile(echo)))
		off.remove("a")
		off.remove("a")
		require.NotZero(t, off.get("a").DeletionRequestedAt)
		off.put("a", 1)
		again := off.get("a")
		require.Zero(t, again.DeletionRequestedAt)
		require.Empty(t, again.Conditions)
		require.EqualValues(t, 2, again.Generation)

		var calls counter
		clean := start(t, Options{Store: st}, kindOf(thorough{reconcile(echo), func(context.Context, Resource) (Result, error) {
			switch calls.add("finalize", 1) {
			case 1:
				return Result{}, errors.New("can't clean up")
			case 2:
				return Result{RequeueAfter: time.Millisecond}, nil
			case 3:
				return Result{RequeueAfter: 50 * time.Millisecond}, nil
			}
			return Result{}, nil
		}}))
		clean.healthy("a")
		clean.remove("a")
		err := clean.write(func(ctx context.Context, tx *store.Tx) error {
			return clean.Put(ctx, tx, Wanted{Kind: "thing", Name: "a", Spec: 2})
		})
		require.Equal(t, fault.Conflict, fault.KindOf(err))
		gone(clean, "a")
		require.Equal(t, 4, calls.add("finalize", 0))
	})
}

// Who follows a resource's readiness does so in the transaction that changes it.
func TestOnReady(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		t.Helper()
		var (
			fail   atomic.Bool
			mu     sync.Mutex
			seen   []string
			refuse atomic.Bool
		)
		refuse.Store(true)
		p := start(t, Options{Store: st, OnReady: func(_ context.Context, _ *store.Tx, before, after Resource) error {
			if refuse.CompareAndSwap(true, false) {
				return errors.New("not now")
			}
			mu.Lock()
			defer mu.Unlock()
			seen = append(seen, fmt.Sprintf("%s %s", before.Condition(Ready).Status, after.Condition(Ready).Status))
			return nil
		}}, kindOf(reconcile(func(ctx context.Context, r Resource) (Result, error) {
			if fail.Load() {
				return Result{}, errors.New("no")
			}
			return echo(ctx, r)
		})))
		p.put("a", 1)
		p.healthy("a") // although its first result was not stored
		p.put("a", 2)
		p.healthy("a")
		fail.Store(true)
		p.put("a", 3)
		p.becomes("a", "failing", func(r Resource) bool { return r.Failures > 2 })
		fail.Store(false)
		p.healthy("a")
		mu.Lock()
		defer mu.Unlock()
		require.Equal(t, []string{"Unknown True", "True False", "False True"}, seen)
	})
}

// What waits by a clock that was set back doesn't wait for longer than it was to.
func TestClockThatIsSetBack(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		t.Helper()
		p := client(t, st, kindOf(reconcile(echo)))
		p.put("a", 1)
		require.NoError(t, p.write(func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Exec(ctx, bothClocks(`UPDATE resources SET due_at = $now + 3600000, pause = 1000`))
			return err
		}))
		require.NoError(t, p.clockSet(t.Context()))
		due, there, err := p.nextDue(t.Context(), "thing")
		require.NoError(t, err)
		require.True(t, there)
		require.LessOrEqual(t, due, time.Second)
	})
}

// A claim in a process's name that it doesn't know of is freed, and a call for what
// another process has by now is ended.
func TestClaimsThatDontFit(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		t.Helper()
		var calls counter
		p := start(t, Options{Store: st}, kindOf(reconcile(func(ctx context.Context, r Resource) (Result, error) {
			if calls.add(r.Name, 1) == 1 {
				<-ctx.Done()
				return Result{}, ctx.Err()
			}
			return echo(ctx, r)
		})))
		set := func(text string, args ...any) {
			require.NoError(t, p.write(func(ctx context.Context, tx *store.Tx) error {
				_, err := tx.Exec(ctx, store.NewStatement(text, ""), args...)
				return err
			}))
		}
		p.put("a", 1)
		require.Eventually(t, func() bool { return calls.add("a", 0) == 1 }, patience, time.Millisecond)
		set(`UPDATE resources SET fence = fence + 1`)
		poke(p.doubt)
		r := p.healthy("a")
		require.Zero(t, r.Failures)
	})
}

// What somebody has changed goes before what is only overdue.
func TestChangesGoFirst(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		t.Helper()
		var (
			mu    sync.Mutex
			order []string
		)
		began, end := make(chan struct{}, 1), make(chan struct{})
		kind := kindOf(reconcile(func(ctx context.Context, r Resource) (Result, error) {
			mu.Lock()
			order = append(order, r.Name)
			mu.Unlock()
			if string(r.Spec) == `"wait"` {
				began <- struct{}{}
				<-end
			}
			return echo(ctx, r)
		}))
		kind.Most = 1
		p := start(t, Options{Store: st}, kind)
		for _, name := range []string{"a", "b", "c", "d"} {
			p.put(name, 1)
			p.healthy(name)
			p.idle(name)
		}
		p.put("blocker", "wait")
		<-began
		for _, name := range []string{"a", "b", "c", "d"} {
			require.NoError(t, p.Wake(t.Context(), "thing", name))
		}
		p.put("new", 1)
		p.put("d", 2)
		mu.Lock()
		order = nil
		mu.Unlock()
		close(end)
		for _, name := range []string{"a", "b", "c", "d", "new"} {
			p.healthy(name)
			p.idle(name)
		}
		mu.Lock()
		defer mu.Unlock()
		require.Len(t, order, 5)
		require.ElementsMatch(t, []string{"new", "d"}, order[:2])
	})
}

// Whatever happens, in the end each resource is as it was last wanted, and never are two
// calls for one going on.
func TestRandomFaults(t *testing.T) {
	t.Parallel()
	for name, url := range map[string]func(t *testing.T) []*store.Store{
		"SQLite": func(t *testing.T) []*store.Store { t.Helper(); return []*store.Store{storetest.SQLite(t)} },
		"PostgreSQL": func(t *testing.T) []*store.Store {
			t.Helper()
			url := testpostgres.New(t)
			return []*store.Store{storetest.Open(t, url, store.Options{}), storetest.Open(t, url, store.Options{})}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			stores := url(t)
			seed := rand.Uint64()
			t.Logf("the seed is %d", seed)
			random := rand.New(rand.NewPCG(seed, 0))
			var running counter
			kind := kindOf(reconcile(func(ctx context.Context, r Resource) (Result, error) {
				if n := running.add(r.Name, 1); n != 1 {
					t.Errorf("%d calls for %s go on", n, r.Name)
				}
				defer running.add(r.Name, -1)
				select {
				case <-ctx.Done():
					return Result{}, ctx.Err()
				case <-time.After(rand.N(5 * time.Millisecond)):
				}
				switch rand.N(10) {
				case 0:
					return Result{}, errors.New("by chance")
				case 1:
					panic("by chance")
				}
				return echo(ctx, r)
			}))
			silent := slog.New(slog.DiscardHandler)
			processes := make([]*process, len(stores))
			for i, st := range stores {
				processes[i] = start(t, Options{Store: st, Logger: silent}, kind)
			}
			const things = 5
			wanted := map[string]int{}
			for step := range 150 {
				at := random.IntN(len(processes))
				p, thing := processes[at], fmt.Sprint(random.IntN(things))
				switch what := random.IntN(20); {
				case what == 0:
					p.die()
					processes[at] = start(t, Options{Store: stores[at], Logger: silent}, kind)
				case what == 1:
					p.stop()
					processes[at] = start(t, Options{Store: stores[at], Logger: silent}, kind)
				case what < 10:
					require.NoError(t, p.Wake(t.Context(), "thing", thing))
				default:
					wanted[thing] = step
					p.put(thing, step)
				}
			}
			for thing, spec := range wanted {
				r := processes[0].healthy(thing)
				require.JSONEq(t, fmt.Sprintf(`{"seen":%d}`, spec), string(r.Status))
			}
		})
	}
}

// A resource that kills whoever takes it up kills one process at once, and the next ones
// with growing pauses.
func TestResourceThatKills(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		t.Helper()
		p := client(t, st, kindOf(reconcile(echo)))
		p.put("a", 1)
		for failures, want := range []time.Duration{0, 2 * time.Second, 4 * time.Second, 8 * time.Second} {
			require.NoError(t, p.write(func(ctx context.Context, tx *store.Tx) error {
				_, err := tx.Exec(ctx, store.NewStatement(`UPDATE resources SET owner = 'dead', fence = fence + 1`, ""))
				return err
			}))
			require.NoError(t, p.tend(t.Context()))
			due, there, err := p.nextDue(t.Context(), "thing")
			require.NoError(t, err)
			require.True(t, there)
			require.LessOrEqual(t, due, want)
			require.Greater(t, due, want-2*time.Second)
			require.Equal(t, failures+1, p.get("a").Failures)
		}
	})
}
