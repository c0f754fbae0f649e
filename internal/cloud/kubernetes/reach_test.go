package kubernetes_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/cloud/kubernetes"
	"github.com/gennaker/gennaker/internal/provider"
)

// kubeconfigAt is a kubeconfig for a cluster with these fields.
func kubeconfigAt(cluster string) string {
	return fmt.Sprintf(`{clusters: [{name: c, cluster: {%s}}], contexts: [{name: c, context: {cluster: c, user: u}}], current-context: c, users: [{name: u, user: {token: t}}]}`, cluster)
}

// An account of the API must not have the server call its own machine, or a
// cloud's metadata service.
func TestAddressesOfStoredAccounts(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		cluster          string
		refused, locally bool // by a server for others, and by one for its own machine
	}{
		{cluster: `server: "https://203.0.113.7:6443"`},
		{cluster: `server: "https://10.0.0.7:6443/k8s/clusters/c-1"`},
		{cluster: `server: "https://kubernetes.default.svc"`},
		{cluster: `server: "https://127.0.0.1:6443"`, refused: true},
		{cluster: `server: "https://localhost:6443"`, refused: true},
		{cluster: `server: "https://[::1]:6443"`, refused: true},
		{cluster: `server: "https://0.0.0.0:41233"`, refused: true},
		{cluster: `server: "https://[::ffff:127.0.0.1]:6443"`, refused: true},
		{cluster: `server: "https://127.0.0.1:6443/path"`, refused: true, locally: true},
		{cluster: `server: "http://127.0.0.1:6443/path"`, refused: true, locally: true},
		{cluster: `server: "http://localhost:6443"`, refused: true, locally: true},
		{cluster: `server: "https://127.0.0.1:6443", insecure-skip-tls-verify: true`, refused: true, locally: true},
		{cluster: `server: "https://127.0.0.1:6443", tls-server-name: internal.example.com`, refused: true, locally: true},
		{cluster: `server: "https://127.0.0.1:6443", proxy-url: "http://proxy.example.com:3128"`, refused: true, locally: true},
		{cluster: `server: "https://203.0.113.7:6443", proxy-url: "http://127.0.0.1:3128"`, refused: true, locally: true},
		{cluster: `server: "https://203.0.113.7:6443", proxy-url: "socks5://localhost:1080"`, refused: true, locally: true},
		{cluster: `server: "https://169.254.169.254"`, refused: true, locally: true},
		{cluster: `server: "http://169.254.169.254/latest/meta-data"`, refused: true, locally: true},
		{cluster: `server: "https://[fd00:ec2::254]"`, refused: true, locally: true},
	} {
		account := kubernetes.AccountConfig{Name: "prod", KubeconfigContents: kubeconfigAt(c.cluster)}
		for stored, want := range map[kubernetes.StoredAccounts]bool{
			{Enabled: true}:                            c.refused,
			{Enabled: true, LocalServer: true}:         c.locally,
			{Enabled: true, AllowLocalAddresses: true}: false,
		} {
			errs := stored.Check(account)
			require.Equal(t, want, len(errs) > 0, "%+v: %s: %v", stored, c.cluster, errs)
			if want {
				require.ErrorContains(t, errs[0], "kubernetes.storedAccounts.allowLocalAddresses")
			}
		}
	}
	account := kubernetes.AccountConfig{Name: "prod", Server: "https://127.0.0.1:6443", Token: "t"}
	require.Len(t, kubernetes.StoredAccounts{Enabled: true}.Check(account), 1)
	require.Empty(t, kubernetes.StoredAccounts{Enabled: true, LocalServer: true}.Check(account))
	account.InsecureSkipTLSVerify = true
	require.Len(t, kubernetes.StoredAccounts{Enabled: true, LocalServer: true}.Check(account), 1)
}

// The rules hold where the connection is made, whatever was checked before:
// there a name has its address. An account of the configuration has no rules.
func TestStoredAccountsConnect(t *testing.T) {
	t.Parallel()
	var visits atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { visits.Add(1) }))
	t.Cleanup(server.Close)
	at := strings.Replace(server.URL, "127.0.0.1", "localhost", 1)
	for _, c := range []struct {
		name, cluster string
		stored        kubernetes.StoredAccounts
		fromAPI       bool
		reached       bool
	}{
		{"stored", `server: "` + at + `/path"`, kubernetes.StoredAccounts{}, true, false},
		{"stored, local server", `server: "` + at + `/path"`, kubernetes.StoredAccounts{LocalServer: true}, true, false},
		{"stored, by proxy", `server: "http://203.0.113.7", proxy-url: "` + at + `"`, kubernetes.StoredAccounts{LocalServer: true}, true, false},
		{"stored, allowed", `server: "` + at + `"`, kubernetes.StoredAccounts{AllowLocalAddresses: true}, true, true},
		{"configured", `server: "` + at + `"`, kubernetes.StoredAccounts{}, false, true},
	} {
		visits.Store(0)
		provider, err := kubernetes.New(nil, kubernetes.Options{Stored: c.stored})
		require.NoError(t, err)
		report, err := provider.CheckConfig(t.Context(), kubernetes.AccountConfig{Name: "prod", KubeconfigContents: kubeconfigAt(c.cluster), FromAPI: c.fromAPI})
		require.NoError(t, err)
		require.Equal(t, "connection", report.Steps[1].Name)
		require.Equal(t, c.reached, visits.Load() > 0, "%s: %+v", c.name, report.Steps[1])
		if !c.reached {
			require.Contains(t, report.Steps[1].Detail, "kubernetes.storedAccounts.allowLocalAddresses", c.name)
		}
	}
}

// A redirect by an API server carries no token elsewhere.
func TestCredentialsStayWithTheCluster(t *testing.T) {
	t.Parallel()
	var visits atomic.Int32
	elsewhere := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		visits.Add(1)
		t.Errorf("%s was asked with %v", r.URL, r.Header)
	}))
	t.Cleanup(elsewhere.Close)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, elsewhere.URL+r.URL.Path, http.StatusFound)
	}))
	t.Cleanup(server.Close)
	clusters, err := kubernetes.New(nil, kubernetes.Options{})
	require.NoError(t, err)
	report, err := clusters.CheckConfig(t.Context(), kubernetes.AccountConfig{Name: "prod", KubeconfigContents: kubeconfigAt(`server: "` + server.URL + `"`)})
	require.NoError(t, err)
	require.Equal(t, provider.StepFailed, report.Steps[1].Status)
	require.Contains(t, report.Steps[1].Detail, "are not followed")
	require.Zero(t, visits.Load())
}
