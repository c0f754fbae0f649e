// Package accounts is the area of the API about cloud accounts: those there are, those
// that are stored and change while the platform runs, and their agents.
package accounts

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"sync"

	"github.com/gennaker/gennaker/internal/access"
	"github.com/gennaker/gennaker/internal/api/rest"
	"github.com/gennaker/gennaker/internal/cloud/view"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
)

// Clouds know the cloud accounts there are.
type Clouds interface {
	// CloudAccounts lists them, by name.
	CloudAccounts(ctx context.Context) ([]view.Account, error)
}

// account is a cloud account as Gate shows it.
type account struct{ view.Account }

func (a *area) routes() []rest.Route {
	const tag = "Accounts"
	return []rest.Route{
		{
			Method: http.MethodGet, Path: "/credentials", Name: "getAccounts", Needs: rest.Anyone, Tag: tag, Summary: "List the cloud accounts",
			Params: []rest.Param{rest.Boolean("expand", "include all details")},
			Result: rest.ListOf(rest.Ref("Account")), Serve: a.listAccounts,
		},
		{
			Method: http.MethodGet, Path: "/credentials/{account}", Name: "getAccount", Needs: rest.OnAccount(access.Read), Tag: tag,
			Summary: "Get a cloud account", Result: rest.Ref("Account"), Serve: a.getAccount,
		},
	}
}

func (a *area) listAccounts(r *http.Request) (any, error) {
	q := rest.QueryOf(r)
	expand := q.Boolean("expand", false)
	if err := q.Err(); err != nil {
		return nil, err
	}
	ctx, user := r.Context(), rest.User(r)
	accounts, err := a.directory.list(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]map[string]any, len(accounts))
	var group sync.WaitGroup
	for i, account := range accounts {
		if !expand {
			out[i] = account.summary(user)
			continue
		}
		group.Go(func() { out[i] = account.details(ctx, user) })
	}
	group.Wait()
	if expand {
		if err := a.addConditions(ctx, out...); err != nil {
			return nil, err
		}
	}
	return out, a.addNamespaces(ctx, out...)
}

func (a *area) getAccount(r *http.Request) (any, error) {
	accounts, err := a.directory.list(r.Context())
	if err != nil {
		return nil, err
	}
	name := r.PathValue("account")
	for _, account := range accounts {
		if account.Name == name {
			details := account.details(r.Context(), rest.User(r))
			if err := a.addConditions(r.Context(), details); err != nil {
				return nil, err
			}
			return details, a.addNamespaces(r.Context(), details)
		}
	}
	return nil, fault.New(fault.NotFound, "Account not found (name: %s)", name)
}

// allows tells whether a user may change things in the account: Gate's rule.
func (a account) allows(user access.Principal) bool {
	if len(a.Permissions) == 0 || user.Admin {
		return true
	}
	return slices.ContainsFunc(a.Permissions["WRITE"], user.Has)
}

// summary is Gate's Account.
func (a account) summary(user access.Principal) map[string]any {
	permissions := a.Permissions
	if permissions == nil {
		permissions = map[string][]string{}
	}
	return map[string]any{
		"name": a.Name, "accountId": cmp.Or(a.AccountID, a.Name), "type": a.Type,
		"requiredGroupMembership": rest.OrEmpty(a.RequiredGroups), "permissions": permissions,
		"authorized": a.allows(user),
	}
}

// details is Gate's AccountDetails.
func (a account) details(ctx context.Context, user access.Principal) map[string]any {
	base := model.Merge(map[string]any{"enabled": true, "skin": a.Type}, a.Details)
	if a.Ask != nil {
		base = model.Merge(base, a.Ask(ctx))
	}
	return model.Merge(model.Merge(base, a.summary(user)), map[string]any{
		"accountType": cmp.Or(a.AccountType, a.Name), "cloudProvider": cmp.Or(a.CloudProvider, a.Type),
		"environment": cmp.Or(a.Environment, a.Name), "primaryAccount": a.Primary,
		"challengeDestructiveActions": a.ChallengeDestructiveActions,
	})
}
