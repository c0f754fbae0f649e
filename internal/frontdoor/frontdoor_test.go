package frontdoor_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/frontdoor"
)

func TestAllows(t *testing.T) {
	t.Parallel()
	plain := frontdoor.New(frontdoor.Options{Listen: "127.0.0.1:8084", Machine: "Builder"})
	named := frontdoor.New(frontdoor.Options{
		URLs: []string{"https://Gennaker.example.com/", "http://10.0.0.7:8084", ""}, Listen: "gate.internal:8084",
		Hosts: []string{"spin-gate", "*.lab.example.com"}, Cluster: true,
	})
	anything := frontdoor.New(frontdoor.Options{Hosts: []string{"*"}})
	for _, c := range []struct {
		door *frontdoor.Door
		host string
		want bool
	}{
		{plain, "localhost:8084", true},
		{plain, "LOCALHOST.", true},
		{plain, "app.localhost:1", true},
		{plain, "127.0.0.1:8084", true},
		{plain, "[::1]:8084", true},
		{plain, "[fe80::1%25eth0]:8084", true},
		{plain, "10.1.2.3:8084", true}, // a probe of a pod
		{plain, "builder:8084", true},
		{plain, "", true},
		{plain, "evil.example:8084", false},
		{plain, "evil.example", false},
		{plain, "localhost.evil.example", false},
		{plain, "evillocalhost", false},
		{plain, "127.0.0.1.evil.example", false},
		{plain, "2130706433", false},
		{plain, "0x7f.1", false},
		{plain, "127.1", false},
		{plain, "evil", false},
		{plain, "gennaker.spinnaker.svc", false},
		{plain, "evil.example:port:port", false},
		{named, "gennaker.example.com", true},
		{named, "GENNAKER.example.com.:443", true},
		{named, "evil.gennaker.example.com", false},
		{named, "gate.internal:8084", true},
		{named, "spin-gate:8084", true},
		{named, "a.b.lab.example.com", true},
		{named, "lab.example.com", false},
		{named, "evil-lab.example.com", false},
		{named, "gennaker.spinnaker.svc:8084", true},
		{named, "gennaker.spinnaker.svc.cluster.local", true},
		{named, "evil.example", false},
		{anything, "evil.example", true},
	} {
		require.Equal(t, c.want, c.door.Allows(c.host), c.host)
	}
}

func TestGuard(t *testing.T) {
	t.Parallel()
	handler := frontdoor.New(frontdoor.Options{}).Guard(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }))
	ask := func(method, host, path string) *httptest.ResponseRecorder {
		r := httptest.NewRequestWithContext(t.Context(), method, path, http.NoBody)
		r.Host = host
		r.Header.Set("Origin", "http://"+host)
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		return w
	}
	for _, method := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"} {
		require.Equal(t, http.StatusMisdirectedRequest, ask(method, "evil.example:8084", "/applications").Code, method)
		require.Equal(t, http.StatusNoContent, ask(method, "localhost:8084", "/applications").Code, method)
	}
	w := ask("GET", "evil.example:8084", "/stream")
	var said map[string]any
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &said))
	require.Contains(t, said["message"], "server.allowedHosts")
	require.Contains(t, said["message"], "evil.example:8084")
	require.Empty(t, w.Header().Get("Access-Control-Allow-Origin"))

	// What asks for a secret of its own.
	require.Equal(t, http.StatusNoContent, ask("GET", "gennaker.corp", "/agents/prod/connect").Code)
	require.Equal(t, http.StatusNoContent, ask("POST", "gennaker.corp", "/internal/views/prod").Code)
	require.Equal(t, http.StatusMisdirectedRequest, ask("GET", "gennaker.corp", "/agents/prod/token").Code)
	require.Equal(t, http.StatusMisdirectedRequest, ask("GET", "gennaker.corp", "/internal/../applications").Code)
}

func TestCheckHost(t *testing.T) {
	t.Parallel()
	for _, entry := range []string{"gennaker", "gennaker.example.com", "*.example.com", "*", "10.0.0.7", "[::1]", "::1"} {
		require.NoError(t, frontdoor.CheckHost(entry), entry)
	}
	for _, entry := range []string{"", "https://gennaker.example.com", "gennaker:8084", "*example.com", "a b", "a/b", "*."} {
		require.Error(t, frontdoor.CheckHost(entry), entry)
	}
}

func TestLoopback(t *testing.T) {
	t.Parallel()
	for listen, want := range map[string]bool{
		"127.0.0.1:8084": true, "localhost:0": true, "[::1]:1": true, ":8084": false, "0.0.0.0:8084": false, "[::]:8084": false, "10.0.0.7:1": false, "": false,
	} {
		require.Equal(t, want, frontdoor.Loopback(listen), listen)
	}
}
