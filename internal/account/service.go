package account

import (
	"context"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/gennaker/gennaker/internal/cloud/kubernetes"
	"github.com/gennaker/gennaker/internal/encryption"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/store"
)

// defaultPoll is how often a process looks for the changes that others made.
const defaultPoll = 2 * time.Second

// Provider is the cloud provider whose accounts these are. It must be safe for
// use by many goroutines.
type Provider interface {
	// Set makes these the accounts, all of them or, with an error, none.
	Set(accounts []kubernetes.AccountConfig) error
	// CheckConfig connects to an account's cluster and tells what is missing.
	CheckConfig(ctx context.Context, config kubernetes.AccountConfig) (*kubernetes.Report, error)
}

// Options are what the service is made of. Store, Keys and Provider are
// required.
type Options struct {
	Store    *store.Store
	Keys     *encryption.Keyring
	Provider Provider
	// Configured are the accounts of the configuration, which can't be changed
	// here.
	Configured []kubernetes.AccountConfig
	// Stored is what the others may do.
	Stored kubernetes.StoredAccounts
	// Poll is how often the store is asked for changes; two seconds where 0.
	Poll   time.Duration
	Logger *slog.Logger
}

// Service keeps the accounts. It is safe for use by many goroutines.
type Service struct {
	store      *store.Store
	keys       *encryption.Keyring
	provider   Provider
	configured map[string]kubernetes.AccountConfig
	stored     kubernetes.StoredAccounts
	poll       time.Duration
	log        *slog.Logger

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
	config  kubernetes.AccountConfig
}

// New returns the service. [Service.Load] puts the accounts to use.
func New(o Options) *Service {
	s := &Service{
		store: o.Store, keys: o.Keys, provider: o.Provider, stored: o.Stored, poll: o.Poll, log: o.Logger,
		configured: make(map[string]kubernetes.AccountConfig, len(o.Configured)),
	}
	for _, c := range o.Configured {
		s.configured[c.Name] = c
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
	if !s.stored.Enabled {
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
		config, err := s.use(ctx, row)
		if err == nil {
			known[row.Name] = loaded{row.Version, config}
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
	if err := s.provider.Set(s.inUse(known)); err != nil {
		return err
	}
	s.versions, s.known, s.problems, s.again = versions, known, problems, again
	return nil
}

// inUse are the configured and the stored accounts, by name.
func (s *Service) inUse(known map[string]loaded) []kubernetes.AccountConfig {
	out := make([]kubernetes.AccountConfig, 0, len(s.configured)+len(known))
	for _, name := range slices.Sorted(maps.Keys(s.configured)) {
		out = append(out, s.configured[name])
	}
	for _, name := range slices.Sorted(maps.Keys(known)) {
		out = append(out, known[name].config)
	}
	return out
}

// use makes of a stored account one that a provider takes.
func (s *Service) use(ctx context.Context, row *store.AccountDefinition) (kubernetes.AccountConfig, error) {
	if _, taken := s.configured[row.Name]; taken {
		return kubernetes.AccountConfig{}, fault.New(fault.Conflict,
			"the configuration has an account %q too, which is used in place of the stored one: rename one of them", row.Name)
	}
	secrets, err := s.open(ctx, row)
	if err != nil {
		return kubernetes.AccountConfig{}, err
	}
	config, err := parse(reveal(row.Body, secrets))
	if err != nil {
		return kubernetes.AccountConfig{}, err
	}
	config.FromAPI = true
	return config, s.allow(config)
}

// problem is why a stored account is not in use as it is stored; "" where it
// is.
func (s *Service) problem(name string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.problems[name]
}

// config is an account that is in use.
func (s *Service) config(name string) (kubernetes.AccountConfig, bool) {
	if c, ok := s.configured[name]; ok {
		return c, true
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	l, ok := s.known[name]
	return l.config, ok
}

// ByAgent tells whether there is an account of that name in use, and whether an
// agent in its cluster serves it.
func (s *Service) ByAgent(name string) (exists, served bool) {
	config, ok := s.config(name)
	return ok, config.Agent
}
