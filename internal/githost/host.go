package githost

import (
	"context"
	"net/url"
	"strings"

	"github.com/gennaker/gennaker/internal/artifact"
	"github.com/gennaker/gennaker/internal/fault"
)

// Repository is a repository of a host.
type Repository struct {
	// Path names it in the host's API, such as acme/cart.
	Path string `json:"path"`
	// Project and Slug are what triggers call it.
	Project string `json:"project"`
	Slug    string `json:"slug"`
	// DefaultBranch is "" if the host doesn't tell.
	DefaultBranch string `json:"defaultBranch,omitempty"`
	// URL is its page.
	URL string `json:"url,omitempty"`
}

// Hook is a webhook that a repository has.
type Hook struct{ ID, URL string }

// Wanted is the webhook that a repository is to have: it tells of pushes, tags, branches
// and pull requests, in JSON.
type Wanted struct {
	// URL is where it sends its requests to, and Secret what it signs them with.
	URL, Secret string
}

// Host is the API of a Git host, asked with an account. Its errors are faults that say what
// the host, or the account, lacks.
type Host interface {
	// Label is what people call the host, such as GitHub.
	Label() string
	// Sources are its names in triggers and in the URLs of webhooks, the usual one first.
	Sources() []string
	// Public tells whether it is a service of the internet, which reaches no private
	// addresses.
	Public() bool

	// Repositories lists repositories that the account can see and whose names contain a
	// text, up to [MostListed]. Those that changed last come first, if the host has that order.
	Repositories(ctx context.Context, text string) ([]Repository, error)
	// Repository gives one by its path.
	Repository(ctx context.Context, path string) (Repository, error)
	// Branches lists the names of a repository's branches, up to [MostListed].
	Branches(ctx context.Context, r Repository, text string) ([]string, error)

	Hooks(ctx context.Context, r Repository) ([]Hook, error)
	Create(ctx context.Context, r Repository, w Wanted) (Hook, error)
	Update(ctx context.Context, r Repository, id string, w Wanted) error
	// Delete removes a webhook; one that isn't there is no error.
	Delete(ctx context.Context, r Repository, id string) error
}

// Delivery is how a host's test of a webhook went.
type Delivery struct {
	// Known tells whether the host says how it went.
	Known bool
	OK    bool
	// Problem says why it failed, in the host's words.
	Problem string
}

// Pinger is a host that can try a webhook without telling of a change that didn't happen.
type Pinger interface {
	Ping(ctx context.Context, r Repository, id string, w Wanted) (Delivery, error)
}

// MostListed is how many repositories or branches are listed at most.
const MostListed = 500

// Of gives the API of an account's host.
func Of(account artifact.GitHost) (Host, error) {
	u, err := url.Parse(account.Address)
	if err != nil || u.Host == "" {
		return nil, fault.New(fault.Invalid, "the account %s has no address of a Git host", account.Account)
	}
	c := caller{send: account.Send, account: account.Account, host: u.Host, known: account.HasCredentials}
	switch account.Section {
	case "github":
		return newGitHub(c, account.Address), nil
	case "gitlab":
		return newGitLab(c, account.Address), nil
	case "gitea":
		return newGitea(c, account.Address), nil
	case "bitbucket":
		if isHost(u, "bitbucket.org", "api.bitbucket.org") {
			return newBitbucketCloud(c), nil
		}
		return newBitbucketServer(c, account.Address), nil
	}
	return nil, fault.New(fault.Invalid, "accounts of type %s have no Git host", fault.Short(account.Section))
}

func isHost(u *url.URL, names ...string) bool {
	for _, name := range names {
		if strings.EqualFold(u.Hostname(), name) {
			return true
		}
	}
	return false
}

// checkPath checks that a path is OWNER/NAME.
func checkPath(path string) error {
	owner, name, ok := strings.Cut(path, "/")
	if !ok || owner == "" || name == "" || strings.Contains(name, "/") {
		return fault.New(fault.Invalid, "%q is not a repository: give it as OWNER/NAME, such as acme/cart", fault.Short(path))
	}
	return nil
}

func contains(text, part string) bool {
	return strings.Contains(strings.ToLower(text), strings.ToLower(strings.TrimSpace(part)))
}
