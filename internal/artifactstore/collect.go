package artifactstore

import (
	"context"
	"fmt"
	"time"

	"github.com/gennaker/gennaker/internal/store"
)

const (
	// CollectEvery is how often contents are looked for that nothing refers to.
	CollectEvery = time.Hour
	// collected bounds how many are deleted in a transaction.
	collected = 100
)

const (
	unusedSQL = ` AND NOT EXISTS (SELECT 1 FROM artifact_uses u WHERE u.application = c.application AND u.hash = c.hash)
		AND NOT EXISTS (SELECT 1 FROM artifact_pipeline_uses u WHERE u.application = c.application AND u.hash = c.hash)`
	listUnusedSQL = `
		SELECT application, hash, stored_at FROM artifact_contents c
		WHERE stored_at >= ? AND stored_at < ?` + unusedSQL + ` ORDER BY stored_at LIMIT ?`
)

var (
	// What is listed is locked: whoever refers to a content locks it too, so from then on
	// nobody does. A content that somebody refers to right now stays.
	listUnused = store.NewStatement(listUnusedSQL, listUnusedSQL+` FOR UPDATE OF c SKIP LOCKED`)
	// The list may have been made before somebody else referred to a content; this is
	// asked once the content is locked.
	deleteUnused = store.NewStatement(`DELETE FROM artifact_contents AS c WHERE application = ? AND hash = ? AND stored_at < ?`+unusedSQL, "")
)

// Collect deletes the contents that were stored longer ago than the retention, and that
// nothing refers to, and gives how many. It works in small transactions, and may run in any
// number of processes at the same time, and while executions start.
func (s *Store) Collect(ctx context.Context) (deleted int64, err error) {
	before := s.now().Add(-s.config.retention()).UnixMilli()
	for from := int64(0); ; {
		n, more, err := s.collect(ctx, &from, before)
		deleted += n
		if err != nil {
			return deleted, fmt.Errorf("delete contents of artifacts that nothing refers to: %w", err)
		}
		if !more {
			return deleted, nil
		}
	}
}

// collect deletes some of them: the oldest from a time on, which it moves.
func (s *Store) collect(ctx context.Context, from *int64, before int64) (deleted int64, more bool, err error) {
	last := *from
	err = s.store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		deleted, last = 0, *from
		var found []Reference
		err := tx.Query(ctx, listUnused, []any{*from, before, collected}, func(row store.Row) error {
			var r Reference
			err := row.Scan(&r.Application, &r.Hash, &last)
			found = append(found, r)
			return err
		})
		if err != nil {
			return err
		}
		more = len(found) == collected
		for _, r := range found {
			n, err := tx.Exec(ctx, deleteUnused, r.Application, r.Hash, before)
			if err != nil {
				return err
			}
			deleted += n
		}
		return nil
	})
	more = more && (deleted > 0 || last > *from) // or the same ones come again
	*from = last
	return deleted, more, err
}
