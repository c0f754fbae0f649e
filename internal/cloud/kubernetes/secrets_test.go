package kubernetes

import (
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/secret"
)

var _ secret.KubernetesReader = (*Secrets)(nil)

func TestSecrets(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	_, err := b.Client.CoreV1().Secrets(b.namespace).Create(t.Context(), &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Name: "github"}, Data: map[string][]byte{"token": []byte("abc")},
	}, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	resolver := secret.NewResolver(secret.Options{Kubernetes: b.Secrets("test", b.namespace)})
	got, err := resolver.Resolve(t.Context(), secret.NewRef("encrypted:k8s!n:github!k:token"))
	if err != nil || got.Reveal() != "abc" {
		t.Errorf("%q, %v", got.Reveal(), err)
	}
	for ref, want := range map[string]string{
		"encrypted:k8s!n:github!k:none": `has no key "none"`,
		"encrypted:k8s!n:none!k:token":  `read the Secret "none"`,
	} {
		_, err := resolver.Resolve(t.Context(), secret.NewRef(ref))
		if fault.KindOf(err) != fault.NotFound || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", ref, err)
		}
	}
}

func TestSecretsWithoutACluster(t *testing.T) {
	t.Parallel()
	p, err := New(nil, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for account, want := range map[string]string{"gone": `no Kubernetes account "gone"`, "": "unable to load in-cluster configuration"} {
		if _, err := p.Secrets(account, "x").SecretKey(t.Context(), "a", "b"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", account, err)
		}
	}
}
