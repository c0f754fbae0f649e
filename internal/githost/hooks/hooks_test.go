package hooks_test

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/artifact"
	"github.com/gennaker/gennaker/internal/encryption"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/githost/hooks"
	"github.com/gennaker/gennaker/internal/httpguard"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/secret"
	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/store/storetest"
	"github.com/gennaker/gennaker/internal/testgithost"
	"github.com/gennaker/gennaker/internal/trigger"
	"github.com/gennaker/gennaker/internal/trigger/webhook"
)

const token = "token-of-the-host"

// kit is a service with accounts of one server of a test.
type kit struct {
	*hooks.Service
	t     *testing.T
	store *store.Store
	host  *testgithost.Server
}

func newKit(t *testing.T, baseURL string, keys *encryption.Keyring) *kit {
	t.Helper()
	k := &kit{t: t, host: testgithost.Start(t, token), store: storetest.SQLite(t)}
	k.host.Add(testgithost.Repository{Owner: "acme", Name: "cart", Namespace: "Acme Inc", Title: "Cart", Branches: []string{"dev", "main", "next"}})
	k.host.Add(testgithost.Repository{Owner: "acme", Name: "sealed", ReadOnly: true})
	if keys == nil {
		keys = ring(t, encryption.NewKey())
	}
	k.Service = k.service(baseURL, keys)
	return k
}

func (k *kit) service(baseURL string, keys *encryption.Keyring) *hooks.Service {
	k.t.Helper()
	config := artifact.DefaultConfig()
	auth := artifact.TokenAuth{Token: secret.NewRef(token)}
	config.GitHub.Accounts = []artifact.GitHubAccount{{Name: "hub", Address: k.host.URL, TokenAuth: auth}, {Name: "two", Address: k.host.URL, TokenAuth: auth}, {Name: "public", TokenAuth: auth}}
	config.GitLab.Accounts = []artifact.GitLabAccount{{Name: "lab", Address: k.host.URL, TokenAuth: auth}, {Name: "two", Address: k.host.URL, TokenAuth: auth}}
	config.Gitea.Accounts = []artifact.GiteaAccount{{Name: "tea", Address: k.host.URL, TokenAuth: auth}}
	rules := httpguard.DefaultConfig()
	rules.RejectLocalhost, rules.RejectVerbatimIPs = false, false
	guard, err := httpguard.New(rules)
	require.NoError(k.t, err)
	accounts, err := artifact.NewService(artifact.Options{Config: config, Guard: guard})
	require.NoError(k.t, err)
	return hooks.New(hooks.Options{Store: k.store, Accounts: accounts, Keys: keys, BaseURL: baseURL})
}

func ring(t *testing.T, keys ...string) *encryption.Keyring {
	t.Helper()
	var refs []encryption.Ref
	for _, key := range keys {
		file := filepath.Join(t.TempDir(), "key")
		require.NoError(t, os.WriteFile(file, []byte(key), 0o600))
		refs = append(refs, encryption.NewRef("file:"+file))
	}
	out, err := encryption.Open(t.Context(), refs, nil)
	require.NoError(t, err)
	return out
}

func cart(account string) hooks.Wanted {
	return hooks.Wanted{Application: "shop", Account: account, Repository: "acme/cart", User: "ann"}
}

func TestCreateIsIdempotent(t *testing.T) {
	t.Parallel()
	k := newKit(t, "http://127.0.0.1:8084", nil)
	k.host.AddHook("acme/cart", testgithost.Hook{URL: "http://127.0.0.1:8084/webhooks/git/github", Active: true})
	first, err := k.Create(t.Context(), cart("hub"))
	require.NoError(t, err)
	require.True(t, first.Created)
	require.Equal(t, "http://127.0.0.1:8084/webhooks/git/github?hook="+first.ID, first.URL)
	require.Equal(t, [3]string{"github", "acme", "cart"}, [3]string{first.Source, first.Project, first.Slug})
	there := k.host.Hooks("acme/cart")
	require.Len(t, there, 2, "one that somebody has created by hand is left alone")
	require.GreaterOrEqual(t, len(there[1].Secret), 32)

	again, err := k.Create(t.Context(), cart("hub"))
	require.NoError(t, err)
	require.Equal(t, first.ID, again.ID)
	require.Equal(t, there[1].Secret, k.host.Hooks("acme/cart")[1].Secret)
	require.Len(t, k.host.Hooks("acme/cart"), 2)

	// Somebody has deleted it at the host.
	require.NoError(t, k.Delete(t.Context(), "shop", first.ID, false))
	require.Len(t, k.host.Hooks("acme/cart"), 1)
	all, err := k.List(t.Context(), hooks.Filter{})
	require.NoError(t, err)
	require.Empty(t, all)
}

func TestListedByRepository(t *testing.T) {
	t.Parallel()
	k := newKit(t, "http://127.0.0.1:8084", nil)
	for _, account := range []string{"hub", "lab", "tea"} {
		_, err := k.Create(t.Context(), cart(account))
		require.NoError(t, err)
	}
	forge := cart("tea")
	forge.Source = "forgejo"
	_, err := k.Create(t.Context(), forge)
	require.NoError(t, err)
	for filter, want := range map[hooks.Filter]int{
		{}: 4, {Application: "SHOP"}: 4, {Application: "other"}: 0, {Source: "gitlab"}: 1,
		{Source: "gitlab", Project: "acme inc", Slug: "cart"}: 1, {Source: "github", Project: "acme", Slug: "mail"}: 0,
		{Source: "forgejo", Project: "acme", Slug: "cart", Application: "shop"}: 1,
	} {
		found, err := k.List(t.Context(), filter)
		require.NoError(t, err)
		require.Len(t, found, want, "%+v", filter)
	}
}

// The host's answer is lost, or the process ends, when the webhook is created: the next
// attempt finds it.
func TestHalfMadeIsFoundAgain(t *testing.T) {
	t.Parallel()
	k := newKit(t, "http://127.0.0.1:8084", nil)
	k.host.Cut(1)
	_, err := k.Create(t.Context(), cart("lab"))
	require.Equal(t, fault.Unavailable, fault.KindOf(err), err)
	require.Len(t, k.host.Hooks("acme/cart"), 1)
	half, err := k.List(t.Context(), hooks.Filter{})
	require.NoError(t, err)
	require.Len(t, half, 1)
	require.False(t, half[0].Created)

	made, err := k.Create(t.Context(), cart("lab"))
	require.NoError(t, err)
	require.Equal(t, half[0].ID, made.ID)
	require.Len(t, k.host.Hooks("acme/cart"), 1)
}

// Several processes create it at once, and one comes of it.
func TestCreatedAtOnce(t *testing.T) {
	t.Parallel()
	keys := ring(t, encryption.NewKey())
	k := newKit(t, "http://127.0.0.1:8084", keys)
	var wg sync.WaitGroup
	for range 4 {
		service := k.service("http://127.0.0.1:8084", keys)
		for range 2 {
			wg.Go(func() {
				for {
					_, err := service.Create(t.Context(), cart("lab"))
					if err == nil || t.Context().Err() != nil {
						return
					}
				}
			})
		}
	}
	wg.Wait()
	_, err := k.Create(t.Context(), cart("lab"))
	require.NoError(t, err)
	require.Len(t, k.host.Hooks("acme/cart"), 1)
}

func TestNotCreated(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		base   string
		change func(*hooks.Wanted)
		kind   fault.Kind
		want   string
	}{
		"no public URL":         {"", nil, fault.Invalid, "set server.baseUrl"},
		"own address":           {"http://localhost:8084", func(w *hooks.Wanted) { w.Account = "public" }, fault.Invalid, "GitHub can't send webhooks to http://localhost:8084"},
		"private address":       {"http://10.1.2.3", func(w *hooks.Wanted) { w.Account = "public" }, fault.Invalid, "no address on the internet: set server.baseUrl"},
		"name without a domain": {"https://gennaker", func(w *hooks.Wanted) { w.Account = "public" }, fault.Invalid, "no address on the internet"},
		"no account":            {"http://127.0.0.1", func(w *hooks.Wanted) { w.Account = "none" }, fault.NotFound, "there is no account none of a Git host"},
		"two accounts":          {"http://127.0.0.1", func(w *hooks.Wanted) { w.Account = "two" }, fault.Invalid, "name the type too, such as artifacts.github"},
		"another source":        {"http://127.0.0.1", func(w *hooks.Wanted) { w.Source = "gitea" }, fault.Invalid, "the source github"},
		"no repository":         {"http://127.0.0.1", func(w *hooks.Wanted) { w.Repository = "acme/none" }, fault.NotFound, "has no repository acme/none"},
		"no scope":              {"http://127.0.0.1", func(w *hooks.Wanted) { w.Repository = "acme/sealed" }, fault.Forbidden, "admin:repo_hook"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := newKit(t, c.base, nil)
			wanted := cart("hub")
			if c.change != nil {
				c.change(&wanted)
			}
			_, err := k.Create(t.Context(), wanted)
			require.ErrorContains(t, err, c.want)
			require.Equal(t, c.kind, fault.KindOf(err))
			all, err := k.List(t.Context(), hooks.Filter{})
			require.NoError(t, err)
			require.Empty(t, all, "what was refused is forgotten")
		})
	}
	k := newKit(t, "http://127.0.0.1", nil)
	two := cart("two")
	two.AccountType = "artifacts.gitlab"
	made, err := k.Create(t.Context(), two)
	require.NoError(t, err)
	require.ErrorContains(t, k.Delete(t.Context(), "other", made.ID, false), "belongs to the application shop")
	require.Equal(t, fault.NotFound, fault.KindOf(k.Delete(t.Context(), "shop", "none", false)))
	gone := k.service("http://127.0.0.1", nil)
	require.NoError(t, gone.Delete(t.Context(), "shop", made.ID, true))
	require.Len(t, k.host.Hooks("acme/cart"), 1, "it was only forgotten")
}

// event is what a host sends for a push.
func event(t *testing.T, source, project, slug string, header ...string) *trigger.Event {
	t.Helper()
	body := `{"ref": "refs/heads/main", "after": "abc", "repository": {"name": "` + slug + `", "owner": {"name": "` + project + `", "login": "` + project + `"}}}`
	r := webhook.Request{Type: "git", Source: source, Header: http.Header{}, Body: []byte(body)}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	events, err := webhook.Read(r)
	require.NoError(t, err)
	require.Len(t, events, 1)
	return events[0]
}

func TestVouch(t *testing.T) {
	t.Parallel()
	k := newKit(t, "http://127.0.0.1", nil)
	ctx := t.Context()
	by := func(id string) url.Values { return url.Values{"hook": {id}} }
	decide := func(e *trigger.Event, query url.Values, more model.Trigger) trigger.Decision {
		t.Helper()
		require.NoError(t, k.Vouch(ctx, e, query))
		starts := model.Trigger{"type": "git", "enabled": true, "source": "github", "project": "acme", "slug": "cart"}
		p := model.Pipeline{"id": "p", "application": "shop", "name": "Deploy", "triggers": []any{model.Merge(starts, more)}}
		decided := trigger.Decide(ctx, e, []model.Pipeline{p}, trigger.Options{})
		require.Len(t, decided, 1)
		return decided[0]
	}
	plain := func() *trigger.Event { return event(t, "github", "acme", "cart") }
	require.Equal(t, trigger.Starts, decide(plain(), nil, nil).Outcome, "nobody has created a webhook")

	made, err := k.Create(ctx, cart("hub"))
	require.NoError(t, err)
	key := k.host.Hooks("acme/cart")[0].Secret
	signed := func(with string) *trigger.Event { return event(t, "github", "ACME", "cart", "X-Gitlab-Token", with) }
	require.Equal(t, trigger.Starts, decide(signed(key), by(made.ID), nil).Outcome)
	for name, c := range map[string]struct {
		event *trigger.Event
		query url.Values
		more  model.Trigger
		want  string
	}{
		"unsigned":             {plain(), by(made.ID), nil, "isn't signed with the secret of the webhook"},
		"another secret":       {signed("hunter2"), by(made.ID), nil, "isn't signed with the secret of the webhook"},
		"another webhook":      {plain(), nil, nil, "comes from another one"},
		"forged":               {signed(key), nil, nil, "comes from another one"},
		"unknown webhook":      {signed(key), by("none"), nil, "doesn't know the webhook"},
		"a secret of its own":  {signed(key), by(made.ID), model.Trigger{"secret": "hunter2"}, "remove the secret from the trigger"},
		"its own isn't proved": {signed("wrong"), nil, model.Trigger{"secret": "hunter2"}, "was not made with the trigger's secret"},
	} {
		d := decide(c.event, c.query, c.more)
		require.Equal(t, trigger.Differs, d.Outcome, name)
		require.Contains(t, d.Reason, c.want, name)
		require.NotContains(t, d.Reason, key, name)
	}
	own := decide(signed("hunter2"), nil, model.Trigger{"secret": "hunter2"})
	require.Equal(t, trigger.Starts, own.Outcome, "a webhook that was created by hand starts triggers with its secret: %s", own.Reason)

	// The secret of one repository's webhook proves nothing about another repository.
	other := event(t, "github", "acme", "mail", "X-Gitlab-Token", key)
	require.NoError(t, k.Vouch(ctx, other, by(made.ID)))
	require.False(t, other.Hook.Proved)
	require.Contains(t, other.Hook.Problem, "another repository (acme/cart)")
}

func TestSecretsAreEncrypted(t *testing.T) {
	t.Parallel()
	before, after := encryption.NewKey(), encryption.NewKey()
	k := newKit(t, "http://127.0.0.1", ring(t, before))
	made, err := k.Create(t.Context(), cart("lab"))
	require.NoError(t, err)
	key := k.host.Hooks("acme/cart")[0].Secret

	both := k.service("http://127.0.0.1", ring(t, after, before))
	encrypted, current, failed, err := both.Rotate(t.Context())
	require.NoError(t, err)
	require.Equal(t, [3]int{1, 0, 0}, [3]int{encrypted, current, len(failed)})
	_, current, _, err = both.Rotate(t.Context())
	require.NoError(t, err)
	require.Equal(t, 1, current)

	only := k.service("http://127.0.0.1", ring(t, after))
	again, err := only.Create(t.Context(), cart("lab"))
	require.NoError(t, err)
	require.Equal(t, made.ID, again.ID)
	require.Equal(t, key, k.host.Hooks("acme/cart")[0].Secret)
	_, err = k.service("http://127.0.0.1", ring(t, before)).Create(t.Context(), cart("lab"))
	require.ErrorContains(t, err, "is missing")
}

func TestAccountsAndLists(t *testing.T) {
	t.Parallel()
	k := newKit(t, "", nil)
	var types []string
	for _, a := range k.Accounts() {
		types = append(types, a.Type+"/"+a.Name)
		require.True(t, a.HasCredentials)
	}
	require.ElementsMatch(t, []string{"artifacts.github/hub", "artifacts.github/two", "artifacts.github/public", "artifacts.gitlab/lab", "artifacts.gitlab/two", "artifacts.gitea/tea"}, types)
	found, err := k.Repositories(t.Context(), "", "hub", "car")
	require.NoError(t, err)
	require.Len(t, found, 1)
	branches, err := k.Branches(t.Context(), "artifacts.gitlab", "two", "acme/cart", "")
	require.NoError(t, err)
	require.Equal(t, []string{"main", "dev", "next"}, branches)
	_, err = k.Branches(t.Context(), "", "hub", "acme/none", "")
	require.Equal(t, fault.NotFound, fault.KindOf(err))
}
