package hooks

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/gennaker/gennaker/internal/artifact"
	"github.com/gennaker/gennaker/internal/encryption"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/githost"
	"github.com/gennaker/gennaker/internal/store"
)

// Accounts are those of Git hosts; an [artifact.Service] has them.
type Accounts interface {
	GitHosts() []artifact.GitHost
}

// Options are what a Service is made of. Store, Accounts and Keys are required.
type Options struct {
	Store    *store.Store
	Accounts Accounts
	// Refresh looks for accounts that another process has stored; it may be nil.
	Refresh func(ctx context.Context) error
	// Keys encrypt the secrets.
	Keys *encryption.Keyring
	// BaseURL is where the server is reached from outside, without a slash at its end; ""
	// if nobody has said so.
	BaseURL string
	Now     func() time.Time
	Logger  *slog.Logger
}

// Service creates webhooks, and checks what they send. It is safe for concurrent use.
type Service struct {
	o Options
	// one has the webhooks of this process created one after the other.
	one sync.Mutex

	mu sync.Mutex
	// opened are secrets by what they are encrypted to: a key management service isn't
	// asked for each event.
	opened map[string]string
}

// timeout bounds what one request asks of a host.
const timeout = time.Minute

// New returns a service.
func New(o Options) *Service {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return &Service{o: o, opened: map[string]string{}}
}

// Account is an account that can create webhooks.
type Account struct {
	// Type is that of the account, such as artifacts.github.
	Type string `json:"type"`
	Name string `json:"name"`
	// Host is what people call the host, and Address its URL.
	Host    string `json:"host"`
	Address string `json:"address"`
	// Sources are the host's names in triggers, the usual one first.
	Sources []string `json:"sources"`
	// HasCredentials tells whether it has any: without, it only sees what is public.
	HasCredentials bool `json:"hasCredentials"`
}

// accountTypePrefix begins the types of artifact accounts.
const accountTypePrefix = "artifacts."

// Accounts lists the accounts of Git hosts.
func (s *Service) Accounts() []Account {
	out := []Account{}
	for _, one := range s.o.Accounts.GitHosts() {
		if host, err := githost.Of(one); err == nil {
			out = append(out, Account{accountTypePrefix + one.Section, one.Account, host.Label(), one.Address, host.Sources(), one.HasCredentials})
		}
	}
	return out
}

// host finds an account by its type and name. The type may be "" if the name is enough.
func (s *Service) host(ctx context.Context, accountType, name string) (artifact.GitHost, githost.Host, error) {
	find := func() (found []artifact.GitHost) {
		for _, one := range s.o.Accounts.GitHosts() {
			if one.Account == name && (accountType == "" || accountTypePrefix+one.Section == accountType) {
				found = append(found, one)
			}
		}
		return found
	}
	found := find()
	if len(found) == 0 && s.o.Refresh != nil {
		if err := s.o.Refresh(ctx); err != nil {
			return artifact.GitHost{}, nil, err
		}
		found = find()
	}
	switch {
	case len(found) == 0:
		return artifact.GitHost{}, nil, fault.New(fault.NotFound, "there is no account %s of a Git host: add one of the type GitHub, GitLab, Bitbucket or Gitea", fault.Short(name))
	case len(found) > 1:
		return artifact.GitHost{}, nil, fault.New(fault.Invalid, "there are several accounts %s of Git hosts: name the type too, such as %s", fault.Short(name), accountTypePrefix+found[0].Section)
	}
	host, err := githost.Of(found[0])
	return found[0], host, err
}

// Repositories lists the repositories of an account whose names contain a text.
func (s *Service) Repositories(ctx context.Context, accountType, account, text string) ([]githost.Repository, error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	_, host, err := s.host(ctx, accountType, account)
	if err != nil {
		return nil, err
	}
	return host.Repositories(ctx, text)
}

// Branches lists the branches of a repository whose names contain a text, the default one
// first.
func (s *Service) Branches(ctx context.Context, accountType, account, path, text string) ([]string, error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	_, host, err := s.host(ctx, accountType, account)
	if err != nil {
		return nil, err
	}
	r, err := host.Repository(ctx, path)
	if err != nil {
		return nil, err
	}
	out, err := host.Branches(ctx, r, text)
	if at := slices.Index(out, r.DefaultBranch); at > 0 {
		out = append([]string{r.DefaultBranch}, slices.Delete(out, at, at+1)...)
	}
	return out, err
}
