package artifactstore

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/gennaker/gennaker/internal/store"
)

const (
	// CollectEvery is how often contents are looked for that nothing refers to.
	CollectEvery = time.Hour
	// collected bounds how many are deleted in a transaction.
	collected = 100
	// dropFor is how long a process has to delete them from the bucket.
	dropFor = time.Hour
)

const (
	unusedSQL = ` AND NOT EXISTS (SELECT 1 FROM artifact_uses u WHERE u.application = c.application AND u.hash = c.hash)
		AND NOT EXISTS (SELECT 1 FROM artifact_pipeline_uses u WHERE u.application = c.application AND u.hash = c.hash)`
	listUnusedSQL = `
		SELECT application, hash, stored_at FROM artifact_contents c
		WHERE stored_at >= ? AND stored_at < ? AND dropped_until < ?` + unusedSQL + ` ORDER BY stored_at LIMIT ?`
)

var (
	// What is listed is locked: whoever refers to a content locks it too, so from then on
	// nobody does. A content that somebody refers to right now stays.
	listUnused = store.NewStatement(listUnusedSQL, listUnusedSQL+` FOR UPDATE OF c SKIP LOCKED`)
	// The list may have been made before somebody else referred to a content; this is
	// asked once the content is locked.
	// A content in a bucket is deleted in three steps, as the bucket takes no part in
	// transactions: its row says so, the bucket deletes it, and the row goes. Whoever stores
	// it again in the meantime puts it into the database, and takes the row back.
	dropUnused    = store.NewStatement(`UPDATE artifact_contents AS c SET dropped_by = ?, dropped_until = ? WHERE application = ? AND hash = ? AND stored_at < ?`+unusedSQL, "")
	deleteDropped = store.NewStatement(`DELETE FROM artifact_contents WHERE application = ? AND hash = ? AND dropped_by = ?`, "")
	deleteUnused  = store.NewStatement(`DELETE FROM artifact_contents AS c WHERE application = ? AND hash = ? AND stored_at < ?`+unusedSQL, "")
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
	me, now := uuid.NewString(), s.now()
	var dropped []Reference
	err = s.store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		deleted, last, dropped = 0, *from, nil
		var found []Reference
		err := tx.Query(ctx, listUnused, []any{*from, before, now.UnixMilli(), collected}, func(row store.Row) error {
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
			var n int64
			if s.bucket == nil {
				n, err = tx.Exec(ctx, deleteUnused, r.Application, r.Hash, before)
				deleted += n
			} else if n, err = tx.Exec(ctx, dropUnused, me, now.Add(dropFor).UnixMilli(), r.Application, r.Hash, before); n > 0 {
				dropped = append(dropped, r)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil && s.bucket != nil {
		deleted, err = s.drop(ctx, me, dropped)
	}
	more = more && (deleted > 0 || last > *from) // or the same ones come again
	*from = last
	return deleted, more, err
}

// drop deletes contents from the bucket, and then their rows.
func (s *Store) drop(ctx context.Context, me string, dropped []Reference) (deleted int64, err error) {
	for _, r := range dropped {
		if err := s.deleteFromBucket(ctx, r); err != nil {
			return deleted, err // this one, and those after it, come again
		}
		err := s.store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			n, err := tx.Exec(ctx, deleteDropped, r.Application, r.Hash, me)
			deleted += n
			return err
		})
		if err != nil {
			return deleted, err
		}
	}
	return deleted, nil
}

func (s *Store) deleteFromBucket(ctx context.Context, r Reference) error {
	ctx, cancel := context.WithTimeout(ctx, bucketTimeout)
	defer cancel()
	if err := s.bucket.Delete(ctx, r.key()); err != nil {
		return fmt.Errorf("delete %s from the bucket: %w", r, err)
	}
	return nil
}
