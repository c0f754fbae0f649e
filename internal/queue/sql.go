package queue

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/gennaker/gennaker/internal/store"
)

// queueName and jobKind are River's names for what this package does.
const (
	queueName = "advance"
	jobKind   = "advance"
)

// maxAttempts is a formality: a job is tried again for as long as it takes.
const maxAttempts = 32_000

// sqliteNow is the database's clock in the form River stores times in.
const sqliteNow = `strftime('%Y-%m-%d %H:%M:%f', 'now')`

// Where a job is named by its id, its queue is too: on SQLite, River gives the id of
// a job that was deleted to the next job that it inserts into another queue.
//
// Delays are passed in milliseconds, relative to the database's clock:
// processes on other machines may have other ideas of the time.
var (
	insertJob = store.NewStatement(`
		INSERT INTO river_job (id, args, kind, max_attempts, queue, state, created_at, scheduled_at)
		VALUES (?, ?, 'advance', 32000, 'advance', 'available', `+sqliteNow+`, `+sqliteLater+`)
		ON CONFLICT (id) DO NOTHING
		RETURNING id`, `
		INSERT INTO river_job (args, kind, max_attempts, queue, state, scheduled_at)
		VALUES (CAST(CAST(? AS text) AS jsonb), 'advance', 32000, 'advance', 'available', `+postgresLater+`)
		RETURNING id`)

	// fetchJobs is River's JobGetAvailable for our queue.
	fetchJobs = store.NewStatement(`
		UPDATE river_job SET state = 'running', attempt = attempt + 1, attempted_at = `+sqliteNow+`,
			attempted_by = json_array(?)
		WHERE id IN (
			SELECT id FROM river_job
			WHERE state = 'available' AND queue = 'advance' AND priority = 1 AND scheduled_at <= `+sqliteNow+`
			ORDER BY scheduled_at, id LIMIT ?)
		RETURNING id, attempt, args`, `
		WITH locked AS (
			SELECT id FROM river_job
			WHERE state = 'available' AND queue = 'advance' AND priority = 1 AND scheduled_at <= now()
			ORDER BY scheduled_at, id LIMIT $2
			FOR UPDATE SKIP LOCKED)
		UPDATE river_job SET state = 'running', attempt = attempt + 1, attempted_at = clock_timestamp(),
			attempted_by = ARRAY[CAST($1 AS text)]
		FROM locked WHERE river_job.id = locked.id
		RETURNING river_job.id, river_job.attempt, CAST(river_job.args AS text)`)

	// nextDue is in seconds from now; on PostgreSQL with what its clock says.
	nextDue = store.NewStatement(`
		SELECT (julianday(MIN(scheduled_at)) - julianday('now')) * 86400.0 FROM river_job
		WHERE state = 'available' AND queue = 'advance' AND priority = 1`, `
		SELECT CAST(EXTRACT(EPOCH FROM MIN(scheduled_at) - clock_timestamp()) AS float8), `+store.PostgresNowMillis+`
		FROM river_job WHERE state = 'available' AND queue = 'advance' AND priority = 1`)

	wakeJob = store.NewStatement(strings.ReplaceAll(wakeSQL, "$now", sqliteNow),
		strings.ReplaceAll(wakeSQL, "$now", "clock_timestamp()"))
	// jobGone reads a row if there is no such job.
	jobGone     = store.NewStatement(`SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM river_job WHERE id = ? AND queue = 'advance')`, "")
	completeJob = store.NewStatement(`DELETE FROM river_job WHERE id = ? AND attempt = ? AND state = 'running' AND queue = 'advance'`, "")
	ownJob      = store.NewStatement(`
		SELECT 1 FROM river_job WHERE id = ? AND attempt = ? AND state = 'running' AND queue = 'advance'`, `
		SELECT 1 FROM river_job WHERE id = ? AND attempt = ? AND state = 'running' AND queue = 'advance' FOR UPDATE`)

	// retryJob keeps the last error only.
	retryJob = store.NewStatement(`
		UPDATE river_job SET state = 'available', scheduled_at = `+sqliteLater+`,
			attempt = CASE WHEN attempt >= 31000 THEN 0 ELSE attempt END,
			errors = json_array(json(?))
		WHERE id = ? AND attempt = ? AND state = 'running' AND queue = 'advance'`, `
		UPDATE river_job SET state = 'available', scheduled_at = `+postgresLater+`,
			attempt = CASE WHEN attempt >= 31000 THEN 0 ELSE attempt END,
			errors = ARRAY[CAST(CAST(? AS text) AS jsonb)]
		WHERE id = ? AND attempt = ? AND state = 'running' AND queue = 'advance'`)

	// freeAll frees what this process ran before it was killed: on SQLite that
	// is all that runs.
	freeAll = store.NewStatement(`
		UPDATE river_job SET state = 'available', scheduled_at = `+sqliteNow+`,
			`+sqliteLost+`
		WHERE state = 'running' AND queue = 'advance'`, "")
	freeDead = store.NewStatement("", `
		UPDATE river_job SET state = 'available', scheduled_at = clock_timestamp(),
			`+postgresLost+`
		WHERE id IN (
			SELECT id FROM river_job
			WHERE state = 'running' AND queue = 'advance'
				AND NOT EXISTS (
					SELECT 1 FROM processes p WHERE p.id = attempted_by[array_upper(attempted_by, 1)])
			FOR UPDATE SKIP LOCKED)`)

	// freeUnheld frees what runs under a process's name, but for what it has in
	// hand.
	freeUnheld = store.NewStatement(`
		UPDATE river_job SET state = 'available', scheduled_at = `+sqliteNow+`
		WHERE state = 'running' AND queue = 'advance' AND json_extract(attempted_by, '$[#-1]') = ?
			AND id NOT IN (SELECT value FROM json_each(?))`, `
		UPDATE river_job SET state = 'available', scheduled_at = clock_timestamp()
		WHERE id IN (
			SELECT id FROM river_job
			WHERE state = 'running' AND queue = 'advance' AND attempted_by[array_upper(attempted_by, 1)] = ?
				AND NOT (id = ANY (CAST(? AS bigint[])))
			FOR UPDATE SKIP LOCKED)`)

	// wakeWaiting makes some of the jobs due that wait for their time.
	wakeWaiting = store.NewStatement(`
		UPDATE river_job SET scheduled_at = `+sqliteNow+`
		WHERE id IN (
			SELECT id FROM river_job
			WHERE state = 'available' AND queue = 'advance' AND scheduled_at > `+sqliteNow+` LIMIT ?)`, `
		UPDATE river_job SET scheduled_at = clock_timestamp()
		WHERE id IN (
			SELECT id FROM river_job
			WHERE state = 'available' AND queue = 'advance' AND scheduled_at > clock_timestamp() LIMIT ?
			FOR UPDATE SKIP LOCKED)`)

	countJobs = store.NewStatement(strings.ReplaceAll(countSQL, "$now", sqliteNow),
		strings.ReplaceAll(countSQL, "$now", "clock_timestamp()"))

	// countStates: a job of ours for a later time is "available" to River already.
	countStates = store.NewStatement(`
		SELECT CASE WHEN state = 'available' AND scheduled_at > `+sqliteNow+` THEN 'scheduled' ELSE state END, COUNT(*)
		FROM river_job WHERE finalized_at IS NULL GROUP BY 1`, `
		SELECT CASE WHEN state = 'available' AND scheduled_at > now() THEN 'scheduled' ELSE CAST(state AS text) END, COUNT(*)
		FROM river_job WHERE finalized_at IS NULL GROUP BY 1`)
)

const (
	sqliteLater   = `strftime('%Y-%m-%d %H:%M:%f', 'now', '+' || (? / 1000.0) || ' seconds')`
	postgresLater = `clock_timestamp() + make_interval(secs => CAST(? AS bigint) / 1000.0)`

	// A running job is left as it is; the row is written all the same, so that
	// one statement does for all cases.
	wakeSQL = `
		UPDATE river_job SET
			state = CASE WHEN state = 'running' THEN state ELSE 'available' END,
			scheduled_at = CASE WHEN state = 'running' OR priority = 2 OR scheduled_at < $now THEN scheduled_at ELSE $now END
		WHERE id = ? AND queue = 'advance' AND state IN ('available', 'scheduled', 'retryable', 'running')
		RETURNING state = 'running'`

	countSQL = `
		SELECT
			COALESCE(SUM(CASE WHEN state = 'available' AND scheduled_at <= $now THEN 1 ELSE 0 END), 0),
			COALESCE(SUM(CASE WHEN state = 'available' AND scheduled_at > $now THEN 1 ELSE 0 END), 0),
			COALESCE(SUM(CASE WHEN state = 'running' THEN 1 ELSE 0 END), 0)
		FROM river_job WHERE queue = 'advance'`
)

// millis is a delay as the statements take it: never shorter than it is.
func millis(d time.Duration) int64 {
	return int64((max(d, 0) + time.Millisecond - 1) / time.Millisecond)
}

// idList is a list of ids as a parameter of the statements.
func idList(st *store.Store, ids []int64) any {
	ids = append([]int64{}, ids...) // none is an empty list, and not NULL
	if st.Postgres() != nil {
		return ids
	}
	text, _ := json.Marshal(ids) // numbers
	return string(text)
}
