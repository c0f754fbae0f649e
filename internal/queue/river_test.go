package queue

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	riverqueue "github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivershared/riverpilot"
	"github.com/riverqueue/river/rivertype"

	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/store/storetest"
)

// riversOwn is what River itself does to the tables, without anything of ours.
func riversOwn(st *store.Store) riverdriver.Executor {
	if pool := st.Postgres(); pool != nil {
		return riverpgxv5.New(pool).GetExecutor()
	}
	return riversqlite.New(st.SQLite()).GetExecutor()
}

// fetchAsRiver fetches as River would without our pilot.
func fetchAsRiver(tb testing.TB, st *store.Store, client string) []*rivertype.JobRow {
	tb.Helper()
	jobs, err := riversOwn(st).JobGetAvailable(tb.Context(), &riverdriver.JobGetAvailableParams{
		ClientID: client, MaxAttemptedBy: 100, MaxToLock: 10, Queue: queueName,
	})
	if err != nil {
		incompatiblef(tb, "how jobs are fetched", "%v", err)
	}
	return jobs
}

// Our jobs are jobs to River: what we insert, it fetches, in the same order and
// with the same marks that we leave when we fetch.
func TestRiverFetchesOurJobsAsWeDo(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		q := opened(t, st)
		first := enqueue(t, q, "first", time.Time{})
		future := enqueue(t, q, "future", time.Now().Add(time.Hour))
		settles(t, "the job is due", func() bool { return stats(t, q).Available == 1 })
		jobs := fetchAsRiver(t, st, "river")
		if len(jobs) != 1 || jobs[0].ID != first {
			incompatiblef(t, "which jobs are fetched", "%d of which none should be for later: %+v", len(jobs), jobs)
			return
		}
		job := jobs[0]
		if job.Attempt != 1 || job.State != rivertype.JobStateRunning || job.Kind != jobKind || job.Queue != queueName ||
			job.MaxAttempts != maxAttempts || job.Priority != 1 || string(job.EncodedArgs) != `{"executionId": "first"}` &&
			string(job.EncodedArgs) != `{"executionId":"first"}` {
			incompatiblef(t, "how a fetched job looks", "%+v with arguments %s", job, job.EncodedArgs)
		}
		// The fencing: we own it by the attempt that River has set, and no other.
		owns := func(attempt int) error {
			return st.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
				return q.Owns(ctx, tx, Job{ID: first, Attempt: attempt})
			})
		}
		if err := errors.Join(owns(1)); err != nil || !errors.Is(owns(0), ErrLost) || !errors.Is(owns(2), ErrLost) {
			incompatiblef(t, "the attempt of a job that runs", "owned under attempt 1: %v", err)
		}
		// After an error, and another attempt, by another client.
		if err := q.giveBack(t.Context(), Job{ID: first, Attempt: 1}, errors.New("no"), 0); err != nil {
			t.Fatal(err)
		}
		var again []*rivertype.JobRow
		settles(t, "it is fetched again", func() bool { again = fetchAsRiver(t, st, "other"); return len(again) > 0 })
		if got := again[0]; got.Attempt != 2 || len(got.Errors) != 1 || got.Errors[0].Error != "no" || got.Errors[0].Attempt != 1 ||
			len(got.AttemptedBy) != 2 || got.AttemptedBy[1] != "other" {
			incompatiblef(t, "how attempts and their errors are kept", "%+v", got)
		}
		// What a process holds is found by the last of attempted_by.
		ids := idList(st, nil)
		for _, test := range []struct {
			process string
			freed   int64
		}{{"river", 0}, {"other", 1}} {
			if err := st.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
				n, err := tx.Exec(ctx, freeUnheld, test.process, ids)
				if n != test.freed {
					incompatiblef(t, "attempted_by", "%s holds %d jobs instead of %d", test.process, n, test.freed)
				}
				return err
			}); err != nil {
				t.Fatal(err)
			}
		}
		// Moved to now, the job for later is fetched.
		if err := wake(t, q, future); err != nil {
			t.Fatal(err)
		}
		settles(t, "River fetches what was woken", func() bool { return len(fetchAsRiver(t, st, "river")) > 0 })
	})
}

// And what River inserts, in the way its documentation says, we fetch.
func TestWeFetchWhatRiverInserts(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		w := start(t, st, Options{PollInterval: 100 * time.Millisecond}, nil)
		payload, err := json.Marshal(args{"from River"})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := riversOwn(st).JobInsertFastMany(t.Context(), &riverdriver.JobInsertFastManyParams{Jobs: []*riverdriver.JobInsertFastParams{{
			EncodedArgs: payload, Kind: jobKind, Queue: queueName, MaxAttempts: maxAttempts,
			Priority: riverqueue.PriorityDefault, State: rivertype.JobStateAvailable,
		}}}); err != nil {
			t.Fatal(err)
		}
		if r := w.next(t); r.job.ExecutionID != "from River" || r.job.Attempt != 1 {
			incompatiblef(t, "what it inserts", "the job is %+v", r.job)
		}
	})
}

// River's maintenance leaves our jobs alone: the scheduler what is available, the
// cleaner what has not ended, the rescuer what runs for less than RescueStuckJobsAfter.
func TestRiverMaintenanceLeavesOurJobsAlone(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		q := opened(t, st)
		river := riversOwn(st)
		waits := enqueue(t, q, "waits", time.Now().Add(time.Hour))
		runs := enqueue(t, q, "runs", time.Time{})
		execSQL(t, st, `UPDATE river_job SET state = 'running', attempt = 1, attempted_by = json_array('me'),
				attempted_at = strftime('%Y-%m-%d %H:%M:%f', 'now', '-9 years') WHERE id = ?`, `
			UPDATE river_job SET state = 'running', attempt = 1, attempted_by = ARRAY['me'],
				attempted_at = now() - interval '9 years' WHERE id = ?`, runs)
		later := time.Now().Add(24 * time.Hour)

		scheduled, err := river.JobSchedule(t.Context(), &riverdriver.JobScheduleParams{Max: 100, Now: &later})
		if err != nil || len(scheduled) > 0 {
			incompatiblef(t, "its scheduler", "it moves %d jobs that are available: %v", len(scheduled), err)
		}
		deleted, err := river.JobDeleteBefore(t.Context(), &riverdriver.JobDeleteBeforeParams{
			CancelledDoDelete: true, CompletedDoDelete: true, DiscardedDoDelete: true, Max: 100,
			CancelledFinalizedAtHorizon: later, CompletedFinalizedAtHorizon: later, DiscardedFinalizedAtHorizon: later,
		})
		if err != nil || deleted > 0 {
			incompatiblef(t, "its cleaner", "it deletes %d jobs that have not ended: %v", deleted, err)
		}
		stuck := func(age time.Duration) int {
			jobs, err := river.JobGetStuck(t.Context(), &riverdriver.JobGetStuckParams{Max: 100, StuckHorizon: time.Now().Add(-age)})
			if err != nil {
				t.Fatal(err)
			}
			return len(jobs)
		}
		if after, before := stuck(rescueNever), stuck(8*365*24*time.Hour); after != 0 || before != 1 {
			incompatiblef(t, "its rescuer", "a job that runs for nine years is stuck by 8 years: %d, by 10: %d", before, after)
		}
		if s := stats(t, q); s != (Stats{Scheduled: 1, Running: 1}) {
			incompatiblef(t, "its maintenance", "of jobs %d and %d there are %+v", waits, runs, s)
		}
	})
}

// seam is what a River client shows of its seam for drivers.
type seam interface{ Pilot() riverpilot.Pilot }

// All that reaches River's client from us goes through its drivers' seams: the
// pilot fetches and hears of ends, the listener says when to fetch.
func TestRiverUsesOurPilotAndListener(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		release := make(chan struct{})
		var deadline atomic.Bool
		w := start(t, st, Options{PollInterval: time.Hour}, func(w *workshop, ctx context.Context, job Job) error {
			_, has := ctx.Deadline()
			deadline.Store(has)
			<-release
			return w.complete(ctx, job)
		})
		if with, ok := w.river.(seam); !ok {
			incompatiblef(t, "its client", "it has no Pilot()")
		} else if _, ours := with.Pilot().(*pilot); !ours {
			incompatiblef(t, "its drivers' plugins", "the client's pilot is %T", with.Pilot())
		}
		// The poll is an hour away: only the listener can have it fetched.
		settles(t, "the first fetch is over", func() bool { return len(w.bell.local) == 0 })
		id := enqueue(t, w.Queue, "x", time.Time{})
		r := w.next(t)
		if ids := w.held.ids(); r.job.ID != id || len(ids) != 1 || ids[0] != id {
			incompatiblef(t, "who fetches", "job %d runs, and the pilot has fetched %v", r.job.ID, ids)
		}
		by := texts(t, st, `SELECT json_extract(attempted_by, '$[#-1]') FROM river_job`,
			`SELECT attempted_by[array_upper(attempted_by, 1)] FROM river_job`)
		if len(by) != 1 || by[0] != w.ProcessID() {
			incompatiblef(t, "the client's ID", "the job is attempted by %v, and this process is %s", by, w.ProcessID())
		}
		close(release)
		settles(t, "the job is gone", func() bool { return stats(t, w.Queue) == Stats{} })
		if deadline.Load() {
			incompatiblef(t, "the meaning of JobTimeout -1", "a handler's context has a deadline")
		}
	})
}

// River tells the pilot, and nobody else, how a job ended, and lives with an
// answer that is not from the table. It doesn't touch the row itself.
func TestRiverLeavesTheEndOfJobsToThePilot(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		w := prepare(t, st, Options{PollInterval: time.Hour}, func(_ *workshop, _ context.Context, job Job) error {
			if job.ExecutionID == "fails" {
				return errors.New("no")
			}
			panic("no")
		})
		w.backoff = func(int) time.Duration { return time.Hour }
		w.begin(t)
		enqueue(t, w.Queue, "fails", time.Time{})
		enqueue(t, w.Queue, "panics", time.Time{})
		w.next(t)
		w.next(t)
		settles(t, "both are given back", func() bool { return stats(t, w.Queue) == Stats{Scheduled: 2} })
		w.stop()
		if err := <-w.done; err != nil { // River's completer has written what it had to
			t.Fatal(err)
		}
		if s := stats(t, w.Queue); s != (Stats{Scheduled: 2}) {
			incompatiblef(t, "how jobs end", "of two jobs that failed there are %+v", s)
		}
	})
}

// A job that can't be decoded does not reach the worker; River ends it through
// the pilot. So it is let go, and the next look frees it.
func TestRiverEndsWhatItCantDecodeThroughThePilot(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		w := start(t, st, Options{PollInterval: time.Hour, BeatInterval: time.Hour}, nil)
		id := enqueue(t, w.Queue, "x", time.Now().Add(time.Hour))
		execSQL(t, st, `UPDATE river_job SET args = '{"executionId": 1}', scheduled_at = '2000-01-01 00:00:00.000' WHERE id = ?`,
			`UPDATE river_job SET args = '{"executionId": 1}', scheduled_at = now() WHERE id = ?`, id)
		w.bell.ring()
		settles(t, "it was fetched, and let go", func() bool {
			return stats(t, w.Queue) == Stats{Running: 1} && len(w.held.ids()) == 0
		})
		execSQL(t, st, `UPDATE river_job SET args = '{"executionId": "x"}' WHERE id = ?`, "", id)
		w.unsure()
		if r := w.next(t); r.job.ID != id || r.job.Attempt != 2 {
			incompatiblef(t, "what becomes of jobs that can't be decoded", "the next attempt is %+v", r.job)
		}
	})
}

// The bounds that River checks allow what we ask for.
func TestRiverBounds(t *testing.T) {
	t.Parallel()
	if riverqueue.FetchCooldownMin > time.Millisecond || riverqueue.QueueNumWorkersMax < 4096 {
		incompatiblef(t, "its bounds", "fetches are %v apart, and there are up to %d workers",
			riverqueue.FetchCooldownMin, riverqueue.QueueNumWorkersMax)
	}
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		q := opened(t, st)
		id := enqueue(t, q, "x", time.Time{})
		// All states that we write or tell from others, the priority of suspects, and
		// the most attempts before they begin anew.
		for _, state := range []rivertype.JobState{rivertype.JobStateAvailable, rivertype.JobStateRunning} {
			execSQL(t, st, `UPDATE river_job SET state = ?, priority = 2, attempt = 32000 WHERE id = ?`,
				`UPDATE river_job SET state = CAST(CAST(? AS text) AS river_job_state), priority = 2, attempt = 32000 WHERE id = ?`, string(state), id)
		}
		known := strings.Fields("available cancelled completed discarded pending retryable running scheduled")
		for _, other := range rivertype.JobStates() {
			if !slices.Contains(known, string(other)) {
				incompatiblef(t, "the states of jobs", "%s is new", other)
			}
		}
	})
}

// River's stop comes in two steps: Stop waits for handlers and leaves their
// contexts alone, StopAndCancel ends those. Both are needed for the drain; see
// TestGracefulStopWaitsForHandlers and TestHandlersThatDrainTooLongAreCancelled.
var _ river = (*riverqueue.Client[any])(nil)

// What is fetched while River stops is handed to a worker all the same.
func TestRiverWorksOnWhatWasFetchedWhileItStops(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		w := start(t, st, Options{PollInterval: time.Hour, BeatInterval: time.Hour}, nil)
		settles(t, "the first fetch is over", func() bool {
			w.slots.mu.Lock()
			defer w.slots.mu.Unlock()
			return len(w.bell.local) == 0 && w.slots.free == w.slots.total
		})
		w.slots.mu.Lock() // the fetch waits here
		enqueue(t, w.Queue, "x", time.Time{})
		settles(t, "a fetch has begun", func() bool {
			if !w.held.fetching.TryLock() {
				return true
			}
			w.held.fetching.Unlock()
			return false
		})
		w.stop()
		settles(t, "River is told to stop", func() bool {
			w.alarm.mu.Lock()
			defer w.alarm.mu.Unlock()
			return w.alarm.off
		})
		<-time.After(50 * time.Millisecond) // it hears of it
		w.slots.mu.Unlock()
		if err := <-w.done; err != nil {
			t.Error(err)
		}
		if s := stats(t, w.Queue); s != (Stats{}) || len(w.runs) != 1 {
			incompatiblef(t, "what it does with a fetch when it stops", "%d jobs have run, and there are %+v", len(w.runs), s)
		}
	})
}
