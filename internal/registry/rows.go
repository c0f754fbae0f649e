package registry

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/gennaker/gennaker/internal/store"
)

// perInsert is how many tags one statement adds: a repository may have tens of thousands.
const perInsert = 100

var (
	readRepositories = store.NewStatement(`
		SELECT name, id, looked_at, filled, validator, problem FROM registry_repositories WHERE source = ? ORDER BY looked_at, name`, "")
	addRepository = store.NewStatement(`
		INSERT INTO registry_repositories (source, name, id) VALUES (?, ?, ?) ON CONFLICT (source, name) DO NOTHING`, "")
	saveRepository = store.NewStatement(`
		UPDATE registry_repositories SET looked_at = CASE WHEN looked_at = ? THEN ? ELSE looked_at END, filled = ?, validator = ?, problem = ?
		WHERE id = ?`, "")
	hurryRepository = store.NewStatement(`
		UPDATE registry_repositories SET looked_at = CASE WHEN looked_at > 0 THEN 0 ELSE looked_at - 1 END WHERE source = ? AND name = ?`, "")
	forgetRepository = store.NewStatement(`DELETE FROM registry_repositories WHERE id = ?`, "")
	forgetTags       = store.NewStatement(`DELETE FROM registry_tags WHERE repository_id = ?`, "")
	readTags         = store.NewStatement(`
		SELECT tag, digest, changes, checked_at, gone_at FROM registry_tags WHERE repository_id = ?`, "")
	readTag = store.NewStatement(`
		SELECT tag, digest, changes, checked_at, gone_at FROM registry_tags WHERE repository_id = ? AND tag = ?`, "")
	saveTag = store.NewStatement(`
		INSERT INTO registry_tags (repository_id, tag, digest, changes, checked_at, gone_at) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (repository_id, tag) DO UPDATE SET digest = excluded.digest, changes = excluded.changes,
			checked_at = excluded.checked_at, gone_at = excluded.gone_at`, "")
	addTags = store.NewStatement(`
		INSERT INTO registry_tags (repository_id, tag, digest) VALUES (?, ?, ?)`+strings.Repeat(", (?, ?, ?)", perInsert-1)+`
		ON CONFLICT (repository_id, tag) DO NOTHING`, "")
	addTag = store.NewStatement(`
		INSERT INTO registry_tags (repository_id, tag, digest) VALUES (?, ?, ?) ON CONFLICT (repository_id, tag) DO NOTHING`, "")
	deleteGone = store.NewStatement(`DELETE FROM registry_tags WHERE repository_id = ? AND gone_at > 0 AND gone_at < ?`, "")

	readHints = store.NewStatement(`
		SELECT repository, tag, proven, n, received_at FROM registry_hints WHERE source = ? ORDER BY received_at, repository, tag LIMIT ?`, "")
	countHints = store.NewStatement(`SELECT count(*) FROM registry_hints WHERE source = ? AND proven = ?`, "")
	addHint    = store.NewStatement(`
		INSERT INTO registry_hints (source, repository, tag, proven, received_at) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (source, repository, tag) DO UPDATE SET n = registry_hints.n + 1, received_at = excluded.received_at,
			proven = CASE WHEN excluded.proven > registry_hints.proven THEN excluded.proven ELSE registry_hints.proven END`, "")
	deleteHint  = store.NewStatement(`DELETE FROM registry_hints WHERE source = ? AND repository = ? AND tag = ? AND n = ?`, "")
	forgetHints = store.NewStatement(`DELETE FROM registry_hints WHERE source = ?`, "")
)

// repository is what is kept of one.
type repository struct {
	name string
	id   int64
	// lookedAt is when it was looked at last, and storedAt what the database has of that:
	// somebody may have it hurried meanwhile.
	lookedAt  int64
	storedAt  int64
	filled    bool
	validator string
	problem   string
}

// tag is what is kept of a tag, or of a chart's version.
type tag struct {
	name      string
	digest    string
	changes   int
	checkedAt int64
	goneAt    int64
}

// hint is what a registry has told of.
type hint struct {
	repository, tag string
	proven          bool
	n, receivedAt   int64
}

// hintKey tells hints of a source apart.
type hintKey struct{ repository, tag string }

func (s *Service) repositories(ctx context.Context, source string) (map[string]*repository, error) {
	out := map[string]*repository{}
	err := s.o.Store.Query(ctx, readRepositories, []any{source}, func(row store.Row) error {
		var r repository
		var filled int
		if err := row.Scan(&r.name, &r.id, &r.lookedAt, &filled, &r.validator, &r.problem); err != nil {
			return err
		}
		r.filled, r.storedAt = filled != 0, r.lookedAt
		out[r.name] = &r
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read what is known of %s: %w", source, err)
	}
	return out, nil
}

// add notes repositories that are to be looked at.
func (s *Service) add(ctx context.Context, source string, names []string) error {
	return s.o.Store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		tx.Repeatable()
		for _, name := range names {
			if _, err := tx.Exec(ctx, addRepository, source, name, rand.Int64()); err != nil {
				return fmt.Errorf("note repository %s of %s: %w", name, source, err)
			}
		}
		return nil
	})
}

func (s *Service) save(ctx context.Context, r *repository) error {
	err := s.o.Store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		tx.Repeatable()
		_, err := tx.Exec(ctx, saveRepository, r.storedAt, r.lookedAt, number(r.filled), r.validator, r.problem, r.id)
		return err
	})
	if err == nil {
		r.storedAt = r.lookedAt
	}
	return err
}

// hurry has a repository looked at as soon as can be, in the caller's transaction.
func hurry(ctx context.Context, tx *store.Tx, source, name string) error {
	_, err := tx.Exec(ctx, hurryRepository, source, name)
	return err
}

// forget drops what is known of a repository that nobody waits for any more. If somebody
// does again, what is there by then is nothing new.
func (s *Service) forget(ctx context.Context, r *repository) error {
	return s.o.Store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		tx.Repeatable()
		if _, err := tx.Exec(ctx, forgetTags, r.id); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, forgetRepository, r.id)
		return err
	})
}

func scanTag(row store.Row) (*tag, error) {
	var t tag
	err := row.Scan(&t.name, &t.digest, &t.changes, &t.checkedAt, &t.goneAt)
	return &t, err
}

func (s *Service) tags(ctx context.Context, r *repository) (map[string]*tag, error) {
	out := map[string]*tag{}
	err := s.o.Store.Query(ctx, readTags, []any{r.id}, func(row store.Row) error {
		t, err := scanTag(row)
		out[t.name] = t
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read which tags of %s are known: %w", r.name, err)
	}
	return out, nil
}

// tag is what is known of one; nil if nothing is.
func (s *Service) tag(ctx context.Context, r *repository, name string) (found *tag, err error) {
	err = s.o.Store.Query(ctx, readTag, []any{r.id, name}, func(row store.Row) (err error) {
		found, err = scanTag(row)
		return err
	})
	return found, err
}

func (s *Service) saveTags(ctx context.Context, r *repository, tags []*tag) error {
	for len(tags) > 0 {
		batch := tags[:min(perWrite, len(tags))]
		tags = tags[len(batch):]
		err := s.o.Store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			tx.Repeatable()
			for _, t := range batch {
				if _, err := tx.Exec(ctx, saveTag, r.id, t.name, t.digest, t.changes, t.checkedAt, t.goneAt); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return fmt.Errorf("note the tags of %s: %w", r.name, err)
		}
	}
	return nil
}

// perWrite is how many tags one transaction writes.
const perWrite = 5000

// fill notes what is there, as nothing new.
func (s *Service) fill(ctx context.Context, r *repository, there []tag) error {
	for len(there) > 0 {
		batch := there[:min(perWrite, len(there))]
		there = there[len(batch):]
		err := s.o.Store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			tx.Repeatable()
			rest := batch
			for ; len(rest) >= perInsert; rest = rest[perInsert:] {
				args := make([]any, 0, 3*perInsert)
				for _, t := range rest[:perInsert] {
					args = append(args, r.id, t.name, t.digest)
				}
				if _, err := tx.Exec(ctx, addTags, args...); err != nil {
					return err
				}
			}
			for _, t := range rest {
				if _, err := tx.Exec(ctx, addTag, r.id, t.name, t.digest); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return fmt.Errorf("note what is in %s at first: %w", r.name, err)
		}
	}
	return nil
}

// longestGone is for how long a tag is remembered that isn't there any more, so that one
// that a registry forgot for a moment isn't taken for new.
const longestGone = 30 * 24 * time.Hour

func (s *Service) deleteGone(ctx context.Context, r *repository) error {
	before := s.o.Now().Add(-longestGone).UnixMilli()
	return s.o.Store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		tx.Repeatable()
		_, err := tx.Exec(ctx, deleteGone, r.id, before)
		return err
	})
}

// hints are what waits to be looked at, the oldest first.
func (s *Service) hints(ctx context.Context, source string, most int) (out []hint, err error) {
	err = s.o.Store.Query(ctx, readHints, []any{source, most}, func(row store.Row) error {
		var h hint
		var proven int
		if err := row.Scan(&h.repository, &h.tag, &proven, &h.n, &h.receivedAt); err != nil {
			return err
		}
		h.proven = proven != 0
		out = append(out, h)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read what %s was told of: %w", source, err)
	}
	return out, nil
}

func (s *Service) done(ctx context.Context, source string, h hint) error {
	return s.o.Store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		tx.Repeatable()
		_, err := tx.Exec(ctx, deleteHint, source, h.repository, h.tag, h.n)
		return err
	})
}

func number(b bool) int {
	if b {
		return 1
	}
	return 0
}
