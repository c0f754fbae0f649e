package artifact_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/artifact"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/httpguard"
	"github.com/gennaker/gennaker/internal/secret"
)

func TestHTTPFile(t *testing.T) {
	t.Parallel()
	files := http.NewServeMux()
	files.HandleFunc("/plain", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "content") })
	files.HandleFunc("/broken", func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no", http.StatusBadGateway) })
	files.HandleFunc("/large", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, strings.Repeat("x", 2000)) })
	files.HandleFunc("/larger", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, "x")
		w.(http.Flusher).Flush() // so that the length is not known before
		fmt.Fprint(w, strings.Repeat("x", 2000))
	})
	files.HandleFunc("/moved", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/private", http.StatusFound) })
	files.HandleFunc("/loop", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/loop", http.StatusFound) })
	files.Handle("/private", basicAuth("ci", "hunter2", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, "private ", r.Header.Get("X-Team"))
	})))
	url := serve(t, files)
	dir, hosts := t.TempDir(), []string{hostOf(url)}
	require.NoError(t, os.WriteFile(filepath.Join(dir, "both"), []byte("ci:hunter2\n"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "password"), []byte("hunter2\n"), 0o600))
	service := newService(t, func(c *artifact.Config) {
		c.MaxBytes = 1000
		c.HTTP.Accounts = []artifact.HTTPAccount{
			{Name: "literal", AllowedHosts: hosts, BasicAuth: artifact.BasicAuth{Username: "ci", Password: secret.NewRef("hunter2")},
				Headers: map[string]secret.Ref{"X-Team": secret.NewRef("blue")}},
			{Name: "by-file", AllowedHosts: hosts, BasicAuth: artifact.BasicAuth{Username: "ci", Password: secret.NewRef("file:" + filepath.Join(dir, "password"))}},
			{Name: "both-in-file", AllowedHosts: hosts, BasicAuth: artifact.BasicAuth{UsernamePasswordFile: filepath.Join(dir, "both")}},
			{Name: "wrong", AllowedHosts: hosts, BasicAuth: artifact.BasicAuth{Username: "ci", Password: secret.NewRef("hunter22")}},
			{Name: "lost", AllowedHosts: hosts, BasicAuth: artifact.BasicAuth{UsernamePasswordFile: filepath.Join(dir, "missing")}},
			{Name: "closed", AllowedHosts: hosts, BasicAuth: artifact.BasicAuth{Username: "ci", Password: secret.NewRef("hunter2")}, URLRestrictions: &artifact.URLRestrictions{}},
		}
	})
	of := func(account, path string) map[string]any {
		return map[string]any{"type": "http/file", "artifactAccount": account, "reference": url + path}
	}
	const open = "no-auth-http-account"
	require.Equal(t, "content", fetch(t, service, of(open, "/plain")))
	require.Equal(t, "private blue", fetch(t, service, of("literal", "/private")))
	require.Equal(t, "private ", fetch(t, service, of("by-file", "/private")))
	require.Equal(t, "private ", fetch(t, service, of("both-in-file", "/private")))
	require.Equal(t, "private ", fetch(t, service, of("both-in-file", "/moved")), "credentials follow a redirect on the same host")

	for _, c := range []struct {
		name, account, path string
		kind                fault.Kind
		says                string
	}{
		{"no credentials", open, "/private", fault.Forbidden, "the account has none"},
		{"wrong credentials", "wrong", "/private", fault.Forbidden, "rejected the account's credentials"},
		{"missing file", open, "/nope", fault.NotFound, "check the reference"},
		{"missing secret", "lost", "/private", fault.Invalid, "missing"},
		{"server fails", open, "/broken", fault.Unavailable, "502"},
		{"too large", open, "/large", fault.TooLarge, "artifacts.maxBytes"},
		{"too large without saying so", open, "/larger", fault.TooLarge, "artifacts.maxBytes"},
		{"endless redirects", open, "/loop", fault.Invalid, "redirects more than"},
		{"not allowed", "closed", "/plain", fault.Forbidden, "artifacts.http.accounts[closed].urlRestrictions."},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := service.Fetch(t.Context(), of(c.account, c.path))
			requireFault(t, err, c.kind, c.account, url+c.path, c.says)
		})
	}
	t.Run("no URL", func(t *testing.T) {
		t.Parallel()
		_, err := service.Fetch(t.Context(), map[string]any{"type": "http/file", "artifactAccount": open, "reference": "file.yml"})
		requireFault(t, err, fault.Invalid, open, "not a URL")
	})
	t.Run("nothing listens", func(t *testing.T) {
		t.Parallel()
		_, err := service.Fetch(t.Context(), map[string]any{"type": "http/file", "artifactAccount": open, "reference": "http://u:hunter2@127.0.0.1:1/?token=hunter2"})
		requireFault(t, err, fault.Unavailable, open, "http://127.0.0.1:1/")
	})
}

// Credentials stay on the host that the reference names.
func TestCredentialsDoNotFollowRedirects(t *testing.T) {
	t.Parallel()
	seen := make(chan http.Header, 10)
	elsewhere := serveFunc(t, func(_ http.ResponseWriter, r *http.Request) { seen <- r.Header })
	first := serveFunc(t, func(w http.ResponseWriter, r *http.Request) {
		seen <- r.Header
		http.Redirect(w, r, elsewhere, http.StatusFound)
	})
	service := newService(t, func(c *artifact.Config) {
		c.HTTP.Accounts = []artifact.HTTPAccount{{Name: "a", AllowedHosts: []string{hostOf(first)}, BasicAuth: artifact.BasicAuth{Username: "ci", Password: secret.NewRef("hunter2")},
			Headers: map[string]secret.Ref{"X-Key": secret.NewRef("hunter2")}}}
		c.GitLab.Accounts = []artifact.GitLabAccount{{Name: "a", AllowedHosts: []string{hostOf(first)}, TokenAuth: artifact.TokenAuth{Token: secret.NewRef("hunter2")}}}
	})
	for kind, name := range map[string]string{"http/file": "X-Key", "gitlab/file": "Private-Token"} {
		fetch(t, service, map[string]any{"type": kind, "artifactAccount": "a", "reference": first})
		require.Equal(t, "hunter2", (<-seen).Get(name))
		after := <-seen
		require.Empty(t, after.Get(name))
		require.Empty(t, after.Get("Authorization"))
	}
}

func TestForbiddenRedirect(t *testing.T) {
	t.Parallel()
	url := serveFunc(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "http://169.254.169.254/latest/meta-data", http.StatusFound)
	})
	service := newService(t, func(*artifact.Config) {})
	_, err := service.Fetch(t.Context(), map[string]any{"type": "http/file", "reference": url})
	requireFault(t, err, fault.Forbidden, "no-auth-http-account", url, "169.254.169.254", "An administrator can allow it")
}

func TestTimeout(t *testing.T) {
	t.Parallel()
	stop := make(chan struct{})
	url := serveFunc(t, func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-stop:
		case <-r.Context().Done():
		}
	})
	t.Cleanup(func() { close(stop) })
	service := newService(t, func(c *artifact.Config) { c.Timeout = 50 * time.Millisecond })
	_, err := service.Fetch(t.Context(), map[string]any{"type": "http/file", "reference": url})
	requireFault(t, err, fault.Unavailable, "no-auth-http-account", url, "artifacts.timeout")
}

func TestDefaultGuard(t *testing.T) {
	t.Parallel()
	service, err := artifact.NewService(artifact.Options{Config: artifact.DefaultConfig()})
	require.NoError(t, err)
	for _, url := range []string{"http://localhost/x", "http://127.0.0.1/x", "http://[::1]/", "ftp://example.com/x"} {
		_, err := service.Fetch(t.Context(), map[string]any{"type": "http/file", "reference": url})
		requireFault(t, err, fault.Forbidden, "no-auth-http-account", httpguard.DefaultConfig().Section)
	}
}

func TestGitHosts(t *testing.T) {
	t.Parallel()
	mux := http.NewServeMux()
	var url string
	authorized := func(header, value string, next http.HandlerFunc) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get(header) != value {
				http.Error(w, `{"message":"Bad credentials"}`, http.StatusUnauthorized)
				return
			}
			next(w, r)
		}
	}
	mux.HandleFunc("/repos/o/r/contents/a.yml", authorized("Authorization", "token hunter2", func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Query().Get("ref") == "nope":
			http.Error(w, `{"message":"No commit found for the ref nope"}`, http.StatusNotFound)
		case r.Header.Get("Accept") == "application/vnd.github.v3.raw":
			fmt.Fprint(w, "raw of ", r.URL.Query().Get("ref"))
		default:
			fmt.Fprintf(w, `{"name":"a.yml","download_url":"%s/raw/%s/a.yml?token=t"}`, url, r.URL.Query().Get("ref"))
		}
	}))
	mux.HandleFunc("/repos/o/r/contents/dir", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `[{"name":"a.yml"}]`) })
	mux.HandleFunc("/raw/{ref}/a.yml", func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "content of ", r.PathValue("ref")) })
	mux.HandleFunc("/api/v4/projects/1/repository/files/a.yml/raw", authorized("Private-Token", "hunter2", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, "lab ", r.URL.Query().Get("ref"))
	}))
	mux.HandleFunc("/2.0/repositories/o/r/src/main/a.yml", authorized("Authorization", "Bearer hunter2", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, "bucket ", r.Header.Get("Accept"))
	}))
	mux.Handle("/rest/api/1.0/a.yml", basicAuth("ci", "hunter2", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, "server ", r.URL.Query().Get("at"))
	})))
	url = serve(t, mux)
	token, hosts := artifact.TokenAuth{Token: secret.NewRef("hunter2")}, []string{hostOf(url)}
	service := newService(t, func(c *artifact.Config) {
		c.GitHub.Accounts = []artifact.GitHubAccount{
			{Name: "hub", AllowedHosts: hosts, TokenAuth: token}, {Name: "hub-raw", AllowedHosts: hosts, TokenAuth: token, UseContentAPI: true},
			{Name: "hub-wrong", AllowedHosts: hosts, TokenAuth: artifact.TokenAuth{Token: secret.NewRef("hunter22")}},
		}
		c.GitLab.Accounts = []artifact.GitLabAccount{{Name: "lab", AllowedHosts: hosts, TokenAuth: token}}
		c.Bitbucket.Accounts = []artifact.BitbucketAccount{
			{Name: "cloud", AllowedHosts: hosts, TokenAuth: token},
			{Name: "server", AllowedHosts: hosts, BasicAuth: artifact.BasicAuth{Username: "ci", Password: secret.NewRef("hunter2")}},
		}
	})
	of := func(kind, account, path, version string) map[string]any {
		return map[string]any{"type": kind, "artifactAccount": account, "reference": url + path, "version": version}
	}
	const file = "/repos/o/r/contents/a.yml"
	require.Equal(t, "content of master", fetch(t, service, of("github/file", "hub", file, "")))
	require.Equal(t, "content of v1", fetch(t, service, of("github/file", "hub", file, "v1")))
	require.Equal(t, "raw of v1", fetch(t, service, of("github/file", "hub-raw", file, "v1")))
	require.Equal(t, "lab main", fetch(t, service, of("gitlab/file", "lab", "/api/v4/projects/1/repository/files/a.yml/raw", "main")))
	require.Equal(t, "bucket application/json", fetch(t, service, of("bitbucket/file", "cloud", "/2.0/repositories/o/r/src/main/a.yml", "")))
	require.Equal(t, "server main", fetch(t, service, of("bitbucket/file", "server", "/rest/api/1.0/a.yml?at=main", "")))

	for _, c := range []struct {
		account, path, version string
		kind                   fault.Kind
		says                   string
	}{
		{"hub-wrong", file, "", fault.Forbidden, "rejected the account's credentials"},
		{"hub", file, "nope", fault.NotFound, "(version nope)"},
		{"hub", "/repos/o/r/contents/dir", "", fault.Invalid, "no download URL"},
		{"hub", "/repos/o/r/contents/nope", "", fault.NotFound, "check the reference"},
	} {
		_, err := service.Fetch(t.Context(), of("github/file", c.account, c.path, c.version))
		requireFault(t, err, c.kind, c.account, url+c.path, c.says)
	}
}

// An account's own rules stand in place of the general ones.
func TestAnAccountsOwnRules(t *testing.T) {
	t.Parallel()
	url := serveFunc(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "content") })
	no := false
	config := artifact.DefaultConfig()
	config.HTTP.Accounts = []artifact.HTTPAccount{
		{Name: "inside", URLRestrictions: &artifact.URLRestrictions{RejectLocalhost: &no, RejectVerbatimIPs: &no}},
		{Name: "domain", URLRestrictions: &artifact.URLRestrictions{AllowedDomains: []string{"example.com"}}},
		{Name: "general"},
	}
	service, err := artifact.NewService(artifact.Options{Config: config})
	require.NoError(t, err)
	of := func(account, url string) map[string]any {
		return map[string]any{"type": "http/file", "artifactAccount": account, "reference": url}
	}
	require.Equal(t, "content", fetch(t, service, of("inside", url)))
	_, err = service.Fetch(t.Context(), of("general", url))
	requireFault(t, err, fault.Forbidden, "general", "user-configured-url-restrictions")
	_, err = service.Fetch(t.Context(), of("domain", "https://example.org/x"))
	requireFault(t, err, fault.Forbidden, "domain", "allowedDomains")
}
