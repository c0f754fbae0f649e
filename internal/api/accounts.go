package api

import (
	"context"
	"net/http"
	"slices"
	"sync"

	"github.com/gennaker/gennaker/internal/access"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
)

// Accounts knows the cloud accounts there are.
type Accounts interface {
	// CloudAccounts lists them, by name.
	CloudAccounts(ctx context.Context) ([]Account, error)
}

// Account is a cloud account as Clouddriver describes one.
type Account struct {
	Name string
	// Type is the kind of cloud: "kubernetes". CloudProvider is the same where
	// it is empty.
	Type, CloudProvider string
	// AccountID, AccountType and Environment are the name where they are empty,
	// as Clouddriver has it.
	AccountID, AccountType, Environment string
	Primary                             bool
	ChallengeDestructiveActions         bool
	// RequiredGroups is the old way to restrict an account; Permissions lists
	// the roles that may READ, WRITE and EXECUTE. Without any of them everyone
	// may.
	RequiredGroups []string
	Permissions    map[string][]string
	// Details are the fields that accounts of this type have besides, such as
	// Kubernetes' namespaces and spinnakerKindMap.
	Details map[string]any
	// Ask, if set, gives details that only the cloud itself knows, such as the
	// namespaces of a cluster. It answers within seconds, with what was last
	// known if need be.
	Ask func(ctx context.Context) map[string]any
}

func (s *server) accountRoutes() []route {
	const tag = "Accounts"
	return []route{
		{
			method: http.MethodGet, path: "/credentials", name: "getAccounts", needs: anyone, tag: tag, summary: "List the cloud accounts",
			params: []param{boolean("expand", "with everything about them")},
			result: listOf(ref("Account")), serve: s.listAccounts,
		},
		{
			method: http.MethodGet, path: "/credentials/{account}", name: "getAccount", needs: onAccount(access.Read), tag: tag,
			summary: "Get a cloud account", result: ref("Account"), serve: s.getAccount,
		},
	}
}

func (s *server) cloudAccounts(ctx context.Context) ([]Account, error) {
	if s.accounts == nil {
		return nil, nil
	}
	return s.accounts.CloudAccounts(ctx)
}

func (s *server) listAccounts(r *http.Request) (any, error) {
	q := queryOf(r)
	expand := q.boolean("expand", false)
	if err := q.err(); err != nil {
		return nil, err
	}
	ctx, user := r.Context(), userOf(r)
	accounts, err := s.cloudAccounts(ctx)
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
	return out, s.addNamespaces(ctx, out...)
}

func (s *server) getAccount(r *http.Request) (any, error) {
	accounts, err := s.cloudAccounts(r.Context())
	if err != nil {
		return nil, err
	}
	name := r.PathValue("account")
	for _, account := range accounts {
		if account.Name == name {
			details := account.details(r.Context(), userOf(r))
			return details, s.addNamespaces(r.Context(), details)
		}
	}
	return nil, fault.New(fault.NotFound, "Account not found (name: %s)", name)
}

// allowedAccounts names the accounts that a user may use.
func (s *server) allowedAccounts(ctx context.Context, user access.Principal) ([]string, error) {
	accounts, err := s.cloudAccounts(ctx)
	if err != nil {
		return nil, err
	}
	out := []string{}
	for _, account := range accounts {
		if account.allows(user) {
			out = append(out, account.Name)
		}
	}
	return out, nil
}

// allows tells whether a user may change things in the account: Gate's rule.
func (a Account) allows(user access.Principal) bool {
	if len(a.Permissions) == 0 || user.Admin {
		return true
	}
	return slices.ContainsFunc(a.Permissions["WRITE"], user.Has)
}

// summary is Gate's Account.
func (a Account) summary(user access.Principal) map[string]any {
	permissions := a.Permissions
	if permissions == nil {
		permissions = map[string][]string{}
	}
	return map[string]any{
		"name": a.Name, "accountId": either(a.AccountID, a.Name), "type": a.Type,
		"requiredGroupMembership": orEmpty(a.RequiredGroups), "permissions": permissions,
		"authorized": a.allows(user),
	}
}

// details is Gate's AccountDetails.
func (a Account) details(ctx context.Context, user access.Principal) map[string]any {
	base := model.Merge(map[string]any{"enabled": true, "skin": a.Type}, a.Details)
	if a.Ask != nil {
		base = model.Merge(base, a.Ask(ctx))
	}
	return model.Merge(model.Merge(base, a.summary(user)), map[string]any{
		"accountType": either(a.AccountType, a.Name), "cloudProvider": either(a.CloudProvider, a.Type),
		"environment": either(a.Environment, a.Name), "primaryAccount": a.Primary,
		"challengeDestructiveActions": a.ChallengeDestructiveActions,
	})
}

func either(text, otherwise string) string {
	if text != "" {
		return text
	}
	return otherwise
}
