package artifact_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/artifact"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/httpguard"
)

// localGuard allows what tests serve on this machine.
func localGuard(t *testing.T) *httpguard.Guard {
	t.Helper()
	config := httpguard.DefaultConfig()
	config.RejectLocalhost, config.RejectVerbatimIPs = false, false
	guard, err := httpguard.New(config)
	require.NoError(t, err)
	return guard
}

// newService makes a service with the default configuration, changed.
func newService(t *testing.T, change func(*artifact.Config)) *artifact.Service {
	t.Helper()
	config := artifact.DefaultConfig()
	config.Timeout = 30 * time.Second
	config.TempDir = t.TempDir()
	change(&config)
	require.Empty(t, config.Validate())
	service, err := artifact.NewService(artifact.Options{Config: config, Guard: localGuard(t)})
	require.NoError(t, err)
	return service
}

// serve starts a web server for the test.
func serve(t *testing.T, handler http.Handler) string {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server.URL
}

// hostOf gives the host and the port of a URL.
func hostOf(url string) string { return strings.TrimPrefix(url, "http://") }

// serveFunc starts a web server for the test.
func serveFunc(t *testing.T, handler http.HandlerFunc) string {
	t.Helper()
	return serve(t, handler)
}

// basicAuth asks for a user and a password before the handler.
func basicAuth(user, password string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if u, p, _ := r.BasicAuth(); u != user || p != password {
			w.Header().Set("WWW-Authenticate", `Basic realm="test"`)
			http.Error(w, "no", http.StatusUnauthorized)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// requireFault asks for a fault of a kind, whose sentence names the account
// and holds the texts.
func requireFault(t *testing.T, err error, kind fault.Kind, account string, texts ...string) {
	t.Helper()
	require.Error(t, err)
	require.Equal(t, kind, fault.KindOf(err), "%v", err)
	for _, text := range append(texts, account) {
		require.Contains(t, err.Error(), text)
	}
	require.NotContains(t, err.Error(), "hunter2", "a secret")
	require.Equal(t, 1, strings.Count(err.Error(), "artifact account"), "%v", err)
}

// fetch fetches an artifact that must be there.
func fetch(t *testing.T, service *artifact.Service, of map[string]any) string {
	t.Helper()
	data, err := service.Fetch(t.Context(), of)
	require.NoError(t, err)
	return string(data)
}
