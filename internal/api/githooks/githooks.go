// Package githooks is the area of the API about Git hosts: which repositories and branches
// there are, for the forms of triggers, and the webhooks that are created there. Spinnaker has
// nothing like it.
package githooks

import (
	"context"
	_ "embed"
	"net/http"

	"github.com/gennaker/gennaker/internal/access"
	"github.com/gennaker/gennaker/internal/api/rest"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/githost"
	"github.com/gennaker/gennaker/internal/githost/hooks"
)

// Hooks creates webhooks and knows what Git hosts have; a [hooks.Service] does.
type Hooks interface {
	Accounts() []hooks.Account
	Repositories(ctx context.Context, accountType, account, text string) ([]githost.Repository, error)
	Branches(ctx context.Context, accountType, account, path, text string) ([]string, error)
	List(ctx context.Context, f hooks.Filter) ([]hooks.Hook, error)
	Create(ctx context.Context, w hooks.Wanted) (hooks.Hook, error)
	Delete(ctx context.Context, application, id string, forget bool) error
}

//go:embed schemas.json
var schemas []byte

type area struct{ hooks Hooks }

// New returns the area. Without hooks there are no Git hosts.
func New(h Hooks) rest.Area {
	a := &area{h}
	const tag = "Triggers"
	account := []rest.Param{
		rest.RequiredParam(rest.Text("account", "the account's name")),
		rest.Text("accountType", "the account's type, such as artifacts.github, if several accounts have the name"),
	}
	text := rest.Text("q", "only those whose name contains this text")
	return rest.Area{Schemas: schemas, Routes: []rest.Route{
		{
			Method: http.MethodGet, Path: "/git/accounts", Name: "listGitAccounts", Needs: rest.Anyone, Tag: tag,
			Summary: "List the accounts of Git hosts, with which repositories can be listed and webhooks created",
			Result:  rest.ListOf(rest.Ref("GitAccount")), Serve: a.accounts,
		},
		{
			Method: http.MethodGet, Path: "/git/repositories", Name: "listGitRepositories", Needs: rest.Anyone, Tag: tag,
			Summary: "List the repositories that an account of a Git host sees", Params: append(account[:2:2], text),
			Result: rest.ListOf(rest.Ref("GitRepository")), Serve: a.repositories,
		},
		{
			Method: http.MethodGet, Path: "/git/branches", Name: "listGitBranches", Needs: rest.Anyone, Tag: tag,
			Summary: "List the branches of a repository, the default one first",
			Params:  append(account[:2:2], rest.RequiredParam(rest.Text("repository", "the repository's path at the host, such as acme/cart")), text),
			Result:  rest.ListOf(rest.Schema{"type": "string"}), Serve: a.branches,
		},
		{
			Method: http.MethodGet, Path: "/git/webhooks", Name: "listGitWebhooks", Needs: rest.Anyone, Tag: tag,
			Summary: "List the webhooks that Gennaker has created at Git hosts",
			Params: []rest.Param{
				rest.Text("application", "only those created for this application"), rest.Text("source", "only those of triggers with this source, such as github"),
				rest.Text("project", "only those of repositories that triggers know by this project"), rest.Text("slug", "only those of repositories that triggers know by this slug"),
			},
			Result: rest.ListOf(rest.Ref("GitWebhook")), Serve: a.list,
		},
		{
			Method: http.MethodPost, Path: "/applications/{application}/gitWebhooks", Name: "createGitWebhook", Tag: tag,
			Needs:   rest.OnApplication(access.Write),
			Summary: "Create the webhook of a repository at its Git host, with a secret of its own, or bring it up to date; it can be repeated",
			Body:    rest.RequiredBody(rest.Ref("GitWebhookRequest")), Result: rest.Ref("GitWebhook"), Serve: a.create,
		},
		{
			Method: http.MethodDelete, Path: "/applications/{application}/gitWebhooks/{id}", Name: "deleteGitWebhook", Tag: tag,
			Needs:   rest.OnApplication(access.Write),
			Summary: "Delete a webhook that Gennaker has created, at its Git host and here",
			Params:  []rest.Param{rest.Boolean("forget", "only delete it here, if it can't be deleted at the host any more")},
			Serve:   a.remove,
		},
	}}
}

func (a *area) accounts(*http.Request) (any, error) {
	if a.hooks == nil {
		return []hooks.Account{}, nil
	}
	return a.hooks.Accounts(), nil
}

// there refuses requests if there are no Git hosts.
func (a *area) there() error {
	if a.hooks == nil {
		return fault.New(fault.NotFound, "there are no accounts of Git hosts")
	}
	return nil
}

func (a *area) repositories(r *http.Request) (any, error) {
	q := rest.QueryOf(r)
	if err := a.there(); err != nil {
		return nil, err
	}
	found, err := a.hooks.Repositories(r.Context(), q.Text("accountType"), q.Text("account"), q.Text("q"))
	return rest.OrEmpty(found), err
}

func (a *area) branches(r *http.Request) (any, error) {
	q := rest.QueryOf(r)
	if err := a.there(); err != nil {
		return nil, err
	}
	found, err := a.hooks.Branches(r.Context(), q.Text("accountType"), q.Text("account"), q.Text("repository"), q.Text("q"))
	return rest.OrEmpty(found), err
}

func (a *area) list(r *http.Request) (any, error) {
	q := rest.QueryOf(r)
	if a.hooks == nil {
		return []hooks.Hook{}, nil
	}
	return a.hooks.List(r.Context(), hooks.Filter{Application: q.Text("application"), Source: q.Text("source"), Project: q.Text("project"), Slug: q.Text("slug")})
}

// wanted is a webhook that is to be created.
type wanted struct {
	Account     string `json:"account"`
	AccountType string `json:"accountType"`
	Repository  string `json:"repository"`
	Source      string `json:"source"`
}

func (a *area) create(r *http.Request) (any, error) {
	var w wanted
	if _, err := rest.ReadBody(r, &w); err != nil {
		return nil, err
	}
	switch {
	case w.Account == "":
		return nil, fault.New(fault.Invalid, "account is missing: name the account of the Git host")
	case w.Repository == "":
		return nil, fault.New(fault.Invalid, "repository is missing: give its path at the host, such as acme/cart")
	}
	if err := a.there(); err != nil {
		return nil, err
	}
	return a.hooks.Create(r.Context(), hooks.Wanted{
		Application: r.PathValue("application"), AccountType: w.AccountType, Account: w.Account, Repository: w.Repository, Source: w.Source,
		User: rest.User(r).Name,
	})
}

func (a *area) remove(r *http.Request) (any, error) {
	q := rest.QueryOf(r)
	forget := q.Boolean("forget", false)
	if err := q.Err(); err != nil {
		return nil, err
	}
	if err := a.there(); err != nil {
		return nil, err
	}
	return nil, a.hooks.Delete(r.Context(), r.PathValue("application"), r.PathValue("id"), forget)
}
