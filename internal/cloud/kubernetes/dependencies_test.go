package kubernetes

import (
	"slices"
	"testing"

	rbacv1 "k8s.io/api/rbac/v1"
)

func TestApplicationDependencies(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	own, err := New([]AccountConfig{{Name: "own", KubeconfigFile: b.Kubeconfig, Namespaces: []string{b.namespace}}}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	left := func(application string) []string {
		t.Helper()
		found, _, err := own.ApplicationDependencies(t.Context(), application)
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
	found, _, err := limited.ApplicationDependencies(t.Context(), "shop")
	if err != nil || !slices.Equal(found, []string{"clusters"}) {
		t.Errorf("%v, %v", found, err)
	}
}

// A cluster that is gone does not keep the applications of all others.
func TestApplicationDependenciesBesideAClusterThatIsGone(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	p, err := New([]AccountConfig{
		{Name: "gone", Server: "https://127.0.0.1:1", Token: "t"},
		{Name: "own", KubeconfigFile: b.Kubeconfig, Namespaces: []string{b.namespace}},
	}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	b.deploy(`{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: web}, spec: {podSelector: {}}}`)
	for application, want := range map[string][]string{"shop": {"security groups"}, "other": nil} {
		found, unreached, err := p.ApplicationDependencies(t.Context(), application)
		if err != nil || !slices.Equal(found, want) || !slices.Equal(unreached, []string{"gone"}) {
			t.Errorf("%s: %v, %v, %v", application, found, unreached, err)
		}
	}
}
