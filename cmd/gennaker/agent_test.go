package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/client"
	"github.com/gennaker/gennaker/internal/testkube"
)

// TestAgentCommands adds a cluster by its agent, as the manual has it.
func TestAgentCommands(t *testing.T) {
	t.Parallel()
	cluster := testkube.Get(t)
	s := startServer(t)
	s.ok("", "account add edge --set agent=true")
	require.Contains(t, s.fails(exitFailed, "", "account test edge"), "the agent of account edge is not connected")
	require.Contains(t, s.ok("", "agent status edge"), "was never connected")
	token := s.ok("", "agent token edge")
	require.Regexp(t, `^gka_[a-z2-7]{50,}\n$`, token)
	file := filepath.Join(t.TempDir(), "token")
	require.NoError(t, os.WriteFile(file, []byte(token), 0o600))

	ctx, stop := context.WithCancel(t.Context())
	var errs log
	ended := make(chan int, 1)
	go func() {
		ended <- run(ctx, []string{
			"agent", "--server", s.endpoint, "--account", "edge", "--token-file", file, "--kubeconfig", cluster.Kubeconfig,
			"--namespaces", "default",
		}, strings.NewReader(""), &bytes.Buffer{}, &errs)
	}()
	t.Cleanup(func() { stop(); require.Equal(t, exitOK, <-ended) })
	require.Eventually(t, func() bool {
		return decode[client.AgentStatus](t, s.ok("", "agent status edge -o json")).Connected
	}, 2*time.Minute, 20*time.Millisecond, "%s", &errs)
	require.Contains(t, s.ok("", "agent status edge"), "yes")
	require.Contains(t, s.fails(exitFailed, "", "agent token none"), "No account found with name none")

	// The administrator's rights don't reach over the agent's limits.
	s.ok("", "account set edge namespaces=default")
	require.Contains(t, s.ok("", "account test edge"), "the agent's service account in the cluster")

	tokens := decode[[]client.AgentToken](t, s.ok("", "agent token edge --list -o json"))
	require.Len(t, tokens, 1)
	require.NotZero(t, tokens[0].UsedAt)
	require.Contains(t, s.ok("", "agent token edge --revoke "+tokens[0].ID), "Revoked")
	require.Eventually(t, func() bool { return strings.Contains(errs.String(), "401 Unauthorized") }, 2*time.Minute, 20*time.Millisecond, "%s", &errs)
	require.Contains(t, s.fails(exitFailed, "", "account test edge"), "is not connected (last seen 20")
}

func TestAgentManifest(t *testing.T) {
	t.Parallel()
	var out, errs bytes.Buffer
	manifest := func(args ...string) int {
		out.Reset()
		errs.Reset()
		return run(t.Context(), append([]string{"agent", "manifest", "edge", "--token-file", "-"}, args...), strings.NewReader("gka_x\n"), &out, &errs)
	}
	require.Equal(t, exitOK, manifest("--server", "https://g.example.com", "--image", "i:1"), "%s", &errs)
	require.Contains(t, out.String(), "token: gka_x\n")
	for want, args := range map[string][]string{
		"--image":                 {"--server", "https://g.example.com"},
		"an agent needs --server": {"--image", "i"},
		"must start with https":   {"--image", "i", "--server", "http://g.example.com"},
	} {
		require.Equal(t, exitUsage, manifest(args...), want)
		require.Contains(t, errs.String(), want)
	}
	require.Equal(t, exitOK, manifest("--image", "i", "--server", "http://g.example.com", "--plaintext"))
	require.Contains(t, out.String(), "- --plaintext\n")
}
