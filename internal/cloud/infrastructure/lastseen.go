package infrastructure

import (
	"context"
	"slices"

	"github.com/gennaker/gennaker/internal/cloud/view"
)

// LastSeen names the kinds of things that an application was last
// seen to have in some accounts: what keeps it from being deleted though their
// clusters can't be asked.
func (i *Infrastructure) LastSeen(ctx context.Context, app string, accounts []string) ([]string, error) {
	clusters, err := i.ask(ctx, view.Question{Topic: view.AboutApplications, Application: app})
	if err != nil {
		return nil, err
	}
	firewalls, err := i.ask(ctx, view.Question{Topic: view.AboutSecurityGroups, Application: app})
	if err != nil {
		return nil, err
	}
	var out []string
	if slices.ContainsFunc(clusters, func(n named) bool { return len(n.Applications) > 0 && slices.Contains(accounts, n.account) }) {
		out = append(out, "clusters")
	}
	if slices.ContainsFunc(firewalls, func(n named) bool { return len(n.SecurityGroups) > 0 && slices.Contains(accounts, n.account) }) {
		out = append(out, "security groups")
	}
	return out, nil
}
