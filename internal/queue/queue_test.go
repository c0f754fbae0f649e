package queue

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/store/storetest"
)

func TestCommittedJobRunsSoon(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		w := start(t, st, Options{PollInterval: time.Hour}, nil)
		var took []time.Duration
		for i := range 20 {
			id := enqueue(t, w.Queue, fmt.Sprint(i), time.Time{})
			committed := time.Now()
			r := w.next(t)
			took = append(took, r.at.Sub(committed))
			if r.job.ID != id || r.job.Attempt != 1 || r.job.ExecutionID != fmt.Sprint(i) {
				t.Errorf("job %+v", r.job)
			}
		}
		slices.Sort(took)
		t.Logf("from commit to work: median %v, worst %v", took[len(took)/2], took[len(took)-1])
		if took[0] > time.Second {
			t.Error("jobs wait for a poll")
		}
		settles(t, "no job is left", func() bool { return stats(t, w.Queue) == Stats{} })
	})
}

func TestRolledBackJobNeverRuns(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		w := start(t, st, Options{PollInterval: 20 * time.Millisecond}, nil)
		failure := errors.New("no")
		for _, at := range []time.Time{{}, time.Now().Add(30 * time.Millisecond)} {
			err := st.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
				_, err := w.Enqueue(ctx, tx, "x", at)
				return errors.Join(err, failure)
			})
			if !errors.Is(err, failure) {
				t.Fatal(err)
			}
		}
		w.none(t)
	})
}

func TestWake(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		release := make(chan struct{})
		w := start(t, st, Options{PollInterval: time.Hour}, func(w *workshop, ctx context.Context, job Job) error {
			if job.ExecutionID == "slow" {
				<-release
			}
			return w.complete(ctx, job)
		})
		id := enqueue(t, w.Queue, "later", time.Now().Add(time.Hour))
		if s := stats(t, w.Queue); s != (Stats{Scheduled: 1}) {
			t.Errorf("stats %+v", s)
		}
		w.none(t)
		if err := wake(t, w.Queue, id); err != nil {
			t.Fatal(err)
		}
		if r := w.next(t); r.job.ID != id {
			t.Errorf("job %+v", r.job)
		}
		settles(t, "the job is gone", func() bool { return errors.Is(wake(t, w.Queue, id), store.ErrNotFound) })

		id = enqueue(t, w.Queue, "slow", time.Time{})
		w.next(t)
		if err := wake(t, w.Queue, id); err != nil {
			t.Errorf("wake of a running job: %v", err)
		}
		if s := stats(t, w.Queue); s != (Stats{Running: 1}) {
			t.Errorf("stats %+v", s)
		}
		w.none(t)
		close(release)
		settles(t, "no job is left", func() bool { return stats(t, w.Queue) == Stats{} })
		w.none(t)
	})
}

func TestTimersAreExact(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		w := start(t, st, Options{PollInterval: time.Hour}, nil)
		begin := time.Now()
		want := map[string]time.Time{}
		for _, ms := range []int{400, 150, 300, 151, 500, 50, 250} { // in no order
			name := fmt.Sprint(ms)
			want[name] = begin.Add(time.Duration(ms) * time.Millisecond)
			enqueue(t, w.Queue, name, want[name])
		}
		var worst time.Duration
		for range want {
			r := w.next(t)
			late := r.at.Sub(want[r.job.ExecutionID])
			worst = max(worst, late)
			if late < 0 || late > 30*time.Second {
				t.Errorf("timer %sms ran %v late", r.job.ExecutionID, late)
			}
		}
		t.Logf("worst lateness %v", worst)
	})
}

func TestTimerIsSetByAProcessThatOnlyEnqueues(t *testing.T) {
	t.Parallel()
	st := storetest.Postgres(t)
	w := start(t, st, Options{PollInterval: time.Hour}, nil)
	client, err := New(t.Context(), st, Options{})
	if err != nil {
		t.Fatal(err)
	}
	at := time.Now().Add(200 * time.Millisecond)
	enqueue(t, client, "timer", at)
	if late := w.next(t).at.Sub(at); late < 0 || late > 30*time.Second {
		t.Errorf("the timer was %v late", late)
	}
	enqueue(t, client, "now", time.Time{})
	w.next(t)
}

func TestJobOfTheDatabaseRunsAfterARestart(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		client, err := New(t.Context(), st, Options{})
		if err != nil {
			t.Fatal(err)
		}
		at := time.Now().Add(3 * time.Second) // until the workshop has begun
		enqueue(t, client, "timer", at)
		enqueue(t, client, "now", time.Time{})
		w := start(t, st, Options{PollInterval: time.Hour}, nil)
		if r := w.next(t); r.job.ExecutionID != "now" {
			t.Errorf("job %+v", r.job)
		}
		if late := w.next(t).at.Sub(at); late < 0 || late > 30*time.Second {
			t.Errorf("the timer was %v late", late)
		}
	})
}

func TestStolenJobIsLost(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		results := make(chan error, 3)
		w := start(t, st, Options{PollInterval: time.Hour}, func(w *workshop, ctx context.Context, job Job) error {
			if job.Attempt > 1 {
				return w.complete(ctx, job)
			}
			results <- st.Write(ctx, func(ctx context.Context, tx *store.Tx) error { return w.Owns(ctx, tx, job) })
			// Another process takes this one for dead.
			execSQL(t, st, "UPDATE river_job SET state = 'available' WHERE id = ?", "", job.ID)
			w.bell.ring()
			settles(t, "the job is taken again", func() bool { return !w.stillFirst(t, job) })
			results <- st.Write(ctx, func(ctx context.Context, tx *store.Tx) error { return w.Owns(ctx, tx, job) })
			err := w.complete(ctx, job)
			results <- err
			return err
		})
		enqueue(t, w.Queue, "x", time.Time{})
		if err := <-results; err != nil {
			t.Errorf("own job: %v", err)
		}
		for range 2 {
			if err := <-results; !errors.Is(err, ErrLost) {
				t.Errorf("lost job: %v", err)
			}
		}
		if first, second := w.next(t), w.next(t); first.job.Attempt != 1 || second.job.Attempt != 2 {
			t.Errorf("attempts %+v, %+v", first, second)
		}
		settles(t, "no job is left", func() bool { return stats(t, w.Queue) == Stats{} })
		w.none(t)
	})
}

// stillFirst tells whether the job hasn't been taken a second time.
func (w *workshop) stillFirst(tb testing.TB, job Job) (first bool) {
	err := w.st.Query(context.WithoutCancel(tb.Context()),
		store.NewStatement("SELECT attempt FROM river_job WHERE id = ?", ""), []any{job.ID},
		func(row store.Row) error {
			var attempt int
			err := row.Scan(&attempt)
			first = attempt == job.Attempt
			return err
		})
	if err != nil {
		tb.Error(err)
	}
	return first
}

func TestFailedJobIsTriedAgain(t *testing.T) {
	t.Parallel()
	for name, fail := range map[string]func() error{
		"error":         func() error { return errors.New("no") },
		"odd error":     func() error { return errors.New("n\x00o\xff") },
		"panic":         func() error { panic("no") },
		"not completed": func() error { return nil },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			storetest.Each(t, func(t *testing.T, st *store.Store) {
				w := prepare(t, st, Options{PollInterval: time.Hour}, func(w *workshop, ctx context.Context, job Job) error {
					if job.Attempt < 3 {
						return fail()
					}
					return w.complete(ctx, job)
				})
				w.backoff = func(attempt int) time.Duration { return time.Duration(attempt) * 50 * time.Millisecond }
				w.begin(t)
				enqueue(t, w.Queue, "x", time.Time{})
				first, second, third := w.next(t), w.next(t), w.next(t)
				if third.job.Attempt != 3 || second.at.Sub(first.at) < 50*time.Millisecond ||
					third.at.Sub(second.at) < 100*time.Millisecond {
					t.Errorf("tried at %v, %v, %v", first, second, third)
				}
				settles(t, "no job is left", func() bool { return stats(t, w.Queue) == Stats{} })
			})
		})
	}
}

func TestBackoff(t *testing.T) {
	t.Parallel()
	for attempt, want := range map[int]time.Duration{
		0: time.Second, 1: time.Second, 2: 2 * time.Second, 3: 5 * time.Second, 7: time.Minute, 10_000: time.Minute,
	} {
		if got := backoff(attempt); got != want {
			t.Errorf("after attempt %d: %v, want %v", attempt, got, want)
		}
	}
}

func TestGracefulStopWaitsForHandlers(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		release := make(chan struct{})
		var completed atomic.Bool
		w := start(t, st, Options{PollInterval: time.Hour}, func(w *workshop, ctx context.Context, job Job) error {
			<-release
			completed.Store(ctx.Err() == nil)
			return w.complete(ctx, job)
		})
		enqueue(t, w.Queue, "slow", time.Time{})
		w.next(t)
		w.stop()
		select {
		case err := <-w.done:
			t.Fatalf("Run is over: %v", err)
		case <-time.After(500 * time.Millisecond): // it has heard of the end by then
		}
		enqueue(t, w.Queue, "too late", time.Time{})
		close(release)
		if err := <-w.done; err != nil || !completed.Load() {
			t.Errorf("Run: %v; the handler ended in peace: %v", err, completed.Load())
		}
		w.none(t)
		if s := stats(t, w.Queue); s != (Stats{Available: 1}) {
			t.Errorf("stats %+v", s)
		}
		if err := w.Run(t.Context()); err == nil {
			t.Error("Run went twice")
		}
	})
}

func TestHandlersThatDrainTooLongAreCancelled(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		w := start(t, st, Options{DrainTimeout: 50 * time.Millisecond}, func(_ *workshop, ctx context.Context, _ Job) error {
			<-ctx.Done()
			return ctx.Err()
		})
		enqueue(t, w.Queue, "endless", time.Time{})
		w.next(t)
		w.stop()
		if err := <-w.done; err != nil {
			t.Errorf("Run: %v", err)
		}
		if s := stats(t, w.Queue); s != (Stats{Available: 1}) { // for the next process, at once
			t.Errorf("stats %+v", s)
		}
	})
}

func TestJobsOfAKilledProcessGoOn(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		client, err := New(t.Context(), st, Options{})
		if err != nil {
			t.Fatal(err)
		}
		id := enqueue(t, client, "x", time.Time{})
		execSQL(t, st, "UPDATE river_job SET state = 'running', attempt = 1, attempted_by = json_array('ghost') WHERE id = ?",
			"UPDATE river_job SET state = 'running', attempt = 1, attempted_by = ARRAY['ghost'] WHERE id = ?", id)
		w := start(t, st, Options{PollInterval: time.Hour}, nil)
		if r := w.next(t); r.job.ID != id || r.job.Attempt != 2 {
			t.Errorf("job %+v", r.job)
		}
	})
}

func TestProcessThatDiesLaterIsNoticed(t *testing.T) {
	t.Parallel()
	st := storetest.Postgres(t)
	client, err := New(t.Context(), st, Options{})
	if err != nil {
		t.Fatal(err)
	}
	id := enqueue(t, client, "x", time.Time{})
	execSQL(t, st, "", "UPDATE river_job SET state = 'running', attempt = 1, attempted_by = ARRAY['other', 'ghost'] WHERE id = ?", id)
	if err := st.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Beat(ctx, "ghost", "")
		return err
	}); err != nil {
		t.Fatal(err)
	}
	w := start(t, st, Options{PollInterval: time.Hour, BeatInterval: 100 * time.Millisecond, DeadAfter: time.Second}, nil)
	begin := time.Now()
	r := w.next(t)
	if took := r.at.Sub(begin); r.job.ID != id || took < 200*time.Millisecond {
		t.Errorf("job %+v after %v", r.job, took)
	}
}

func TestLivingProcessKeepsItsJobs(t *testing.T) {
	t.Parallel()
	st := storetest.Postgres(t)
	opts := Options{BeatInterval: 50 * time.Millisecond, DeadAfter: time.Second}
	release := make(chan struct{})
	one := start(t, st, opts, func(w *workshop, ctx context.Context, job Job) error {
		<-release
		return w.complete(ctx, job)
	})
	enqueue(t, one.Queue, "long", time.Time{})
	one.next(t)
	two := start(t, st, opts, nil)
	select {
	case r := <-two.runs:
		t.Errorf("job %+v was taken from a living process", r.job)
	case <-time.After(1500 * time.Millisecond):
	}
	close(release)
	settles(t, "no job is left", func() bool { return stats(t, two.Queue) == Stats{} })
}

func TestManyProcessesShareTheJobs(t *testing.T) {
	t.Parallel()
	st := storetest.Postgres(t)
	var workshops []*workshop
	for range 3 {
		workshops = append(workshops, start(t, st, Options{Workers: 4}, nil))
	}
	const jobs = 200
	for i := range jobs {
		enqueue(t, workshops[i%3].Queue, fmt.Sprint(i), time.Time{})
	}
	seen := map[string]bool{}
	for len(seen) < jobs {
		var r run
		select {
		case r = <-workshops[0].runs:
		case r = <-workshops[1].runs:
		case r = <-workshops[2].runs:
		case <-time.After(patience):
			t.Fatalf("%d of %d jobs were run", len(seen), jobs)
		}
		if seen[r.job.ExecutionID] {
			t.Errorf("%s was run twice", r.job.ExecutionID)
		}
		seen[r.job.ExecutionID] = true
	}
}

func TestMoreJobsThanWorkers(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		var now, most atomic.Int64
		w := start(t, st, Options{Workers: 3, PollInterval: time.Hour}, func(w *workshop, ctx context.Context, job Job) error {
			for n := now.Add(1); ; {
				if old := most.Load(); n <= old || most.CompareAndSwap(old, n) {
					break
				}
			}
			defer now.Add(-1)
			return w.complete(ctx, job)
		})
		for i := range 50 {
			enqueue(t, w.Queue, fmt.Sprint(i), time.Time{})
		}
		for range 50 {
			w.next(t)
		}
		if most.Load() > 3 {
			t.Errorf("%d handlers ran at the same time", most.Load())
		}
	})
}

func TestJobIDsAreNeverGivenTwice(t *testing.T) {
	t.Parallel()
	storetest.EachURL(t, func(t *testing.T, url string) {
		last := int64(0)
		for range 3 { // each with an empty table, as after a restart
			st, err := store.Open(t.Context(), url, store.Options{})
			if err != nil {
				t.Fatal(err)
			}
			q, err := New(t.Context(), st, Options{})
			if err != nil {
				t.Fatal(err)
			}
			for range 50 {
				id := enqueue(t, q, "x", time.Time{})
				if id <= last || id >= 1<<53 {
					t.Fatalf("id %d after %d", id, last)
				}
				last = id
			}
			execSQL(t, st, "DELETE FROM river_job", "")
			if err := st.Close(); err != nil {
				t.Fatal(err)
			}
		}
	})
}
