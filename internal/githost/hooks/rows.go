package hooks

import (
	"context"
	"fmt"
	"strings"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/store"
)

const columns = `id, host, path, source, repository_key, project, slug, application, account_type, account, remote_id, url, secret, created_at, created_by`

var (
	addHook = store.NewStatement(`
		INSERT INTO git_hooks (`+columns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (host, path, source) DO NOTHING`, "")
	findHook   = store.NewStatement(`SELECT `+columns+` FROM git_hooks WHERE host = ? AND path = ? AND source = ?`, "")
	readHook   = store.NewStatement(`SELECT `+columns+` FROM git_hooks WHERE id = ?`, "")
	keyHooks   = store.NewStatement(`SELECT `+columns+` FROM git_hooks WHERE repository_key = ? ORDER BY id`, "")
	allHooks   = store.NewStatement(`SELECT `+columns+` FROM git_hooks WHERE id > ? ORDER BY id LIMIT ?`, "")
	noteHook   = store.NewStatement(`UPDATE git_hooks SET remote_id = ?, url = ?, account_type = ?, account = ?, repository_key = ?, project = ?, slug = ? WHERE id = ?`, "")
	resealHook = store.NewStatement(`UPDATE git_hooks SET secret = ? WHERE id = ? AND secret = ?`, "")
	forgetHook = store.NewStatement(`DELETE FROM git_hooks WHERE id = ?`, "")
	dropHook   = store.NewStatement(`DELETE FROM git_hooks WHERE id = ? AND remote_id = ''`, "")
)

// row is what is kept of a webhook.
type row struct {
	id, host, path, source, key, project, slug, application string
	accountType, account                                    string
	remoteID, url                                           string
	// secret is encrypted.
	secret    string
	createdAt int64
	createdBy string
}

func (r *row) scan(from store.Row) error {
	return from.Scan(&r.id, &r.host, &r.path, &r.source, &r.key, &r.project, &r.slug, &r.application, &r.accountType, &r.account, &r.remoteID, &r.url, &r.secret, &r.createdAt, &r.createdBy)
}

func (s *Service) rows(ctx context.Context, st *store.Statement, args ...any) (out []*row, err error) {
	err = s.o.Store.Query(ctx, st, args, func(from store.Row) error {
		r := &row{}
		out = append(out, r)
		return r.scan(from)
	})
	if err != nil {
		return nil, fmt.Errorf("read the webhooks of Git hosts: %w", err)
	}
	return out, nil
}

// find gives a webhook by its id.
func (s *Service) find(ctx context.Context, id string) (*row, error) {
	found, err := s.rows(ctx, readHook, id)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, fault.New(fault.NotFound, "there is no webhook %s", fault.Short(id))
	}
	return found[0], nil
}

// reserve gives the webhook of a repository; wanted is stored if there is none.
func (s *Service) reserve(ctx context.Context, wanted *row) (*row, error) {
	err := s.o.Store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Exec(ctx, addHook, wanted.id, wanted.host, wanted.path, wanted.source, wanted.key, wanted.project, wanted.slug, wanted.application,
			wanted.accountType, wanted.account, "", "", wanted.secret, wanted.createdAt, wanted.createdBy)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("note the webhook of %s: %w", wanted.path, err)
	}
	found, err := s.rows(ctx, findHook, wanted.host, wanted.path, wanted.source)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, fault.New(fault.Unavailable, "the webhook of %s was deleted while it was created: try again", wanted.path)
	}
	return found[0], nil
}

func (s *Service) write(ctx context.Context, st *store.Statement, args ...any) error {
	err := s.o.Store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Exec(ctx, st, args...)
		return err
	})
	if err != nil {
		return fmt.Errorf("note a webhook of a Git host: %w", err)
	}
	return nil
}

// place is what a webhook's secret is bound to.
func place(id string) string { return "git hook/" + id }

// mostOpened bounds the secrets that are remembered.
const mostOpened = 10_000

// open decrypts a webhook's secret.
func (s *Service) open(ctx context.Context, r *row) (string, error) {
	s.mu.Lock()
	known, ok := s.opened[r.secret]
	s.mu.Unlock()
	if ok {
		return known, nil
	}
	plain, err := s.o.Keys.Open(ctx, place(r.id), r.secret)
	if err != nil {
		return "", fault.New(fault.KindOf(err), "the secret of the webhook of %s can't be read: %w", r.path, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.opened) >= mostOpened {
		clear(s.opened)
	}
	s.opened[r.secret] = string(plain)
	return string(plain), nil
}

// Rotate encrypts all secrets anew that aren't encrypted with the first key, and tells how
// many these were, and which of them couldn't be read.
func (s *Service) Rotate(ctx context.Context) (encrypted, current int, failed map[string]string, err error) {
	failed = map[string]string{}
	for after := ""; ; {
		page, err := s.rows(ctx, allHooks, after, perPage)
		if err != nil {
			return encrypted, current, failed, err
		}
		for _, r := range page {
			after = r.id
			if s.o.Keys.Current(r.secret) {
				current++
				continue
			}
			if err := s.reseal(ctx, r); err != nil {
				if ctx.Err() != nil {
					return encrypted, current, failed, ctx.Err()
				}
				failed["webhook of "+r.path] = err.Error()
				continue
			}
			encrypted++
		}
		if len(page) < perPage {
			return encrypted, current, failed, nil
		}
	}
}

const perPage = 500

func (s *Service) reseal(ctx context.Context, r *row) error {
	plain, err := s.open(ctx, r)
	if err != nil {
		return err
	}
	sealed, err := s.o.Keys.Seal(ctx, place(r.id), []byte(plain))
	if err != nil {
		return err
	}
	return s.write(ctx, resealHook, sealed, r.id, r.secret)
}

// sameHook tells whether a webhook of a host is the one with an id, whatever the server's
// address was when it was created.
func sameHook(at, id string) bool {
	_, query, _ := strings.Cut(at, "?")
	return query == parameter+"="+id
}

// parameter names the webhook in its URL.
const parameter = "hook"
