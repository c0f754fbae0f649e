package manifest_test

import (
	"context"
	"encoding/base64"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage/stagetest"
)

func created(s *model.Stage) []string {
	var out []string
	for _, a := range model.Objects(s.Outputs, "outputs.createdArtifacts") {
		out = append(out, model.String(a, "reference"))
	}
	return out
}

func TestVersions(t *testing.T) {
	t.Parallel()
	k := newKube(t)
	for i, step := range []struct{ color, want string }{
		{"red", "settings-v000"}, {"red", "settings-v000"}, {"green", "settings-v001"},
		{"red", "settings-v000"}, {"blue", "settings-v002"},
	} {
		s := k.deploy(k.file("settings.yaml", "COLOR", step.color))
		stagetest.WantStatus(t, s, model.Succeeded)
		if got := created(s); len(got) != 1 || got[0] != step.want {
			t.Errorf("deployment %d of %s made %v, want %s", i, step.color, got, step.want)
		}
	}
	live := k.live("configMap settings-v001")
	if got := dig(live.Manifest, "metadata", "labels", "moniker.spinnaker.io/sequence"); got != "1" {
		t.Errorf("the sequence label is %v, want 1", got)
	}
	if *live.Moniker.Sequence != 1 || live.Moniker.Cluster != "configMap settings" {
		t.Errorf("the moniker is %+v", live.Moniker)
	}
}

func TestVersionOfSpinnaker(t *testing.T) {
	t.Parallel()
	k := newKube(t)
	_, err := k.Client.CoreV1().ConfigMaps(k.namespace).Create(context.Background(), &corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{Name: "settings-v007", Annotations: map[string]string{
			"artifact.spinnaker.io/type": "kubernetes/configMap", "artifact.spinnaker.io/name": "settings",
			"artifact.spinnaker.io/location": k.namespace, "artifact.spinnaker.io/version": "v007",
			"kubectl.kubernetes.io/last-applied-configuration": `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"settings-v007"},"data":{"color":"red"}}`,
		}},
		Data: map[string]string{"color": "red"},
	}, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	s := k.deploy(k.file("settings.yaml", "COLOR", "red"))
	stagetest.WantStatus(t, s, model.Succeeded)
	if got := created(s); got[0] != "settings-v007" {
		t.Errorf("made %v, want the version that Spinnaker made", got)
	}
	s = k.deploy(k.file("settings.yaml", "COLOR", "blue"))
	if got := created(s); got[0] != "settings-v008" {
		t.Errorf("made %v, want settings-v008", got)
	}
}

func TestUnversioned(t *testing.T) {
	t.Parallel()
	k := newKube(t)
	s := k.deploy(k.yaml(`{apiVersion: v1, kind: ConfigMap, metadata: {name: plain, annotations: {strategy.spinnaker.io/versioned: "false"}}}`))
	stagetest.WantStatus(t, s, model.Succeeded)
	if got := created(s); got[0] != "plain" {
		t.Errorf("made %v, want plain", got)
	}
	s = k.deploy(k.file("settings.yaml"), map[string]any{"versioned": false})
	if got := created(s); got[0] != "settings" {
		t.Errorf("made %v, want settings", got)
	}
}

func TestVersionHistory(t *testing.T) {
	t.Parallel()
	k := newKube(t)
	for _, color := range []string{"a", "b", "c", "d"} {
		s := k.deploy(k.yaml(`{apiVersion: v1, kind: ConfigMap, metadata: {name: kept, annotations: {strategy.spinnaker.io/max-version-history: "2"}}, data: {color: ` + color + `}}`))
		stagetest.WantStatus(t, s, model.Succeeded)
	}
	list, err := k.Client.CoreV1().ConfigMaps(k.namespace).List(context.Background(), metav1.ListOptions{LabelSelector: "moniker.spinnaker.io/sequence"})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, m := range list.Items {
		names = append(names, m.Name)
	}
	if len(names) != 2 || names[0] != "kept-v002" || names[1] != "kept-v003" {
		t.Errorf("left are %v, want the last two versions", names)
	}
	s := k.deploy(k.yaml(`{apiVersion: v1, kind: ConfigMap, metadata: {name: kept, annotations: {strategy.spinnaker.io/max-version-history: "0"}}}`))
	stagetest.WantFailure(t, s, "max-version-history", "1 or more")
}

func TestSecretIsNotShown(t *testing.T) {
	t.Parallel()
	k := newKube(t)
	s := k.deploy(k.yaml(`{apiVersion: v1, kind: Secret, metadata: {name: login}, stringData: {password: hunter2}}`))
	stagetest.WantStatus(t, s, model.Succeeded)
	m := model.Objects(s.Outputs, "outputs.manifests")[0]
	if data := model.Object(m, "data"); len(data) != 1 || data["password"] != "***" || m["stringData"] != nil {
		t.Errorf("the outputs show the secret: %v", m)
	}
	if m["metadata"].(map[string]any)["managedFields"] != nil {
		t.Error("the outputs have managedFields")
	}
}

func TestManifestArtifact(t *testing.T) {
	t.Parallel()
	k := newKube(t)
	text := "---\n\n---\napiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: one}}\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: two}}\n"
	artifact := func(kind, reference string) map[string]any {
		return map[string]any{
			"account": account, "source": "artifact", "namespaceOverride": k.namespace, "moniker": map[string]any{"app": "shop"},
			"manifestArtifact": map[string]any{"type": kind, "reference": reference},
		}
	}
	s := k.run("deployManifest", artifact("embedded/base64", base64.StdEncoding.EncodeToString([]byte(text))))
	stagetest.WantStatus(t, s, model.Succeeded)
	if got := created(s); len(got) != 2 {
		t.Errorf("made %v, want two", got)
	}
	stagetest.WantFailure(t, k.run("deployManifest", artifact("github/file", "x")), "manifestArtifact", "can't be fetched here")
	stagetest.WantFailure(t, k.run("deployManifest", artifact("embedded/base64", "%%%")), "manifestArtifact.reference", "base64")
}

func TestArtifactBinding(t *testing.T) {
	t.Parallel()
	k := newKube(t)
	image := map[string]any{"artifact": map[string]any{"type": "docker/image", "name": "registry.example.com/web", "reference": "registry.example.com/web:2", "version": "2"}}
	s := k.deploy(append(k.file("deployment.yaml"), k.file("settings.yaml")...), map[string]any{"requiredArtifacts": []any{image}})
	stagetest.WantStatus(t, s, model.Succeeded)
	found := k.run("findArtifactsFromResource", map[string]any{"location": k.namespace, "manifestName": "deployment web"})
	stagetest.WantStatus(t, found, model.Succeeded)
	var references []string
	for _, a := range model.Objects(found.Outputs, "artifacts") {
		references = append(references, model.String(a, "reference"))
	}
	if len(references) != 2 || references[0] != "registry.example.com/web:2" || references[1] != "settings-v000" {
		t.Errorf("the deployment's artifacts are %v", references)
	}

	other := map[string]any{"artifact": map[string]any{"type": "docker/image", "name": "registry.example.com/other", "reference": "x"}}
	s = k.deploy(k.file("deployment.yaml"), map[string]any{"requiredArtifacts": []any{other}})
	stagetest.WantFailure(t, s, "requiredArtifacts", "registry.example.com/other")
	s = k.deploy(k.file("deployment.yaml"), map[string]any{"requiredArtifactIds": []any{"gone"}})
	stagetest.WantFailure(t, s, "requiredArtifactIds", "gone")
	stagetest.WantFailure(t, k.run("findArtifactsFromResource", map[string]any{"location": k.namespace, "manifestName": "deployment gone"}), "not found")
}
