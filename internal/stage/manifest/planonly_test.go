package manifest_test

import (
	"context"
	"strings"
	"testing"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage/manifest"
	"github.com/gennaker/gennaker/internal/stage/stagetest"
)

// plan runs deployManifest that only plans, and gives what it would do.
func (k *kube) plan(manifests []any, fields ...map[string]any) (*model.Stage, manifest.Preview) {
	k.t.Helper()
	s := k.deploy(manifests, append(fields, map[string]any{"plan": true})...)
	return s, previewOf(k.t, s)
}

func previewOf(t *testing.T, s *model.Stage) manifest.Preview {
	t.Helper()
	var out manifest.Preview
	data, err := model.Marshal(s.Outputs["manifestPlan"])
	if err != nil {
		t.Fatal(err)
	}
	if err := model.Unmarshal(data, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// change finds what would become of an object.
func change(t *testing.T, p manifest.Preview, fullName string) manifest.Change {
	t.Helper()
	for _, c := range p.Changes {
		if c.FullName == fullName {
			return c
		}
	}
	t.Fatalf("the plan has no %s: %s", fullName, p.Text)
	return manifest.Change{}
}

const planned = `
---
{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {selector: {app: web}, ports: [{port: 80}]}}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: settings}, data: {colour: COLOUR, size: "1"}}
---
{apiVersion: v1, kind: Secret, metadata: {name: keys, annotations: {strategy.spinnaker.io/versioned: "false"}}, stringData: {password: PASSWORD, user: admin}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: REPLICAS
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: web, envFrom: [{configMapRef: {name: settings}}]}]}
---
apiVersion: batch/v1
kind: Job
metadata: {name: migrate, annotations: {strategy.spinnaker.io/recreate: "true"}}
spec: {template: {spec: {restartPolicy: Never, containers: [{name: migrate, image: migrate}]}}}
`

func TestPlan(t *testing.T) {
	t.Parallel()
	k := newKube(t)
	first := k.yaml(planned, "COLOUR", "red", "PASSWORD", "hunter2", "REPLICAS", "1")
	s, p := k.plan(first)
	stagetest.WantStatus(t, s, model.Succeeded)
	if p.Summary["create"] != 5 || !p.Different || len(p.Changes) != 5 {
		t.Errorf("the first plan is %v: %s", p.Summary, p.Text)
	}
	for _, word := range []string{"uid", "creationTimestamp", "hunter2", "terminationMessagePolicy", "clusterIP", "status:", "managedFields"} {
		if strings.Contains(p.Text, word) {
			t.Errorf("the plan shows %s: %s", word, p.Text)
		}
	}
	for _, word := range []string{"+  password: '***'", "+  name: settings-v000", "+        - configMapRef:"} {
		if !strings.Contains(p.Text, word) {
			t.Errorf("the plan does not show %q: %s", word, p.Text)
		}
	}
	if _, err := k.Client.CoreV1().Services(k.namespace).Get(context.Background(), "web", metav1.GetOptions{}); !apierrors.IsNotFound(err) {
		t.Errorf("planning made the service: %v", err)
	}

	stagetest.WantStatus(t, k.deploy(first), model.Succeeded)
	s, p = k.plan(first)
	stagetest.WantStatus(t, s, model.Succeeded)
	if p.Summary["nothing"] != 4 || p.Summary["recreate"] != 1 || change(t, p, "job migrate").Diff != "" {
		t.Errorf("the plan of what is there is %v: %s", p.Summary, p.Text)
	}

	s, p = k.plan(k.yaml(planned, "COLOUR", "blue", "PASSWORD", "swordfish", "REPLICAS", "3"))
	stagetest.WantStatus(t, s, model.Succeeded)
	if p.Summary["change"] != 2 || p.Summary["create"] != 1 || p.Summary["nothing"] != 1 || p.Summary["recreate"] != 1 {
		t.Errorf("the plan of changes is %v: %s", p.Summary, p.Text)
	}
	settings := change(t, p, "configMap settings-v001")
	if settings.Previous != "settings-v000" || !strings.Contains(settings.Diff, "-  colour: red\n+  colour: blue\n   size:") {
		t.Errorf("the new version is %+v", settings)
	}
	keys := change(t, p, "secret keys")
	if !strings.Contains(keys.Diff, "-  password: '*** (before)'\n+  password: '*** (after)'\n   user: '***'") {
		t.Errorf("the secret's change is %s", keys.Diff)
	}
	web := change(t, p, "deployment web")
	if !strings.Contains(web.Diff, "-  replicas: 1\n+  replicas: 3\n") || !strings.Contains(web.Diff, "+            name: settings-v001") {
		t.Errorf("the deployment's change is %s", web.Diff)
	}
	for _, word := range []string{"hunter2", "swordfish", "aHVudGVyMg", "generation"} {
		if strings.Contains(p.Text, word) {
			t.Errorf("the plan shows %s: %s", word, p.Text)
		}
	}
}

// What was applied by kubectl, as Spinnaker does it, loses what has left its
// manifest; and the plan says so beforehand.
func TestPlanAdoptsFromKubectl(t *testing.T) {
	t.Parallel()
	k := newKube(t)
	_, err := k.Client.CoreV1().RESTClient().Post().Namespace(k.namespace).Resource("services").Param("fieldManager", "kubectl-client-side-apply").
		Body([]byte(`{"apiVersion":"v1","kind":"Service","metadata":{"name":"web","annotations":{"old":"yes","both":"1"}},"spec":{"selector":{"app":"web","tier":"old"},"ports":[{"name":"http","port":80},{"name":"admin","port":81}]}}`)).
		DoRaw(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	ours := k.yaml(`{apiVersion: v1, kind: Service, metadata: {name: web, annotations: {both: "1"}}, spec: {selector: {app: web}, ports: [{name: http, port: 80}]}}`)
	s, p := k.plan(ours)
	stagetest.WantStatus(t, s, model.Succeeded)
	diff := change(t, p, "service web").Diff
	for _, line := range []string{"-    old: \"yes\"", "-    tier: old", "-  - name: admin", "-    port: 81"} {
		if !strings.Contains(diff, line+"\n") {
			t.Errorf("the plan does not tell of %q: %s", line, diff)
		}
	}
	for _, line := range []string{"-    both", "-  - name: http", "-    app: web"} {
		if strings.Contains(diff, line) {
			t.Errorf("the plan removes %q: %s", line, diff)
		}
	}
	stagetest.WantStatus(t, k.deploy(ours), model.Succeeded)
	live := k.live("service web").Manifest
	if ports, _ := dig(live, "spec", "ports").([]any); len(ports) != 1 || dig(live, "spec", "selector", "tier") != nil || dig(live, "metadata", "annotations", "old") != nil {
		t.Errorf("the service is %v", live)
	}
	if _, p = k.plan(ours); p.Different {
		t.Errorf("after deploying the plan is %s", p.Text)
	}
}

func TestPlanTellsWhatIsRefused(t *testing.T) {
	t.Parallel()
	k := newKube(t)
	text := `
{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {selector: {app: APP}, ports: [{port: 80}]}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: APP}}
  template: {metadata: {labels: {app: APP}}, spec: {containers: [{name: web, image: web}]}}
`
	stagetest.WantStatus(t, k.deploy(k.yaml(text, "APP", "web")), model.Succeeded)
	k.apply("someone-else", `{"apiVersion":"v1","kind":"Service","metadata":{"name":"web"},"spec":{"selector":{"app":"theirs"}}}`, "services", "web")
	s, p := k.plan(k.yaml(text, "APP", "shop"))
	stagetest.WantFailure(t, s, "deployment \"web\"", "field is immutable", "strategy.spinnaker.io/recreate")
	if p.Summary["errors"] != 1 || !strings.Contains(strings.Join(change(t, p, "service web").Messages, "\n"), "takes ownership of .spec.selector from the field manager someone-else") {
		t.Errorf("the plan is %s", p.Text)
	}
	again, p := k.plan(k.yaml(strings.ReplaceAll(text, "metadata: {name: web}\nspec:", "metadata: {name: web, annotations: {strategy.spinnaker.io/recreate: \"true\"}}\nspec:"), "APP", "shop"))
	stagetest.WantStatus(t, again, model.Succeeded)
	if c := change(t, p, "deployment web"); c.Action != manifest.MakeAnew || !strings.Contains(c.Diff, "+      app: shop") {
		t.Errorf("the recreation is %+v", c)
	}
}

// What a deployment makes itself need not be there for its plan.
func TestPlanOfNewNamespaceAndKind(t *testing.T) {
	t.Parallel()
	k := newKube(t)
	name := k.namespace + "-new"
	if len(name) > 63 {
		name = name[len(name)-63:]
	}
	s := k.run("deployManifest", map[string]any{"plan": "true", "source": "text", "moniker": map[string]any{"app": "shop"}, "manifests": k.yaml(`
{apiVersion: v1, kind: Namespace, metadata: {name: NEW}}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: settings, namespace: NEW}, data: {a: b}}
---
{apiVersion: planned.example.com/v1, kind: Gizmo, metadata: {name: g, namespace: NEW}, spec: {size: 1}}
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: gizmos.planned.example.com}
spec:
  group: planned.example.com
  names: {kind: Gizmo, plural: gizmos, singular: gizmo}
  scope: Namespaced
  versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}}]
`, "NEW", name)})
	stagetest.WantStatus(t, s, model.Succeeded)
	p := previewOf(t, s)
	if p.Summary["create"] != 4 || strings.Count(p.Text, "the cluster couldn't check it") != 2 {
		t.Errorf("the plan is %s", p.Text)
	}
}

func TestPlanOfMany(t *testing.T) {
	t.Parallel()
	k := newKube(t)
	k.options.StepBudget = time.Millisecond // so that it takes many runs
	var text strings.Builder
	for i := range 100 {
		text.WriteString("---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: c" + strings.Repeat("x", i) + "}, data: {a: " + strings.Repeat("y", 10_000) + "}}\n")
	}
	s, p := k.plan(k.yaml(text.String()))
	stagetest.WantStatus(t, s, model.Succeeded)
	if len(p.Changes) != 100 || p.Summary["create"] != 100 || len(p.Text) > 400<<10 || !strings.Contains(p.Text, "diffs are left out") {
		t.Errorf("%d changes, %v, %d bytes", len(p.Changes), p.Summary, len(p.Text))
	}
}
