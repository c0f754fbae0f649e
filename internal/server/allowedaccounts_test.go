package server_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/gennaker/gennaker/internal/cloud/kubernetes"
	"github.com/gennaker/gennaker/internal/config"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/testkube"
)

// TestAllowedAccounts: an account that is restricted is changed only by what
// somebody has started who was allowed it, as X-SPINNAKER-ACCOUNTS says.
func TestAllowedAccounts(t *testing.T) {
	t.Parallel()
	cluster := testkube.Get(t)
	namespace := cluster.Namespace(t)
	i := start(t, func(c *config.Config) {
		c.Kubernetes.Accounts = []kubernetes.AccountConfig{{
			Name: "prod", KubeconfigFile: cluster.Kubeconfig, Permissions: kubernetes.Permissions{Write: []string{"ops"}},
		}}
	})
	begin := func(allowed string) map[string]any {
		t.Helper()
		text, err := model.Marshal(map[string]any{
			"application": "shop", "name": "deploy", "trigger": map[string]any{"type": "manual"},
			"stages": []any{map[string]any{
				"type": "deployManifest", "name": "Deploy", "refId": "1", "requisiteStageRefIds": []any{}, "account": "prod", "cloudProvider": "kubernetes",
				"source": "text", "moniker": map[string]any{"app": "shop"}, "manifests": []any{map[string]any{
					"apiVersion": "v1", "kind": "ConfigMap", "metadata": map[string]any{"name": "settings", "namespace": namespace}, "data": map[string]any{"a": "b"},
				}},
			}},
		})
		if err != nil {
			t.Fatal(err)
		}
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, i.base+"/pipelines/start", bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Content-Type", "application/json")
		request.Header.Set("X-SPINNAKER-USER", "ann")
		request.Header.Set("X-SPINNAKER-ACCOUNTS", allowed)
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		var answer map[string]any
		if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
			t.Fatal(err)
		}
		return i.until(model.String(answer, "ref"), "complete", complete)
	}
	refused := begin("other")
	text, err := model.Marshal(stageNamed(refused, "Deploy"))
	if err != nil {
		t.Fatal(err)
	}
	if model.String(refused, "status") != "TERMINAL" || !strings.Contains(string(text), "Access denied to account prod: ann has none of the roles that can deploy to it") {
		t.Errorf("without the account it is %s: %s", model.String(refused, "status"), text)
	}
	if allowed := begin("other,prod"); model.String(allowed, "status") != "SUCCEEDED" {
		t.Errorf("with the account it is %v", stageNamed(allowed, "Deploy"))
	}
}
