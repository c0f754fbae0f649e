package artifactstore

import (
	"context"
	"fmt"

	"github.com/klauspost/compress/zstd"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/store"
)

var (
	readRow = store.NewStatement(`SELECT content, size FROM artifact_contents WHERE application = ? AND hash = ?`, "")
	// touch finds a content that is there, and has it stay.
	touch = store.NewStatement(`
		UPDATE artifact_contents SET stored_at = ?
		WHERE application = ? AND hash = ? AND dropped_by = '' AND (content IS NOT NULL OR kept)`, "")
	// putRow also brings back a content that is being deleted from the bucket: it is in the
	// database from now on.
	putRow = store.NewStatement(`
		INSERT INTO artifact_contents (application, hash, content, size, secret, stored_at) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (application, hash) DO UPDATE SET content = excluded.content, secret = excluded.secret,
			stored_at = excluded.stored_at, dropped_by = '', dropped_until = 0`, "")
	// reserve makes a row before the bucket has the content: what is in the bucket can be
	// found by its row, also if this process dies now.
	reserve = store.NewStatement(`
		INSERT INTO artifact_contents (application, hash, size, secret, stored_at) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (application, hash) DO UPDATE SET stored_at = excluded.stored_at
		RETURNING dropped_by`, "")
	noteKept   = store.NewStatement(`UPDATE artifact_contents SET kept = TRUE WHERE application = ? AND hash = ? AND dropped_by = ''`, "")
	sumOf      = store.NewStatement(`SELECT COALESCE(SUM(size), 0) FROM artifact_contents WHERE application = ?`, "")
	hasSecrets = store.NewStatement(`
		SELECT COUNT(*) FROM artifact_uses u JOIN artifact_contents c ON c.application = u.application AND c.hash = u.hash
		WHERE u.execution_id = ? AND c.secret`, "")
)

var (
	packer, _   = zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1))                                       // fails for wrong options alone
	unpacker, _ = zstd.NewReader(nil, zstd.WithDecoderConcurrency(0), zstd.WithDecoderMaxMemory(maxUnpack)) // the same
)

// maxUnpack bounds the memory that unpacking a content may take, whatever was configured
// when it was stored.
const maxUnpack = 1 << 30

// unpack is the content that a row holds.
func unpack(packed []byte, size int64) ([]byte, error) {
	content, err := unpacker.DecodeAll(packed, make([]byte, 0, min(size, maxUnpack)))
	if err != nil {
		return nil, fmt.Errorf("unpack it: %w", err)
	}
	return content, nil
}

// row is a stored content.
type row struct {
	content []byte
	size    int64
}

func (s *Store) row(ctx context.Context, r Reference) (row, error) {
	var out row
	found := false
	err := s.store.Query(ctx, readRow, []any{r.Application, r.Hash}, func(at store.Row) error {
		found = true
		return at.Scan(&out.content, &out.size)
	})
	if err == nil && !found {
		err = store.ErrNotFound
	}
	if err != nil {
		return row{}, fmt.Errorf("read the content of %s: %w", r, err)
	}
	return out, nil
}

// put stores a content unless it is there.
func (s *Store) put(ctx context.Context, r Reference, content []byte, secret bool) error {
	there := false
	err := s.store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		n, err := tx.Exec(ctx, touch, s.now().UnixMilli(), r.Application, r.Hash)
		there = n > 0
		return err
	})
	done := there
	if err == nil && !done && s.bucket != nil {
		done, err = s.putInBucket(ctx, r, content, secret)
	}
	if err == nil && !done {
		err = s.putInDatabase(ctx, r, content, secret)
	}
	if err != nil {
		return fault.New(fault.KindOf(err), "store its content: %w", err)
	}
	return nil
}

func (s *Store) putInDatabase(ctx context.Context, r Reference, content []byte, secret bool) error {
	packed := packer.EncodeAll(content, nil)
	return s.store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := s.afford(ctx, tx, r.Application, int64(len(content))); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, putRow, r.Application, r.Hash, packed, len(content), secret, s.now().UnixMilli())
		return err
	})
}

// putInBucket tells whether the bucket has it now. If it hasn't, the content goes into the
// database: because the bucket is away, or because the content is being deleted from it
// right now, and nobody can tell whether it would be there afterwards.
func (s *Store) putInBucket(ctx context.Context, r Reference, content []byte, secret bool) (done bool, err error) {
	droppedBy := ""
	err = s.store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := s.afford(ctx, tx, r.Application, int64(len(content))); err != nil {
			return err
		}
		return tx.QueryRow(ctx, reserve, []any{r.Application, r.Hash, len(content), secret, s.now().UnixMilli()}, &droppedBy)
	})
	if err != nil || droppedBy != "" {
		return false, err
	}
	within, cancel := context.WithTimeout(ctx, bucketTimeout)
	defer cancel()
	if err := s.bucket.Put(within, r.key(), content); err != nil {
		s.log.WarnContext(ctx, "the bucket takes no content of an artifact: it is kept in the database", "reference", r.String(), "error", err)
		return false, nil
	}
	err = s.store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		n, err := tx.Exec(ctx, noteKept, r.Application, r.Hash)
		done = n > 0
		return err
	})
	return done, err
}

// afford refuses what is too much for an application.
func (s *Store) afford(ctx context.Context, tx *store.Tx, application string, more int64) error {
	most := s.config.MaxApplicationBytes
	if most == 0 {
		return nil
	}
	var sum int64
	if err := tx.QueryRow(ctx, sumOf, []any{application}, &sum); err != nil {
		return err
	}
	if sum+more > most {
		return fault.New(fault.TooLarge,
			"the application %s has %s of contents, and %s more would be above its limit of %s: delete old executions (see pollers.old-pipeline-cleanup), lower artifact-store.retentionDays, or raise artifact-store.maxApplicationBytes",
			application, sizeOf(sum), sizeOf(more), sizeOf(most))
	}
	return nil
}

// HoldSecrets tells whether contents that an execution refers to hold Secrets.
func (s *Store) HoldSecrets(ctx context.Context, executionID string) (bool, error) {
	var n int64
	err := s.store.Query(ctx, hasSecrets, []any{executionID}, func(row store.Row) error { return row.Scan(&n) })
	if err != nil {
		return false, fmt.Errorf("look for Secrets in the contents of execution %s: %w", executionID, err)
	}
	return n > 0, nil
}
