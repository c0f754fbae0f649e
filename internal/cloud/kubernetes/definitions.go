package kubernetes

import (
	"context"
	"reflect"
	"slices"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/provider"
)

var _ provider.Provider = (*Provider)(nil)

// Types implements [provider.Provider].
func (p *Provider) Types() []provider.Type {
	t := accountType
	if !p.options.Stored.Enabled {
		t.Closed = "kubernetes.storedAccounts.enabled is false"
	}
	return []provider.Type{t}
}

var accountType = provider.Type{
	Name: ID, Title: "Kubernetes account", Section: "kubernetes.accounts", Fields: provider.SchemaOf(reflect.TypeFor[AccountConfig]()),
	// Fields of Clouddriver's accounts about its caches and its kubectl, or about
	// what is always so here.
	Ignored: []string{
		"cacheThreads", "cacheIntervalSeconds", "cachingPolicies", "cacheAllApplicationRelationships",
		"checkPermissionsOnStartup", "debug", "kubectlExecutable", "liveManifestCalls", "metrics", "namingStrategy",
		"providerVersion", "rawResourcesEndpointConfig", "skin",
		"requiredGroupMembership", // which parse refuses where it names groups
	},
	BoundTo: map[string][]string{
		"token": {"server", "certificateAuthorityData", "certificateAuthority", "tlsServerName", "insecureSkipTLSVerify"},
	},
}

// Configured implements [provider.Provider].
func (p *Provider) Configured() []provider.Key {
	out := make([]provider.Key, len(p.configured))
	for i, config := range p.configured {
		out[i] = provider.Key{Type: ID, Name: config.Name}
	}
	return out
}

// Validate implements [provider.Provider].
func (p *Provider) Validate(account provider.Definition) []error {
	config, err := parse(account)
	if err != nil {
		return []error{err}
	}
	if errs := config.Validate(); len(errs) > 0 {
		return errs
	}
	return p.options.Stored.Check(config)
}

// Use implements [provider.Provider].
func (p *Provider) Use(stored []provider.Definition) error {
	all := slices.Clone(p.configured)
	for _, account := range stored {
		config, err := parse(account)
		if err != nil {
			return err
		}
		all = append(all, config)
	}
	return p.Set(all)
}

// Check implements [provider.Provider].
func (p *Provider) Check(ctx context.Context, account provider.Definition) (provider.Result, error) {
	if account.Fields == nil {
		i := slices.IndexFunc(p.configured, func(c AccountConfig) bool { return c.Name == account.Name })
		if i < 0 {
			return nil, fault.New(fault.NotFound, "No account found with name %s", account.Name)
		}
		return p.result(ctx, p.configured[i])
	}
	config, err := parse(account)
	if err != nil {
		return nil, err
	}
	return p.result(ctx, config)
}

func (p *Provider) result(ctx context.Context, config AccountConfig) (provider.Result, error) {
	report, err := p.CheckConfig(ctx, config)
	if err != nil {
		return nil, err
	}
	return report, nil
}

// ByAgent tells whether there is an account of that name in use, and whether an
// agent in its cluster serves it.
func (p *Provider) ByAgent(name string) (exists, served bool) {
	a, ok := (*p.accounts.Load())[name]
	return ok, ok && a.config.Agent
}

// parse reads an account that a user of the API gives.
func parse(account provider.Definition) (AccountConfig, error) {
	var config AccountConfig
	if groups, ok := account.Fields["requiredGroupMembership"]; ok {
		if list, _ := groups.([]any); len(list) > 0 {
			return config, provider.Invalid("requiredGroupMembership: is not supported; list the roles in permissions")
		}
	}
	if err := provider.Decode(account, accountType, &config); err != nil {
		return config, err
	}
	config.FromAPI = true
	return config, nil
}
