package kubernetes_test

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/cloud/kubernetes"
	"github.com/gennaker/gennaker/internal/provider"
	"github.com/gennaker/gennaker/internal/provider/providertest"
)

// TestAccountsOfTheAPI: the Kubernetes provider is one like all others.
func TestAccountsOfTheAPI(t *testing.T) {
	t.Parallel()
	away := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(away.Close)
	stored := func(fields map[string]any) provider.Definition {
		all := map[string]any{"name": "prod"}
		maps.Copy(all, fields)
		return provider.Definition{Key: provider.Key{Type: kubernetes.ID, Name: "prod"}, Fields: all}
	}
	configured := kubernetes.AccountConfig{Name: "own", KubeconfigContents: kubeconfigAt(`server: "` + away.URL + `"`)}
	p, err := kubernetes.New([]kubernetes.AccountConfig{configured}, kubernetes.Options{Stored: kubernetes.StoredAccounts{Enabled: true, AllowLocalAddresses: true}})
	require.NoError(t, err)
	providertest.Suite(t, providertest.Kit{
		Provider: p, Configured: provider.Key{Type: kubernetes.ID, Name: "own"},
		Used: func() []string {
			var out []string
			for _, a := range p.Accounts() {
				out = append(out, a.Name)
			}
			return out
		},
		Good: []provider.Definition{stored(map[string]any{"server": away.URL, "token": "t0ken", "namespaces": []any{"a"}})},
		Refused: map[string]provider.Definition{
			"kubeconfigFile: names a file on the server":    stored(map[string]any{"kubeconfigFile": "/root/.kube/config"}),
			"token: refers to a secret of the server":       stored(map[string]any{"server": away.URL, "token": "encrypted:k8s!n:a!k:b"}),
			"serviceAccount: would act as the server's own": stored(map[string]any{"serviceAccount": true}),
			"kubeconfigContents: is missing":                stored(nil),
			"qps: must not be negative":                     stored(map[string]any{"server": away.URL, "token": "t", "qps": -1}),
			"requiredGroupMembership: is not supported":     stored(map[string]any{"requiredGroupMembership": []any{"x"}}),
		},
	})
}
