package manifest_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage/manifest"
	"github.com/gennaker/gennaker/internal/stage/stagetest"
)

var pruning = map[string]any{"prune": true, "inventory": "all"}

// there tells whether the namespace has an object.
func (k *kube) there(name string) bool {
	k.t.Helper()
	_, err := k.provider.Manifest(context.Background(), account, k.namespace, name, false)
	return err == nil
}

func (k *kube) wantThere(want bool, names ...string) {
	k.t.Helper()
	for _, name := range names {
		if k.there(name) != want {
			k.t.Errorf("%s is there: %v, want %v", name, !want, want)
		}
	}
}

// annotateLive sets an annotation of a live object, as a person does.
func (k *kube) annotateLive(resource, name, key, value string) {
	k.t.Helper()
	_, err := k.Client.CoreV1().RESTClient().Patch(types.MergePatchType).Namespace(k.namespace).Resource(resource).Name(name).
		Param("fieldManager", "person").Body([]byte(`{"metadata":{"annotations":{"` + key + `":"` + value + `"}}}`)).DoRaw(context.Background())
	if err != nil {
		k.t.Fatal(err)
	}
}

func pruned(s *model.Stage) []string {
	var out []string
	for _, p := range model.Objects(s.Context, "prunedManifests") {
		out = append(out, model.String(p, "manifestName"))
	}
	return out
}

const service = `{apiVersion: v1, kind: Service, metadata: {name: NAME}, spec: {selector: {app: NAME}, ports: [{port: 80}]}}`

func TestPrune(t *testing.T) {
	t.Parallel()
	k := newKube(t)
	services := func(names ...string) []any {
		var out []any
		for _, name := range names {
			out = append(out, k.yaml(service, "NAME", name)...)
		}
		return out
	}
	// What was there before, and what another stage deploys, is nobody's to prune.
	stagetest.WantStatus(t, k.deploy(services("foreign", "other")), model.Succeeded)
	stagetest.WantStatus(t, k.deploy(services("other"), map[string]any{"prune": true, "inventory": "another"}), model.Succeeded)

	first := k.deploy(services("a", "b", "kept", "taken", "anew"), pruning)
	stagetest.WantStatus(t, first, model.Succeeded)
	if got := model.Strings(model.Object(first.Outputs, "outputs.manifestNamesByNamespace"), k.namespace); len(got) != 5 {
		t.Errorf("the outputs name %v", got)
	}
	k.annotateLive("services", "kept", "gennaker.io/prune", "false")
	// Another deployment takes one over, and a person makes one anew with all its annotations.
	stagetest.WantStatus(t, k.deploy(services("taken"), map[string]any{"prune": true, "inventory": "taker"}), model.Succeeded)
	k.recreateByHand("anew")

	_, p := k.plan(services("b"), pruning)
	if p.Summary["prune"] != 1 || change(t, p, "service a").Action != manifest.Prune || change(t, p, "service kept").Action != manifest.Keep {
		t.Errorf("the plan is %s", p.Text)
	}
	k.wantThere(true, "service a")

	second := k.deploy(services("b"), pruning)
	stagetest.WantStatus(t, second, model.Succeeded)
	if got := pruned(second); !slices.Equal(got, []string{"service a"}) {
		t.Errorf("pruned %v", got)
	}
	k.wantThere(false, "service a")
	k.wantThere(true, "service b", "service kept", "service taken", "service anew", "service foreign", "service other")
	warnings := strings.Join(model.Strings(second.Context, "warnings"), "\n")
	for _, want := range []string{`service kept is kept though it has left the manifests: its annotation gennaker.io/prune is "false"`, "service taken is kept", "service anew is kept"} {
		if !strings.Contains(warnings, want) {
			t.Errorf("the warnings do not say %q: %s", want, warnings)
		}
	}

	// Kept ones are remembered, and go once they may.
	k.annotateLive("services", "kept", "gennaker.io/prune", "true")
	third := k.deploy(services("b"), pruning)
	stagetest.WantStatus(t, third, model.Succeeded)
	if got := pruned(third); !slices.Equal(got, []string{"service kept"}) {
		t.Errorf("pruned %v", got)
	}
	// Nothing is left to do.
	if got := pruned(k.deploy(services("b"), pruning)); len(got) != 0 {
		t.Errorf("pruned %v", got)
	}
}

// recreateByHand deletes a service and makes it anew as it was, with its
// annotations.
func (k *kube) recreateByHand(name string) {
	k.t.Helper()
	ctx, client := context.Background(), k.Client.CoreV1().Services(k.namespace)
	s, err := client.Get(ctx, name, metav1.GetOptions{})
	if err != nil {
		k.t.Fatal(err)
	}
	if err := client.Delete(ctx, name, metav1.DeleteOptions{}); err != nil {
		k.t.Fatal(err)
	}
	s.ResourceVersion, s.UID, s.ManagedFields, s.Spec.ClusterIP, s.Spec.ClusterIPs = "", "", nil, "", nil
	if _, err := client.Create(ctx, s, metav1.CreateOptions{FieldManager: "person"}); err != nil {
		k.t.Fatal(err)
	}
}

const withSettings = `
{apiVersion: v1, kind: ConfigMap, metadata: {name: settings}, data: {colour: COLOUR}}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: unused}, data: {colour: COLOUR}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  revisionHistoryLimit: 1
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: web, envFrom: [{configMapRef: {name: settings}}]}]}
`

// Versions that a rollout may be taken back to stay; others go.
func TestPruneVersions(t *testing.T) {
	t.Parallel()
	k := newKube(t)
	for _, colour := range []string{"red", "green", "blue"} {
		stagetest.WantStatus(t, k.deploy(k.yaml(withSettings, "COLOUR", colour), pruning), model.Succeeded)
	}
	k.wantThere(false, "configMap unused-v000", "configMap unused-v001")
	k.wantThere(true, "configMap settings-v001", "configMap settings-v002", "configMap unused-v002")
	stagetest.WantStatus(t, k.deploy(k.yaml(withSettings, "COLOUR", "white"), pruning), model.Succeeded)
	stagetest.WantStatus(t, k.deploy(k.yaml(withSettings, "COLOUR", "white"), pruning), model.Succeeded)
	k.wantThere(false, "configMap settings-v000", "configMap settings-v001")
	k.wantThere(true, "configMap settings-v002", "configMap settings-v003")

	// A workload that goes does not keep what only it uses.
	last := k.deploy(k.yaml(service, "NAME", "web"), pruning)
	stagetest.WantStatus(t, last, model.Succeeded)
	k.wantThere(false, "deployment web", "configMap settings-v002", "configMap settings-v003", "configMap unused-v003")
	if got := pruned(last); len(got) == 0 || got[0] != "deployment web" {
		t.Errorf("pruned in the order %v", got)
	}
}

// The versions of ReplicaSets are their strategy's.
func TestPruneLeavesServerGroups(t *testing.T) {
	t.Parallel()
	k := newKube(t)
	stagetest.WantStatus(t, k.deploy(k.yaml(replicaSet), pruning), model.Succeeded)
	s := k.deploy(k.yaml(replicaSet), pruning)
	stagetest.WantStatus(t, s, model.Succeeded)
	k.wantThere(true, "replicaSet web-v000", "replicaSet web-v001")
}

// Nothing is pruned by a deployment that does not succeed, and nothing is
// forgotten by it.
func TestPruneAfterFailure(t *testing.T) {
	t.Parallel()
	k := newKube(t)
	k.options.Grace = 0
	stagetest.WantStatus(t, k.deploy(k.yaml(service, "NAME", "old"), pruning), model.Succeeded)
	failing := append(k.behaving("behavior", "crash-loop"), k.yaml(service, "NAME", "new")...)
	stagetest.WantStatus(t, k.deploy(failing, pruning, map[string]any{"failFastAfterSeconds": 1}), model.Terminal)
	k.wantThere(true, "service old", "deployment web")
	s := k.deploy(k.yaml(service, "NAME", "good"), pruning)
	stagetest.WantStatus(t, s, model.Succeeded)
	k.wantThere(false, "service old", "service new", "deployment web")
	k.wantThere(true, "service good")
}

// What holds other things goes only where it says so itself.
func TestPruneGuards(t *testing.T) {
	t.Parallel()
	k := newKube(t)
	space := k.namespace + "-extra"
	guarded := k.yaml(`
{apiVersion: v1, kind: Namespace, metadata: {name: SPACE}}
---
{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: data}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}
`, "SPACE", space)
	t.Cleanup(func() {
		_ = k.Client.CoreV1().Namespaces().Delete(context.Background(), space, metav1.DeleteOptions{})
	})
	stagetest.WantStatus(t, k.deploy(guarded, pruning), model.Succeeded)
	s := k.deploy(k.yaml(service, "NAME", "web"), pruning)
	stagetest.WantStatus(t, s, model.Succeeded)
	if got := pruned(s); len(got) != 0 {
		t.Errorf("pruned %v", got)
	}
	if warnings := strings.Join(model.Strings(s.Context, "warnings"), "\n"); strings.Count(warnings, `only if its annotation gennaker.io/prune is "true"`) != 2 {
		t.Errorf("the warnings are %s", warnings)
	}
	k.wantThere(true, "persistentVolumeClaim data")
	k.annotateLive("persistentvolumeclaims", "data", "gennaker.io/prune", "true")
	stagetest.WantStatus(t, k.deploy(k.yaml(service, "NAME", "web"), pruning), model.Succeeded)
	k.wantThere(false, "persistentVolumeClaim data")
	if _, err := k.Client.CoreV1().Namespaces().Get(context.Background(), space, metav1.GetOptions{}); err != nil {
		t.Errorf("the namespace: %v", err)
	}
}

// A lost inventory means that nothing is pruned, not that anything is.
func TestPruneWithoutInventory(t *testing.T) {
	t.Parallel()
	k := newKube(t)
	stagetest.WantStatus(t, k.deploy(k.yaml(service, "NAME", "a"), pruning), model.Succeeded)
	err := k.Client.CoreV1().ConfigMaps(k.namespace).DeleteCollection(context.Background(), metav1.DeleteOptions{}, metav1.ListOptions{LabelSelector: "gennaker.io/inventory"})
	if err != nil {
		t.Fatal(err)
	}
	stagetest.WantStatus(t, k.deploy(k.yaml(service, "NAME", "b"), pruning), model.Succeeded)
	k.wantThere(true, "service a", "service b")
	stagetest.WantStatus(t, k.deploy(k.yaml(service, "NAME", "c"), pruning), model.Succeeded)
	k.wantThere(true, "service a", "service c")
	k.wantThere(false, "service b")
}

// Without a name of its own, the inventory is that of the stage's place, and
// another namespace's is another.
func TestPruneByStage(t *testing.T) {
	t.Parallel()
	k := newKube(t)
	stagetest.WantFailure(t, k.deploy(k.yaml(service, "NAME", "a"), map[string]any{"prune": true}), "inventory: is missing")
	stagetest.WantFailure(t, k.deploy(k.yaml(service, "NAME", "a"), pruning, map[string]any{"labelSelectors": map[string]any{
		"selectors": []any{map[string]any{"kind": "EXISTS", "key": "x"}},
	}}), "prune: can't be used with labelSelectors")
	inPipeline := func(pipeline, name string, fields map[string]any) *model.Stage {
		r := k.start("deployManifest", k.deployment(k.yaml(service, "NAME", name), map[string]any{"prune": true}, fields))
		r.execution.PipelineConfigID = pipeline
		r.finish()
		stagetest.WantStatus(t, r.stage, model.Succeeded)
		return r.stage
	}
	inPipeline("p1-"+k.namespace, "a", nil)
	inPipeline("p2-"+k.namespace, "b", nil)
	other := k.Cluster.Namespace(t)
	inPipeline("p1-"+k.namespace, "c", map[string]any{"namespaceOverride": other})
	k.wantThere(true, "service a", "service b")
	inPipeline("p1-"+k.namespace, "d", nil)
	k.wantThere(false, "service a")
	k.wantThere(true, "service b", "service d")
	if _, err := k.Client.CoreV1().Services(other).Get(context.Background(), "c", metav1.GetOptions{}); apierrors.IsNotFound(err) {
		t.Error("the other namespace's service is gone")
	}
}

// A process that is killed while it prunes goes on where it was.
func TestPruneIsDoneOnce(t *testing.T) {
	t.Parallel()
	k := newKube(t)
	stagetest.WantStatus(t, k.deploy(append(k.yaml(service, "NAME", "a"), k.yaml(service, "NAME", "b")...), pruning), model.Succeeded)
	k.killedAt("deployManifest", "monitorPrune", k.deployment(k.yaml(service, "NAME", "c"), pruning))
	k.wantThere(false, "service a", "service b")
	k.wantThere(true, "service c")
	stagetest.WantStatus(t, k.deploy(k.yaml(service, "NAME", "d"), pruning), model.Succeeded)
	k.wantThere(false, "service c")
}
