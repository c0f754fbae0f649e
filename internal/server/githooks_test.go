package server_test

import (
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/config"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/testgithost"
)

// freePort gives a port that nobody listens on.
func freePort(t *testing.T) int {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port
}

// TestPushesToARealGitServer: the webhook of a repository is created at its host, and a real
// push to Git's own server starts a pipeline by it, signed with the webhook's secret, for each
// kind of host.
func TestPushesToARealGitServer(t *testing.T) {
	t.Parallel()
	base := "127.0.0.1:" + strconv.Itoa(freePort(t))
	i := start(t, func(c *config.Config) {
		c.URLRestrictions.RejectLocalhost, c.URLRestrictions.RejectVerbatimIPs = false, false
		c.Server.Listen, c.Server.BaseURL = base, "http://"+base+"/"
	})
	for _, c := range []struct{ kind, accountType, source, project, slug string }{
		{"github", "artifacts.github", "github", "acme", "hubcart"},
		{"gitlab", "artifacts.gitlab", "gitlab", "Acme Inc", "Cart of Labs"},
		{"gitea", "artifacts.gitea", "forgejo", "acme", "teacart"},
		{"bitbucket", "artifacts.bitbucket", "bitbucket", "acme", "bucketcart"},
	} {
		t.Run(c.kind, func(t *testing.T) {
			t.Parallel()
			host := testgithost.Start(t, "token-of-"+c.kind)
			host.Add(testgithost.Repository{Owner: "acme", Name: c.slug, Namespace: c.project, Title: c.slug})
			if c.kind == "gitlab" {
				host.Add(testgithost.Repository{Owner: "acme", Name: "labcart", Namespace: c.project, Title: c.slug})
			}
			path := map[bool]string{true: "acme/labcart", false: "acme/" + c.slug}[c.kind == "gitlab"]
			clone := host.Serve(path, c.kind)
			i := &instance{t: t, base: i.base}
			i.object(http.MethodPost, "/credentials", obj{"type": c.accountType, "name": "host-" + c.kind, "address": host.URL, "token": "token-of-" + c.kind})
			pipeline := "on-" + c.kind
			i.save(pipeline, obj{"triggers": objs{obj{
				"type": "git", "enabled": true, "id": "push", "source": c.source, "project": c.project, "slug": c.slug, "branch": "main",
			}}}, flowStage("wait", "1", obj{"waitTime": 0}))

			work := filepath.Join(t.TempDir(), "work")
			testgithost.Git(t, t.TempDir(), "clone", "-q", clone, work)
			push := func(text, branch string) string {
				t.Helper()
				require.NoError(t, os.WriteFile(filepath.Join(work, "README.md"), []byte(text), 0o600))
				testgithost.Git(t, work, "checkout", "-q", "-B", branch)
				testgithost.Git(t, work, "add", ".")
				testgithost.Git(t, work, "commit", "-qm", text)
				testgithost.Git(t, work, "push", "-q", "origin", "HEAD")
				return testgithost.Git(t, work, "rev-parse", "HEAD")
			}
			// Another webhook, of somebody else: unsigned, and of no use any more.
			host.AddHook(path, testgithost.Hook{URL: i.base + "/webhooks/git/" + c.source, Active: true})
			made := i.object(http.MethodPost, "/applications/flow/gitWebhooks", obj{"account": "host-" + c.kind, "repository": path, "source": c.source})
			require.Equal(t, true, made["created"])
			if c.kind == "github" || c.kind == "bitbucket" {
				require.Equal(t, "ok", made["delivery"], made)
			}
			secret := host.Hooks(path)[1].Secret
			require.NotEmpty(t, secret)

			hash := push("first", "main")
			require.Eventually(t, func() bool { return len(i.started(pipeline)) == 1 }, time.Minute, 20*time.Millisecond)
			trigger := model.Object(i.started(pipeline)[0], "trigger")
			require.Equal(t, [2]string{hash, "main"}, [2]string{model.String(trigger, "hash"), model.String(trigger, "branch")})

			push("second", "dev")
			_, answer := i.call(http.MethodGet, "/triggers/events?pipelineId="+pipeline, nil)
			text, err := model.Marshal(answer)
			require.NoError(t, err)
			require.NotContains(t, string(text), secret)
			require.Contains(t, string(text), "comes from another one", "the unsigned webhook starts nothing")
			require.Len(t, i.started(pipeline), 1)

			// The secret is shown nowhere.
			_, listed := i.call(http.MethodGet, "/git/webhooks?source="+c.source, nil)
			text, err = model.Marshal(listed)
			require.NoError(t, err)
			require.NotContains(t, string(text), secret)
			require.Contains(t, string(text), model.String(made, "id"))

			status, _ := i.call(http.MethodDelete, "/applications/flow/gitWebhooks/"+model.String(made, "id"), nil)
			require.Equal(t, http.StatusOK, status)
			require.Len(t, host.Hooks(path), 1)
			require.True(t, strings.HasSuffix(host.Hooks(path)[0].URL, "/webhooks/git/"+c.source))
		})
	}
}

// TestPushesToARealGitea does it with a real Gitea.
func TestPushesToARealGitea(t *testing.T) {
	t.Parallel()
	gitea := testgithost.StartGitea(t)
	clone := gitea.Create("cart")
	base := "127.0.0.1:" + strconv.Itoa(freePort(t))
	i := start(t, func(c *config.Config) {
		c.URLRestrictions.RejectLocalhost, c.URLRestrictions.RejectVerbatimIPs = false, false
		c.Server.Listen, c.Server.BaseURL = base, "http://"+base
	})
	i.object(http.MethodPost, "/credentials", obj{"type": "artifacts.gitea", "name": "tea", "address": gitea.URL, "token": gitea.Token})
	i.save("deploy", obj{"triggers": objs{obj{
		"type": "git", "enabled": true, "id": "push", "source": "gitea", "project": "ann", "slug": "cart", "branch": "main", "events": objs{"push"},
	}}}, flowStage("wait", "1", obj{"waitTime": 0}))
	_, found := i.call(http.MethodGet, "/git/repositories?account=tea&q=car", nil)
	require.Equal(t, objs{obj{"path": "ann/cart", "project": "ann", "slug": "cart", "defaultBranch": "main", "url": gitea.URL + "/ann/cart"}}, found)
	_, found = i.call(http.MethodGet, "/git/branches?account=tea&repository=ann/cart", nil)
	require.Equal(t, objs{"main"}, found)

	made := i.object(http.MethodPost, "/applications/shop/gitWebhooks", obj{"account": "tea", "repository": "ann/cart"})
	i.object(http.MethodPost, "/applications/shop/gitWebhooks", obj{"account": "tea", "repository": "ann/cart"})
	require.Len(t, gitea.Hooks("cart"), 1)

	work := filepath.Join(t.TempDir(), "work")
	testgithost.Git(t, t.TempDir(), "clone", "-q", clone, work)
	testgithost.Git(t, work, "commit", "-q", "--allow-empty", "-m", "next")
	testgithost.Git(t, work, "push", "-q", "origin", "HEAD")
	require.Eventually(t, func() bool { return len(i.started("deploy")) == 1 }, time.Minute, 20*time.Millisecond)
	require.Equal(t, testgithost.Git(t, work, "rev-parse", "HEAD"), model.String(model.Object(i.started("deploy")[0], "trigger"), "hash"))

	status, _ := i.call(http.MethodDelete, "/applications/shop/gitWebhooks/"+model.String(made, "id"), nil)
	require.Equal(t, http.StatusOK, status)
	require.Empty(t, gitea.Hooks("cart"))
}
