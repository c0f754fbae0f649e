package manifest_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage/stagetest"
	"github.com/gennaker/gennaker/internal/testkube"
)

// on runs a stage about an object of the test's namespace.
func (k *kube) on(typeName, object string, fields ...map[string]any) *model.Stage {
	k.t.Helper()
	all := map[string]any{"location": k.namespace, "manifestName": object}
	for _, more := range fields {
		all = model.Merge(all, more)
	}
	return k.run(typeName, all)
}

func TestScale(t *testing.T) {
	t.Parallel()
	k := newKube(t)
	stagetest.WantStatus(t, k.deploy(k.behaving("start-delay", "0s")), model.Succeeded)
	s := k.on("scaleManifest", "deployment web", map[string]any{"replicas": "3"})
	stagetest.WantStatus(t, s, model.Succeeded)
	live := k.live("deployment web")
	if got, _ := model.ToInt(dig(live.Manifest, "status", "readyReplicas")); got != 3 {
		t.Errorf("%d replicas are ready, want 3", got)
	}
	if s.Context["manifest.name"] != "deployment web" || s.Context["manifest.location"] != k.namespace {
		t.Errorf("the context names %v in %v", s.Context["manifest.name"], s.Context["manifest.location"])
	}
	stagetest.WantStatus(t, k.on("scaleManifest", "deploy web", map[string]any{"replicas": 0}), model.Succeeded)
	stagetest.WantFailure(t, k.on("scaleManifest", "deployment web", map[string]any{"replicas": 1, "account": readOnly}), "may not scale deployment \"web\"", "cannot patch resource \"deployments/scale\"")
	stagetest.WantFailure(t, k.on("scaleManifest", "deployment web", map[string]any{"replicas": -1}), "must not be negative")
}

func TestPatch(t *testing.T) {
	t.Parallel()
	k := newKube(t)
	stagetest.WantStatus(t, k.deploy(k.behaving("start-delay", "0s")), model.Succeeded)
	s := k.on("patchManifest", "deployment web", map[string]any{"source": "text", "patchBody": []any{map[string]any{
		"spec": map[string]any{"template": map[string]any{"spec": map[string]any{"containers": []any{map[string]any{"name": "web", "image": "registry.example.com/web:9"}}}}},
	}}})
	stagetest.WantStatus(t, s, model.Succeeded)
	live := k.live("deployment web")
	if got := live.Artifacts[0].Reference; got != "registry.example.com/web:9" {
		t.Errorf("the image is %s", got)
	}
	if got := dig(live.Manifest, "metadata", "annotations", "kubernetes.io/change-cause"); got != "gennaker patch deployment web --type=strategic" {
		t.Errorf("the change cause is %v", got)
	}
	if got := model.Strings(model.Object(s.Outputs, "outputs.manifestNamesByNamespace"), k.namespace); len(got) != 1 || got[0] != "deployment web" {
		t.Errorf("outputs.manifestNamesByNamespace is %v", got)
	}

	// A merge patch removes what is null.
	s = k.on("patchManifest", "deployment web", map[string]any{
		"patchBody": map[string]any{"metadata": map[string]any{"annotations": map[string]any{"kubernetes.io/change-cause": nil, "note": "here"}}},
		"options":   map[string]any{"mergeStrategy": "merge", "record": false},
	})
	stagetest.WantStatus(t, s, model.Succeeded)
	annotations, _ := dig(k.live("deployment web").Manifest, "metadata", "annotations").(map[string]any)
	if annotations["note"] != "here" || annotations["kubernetes.io/change-cause"] != nil {
		t.Errorf("the annotations are %v", annotations)
	}

	s = k.on("patchManifest", "deployment web", map[string]any{
		"patchBody": []any{map[string]any{"op": "replace", "path": "/metadata/annotations/note", "value": "there"}},
		"options":   map[string]any{"mergeStrategy": "json"},
	})
	stagetest.WantStatus(t, s, model.Succeeded)
	if got := dig(k.live("deployment web").Manifest, "metadata", "annotations", "note"); got != "there" {
		t.Errorf("the note is %v", got)
	}
	stagetest.WantFailure(t, k.on("patchManifest", "deployment web", map[string]any{
		"patchBody": []any{map[string]any{"op": "remove", "path": "/metadata/annotations/never"}},
		"options":   map[string]any{"mergeStrategy": "json"},
	}), "an operation of the JSON patch doesn't match")
}

func TestUndoRestartPause(t *testing.T) {
	t.Parallel()
	k := newKube(t)
	for _, image := range []string{"1", "2", "3"} {
		list := k.behaving("start-delay", "0s")
		containers := dig(list[0].(map[string]any), "spec", "template", "spec", "containers").([]any)
		containers[0].(map[string]any)["image"] = "registry.example.com/web:" + image
		stagetest.WantStatus(t, k.deploy(list), model.Succeeded)
	}
	image := func() string { return k.live("deployment web").Artifacts[0].Reference }
	undone := k.on("undoRolloutManifest", "deployment web", map[string]any{"numRevisionsBack": "1"})
	stagetest.WantStatus(t, undone, model.Succeeded)
	if shown := model.Objects(undone.Outputs, "outputs.manifests"); len(shown) != 1 || dig(shown[0], "metadata", "name") != "web" {
		t.Errorf("the outputs hold %v", shown)
	}
	if names := model.Strings(model.Object(undone.Outputs, "outputs.manifestNamesByNamespace"), k.namespace); len(names) != 1 || names[0] != "deployment web" {
		t.Errorf("the outputs name %v", names)
	}
	if got := image(); got != "registry.example.com/web:2" {
		t.Errorf("one back is %s", got)
	}
	stagetest.WantStatus(t, k.on("undoRolloutManifest", "deployment web", map[string]any{"revision": 1}), model.Succeeded)
	if got := image(); got != "registry.example.com/web:1" {
		t.Errorf("revision 1 is %s", got)
	}
	stagetest.WantFailure(t, k.on("undoRolloutManifest", "deployment web", map[string]any{"numRevisionsBack": 7}), "3 revision(s) in total", "rolled back by 7")
	stagetest.WantFailure(t, k.on("undoRolloutManifest", "deployment web", map[string]any{"revision": 99}), "no revision 99")
	stagetest.WantFailure(t, k.on("undoRolloutManifest", "deployment web"), "numRevisionsBack: is missing")

	before := k.pods()
	stagetest.WantStatus(t, k.on("rollingRestartManifest", "deployment web"), model.Succeeded)
	stagetest.WantStatus(t, k.on("pauseRolloutManifest", "deployment web"), model.Succeeded)
	testkube.Eventually(t, 2*time.Minute, func() string {
		if !k.live("deployment web").Status.Paused.State {
			return "the deployment is not paused"
		}
		return ""
	})
	stagetest.WantFailure(t, k.on("rollingRestartManifest", "deployment web"), "is paused")
	stagetest.WantFailure(t, k.on("undoRolloutManifest", "deployment web", map[string]any{"numRevisionsBack": 1}), "is paused")
	stagetest.WantStatus(t, k.on("resumeRolloutManifest", "deployment web"), model.Succeeded)
	testkube.Eventually(t, 2*time.Minute, func() string {
		for name := range k.pods() {
			if before[name] {
				return "pod " + name + " was not restarted"
			}
		}
		return ""
	})
}

func (k *kube) pods() map[string]bool {
	k.t.Helper()
	list, err := k.Client.CoreV1().Pods(k.namespace).List(context.Background(), metav1.ListOptions{})
	if err != nil {
		k.t.Fatal(err)
	}
	out := map[string]bool{}
	for _, p := range list.Items {
		out[p.Name] = true
	}
	return out
}

func TestUndoStatefulSet(t *testing.T) {
	t.Parallel()
	k := newKube(t)
	text := `
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  replicas: 1
  serviceName: db
  selector: {matchLabels: {app: db}}
  template: {metadata: {labels: {app: db}}, spec: {terminationGracePeriodSeconds: 0, containers: [{name: db, image: "db:TAG"}]}}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent}
spec:
  selector: {matchLabels: {app: agent}}
  template: {metadata: {labels: {app: agent}}, spec: {terminationGracePeriodSeconds: 0, containers: [{name: agent, image: "agent:TAG"}]}}
`
	for _, tag := range []string{"1", "2"} {
		stagetest.WantStatus(t, k.deploy(k.yaml(text, "TAG", tag)), model.Succeeded)
	}
	for name, want := range map[string]string{"statefulSet db": "db:1", "daemonSet agent": "agent:1"} {
		stagetest.WantStatus(t, k.on("undoRolloutManifest", name, map[string]any{"numRevisionsBack": 1}), model.Succeeded)
		if got := k.live(name).Artifacts[0].Reference; got != want {
			t.Errorf("%s is back at %s, want %s", name, got, want)
		}
	}
}

func TestDelete(t *testing.T) {
	t.Parallel()
	k := newKube(t)
	stagetest.WantStatus(t, k.deploy(k.behaving("start-delay", "0s")), model.Succeeded)
	s := k.on("deleteManifest", "deployment web", map[string]any{"options": map[string]any{"cascading": false}})
	stagetest.WantStatus(t, s, model.Succeeded)
	if got := model.Strings(model.Object(s.Outputs, "outputs.manifestNamesByNamespace"), k.namespace); len(got) != 1 || got[0] != "deployment web" {
		t.Errorf("outputs.manifestNamesByNamespace is %v", got)
	}
	sets, err := k.Client.AppsV1().ReplicaSets(k.namespace).List(context.Background(), metav1.ListOptions{})
	if err != nil || len(sets.Items) != 1 {
		t.Errorf("the replica set was not left: %v %v", sets, err)
	}
	stagetest.WantStatus(t, k.on("deleteManifest", "deployment web"), model.Succeeded) // it is gone already

	stagetest.WantStatus(t, k.deploy(k.yaml(`
{apiVersion: v1, kind: ConfigMap, metadata: {name: a, labels: {tier: front}, annotations: {strategy.spinnaker.io/versioned: "false"}}}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: b, labels: {tier: back}, annotations: {strategy.spinnaker.io/versioned: "false"}}}
---
{apiVersion: v1, kind: Secret, metadata: {name: c, labels: {tier: front}, annotations: {strategy.spinnaker.io/versioned: "false"}}}
`)), model.Succeeded)
	s = k.run("deleteManifest", map[string]any{
		"location": k.namespace, "mode": "label", "kinds": []any{"configMap", "secret"},
		"labelSelectors": map[string]any{"selectors": []any{map[string]any{"kind": "EQUALS", "key": "tier", "values": []any{"front"}}}},
		"options":        map[string]any{"gracePeriodSeconds": "0"},
	})
	stagetest.WantStatus(t, s, model.Succeeded)
	if got := model.Strings(model.Object(s.Outputs, "outputs.manifestNamesByNamespace"), k.namespace); len(got) != 2 {
		t.Errorf("deleted are %v, want two", got)
	}
	k.live("configMap b")
	stagetest.WantFailure(t, k.on("deleteManifest", "configMap b", map[string]any{"account": readOnly}), "may not delete configMap \"b\"")
}

func TestDeleteWaitsForFinalizers(t *testing.T) {
	t.Parallel()
	k := newKube(t)
	stagetest.WantStatus(t, k.deploy(k.yaml(`{apiVersion: v1, kind: ConfigMap, metadata: {name: held, finalizers: [example.com/hold], annotations: {strategy.spinnaker.io/versioned: "false"}}}`)), model.Succeeded)
	r := k.start("deleteManifest", map[string]any{"location": k.namespace, "manifestName": "configMap held"})
	freed := false
	r.looked = func(_ string, s *model.Stage) {
		for _, m := range model.Strings(s.Context, "messages") {
			if freed || m != "waiting for configMap held to be deleted (finalizers: example.com/hold)" {
				continue
			}
			freed = true
			if _, err := k.Client.CoreV1().ConfigMaps(k.namespace).Patch(context.Background(), "held", "application/merge-patch+json", []byte(`{"metadata":{"finalizers":null}}`), metav1.PatchOptions{}); err != nil {
				t.Error(err)
			}
		}
	}
	r.finish()
	stagetest.WantStatus(t, r.stage, model.Succeeded)
	if !freed {
		t.Error("it did not wait for the finalizer")
	}
}

func TestRecreateAndReplace(t *testing.T) {
	t.Parallel()
	k := newKube(t)
	text := `{apiVersion: batch/v1, kind: Job, metadata: {name: once, annotations: {strategy.spinnaker.io/recreate: "HOW"}}, spec: {template: {metadata: {annotations: {run: "NUMBER"}}, spec: {restartPolicy: Never, containers: [{name: job, image: job}]}}}}`
	stagetest.WantStatus(t, k.deploy(k.yaml(text, "HOW", "true", "NUMBER", "1")), model.Succeeded)
	first := k.live("job once")
	stagetest.WantFailure(t, k.deploy(k.yaml(text, "HOW", "false", "NUMBER", "2")), "field is immutable", "strategy.spinnaker.io/recreate")
	stagetest.WantStatus(t, k.deploy(k.yaml(text, "HOW", "true", "NUMBER", "2")), model.Succeeded)
	if second := k.live("job once"); dig(first.Manifest, "metadata", "uid") == dig(second.Manifest, "metadata", "uid") {
		t.Error("the job was not made anew")
	}

	config := `{apiVersion: v1, kind: ConfigMap, metadata: {name: c, annotations: {strategy.spinnaker.io/versioned: "false", strategy.spinnaker.io/replace: "true"}}, data: DATA}`
	stagetest.WantStatus(t, k.deploy(k.yaml(config, "DATA", "{a: one, b: two}")), model.Succeeded)
	stagetest.WantStatus(t, k.deploy(k.yaml(config, "DATA", "{a: three}")), model.Succeeded)
	if got, _ := json.Marshal(k.live("configMap c").Manifest["data"]); string(got) != `{"a":"three"}` {
		t.Errorf("the data is %s", got)
	}
	stagetest.WantFailure(t, k.deploy(k.yaml(config, "DATA", "{}"), map[string]any{"labelSelectors": map[string]any{"selectors": []any{map[string]any{"kind": "EXISTS", "key": "x"}}}}), "replace")
}

func TestTakesOverFromKubectl(t *testing.T) {
	t.Parallel()
	k := newKube(t)
	// As kubectl apply leaves an object: Update by its manager, with its annotation.
	body := `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c","annotations":{"kubectl.kubernetes.io/last-applied-configuration":"{}"}},"data":{"a":"1","b":"2"}}`
	if _, err := k.Client.CoreV1().RESTClient().Post().Namespace(k.namespace).Resource("configmaps").
		Param("fieldManager", "kubectl-client-side-apply").Body([]byte(body)).DoRaw(context.Background()); err != nil {
		t.Fatal(err)
	}
	stagetest.WantStatus(t, k.deploy(k.yaml(`{apiVersion: v1, kind: ConfigMap, metadata: {name: c, annotations: {strategy.spinnaker.io/versioned: "false"}}, data: {a: "3"}}`)), model.Succeeded)
	if got, _ := json.Marshal(k.live("configMap c").Manifest["data"]); string(got) != `{"a":"3"}` {
		t.Errorf("the data is %s: what is no longer in the manifest is still there", got)
	}
}
