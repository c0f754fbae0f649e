package githooks_test

import (
	"context"
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/api/apitest"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/githost"
	"github.com/gennaker/gennaker/internal/githost/hooks"
	"github.com/gennaker/gennaker/internal/trigger"
)

// fixed has an account with a repository, and notes what is asked of it.
type fixed struct{ asked *[]any }

func (f fixed) Accounts() []hooks.Account {
	return []hooks.Account{{Type: "artifacts.github", Name: "hub", Host: "GitHub", Address: "https://github.com", Sources: []string{"github"}, HasCredentials: true}}
}

func (f fixed) Repositories(_ context.Context, accountType, account, text string) ([]githost.Repository, error) {
	*f.asked = append(*f.asked, []string{accountType, account, text})
	return []githost.Repository{{Path: "acme/cart", Project: "acme", Slug: "cart", DefaultBranch: "main"}}, nil
}

func (f fixed) Branches(_ context.Context, accountType, account, path, text string) ([]string, error) {
	*f.asked = append(*f.asked, []string{accountType, account, path, text})
	return nil, nil
}

func (f fixed) List(_ context.Context, filter hooks.Filter) ([]hooks.Hook, error) {
	*f.asked = append(*f.asked, filter)
	return []hooks.Hook{}, nil
}

func (f fixed) Create(_ context.Context, w hooks.Wanted) (hooks.Hook, error) {
	*f.asked = append(*f.asked, w)
	if w.Repository == "acme/none" {
		return hooks.Hook{}, fault.New(fault.NotFound, "GitHub has no repository acme/none")
	}
	return hooks.Hook{ID: "1", Application: w.Application, Created: true, Delivery: "failed", Problem: "502"}, nil
}

func (f fixed) Delete(_ context.Context, application, id string, forget bool) error {
	*f.asked = append(*f.asked, []any{application, id, forget})
	return nil
}

func (f fixed) Vouch(context.Context, *trigger.Event, url.Values) error { return nil }

func TestGitHooks(t *testing.T) {
	t.Parallel()
	var asked []any
	k := apitest.New(t, func(p *apitest.Parts) { p.GitHooks = fixed{&asked} })
	require.Len(t, k.Get("/git/accounts").Is(http.StatusOK).List(), 1)
	require.Len(t, k.Get("/git/repositories?account=hub&accountType=artifacts.github&q=car").Is(http.StatusOK).List(), 1)
	require.Empty(t, k.Get("/git/branches?account=hub&repository=acme/cart&q=m").Is(http.StatusOK).List())
	require.Empty(t, k.Get("/git/webhooks?application=shop&source=github&project=acme&slug=cart").Is(http.StatusOK).List())
	made := k.Call(http.MethodPost, "/applications/shop/gitWebhooks", apitest.Object{"account": "hub", "repository": "acme/cart", "source": "github"}, "X-SPINNAKER-USER", "ann").Is(http.StatusOK).Object()
	require.Equal(t, "502", made["problem"])
	k.Call(http.MethodDelete, "/applications/shop/gitWebhooks/1?forget=true", nil).Is(http.StatusOK)
	require.Equal(t, []any{
		[]string{"artifacts.github", "hub", "car"}, []string{"", "hub", "acme/cart", "m"},
		hooks.Filter{Application: "shop", Source: "github", Project: "acme", Slug: "cart"},
		hooks.Wanted{Application: "shop", Account: "hub", Repository: "acme/cart", Source: "github", User: "ann"},
		[]any{"shop", "1", true},
	}, asked)

	create := func(body any) *apitest.Answer {
		return k.Call(http.MethodPost, "/applications/shop/gitWebhooks", body)
	}
	create(apitest.Object{"repository": "acme/cart"}).Refused(http.StatusBadRequest, "account is missing")
	create(apitest.Object{"account": "hub"}).Refused(http.StatusBadRequest, "repository is missing")
	create(apitest.Object{"account": "hub", "repository": "acme/none"}).Refused(http.StatusNotFound, "no repository acme/none")
	k.Call(http.MethodDelete, "/applications/shop/gitWebhooks/1?forget=perhaps", nil).Refused(http.StatusBadRequest, "forget")
}

func TestWithoutGitHosts(t *testing.T) {
	t.Parallel()
	k := apitest.New(t)
	require.Empty(t, k.Get("/git/accounts").Is(http.StatusOK).List())
	require.Empty(t, k.Get("/git/webhooks").Is(http.StatusOK).List())
	for _, path := range []string{"/git/repositories?account=hub", "/git/branches?account=hub&repository=acme/cart"} {
		k.Get(path).Refused(http.StatusNotFound, "no accounts of Git hosts")
	}
	k.Call(http.MethodPost, "/applications/shop/gitWebhooks", apitest.Object{"account": "hub", "repository": "acme/cart"}).Refused(http.StatusNotFound, "no accounts of Git hosts")
	k.Call(http.MethodDelete, "/applications/shop/gitWebhooks/1", nil).Refused(http.StatusNotFound, "no accounts of Git hosts")
}
