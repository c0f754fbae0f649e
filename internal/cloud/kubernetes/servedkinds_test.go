package kubernetes

import (
	"maps"
	"net/http/httptest"
	"testing"

	"github.com/gennaker/gennaker/internal/testkube/simulated"
)

// The kinds of an account are those that Spinnaker knows, and what else its cluster
// serves: a stage that names a kind of one's own shows it.
func TestSpinnakerKinds(t *testing.T) {
	t.Parallel()
	cluster := httptest.NewServer(simulated.New(append([]simulated.Kind{
		{Group: "example.com", Version: "v1", Kind: "Widget", Plural: "widgets", Namespaced: true},
		{Group: "example.com", Version: "v1", Kind: "Hidden", Plural: "hiddens", Namespaced: true},
		{Group: "example.com", Version: "v1", Kind: "Balancer", Plural: "balancers", Namespaced: true},
	}, simulated.Kinds...)))
	t.Cleanup(cluster.Close)
	p := testProvider(t,
		AccountConfig{
			Name: "sim", KubeconfigContents: kubeconfigOf(cluster.URL), OmitKinds: []string{"Hidden.example.com"},
			CustomResources: []CustomResource{{KubernetesKind: "Balancer.example.com", SpinnakerKind: "loadBalancers"}},
		},
		AccountConfig{Name: "down", KubeconfigContents: kubeconfigOf("http://127.0.0.1:1")},
	)
	got := p.SpinnakerKinds(t.Context(), "sim")
	for name, want := range map[string]string{
		"deployment": "serverGroupManagers", "configMap": "configs", "Widget.example.com": "unclassified",
		"Balancer.example.com": "loadBalancers", "Hidden.example.com": "", "Deployment": "", "ConfigMap": "",
	} {
		if got[name] != want {
			t.Errorf("kind %s is %q, want %q", name, got[name], want)
		}
	}
	cluster.Close()
	a, err := p.account("sim")
	if err != nil {
		t.Fatal(err)
	}
	a.kinds.mu.Lock()
	a.kinds.read = a.kinds.read.Add(-knownFresh)
	a.kinds.mu.Unlock()
	if again := p.SpinnakerKinds(t.Context(), "sim"); !maps.Equal(again, got) {
		t.Errorf("a cluster that went away has the kinds %v, want those before", again)
	}
	if down := p.SpinnakerKinds(t.Context(), "down"); !maps.Equal(down, AccountConfig{}.SpinnakerKinds()) {
		t.Errorf("a cluster that was never there has the kinds %v", down)
	}
}

// A kind that a watch or a deployment has found is there at once, though the kinds
// were asked for a moment ago.
func TestSpinnakerKindsThatAreNew(t *testing.T) {
	t.Parallel()
	cluster := httptest.NewServer(simulated.New(simulated.Kinds))
	t.Cleanup(cluster.Close)
	p := testProvider(t, AccountConfig{Name: "sim", KubeconfigContents: kubeconfigOf(cluster.URL)})
	before := p.SpinnakerKinds(t.Context(), "sim")
	a, err := p.account("sim")
	if err != nil {
		t.Fatal(err)
	}
	conn, err := a.connect()
	if err != nil {
		t.Fatal(err)
	}
	conn.resources.mu.Lock()
	conn.resources.list = append(conn.resources.list, resource{gvk: gvkOf("example.com/v1", "Fresh"), watched: true})
	conn.resources.mu.Unlock()
	after := p.SpinnakerKinds(t.Context(), "sim")
	if before["Fresh.example.com"] != "" || after["Fresh.example.com"] != "unclassified" || len(after) != len(before)+1 {
		t.Errorf("the kinds are %v", after)
	}
}
