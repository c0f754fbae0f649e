package kubernetes

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestBoundAnswers: a server that never stops is not read to its end, save where
// answers are read piece by piece.
func TestBoundAnswers(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write(make([]byte, 3000))
	}))
	t.Cleanup(server.Close)
	client := &http.Client{Transport: boundAnswers{next: http.DefaultTransport, most: 2000}}
	for path, fails := range map[string]bool{
		"/api/v1/pods": true, "/api/v1/pods?watch=true": false, "/api/v1/namespaces/a/pods/b/log": false,
	} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+path, http.NoBody)
		require.NoError(t, err)
		answer, err := client.Do(request)
		require.NoError(t, err)
		_, err = io.ReadAll(answer.Body)
		require.NoError(t, answer.Body.Close())
		if fails {
			require.ErrorContains(t, err, "the cluster's answer is larger than 2,000 bytes", path)
		} else {
			require.NoError(t, err, path)
		}
	}
}
