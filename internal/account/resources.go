package account

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/provider"
	"github.com/gennaker/gennaker/internal/resource"
	"github.com/gennaker/gennaker/internal/store"
)

// ResourceKind is the kind of the resources that tell how accounts are: one for each
// account, stored or configured.
const ResourceKind = "account"

// spec is a resource's. The account itself is where it is stored.
type spec struct {
	Type string `json:"type"`
	Name string `json:"name"`
	// Version is a stored account's; 0 for one of the configuration.
	Version int64 `json:"version,omitempty"`
}

// resourceName is the name of an account's resource. Accounts of different types may have
// the same name.
func resourceName(key provider.Key) string { return key.Type + "/" + key.Name }

// keyOf is the account that a resource of the name is about.
func keyOf(name string) provider.Key {
	kind, account, _ := strings.Cut(name, "/")
	return provider.Key{Type: kind, Name: account}
}

func wanted(key provider.Key, version int64) resource.Wanted {
	return resource.Wanted{Kind: ResourceKind, Name: resourceName(key), Spec: spec{key.Type, key.Name, version}}
}

// track has an account looked at that was saved in the same transaction.
func (s *Service) track(ctx context.Context, tx *store.Tx, saved *store.AccountDefinition) error {
	key := provider.Key{Type: saved.Type, Name: saved.Name}
	if s.resources == nil || s.configured[key] {
		return nil
	}
	return s.resources.Put(ctx, tx, wanted(key, saved.Version))
}

// untrack has an account no longer looked at that was deleted in the same transaction.
func (s *Service) untrack(ctx context.Context, tx *store.Tx, key provider.Key) error {
	if s.resources == nil || s.configured[key] {
		return nil
	}
	err := s.resources.Delete(ctx, tx, ResourceKind, resourceName(key))
	if fault.KindOf(err) == fault.NotFound {
		return nil
	}
	return err
}

// Adopt has all accounts looked at, also those that were stored before that was done, and
// those of the configuration at once, as it may be another one.
func (s *Service) Adopt(ctx context.Context) error {
	if s.resources == nil {
		return nil
	}
	doubtful, err := s.doubtful(ctx)
	if err != nil {
		return err
	}
	err = s.store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		tx.Repeatable()
		// In the same order in all processes, so that none waits for one that waits for it.
		for _, key := range slices.SortedFunc(maps.Keys(s.configured), compareKeys) {
			if err := s.resources.Put(ctx, tx, wanted(key, 0)); err != nil {
				return err
			}
			if err := s.resources.WakeIn(ctx, tx, ResourceKind, resourceName(key)); err != nil {
				return err
			}
		}
		for _, key := range doubtful {
			if err := s.adopt(ctx, tx, key); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("have the accounts looked after: %w", err)
	}
	return nil
}

// doubtful are the accounts whose resources are not as they should be, in order. Other
// processes may change them meanwhile.
func (s *Service) doubtful(ctx context.Context) ([]provider.Key, error) {
	there, err := s.resources.List(ctx, resource.Filter{Kind: ResourceKind})
	if err != nil {
		return nil, err
	}
	rows, err := s.store.Accounts(ctx, store.AccountFilter{})
	if err != nil {
		return nil, err
	}
	versions := map[provider.Key]int64{}
	for _, r := range there {
		var is spec
		if r.DeletionRequestedAt.IsZero() && r.DecodeSpec(&is) == nil {
			versions[keyOf(r.Name)] = is.Version
		} else {
			versions[keyOf(r.Name)] = -1
		}
	}
	for _, row := range rows {
		key := provider.Key{Type: row.Type, Name: row.Name}
		if is, ok := versions[key]; ok && is == row.Version {
			delete(versions, key)
		} else {
			versions[key] = -1
		}
	}
	maps.DeleteFunc(versions, func(key provider.Key, _ int64) bool { return s.configured[key] })
	return slices.SortedFunc(maps.Keys(versions), compareKeys), nil
}

func compareKeys(a, b provider.Key) int {
	return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Type, b.Type))
}

// adopt has an account looked at if it is stored, and no longer if it isn't.
func (s *Service) adopt(ctx context.Context, tx *store.Tx, key provider.Key) error {
	row, err := tx.LockAccount(ctx, key.Name)
	switch {
	case errors.Is(err, store.ErrNotFound), err == nil && row.Type != key.Type:
		return s.untrack(ctx, tx, key)
	case err != nil:
		return err
	}
	return s.track(ctx, tx, row)
}

// State is how an account is, as was found last.
type State struct {
	Type string `json:"type"`
	Name string `json:"name"`
	// Settled says that it is about the account as it is now.
	Settled    bool                 `json:"settled"`
	Conditions []resource.Condition `json:"conditions"`
}

// States tell how the accounts are, by type and name.
func (s *Service) States(ctx context.Context) ([]State, error) {
	out := []State{}
	if s.resources == nil {
		return out, nil
	}
	found, err := s.resources.List(ctx, resource.Filter{Kind: ResourceKind})
	if err != nil {
		return nil, err
	}
	for _, r := range found {
		if !r.DeletionRequestedAt.IsZero() {
			continue
		}
		key := keyOf(r.Name)
		conditions := append([]resource.Condition{}, r.Conditions...)
		out = append(out, State{Type: key.Type, Name: key.Name, Settled: r.Settled(), Conditions: conditions})
	}
	return out, nil
}

// soon gathers calls to look at accounts.
type soon struct {
	mu      sync.Mutex
	waiting map[provider.Key]bool
	// ended says that the process ends: another one looks.
	ended bool
}

func (s *soon) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ended = true
}

// come notes that an account's time has come; false if the process ends.
func (s *soon) come(key provider.Key) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.waiting, key)
	return !s.ended
}

const (
	// recheckPause is how long calls are gathered: dozens of watches of a cluster break at
	// the same time.
	recheckPause   = time.Second
	recheckTimeout = 10 * time.Second
)

// Recheck has an account looked at in a moment: something has happened that may have
// changed how it is. It never blocks.
func (s *Service) Recheck(key provider.Key) {
	if s.resources == nil {
		return
	}
	s.soon.mu.Lock()
	defer s.soon.mu.Unlock()
	if s.soon.waiting[key] || s.soon.ended {
		return
	}
	if s.soon.waiting == nil {
		s.soon.waiting = map[provider.Key]bool{}
	}
	s.soon.waiting[key] = true
	time.AfterFunc(recheckPause, func() {
		if !s.soon.come(key) {
			return
		}
		ctx, cancel := context.WithTimeout(context.Background(), recheckTimeout)
		defer cancel()
		if err := s.resources.Wake(ctx, ResourceKind, resourceName(key)); err != nil {
			s.log.WarnContext(ctx, "can't start the check of an account; the next regular check follows", "account", key.Name, "error", err)
		}
	})
}
