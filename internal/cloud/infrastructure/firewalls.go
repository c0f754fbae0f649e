package infrastructure

import (
	"context"
	"slices"
	"strings"

	"github.com/gennaker/gennaker/internal/cloud/view"
	"github.com/gennaker/gennaker/internal/fault"
)

// Firewalls are the names of all firewalls, by account, provider and region.
func (i *Infrastructure) Firewalls(ctx context.Context) (map[string]map[string]map[string][]any, error) {
	answers, err := i.ask(ctx, view.Question{Topic: view.AboutSecurityGroups})
	if err != nil {
		return nil, err
	}
	out := map[string]map[string]map[string][]any{}
	for _, answer := range answers {
		if len(answer.SecurityGroups) > 0 {
			out[answer.account] = map[string]map[string][]any{answer.provider: byRegion(answer.SecurityGroups)}
		}
	}
	return out, nil
}

// AccountFirewalls are the names of an account's firewalls, by region; none
// where the account is another provider's.
func (i *Infrastructure) AccountFirewalls(ctx context.Context, account, provider string) (map[string][]any, error) {
	source := i.source(account)
	if source.Provider != provider {
		return map[string][]any{}, nil
	}
	answer, err := source.Ask(ctx, view.Question{Topic: view.AboutSecurityGroups})
	return byRegion(answer.SecurityGroups), err
}

func byRegion(groups []view.SecurityGroup) map[string][]any {
	slices.SortStableFunc(groups, func(a, b view.SecurityGroup) int {
		return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name))
	})
	out := map[string][]any{}
	for _, g := range groups {
		out[g.Region] = append(out[g.Region], g.Summary)
	}
	return out
}

// Firewall is one firewall with its rules.
func (i *Infrastructure) Firewall(ctx context.Context, account, provider, region, name string) (any, error) {
	if source := i.source(account); source.Provider == provider {
		answer, err := source.Ask(ctx, view.Question{Topic: view.AboutSecurityGroups, Region: region, Name: name})
		if err != nil {
			return nil, err
		}
		if len(answer.SecurityGroups) > 0 {
			return answer.SecurityGroups[0], nil
		}
	}
	return nil, fault.New(fault.NotFound, "Security group '%s' does not exist", name)
}
