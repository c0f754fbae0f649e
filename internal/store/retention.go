package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/gennaker/gennaker/internal/model"
)

// completeStatuses is the condition of executions that have ended.
const completeStatuses = `status IN ('SUCCEEDED', 'FAILED_CONTINUE', 'TERMINAL', 'CANCELED', 'STOPPED', 'SKIPPED')`

// Old is an execution that may be deleted.
type Old struct {
	ID, Application string
	Type            model.ExecutionType
	// BuildTime is in milliseconds since the epoch.
	BuildTime int64
}

// A pipeline without an id is known by its name. The newest successful
// execution of a pipeline stays, as others may look for its artifacts, and so
// does a child of an execution that continues.
var (
	oldPipelines = `
		SELECT id, application, type, build_time FROM (
			SELECT id, application, type, status, build_time, parent_execution_id,
				ROW_NUMBER() OVER (PARTITION BY COALESCE(pipeline_config_id, application || '/' || name)
					ORDER BY build_time DESC, seq DESC) AS place,
				ROW_NUMBER() OVER (PARTITION BY COALESCE(pipeline_config_id, application || '/' || name), status
					ORDER BY build_time DESC, seq DESC) AS place_of_status
			FROM executions
			WHERE type = 'PIPELINE' AND ` + completeStatuses + `) AS candidates
		WHERE place > ? AND build_time < ? AND NOT (status = 'SUCCEEDED' AND place_of_status = 1)
			AND NOT EXISTS (SELECT 1 FROM executions p WHERE p.id = candidates.parent_execution_id
				AND p.` + activeStatuses + `)`

	oldTasks = NewStatement(`
		SELECT id, application, type, build_time FROM (
			SELECT id, application, type, status, build_time,
				ROW_NUMBER() OVER (PARTITION BY application ORDER BY build_time DESC, seq DESC) AS place
			FROM executions WHERE type = 'ORCHESTRATION') AS candidates
		WHERE place > ? AND `+completeStatuses+`
		ORDER BY build_time LIMIT ?`, "")

	// An execution that was restarted meanwhile, or is about to be, stays.
	deleteOld = NewStatement(deleteOldSQL, `
		DELETE FROM executions WHERE id IN (`+selectOldSQL+` FOR UPDATE SKIP LOCKED)`)

	oldRevisions = NewStatement(`
		SELECT kind, id, MAX(version) FROM (
			SELECT kind, id, version, update_ts,
				ROW_NUMBER() OVER (PARTITION BY kind, id ORDER BY version DESC) AS place
			FROM revisions) AS candidates
		WHERE place > ? AND update_ts < ? GROUP BY kind, id LIMIT ?`, "")
	deleteRevisions = NewStatement(`DELETE FROM revisions WHERE kind = ? AND id = ? AND version <= ? AND update_ts < ?`, "")
)

const (
	selectOldSQL = `SELECT id FROM executions e WHERE id = ? AND job_id = 0 AND ` + completeStatuses + `
		AND NOT EXISTS (SELECT 1 FROM signals s WHERE s.execution_id = e.id)`
	deleteOldSQL = `DELETE FROM executions WHERE id IN (` + selectOldSQL + `)`
)

// OldFilter says which pipeline executions are old.
type OldFilter struct {
	// Keep is how many of each pipeline are not, whatever their age.
	Keep int
	// Before is in milliseconds since the epoch: those that were started earlier
	// are old.
	Before int64
	// Applications are those it is about, or with Except those it isn't.
	Applications []string
	Except       bool
}

// OldPipelines lists pipeline executions that ended and are old: the oldest
// first, at most limit.
func (s *Store) OldPipelines(ctx context.Context, f OldFilter, limit int) ([]Old, error) {
	text, args := oldPipelines, []any{f.Keep, f.Before}
	if len(f.Applications) > 0 {
		not := ""
		if f.Except {
			not = "NOT "
		}
		text += " AND application " + not + "IN (" + marks(len(f.Applications)) + ")"
		for _, name := range f.Applications {
			args = append(args, applicationKey(name))
		}
	}
	return s.old(ctx, statement(text+" ORDER BY build_time LIMIT ?"), append(args, limit)...)
}

// OldTasks lists ad-hoc tasks that ended, beyond the newest of each
// application: the oldest first, at most limit.
func (s *Store) OldTasks(ctx context.Context, keep, limit int) ([]Old, error) {
	return s.old(ctx, oldTasks, keep, limit)
}

func (s *Store) old(ctx context.Context, st *Statement, args ...any) (out []Old, err error) {
	err = s.read.query(ctx, st, args, func(row Row) error {
		var (
			o    Old
			kind string
		)
		if err := row.Scan(&o.ID, &o.Application, &kind, &o.BuildTime); err != nil {
			return err
		}
		o.Type = model.ExecutionType(kind)
		out = append(out, o)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list old executions: %w", err)
	}
	return out, nil
}

// DeleteOld deletes an execution unless it continues, or is about to, and tells
// whether it did.
func (tx *Tx) DeleteOld(ctx context.Context, id string) (bool, error) {
	n, err := tx.exec(ctx, deleteOld, id)
	if err != nil {
		return false, fmt.Errorf("delete execution %s: %w", id, err)
	}
	return n > 0, nil
}

// DeleteOldRevisions deletes revisions that were saved before the given time, in
// milliseconds since the epoch, beyond the newest ones of each thing. It deletes
// those of a number of things at most, and gives the number of revisions; 0 if
// there are no more.
func (s *Store) DeleteOldRevisions(ctx context.Context, keep int, before int64, things int) (deleted int64, err error) {
	if keep < 1 {
		return 0, errors.New("delete old revisions: the newest one must stay")
	}
	type thing struct {
		kind, id string
		version  int64
	}
	var list []thing
	err = s.read.query(ctx, oldRevisions, []any{keep, before, things}, func(row Row) error {
		var t thing
		err := row.Scan(&t.kind, &t.id, &t.version)
		list = append(list, t)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("list old revisions: %w", err)
	}
	err = s.Write(ctx, func(ctx context.Context, tx *Tx) error {
		deleted = 0
		for _, t := range list {
			n, err := tx.exec(ctx, deleteRevisions, t.kind, t.id, t.version, before)
			if err != nil {
				return fmt.Errorf("delete the old revisions of %s %s: %w", t.kind, t.id, err)
			}
			deleted += n
		}
		return nil
	})
	return deleted, err
}
