package queue

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/store/storetest"
	"github.com/gennaker/gennaker/internal/testpostgres"
)

// processesOf are the processes that live, as the database has it.
func processesOf(t *testing.T, st *store.Store) map[string]bool {
	t.Helper()
	out := map[string]bool{}
	if err := st.Query(t.Context(), store.NewStatement(`SELECT id FROM processes`, ""), nil, func(row store.Row) error {
		var id string
		err := row.Scan(&id)
		out[id] = true
		return err
	}); err != nil {
		t.Error(err)
	}
	return out
}

// A companion runs while its process counts as alive, also in one without handlers.
func TestCompanions(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		q, err := New(t.Context(), st, Options{})
		if err != nil {
			t.Fatal(err)
		}
		began, during, after := make(chan struct{}), make(chan bool, 1), make(chan bool, 1)
		q.Accompany(Companion{Run: func(ctx context.Context) {
			during <- processesOf(t, st)[q.ProcessID()]
			close(began)
			<-ctx.Done()
			after <- processesOf(t, st)[q.ProcessID()]
		}})
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		done := make(chan error, 1)
		go func() { done <- q.Run(ctx) }()
		<-began
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
		if !<-during || !<-after || processesOf(t, st)[q.ProcessID()] {
			t.Error("the companion does not run while its process counts as alive")
		}
	})
}

func TestCompanionsHearOfAClockThatWasSetBack(t *testing.T) {
	t.Parallel()
	st := storetest.SQLite(t)
	q, err := New(t.Context(), st, Options{})
	if err != nil {
		t.Fatal(err)
	}
	var told atomic.Int32
	q.Accompany(Companion{}) // needs not know
	q.Accompany(Companion{ClockSet: func(context.Context) error { told.Add(1); return nil }})
	if err := q.wakeAll(t.Context()); err != nil || told.Load() != 1 {
		t.Errorf("told %d times, %v", told.Load(), err)
	}
}

// A bell is heard in all processes, and only under its name.
func TestBells(t *testing.T) {
	t.Parallel()
	url := testpostgres.New(t)
	open := func(name string) (ring func(), heard chan struct{}) {
		heard = make(chan struct{}, 100)
		q, err := New(t.Context(), storetest.Open(t, url, store.Options{}), Options{})
		if err != nil {
			t.Fatal(err)
		}
		ring = q.Bell(name, func() { heard <- struct{}{} })
		q.Accompany(Companion{Run: func(ctx context.Context) { <-ctx.Done() }})
		ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
		done := make(chan error, 1)
		go func() { done <- q.Run(ctx) }()
		t.Cleanup(func() {
			cancel()
			if err := <-done; err != nil {
				t.Error(err)
			}
		})
		return ring, heard
	}
	expect := func(what string, heard chan struct{}) {
		select {
		case <-heard:
		case <-time.After(patience):
			t.Fatalf("not heard: %s", what)
		}
	}
	ring, here := open("a")
	_, there := open("a")
	_, other := open("b")
	for what, heard := range map[string]chan struct{}{"here": here, "there": there, "other": other} {
		expect(what+" begins to listen", heard)
	}
	ring()
	expect("here", here)
	expect("there", there)
	silent, err := New(t.Context(), storetest.Open(t, url, store.Options{}), Options{})
	if err != nil {
		t.Fatal(err)
	}
	silent.Bell("a", nil)()
	expect("here, from one that only rings", here)
	expect("there, from one that only rings", there)
	if len(here)+len(there)+len(other) != 0 {
		t.Errorf("too much was heard: %d, %d, %d", len(here), len(there), len(other))
	}
}
