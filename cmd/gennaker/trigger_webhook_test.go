package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/testgithost"
)

func TestWebhooksAtGitHosts(t *testing.T) {
	t.Parallel()
	host := testgithost.Start(t, "token-of-the-host")
	host.Add(testgithost.Repository{Owner: "acme", Name: "cart"})
	config := filepath.Join(t.TempDir(), "gennaker.yaml")
	require.NoError(t, os.WriteFile(config, []byte("server: {baseUrl: \"http://127.0.0.1:1\"}\nuser-configured-url-restrictions: {rejectLocalhost: false, rejectVerbatimIps: false}\n"), 0o600))
	s := startServer(t, "--config", config)
	s.ok("", "application save shop --email a@b.example")
	s.ok("", "account add hub --type artifacts.github --set token=token-of-the-host --set address="+host.URL)
	require.Equal(t, "The server has created no webhooks.\n", s.ok("", "trigger webhook list"))
	require.Regexp(t, `acme/cart +github +acme +cart +failed: 502`, s.ok("", "trigger webhook create shop acme/cart --account hub"))
	made := decode[[]map[string]any](t, s.ok("", "trigger webhook list shop -o json"))
	require.Len(t, made, 1)
	require.Regexp(t, `shop +http://\S+ +acme/cart +github +hub`, s.ok("", "trigger webhook list"))
	require.Contains(t, s.fails(1, "", "trigger webhook create shop acme/none --account hub"), "GitHub has no repository acme/none")
	require.Contains(t, s.fails(1, "", "trigger webhook create shop acme/cart --account hub --source gitea"), "the source github")
	require.Contains(t, s.fails(2, "", "trigger webhook create shop acme/cart"), "account")
	id, _ := made[0]["id"].(string)
	require.Contains(t, s.ok("", "trigger webhook delete shop "+id), "Deleted")
	require.Empty(t, host.Hooks("acme/cart"))
	require.Contains(t, s.fails(1, "", "trigger webhook delete shop "+id+" --forget"), "there is no webhook")
}
