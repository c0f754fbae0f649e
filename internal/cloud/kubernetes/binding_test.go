package kubernetes

import (
	"strings"
	"testing"

	"github.com/gennaker/gennaker/internal/model"
)

// An image is bound wherever it is, and however it is written.
func TestBindImages(t *testing.T) {
	t.Parallel()
	const workload = `spec: {template: {spec: {containers: [{name: c, image: "IMAGE"}], initContainers: [{name: i, image: "IMAGE"}]}}}`
	for name, text := range map[string]string{
		"deployment": workload,
		"cron job":   `spec: {jobTemplate: {` + workload + `}}`,
		"custom":     `spec: {parts: [{one: {` + workload + `}}]}`,
	} {
		for _, image := range []struct{ have, named string }{
			{"web", "web"},
			{"web:1", "web"},
			{"web@sha256:" + strings.Repeat("a", 64), "web"},
			{"web:1@sha256:" + strings.Repeat("a", 64), "web"},
			{"team/web", "team/web"},
			{"registry.example.com/team/web:1", "registry.example.com/team/web"},
			{"registry.example.com:5000/team/web", "registry.example.com:5000/team/web"},
			{"registry.example.com:5000/team/web:1", "registry.example.com:5000/team/web"},
			{"registry.example.com:5000/team/web@sha256:" + strings.Repeat("a", 64), "registry.example.com:5000/team/web"},
			{"localhost:5000/web", "localhost:5000/web"},
		} {
			m := object(t, strings.ReplaceAll(text, "IMAGE", image.have))
			want := image.named + ":v2"
			others := []model.Artifact{
				{Type: typeImage, Name: image.named + "x", Reference: "wrong"}, {Type: typeImage, Name: "registry.example.com", Reference: "wrong"},
				{Type: typeConfigMap, Name: image.named, Reference: "wrong"},
			}
			bound := Options{}.bind(m, replacesInTemplate, append(others, model.Artifact{Type: typeImage, Name: image.named, Reference: want}), "ns", "acc")
			if len(bound) != 1 || bound[0].Reference != want {
				t.Errorf("%s with the image %s: bound %v", name, image.have, bound)
			}
			for _, s := range slots(m, replacesInTemplate) {
				if s.value != want {
					t.Errorf("%s with the image %s has the image %s", name, image.have, s.value)
				}
			}
			found := findArtifacts(m, replacesInTemplate)
			if len(found) != 1 || found[0].Name != image.named || found[0].Reference != want {
				t.Errorf("%s with the image %s: found %v", name, want, found)
			}
			// Bound to names only, an image with a tag is what it says.
			m = object(t, strings.ReplaceAll(text, "IMAGE", image.have))
			bound = Options{MatchImageNameOnly: true}.bind(m, replacesInTemplate, []model.Artifact{{Type: typeImage, Name: image.named, Reference: want}}, "ns", "acc")
			if (len(bound) == 1) != (image.have == image.named) {
				t.Errorf("%s with the image %s, by names only: bound %v", name, image.have, bound)
			}
		}
	}
}

// A bare Pod gets the versions of ConfigMaps and Secrets as workloads do, unless
// Spinnaker's behavior is asked for.
func TestBindInPods(t *testing.T) {
	t.Parallel()
	const pod = `
spec:
  containers:
  - {name: c, image: web, envFrom: [{configMapRef: {name: settings}}], env: [{name: E, valueFrom: {secretKeyRef: {name: keys, key: k}}}]}
  initContainers:
  - {name: i, image: web, envFrom: [{secretRef: {name: keys}}]}
  volumes:
  - {name: a, configMap: {name: settings}}
  - {name: b, secret: {secretName: keys}}
  - {name: c, projected: {sources: [{configMap: {name: settings}}, {secret: {name: keys}}]}}
  - {name: d, configMap: {name: other}}
`
	artifacts := []model.Artifact{
		{Type: typeConfigMap, Name: "settings", Reference: "settings-v001", Location: "ns"}, {Type: typeSecret, Name: "keys", Reference: "keys-v002", Location: "ns"},
		{Type: typeImage, Name: "web", Reference: "web:1"}, {Type: typeConfigMap, Name: "other", Reference: "other-v009", Location: "elsewhere"},
	}
	m := object(t, pod)
	if bound := (Options{}).bind(m, replacesInPod, artifacts, "ns", "acc"); len(bound) != 3 {
		t.Errorf("bound %v", bound)
	}
	text, err := model.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	for value, times := range map[string]int{`"settings-v001"`: 3, `"keys-v002"`: 4, `"web:1"`: 1, `"other"`: 1, `"settings"`: 0, `"keys"`: 0} {
		if got := strings.Count(string(text), value); got != times {
			t.Errorf("%s is there %d times, want %d: %s", value, got, times, text)
		}
	}
	m = object(t, pod)
	if bound := (Options{ImagesOnlyInPods: true}).bind(m, replacesInPod, artifacts, "ns", "acc"); len(bound) != 1 || bound[0].Name != "web" {
		t.Errorf("as in Spinnaker, bound %v", bound)
	}
}
