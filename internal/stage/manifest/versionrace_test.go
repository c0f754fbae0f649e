package manifest_test

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/gennaker/gennaker/internal/cloud/kubernetes"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage/stagetest"
)

const (
	atOnce = 8
	rounds = 2
)

// custom defines a kind of the test's own, and has its objects be versions.
func (k *kube) custom() kubernetes.CustomResource {
	k.t.Helper()
	group := "x" + strings.ReplaceAll(k.namespace[len(k.namespace)-5:], "-", "") + ".example.com"
	s := k.deploy(k.yaml(`
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: gadgets.GROUP}
spec:
  group: GROUP
  scope: Namespaced
  names: {kind: Gadget, plural: gadgets}
  versions:
  - name: v1
    served: true
    storage: true
    schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, x-kubernetes-preserve-unknown-fields: true}}}}
`, "GROUP", group))
	stagetest.WantStatus(k.t, s, model.Succeeded)
	t := k.t
	t.Cleanup(func() {
		k.t = t
		k.run("deleteManifest", map[string]any{"location": "_", "manifestName": "customResourceDefinition gadgets." + group})
	})
	return kubernetes.CustomResource{KubernetesKind: "Gadget." + group, Versioned: true}
}

// processes are providers that know nothing of one another, as those of
// several processes do.
func (k *kube) processes(n int, custom ...kubernetes.CustomResource) []*kubernetes.Provider {
	k.t.Helper()
	out := make([]*kubernetes.Provider, n)
	for i := range out {
		var err error
		out[i], err = kubernetes.New([]kubernetes.AccountConfig{{Name: account, KubeconfigFile: k.Kubeconfig, CustomResources: custom}}, kubernetes.Options{})
		if err != nil {
			k.t.Fatal(err)
		}
	}
	return out
}

// Deployments at the same time, in several processes, each get a version of
// their own, with their own content, and what they deploy beside it uses it.
func TestVersionsAtOnce(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ kind, text, content string }{
		"config map":  {"configMap", `{apiVersion: v1, kind: ConfigMap, metadata: {name: race}, data: {who: "WHO"}}`, "data.who"},
		"secret":      {"secret", `{apiVersion: v1, kind: Secret, metadata: {name: race, labels: {who: "WHO"}}, stringData: {who: "WHO"}}`, "metadata.labels.who"},
		"replica set": {"replicaSet", strings.NewReplacer("name: web}", "name: race, labels: {who: \"WHO\"}}", "replicas: 1", "replicas: 0").Replace(replicaSet), "metadata.labels.who"},
		"pod":         {"pod", `{apiVersion: v1, kind: Pod, metadata: {name: race}, spec: {terminationGracePeriodSeconds: 0, containers: [{name: c, image: "web:WHO"}]}}`, "spec.containers.image"},
		"custom":      {"Gadget", `{apiVersion: GROUP/v1, kind: Gadget, metadata: {name: race}, spec: {who: "WHO"}}`, "spec.who"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := newKube(t)
			custom, group := []kubernetes.CustomResource(nil), ""
			if test.kind == "Gadget" {
				custom = append(custom, k.custom())
				test.kind = custom[0].KubernetesKind
				_, group, _ = strings.Cut(test.kind, ".")
			}
			providers := k.processes(2, custom...)
			seen := map[string]string{}
			for round := range rounds {
				var mu sync.Mutex
				var running sync.WaitGroup
				for i := range atOnce {
					who := fmt.Sprintf("r%d-%d", round, i)
					one := *k
					one.provider = providers[i%2]
					manifests := one.yaml(test.text, "WHO", who, "GROUP", group, "BEHAVIOR", "ready")
					running.Go(func() {
						s := one.deploy(manifests)
						stagetest.WantStatus(t, s, model.Succeeded)
						mu.Lock()
						defer mu.Unlock()
						for _, reference := range created(s) {
							if other, taken := seen[reference]; taken {
								t.Errorf("%s and %s both deployed %s", who, other, reference)
							}
							seen[reference] = who
						}
					})
				}
				running.Wait()
			}
			if len(seen) != atOnce*rounds {
				t.Errorf("%d versions were deployed, want %d", len(seen), atOnce*rounds)
			}
			k.provider = providers[0]
			for reference, who := range seen {
				live := k.live(test.kind + " " + reference).Manifest
				if got := contentAt(live, test.content); strings.TrimPrefix(got, "web:") != who {
					t.Errorf("%s has the content of %s, want %s", reference, got, who)
				}
				number, err := strconv.Atoi(strings.TrimPrefix(reference, "race-v"))
				annotations := model.Object(model.Object(live, "metadata"), "annotations")
				if err != nil || annotations["artifact.spinnaker.io/version"] != fmt.Sprintf("v%03d", number) ||
					annotations["moniker.spinnaker.io/sequence"] != strconv.Itoa(number) || annotations["artifact.spinnaker.io/name"] != "race" ||
					dig(live, "metadata", "labels", "moniker.spinnaker.io/sequence") != strconv.Itoa(number) {
					t.Errorf("%s says of itself: %v", reference, live["metadata"])
				}
			}
		})
	}
}

// contentAt reads a text of an object; of a list it is that of the first.
func contentAt(object map[string]any, path string) string {
	var value any = object
	for key := range strings.SplitSeq(path, ".") {
		if list, ok := value.([]any); ok && len(list) > 0 {
			value = list[0]
		}
		value = dig(map[string]any{"v": value}, "v", key)
	}
	return fmt.Sprint(value)
}

// What is deployed with a version refers to the one that was really deployed,
// wherever it does so.
func TestVersionsAtOnceAreBound(t *testing.T) {
	t.Parallel()
	k := newKube(t)
	providers := k.processes(2)
	const text = `
{apiVersion: v1, kind: ConfigMap, metadata: {name: shared}, data: {who: "WHO"}}
---
{apiVersion: v1, kind: Secret, metadata: {name: keys, labels: {who: "WHO"}}, stringData: {who: "WHO"}}
---
apiVersion: apps/v1
kind: ReplicaSet
metadata: {name: web, labels: {who: "WHO"}}
spec:
  replicas: 0
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers: [{name: c, image: web, envFrom: [{configMapRef: {name: shared}}], env: [{name: A, valueFrom: {secretKeyRef: {name: keys, key: who}}}]}]
      volumes: [{name: v, configMap: {name: shared}}, {name: p, projected: {sources: [{secret: {name: keys}}]}}]
`
	var group sync.WaitGroup
	stages := make([]*model.Stage, atOnce)
	for i := range atOnce {
		one := *k
		one.provider = providers[i%2]
		manifests := one.yaml(text, "WHO", fmt.Sprint("w", i))
		group.Go(func() { stages[i] = one.deploy(manifests, map[string]any{"prune": i == 0, "inventory": "race"}) })
	}
	group.Wait()
	for i, s := range stages {
		stagetest.WantStatus(t, s, model.Succeeded)
		names := created(s)
		if len(names) != 3 {
			t.Fatalf("stage %d deployed %v", i, names)
		}
		bound := map[string]bool{}
		for _, a := range model.Objects(s.Outputs, "outputs.boundArtifacts") {
			bound[model.String(a, "reference")] = true
		}
		set := k.live("replicaSet " + names[2]).Manifest
		spec := dig(set, "spec", "template", "spec").(map[string]any)
		text := fmt.Sprint(spec)
		for _, name := range names[:2] {
			if !bound[name] || strings.Count(text, name) != 2 {
				t.Errorf("stage %d deployed %v, bound %v, and its pods use %v", i, names, bound, spec)
			}
		}
		who := fmt.Sprint("w", i)
		if dig(set, "metadata", "labels", "who") != who || dig(k.live("configMap "+names[0]).Manifest, "data", "who") != who ||
			dig(k.live("secret "+names[1]).Manifest, "metadata", "labels", "who") != who {
			t.Errorf("stage %d deployed %v, which hold the content of another", i, names)
		}
		if i == 0 {
			k.wantRemembered("race", names)
		}
	}
}

// wantRemembered checks that an inventory has these names, and no version that
// another deployment took.
func (k *kube) wantRemembered(name string, names []string) {
	k.t.Helper()
	list, err := k.Client.CoreV1().ConfigMaps(k.namespace).List(context.Background(), metav1.ListOptions{LabelSelector: "gennaker.io/inventory"})
	if err != nil || len(list.Items) != 1 {
		k.t.Fatalf("the inventories of %s are %v %v", name, list, err)
	}
	text := list.Items[0].Data["objects"]
	for _, n := range names {
		if !strings.Contains(text, `"`+n+`"`) {
			k.t.Errorf("the inventory lacks %s: %s", n, text)
		}
	}
	if strings.Count(text, `"name"`) != len(names) {
		k.t.Errorf("the inventory has more than %v: %s", names, text)
	}
}

// Deployments of the same content at the same time share a version, as they do
// one after the other.
func TestSameContentAtOnce(t *testing.T) {
	t.Parallel()
	k := newKube(t)
	providers := k.processes(2)
	var group sync.WaitGroup
	stages := make([]*model.Stage, atOnce)
	for i := range atOnce {
		one := *k
		one.provider = providers[i%2]
		manifests := one.file("settings.yaml", "COLOR", "red")
		group.Go(func() { stages[i] = one.deploy(manifests) })
	}
	group.Wait()
	for _, s := range stages {
		stagetest.WantStatus(t, s, model.Succeeded)
		if got := created(s); len(got) != 1 || got[0] != "settings-v000" {
			t.Errorf("deployed %v, want settings-v000", got)
		}
	}
}

// A process that dies after it has deployed a version other than the planned
// one deploys no second version.
func TestTakenVersionIsDeployedOnce(t *testing.T) {
	t.Parallel()
	k := newKube(t)
	r := k.start("deployManifest", k.deployment(append(k.file("settings.yaml", "COLOR", "mine"), k.yaml(replicaSet)...)))
	for r.tasks[r.next].Name != "monitorDeploy" {
		r.task(time.Now().Add(time.Minute))
	}
	stagetest.WantStatus(t, k.deploy(append(k.file("settings.yaml", "COLOR", "theirs"), k.yaml(replicaSet)...)), model.Succeeded)
	task, record := r.kind.Tasks[r.tasks[r.next].Class], &model.Task{Name: "monitorDeploy"}
	for range 20 {
		before, remembered := *r.stage, r.state
		status := r.once(task, record)
		*r.stage, r.state = before, remembered
		if again := r.once(task, record); again != status {
			t.Fatalf("the task is %s, and %s when run again", status, again)
		}
		if status != model.Running {
			break
		}
	}
	r.next++
	r.finish()
	stagetest.WantStatus(t, r.stage, model.Succeeded)
	if got := created(r.stage); !slices.Equal(got, []string{"settings-v001", "web-v001"}) {
		t.Errorf("deployed %v", got)
	}
	for _, kindName := range []string{"configMap settings", "replicaSet web"} {
		k.wantThere(true, kindName+"-v000", kindName+"-v001")
		k.wantThere(false, kindName+"-v002")
	}
}

// A manifest that was copied from a cluster, with all of its annotations, gets
// versions of its own name, and is taken for nothing else.
func TestCopiedAnnotations(t *testing.T) {
	t.Parallel()
	k := newKube(t)
	deployTo := func(manifests []any, want string) {
		t.Helper()
		s := k.deploy(manifests)
		stagetest.WantStatus(t, s, model.Succeeded)
		if got := created(s); len(got) != 1 || got[0] != want {
			t.Errorf("deployed %v, want %s", got, want)
		}
	}
	origin := func(color string) []any {
		return k.yaml(`{apiVersion: v1, kind: ConfigMap, metadata: {name: origin}, data: {color: COLOR}}`, "COLOR", color)
	}
	deployTo(origin("red"), "origin-v000")
	copied := func(name, color string) []any {
		live := k.live("configMap origin-v000").Manifest
		md := model.Object(live, "metadata")
		md["name"] = name
		annotations := model.Object(md, "annotations")
		annotations["strategy.spinnaker.io/max-version-history"] = "2"
		annotations["kubectl.kubernetes.io/last-applied-configuration"] = `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"origin"},"data":{"color":"red"}}`
		live["data"] = map[string]any{"color": color}
		return []any{live}
	}
	deployTo(copied("copy", "red"), "copy-v000")
	deployTo(copied("copy", "green"), "copy-v001")
	deployTo(copied("copy", "green"), "copy-v001")
	deployTo(copied("copy", "blue"), "copy-v002")
	deployTo(origin("green"), "origin-v001")
	k.wantThere(true, "configMap origin-v000", "configMap origin-v001", "configMap copy-v001", "configMap copy-v002")
	k.wantThere(false, "configMap copy-v000")
	if got := dig(k.live("configMap copy-v002").Manifest, "metadata", "annotations", "kubectl.kubernetes.io/last-applied-configuration"); got != nil {
		t.Errorf("the copied annotation of kubectl is deployed: %v", got)
	}
}

// A name that something else has is no version, and is left alone.
func TestForeignVersionName(t *testing.T) {
	t.Parallel()
	k := newKube(t)
	_, err := k.Client.CoreV1().ConfigMaps(k.namespace).Create(context.Background(), &corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{Name: "settings-v000"}, Data: map[string]string{"color": "foreign"},
	}, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	s := k.deploy(k.file("settings.yaml", "COLOR", "red"))
	stagetest.WantStatus(t, s, model.Succeeded)
	if got := created(s); got[0] != "settings-v001" {
		t.Errorf("deployed %v, want settings-v001", got)
	}
	if got := dig(k.live("configMap settings-v000").Manifest, "data", "color"); got != "foreign" {
		t.Errorf("the foreign object holds %v", got)
	}
}

// Two manifests of one name in a stage are two versions.
func TestVersionsOfOneStage(t *testing.T) {
	t.Parallel()
	k := newKube(t)
	s := k.deploy(append(k.file("settings.yaml", "COLOR", "red"), append(k.file("settings.yaml", "COLOR", "green"), k.file("settings.yaml", "COLOR", "red")...)...))
	stagetest.WantStatus(t, s, model.Succeeded)
	if got := created(s); !slices.Equal(got, []string{"settings-v000", "settings-v001", "settings-v000"}) {
		t.Errorf("deployed %v", got)
	}
}
