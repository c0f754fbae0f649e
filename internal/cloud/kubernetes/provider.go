package kubernetes

import (
	"context"
	"log/slog"
	"maps"
	"net"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gennaker/gennaker/internal/cloud/kubernetes/mirror"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/stage/manifest"
)

// ID names the provider: it is the cloudProvider of everything in its accounts.
const ID = mirror.Provider

// FieldManager is the name that our applies have in managedFields.
const FieldManager = "gennaker"

// Options are what all accounts have in common.
type Options struct {
	// UserAgent is what API servers log; "gennaker" where empty.
	UserAgent string
	// ManagedBySuffix is added to the label app.kubernetes.io/managed-by, as
	// Spinnaker's kubernetes.v2.managed-by-suffix.
	ManagedBySuffix string
	// OmitAppLabels leaves the labels app.kubernetes.io/* away: Spinnaker's
	// kubernetes.v2.apply-app-labels=false.
	OmitAppLabels bool
	// MatchImageNameOnly binds an image only where the manifest names it
	// without a tag: Spinnaker's docker-image binding "match-name-only".
	MatchImageNameOnly bool
	// ImagesOnlyInPods binds no versions of ConfigMaps and Secrets in bare Pods,
	// as Clouddriver does.
	ImagesOnlyInPods bool
	// Secret looks up what encrypted:... and encryptedFile:... in an account's
	// credentials refer to; nil where nothing does. An account can't be read
	// with credentials that are kept in its own cluster.
	Secret func(ctx context.Context, reference string) (string, error)
	// DialAgent opens a connection to the agent of an account, on which it
	// answers plain HTTP requests for its cluster's API server. Without it
	// accounts with an agent can't be used.
	DialAgent func(ctx context.Context, account string) (net.Conn, error)
	// Stored is what accounts of the API may reach.
	Stored StoredAccounts
	// Missing is called where an account of that name isn't there, and may set
	// the accounts anew: another process may just have been told of it.
	Missing func(account string)
	// Memory is how many bytes of memory the clusters' answers may take together
	// while they are read and decoded; without bound where 0.
	Memory int64
	// Log takes what no answer can say; slog's default where nil.
	Log *slog.Logger
	// Now is the clock; time.Now where nil.
	Now func() time.Time

	// answers bounds what clusters answer.
	answers *answers
}

// Provider gives access to the clusters of its accounts. It is safe for use by
// many goroutines; accounts come and go while it is used (see [Provider.Set]).
type Provider struct {
	options Options
	// configured are the accounts that it began with.
	configured []AccountConfig
	// accounts are never changed in place: what has taken an account out goes
	// on with it.
	accounts atomic.Pointer[map[string]*account]

	setting  sync.Mutex // holds up changes, and keeps who hears of them in order
	watchers map[*func(AccountChange)]struct{}
}

var _ manifest.Provider = (*Provider)(nil)

// New returns a provider of the accounts. It connects to none of them: that is
// done when an account is first used. Configurations that don't validate, and
// names used twice, are refused.
func New(accounts []AccountConfig, options Options) (*Provider, error) {
	if options.UserAgent == "" {
		options.UserAgent = "gennaker"
	}
	if options.Log == nil {
		options.Log = slog.Default()
	}
	if options.Now == nil {
		options.Now = time.Now
	}
	options.answers = newAnswers(options.Memory)
	p := &Provider{options: options, watchers: map[*func(AccountChange)]struct{}{}}
	p.accounts.Store(&map[string]*account{})
	p.configured = accounts
	if err := p.Set(accounts); err != nil {
		return nil, err
	}
	return p, nil
}

// Accounts are the configurations of the accounts, by name.
func (p *Provider) Accounts() []AccountConfig {
	accounts := *p.accounts.Load()
	out := make([]AccountConfig, 0, len(accounts))
	for _, name := range slices.Sorted(maps.Keys(accounts)) {
		out = append(out, accounts[name].config)
	}
	return out
}

func (p *Provider) names() []string { return slices.Sorted(maps.Keys(*p.accounts.Load())) }

// account finds an account by name.
func (p *Provider) account(name string) (*account, error) {
	if name == "" {
		return nil, fault.New(fault.Invalid, "account: is missing; name one of %s", list(p.names()))
	}
	a, ok := (*p.accounts.Load())[name]
	if !ok && p.options.Missing != nil {
		p.options.Missing(name)
		a, ok = (*p.accounts.Load())[name]
	}
	if !ok {
		return nil, fault.New(fault.NotFound, "account: there is no Kubernetes account %q; there are %s", name, list(p.names()))
	}
	return a, nil
}

// list writes names for a person to read.
func list(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}
