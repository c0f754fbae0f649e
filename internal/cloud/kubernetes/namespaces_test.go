package kubernetes

import (
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"github.com/gennaker/gennaker/internal/testkube/simulated"
)

// The namespaces of an account are those of its configuration, else those of
// its cluster, in both cases without those that it omits.
func TestNamespaces(t *testing.T) {
	t.Parallel()
	b := newBench(t,
		AccountConfig{Name: "limited", KubeconfigContents: kubeconfigOf("http://127.0.0.1:1"), Namespaces: []string{"b", "a"}},
		AccountConfig{Name: "down", KubeconfigContents: kubeconfigOf("http://127.0.0.1:1")},
	)
	live := b.Namespaces(t.Context(), "test")
	for _, name := range []string{b.namespace, "default", "kube-system"} {
		if !slices.Contains(live, name) {
			t.Errorf("%s is not among the namespaces %v", name, live)
		}
	}
	if !slices.IsSorted(live) {
		t.Errorf("the namespaces are in no order: %v", live)
	}
	omitting, err := New([]AccountConfig{{Name: "test", KubeconfigFile: b.Kubeconfig, OmitNamespaces: []string{"kube-system"}}}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got := omitting.Namespaces(t.Context(), "test"); slices.Contains(got, "kube-system") || !slices.Contains(got, b.namespace) {
		t.Errorf("the namespaces but kube-system are %v", got)
	}
	for account, want := range map[string][]string{"limited": {"b", "a"}, "down": {}, "nobody": {}} {
		if got := b.Namespaces(t.Context(), account); !slices.Equal(got, want) || got == nil {
			t.Errorf("account %s has the namespaces %v, want %v", account, got, want)
		}
	}
}

// A cluster that goes away keeps its namespaces, and keeps nobody waiting.
func TestNamespacesOfAClusterThatIsAway(t *testing.T) {
	t.Parallel()
	cluster := httptest.NewServer(simulated.New(simulated.Kinds,
		simulated.Object{"apiVersion": "v1", "kind": "Namespace", "metadata": simulated.Object{"name": "shop"}},
		simulated.Object{"apiVersion": "v1", "kind": "Namespace", "metadata": simulated.Object{"name": "default"}},
	))
	p := testProvider(t, AccountConfig{Name: "sim", KubeconfigContents: kubeconfigOf(cluster.URL)},
		AccountConfig{Name: "silent", KubeconfigContents: kubeconfigOf(silentServer(t))})
	want := []string{"default", "shop"}
	if got := p.Namespaces(t.Context(), "sim"); !slices.Equal(got, want) {
		t.Fatalf("the namespaces are %v", got)
	}
	cluster.Close()
	a, err := p.account("sim")
	if err != nil {
		t.Fatal(err)
	}
	a.namespaces.mu.Lock()
	a.namespaces.read = time.Now().Add(-time.Hour)
	a.namespaces.mu.Unlock()
	for range 3 {
		if got := p.Namespaces(t.Context(), "sim"); !slices.Equal(got, want) {
			t.Errorf("the namespaces last known are %v", got)
		}
	}
	if got := p.Namespaces(t.Context(), "silent"); len(got) != 0 {
		t.Errorf("the namespaces of a cluster that says nothing are %v", got)
	}
}
