package account

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/gennaker/gennaker/internal/encryption"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/provider"
	"github.com/gennaker/gennaker/internal/resource"
	"github.com/gennaker/gennaker/internal/store"
)

// defaultPoll is how often a process looks for the changes that others made.
const defaultPoll = 2 * time.Second

// Options are what the service is made of. Store, Keys and Providers are
// required.
type Options struct {
	Store *store.Store
	Keys  *encryption.Keyring
	// Others have secrets that are encrypted with the same keys.
	Others    []Sealed
	Providers []provider.Provider
	// Resources tell how the accounts are; nobody does if nil.
	Resources *resource.Service
	// Poll is how often the store is asked for changes; two seconds where 0.
	Poll   time.Duration
	Logger *slog.Logger
}

// Service keeps the accounts. It is safe for use by many goroutines.
type Service struct {
	store      *store.Store
	keys       *encryption.Keyring
	others     []Sealed
	providers  []provider.Provider
	configured map[provider.Key]bool
	resources  *resource.Service
	poll       time.Duration
	log        *slog.Logger
	soon       soon

	mu sync.Mutex
	// versions are of all that is stored, known of what is in use.
	versions map[string]int64
	known    map[string]loaded
	// problems are why accounts are stored and not in use, or not as stored.
	problems map[string]string
	// again says that something may go well that did not.
	again bool
}

// loaded is a stored account that is in use.
type loaded struct {
	version int64
	account provider.Definition
}

// New returns the service. [Service.Load] puts the accounts to use.
func New(o Options) *Service {
	s := &Service{
		store: o.Store, keys: o.Keys, others: o.Others, providers: o.Providers, resources: o.Resources, poll: o.Poll, log: o.Logger,
		configured: map[provider.Key]bool{},
	}
	for _, p := range o.Providers {
		for _, key := range p.Configured() {
			s.configured[key] = true
		}
	}
	if s.poll <= 0 {
		s.poll = defaultPoll
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	return s
}

// Run hands changes that other processes made to the provider until ctx ends.
func (s *Service) Run(ctx context.Context) error {
	defer s.soon.end()
	ticker := time.NewTicker(s.poll)
	defer ticker.Stop()
	failing := false
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
		err := s.Load(ctx)
		if err != nil && ctx.Err() == nil && !failing {
			s.log.WarnContext(ctx, "can't look for changed accounts; trying again", "error", err)
		}
		failing = err != nil
	}
}

// Load hands the provider the accounts as they are stored now. An account that
// can't be used is left out, or stays as it was, and all others are not
// affected.
func (s *Service) Load(ctx context.Context) error {
	kinds := s.kinds()
	if closed(kinds) != "" {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	versions, err := s.store.AccountVersions(ctx)
	if err != nil {
		return err
	}
	if s.versions != nil && !s.again && maps.Equal(versions, s.versions) {
		return nil
	}
	rows, err := s.store.Accounts(ctx, store.AccountFilter{})
	if err != nil {
		return err
	}
	versions, again := make(map[string]int64, len(rows)), false
	known, problems := make(map[string]loaded, len(rows)), map[string]string{}
	for _, row := range rows {
		versions[row.Name] = row.Version
		before, was := s.known[row.Name]
		if was && before.version == row.Version {
			known[row.Name] = before
			continue
		}
		account, err := s.use(ctx, kinds, row)
		if err == nil {
			known[row.Name] = loaded{row.Version, account}
			continue
		}
		passing := fault.KindOf(err) == fault.Unavailable
		if was && passing {
			known[row.Name] = before
		}
		again = again || passing
		problems[row.Name] = err.Error()
		if s.problems[row.Name] != err.Error() {
			s.log.WarnContext(ctx, "an account can't be used", "account", row.Name, "error", err)
		}
	}
	var failed error
	for _, p := range s.providers { // one that fails holds up no other
		failed = errors.Join(failed, p.Use(usedBy(p, known)))
	}
	s.versions, s.known, s.problems, s.again = versions, known, problems, again || failed != nil
	return failed
}

// usedBy are the stored accounts of a provider's types, by name.
func usedBy(p provider.Provider, known map[string]loaded) []provider.Definition {
	types := p.Types()
	out := []provider.Definition{}
	for _, name := range slices.Sorted(maps.Keys(known)) {
		account := known[name].account
		if slices.ContainsFunc(types, func(t provider.Type) bool { return t.Name == account.Type }) {
			out = append(out, account)
		}
	}
	return out
}

// use makes of a stored account one that its provider takes.
func (s *Service) use(ctx context.Context, kinds map[string]kind, row *store.AccountDefinition) (provider.Definition, error) {
	key := provider.Key{Type: row.Type, Name: row.Name}
	k, ok := kinds[key.Type]
	switch {
	case !ok:
		return provider.Definition{}, fault.New(fault.Invalid, "there is no account type %q; use %s", key.Type, either(kinds))
	case k.Closed != "":
		return provider.Definition{}, fault.New(fault.Invalid, "stored accounts of type %s aren't used: %s", key.Type, k.Closed)
	case s.configured[key]:
		return provider.Definition{}, fault.New(fault.Conflict,
			"the configuration also has an account %q, which is used instead of the stored one: rename one of them", row.Name)
	}
	secrets, err := s.open(ctx, row)
	if err != nil {
		return provider.Definition{}, err
	}
	account := definitionOf(key, reveal(row.Body, secrets))
	return account, k.allow(account)
}

// problem is why a stored account is not in use as it is stored; "" where it
// is.
func (s *Service) problem(name string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.problems[name]
}

// account is an account that is in use: a stored one, or the key of one of the
// configuration.
func (s *Service) account(name string) (provider.Definition, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if l, ok := s.known[name]; ok {
		return l.account, true
	}
	for _, p := range s.providers {
		for _, key := range p.Configured() {
			if key.Name == name {
				return provider.Definition{Key: key}, true
			}
		}
	}
	return provider.Definition{}, false
}
