package queue

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/store/storetest"
)

// dies has a process that is dead by now work on a job, which others have
// lost before.
func dies(t *testing.T, st *store.Store, id int64, before int) {
	t.Helper()
	execSQL(t, st,
		`UPDATE river_job SET state = 'running', attempt = attempt + 1, attempted_by = json_array('ghost'),
			metadata = json_set(metadata, '$.lost', ?) WHERE id = ?`,
		`UPDATE river_job SET state = 'running', attempt = attempt + 1, attempted_by = ARRAY['ghost'],
			metadata = jsonb_build_object('lost', CAST(? AS bigint)) WHERE id = ?`, before, id)
}

func client(t *testing.T, st *store.Store) *Queue {
	t.Helper()
	q, err := New(t.Context(), st, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return q
}

func TestHandlerThatWaitsLetsOthersWork(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		enter := make(chan struct{})
		w := start(t, st, Options{Workers: 1, PollInterval: time.Hour}, func(w *workshop, ctx context.Context, job Job) error {
			if job.ExecutionID == "waits" {
				job.Leave()
				job.Leave() // once is enough
				<-enter
				if err := job.Enter(ctx); err != nil {
					return err
				}
				w.runs <- run{job, time.Now()}
			}
			return w.complete(ctx, job)
		})
		enqueue(t, w.Queue, "waits", time.Time{})
		if r := w.next(t); r.job.ExecutionID != "waits" {
			t.Fatalf("job %+v", r.job)
		}
		for _, name := range []string{"a", "b", "c"} {
			enqueue(t, w.Queue, name, time.Time{})
			if r := w.next(t); r.job.ExecutionID != name {
				t.Fatalf("job %+v, want %s", r.job, name)
			}
		}
		close(enter)
		if r := w.next(t); r.job.ExecutionID != "waits" {
			t.Errorf("job %+v", r.job)
		}
		settles(t, "all slots are free", func() bool { return w.slots.working() == 0 })
	})
}

func TestHandlerGivesUpWaitingForItsSlot(t *testing.T) {
	t.Parallel()
	rings := 0
	s := &slots{ring: func() { rings++ }, total: 1, free: 1}
	if n := s.take(5); n != 1 {
		t.Fatalf("took %d", n)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.enter(ctx); !errors.Is(err, context.Canceled) || len(s.waiting) != 0 {
		t.Errorf("entered: %v, %d wait", err, len(s.waiting))
	}
	s.put()
	if rings != 1 || s.working() != 0 {
		t.Errorf("rang %d times, %d work", rings, s.working())
	}
}

func TestSuspectsAreTriedOneAtATimeAndAlone(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		c := client(t, st)
		// Both ran in two processes that died; at least one is innocent.
		for _, name := range []string{"first", "second"} {
			dies(t, st, enqueue(t, c, name, time.Time{}), 1)
		}
		rests, ends := make(chan struct{}), make(chan struct{})
		w := start(t, st, Options{TrialAfter: time.Millisecond}, func(w *workshop, ctx context.Context, job Job) error {
			if job.ExecutionID == "first" {
				<-rests
				job.Leave()
				<-ends
			}
			return w.complete(ctx, job)
		})
		if r := w.next(t); r.job.ExecutionID != "first" || r.job.Lost != 2 || r.job.Poison {
			t.Fatalf("job %+v", r.job)
		}
		enqueue(t, c, "other", time.Time{})
		w.none(t)
		close(rests)
		if r := w.next(t); r.job.ExecutionID != "other" || r.job.Lost != 0 {
			t.Fatalf("job %+v", r.job)
		}
		w.none(t)
		close(ends)
		if r := w.next(t); r.job.ExecutionID != "second" || r.job.Lost != 2 || r.job.Poison {
			t.Fatalf("job %+v", r.job)
		}
		settles(t, "there are no suspects", func() bool { n, err := w.Suspects(t.Context()); return n == 0 && err == nil })
		// A new job of the same execution has a clean slate.
		enqueue(t, c, "first", time.Time{})
		if r := w.next(t); r.job.ExecutionID != "first" || r.job.Lost != 0 {
			t.Errorf("job %+v", r.job)
		}
	})
}

func TestJobThatHasLostTooManyProcessesIsPoison(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ after, before int }{
		"the third by default": {0, 2}, "the first": {1, 0}, "the fifth": {5, 4},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			storetest.Each(t, func(t *testing.T, st *store.Store) {
				dies(t, st, enqueue(t, client(t, st), "x", time.Time{}), tc.before)
				w := start(t, st, Options{PoisonAfter: tc.after, TrialAfter: time.Millisecond, CondemnAfter: time.Millisecond}, nil)
				if r := w.next(t); r.job.Lost != tc.before+1 || !r.job.Poison {
					t.Errorf("job %+v", r.job)
				}
			})
		})
	}
}

func TestSingleLossIsNoSuspicion(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		c := client(t, st)
		for _, name := range []string{"a", "b"} {
			dies(t, st, enqueue(t, c, name, time.Time{}), 0)
		}
		both := make(chan struct{})
		w := start(t, st, Options{}, func(w *workshop, ctx context.Context, job Job) error {
			<-both // they run side by side
			return w.complete(ctx, job)
		})
		for range 2 {
			if r := w.next(t); r.job.Lost != 0 {
				t.Errorf("job %+v", r.job)
			}
		}
		close(both)
	})
}

func TestGracefulEndIsNoLoss(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		for range 4 {
			w := prepare(t, st, Options{DrainTimeout: time.Millisecond, PoisonAfter: 1}, func(_ *workshop, ctx context.Context, _ Job) error {
				<-ctx.Done()
				return ctx.Err()
			})
			if stats(t, w.Queue).Available == 0 {
				enqueue(t, w.Queue, "x", time.Time{})
			}
			w.begin(t)
			if r := w.next(t); r.job.Poison {
				t.Fatalf("job %+v", r.job)
			}
			w.stop()
			if err := <-w.done; err != nil {
				t.Fatal(err)
			}
		}
	})
}

func TestProcessThatLivesTakesBackThatItDied(t *testing.T) {
	t.Parallel()
	st := storetest.Postgres(t)
	stolen := make(chan struct{})
	w := start(t, st, Options{PoisonAfter: 2}, func(w *workshop, ctx context.Context, job Job) error {
		if job.Attempt == 1 {
			<-stolen
		}
		return w.complete(ctx, job)
	})
	id := enqueue(t, w.Queue, "x", time.Time{})
	w.next(t)
	// The others took it for dead, as it was cut off from the database.
	if err := st.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		if err := tx.EndProcess(ctx, w.ProcessID()); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, freeDead, w.quarantineAt())
		return err
	}); err != nil {
		t.Fatal(err)
	}
	execSQL(t, st, "", "UPDATE river_job SET scheduled_at = scheduled_at + interval '1 hour' WHERE id = ? AND priority = 2", id)
	close(stolen)
	settles(t, "it has taken that back", func() bool { n, err := w.Suspects(t.Context()); return n == 0 && err == nil })
	if err := wake(t, w.Queue, id); err != nil {
		t.Fatal(err)
	}
	if r := w.next(t); r.job.Lost != 0 || r.job.Attempt != 2 {
		t.Errorf("job %+v", r.job)
	}
}

func TestProcessesThatDieWithoutASuspectSpeakForIt(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		c := client(t, st)
		dies(t, st, enqueue(t, c, "x", time.Time{}), 2)
		opts := Options{TrialAfter: time.Millisecond, CondemnAfter: time.Hour}
		if err := prepare(t, st, opts, nil).takeOver(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n, err := c.Suspects(t.Context()); n != 1 || err != nil {
			t.Fatalf("%d suspects, %v", n, err)
		}
		// The next process dies while x is held back.
		dies(t, st, enqueue(t, c, "y", time.Time{}), 0)
		w := start(t, st, opts, nil)
		for range 2 {
			if r := w.next(t); r.job.Poison || (r.job.ExecutionID == "x") != (r.job.Lost == 2) {
				t.Errorf("job %+v", r.job)
			}
		}
	})
}

// A process that had no job when it was killed tells as much: something else
// kills.
func TestProcessesThatDieIdleSpeakForSuspects(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		c := client(t, st)
		dies(t, st, enqueue(t, c, "x", time.Time{}), 2)
		if err := prepare(t, st, Options{CondemnAfter: time.Hour}, nil).takeOver(t.Context()); err != nil {
			t.Fatal(err)
		}
		idle := "INSERT INTO processes (id, info, started_at, beat_at) VALUES ('idle', '', 0, 0)"
		execSQL(t, st, idle, idle)
		// It is put off for as long as if one had died with a job.
		if err := prepare(t, st, Options{TrialAfter: time.Hour}, nil).takeOver(t.Context()); err != nil {
			t.Fatal(err)
		}
		w := start(t, st, Options{}, nil)
		w.none(t)
		w.stop()
		if err := <-w.done; err != nil {
			t.Fatal(err)
		}
		execSQL(t, st, idle, idle)
		if r := start(t, st, Options{TrialAfter: time.Millisecond}, nil).next(t); r.job.Poison || r.job.Lost != 2 {
			t.Errorf("job %+v", r.job)
		}
	})
}

func TestVerdictStandsWhileAnotherSuspectKills(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		c := client(t, st)
		opts := Options{TrialAfter: time.Hour, CondemnAfter: time.Hour}
		for _, name := range []string{"x", "y"} {
			id := enqueue(t, c, name, time.Time{})
			dies(t, st, id, 2)
			if err := prepare(t, st, opts, nil).takeOver(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		var condemned int
		if err := st.Query(t.Context(), store.NewStatement(
			"SELECT COUNT(*) FROM river_job WHERE json_extract(metadata, '$.lost') = 3",
			"SELECT COUNT(*) FROM river_job WHERE metadata ->> 'lost' = '3'"), nil,
			func(row store.Row) error { return row.Scan(&condemned) }); err != nil || condemned != 2 {
			t.Errorf("%d are condemned, %v", condemned, err)
		}
	})
}
