package main

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/client"
)

const chartIndex = `apiVersion: v1
entries:
  web:
  - {name: web, version: 1.2.0, urls: [charts/web-1.2.0.tgz], digest: "", apiVersion: v2}
  - {name: web, version: 1.10.0, urls: [charts/web-1.10.0.tgz], digest: "", apiVersion: v2}
  api:
  - {name: api, version: 0.1.0, urls: [charts/api-0.1.0.tgz], digest: "", apiVersion: v2}
`

// startWithArtifacts starts a server with an account of charts and one of files.
func startWithArtifacts(t *testing.T) (s shell, files string) {
	t.Helper()
	target := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/index.yaml":
			_, _ = w.Write([]byte(chartIndex))
		case "/charts/web-1.10.0.tgz":
			_, _ = w.Write([]byte{0x1f, 0x8b, 0xff, 0xfe})
		case "/app.yml":
			_, _ = w.Write([]byte("kind: ConfigMap\n"))
		default:
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(target.Close)
	config := filepath.Join(t.TempDir(), "gennaker.yaml")
	require.NoError(t, os.WriteFile(config, fmt.Appendf(nil, `
user-configured-url-restrictions: {rejectLocalhost: false, rejectVerbatimIps: false}
artifacts:
  helm: {accounts: [{name: charts, repository: %s}]}
`, target.URL), 0o600))
	return startServer(t, "--config", config), target.URL
}

func TestArtifactCommands(t *testing.T) {
	t.Parallel()
	s, files := startWithArtifacts(t)

	require.Regexp(t, `(?m)^NAME +TYPES$[\s\S]*^charts +helm/chart, helm/index$`, s.ok("", "artifact accounts"))
	accounts := decode[[]client.ArtifactAccount](t, s.ok("", "artifact accounts --type helm/chart -o json"))
	require.Equal(t, []client.ArtifactAccount{{Name: "charts", Types: []string{"helm/chart", "helm/index"}}}, accounts)
	require.Equal(t, "[]\n", s.ok("", "artifact accounts --type none/such -o json"))

	require.Equal(t, "NAME\napi\nweb\n", s.ok("", "artifact names charts"))
	require.Equal(t, "- api\n- web\n", s.ok("", "artifact names charts -o yaml"))
	require.Equal(t, []string{"1.2.0", "1.10.0"}, decode[[]string](t, s.ok("", "artifact versions charts web --type helm/chart -o json")))

	require.Equal(t, "kind: ConfigMap\n", s.ok("", "artifact fetch --type http/file "+files+"/app.yml"))
	fetched := decode[map[string]any](t, s.ok("", "artifact fetch --type http/file -o json "+files+"/app.yml"))
	require.Equal(t, "kind: ConfigMap\n", fetched["content"])
	require.Equal(t, map[string]any{"type": "http/file", "reference": files + "/app.yml"}, fetched["artifact"])
	chart := decode[map[string]any](t, s.ok("", "artifact fetch --account charts --name web --version 1.10.0 -o json"))
	require.Equal(t, base64.StdEncoding.EncodeToString([]byte{0x1f, 0x8b, 0xff, 0xfe}), chart["contentBase64"])
	require.NotContains(t, chart, "content")

	to := filepath.Join(t.TempDir(), "web.tgz")
	require.Equal(t, "Wrote 4 bytes to "+to+".\n", s.ok("{artifactAccount: charts, name: web, version: 1.2.0}",
		"artifact fetch -f - --version 1.10.0 --to "+to))
	content, err := os.ReadFile(to)
	require.NoError(t, err)
	require.Equal(t, []byte{0x1f, 0x8b, 0xff, 0xfe}, content)
	require.Equal(t, "a b", s.ok("", "artifact fetch --type embedded/base64 "+base64.StdEncoding.EncodeToString([]byte("a b"))))
	require.Equal(t, " \n", s.ok("", "artifact fetch --type embedded/base64 "+base64.StdEncoding.EncodeToString([]byte(" \n"))))
}

func TestArtifactMistakes(t *testing.T) {
	t.Parallel()
	s, files := startWithArtifacts(t)
	for command, want := range map[string]string{
		"artifact names none":                                        `no artifact account "none"; "gennaker artifact accounts" lists the accounts`,
		"artifact fetch --type http/file " + files + "/none":         "404",
		"artifact fetch --type what/ever x":                          "what/ever",
		"artifact fetch --account charts --name web --version 9.9.9": "9.9.9",
	} {
		require.Contains(t, s.fails(exitFailed, "", command), want, command)
	}
	for command, want := range map[string]string{
		"artifact fetch " + files + "/app.yml": "give --account or --type",
		"artifact versions charts":             `got the argument "charts"; usage: gennaker artifact versions ACCOUNT NAME`,
		"artifact accounts -o xml":             `"xml" is not one of table, json, yaml`,
	} {
		require.Contains(t, s.fails(exitUsage, "", command), want, command)
	}
}
