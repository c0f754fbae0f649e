package resource

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
)

// columns are what is read of a resource.
const columns = `kind, name, application, workspace, spec, generation, status, conditions, observed_generation,
	version, created_at, updated_at, deletion_requested_at, failures`

// deathPause is how long a resource waits whose process has died, in milliseconds: not at
// all the first time, as many things kill processes, and longer each time up to 4 minutes,
// since it may be what kills whoever takes it up.
const deathPause = `CASE WHEN failures = 0 THEN 0 WHEN failures > 8 THEN 256000 ELSE 1000 * (1 << failures) END`

// atOnce is when a changed spec is due: somebody waits for it, so that it goes before all
// that is only overdue, of which there may be much if calls take long. It is a year ago.
const atOnce = `$now - 31536000000`

// Times are the database's, in milliseconds since the epoch.
var (
	insertRow = bothClocks(`
		INSERT INTO resources (kind, name, application, workspace, spec, generation, version, created_at, updated_at, due_at)
		VALUES (?, ?, ?, ?, ?, 1, 1, $now, $now, ` + atOnce + `) ON CONFLICT (kind, name) DO NOTHING`)
	readRow  = store.NewStatement(`SELECT `+columns+` FROM resources WHERE kind = ? AND name = ?`, "")
	listRows = store.NewStatement(`
		SELECT `+columns+` FROM resources WHERE kind = ? AND name > ? AND (application = ? OR ? = '') AND (workspace = ? OR ? = '')
		ORDER BY name LIMIT ?`, "")
	lockRow   = store.NewStatement(`SELECT `+columns+` FROM resources WHERE kind = ? AND name = ?`, `SELECT `+columns+` FROM resources WHERE kind = ? AND name = ? FOR UPDATE`)
	updateRow = bothClocks(`
		UPDATE resources SET application = ?, workspace = ?, spec = ?, generation = generation + 1, version = version + 1,
			updated_at = $now, due_at = ` + atOnce + `, failures = 0 WHERE kind = ? AND name = ?`)
	// reviveRow makes one anew that was to go and had nothing to clean up.
	reviveRow = bothClocks(`
		UPDATE resources SET status = '{}', conditions = '[]', created_at = $now, deletion_requested_at = 0 WHERE kind = ? AND name = ?`)
	requestDeletion = bothClocks(`
		UPDATE resources SET deletion_requested_at = $now, version = version + 1, updated_at = $now, failures = 0
		WHERE kind = ? AND name = ? AND deletion_requested_at = 0`)
	wakeRow = bothClocks(`
		UPDATE resources SET wakes = wakes + 1, pause = 0, due_at = CASE WHEN due_at > $now THEN $now ELSE due_at END
		WHERE kind = ? AND name = ?`)

	// nextDue is in milliseconds from now.
	nextDue = bothClocks(`SELECT MIN(due_at) - $now FROM resources WHERE kind = ? AND owner = ''`)

	claimRows = store.NewStatement(strings.ReplaceAll(`
		UPDATE resources SET owner = ?, fence = fence + 1 WHERE (kind, name) IN (
			SELECT kind, name FROM resources WHERE kind = ? AND owner = '' AND due_at <= $now ORDER BY due_at LIMIT ?)
		RETURNING `+columns+`, wakes, fence`, "$now", store.SQLiteNowMillis), strings.ReplaceAll(`
		WITH due AS MATERIALIZED (
			SELECT kind AS k, name AS n FROM resources WHERE kind = $2 AND owner = '' AND due_at <= $now ORDER BY due_at LIMIT $3
			FOR UPDATE SKIP LOCKED)
		UPDATE resources SET owner = $1, fence = fence + 1 FROM due WHERE kind = k AND name = n
		RETURNING `+columns+`, wakes, fence`, "$now", store.PostgresNowMillis))
	// listClaims are those of a process, and of those that are dead, in the order in which
	// all processes free them.
	listClaims = store.NewStatement(`
		SELECT kind, name, owner, fence FROM resources WHERE owner <> '' AND (owner = ? OR NOT EXISTS (
			SELECT 1 FROM processes p WHERE p.id = owner)) ORDER BY kind, name`, "")
	// listAllClaims are what was claimed before this process, which is the only one.
	listAllClaims = store.NewStatement(`SELECT kind, name, owner, fence FROM resources WHERE owner <> ''`, "")
	freeClaim     = bothClocks(`
		UPDATE resources SET owner = '', due_at = $now + ` + deathPause + `, pause = ` + deathPause + `, failures = failures + 1
		WHERE kind = ? AND name = ? AND owner = ? AND fence = ?`)

	// endClaim ends the work on a resource; if it was woken since, it is due again.
	endClaim = bothClocks(`
		UPDATE resources SET owner = '', failures = ?, pause = CASE WHEN wakes = ? THEN ? ELSE 0 END,
			due_at = $now + CASE WHEN wakes = ? THEN ? ELSE 0 END
		WHERE kind = ? AND name = ? AND owner = ? AND fence = ?`)
	writeStatus = bothClocks(`
		UPDATE resources SET status = ?, conditions = ?, observed_generation = ?, version = version + 1, updated_at = $now
		WHERE kind = ? AND name = ?`)
	deleteRow = store.NewStatement(`DELETE FROM resources WHERE kind = ? AND name = ? AND owner = ? AND fence = ?`, "")

	// clockSet has nothing wait for longer than it should.
	clockSet = bothClocks(`UPDATE resources SET due_at = $now + pause WHERE owner = '' AND due_at > $now + pause`)
)

// bothClocks makes a statement in which $now is the database's clock.
func bothClocks(text string) *store.Statement {
	return store.NewStatement(strings.ReplaceAll(text, "$now", store.SQLiteNowMillis),
		strings.ReplaceAll(text, "$now", store.PostgresNowMillis))
}

// scan reads columns, and whatever comes after them.
func scan(row store.Row, more ...any) (r Resource, err error) {
	var (
		spec, status, conditions  string
		created, updated, deleted int64
	)
	err = row.Scan(append([]any{
		&r.Kind, &r.Name, &r.Application, &r.Workspace, &spec, &r.Generation, &status, &conditions, &r.ObservedGeneration,
		&r.Version, &created, &updated, &deleted, &r.Failures,
	}, more...)...)
	if err != nil {
		return r, err
	}
	r.Spec, r.Status = json.RawMessage(spec), json.RawMessage(status)
	r.CreatedAt, r.UpdatedAt = time.UnixMilli(created).UTC(), time.UnixMilli(updated).UTC()
	if deleted != 0 {
		r.DeletionRequestedAt = time.UnixMilli(deleted).UTC()
	}
	if model.Unmarshal([]byte(conditions), &r.Conditions) != nil {
		r.Conditions = nil // they are found again; one row must not hold up those beside it
	}
	return r, nil
}
