package store

import (
	"context"
	"fmt"

	"github.com/gennaker/gennaker/internal/model"
)

// Revision is what one save or deletion left behind.
type Revision struct {
	ID      string
	Version int64
	// Deleted says that this is a deletion; Body is then the last one there
	// was.
	Deleted bool
	// UpdateTs is in milliseconds since the epoch.
	UpdateTs  int64
	UpdatedBy string
	Body      map[string]any
}

var (
	insertRevision = statement(`
		INSERT INTO revisions (kind, id, version, application, deleted, update_ts, updated_by, body)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?)`)
	lastVersion   = statement(`SELECT COALESCE(MAX(version), 0) FROM revisions WHERE kind = ? AND id = ?`)
	listRevisions = statement(`
		SELECT version, deleted, update_ts, updated_by, body FROM revisions
		WHERE kind = ? AND id = ? ORDER BY version DESC LIMIT ?`)
	revisionOfPipeline = statement(`
		SELECT body FROM revisions
		WHERE kind IN (?, ?) AND id = ? AND update_ts = ? ORDER BY version DESC LIMIT 1`)
)

// record is a saved thing as the history keeps it.
type record struct {
	kind, id, application, user, body string
	updateTs                          int64
}

// remember adds a revision and gives its version.
func (tx *Tx) remember(ctx context.Context, r record, deleted bool) (version int64, err error) {
	if err := queryRow(ctx, tx, lastVersion, []any{r.kind, r.id}, &version); err != nil {
		return 0, fmt.Errorf("read the history of %s %s: %w", r.kind, r.id, err)
	}
	version++
	_, err = tx.exec(ctx, insertRevision, r.kind, r.id, version, r.application, deleted, r.updateTs, r.user, r.body)
	if err != nil {
		return 0, fmt.Errorf("keep a revision of %s %s: %w", r.kind, r.id, err)
	}
	return version, nil
}

// history lists the revisions of a thing, newest first; limit 0 is all.
func (s *Store) history(ctx context.Context, kind, id string, limit int) ([]Revision, error) {
	if limit <= 0 {
		limit = 1 << 30
	}
	var out []Revision
	err := s.read.query(ctx, listRevisions, []any{kind, id, limit}, func(row Row) error {
		r := Revision{ID: id}
		var body []byte
		if err := row.Scan(&r.Version, &r.Deleted, &r.UpdateTs, &r.UpdatedBy, &body); err != nil {
			return err
		}
		if err := model.Unmarshal(body, &r.Body); err != nil {
			return fmt.Errorf("decode revision %d: %w", r.Version, err)
		}
		out = append(out, r)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list the history of %s %s: %w", kind, id, err)
	}
	return out, nil
}
