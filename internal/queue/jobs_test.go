package queue

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	riverqueue "github.com/riverqueue/river"

	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/store/storetest"
)

// note is a job beside those of executions.
type note struct {
	Text string `json:"text"`
}

func (note) Kind() string { return "note" }

// reader works on notes.
type reader struct {
	riverqueue.WorkerDefaults[note]
	work func(ctx context.Context, job *riverqueue.Job[note]) error
}

func (r *reader) Work(ctx context.Context, job *riverqueue.Job[note]) error { return r.work(ctx, job) }

func (*reader) Timeout(*riverqueue.Job[note]) time.Duration { return 30 * time.Second }

func (*reader) NextRetry(*riverqueue.Job[note]) time.Time {
	return time.Now().UTC().Add(20 * time.Millisecond)
}

// notes are jobs that a function works on.
func notes(work func(ctx context.Context, job *riverqueue.Job[note]) error) *Jobs {
	workers := riverqueue.NewWorkers()
	riverqueue.AddWorker(workers, &reader{work: work})
	return &Jobs{Workers: workers, Most: 4, RescueAfter: time.Minute}
}

func insertNotes(t *testing.T, q *Queue, texts ...string) {
	t.Helper()
	if err := q.st.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		var jobs []riverqueue.InsertManyParams
		for _, text := range texts {
			jobs = append(jobs, riverqueue.InsertManyParams{Args: note{text}})
		}
		return q.Insert(ctx, tx, jobs)
	}); err != nil {
		t.Fatal(err)
	}
}

func TestOtherJobsAreRiversOwn(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		read := make(chan string, 100)
		w := start(t, st, Options{PollInterval: time.Hour, Jobs: notes(func(_ context.Context, job *riverqueue.Job[note]) error {
			if job.Args.Text == "again" && job.Attempt < 3 {
				return errors.New("not yet")
			}
			read <- job.Args.Text
			return nil
		})}, nil)
		next := func(want string) {
			t.Helper()
			select {
			case got := <-read:
				if got != want {
					t.Fatalf("read %q, want %q", got, want)
				}
			case <-time.After(patience):
				t.Fatalf("%q was not read", want)
			}
		}
		insertNotes(t, w.Queue, "here")
		next("here")
		insertNotes(t, opened(t, st), "from a process that only inserts")
		next("from a process that only inserts")
		insertNotes(t, w.Queue, "again")
		next("again")
		enqueue(t, w.Queue, "x", time.Time{})
		w.next(t)
		settles(t, "all have ended", func() bool {
			states, err := w.States(t.Context())
			return err == nil && len(states) == 0
		})
		done := texts(t, st, `SELECT queue || ' ' || state || ' ' || attempt FROM river_job ORDER BY id`,
			`SELECT queue || ' ' || CAST(state AS text) || ' ' || attempt FROM river_job ORDER BY id`)
		want := []string{"default completed 1", "default completed 1", "default completed 3"}
		if len(done) != 3 || done[0] != want[0] || done[1] != want[1] || done[2] != want[2] {
			t.Errorf("the jobs are %q", done)
		}
	})
}

// River's rescuer frees the jobs of a process that was killed, and leaves alone what
// an execution does, for as long as it takes.
func TestOtherJobsOfAKilledProcessAreRescued(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		insertNotes(t, opened(t, st), "lost")
		const anHourAgo, inPostgres = `strftime('%Y-%m-%d %H:%M:%f', 'now', '-1 hour')`, `now() - interval '1 hour'`
		execSQL(t, st, `UPDATE river_job SET state = 'running', attempt = 1, attempted_at = `+anHourAgo+`, attempted_by = json_array('ghost')`,
			`UPDATE river_job SET state = 'running', attempt = 1, attempted_at = `+inPostgres+`, attempted_by = ARRAY['ghost']`)
		release, read := make(chan struct{}), make(chan int, 10)
		var runs atomic.Int64
		w := prepare(t, st, Options{Jobs: notes(func(_ context.Context, job *riverqueue.Job[note]) error {
			read <- job.Attempt
			return nil
		})}, func(w *workshop, ctx context.Context, job Job) error {
			runs.Add(1)
			<-release
			return w.complete(ctx, job)
		})
		id := enqueue(t, w.Queue, "slow", time.Time{})
		execSQL(t, st, `UPDATE river_job SET scheduled_at = '2000-01-01 00:00:00.000' WHERE id = ?`, `UPDATE river_job SET scheduled_at = '2000-01-01' WHERE id = ?`, id)
		w.begin(t)
		w.next(t)
		execSQL(t, st, `UPDATE river_job SET attempted_at = `+anHourAgo+` WHERE id = ?`, `UPDATE river_job SET attempted_at = `+inPostgres+` WHERE id = ?`, id)
		select {
		case attempt := <-read:
			if attempt != 2 {
				t.Errorf("attempt %d", attempt)
			}
		case <-time.After(2 * time.Minute):
			t.Fatal("the job was not rescued")
		}
		// The rescuer has looked at both.
		if s := stats(t, w.Queue); s != (Stats{Running: 1}) || runs.Load() != 1 {
			incompatiblef(t, "what its rescuer leaves alone", "an execution's job that runs for an hour: %+v, %d runs", s, runs.Load())
		}
		close(release)
	})
}

// On SQLite, River gives the id of a job that is gone to its next one. Whoever
// remembers the one that is gone must not mistake that for it.
func TestIDsOfOtherJobsAreNotMistaken(t *testing.T) {
	t.Parallel()
	st := storetest.SQLite(t)
	q := opened(t, st)
	id := enqueue(t, q, "x", time.Time{})
	insertNotes(t, q, "before it")
	execSQL(t, st, "DELETE FROM river_job WHERE id = ?", "", id)
	execSQL(t, st, "UPDATE river_job SET id = ?", "", id-1)
	insertNotes(t, q, "takes its id")
	execSQL(t, st, "UPDATE river_job SET state = 'running', attempt = 1 WHERE id = ?", "", id)
	if err := wake(t, q, id); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("wake: %v", err)
	}
	if err := st.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		return q.Owns(ctx, tx, Job{ID: id, Attempt: 1})
	}); !errors.Is(err, ErrLost) {
		t.Errorf("owns: %v", err)
	}
	if err := st.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		return q.Complete(ctx, tx, Job{ID: id, Attempt: 1})
	}); !errors.Is(err, ErrLost) {
		t.Errorf("complete: %v", err)
	}
}
