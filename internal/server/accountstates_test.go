package server_test

import (
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/cloud/kubernetes"
	"github.com/gennaker/gennaker/internal/config"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/testkube/simulated"
)

// cluster is a simulated one that lets everybody do everything.
type cluster struct{ api http.Handler }

func (c cluster) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	answer := func(text string) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(text))
	}
	switch r.URL.Path {
	case "/version":
		answer(`{"gitVersion":"v1.36.0"}`)
	case "/apis/authentication.k8s.io/v1/selfsubjectreviews":
		answer(`{"kind":"SelfSubjectReview","apiVersion":"authentication.k8s.io/v1","status":{"userInfo":{"username":"ann"}}}`)
	case "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews":
		answer(`{"kind":"SelfSubjectAccessReview","apiVersion":"authorization.k8s.io/v1","status":{"allowed":true}}`)
	default:
		c.api.ServeHTTP(w, r)
	}
}

// serve has the cluster listen at an address until it is stopped.
func (c cluster) serve(t *testing.T, address string) (at string, stop func()) {
	t.Helper()
	var listener net.Listener
	require.Eventually(t, func() (listens bool) {
		var err error
		listener, err = net.Listen("tcp", address)
		return err == nil
	}, time.Minute, 10*time.Millisecond)
	server := &http.Server{Handler: c, ReadHeaderTimeout: time.Minute}
	go func() { _ = server.Serve(listener) }()
	stop = sync.OnceFunc(func() { _ = server.Close() })
	t.Cleanup(stop)
	return listener.Addr().String(), stop
}

// An account tells by itself that its cluster is away, and that it is back: its watches
// have it looked at, long before it is its time.
func TestAccountsTellHowTheyAre(t *testing.T) {
	t.Parallel()
	api := cluster{simulated.New(simulated.Kinds)}
	address, stop := api.serve(t, "127.0.0.1:0")
	kubeconfig := filepath.Join(t.TempDir(), "config")
	text := "apiVersion: v1\nkind: Config\ncurrent-context: c\nclusters: [{name: c, cluster: {server: http://" + address + "}}]\n" +
		"contexts: [{name: c, context: {cluster: c, user: u}}]\nusers: [{name: u, user: {}}]\n"
	require.NoError(t, os.WriteFile(kubeconfig, []byte(text), 0o600))
	s := start(t, func(c *config.Config) {
		c.Kubernetes.Accounts = []kubernetes.AccountConfig{{Name: "prod", KubeconfigFile: kubeconfig}}
	})
	condition := func(name string) (status, message string) {
		list, _ := s.object(http.MethodGet, "/credentials/prod", nil)["conditions"].([]any)
		for _, one := range list {
			if one, ok := one.(map[string]any); ok && model.String(one, "type") == name {
				return model.String(one, "status"), model.String(one, "message")
			}
		}
		return "", ""
	}
	becomes := func(name, want string) {
		t.Helper()
		require.Eventually(t, func() bool {
			status, _ := condition(name)
			return status == want
		}, 2*time.Minute, 20*time.Millisecond, "%s never is %s", name, want)
	}
	live := func() {
		t.Helper()
		require.Eventually(t, func() bool {
			return model.String(model.Object(s.object(http.MethodGet, "/credentials/prod", nil), "watch"), "state") == "live"
		}, 2*time.Minute, 20*time.Millisecond)
	}
	becomes("Ready", "True")
	_, message := condition("Reachable")
	require.Equal(t, "connected; Kubernetes v1.36.0", message)
	live()

	stop()
	becomes("Reachable", "False")
	becomes("Authorized", "Unknown")
	_, message = condition("Ready")
	require.Contains(t, message, address+" can't be reached")

	api.serve(t, address)
	becomes("Ready", "True")
}
