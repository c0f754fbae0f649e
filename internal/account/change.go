package account

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/gennaker/gennaker/internal/cloud/kubernetes"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/store"
)

// Definitions lists the stored accounts of a type, by name, beginning with the
// given name; limit 0 is all. Accounts of the configuration are not among
// them, as with Clouddriver.
func (s *Service) Definitions(ctx context.Context, kind string, limit int, from string) ([]map[string]any, error) {
	if err := s.enabled(); err != nil {
		return nil, err
	}
	rows, err := s.store.Accounts(ctx, store.AccountFilter{Type: kind, From: from, Limit: limit})
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
	name, err := s.named(definition)
	if err != nil {
		return nil, err
	}
	old, err := s.row(ctx, name)
	if err != nil {
		return nil, err
	}
	if _, taken := s.configured[name]; taken || old != nil {
		return nil, fault.New(fault.Invalid, "Cannot create an account which already exists (name: %s)", name)
	}
	return s.save(ctx, definition, nil, user)
}

// Save stores an account, new or not.
func (s *Service) Save(ctx context.Context, definition map[string]any, user string) (map[string]any, error) {
	name, err := s.named(definition)
	if err != nil {
		return nil, err
	}
	if err := s.changeable(name); err != nil {
		return nil, err
	}
	old, err := s.row(ctx, name)
	if err != nil {
		return nil, err
	}
	return s.save(ctx, definition, old, user)
}

// Update stores an account that is there.
func (s *Service) Update(ctx context.Context, name string, definition map[string]any, user string) (map[string]any, error) {
	given, err := s.named(definition)
	if err != nil {
		return nil, err
	}
	if given != name {
		return nil, fault.New(fault.Invalid, "Mismatched account names. URI value: %s. Request body value: %s.", name, given)
	}
	if err := s.changeable(name); err != nil {
		return nil, err
	}
	old, err := s.row(ctx, name)
	if err != nil {
		return nil, err
	}
	if old == nil {
		return nil, fault.New(fault.Invalid, "Cannot update an account which does not exist (name: %s)", name)
	}
	return s.save(ctx, definition, old, user)
}

// Delete removes a stored account. What is at hand with it ends as it would
// have.
func (s *Service) Delete(ctx context.Context, name, user string) error {
	if err := s.enabled(); err != nil {
		return err
	}
	if err := s.changeable(name); err != nil {
		return err
	}
	err := s.store.Write(ctx, func(ctx context.Context, tx *store.Tx) error { return tx.DeleteAccount(ctx, name, user) })
	if errors.Is(err, store.ErrNotFound) {
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
	if err := s.enabled(); err != nil {
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

func (s *Service) enabled() error {
	if s.stored.Enabled {
		return nil
	}
	return fault.New(fault.Invalid, "accounts can't be added here: kubernetes.storedAccounts.enabled is false")
}

func (s *Service) named(definition map[string]any) (string, error) {
	if err := s.enabled(); err != nil {
		return "", err
	}
	return header(definition)
}

// changeable refuses the accounts of the configuration.
func (s *Service) changeable(name string) error {
	if _, configured := s.configured[name]; !configured {
		return nil
	}
	return fault.New(fault.Conflict, "account %q is part of the configuration (kubernetes.accounts): change it there", name)
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
func (s *Service) save(ctx context.Context, definition map[string]any, old *store.AccountDefinition, user string) (map[string]any, error) {
	complete, err := s.complete(ctx, definition, old)
	if err != nil {
		return nil, err
	}
	if _, err := s.valid(complete); err != nil {
		return nil, err
	}
	row, err := s.sealed(ctx, complete)
	if err != nil {
		return nil, err
	}
	if old != nil {
		row.Version = old.Version
	}
	var saved *store.AccountDefinition
	err = s.store.Write(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		saved, err = tx.SaveAccount(ctx, *row, user)
		return err
	})
	if err != nil {
		return nil, err
	}
	s.log.InfoContext(ctx, "account saved", "account", saved.Name, "version", saved.Version, "user", user)
	return saved.Body, s.Load(ctx)
}

// complete is a definition with the stored secrets that it keeps.
func (s *Service) complete(ctx context.Context, definition map[string]any, old *store.AccountDefinition) (map[string]any, error) {
	if old == nil {
		return keep(definition, nil, nil)
	}
	for _, field := range secretFields {
		if definition[field] == Hidden {
			secrets, err := s.open(ctx, old)
			if err != nil {
				return nil, err
			}
			return keep(definition, old.Body, secrets)
		}
	}
	return definition, nil
}

// valid tells what is wrong with a definition.
func (s *Service) valid(definition map[string]any) (kubernetes.AccountConfig, error) {
	config, err := parse(definition)
	if err != nil {
		return config, err
	}
	config.FromAPI = true
	return config, s.allow(config)
}

// allow refuses accounts that are not valid, or that reach what an account of
// the API may not.
func (s *Service) allow(config kubernetes.AccountConfig) error {
	errs := config.Validate()
	if len(errs) == 0 {
		errs = s.stored.Check(config)
	}
	if len(errs) == 0 {
		return nil
	}
	texts := make([]string, len(errs))
	for i, err := range errs {
		texts[i] = err.Error()
	}
	return fault.New(fault.Invalid, "account %q: %s", config.Name, strings.Join(texts, "; ")).With(texts...)
}

// place is what an account's secrets are bound to.
func place(name string) string { return "account/" + name }

// sealed is a definition as it is stored.
func (s *Service) sealed(ctx context.Context, definition map[string]any) (*store.AccountDefinition, error) {
	shown, secrets := conceal(definition)
	row := &store.AccountDefinition{Name: shown["name"].(string), Type: kubernetesType, Body: shown}
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
