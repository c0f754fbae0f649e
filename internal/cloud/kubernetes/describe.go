package kubernetes

import (
	"context"
	"time"

	"github.com/gennaker/gennaker/internal/cloud/view"
)

// clusterWait is how long the details of an account wait for its cluster, before they
// are those that were last known.
const clusterWait = 2 * time.Second

// CloudAccounts describes the accounts, by name.
func (r Reader) CloudAccounts(context.Context) ([]view.Account, error) {
	configs := r.Accounts()
	out := make([]view.Account, len(configs))
	for i, a := range configs {
		out[i] = view.Account{
			Name: a.Name, Type: ID, AccountType: a.AccountType, Environment: a.Environment, Permissions: a.Permissions.roles(),
			Details: map[string]any{"skin": "v2", "providerVersion": "v2", "dockerRegistries": []any{}},
			Ask: func(ctx context.Context) map[string]any {
				ctx, cancel := context.WithTimeout(ctx, clusterWait)
				defer cancel()
				return map[string]any{
					"namespaces":       r.Namespaces(ctx, a.Name),
					"spinnakerKindMap": r.SpinnakerKinds(ctx, a.Name),
				}
			},
		}
	}
	return out, nil
}

// roles are an account's roles by what they may do; empty if anyone may.
func (p Permissions) roles() map[string][]string {
	out := map[string][]string{}
	for right, roles := range map[string][]string{"READ": p.Read, "WRITE": p.Write, "EXECUTE": p.Execute} {
		if len(roles) > 0 {
			out[right] = roles
		}
	}
	return out
}
