package queue

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/store/storetest"
	"github.com/gennaker/gennaker/internal/testpostgres"
	"github.com/gennaker/gennaker/internal/testproxy"
)

// A fetch was carried out and its answer lost: the job runs under the name of a
// process that lives and doesn't know of it.
func TestJobThatNobodyHasInHandIsFreed(t *testing.T) {
	t.Parallel()
	st := storetest.Postgres(t)
	w := start(t, st, Options{PollInterval: time.Hour, BeatInterval: 100 * time.Millisecond, DeadAfter: time.Hour}, nil)
	id := enqueue(t, w.Queue, "x", time.Now().Add(time.Hour))
	execSQL(t, st, "", "UPDATE river_job SET state = 'running', attempt = 1, attempted_by = ARRAY['other', ?] WHERE id = ?",
		w.ProcessID(), id)
	if r := w.next(t); r.job.ID != id || r.job.Attempt != 2 {
		t.Errorf("job %+v", r.job)
	}
}

func TestLostAnswersOfFetches(t *testing.T) {
	t.Parallel()
	url := testpostgres.New(t)
	socket, through := testpostgres.Socket(t, url)
	proxy := testproxy.New(t, "unix", socket)
	st := storetest.Open(t, through(proxy.Address().String()), store.Options{})
	// The beat is too rare to help: only the failed fetch tells.
	w := start(t, st, Options{PollInterval: time.Hour, BeatInterval: time.Hour}, nil)
	direct, err := New(t.Context(), storetest.Open(t, url, store.Options{}), Options{})
	if err != nil {
		t.Fatal(err)
	}
	for range 20 {
		// What goes to the server next is the fetch that the notification brings.
		var lost atomic.Bool
		proxy.Decide(func([]byte) testproxy.Fate {
			if lost.CompareAndSwap(false, true) {
				return testproxy.LoseAnswer
			}
			return testproxy.Pass
		})
		enqueue(t, direct, "x", time.Time{})
		w.next(t)
		settles(t, "the job is done", func() bool { return stats(t, direct) == Stats{} })
	}
}

func TestReconcileLeavesAloneWhatIsInHand(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		release := make(chan struct{})
		w := start(t, st, Options{PollInterval: time.Hour, BeatInterval: 20 * time.Millisecond, DeadAfter: time.Hour},
			func(w *workshop, ctx context.Context, job Job) error {
				<-release
				return w.complete(ctx, job)
			})
		enqueue(t, w.Queue, "x", time.Time{})
		w.next(t)
		for range 20 {
			if err := w.reconcile(t.Context()); err != nil {
				t.Error(err)
			}
		}
		if s := stats(t, w.Queue); s != (Stats{Running: 1}) {
			t.Errorf("stats %+v", s)
		}
		close(release)
		settles(t, "the job is done", func() bool { return stats(t, w.Queue) == Stats{} })
		w.none(t)
		if ids := w.held.ids(); len(ids) != 0 {
			t.Errorf("held: %v", ids)
		}
	})
}

func TestHeldIsByAttempt(t *testing.T) {
	t.Parallel()
	h := held{jobs: map[int64]int{1: 2}}
	h.drop(1, 1) // an earlier attempt, whose handler ends late
	if len(h.ids()) != 1 {
		t.Error("the present attempt was dropped")
	}
	h.drop(1, 2)
	if len(h.ids()) != 0 {
		t.Error("the attempt was not dropped")
	}
}
