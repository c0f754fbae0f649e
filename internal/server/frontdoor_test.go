package server_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/config"
)

// A page whose own name resolves to this server (DNS rebinding) reads and
// changes nothing, and a page of another origin changes nothing.
func TestForeignPagesAreRefused(t *testing.T) {
	t.Parallel()
	i := start(t, func(c *config.Config) {
		c.Server.BaseURL = "https://gennaker.example.com"
		c.Server.AllowedHosts = []string{"gate.corp"}
	})
	ask := func(method, path, host string, header ...string) int {
		r, err := http.NewRequestWithContext(t.Context(), method, i.base+path, strings.NewReader(`[]`))
		require.NoError(t, err)
		r.Host = host
		r.Header.Set("Content-Type", "application/json")
		for n := 0; n < len(header); n += 2 {
			r.Header.Set(header[n], header[n+1])
		}
		response, err := http.DefaultClient.Do(r)
		require.NoError(t, err)
		_ = response.Body.Close()
		return response.StatusCode
	}
	const evil = "evil.example:8084"
	for _, path := range []string{
		"/", "/health", "/metrics", "/ui/", "/applications", "/pipelines/x", "/executions/stream", "/applications/x/executions/stream", "/v3/api-docs", "/nowhere",
	} {
		require.Equal(t, http.StatusMisdirectedRequest, ask(http.MethodGet, path, evil, "Origin", "http://"+evil), path)
	}
	for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions} {
		require.Equal(t, http.StatusMisdirectedRequest, ask(method, "/pipelines", evil, "Origin", "http://"+evil, "Sec-Fetch-Site", "same-origin"), method)
	}
	own := strings.TrimPrefix(i.base, "http://")
	for host, path := range map[string]string{
		own: "/applications", "localhost:8084": "/applications", "10.1.2.3:8084": "/health/readiness", "gennaker.example.com": "/applications", "gate.corp:8084": "/applications",
	} {
		require.Equal(t, http.StatusOK, ask(http.MethodGet, path, host), host)
	}
	require.NotEqual(t, http.StatusMisdirectedRequest, ask(http.MethodGet, "/agents/prod/connect", "gennaker.corp"), "an agent")

	refused := func(host string, header ...string) bool {
		return ask(http.MethodPost, "/ops", host, header...) == http.StatusForbidden
	}
	require.True(t, refused(own, "Origin", "https://evil.example"))
	require.True(t, refused(own, "Origin", "null"))
	require.True(t, refused(own, "Sec-Fetch-Site", "cross-site"))
	require.True(t, refused(own, "Sec-Fetch-Site", "same-site", "Origin", "http://other.example.com"))
	require.False(t, refused(own), "curl and spin send no origin")
	require.False(t, refused(own, "Origin", i.base, "Sec-Fetch-Site", "same-origin"))
	require.False(t, refused(own, "Origin", "http://localhost:9000", "Sec-Fetch-Site", "cross-site"), "Deck")
	require.False(t, refused(own, "Origin", "https://gennaker.example.com"), "its own page, behind a proxy that changes the host")
}
