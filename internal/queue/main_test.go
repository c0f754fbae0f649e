package queue

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/testlog"
	"github.com/gennaker/gennaker/internal/testpostgres"
)

func TestMain(m *testing.M) { testpostgres.Main(m) }

// patience is how long a test waits for what must come.
const patience = 2 * time.Minute

// run is a handler's call.
type run struct {
	job Job
	at  time.Time
}

// workshop is a queue whose handler reports each call and completes the job.
type workshop struct {
	*Queue
	st   *store.Store
	runs chan run
	stop func()
	done chan error
}

// start runs a queue until the test ends. work, if not nil, takes the place of
// the handler's completion of the job.
func start(tb testing.TB, st *store.Store, opts Options, work func(w *workshop, ctx context.Context, job Job) error) *workshop {
	tb.Helper()
	w := prepare(tb, st, opts, work)
	w.begin(tb)
	return w
}

func prepare(tb testing.TB, st *store.Store, opts Options, work func(w *workshop, ctx context.Context, job Job) error) *workshop {
	tb.Helper()
	w := &workshop{st: st, runs: make(chan run, 10_000), done: make(chan error, 1)}
	if opts.Logger == nil {
		opts.Logger = testlog.New(tb, slog.LevelWarn)
	}
	opts.Handler = func(ctx context.Context, job Job) error {
		w.runs <- run{job, time.Now()}
		if work != nil {
			return work(w, ctx, job)
		}
		return w.complete(ctx, job)
	}
	var err error
	if w.Queue, err = New(tb.Context(), st, opts); err != nil {
		tb.Fatalf("open queue: %v", err)
	}
	return w
}

func (w *workshop) begin(tb testing.TB) {
	tb.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(tb.Context()))
	w.stop = cancel
	ended := make(chan struct{})
	go func() {
		w.done <- w.Run(ctx)
		close(ended)
	}()
	tb.Cleanup(func() {
		cancel()
		<-ended
	})
}

func (w *workshop) complete(ctx context.Context, job Job) error {
	return w.st.Write(ctx, func(ctx context.Context, tx *store.Tx) error { return w.Complete(ctx, tx, job) })
}

// next gives the next call of the handler.
func (w *workshop) next(tb testing.TB) run {
	tb.Helper()
	select {
	case r := <-w.runs:
		return r
	case <-time.After(patience):
		tb.Fatal("no job was run")
		return run{}
	}
}

// none fails the test if the handler is called within a moment.
func (w *workshop) none(tb testing.TB) {
	tb.Helper()
	select {
	case r := <-w.runs:
		tb.Fatalf("job %+v was run", r.job)
	case <-time.After(100 * time.Millisecond):
	}
}

func enqueue(tb testing.TB, q *Queue, execution string, at time.Time) (id int64) {
	tb.Helper()
	if err := q.st.Write(tb.Context(), func(ctx context.Context, tx *store.Tx) (err error) {
		id, err = q.Enqueue(ctx, tx, execution, at)
		return err
	}); err != nil {
		tb.Fatalf("enqueue: %v", err)
	}
	return id
}

func wake(tb testing.TB, q *Queue, id int64) error {
	return q.st.Write(tb.Context(), func(ctx context.Context, tx *store.Tx) error { return q.Wake(ctx, tx, id) })
}

// settles polls until the condition holds.
func settles(tb testing.TB, what string, condition func() bool) {
	tb.Helper()
	for deadline := time.Now().Add(patience); !condition(); <-time.After(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			tb.Fatalf("never: %s", what)
		}
	}
}

func stats(tb testing.TB, q *Queue) Stats {
	tb.Helper()
	s, err := q.Stats(tb.Context())
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

// execSQL runs a statement as another process would.
func execSQL(tb testing.TB, st *store.Store, sqlite, postgres string, args ...any) {
	tb.Helper()
	if err := st.Write(tb.Context(), func(ctx context.Context, tx *store.Tx) error {
		n, err := tx.Exec(ctx, store.NewStatement(sqlite, postgres), args...)
		if err == nil && n == 0 {
			err = errors.New("nothing was changed")
		}
		return err
	}); err != nil {
		tb.Fatal(err)
	}
}
