package kubernetes

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// TestCredentialsMayBeSecrets connects with a kubeconfig that is looked up.
func TestCredentialsMayBeSecrets(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	kubeconfig, err := os.ReadFile(b.Kubeconfig)
	if err != nil {
		t.Fatal(err)
	}
	looked := 0
	secrets := func(_ context.Context, reference string) (string, error) {
		looked++
		switch reference {
		case "encryptedFile:vault!kubeconfig":
			return string(kubeconfig), nil
		case "encrypted:vault!empty":
			return "", nil
		}
		return "", errors.New("the vault is closed")
	}
	p, err := New([]AccountConfig{
		{Name: "file", KubeconfigFile: "encryptedFile:vault!kubeconfig"},
		{Name: "contents", KubeconfigContents: "encryptedFile:vault!kubeconfig"},
		{Name: "closed", Server: "https://127.0.0.1:1", Token: "encrypted:vault!token"},
		{Name: "empty", KubeconfigFile: "encrypted:vault!empty"},
	}, Options{Secret: secrets})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"file", "contents"} {
		for range 2 {
			a, err := p.account(name)
			if err != nil {
				t.Fatal(err)
			}
			conn, err := a.connect()
			if err != nil {
				t.Fatal(err)
			}
			if _, err := conn.core.Secrets(b.namespace).List(t.Context(), metav1.ListOptions{}); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	if looked != 2 {
		t.Errorf("looked up %d times, want once for each account", looked)
	}
	for name, want := range map[string]string{"closed": "token: the vault is closed", "empty": "kubeconfigFile: the secret that it refers to is empty"} {
		if _, err := p.Secrets(name, "x").SecretKey(t.Context(), "a", "b"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	none, err := New([]AccountConfig{{Name: "file", KubeconfigFile: "encryptedFile:x"}}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := none.Secrets("file", "x").SecretKey(t.Context(), "a", "b"); err == nil || !strings.Contains(err.Error(), "which can't be read here") {
		t.Errorf("without secrets: %v", err)
	}
}
