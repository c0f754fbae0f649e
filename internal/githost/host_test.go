package githost_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/artifact"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/githost"
	"github.com/gennaker/gennaker/internal/httpguard"
	"github.com/gennaker/gennaker/internal/secret"
	"github.com/gennaker/gennaker/internal/testgithost"
)

const token = "token-of-the-host"

// toServer sends what is for Bitbucket Cloud's API to a server of a test.
type toServer struct {
	base http.RoundTripper
	host string
}

// RoundTrip sends the request.
func (t toServer) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.URL.Host == "api.bitbucket.org" {
		req = req.Clone(req.Context())
		req.URL.Scheme, req.URL.Host = "http", t.host
		return http.DefaultTransport.RoundTrip(req)
	}
	return t.base.RoundTrip(req)
}

// open gives the API of a kind of host on a server of a test, asked with a token.
func open(t *testing.T, s *testgithost.Server, kind, with string) githost.Host {
	t.Helper()
	config := artifact.DefaultConfig()
	auth := artifact.TokenAuth{Token: secret.NewRef(with)}
	switch kind {
	case "github":
		config.GitHub.Accounts = []artifact.GitHubAccount{{Name: "host", Address: s.URL, TokenAuth: auth}}
	case "gitlab":
		config.GitLab.Accounts = []artifact.GitLabAccount{{Name: "host", Address: s.URL, TokenAuth: auth}}
	case "gitea":
		config.Gitea.Accounts = []artifact.GiteaAccount{{Name: "host", Address: s.URL + "/", TokenAuth: auth}}
	case "datacenter":
		config.Bitbucket.Accounts = []artifact.BitbucketAccount{{Name: "host", Address: s.URL, TokenAuth: auth}}
	case "cloud":
		config.Bitbucket.Accounts = []artifact.BitbucketAccount{{Name: "host", TokenAuth: auth}}
	}
	require.Empty(t, config.Validate())
	rules := httpguard.DefaultConfig()
	rules.RejectLocalhost, rules.RejectVerbatimIPs = false, false
	guard, err := httpguard.New(rules)
	require.NoError(t, err)
	service, err := artifact.NewService(artifact.Options{Config: config, Guard: guard, Wrap: func(base http.RoundTripper) http.RoundTripper {
		return toServer{base, strings.TrimPrefix(s.URL, "http://")}
	}})
	require.NoError(t, err)
	require.Len(t, service.GitHosts(), 1)
	h, err := githost.Of(service.GitHosts()[0])
	require.NoError(t, err)
	return h
}

// kinds are the kinds of hosts, with what triggers call acme/cart there.
var kinds = map[string]struct {
	source, project, slug string
	public                bool
	pings                 bool
}{
	"github":     {source: "github", project: "acme", slug: "cart", pings: true},
	"gitlab":     {source: "gitlab", project: "Acme Inc", slug: "Cart"},
	"gitea":      {source: "gitea", project: "acme", slug: "cart"},
	"datacenter": {source: "bitbucket", project: "acme", slug: "cart", pings: true},
	"cloud":      {source: "bitbucket", project: "acme", slug: "acme/cart", public: true},
}

func host(t *testing.T) *testgithost.Server {
	t.Helper()
	s := testgithost.Start(t, token)
	for _, name := range []string{"shop", "cart", "cart-tools", "mail"} {
		s.Add(testgithost.Repository{Owner: "acme", Name: name, Namespace: "Acme Inc", Title: strings.ToUpper(name[:1]) + name[1:], Branches: []string{"dev", "feature/a", "main", "next"}})
	}
	s.Add(testgithost.Repository{Owner: "acme", Name: "sealed", ReadOnly: true})
	return s
}

func TestListsOfHosts(t *testing.T) {
	t.Parallel()
	for kind, want := range kinds {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			h := open(t, host(t), kind, token)
			require.Equal(t, want.source, h.Sources()[0])
			require.Equal(t, want.public, h.Public())
			found, err := h.Repositories(t.Context(), "cart")
			require.NoError(t, err)
			paths := []string{}
			for _, r := range found {
				paths = append(paths, r.Path)
			}
			require.Equal(t, []string{"acme/cart", "acme/cart-tools"}, paths)
			all, err := h.Repositories(t.Context(), "")
			require.NoError(t, err)
			require.Len(t, all, 5, "all pages")
			r, err := h.Repository(t.Context(), "acme/cart.git")
			require.NoError(t, err)
			require.Equal(t, found[0].Project, r.Project)
			require.Equal(t, [2]string{want.project, want.slug}, [2]string{r.Project, r.Slug})
			require.Equal(t, "main", r.DefaultBranch)
			branches, err := h.Branches(t.Context(), r, "e")
			require.NoError(t, err)
			require.Equal(t, []string{"dev", "feature/a", "next"}, branches)
		})
	}
}

func TestWebhooksOfHosts(t *testing.T) {
	t.Parallel()
	for kind, want := range kinds {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			ctx, s := t.Context(), host(t)
			h := open(t, s, kind, token)
			r, err := h.Repository(ctx, "acme/cart")
			require.NoError(t, err)
			for range 3 { // more than a page
				s.AddHook("acme/cart", testgithost.Hook{URL: "https://other.example.com"})
			}
			wanted := githost.Wanted{URL: "https://gennaker.example.com/webhooks/git/x?hook=1", Secret: "first"}
			made, err := h.Create(ctx, r, wanted)
			require.NoError(t, err)
			all, err := h.Hooks(ctx, r)
			require.NoError(t, err)
			require.Len(t, all, 4)
			require.Contains(t, all, githost.Hook{ID: made.ID, URL: wanted.URL})
			kept := s.Hooks("acme/cart")[3]
			require.Equal(t, "first", kept.Secret)
			require.True(t, kept.Active)
			require.True(t, slices.ContainsFunc(kept.Events, func(e string) bool { return strings.Contains(e, "push") || e == "repo:refs_changed" }), kept.Events)
			require.True(t, slices.ContainsFunc(kept.Events, func(e string) bool {
				return strings.HasPrefix(e, "pull") || strings.HasPrefix(e, "merge") || strings.HasPrefix(e, "pr:")
			}), kept.Events)

			wanted.Secret, wanted.URL = "second", "https://gennaker.example.com/new?hook=1"
			require.NoError(t, h.Update(ctx, r, made.ID, wanted))
			kept = s.Hooks("acme/cart")[3]
			require.Equal(t, [2]string{"second", wanted.URL}, [2]string{kept.Secret, kept.URL})

			_, pings := h.(githost.Pinger)
			require.Equal(t, want.pings, pings)
			require.NoError(t, h.Delete(ctx, r, made.ID))
			require.Len(t, s.Hooks("acme/cart"), 3)
			require.NoError(t, h.Delete(ctx, r, made.ID), "again")
		})
	}
}

func TestWhatHostsRefuse(t *testing.T) {
	t.Parallel()
	scopes := map[string]string{
		"github": "admin:repo_hook", "gitlab": "the scope api", "gitea": "write:repository", "datacenter": "Repository admin", "cloud": "Webhooks (read and write)",
	}
	for kind := range kinds {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			ctx, s := t.Context(), host(t)
			h := open(t, s, kind, token)
			check := func(err error, kind fault.Kind, texts ...string) {
				t.Helper()
				require.Error(t, err)
				require.Equal(t, kind, fault.KindOf(err), err)
				for _, text := range texts {
					require.ErrorContains(t, err, text)
				}
				require.NotContains(t, err.Error(), token)
			}
			_, err := h.Repository(ctx, "acme/nothing")
			check(err, fault.NotFound, "has no repository acme/nothing", "account host")
			_, err = open(t, s, kind, "wrong").Repository(ctx, "acme/cart")
			check(err, fault.Forbidden, "rejected the credentials of account host")

			r, err := h.Repository(ctx, "acme/sealed")
			require.NoError(t, err)
			_, err = h.Hooks(ctx, r)
			check(err, fault.Forbidden, scopes[kind], "acme/sealed")
			_, err = h.Create(ctx, r, githost.Wanted{URL: "https://g.example.com"})
			check(err, fault.Forbidden, scopes[kind])
			check(h.Delete(ctx, r, "1"), fault.Forbidden, scopes[kind])

			s.Refuse("http://10.")
			r, err = h.Repository(ctx, "acme/cart")
			require.NoError(t, err)
			_, err = h.Create(ctx, r, githost.Wanted{URL: "http://10.0.0.1/webhooks", Secret: "hunter2"})
			check(err, fault.Invalid, "It refuses the webhook to http://10.0.0.1", "Invalid url given")
			require.NotContains(t, err.Error(), "hunter2")
		})
	}
}

// A server that answers with something else is told as that.
func TestNoGitHost(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		answer artifactAnswer
		want   string
		kind   fault.Kind
	}{
		"a web page": {artifactAnswer{http.StatusOK, "<html>"}, "with something else, such as a web page", fault.Unavailable},
		"broken":     {artifactAnswer{http.StatusBadGateway, "<html>"}, "fails with status 502", fault.Unavailable},
		"limited":    {artifactAnswer{http.StatusTooManyRequests, `{"message": "slow down"}`}, "limits requests; try again later (slow down)", fault.Unavailable},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := githost.Asking("gitea", func(context.Context, string, string, http.Header, []byte) (artifact.Answer, error) {
				return artifact.Answer{Status: c.answer.status, Body: []byte(c.answer.body)}, nil
			})
			_, err := h.Repository(t.Context(), "acme/cart")
			require.ErrorContains(t, err, c.want)
			require.Equal(t, c.kind, fault.KindOf(err))
		})
	}
	h := githost.Asking("gitea", nil)
	for _, path := range []string{"", "cart", "a/b/c", "/"} {
		_, err := h.Repository(t.Context(), path)
		require.ErrorContains(t, err, "OWNER/NAME")
	}
}

type artifactAnswer struct {
	status int
	body   string
}
