package queue

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/store/storetest"
)

func TestPeriodic(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		w := prepare(t, st, Options{}, nil)
		ticks := make(chan time.Time, 100)
		w.Periodic("tick", 50*time.Millisecond, func(context.Context) error {
			ticks <- time.Now()
			return errors.New("goes on all the same")
		})
		w.Periodic("panics", 50*time.Millisecond, func(context.Context) error { panic("no") })
		w.begin(t)
		first := <-ticks
		for range 3 {
			<-ticks
		}
		if took := time.Since(first); took < 130*time.Millisecond {
			t.Errorf("three periods took %v", took)
		}
	})
}

func TestPeriodicIsDoneByOneProcess(t *testing.T) {
	t.Parallel()
	st := storetest.Postgres(t)
	var now, most, total atomic.Int64
	done := make(chan struct{}, 100)
	for range 3 {
		w := prepare(t, st, Options{}, nil)
		w.Periodic("slow", 20*time.Millisecond, func(context.Context) error {
			if n := now.Add(1); n > most.Load() {
				most.Store(n)
			}
			<-time.After(60 * time.Millisecond) // longer than the period
			now.Add(-1)
			total.Add(1)
			done <- struct{}{}
			return nil
		})
		w.begin(t)
	}
	for range 5 {
		select {
		case <-done:
		case <-time.After(patience):
			t.Fatal("no run")
		}
	}
	if most.Load() != 1 {
		t.Errorf("%d processes did it at the same time", most.Load())
	}
}

func TestPeriodicKeepsItsRhythmOverRestarts(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		runs := make(chan struct{}, 10)
		begin := func(every time.Duration) *workshop {
			w := prepare(t, st, Options{}, nil)
			w.Periodic("daily", every, func(context.Context) error { runs <- struct{}{}; return nil })
			w.begin(t)
			return w
		}
		w := begin(time.Hour)
		<-runs
		w.stop()
		if err := <-w.done; err != nil {
			t.Fatal(err)
		}
		w = begin(time.Hour) // an hour hasn't gone by
		select {
		case <-runs:
			t.Error("a restart had it run")
		case <-time.After(100 * time.Millisecond):
		}
		w.stop()
		<-w.done
		begin(50 * time.Millisecond) // a shorter period holds at once
		<-runs
	})
}

func TestPeriodicOfADeadProcessIsTakenOver(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		if _, err := New(t.Context(), st, Options{}); err != nil {
			t.Fatal(err)
		}
		execSQL(t, st, "INSERT INTO periodic (name, next_at, process_id) VALUES ('work', 0, 'ghost')", "")
		w := prepare(t, st, Options{}, nil)
		ran := make(chan struct{}, 1)
		w.Periodic("work", time.Hour, func(context.Context) error { ran <- struct{}{}; return nil })
		w.begin(t)
		select {
		case <-ran:
		case <-time.After(patience):
			t.Error("it was not run")
		}
	})
}
