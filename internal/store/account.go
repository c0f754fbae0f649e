package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
)

// accountKind is the kind of the accounts' revisions.
const accountKind = "account"

// AccountDefinition is a cloud account that was added while running.
type AccountDefinition struct {
	Name string
	// Type is the kind of cloud: "kubernetes".
	Type string
	// Body is the definition without its secrets.
	Body map[string]any
	// Secrets are the definition's secrets, encrypted; "" for none. They are
	// no part of the history.
	Secrets string
	// CreateTs and UpdateTs are in milliseconds since the epoch; set by
	// SaveAccount, as are UpdatedBy and Version.
	CreateTs, UpdateTs int64
	UpdatedBy          string
	Version            int64
}

// AccountFilter says which accounts are wanted; what is left out doesn't
// matter.
type AccountFilter struct {
	Type string
	// From is the name that the list begins with, or after if there is no
	// account of that name.
	From string
	// Limit is how many are wanted, 0 for all.
	Limit int
}

const accountColumns = `name, type, create_ts, update_ts, updated_by, version, body, secrets`

var (
	readAccount   = statement(`SELECT ` + accountColumns + ` FROM account_definitions WHERE name = ?`)
	upsertAccount = statement(`
		INSERT INTO account_definitions (` + accountColumns + `) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (name) DO UPDATE SET type = excluded.type, update_ts = excluded.update_ts,
			updated_by = excluded.updated_by, version = excluded.version, body = excluded.body,
			secrets = excluded.secrets`)
	deleteAccount   = statement(`DELETE FROM account_definitions WHERE name = ?`)
	resealAccount   = statement(`UPDATE account_definitions SET secrets = ? WHERE name = ? AND version = ?`)
	accountVersions = statement(`SELECT name, version FROM account_definitions`)
)

// Account reads an account.
func (s *Store) Account(ctx context.Context, name string) (*AccountDefinition, error) {
	return accountIn(ctx, s.read, name)
}

func accountIn(ctx context.Context, s session, name string) (*AccountDefinition, error) {
	found, err := accountsIn(ctx, s, readAccount, []any{name})
	if err != nil {
		return nil, fmt.Errorf("read account %s: %w", name, err)
	}
	if len(found) == 0 {
		return nil, notFound(accountKind, name)
	}
	return found[0], nil
}

// Accounts lists the accounts that match, by name.
func (s *Store) Accounts(ctx context.Context, f AccountFilter) ([]*AccountDefinition, error) {
	c := &condition{}
	c.equal("type", f.Type)
	if f.From != "" {
		c.add("name >= ?", f.From)
	}
	page := ExecutionFilter{Limit: f.Limit}.page()
	st := statement("SELECT " + accountColumns + " FROM account_definitions" + c.where() + " ORDER BY name" + page)
	found, err := accountsIn(ctx, s.read, st, c.args)
	if err != nil {
		return nil, fmt.Errorf("list the accounts: %w", err)
	}
	return found, nil
}

// AccountVersions gives the version of each account by its name. An account
// that is deleted and made again continues counting, so that the same version is
// the same account.
func (s *Store) AccountVersions(ctx context.Context) (map[string]int64, error) {
	out := map[string]int64{}
	err := s.read.query(ctx, accountVersions, nil, func(row Row) error {
		var (
			name    string
			version int64
		)
		if err := row.Scan(&name, &version); err != nil {
			return err
		}
		out[name] = version
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list the accounts' versions: %w", err)
	}
	return out, nil
}

func accountsIn(ctx context.Context, s session, st *Statement, args []any) ([]*AccountDefinition, error) {
	out := []*AccountDefinition{}
	err := s.query(ctx, st, args, func(row Row) error {
		a, body := new(AccountDefinition), []byte(nil)
		if err := row.Scan(&a.Name, &a.Type, &a.CreateTs, &a.UpdateTs, &a.UpdatedBy, &a.Version, &body,
			&a.Secrets); err != nil {
			return err
		}
		if err := model.Unmarshal(body, &a.Body); err != nil {
			return fmt.Errorf("decode account %s: %w", a.Name, err)
		}
		out = append(out, a)
		return nil
	})
	return out, err
}

// SaveAccount stores an account and gives it as stored. Its Version is the one
// that it takes the place of, 0 for an account that must be new; where another
// one is stored, the save is refused as [fault.Conflict].
func (tx *Tx) SaveAccount(ctx context.Context, a AccountDefinition, user string) (*AccountDefinition, error) {
	if a.Name == "" || a.Type == "" {
		return nil, fault.New(fault.Invalid, "an account needs a name and a type")
	}
	old, err := tx.LockAccount(ctx, a.Name)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return nil, err
	}
	saved := a
	saved.UpdatedBy, saved.UpdateTs = user, tx.store.now().UnixMilli()
	saved.CreateTs = saved.UpdateTs
	switch {
	case old == nil && a.Version != 0, old != nil && a.Version != old.Version:
		return nil, fault.New(fault.Conflict,
			"account %q was changed by someone else meanwhile: load it again and repeat the change", a.Name)
	case old != nil:
		saved.CreateTs, saved.UpdateTs = old.CreateTs, max(saved.UpdateTs, old.UpdateTs+1)
	}
	body, err := model.Marshal(a.Body)
	if err != nil {
		return nil, fmt.Errorf("save account %s: %w", a.Name, err)
	}
	saved.Version, err = tx.remember(ctx, record{accountKind, a.Name, "", user, string(body), saved.UpdateTs}, false)
	if err != nil {
		return nil, err
	}
	if _, err := tx.exec(ctx, upsertAccount, a.Name, a.Type, saved.CreateTs, saved.UpdateTs, user, saved.Version,
		string(body), a.Secrets); err != nil {
		return nil, fmt.Errorf("save account %s: %w", a.Name, err)
	}
	return &saved, nil
}

// LockAccount reads an account, and keeps others from saving or deleting it until the
// transaction ends, also if there is none.
func (tx *Tx) LockAccount(ctx context.Context, name string) (*AccountDefinition, error) {
	if err := tx.lockForSave(ctx, accountKind, name); err != nil {
		return nil, err
	}
	return accountIn(ctx, tx, name)
}

// ResealAccount replaces an account's secrets with the same ones, encrypted again;
// the account's version stays. It reports whether the account was
// still there with that version.
func (tx *Tx) ResealAccount(ctx context.Context, name string, version int64, secrets string) (bool, error) {
	changed, err := tx.exec(ctx, resealAccount, secrets, name, version)
	if err != nil {
		return false, fmt.Errorf("encrypt account %s anew: %w", name, err)
	}
	return changed > 0, nil
}

// DeleteAccount deletes an account with its secrets, keeps its history, and gives it as
// it was.
func (tx *Tx) DeleteAccount(ctx context.Context, name, user string) (*AccountDefinition, error) {
	old, err := tx.LockAccount(ctx, name)
	if err != nil {
		return nil, err
	}
	at := max(tx.store.now().UnixMilli(), old.UpdateTs+1)
	return old, tx.forget(ctx, record{accountKind, name, "", user, "", at}, old.Body, deleteAccount, name)
}

// AccountHistory lists an account's revisions, newest first, also of a deleted
// one; limit 0 is all.
func (s *Store) AccountHistory(ctx context.Context, name string, limit int) ([]Revision, error) {
	return s.history(ctx, accountKind, name, limit)
}
