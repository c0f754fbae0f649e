package manifest_test

import (
	"testing"

	"github.com/gennaker/gennaker/internal/model"
)

func TestDeploy(t *testing.T) {
	t.Parallel()
	k := newKube(t)
	s := k.deploy(append(k.file("deployment.yaml"), k.file("settings.yaml")...))
	wantStatus(t, s, model.Succeeded)

	live := k.live("deployment web")
	if !live.Status.Stable.State {
		t.Errorf("the deployment is not stable: %+v", live.Status)
	}
	for key, want := range map[string]string{
		"moniker.spinnaker.io/application": "shop", "moniker.spinnaker.io/cluster": "deployment web",
		"artifact.spinnaker.io/type": "kubernetes/deployment", "artifact.spinnaker.io/name": "web",
		"artifact.spinnaker.io/location": k.namespace, "artifact.spinnaker.io/version": "",
	} {
		if got := dig(live.Manifest, "metadata", "annotations", key); got != want {
			t.Errorf("annotation %s is %v, want %q", key, got, want)
		}
		if got := dig(live.Manifest, "spec", "template", "metadata", "annotations", key); got != want {
			t.Errorf("the template's annotation %s is %v, want %q", key, got, want)
		}
	}
	for _, key := range []string{"app.kubernetes.io/name", "app.kubernetes.io/managed-by"} {
		want := map[string]string{"app.kubernetes.io/name": "shop", "app.kubernetes.io/managed-by": "spinnaker"}[key]
		if got := dig(live.Manifest, "spec", "template", "metadata", "labels", key); got != want {
			t.Errorf("the template's label %s is %v, want %q", key, got, want)
		}
	}
	containers, _ := dig(live.Manifest, "spec", "template", "spec", "containers").([]any)
	from := model.Objects(containers[0].(map[string]any), "envFrom")[0]
	if got := dig(from, "configMapRef", "name"); got != "settings-v000" {
		t.Errorf("the deployment uses config map %v, want settings-v000", got)
	}

	names := model.Strings(model.Object(s.Outputs, "outputs.manifestNamesByNamespace"), k.namespace)
	if len(names) != 2 || names[0] != "configMap settings-v000" || names[1] != "deployment web" {
		t.Errorf("outputs.manifestNamesByNamespace is %v", names)
	}
	created := model.Objects(s.Outputs, "outputs.createdArtifacts")
	if len(created) != 2 || created[0]["reference"] != "settings-v000" || created[0]["version"] != "v000" || created[0]["type"] != "kubernetes/configMap" {
		t.Errorf("outputs.createdArtifacts is %v", created)
	}
	bound := model.Objects(s.Outputs, "outputs.boundArtifacts")
	if len(bound) != 1 || bound[0]["reference"] != "settings-v000" {
		t.Errorf("outputs.boundArtifacts is %v", bound)
	}
	tasks := model.Objects(s.Context, "kato.tasks")
	if len(tasks) != 2 || dig(tasks[0], "status", "completed") != true || len(model.List(tasks[0], "history")) < 3 {
		t.Errorf("kato.tasks is %v", tasks)
	}
	if got := model.List(s.Context, "stableManifests"); len(got) != 2 {
		t.Errorf("stableManifests is %v", got)
	}
}
