package kubernetes

import (
	"slices"

	"github.com/gennaker/gennaker/internal/access"
	"github.com/gennaker/gennaker/internal/fault"
)

// Allow refuses an account that somebody may change nothing in: one that is
// restricted to some roles, and that was not among the accounts that the
// principal was allowed when it started what it started, as Clouddriver's
// operations do. An account that isn't there is for who uses it to tell.
func (p *Provider) Allow(who access.Principal, account string) error {
	a, ok := (*p.accounts.Load())[account]
	if !ok || len(a.config.Permissions.Write) == 0 || who.Admin || slices.Contains(who.AllowedAccounts, account) {
		return nil
	}
	name := who.Name
	if name == "" {
		name = access.Anonymous
	}
	return fault.New(fault.Forbidden, "Access denied to account %s: %s has none of the roles that can deploy to it", account, name)
}
