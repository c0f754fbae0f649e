package schedule

import (
	"context"
	"fmt"

	"github.com/gennaker/gennaker/internal/store"
)

const columns = `pipeline_id, trigger_key, expression, zone, document, due_at, last_at, missed_from, missed_to`

// What is due is taken on PostgreSQL by locks that others pass by, so that processes share
// the work instead of waiting for each other.
const dueRowsSQL = `SELECT ` + columns + ` FROM schedules WHERE due_at > 0 AND due_at <= ? ORDER BY due_at LIMIT ?`

var (
	listRows = store.NewStatement(`SELECT `+columns+` FROM schedules WHERE pipeline_id = ? ORDER BY trigger_key`, "")
	allRows  = store.NewStatement(`SELECT `+columns+` FROM schedules ORDER BY pipeline_id, trigger_key`, "")
	dueRows  = store.NewStatement(dueRowsSQL, dueRowsSQL+` FOR UPDATE SKIP LOCKED`)
	firstDue = store.NewStatement(`SELECT due_at FROM schedules WHERE due_at > 0 ORDER BY due_at LIMIT 1`, "")
	putRow   = store.NewStatement(`
		INSERT INTO schedules (pipeline_id, trigger_key, expression, zone, document, due_at) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (pipeline_id, trigger_key) DO UPDATE SET expression = excluded.expression, zone = excluded.zone,
			document = excluded.document, due_at = excluded.due_at`, "")
	describeRow = store.NewStatement(`UPDATE schedules SET document = ? WHERE pipeline_id = ? AND trigger_key = ?`, "")
	moveRow     = store.NewStatement(`
		UPDATE schedules SET due_at = ?, last_at = ?, missed_from = ?, missed_to = ?
		WHERE pipeline_id = ? AND trigger_key = ? AND due_at = ?`, "")
	dropRow      = store.NewStatement(`DELETE FROM schedules WHERE pipeline_id = ? AND trigger_key = ?`, "")
	dropRows     = store.NewStatement(`DELETE FROM schedules WHERE pipeline_id = ?`, "")
	lockPipeline = store.NewStatement(`SELECT body FROM pipelines WHERE id = ? AND kind = 'pipeline'`,
		`SELECT body FROM pipelines WHERE id = ? AND kind = 'pipeline' FOR SHARE`)
)

// query is how the store, or a transaction, is asked.
type query func(ctx context.Context, st *store.Statement, args []any, each func(store.Row) error) error

// read reads rows.
func read(ctx context.Context, ask query, st *store.Statement, args ...any) (rows []row, err error) {
	err = ask(ctx, st, args, func(found store.Row) error {
		var r row
		err := found.Scan(&r.pipeline, &r.key, &r.expression, &r.zone, &r.document, &r.due, &r.last, &r.missedFrom, &r.missedTo)
		rows = append(rows, r)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read when cron triggers fire: %w", err)
	}
	return rows, nil
}

// move stores when a row is due next and what was taken of it, unless it is due at another
// time than it was by now.
func (r row) move(ctx context.Context, tx *store.Tx, was int64) (moved bool, err error) {
	n, err := tx.Exec(ctx, moveRow, r.due, r.last, r.missedFrom, r.missedTo, r.pipeline, r.key, was)
	if err != nil {
		return false, fmt.Errorf("move the cron trigger %s of pipeline %s forward: %w", r.key, r.pipeline, err)
	}
	return n > 0, nil
}
