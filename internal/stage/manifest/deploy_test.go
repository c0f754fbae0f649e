package manifest_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage/stagetest"
)

func TestDeploy(t *testing.T) {
	t.Parallel()
	k := newKube(t)
	s := k.deploy(append(k.file("deployment.yaml"), k.file("settings.yaml")...))
	stagetest.WantStatus(t, s, model.Succeeded)

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

// What kubectl lets pass passes here too, and is told.
func TestDeployTwins(t *testing.T) {
	t.Parallel()
	k := newKube(t)
	list := k.behaving("start-delay", "0s")
	container := dig(list[0].(map[string]any), "spec", "template", "spec", "containers").([]any)[0].(map[string]any)
	container["env"] = []any{map[string]any{"name": "A", "value": "1"}, map[string]any{"name": "B", "value": "2"}, map[string]any{"name": "A", "value": "3"}}
	container["ports"] = []any{map[string]any{"containerPort": 80, "name": "a"}, map[string]any{"containerPort": 80, "name": "b"}, map[string]any{"containerPort": 80, "protocol": "UDP"}}
	s := k.deploy(list)
	stagetest.WantStatus(t, s, model.Succeeded)
	if got := model.Strings(s.Context, "warnings"); len(got) != 2 {
		t.Errorf("the warnings are %v", got)
	}
	live, _ := dig(k.live("deployment web").Manifest, "spec", "template", "spec", "containers").([]any)
	env, ports := model.Objects(live[0].(map[string]any), "env"), model.Objects(live[0].(map[string]any), "ports")
	if len(env) != 2 || env[0]["name"] != "B" || env[1]["value"] != "3" || len(ports) != 2 || ports[0]["name"] != "b" {
		t.Errorf("the container has %v and %v", env, ports)
	}
}

func TestDeployMany(t *testing.T) {
	t.Parallel()
	k := newKube(t)
	k.options.StepBudget = 20 * time.Millisecond // so that it takes many runs
	var text strings.Builder
	for i := range 40 {
		fmt.Fprintf(&text, "---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: c%d}}\n", i)
	}
	r := k.start("deployManifest", k.deployment(k.yaml(text.String()), map[string]any{"includeEvents": true})) // so that each is read
	runs := map[string]int{}
	r.looked = func(task string, _ *model.Stage) { runs[task]++ }
	r.finish()
	stagetest.WantStatus(t, r.stage, model.Succeeded)
	if got := created(r.stage); len(got) != 40 {
		t.Errorf("%d were made, want 40", len(got))
	}
	if runs["monitorDeploy"] < 2 || runs["waitForManifestToStabilize"] < 2 {
		t.Errorf("it did all at once: %v", runs)
	}
}
