package kubernetes

import (
	"testing"

	"github.com/gennaker/gennaker/internal/limit/limittest"
)

// FuzzKubeconfig: the kubeconfig of an account takes no more memory than its
// bound, and never makes reading it panic.
func FuzzKubeconfig(f *testing.F) {
	f.Add("apiVersion: v1\nkind: Config\nclusters: [{name: a, cluster: {server: 'https://a'}}]\nusers: [{name: u, user: {token: t}}]\ncontexts: [{name: c, context: {cluster: a, user: u}}]\ncurrent-context: c")
	f.Add("a: &a [*a]")
	for _, bomb := range limittest.YAMLBombs() {
		f.Add("kind: Config\nextensions:\n- name: a\n  extension: " + bomb)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c := AccountConfig{Name: "a", KubeconfigContents: text}
		limittest.Bounded(t, len(text), 2000, func() {
			_ = StoredAccounts{Enabled: true}.checkKubeconfig(c)
			_, _ = c.fromKubeconfig()
		})
	})
}
