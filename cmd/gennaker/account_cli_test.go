package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/client"
)

const twoContexts = `
apiVersion: v1
kind: Config
clusters:
- {name: one, cluster: {server: "https://127.0.0.1:1"}}
- {name: two, cluster: {server: "https://two:6443"}}
users:
- {name: ann, user: {tokenFile: token}}
- {name: bob, user: {token: other-secret}}
contexts:
- {name: a, context: {cluster: one, user: ann}}
- {name: b, context: {cluster: two, user: bob}}
current-context: b
`

func TestAccountCommands(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	dir := t.TempDir()
	kubeconfig := filepath.Join(dir, "config")
	require.NoError(t, os.WriteFile(kubeconfig, []byte(twoContexts), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "token"), []byte("file-secret\n"), 0o600))

	require.Contains(t, s.ok("", "account list"), "gennaker account add")
	require.Equal(t, "Added the account prod.\n", s.ok("", "account add prod --kubeconfig "+kubeconfig+" --context a --set namespaces=shop,cart --set qps=50"))
	require.Contains(t, s.ok("", "account list"), "prod  kubernetes")
	definition := decode[map[string]any](t, s.ok("", "account get prod --definition -o json"))
	require.Equal(t, map[string]any{
		"type": "kubernetes", "name": "prod", "kubeconfigContents": "[hidden]", "qps": 50.0, "namespaces": []any{"shop", "cart"},
	}, definition)
	require.Contains(t, s.fails(exitFailed, "", "account add prod --kubeconfig "+kubeconfig), "already exists")

	require.Equal(t, "Changed the account prod.\n", s.ok("", "account set prod qps= context=a omitKinds=secret"))
	require.Equal(t, "Changed the account prod.\n", s.ok("", "account set prod --kubeconfig "+kubeconfig+" --context a"))
	history := s.ok("", "account history prod")
	require.Contains(t, history, "changed context, omitKinds, qps")
	require.Contains(t, history, "a secret may have changed")

	require.Contains(t, s.fails(exitFailed, "", "account test prod"), "account prod: connection: https://127.0.0.1:1 can't be reached")
	code, out, _ := s.run("", "account", "test", "prod", "-o", "json")
	report := decode[client.AccountReport](t, out)
	require.Equal(t, exitFailed, code)
	require.Equal(t, []string{"ok", "failed", "skipped"}, []string{report.Steps[0].Status, report.Steps[1].Status, report.Steps[2].Status})

	// The server looks by itself, too.
	require.Eventually(t, func() bool {
		return strings.Contains(s.ok("", "account list"), "can't be reached")
	}, time.Minute, 20*time.Millisecond)
	require.Regexp(t, `prod +kubernetes +prod +yes +not ready since 20\d\d-.*: https://127.0.0.1:1 can't be reached`, s.ok("", "account list"))
	shown := s.ok("", "account get prod")
	require.Regexp(t, `Ready +False since 20`, shown)
	require.Regexp(t, `Reachable +False since 20`, shown)
	require.Regexp(t, `Authorized +Unknown since 20`, shown)
	require.Contains(t, s.ok("", "account list -o json"), `"reason": "ConnectionFailed"`)

	require.Equal(t, "Removed the account prod.\n", s.ok("", "account remove prod"))
	require.Contains(t, s.ok("", "account history prod"), "removed")
	require.Contains(t, s.fails(exitFailed, "", "account remove prod"), "No account found with name prod")
	for _, command := range []string{"list -o json", "history prod -o json"} {
		out := s.ok("", "account "+command)
		require.NotContains(t, out, "secret-")
		require.NotContains(t, out, "file-secret")
	}
}

func TestAddAccountWithAToken(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	require.Equal(t, "Added the account edge.\n", s.ok("a-token\n", "account add edge --server https://127.0.0.1:1 --token-file -"))
	require.Contains(t, s.fails(exitFailed, "", "account set edge server=https://127.0.0.1:2"), "token: enter it again")
	require.Contains(t, s.ok("new-token", "account set edge server=https://127.0.0.1:2 token=@-"), "Changed")
	file := "{name: other, server: 'https://127.0.0.1:1', token: t}"
	require.Contains(t, s.fails(exitFailed, file, "account add -f - --test"), "can't be reached")
	require.NotContains(t, s.ok("", "account list"), "other")
	require.Contains(t, s.fails(exitFailed, "{name: x, kubeconfigFile: /k}", "account test -f -"), "kubeconfigFile: names a file on the server")

	require.Contains(t, s.ok("", "account rotate-key"), "Re-encrypted 0 accounts; 1 already used the first key.")
	for text, command := range map[string]string{
		"name the account":              "account add",
		"set fields, such as":           "account set edge",
		"name an account, or give":      "account test",
		"is not of the form name=value": "account set edge qps",
		"none of the others can be":     "account add x --kubeconfig a --server b",
	} {
		require.Contains(t, s.fails(exitUsageOrFailed(command), "", command), text, command)
	}
}

// exitUsageOrFailed is the exit code of a command that is written wrong.
func exitUsageOrFailed(command string) int {
	if strings.Contains(command, "--server") {
		return exitFailed // cobra's own complaint
	}
	return exitUsage
}

func TestNewKey(t *testing.T) {
	t.Parallel()
	var out, errs strings.Builder
	require.Equal(t, exitOK, run(t.Context(), []string{"account", "new-key"}, strings.NewReader(""), &out, &errs))
	require.Len(t, strings.TrimSpace(out.String()), 44)
	require.Empty(t, errs.String())
}

// An account for artifacts is added, shown, tested, changed and removed as a
// cluster is.
func TestArtifactAccountCommands(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	types := s.ok("", "account types")
	require.Contains(t, types, "kubernetes")
	require.Contains(t, types, "artifacts.helm")
	fields := s.ok("", "account types artifacts.http")
	require.Regexp(t, `password +string, secret +The password`, fields)
	require.Regexp(t, `allowedHosts +array +The only hosts`, fields)
	require.Contains(t, s.fails(exitFailed, "", "account types artifact.http"), `no account type "artifact.http"`)

	require.Equal(t, "Added the account files.\n",
		s.ok("s3cret\n", "account add files --type artifacts.http --set username=ann --set password=@- --set allowedHosts=a.example.com,b.example.com"))
	require.Equal(t, map[string]any{
		"type": "artifacts.http", "name": "files", "username": "ann", "password": "[hidden]", "allowedHosts": []any{"a.example.com", "b.example.com"},
	}, decode[map[string]any](t, s.ok("", "account get files --definition -o json")))
	require.Contains(t, s.ok("", "account list"), "files  artifacts.http")
	require.Contains(t, s.ok("", "account get files"), "[hidden]")
	require.Contains(t, s.fails(exitFailed, "", "account get none"), "Account not found (name: none)")
	require.Contains(t, s.ok("", "account test files"), "credentials")
	require.Equal(t, "Changed the account files.\n", s.ok("", "account set files username=7"), "a text that looks like a number stays one")
	require.Contains(t, s.fails(exitFailed, "", "account set files allowedHosts=evil.example.com"), "password: enter it again")
	require.Contains(t, s.fails(exitFailed, "", "account add keys --type artifacts.s3"), "awsAccessKeyId: is missing")
	require.Contains(t, s.fails(exitFailed, "", "account add keys --type artifacts.ftp"), "there is no account type")
	require.Equal(t, "Removed the account files.\n", s.ok("", "account remove files"))
}
