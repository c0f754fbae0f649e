package queue

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/riverqueue/river/rivertype"

	"github.com/gennaker/gennaker/internal/store"
)

// An execution whose processing brings its process down must not do so for
// ever. Each job's row counts the processes that died while they had it; the
// count ends with the row, when a handler completes the job. Whatever else ran
// in such a process is counted too, and has most likely done nothing wrong. So
// a job that has been lost all but one of the times that are allowed becomes a
// suspect: a process works on one suspect at a time, without taking other jobs
// until it is done or waits. If the process dies once more, it was this one.
//
// The count is raised when a dead process's jobs are freed, hence before they
// are fetched again, so that a job that kills while it is loaded is counted
// as well. A job that is given back at a graceful end is not running then, and
// is not counted. A process that was cut off from the database and finds that
// its job was given away takes its part of the count back.

// A process that is killed from outside again and again, soon after each start,
// must not make the innocent look guilty. So a suspect is tried only when the
// processes have lived for a while (TrialAfter) since one died, those with the
// fewest losses first; and one that is lost once more is condemned only if they
// live for longer (CondemnAfter) without it. If one dies in that time with no
// suspect on trial in it, something else kills, and the condemned are suspects
// again.

// aloneFor bounds how long other jobs wait for a suspect.
const aloneFor = 10 * time.Second

// gatherFor bounds how long a suspect waits until other handlers have come to
// an end or to a point where they only wait.
const gatherFor = 2 * time.Second

// trial is the one suspect that this process works on.
type trial struct {
	// ring has the producer fetch.
	ring func()

	mu    sync.Mutex
	on    bool
	until time.Time // others wait until then
	timer *time.Timer
}

// begin tells whether a suspect may be taken: none is at work.
func (t *trial) begin() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.on {
		return false
	}
	t.on, t.until = true, time.Now().Add(aloneFor)
	t.timer = time.AfterFunc(aloneFor, t.ring)
	return true
}

// alone tells whether other jobs have to wait.
func (t *trial) alone() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.on && time.Now().Before(t.until)
}

// rest lets others work while the suspect only waits.
func (t *trial) rest() {
	t.mu.Lock()
	t.until = time.Time{}
	t.mu.Unlock()
	t.ring()
}

func (t *trial) end() {
	t.cancel()
	t.ring()
}

// cancel ends a trial for which there was no suspect.
func (t *trial) cancel() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.on = false
	t.timer.Stop()
}

// quarantineAt is how often a job is lost before it is a suspect.
func (q *Queue) quarantineAt() int { return max(1, q.opts.PoisonAfter-1) }

// fetchSuspect takes a suspect that is due, if none is at work here.
func (q *Queue) fetchSuspect(ctx context.Context, clientID string) (*rivertype.JobRow, error) {
	if !q.suspects.Load() || !q.trial.begin() {
		return nil, nil
	}
	var (
		found *rivertype.JobRow
		due   *float64
	)
	err := q.st.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		found = nil
		if err := tx.Query(ctx, fetchSuspect, []any{clientID}, func(row store.Row) error {
			job := jobRow()
			job.Priority = prioritySuspect
			found = job
			var lost int
			if err := row.Scan(&job.ID, &job.Attempt, &job.EncodedArgs, &lost); err != nil {
				return err
			}
			job.Metadata = fmt.Appendf(nil, `{"lost":%d}`, lost)
			return nil
		}); err != nil || found != nil {
			return err
		}
		return tx.QueryRow(ctx, suspectDue, nil, &due)
	})
	if err == nil && found != nil {
		return found, nil
	}
	q.trial.cancel()
	switch {
	case err != nil:
		return nil, fmt.Errorf("fetch a suspect: %w", err)
	case due == nil:
		q.suspects.Store(false)
	default:
		q.alarm.set(time.Now().Add(time.Duration(*due * float64(time.Second))))
	}
	return nil, nil
}

// putSuspectsOff keeps suspects from being tried for a while after a process has
// died, and takes a verdict back that this death speaks against.
func (q *Queue) putSuspectsOff(ctx context.Context, tx *store.Tx) error {
	var lostOnTrial bool
	if err := tx.QueryRow(ctx, lostNow, []any{q.opts.PoisonAfter}, &lostOnTrial); err != nil {
		return fmt.Errorf("look whether a suspect was lost: %w", err)
	}
	if !lostOnTrial {
		if _, err := tx.Exec(ctx, acquitAll, q.opts.PoisonAfter-1, q.opts.PoisonAfter); err != nil {
			return fmt.Errorf("take verdicts back: %w", err)
		}
	}
	for _, delay := range []struct {
		by       time.Duration
		from, to int
	}{{q.opts.TrialAfter, 0, q.opts.PoisonAfter - 1}, {q.opts.CondemnAfter, q.opts.PoisonAfter, 1 << 30}} {
		if _, err := tx.Exec(ctx, putOff, millis(delay.by), delay.from, delay.to); err != nil {
			return fmt.Errorf("put suspects off: %w", err)
		}
	}
	return nil
}

// lookForSuspects notes whether there are any. It is called when jobs of dead
// processes are freed, by whichever process.
func (q *Queue) lookForSuspects(ctx context.Context, tx *store.Tx) error {
	var due *float64
	if err := tx.QueryRow(ctx, suspectDue, nil, &due); err != nil {
		return fmt.Errorf("look for suspects: %w", err)
	}
	if due != nil {
		tx.OnCommit(func() {
			if !q.suspects.Swap(true) {
				q.bell.ringHere()
			}
		})
	}
	return nil
}

// gather waits, for a while, until no other handler works.
func (q *Queue) gather(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, gatherFor)
	defer cancel()
	ticker := time.NewTicker(5 * time.Millisecond)
	defer ticker.Stop()
	for q.slots.working() > 1 {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// acquit takes back that a process died with a job: it was this one, and it
// lives.
func (q *Queue) acquit(ctx context.Context, job Job) {
	if q.st.Postgres() == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	err := q.st.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Exec(ctx, acquitJob, q.quarantineAt(), job.ID)
		return err
	})
	if err != nil {
		q.log.WarnContext(ctx, "can't take back that this process has died", "job", job.ID, "error", err)
	}
}

// Suspects counts the jobs that wait for being tried alone, or are.
func (q *Queue) Suspects(ctx context.Context) (n int, err error) {
	err = q.st.Query(ctx, countSuspects, nil, func(row store.Row) error { return row.Scan(&n) })
	if err != nil {
		return 0, fmt.Errorf("count suspects: %w", err)
	}
	return n, nil
}

const prioritySuspect = 2

var (
	fetchSuspect = store.NewStatement(`
		UPDATE river_job SET state = 'running', attempt = attempt + 1, attempted_at = `+sqliteNow+`,
			attempted_by = json_array(?)
		WHERE id IN (
			SELECT id FROM river_job
			WHERE state = 'available' AND queue = 'advance' AND priority = 2 AND scheduled_at <= `+sqliteNow+`
			ORDER BY COALESCE(json_extract(metadata, '$.lost'), 0), scheduled_at, id LIMIT 1)
		RETURNING id, attempt, args, COALESCE(json_extract(metadata, '$.lost'), 0)`, `
		WITH locked AS (
			SELECT id FROM river_job
			WHERE state = 'available' AND queue = 'advance' AND priority = 2 AND scheduled_at <= now()
			ORDER BY COALESCE(CAST(metadata ->> 'lost' AS bigint), 0), scheduled_at, id LIMIT 1
			FOR UPDATE SKIP LOCKED)
		UPDATE river_job SET state = 'running', attempt = attempt + 1, attempted_at = clock_timestamp(),
			attempted_by = ARRAY[CAST(? AS text)]
		FROM locked WHERE river_job.id = locked.id
		RETURNING river_job.id, river_job.attempt, CAST(river_job.args AS text),
			COALESCE(CAST(river_job.metadata ->> 'lost' AS bigint), 0)`)

	// suspectDue is in seconds from now; nothing if there are none.
	suspectDue = store.NewStatement(`
		SELECT (julianday(MIN(scheduled_at)) - julianday('now')) * 86400.0 FROM river_job
		WHERE state = 'available' AND queue = 'advance' AND priority = 2`, `
		SELECT CAST(EXTRACT(EPOCH FROM MIN(scheduled_at) - clock_timestamp()) AS float8) FROM river_job
		WHERE state = 'available' AND queue = 'advance' AND priority = 2`)

	acquitJob = store.NewStatement("", `
		UPDATE river_job SET metadata = metadata || jsonb_build_object('lost', CAST(metadata ->> 'lost' AS bigint) - 1),
			priority = CASE WHEN CAST(metadata ->> 'lost' AS bigint) - 1 >= ? THEN 2 ELSE 1 END
		WHERE id = ? AND queue = 'advance' AND CAST(metadata ->> 'lost' AS bigint) > 0`)

	// lostNow tells whether a suspect was among the jobs that were freed in this
	// transaction: those are not marked as noted yet.
	lostNow = store.NewStatement(`
		SELECT EXISTS (SELECT 1 FROM river_job WHERE state = 'available' AND queue = 'advance' AND priority = 2
			AND json_extract(metadata, '$.fresh') = 1 AND json_extract(metadata, '$.lost') >= ?)`, `
		SELECT EXISTS (SELECT 1 FROM river_job WHERE state = 'available' AND queue = 'advance' AND priority = 2
			AND metadata ->> 'fresh' = '1' AND CAST(metadata ->> 'lost' AS bigint) >= ?)`)

	acquitAll = store.NewStatement(`
		UPDATE river_job SET metadata = json_set(metadata, '$.lost', ?)
		WHERE state = 'available' AND queue = 'advance' AND priority = 2 AND json_extract(metadata, '$.lost') >= ?`, `
		UPDATE river_job SET metadata = metadata || jsonb_build_object('lost', CAST(? AS bigint))
		WHERE state = 'available' AND queue = 'advance' AND priority = 2 AND CAST(metadata ->> 'lost' AS bigint) >= ?`)

	putOff = store.NewStatement(`
		UPDATE river_job SET scheduled_at = `+sqliteLater+`, metadata = json_remove(metadata, '$.fresh')
		WHERE state = 'available' AND queue = 'advance' AND priority = 2
			AND json_extract(metadata, '$.lost') BETWEEN ? AND ?`, `
		UPDATE river_job SET scheduled_at = `+postgresLater+`, metadata = metadata - 'fresh'
		WHERE state = 'available' AND queue = 'advance' AND priority = 2
			AND CAST(metadata ->> 'lost' AS bigint) BETWEEN ? AND ?`)

	countSuspects = store.NewStatement(`
		SELECT COUNT(*) FROM river_job
		WHERE state IN ('available', 'running') AND queue = 'advance' AND priority = 2`, "")
)

// Freeing a job that a process died with counts the loss. The parameter is how
// many make a suspect.
const (
	sqliteLost = `metadata = json_set(metadata, '$.lost', COALESCE(json_extract(metadata, '$.lost'), 0) + 1, '$.fresh', 1),
			priority = CASE WHEN COALESCE(json_extract(metadata, '$.lost'), 0) + 1 >= ? THEN 2 ELSE 1 END`
	postgresLost = `metadata = metadata || jsonb_build_object('lost', COALESCE(CAST(metadata ->> 'lost' AS bigint), 0) + 1, 'fresh', 1),
			priority = CASE WHEN COALESCE(CAST(metadata ->> 'lost' AS bigint), 0) + 1 >= ? THEN 2 ELSE 1 END`
)
