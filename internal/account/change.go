package account

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/provider"
	"github.com/gennaker/gennaker/internal/store"
)

// Definitions lists the stored accounts of a type, by name, beginning with the
// given name; limit 0 is all. Accounts of the configuration are not among
// them, as with Clouddriver.
func (s *Service) Definitions(ctx context.Context, accountType string, limit int, from string) ([]map[string]any, error) {
	if err := s.enabled(accountType); err != nil {
		return nil, err
	}
	rows, err := s.store.Accounts(ctx, store.AccountFilter{Type: accountType, From: from, Limit: limit})
	if err != nil {
		return nil, err
	}
	out := make([]map[string]any, len(rows))
	for i, row := range rows {
		out[i] = row.Body
	}
	return out, nil
}

// Create stores a new account.
func (s *Service) Create(ctx context.Context, definition map[string]any, user string) (map[string]any, error) {
	key, k, err := s.header(definition)
	if err != nil {
		return nil, err
	}
	old, err := s.row(ctx, key.Name)
	if err != nil {
		return nil, err
	}
	if s.configured[key] || old != nil {
		return nil, fault.New(fault.Invalid, "Cannot create an account which already exists (name: %s)", key.Name)
	}
	return s.save(ctx, key, k, definition, nil, user)
}

// Save stores an account, new or not.
func (s *Service) Save(ctx context.Context, definition map[string]any, user string) (map[string]any, error) {
	key, k, err := s.header(definition)
	if err != nil {
		return nil, err
	}
	if err := s.changeable(key, k.Section); err != nil {
		return nil, err
	}
	old, err := s.row(ctx, key.Name)
	if err != nil {
		return nil, err
	}
	return s.save(ctx, key, k, definition, old, user)
}

// Update stores an account that is there.
func (s *Service) Update(ctx context.Context, name string, definition map[string]any, user string) (map[string]any, error) {
	key, k, err := s.header(definition)
	if err != nil {
		return nil, err
	}
	if key.Name != name {
		return nil, fault.New(fault.Invalid, "Mismatched account names. URI value: %s. Request body value: %s.", name, key.Name)
	}
	if err := s.changeable(key, k.Section); err != nil {
		return nil, err
	}
	old, err := s.row(ctx, name)
	if err != nil {
		return nil, err
	}
	if old == nil {
		return nil, fault.New(fault.Invalid, "Cannot update an account which does not exist (name: %s)", name)
	}
	return s.save(ctx, key, k, definition, old, user)
}

// Delete removes a stored account. What is at hand with it ends as it would
// have.
func (s *Service) Delete(ctx context.Context, name, user string) error {
	if err := s.enabled(""); err != nil {
		return err
	}
	err := s.store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		row, err := tx.DeleteAccount(ctx, name, user)
		if err != nil {
			return err
		}
		return s.untrack(ctx, tx, provider.Key{Type: row.Type, Name: name})
	})
	if errors.Is(err, store.ErrNotFound) {
		if there, ok := s.account(name); ok {
			return s.changeable(there.Key, s.kinds()[there.Type].Section)
		}
		return fault.New(fault.NotFound, "No account found with name %s", name)
	}
	if err != nil {
		return err
	}
	s.log.InfoContext(ctx, "account removed", "account", name, "user", user)
	return s.Load(ctx)
}

// History lists what an account was, newest first, as Clouddriver does:
// version, timestamp, and the account, which is null for a deletion; and who
// did it.
func (s *Service) History(ctx context.Context, name string) ([]map[string]any, error) {
	if err := s.enabled(""); err != nil {
		return nil, err
	}
	revisions, err := s.store.AccountHistory(ctx, name, 0)
	if err != nil {
		return nil, err
	}
	out := make([]map[string]any, len(revisions))
	for i, r := range revisions {
		out[i] = map[string]any{"version": r.Version, "timestamp": r.UpdateTs, "updatedBy": r.UpdatedBy, "account": nil}
		if !r.Deleted {
			out[i]["account"] = r.Body
		}
	}
	return out, nil
}

// enabled refuses where no accounts can be added: of one type, or of any where
// it is "".
func (s *Service) enabled(accountType string) error {
	kinds := s.kinds()
	reason := closed(kinds)
	if k, ok := kinds[accountType]; ok {
		reason = k.Closed
	}
	if reason == "" {
		return nil
	}
	return fault.New(fault.Invalid, "accounts can't be added here: %s", reason)
}

// closed is why accounts of no type can be added; "" where some can.
func closed(kinds map[string]kind) string {
	var reason string
	for _, name := range slices.Sorted(maps.Keys(kinds)) {
		if reason = kinds[name].Closed; reason == "" {
			return ""
		}
	}
	return reason
}

// changeable refuses the accounts of the configuration.
func (s *Service) changeable(key provider.Key, section string) error {
	if !s.configured[key] {
		return nil
	}
	return fault.New(fault.Conflict, "account %q is part of the configuration (%s): change it there", key.Name, section)
}

// row is the stored account, nil where there is none.
func (s *Service) row(ctx context.Context, name string) (*store.AccountDefinition, error) {
	row, err := s.store.Account(ctx, name)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	return row, err
}

// save stores a definition in the place of an old one, if there is one, and
// puts it to use.
func (s *Service) save(ctx context.Context, key provider.Key, k kind, definition map[string]any, old *store.AccountDefinition, user string) (map[string]any, error) {
	complete, err := s.complete(ctx, key, k, definition, old)
	if err != nil {
		return nil, err
	}
	if err := k.allow(definitionOf(key, complete)); err != nil {
		return nil, err
	}
	row, err := s.sealed(ctx, key, k, complete)
	if err != nil {
		return nil, err
	}
	if old != nil {
		row.Version = old.Version
	}
	var saved *store.AccountDefinition
	err = s.store.Write(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		if saved, err = tx.SaveAccount(ctx, *row, user); err != nil {
			return err
		}
		return s.track(ctx, tx, saved)
	})
	if err != nil {
		return nil, err
	}
	s.log.InfoContext(ctx, "account saved", "account", saved.Name, "type", saved.Type, "version", saved.Version, "user", user)
	return saved.Body, s.Load(ctx)
}

// complete is a definition with the stored secrets that it keeps.
func (s *Service) complete(ctx context.Context, key provider.Key, k kind, definition map[string]any, old *store.AccountDefinition) (map[string]any, error) {
	if old == nil {
		return k.keep(definition, nil, nil)
	}
	if old.Type != key.Type {
		return nil, provider.Invalid("type: account %s is of type %s, which can't be changed: remove it first", key.Name, old.Type)
	}
	if !k.hides(definition) {
		return definition, nil
	}
	secrets, err := s.open(ctx, old)
	if err != nil {
		return nil, err
	}
	return k.keep(definition, old.Body, secrets)
}

// allow refuses accounts that are not valid, or that may not do what they ask
// for.
func (k kind) allow(account provider.Definition) error {
	errs := k.provider.Validate(account)
	switch {
	case len(errs) == 0:
		return nil
	case len(errs) == 1 && fault.KindOf(errs[0]) == fault.Invalid:
		return errs[0]
	}
	texts := make([]string, len(errs))
	for i, err := range errs {
		texts[i] = err.Error()
	}
	return fault.New(fault.Invalid, "account %q: %s", account.Name, strings.Join(texts, "; ")).With(texts...)
}

// place is what an account's secrets are bound to.
func place(name string) string { return "account/" + name }

// sealed is a definition as it is stored.
func (s *Service) sealed(ctx context.Context, key provider.Key, k kind, definition map[string]any) (*store.AccountDefinition, error) {
	shown, secrets := k.conceal(definition)
	row := &store.AccountDefinition{Name: key.Name, Type: key.Type, Body: shown}
	if len(secrets) == 0 {
		return row, nil
	}
	plain, err := json.Marshal(secrets)
	if err != nil {
		return nil, fmt.Errorf("write the secrets of account %s: %w", row.Name, err)
	}
	if row.Secrets, err = s.keys.Seal(ctx, place(row.Name), plain); err != nil {
		return nil, err
	}
	return row, nil
}

// open gives a stored account's secrets.
func (s *Service) open(ctx context.Context, row *store.AccountDefinition) (map[string]string, error) {
	if row.Secrets == "" {
		return nil, nil
	}
	plain, err := s.keys.Open(ctx, place(row.Name), row.Secrets)
	if err != nil {
		return nil, fault.New(fault.KindOf(err), "the secrets of account %s can't be read: %w", row.Name, err)
	}
	var secrets map[string]string
	if err := json.Unmarshal(plain, &secrets); err != nil {
		return nil, fmt.Errorf("the secrets of account %s can't be read", row.Name) // json's error may show what it reads
	}
	return secrets, nil
}
