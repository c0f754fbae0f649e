package kubernetes

import (
	"slices"
	"testing"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/stage/frontfifty"
)

var _ frontfifty.Dependencies = (*Provider)(nil)

func TestApplicationDependencies(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	own, err := New([]AccountConfig{{Name: "own", KubeconfigFile: b.Kubeconfig, Namespaces: []string{b.namespace}}}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	left := func(application string) []string {
		t.Helper()
		found, err := own.ApplicationDependencies(t.Context(), application)
		if err != nil {
			t.Fatal(err)
		}
		return found
	}
	if got := left("shop"); got != nil {
		t.Errorf("at the start: %v", got)
	}
	b.deploy(`{apiVersion: v1, kind: ConfigMap, metadata: {name: settings}}`)
	if got := left("shop"); got != nil {
		t.Errorf("a ConfigMap keeps an application: %v", got)
	}
	b.deploy(`{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: web}, spec: {podSelector: {}}}`)
	if got := left("SHOP"); !slices.Equal(got, []string{"security groups"}) {
		t.Errorf("with a NetworkPolicy: %v", got)
	}
	b.deploy(`{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {selector: {matchLabels: {a: b}},
		template: {metadata: {labels: {a: b}}, spec: {containers: [{name: web, image: nginx}]}}}}`)
	if got := left("shop"); !slices.Equal(got, []string{"clusters", "security groups"}) {
		t.Errorf("with a Deployment: %v", got)
	}
	if got := left("sho"); got != nil {
		t.Errorf("another application: %v", got)
	}
}

func TestApplicationDependenciesThatMayBeListed(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.deploy(`{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: web}, spec: {podSelector: {}}}`)
	b.deploy(`{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {selector: {matchLabels: {a: b}},
		template: {metadata: {labels: {a: b}}, spec: {containers: [{name: web, image: nginx}]}}}}`)
	limited, err := New([]AccountConfig{{Name: "limited", Namespaces: []string{b.namespace}, KubeconfigContents: b.limited(b.namespace,
		rbacv1.PolicyRule{APIGroups: []string{"apps"}, Resources: []string{"deployments"}, Verbs: []string{"list"}})}}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	found, err := limited.ApplicationDependencies(t.Context(), "shop")
	if err != nil || !slices.Equal(found, []string{"clusters"}) {
		t.Errorf("%v, %v", found, err)
	}
}

func TestApplicationDependenciesOfAClusterThatIsGone(t *testing.T) {
	t.Parallel()
	p, err := New([]AccountConfig{{Name: "gone", Server: "https://127.0.0.1:1", Token: "t"}}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.ApplicationDependencies(t.Context(), "shop"); fault.KindOf(err) != fault.Unavailable {
		t.Errorf("%v", err)
	}
}
