package artifact_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/artifact"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/httpguard"
	"github.com/gennaker/gennaker/internal/secret"
)

// Whoever writes a pipeline writes the reference, so a reference to a foreign
// host must neither get an account's credentials nor be asked at all.
func TestCredentialsStayWithTheAccountsHosts(t *testing.T) {
	t.Parallel()
	var visits atomic.Int32
	foreign := serveFunc(t, func(_ http.ResponseWriter, r *http.Request) {
		visits.Add(1)
		t.Errorf("%s was asked with %v", r.URL, r.Header)
	})
	own := serveFunc(t, func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "own") })
	token := artifact.TokenAuth{Token: secret.NewRef("hunter2")}
	basic := artifact.BasicAuth{Username: "ci", Password: secret.NewRef("hunter2")}
	key := map[string]secret.Ref{"X-Key": secret.NewRef("hunter2")}
	hosts := []string{hostOf(own)} // with its port: another port is another service
	service := newService(t, func(c *artifact.Config) {
		c.GitHub.Accounts = []artifact.GitHubAccount{
			{Name: "default-token", TokenAuth: token}, {Name: "default-basic", BasicAuth: basic},
			{Name: "named", TokenAuth: token, AllowedHosts: hosts, UseContentAPI: true},
		}
		c.GitLab.Accounts = []artifact.GitLabAccount{{Name: "default-token", TokenAuth: token}, {Name: "named", TokenAuth: token, AllowedHosts: hosts}}
		c.Bitbucket.Accounts = []artifact.BitbucketAccount{
			{Name: "default-token", TokenAuth: token}, {Name: "default-basic", BasicAuth: basic}, {Name: "named", TokenAuth: token, AllowedHosts: hosts},
		}
		c.HTTP.Accounts = []artifact.HTTPAccount{
			{Name: "default-basic", BasicAuth: basic}, {Name: "default-headers", Headers: key}, {Name: "named", Headers: key, AllowedHosts: hosts},
			{Name: "limited", AllowedHosts: hosts},
		}
		c.GitRepo.Accounts = []artifact.GitRepoAccount{
			{Name: "default-token", TokenAuth: token}, {Name: "default-basic", BasicAuth: basic}, {Name: "named", TokenAuth: token, AllowedHosts: hosts},
			{Name: "repository", TokenAuth: token, Repository: own + "/repo.git"},
		}
	})
	for kind, accounts := range map[string][]string{
		"github/file":    {"default-token", "default-basic", "named"},
		"gitlab/file":    {"default-token", "named"},
		"bitbucket/file": {"default-token", "default-basic", "named"},
		"http/file":      {"default-basic", "default-headers", "named", "limited"},
		"git/repo":       {"default-token", "default-basic", "named", "repository"},
	} {
		for _, account := range accounts {
			for _, reference := range []string{foreign + "/x", strings.Replace(foreign, "http://", "http://"+hosts[0]+"@", 1) + "/x"} {
				_, err := service.Fetch(t.Context(), map[string]any{"type": kind, "artifactAccount": account, "reference": reference})
				says := "allowedHosts"
				if account == "repository" {
					says = "alone"
				}
				requireFault(t, err, fault.Forbidden, account, says)
			}
		}
	}
	require.Zero(t, visits.Load())
	for _, kind := range []string{"github/file", "gitlab/file", "bitbucket/file", "http/file"} {
		require.Equal(t, "own", fetch(t, service, map[string]any{"type": kind, "artifactAccount": "named", "reference": own + "/x"}), kind)
	}
	// The public services get credentials over TLS alone.
	_, err := service.Fetch(t.Context(), map[string]any{"type": "gitlab/file", "artifactAccount": "default-token", "reference": "http://gitlab.com/x"})
	requireFault(t, err, fault.Forbidden, "default-token", "https")
}

// An account's allowed domains name its hosts where allowedHosts doesn't.
func TestAllowedDomainsNameTheHosts(t *testing.T) {
	t.Parallel()
	own := serveFunc(t, func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, r.Header.Get("X-Key")) })
	no := false
	service := newService(t, func(c *artifact.Config) {
		c.HTTP.Accounts = []artifact.HTTPAccount{{
			Name: "domains", Headers: map[string]secret.Ref{"X-Key": secret.NewRef("hunter2")},
			URLRestrictions: &artifact.URLRestrictions{AllowedDomains: []string{"127.0.0.1"}, RejectLocalhost: &no, RejectVerbatimIPs: &no},
		}}
	})
	require.Equal(t, "hunter2", fetch(t, service, map[string]any{"type": "http/file", "artifactAccount": "domains", "reference": own}))
	_, err := service.Fetch(t.Context(), map[string]any{"type": "http/file", "artifactAccount": "domains", "reference": "https://example.com"})
	requireFault(t, err, fault.Forbidden, "domains", "allowedHosts")
}

func TestHostsInTheConfiguration(t *testing.T) {
	t.Parallel()
	config := artifact.DefaultConfig()
	basic := artifact.BasicAuth{Username: "ci", Password: secret.NewRef("hunter2")}
	config.HTTP.Accounts = []artifact.HTTPAccount{
		{Name: "nowhere", BasicAuth: basic}, {Name: "open"}, {Name: "named", BasicAuth: basic, AllowedHosts: []string{"a.example.com"}},
		{Name: "domains", BasicAuth: basic, URLRestrictions: &artifact.URLRestrictions{AllowedDomains: []string{"example.com"}}},
	}
	config.GitRepo.Accounts = []artifact.GitRepoAccount{
		{Name: "nowhere", BasicAuth: basic}, {Name: "one", BasicAuth: basic, Repository: "https://git.example.com/a"}, {Name: "key", SSHPrivateKeyFilePath: "/key"},
	}
	config.GitHub.Accounts = []artifact.GitHubAccount{{Name: "hub", BasicAuth: basic}}
	require.Empty(t, config.Validate())
	var warnings []string
	for _, err := range config.Warnings() {
		warnings = append(warnings, err.Error())
	}
	require.Len(t, warnings, 2)
	require.Contains(t, warnings[0], "gitrepo.accounts[0].allowedHosts: is missing")
	require.Contains(t, warnings[1], "http.accounts[0].allowedHosts: is missing")

	config.HTTP.Accounts[0].AllowedHosts = []string{"https://files.example.com", "files.example.com/path", "", "git.example.com:8443"}
	require.Len(t, config.Validate(), 3)
}

// silentListener takes connections and says nothing. It gives its port, and
// channels of the connections over which something came, and of those that the
// other side has closed.
func silentListener(t *testing.T) (port string, asked, closed chan struct{}) {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	asked, closed = make(chan struct{}, 100), make(chan struct{}, 100)
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				buffer := make([]byte, 1000)
				for first := true; ; first = false {
					if _, err := conn.Read(buffer); err != nil {
						closed <- struct{}{}
						return
					}
					if first {
						asked <- struct{}{}
					}
				}
			}()
		}
	}()
	_, port, err = net.SplitHostPort(listener.Addr().String())
	require.NoError(t, err)
	return port, asked, closed
}

// Many fetches from a server that says nothing end when they are cancelled,
// and leave no connection.
func TestGitFromASilentServerIsCancelled(t *testing.T) {
	t.Parallel()
	const fetches = 64
	_, keyFile := sshKey(t, "")
	for _, scheme := range []string{"ssh", "http"} {
		port, asked, closed := silentListener(t)
		service := newService(t, func(c *artifact.Config) {
			c.Timeout = time.Hour
			c.GitRepo.Accounts = []artifact.GitRepoAccount{{Name: "git", SSHPrivateKeyFilePath: keyFile, SSHTrustUnknownHosts: scheme == "ssh"}}
			if scheme == "http" {
				c.GitRepo.Accounts = []artifact.GitRepoAccount{{Name: "git"}}
			}
		})
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, fetches)
		for range fetches {
			go func() {
				_, err := service.Fetch(ctx, map[string]any{"type": "git/repo", "artifactAccount": "git", "reference": scheme + "://git@127.0.0.1:" + port + "/team/repo.git"})
				ended <- err
			}()
		}
		for range fetches {
			<-asked
		}
		cancel()
		for range fetches {
			requireFault(t, <-ended, fault.Unavailable, "git", "cancelled")
			<-closed
		}
	}
}

// A server that says nothing has so long, whatever the artifact's own limit.
func TestGitOverSSHEndsWithItsTime(t *testing.T) {
	t.Parallel()
	_, keyFile := sshKey(t, "")
	port, _, closed := silentListener(t)
	service := newService(t, func(c *artifact.Config) {
		c.Timeout = 50 * time.Millisecond
		c.GitRepo.Accounts = []artifact.GitRepoAccount{{Name: "git", SSHPrivateKeyFilePath: keyFile, SSHTrustUnknownHosts: true}}
	})
	_, err := service.Fetch(t.Context(), map[string]any{"type": "git/repo", "artifactAccount": "git", "reference": "ssh://git@127.0.0.1:" + port + "/team/repo.git"})
	requireFault(t, err, fault.Unavailable, "git", "took too long")
	<-closed
}

// turning gives this machine's address at first, and another from then on.
type turning struct{ asked atomic.Int32 }

func (r *turning) LookupNetIP(context.Context, string, string) ([]netip.Addr, error) {
	if r.asked.Add(1) == 1 {
		return []netip.Addr{netip.MustParseAddr("127.0.0.1")}, nil
	}
	return []netip.Addr{netip.MustParseAddr("169.254.169.254")}, nil
}

// A host is resolved once, by the guard, and ~/.ssh/config has no say.
func TestGitOverSSHResolvesOnce(t *testing.T) {
	t.Parallel()
	root, _ := gitRepository(t)
	host, _ := sshKey(t, "")
	key, keyFile := sshKey(t, "")
	_, port, err := net.SplitHostPort(sshServer(t, host, key))
	require.NoError(t, err)
	fetchFrom := func(resolver httpguard.Resolver, rejectLocalhost bool) error {
		rules := httpguard.DefaultConfig()
		rules.RejectLocalhost = rejectLocalhost
		guard, err := httpguard.New(rules, httpguard.WithResolver(resolver))
		require.NoError(t, err)
		config := artifact.DefaultConfig()
		config.TempDir = t.TempDir()
		config.GitRepo.Accounts = []artifact.GitRepoAccount{{Name: "git", SSHPrivateKeyFilePath: keyFile, SSHTrustUnknownHosts: true}}
		service, err := artifact.NewService(artifact.Options{Config: config, Guard: guard})
		require.NoError(t, err)
		_, err = service.Fetch(t.Context(), map[string]any{"type": "git/repo", "reference": "ssh://git@git.example.com:" + port + root + "/repo.git"})
		return err
	}
	resolver := &turning{}
	require.NoError(t, fetchFrom(resolver, false))
	require.EqualValues(t, 1, resolver.asked.Load())
	requireFault(t, fetchFrom(&turning{}, true), fault.Forbidden, "git", "rejectLocalhost")
}

// References that would lead the connection elsewhere than their host says.
func TestGitOverSSHHosts(t *testing.T) {
	t.Parallel()
	_, keyFile := sshKey(t, "")
	config := artifact.DefaultConfig()
	config.TempDir = t.TempDir()
	config.GitRepo.Accounts = []artifact.GitRepoAccount{{Name: "git", SSHPrivateKeyFilePath: keyFile, SSHTrustUnknownHosts: true}}
	service, err := artifact.NewService(artifact.Options{Config: config})
	require.NoError(t, err)
	for _, reference := range []string{
		"git@localhost:team/repo.git", "git@127.0.0.1:team/repo.git", "ssh://git@[::1]/team/repo.git", "ssh://git@2130706433/repo.git",
		"ssh://git@169.254.169.254:22/repo.git", "git@alias:team/repo.git", "ssh://git@0.0.0.0/repo", "git@-oProxyCommand=id:team/repo.git",
	} {
		_, err := service.Fetch(t.Context(), map[string]any{"type": "git/repo", "reference": reference})
		require.Error(t, err, reference)
		require.Contains(t, []fault.Kind{fault.Forbidden, fault.Invalid}, fault.KindOf(err), "%s: %v", reference, err)
	}
	left, err := os.ReadDir(config.TempDir)
	require.NoError(t, err)
	require.Empty(t, left)
}
