package artifact_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/artifact"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/secret"
)

func TestGitea(t *testing.T) {
	t.Parallel()
	at := serveFunc(t, func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, r.URL.Path+" "+r.Header.Get("Authorization"))
	})
	service := newService(t, func(c *artifact.Config) {
		c.Gitea.Accounts = []artifact.GiteaAccount{{Name: "tea", Address: at + "/", TokenAuth: artifact.TokenAuth{Token: secret.NewRef("hunter2")}}}
	})
	file := func(host string) map[string]any {
		return map[string]any{"type": "gitea/file", "artifactAccount": "tea", "reference": host + "/acme/cart/raw/commit/abc/deploy.yaml"}
	}
	require.Equal(t, "/acme/cart/raw/commit/abc/deploy.yaml token hunter2", fetch(t, service, file(at)))
	_, err := service.Fetch(t.Context(), file("https://elsewhere.example.com"))
	requireFault(t, err, fault.Forbidden, "tea", "is not one of the account's hosts")
}

// The server of an account is where its webhooks are created, with its credentials.
func TestServersOfGitAccounts(t *testing.T) {
	t.Parallel()
	service := newService(t, func(c *artifact.Config) {
		c.GitHub.Accounts = []artifact.GitHubAccount{
			{Name: "public"}, {Name: "own", AllowedHosts: []string{"git.example.com:8443"}}, {Name: "both", AllowedHosts: []string{"api.github.com", "ghe.example.com"}},
			{Name: "address", Address: "https://ghe.example.com/"},
		}
		c.GitLab.Accounts = []artifact.GitLabAccount{{Name: "lab"}}
		c.Bitbucket.Accounts = []artifact.BitbucketAccount{{Name: "cloud"}, {Name: "server", Address: "https://example.com/bitbucket", AllowedHosts: []string{"example.com"}}}
		c.Gitea.Accounts = []artifact.GiteaAccount{{Name: "tea", Address: "http://gitea.example.com/"}}
	})
	got := map[string]string{}
	for _, h := range service.GitHosts() {
		got[h.Section+"/"+h.Account] = h.Address
		require.False(t, h.HasCredentials)
	}
	require.Equal(t, map[string]string{
		"github/public": "https://github.com", "github/own": "https://git.example.com:8443", "github/both": "https://github.com", "github/address": "https://ghe.example.com",
		"gitlab/lab": "https://gitlab.com", "bitbucket/cloud": "https://bitbucket.org", "bitbucket/server": "https://example.com/bitbucket", "gitea/tea": "http://gitea.example.com",
	}, got)

	config := artifact.DefaultConfig()
	config.GitLab.Accounts = []artifact.GitLabAccount{{Name: "lab", Address: "https://gitlab.example.com", AllowedHosts: []string{"other.example.com"}}}
	config.Gitea.Accounts = []artifact.GiteaAccount{{Name: "tea", Address: "ftp://gitea.example.com"}}
	errs := config.Validate()
	require.Len(t, errs, 2)
	require.ErrorContains(t, errs[0], "is not one of allowedHosts")
	require.ErrorContains(t, errs[1], "address: must be a URL")
}
