package manifest_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
	"github.com/gennaker/gennaker/internal/stage/manifest"
	"github.com/gennaker/gennaker/internal/stage/stagetest"
)

// behaving is the deployment of testdata with a behavior of the sandbox, and
// without its config map.
func (k *kube) behaving(annotation, value string) []any {
	k.t.Helper()
	list := k.file("deployment.yaml", "SANDBOX", "sandbox.gennaker.io/"+annotation, "VALUE", value, "envFrom: [{configMapRef: {name: settings}}]", "")
	return list
}

// messages are what the stage says it waits for, each different one once.
func (r *running) messages() []string {
	var out []string
	seen := map[string]bool{}
	r.looked = func(_ string, s *model.Stage) {
		for _, m := range model.Strings(s.Context, "messages") {
			if !seen[m] {
				seen[m] = true
				out = append(out, m)
			}
		}
	}
	r.finish()
	return out
}

func TestCrashLoop(t *testing.T) {
	t.Parallel()
	k := newKube(t)
	r := k.start("deployManifest", k.deployment(k.behaving("behavior", "crash-loop")))
	messages := r.messages()
	stagetest.WantFailure(t, r.stage, "'deployment web' in '"+k.namespace+"' for account test", `container "web" of pod "web-`, "CrashLoopBackOff", "exit code 1", "simulated failure", "restarted", "and 1 more pod")
	if text := strings.Join(messages, "\n"); !strings.Contains(text, "CrashLoopBackOff") || !strings.Contains(text, "Waiting for") {
		t.Errorf("it did not say what it waited for: %s", text)
	}
	if got := model.Objects(r.stage.Context, "failedManifests"); len(got) != 1 || got[0]["manifestName"] != "deployment web" {
		t.Errorf("failedManifests is %v", got)
	}
}

// TestWaitingFor: a stage tells early, and without a word in its context, which of its
// objects don't come up and why; objects that are only starting aren't among them.
func TestWaitingFor(t *testing.T) {
	t.Parallel()
	k := newKube(t)
	slow := k.yaml(`{apiVersion: apps/v1, kind: Deployment, metadata: {name: slow, namespace: NAMESPACE}, spec: {replicas: 1, selector: {matchLabels: {app: slow}},
		template: {metadata: {labels: {app: slow}, annotations: {sandbox.gennaker.io/start-delay: 5s}}, spec: {containers: [{name: slow, image: registry.example.com/slow:1}]}}}}`)
	r := k.start("deployManifest", k.deployment(append(slow, k.behaving("behavior", "image-pull-error")...)))
	var found []manifest.Waiting
	r.looked = func(string, *model.Stage) {
		waiting, err := manifest.WaitingFor(r.state)
		if err != nil {
			t.Fatal(err)
		}
		if found == nil && len(waiting) > 0 {
			found = waiting
		}
	}
	r.finish()
	if len(found) != 1 || found[0].Name != "deployment web" || found[0].Location != k.namespace || found[0].Account != account {
		t.Fatalf("it waits for %+v", found)
	}
	if !slices.Contains([]string{"ErrImagePull", "ImagePullBackOff"}, found[0].Reason) || !strings.Contains(found[0].Message, "can't get its image") {
		t.Errorf("it waits for %+v", found[0])
	}
	for key := range r.stage.Context {
		if strings.Contains(strings.ToLower(key), "waiting") {
			t.Errorf("the context has %s", key)
		}
	}
}

// TestWhatWorkedIsNoted: a stage fails as a whole, and remembers which of its objects
// have become what they were to be.
func TestWhatWorkedIsNoted(t *testing.T) {
	t.Parallel()
	k := newKube(t)
	good := k.yaml(`{apiVersion: apps/v1, kind: Deployment, metadata: {name: good, namespace: NAMESPACE}, spec: {replicas: 1, selector: {matchLabels: {app: good}},
		template: {metadata: {labels: {app: good}}, spec: {containers: [{name: good, image: registry.example.com/good:1}]}}}}`)
	r := k.start("deployManifest", k.deployment(append(good, k.behaving("behavior", "crash-loop")...)))
	r.finish()
	if r.stage.Status != model.Terminal {
		t.Fatalf("the stage is %s", r.stage.Status)
	}
	brought, err := manifest.BroughtBy(r.state)
	if err != nil {
		t.Fatal(err)
	}
	stable := map[string]bool{}
	for _, b := range brought {
		stable[b.Name] = b.Stable
	}
	if !stable["deployment good"] || stable["deployment web"] || len(stable) < 2 {
		t.Errorf("what is noted as stable: %v", stable)
	}
}

func TestImagePull(t *testing.T) {
	t.Parallel()
	k := newKube(t)
	s := k.deploy(k.behaving("behavior", "image-pull-error"))
	stagetest.WantFailure(t, s, `container "web" of pod "web-`, `can't get its image "registry.example.com/web:1"`, "ErrImagePull")
}

// quota makes the quota few, and waits until the API server heeds it: at first it
// may not know of it, and lets everything in.
func (k *kube) quota(hard corev1.ResourceList) {
	k.t.Helper()
	hard["secrets"] = resource.MustParse("0")
	core, ctx := k.Client.CoreV1(), k.t.Context()
	if _, err := core.ResourceQuotas(k.namespace).Create(ctx, &corev1.ResourceQuota{
		ObjectMeta: metav1.ObjectMeta{Name: "few"}, Spec: corev1.ResourceQuotaSpec{Hard: hard},
	}, metav1.CreateOptions{}); err != nil {
		k.t.Fatal(err)
	}
	probe := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Name: "probe"}}
	deadline := time.After(30 * time.Second)
	for {
		_, err := core.Secrets(k.namespace).Create(ctx, probe, metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}})
		if err != nil && strings.Contains(err.Error(), "exceeded quota: few") {
			return
		}
		select {
		case <-deadline:
			k.t.Fatalf("the quota is not heeded: %v", err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func TestQuota(t *testing.T) {
	t.Parallel()
	k := newKube(t)
	k.quota(corev1.ResourceList{"pods": resource.MustParse("1")})
	stagetest.WantFailure(t, k.deploy(k.behaving("start-delay", "0s")), "pods can't be created", "exceeded quota: few")

	stateful := k.yaml(`
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  replicas: 2
  serviceName: db
  selector: {matchLabels: {app: db}}
  template: {metadata: {labels: {app: db}}, spec: {containers: [{name: db, image: db}]}}
`)
	stagetest.WantFailure(t, k.deploy(stateful), "'statefulSet db'", "pods can't be created", "exceeded quota: few")
}

func TestRecovery(t *testing.T) {
	t.Parallel()
	k := newKube(t)
	k.options.Grace = 20 * time.Second
	r := k.start("deployManifest", k.deployment(k.behaving("behavior", "image-pull-error")))
	mended := false
	r.looked = func(task string, s *model.Stage) {
		if mended || !strings.Contains(strings.Join(model.Strings(s.Context, "messages"), ""), "can't get its image") {
			return
		}
		mended = true
		patch := []byte(`{"spec":{"template":{"metadata":{"annotations":{"sandbox.gennaker.io/behavior":"none"}}}}}`)
		if _, err := k.Client.AppsV1().Deployments(k.namespace).Patch(context.Background(), "web", "application/merge-patch+json", patch, metav1.PatchOptions{}); err != nil {
			t.Error(err)
		}
	}
	r.finish()
	stagetest.WantStatus(t, r.stage, model.Succeeded)
	if !mended {
		t.Error("the trouble was never told")
	}
}

func TestNeverReadyTimesOut(t *testing.T) {
	t.Parallel()
	k := newKube(t)
	r := k.start("deployManifest", k.deployment(k.behaving("behavior", "never-ready"), map[string]any{"stableManifestTimeoutMinutes": 1}))
	seen := make(chan struct{})
	r.looked = func(_ string, s *model.Stage) {
		if strings.Contains(strings.Join(model.Strings(s.Context, "messages"), ""), "Readiness probe failed") {
			select {
			case <-seen:
			default:
				close(seen)
			}
		}
	}
	for r.tasks[r.next].Name != "waitForManifestToStabilize" {
		r.task(time.Now().Add(time.Minute))
	}
	task := r.kind.Tasks[r.tasks[r.next].Class]
	timing, ok := task.(stage.TimingOut)
	if !ok {
		t.Fatal("the task has no timeout")
	}
	if limit, overridable := timing.Timeout(r.input(&model.Task{})); limit != time.Minute || !overridable {
		t.Errorf("the limit is %s, overridable %v", limit, overridable)
	}
	record := &model.Task{Name: "waitForManifestToStabilize", StartTime: model.Millis(time.Now())}
	deadline := time.Now().Add(30 * time.Second)
	for done := false; !done; {
		if r.once(task, record) != model.Running {
			t.Fatal("a pod that is never ready does not keep the stage waiting")
		}
		r.looked("", r.stage)
		select {
		case <-seen:
			done = true
		case <-time.After(200 * time.Millisecond):
			if time.Now().After(deadline) {
				t.Fatalf("the readiness is not told: %v", r.stage.Context["messages"])
			}
		}
	}
	handler, ok := task.(stage.TimeoutHandler)
	if !ok {
		t.Fatal("the task does not explain its timeout")
	}
	result := handler.OnTimeout(context.Background(), r.input(record))
	text := strings.Join(model.Strings(model.Object(model.Object(result.Context, "exception"), "details"), "errors"), "\n")
	for _, want := range []string{"were not stable after 1m0s", `container "web" of pod "web-`, "runs but is not ready", "Readiness probe failed"} {
		if !strings.Contains(text, want) {
			t.Errorf("the timeout does not say %q: %s", want, text)
		}
	}
}

func TestProgressDeadline(t *testing.T) {
	t.Parallel()
	k := newKube(t)
	k.options.Grace = time.Hour
	list := k.behaving("behavior", "never-ready")
	list[0].(map[string]any)["spec"].(map[string]any)["progressDeadlineSeconds"] = 2
	stagetest.WantFailure(t, k.deploy(list), "Deployment exceeded its progress deadline", `container "web" of pod "web-`, "not ready")
}

func TestRolloutKeepsOldPods(t *testing.T) {
	t.Parallel()
	k := newKube(t)
	stagetest.WantStatus(t, k.deploy(k.behaving("start-delay", "0s")), model.Succeeded)
	stagetest.WantFailure(t, k.deploy(k.behaving("behavior", "crash-loop")), "CrashLoopBackOff")
	live := k.live("deployment web")
	if !live.Status.Available.State {
		t.Errorf("the old pods are gone: %+v", live.Status)
	}
	// Back to what worked: the stage is stable again.
	s := k.run("undoRolloutManifest", map[string]any{"location": k.namespace, "manifestName": "deployment web", "numRevisionsBack": 1})
	stagetest.WantStatus(t, s, model.Succeeded)
	if got := dig(k.live("deployment web").Manifest, "spec", "template", "metadata", "annotations", "sandbox.gennaker.io/behavior"); got != nil {
		t.Errorf("the template still has the behavior %v", got)
	}
}

func TestDefinitionAndResource(t *testing.T) {
	t.Parallel()
	k := newKube(t)
	group := "x" + strings.ReplaceAll(k.namespace[len(k.namespace)-5:], "-", "") + ".example.com"
	s := k.deploy(k.yaml(`
apiVersion: GROUP/v1
kind: Gadget
metadata: {name: one}
spec: {size: 3}
---
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
	t.Cleanup(func() {
		k.t = t
		done := k.run("deleteManifest", map[string]any{"location": "_", "manifestName": "customResourceDefinition gadgets." + group})
		stagetest.WantStatus(t, done, model.Succeeded)
	})
	stagetest.WantStatus(t, s, model.Succeeded)
	live := k.live("Gadget." + group + " one")
	if got := dig(live.Manifest, "metadata", "annotations", "moniker.spinnaker.io/cluster"); got != "Gadget."+group+" one" {
		t.Errorf("the gadget's cluster is %v", got)
	}
	if got := model.Strings(model.Object(s.Outputs, "outputs.manifestNamesByNamespace"), ""); len(got) != 1 {
		t.Errorf("objects without a namespace are %v", got)
	}
}

func TestServiceAndClaim(t *testing.T) {
	t.Parallel()
	k := newKube(t)
	service := `{apiVersion: v1, kind: Service, metadata: {name: web, annotations: {sandbox.gennaker.io/load-balancer: "HOW"}}, spec: {type: LoadBalancer, ports: [{port: 80}], selector: {app: web}}}`
	r := k.start("deployManifest", k.deployment(k.yaml(service, "HOW", "pending")))
	for r.tasks[r.next].Name != "waitForManifestToStabilize" {
		r.task(time.Now().Add(time.Minute))
	}
	if status := r.once(r.kind.Tasks[r.tasks[r.next].Class], &model.Task{}); status != model.Running {
		t.Errorf("a load balancer without an address is %s", status)
	}
	if text := strings.Join(model.Strings(r.stage.Context, "messages"), ""); !strings.Contains(text, "Waiting for the load balancer to get an address") {
		t.Errorf("it says %s", text)
	}
	stagetest.WantStatus(t, k.deploy(k.yaml(service, "HOW", "now")), model.Succeeded)

	stagetest.WantStatus(t, k.deploy(k.yaml(`
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
`)), model.Succeeded)
	stagetest.WantStatus(t, k.deploy(k.yaml(`
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: never, annotations: {gennaker.io/wait: "false", sandbox.gennaker.io/volume: pending}}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
`)), model.Succeeded)
}

func TestOtherWorkloads(t *testing.T) {
	t.Parallel()
	k := newKube(t)
	s := k.deploy(k.yaml(`
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  replicas: 2
  serviceName: db
  selector: {matchLabels: {app: db}}
  template: {metadata: {labels: {app: db}}, spec: {terminationGracePeriodSeconds: 0, containers: [{name: db, image: db}]}}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent}
spec:
  selector: {matchLabels: {app: agent}}
  template: {metadata: {labels: {app: agent}}, spec: {terminationGracePeriodSeconds: 0, containers: [{name: agent, image: agent}]}}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: nightly}
spec:
  schedule: "0 3 * * *"
  jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: job, image: job}]}}}}
---
apiVersion: v1
kind: Pod
metadata: {name: single}
spec: {terminationGracePeriodSeconds: 0, containers: [{name: single, image: single}]}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: db}
spec: {minAvailable: 1, selector: {matchLabels: {app: db}}}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web}
spec: {defaultBackend: {service: {name: web, port: {number: 80}}}}
`))
	stagetest.WantStatus(t, s, model.Succeeded)
	if got := model.Strings(model.Object(s.Outputs, "outputs.manifestNamesByNamespace"), k.namespace); strings.Join(got, ",") !=
		"ingress web,podDisruptionBudget db,statefulSet db,daemonSet agent,cronJob nightly,pod single-v000" {
		t.Errorf("the order is %v", got)
	}
}

func TestOptionsDefaults(t *testing.T) {
	t.Parallel()
	for _, kind := range manifest.Types(nil, manifest.Options{}) {
		if kind.Label == "" || kind.Description == "" || len(kind.Schema) == 0 || kind.Definition == nil {
			t.Errorf("type %s is not described", kind.Name)
		}
	}
}
