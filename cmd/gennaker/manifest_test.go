package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/testkube"
)

func TestMain(m *testing.M) { os.Exit(testkube.Main(m)) }

// startWithCluster starts a server with the account "test".
func startWithCluster(t *testing.T) (s shell, namespace string) {
	t.Helper()
	cluster := testkube.Get(t)
	file := filepath.Join(t.TempDir(), "gennaker.yaml")
	text := "kubernetes:\n  accounts:\n    - name: test\n      kubeconfigFile: " + cluster.Kubeconfig + "\n"
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	return startServer(t, "--config", file), cluster.Namespace(t)
}

func TestManifestPlan(t *testing.T) {
	t.Parallel()
	s, namespace := startWithCluster(t)
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "a.yaml"), []byte("{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {x: red}}\n---\n{apiVersion: v1, kind: Secret, metadata: {name: b}, stringData: {password: hunter2}}\n"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "ignored.txt"), []byte("no manifest"), 0o600))
	command := "manifest plan --account test -n " + namespace + " -f "

	code, out, errs := s.run("", strings.Fields(command+dir)...)
	require.Equal(t, 1, code, errs)
	require.Empty(t, errs)
	require.Contains(t, out, "2 to create\n")
	require.Contains(t, out, "create configMap a-v000 in namespace "+namespace)
	require.NotContains(t, out, "hunter2")
	got := decode[map[string]any](t, func() string { _, out, _ := s.run("", strings.Fields(command+dir+" -o json")...); return out }())
	require.Equal(t, true, got["different"])

	s.ok(`{"application": "shop", "description": "deploy", "job": [{"type": "deployManifest", "account": "test", "namespaceOverride": "`+namespace+`",
		"moniker": {}, "manifests": "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {x: red}}"}]}`, "task start -f - --watch")
	out = s.ok("{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {x: red}}", command+"- --application shop")
	require.Equal(t, "1 unchanged\n", out)
	require.Contains(t, s.fails(2, "{apiVersion: v1, kind: ConfigMap, metadata: {name: Bad_Name}}", command+"-"), "the cluster would reject 1 of the changes")
	require.Contains(t, s.fails(2, "{kind: ConfigMap}", command+"-"), "apiVersion is missing")
	require.Contains(t, s.fails(2, "", "manifest plan --account nobody -f "+dir), `no Kubernetes account "nobody"`)
	require.Contains(t, s.fails(2, "", "manifest plan --account test"), "--file is missing")
	require.Contains(t, s.fails(2, "", "manifest plan -f "+dir), "--account is missing")
	require.Contains(t, s.fails(2, "", command+filepath.Join(dir, "gone.yaml")), "no such file")
	require.Contains(t, s.fails(2, "", command+t.TempDir()), "has no .yaml, .yml, or .json files")
}

func TestManifestRollback(t *testing.T) {
	t.Parallel()
	s, namespace := startWithCluster(t)
	cluster := testkube.Get(t)
	colour := func() string {
		found, err := cluster.Client.CoreV1().ConfigMaps(namespace).Get(t.Context(), "settings", metav1.GetOptions{})
		require.NoError(t, err)
		return found.Data["colour"]
	}
	s.ok(`{name: shop, email: a@b.c}`, "application save -f -")
	for _, value := range []string{"red", "green"} {
		s.ok(`{"name": "Deploy", "application": "shop", "stages": [{"refId": "1", "type": "deployManifest", "name": "Deploy it", "account": "test",
			"namespaceOverride": "`+namespace+`", "source": "text", "moniker": {"app": "shop"}, "manifests": [{"apiVersion": "v1", "kind": "ConfigMap",
			"metadata": {"name": "settings", "annotations": {"strategy.spinnaker.io/versioned": "false"}}, "data": {"colour": "`+value+`"}}]}]}`, "pipeline save -f -")
		s.ok("", "pipeline start shop Deploy --watch")
	}
	require.Equal(t, "green", colour())
	s.ok("", "manifest rollback shop Deploy --watch")
	require.Equal(t, "red", colour())
	code, _, errs := s.run("", "manifest", "rollback", "shop", "Deploy", "Another stage", "--watch")
	require.Equal(t, 1, code)
	require.Contains(t, errs, "there is nothing to go back to")
}

// What a plan found is there for later stages, to show and to decide by.
func TestPlanStageIsReadByLaterOnes(t *testing.T) {
	t.Parallel()
	s, namespace := startWithCluster(t)
	s.ok(`{name: shop, email: a@b.c}`, "application save -f -")
	s.ok(`{"name": "Deploy", "application": "shop", "stages": [
		{"refId": "1", "type": "deployManifest", "name": "Plan", "plan": true, "account": "test", "namespaceOverride": "`+namespace+`", "moniker": {"app": "shop"},
		 "manifests": [{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "settings"}, "data": {"colour": "red"}}]},
		{"refId": "2", "requisiteStageRefIds": ["1"], "type": "evaluateVariables", "name": "Read", "variables": [
		 {"key": "text", "value": "${#stage(\"Plan\").outputs.manifestPlan.text}"}, {"key": "different", "value": "${#stage(\"Plan\").outputs.manifestPlan.different}"}]},
		{"refId": "3", "requisiteStageRefIds": ["2"], "type": "deployManifest", "name": "Deploy", "account": "test", "namespaceOverride": "`+namespace+`", "moniker": {"app": "shop"},
		 "stageEnabled": {"type": "expression", "expression": "#stage(\"Plan\").outputs.manifestPlan.different"},
		 "manifests": [{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "settings"}, "data": {"colour": "red"}}]}]}`, "pipeline save -f -")
	stages := func() map[string]map[string]any {
		s.ok("", "pipeline start shop Deploy --watch")
		list := decode[[]map[string]any](t, s.ok("", "execution list shop --limit 1 -o json"))
		out := map[string]map[string]any{}
		for _, stage := range model.Objects(decode[map[string]any](t, s.ok("", "execution get "+model.String(list[0], "id")+" -o json")), "stages") {
			out[model.String(stage, "name")] = stage
		}
		return out
	}
	first := stages()
	read := model.Object(first["Read"], "outputs")
	require.Contains(t, read["text"], "create configMap settings-v000")
	require.Equal(t, true, read["different"])
	require.Equal(t, "SUCCEEDED", first["Deploy"]["status"])
	second := stages()
	require.Equal(t, false, model.Object(second["Read"], "outputs")["different"])
	require.Equal(t, "SKIPPED", second["Deploy"]["status"])
}
