package kubernetes

import (
	"reflect"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage/manifest"
	"github.com/gennaker/gennaker/internal/yamldoc/yamltest"
)

// object reads one object.
func object(t *testing.T, text string) map[string]any {
	t.Helper()
	var out map[string]any
	yamltest.Decode(t, text, &out)
	plain, err := manifest.PlainObject(out)
	if err != nil {
		t.Fatal(err)
	}
	return plain
}

func TestKinds(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"Deployment": "deployment", "deploy": "deployment", "DEPLOYMENT.apps": "deployment", "ReplicaSet": "replicaSet", "rs": "replicaSet",
		"cm": "configMap", "hpa": "horizontalpodautoscaler", "ns": "namespace", "crd": "customResourceDefinition",
		"CustomResourceDefinition.apiextensions.k8s.io": "customResourceDefinition", "ResourceQuota": "ResourceQuota",
		"Certificate.cert-manager.io": "Certificate.cert-manager.io", "VirtualService.networking.istio.io": "VirtualService.networking.istio.io",
	} {
		if got := parseKind(text).String(); got != want {
			t.Errorf("%s is %s, want %s", text, got, want)
		}
	}
	if parseKind("certificate.cert-manager.io").key() != parseKind("Certificate.cert-manager.io").key() {
		t.Error("the spelling of a kind counts")
	}
	for _, bad := range []string{"", "web", "deployment web x"} {
		if _, _, err := parseName(bad); err == nil {
			t.Errorf("%q is taken for a name", bad)
		}
	}
}

// The order is that of clouddriver's deploy priorities.
func TestPriorities(t *testing.T) {
	t.Parallel()
	order := []string{
		"namespace", "role", "roleBinding", "serviceAccount", "configMap", "service", "apiService", "podDisruptionBudget",
		"deployment", "horizontalpodautoscaler", "Gadget.example.com",
	}
	last := -1
	for _, name := range order {
		p := propertiesOf(parseKind(name), nil)
		if p.priority <= last {
			t.Errorf("%s has priority %d, not above %d", name, p.priority, last)
		}
		last = p.priority
	}
	custom := []CustomResource{{KubernetesKind: "Gadget.example.com", DeployPriority: "NETWORK_RESOURCE", Versioned: true, SpinnakerKind: "configs"}}
	if p := propertiesOf(parseKind("gadget.example.com"), custom); p.priority != 70 || !p.versioned || p.spinnakerKind != "configs" {
		t.Errorf("the configured kind is %+v", p)
	}
}

func TestStrategies(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]strategy{
		"{}": {action: manifest.Apply, force: true},
		`{strategy.spinnaker.io/server-side-apply: "true"}`:                                            {action: manifest.Apply},
		`{strategy.spinnaker.io/server-side-apply: "false"}`:                                           {action: manifest.Apply, force: true},
		`{strategy.spinnaker.io/server-side-apply: force-conflicts}`:                                   {action: manifest.Apply, force: true},
		`{strategy.spinnaker.io/replace: "true", strategy.spinnaker.io/server-side-apply: "true"}`:     {action: manifest.Replace, force: true},
		`{strategy.spinnaker.io/recreate: "True", strategy.spinnaker.io/replace: "true"}`:              {action: manifest.Recreate, force: true},
		`{strategy.spinnaker.io/max-version-history: "3", strategy.spinnaker.io/recreate: "yes"}`:      {action: manifest.Apply, force: true, maxVersions: 3},
		`{strategy.spinnaker.io/use-source-capacity: "true", strategy.spinnaker.io/recreate: "false"}`: {action: manifest.Apply, force: true, sourceCapacity: true},
	} {
		if got := strategyOf(object(t, "{metadata: {annotations: "+text+"}}")); !reflect.DeepEqual(got, want) {
			t.Errorf("%s is %+v, want %+v", text, got, want)
		}
	}
	if s := strategyOf(object(t, `{metadata: {annotations: {strategy.spinnaker.io/versioned: "false"}}}`)); s.versioned == nil || *s.versioned {
		t.Error("versioned is not read")
	}
}

func TestAnnotateKeepsWhatIsThere(t *testing.T) {
	t.Parallel()
	m := object(t, `
kind: Deployment
metadata: {name: web, annotations: {moniker.spinnaker.io/application: mine}, labels: {app.kubernetes.io/name: mine, app.kubernetes.io/managed-by: Helm}}
spec: {template: {metadata: {labels: {app: web}}}}
`)
	five := 5
	moniker := manifest.Moniker{App: "shop", Cluster: "deployment web", Stack: "prod", Sequence: &five}
	annotate(m, moniker, artifactOf(makeKind("Deployment", "apps"), "ns", "web", "acc", nil))
	Options{ManagedBySuffix: "eu"}.label(m, moniker, true)
	for key, want := range map[string]string{
		annotationApplication: "mine", annotationCluster: "deployment web", annotationStack: "prod", annotationSequence: "5",
		annotationArtifactType: "kubernetes/deployment", annotationArtifactVersion: "",
	} {
		if got := annotation(m, key); got != want {
			t.Errorf("annotation %s is %q, want %q", key, got, want)
		}
	}
	if got := labelsOf(m); got[labelName] != "mine" || got[labelManagedBy] != "spinnaker-eu" || got[labelSequence] != "5" {
		t.Errorf("the labels are %v", got)
	}
	template, _ := templateMeta(m)
	if got := textMap(model.Object(template, "labels")); len(got) != 1 {
		t.Errorf("the template's labels are %v, want none of ours", got)
	}
	if got := textMap(model.Object(template, "annotations")); got[annotationApplication] != "shop" {
		t.Errorf("the template's annotations are %v", got)
	}
	Options{OmitAppLabels: true}.label(m, manifest.Moniker{App: "x"}, false)
	if got := textMap(model.Object(template, "labels")); len(got) != 1 {
		t.Errorf("labels are written though they are to be left away: %v", got)
	}
}

func TestMonikers(t *testing.T) {
	t.Parallel()
	for name, want := range map[string][2]string{
		"shop-prod-v003": {"shop", "shop-prod"}, "shop": {"shop", "shop"}, "system:node-v01": {"system", "system:node-v01"}, "shop-v1": {"shop", "shop-v1"},
	} {
		got := monikerOf(map[string]any{"metadata": map[string]any{"name": name}})
		if got.App != want[0] || got.Cluster != want[1] || (got.Sequence != nil) != strings.HasSuffix(name, "v003") {
			t.Errorf("%s is %+v", name, got)
		}
	}
	set := object(t, `{kind: ReplicaSet, metadata: {name: web-abc, annotations: {deployment.kubernetes.io/revision: "12"}}}`)
	if got := monikerOf(set); got.Sequence == nil || *got.Sequence != 12 {
		t.Errorf("a deployment's replica set is %+v", got)
	}
}

const workload = `
apiVersion: batch/v1
kind: CronJob
metadata: {name: nightly}
spec:
  jobTemplate:
    spec:
      template:
        spec:
          initContainers: [{name: i, image: "host:5000/init:1"}]
          containers:
          - name: c
            image: web@sha256:abc
            env: [{name: A, valueFrom: {configMapKeyRef: {name: settings, key: a}}}, {name: B, valueFrom: {secretKeyRef: {name: login, key: b}}}]
            envFrom: [{configMapRef: {name: settings}}, {secretRef: {name: login}}]
          volumes:
          - {name: v, configMap: {name: settings}}
          - {name: w, secret: {secretName: login}}
          - {name: x, projected: {sources: [{configMap: {name: settings}}, {secret: {name: login}}]}}
`

func TestBinding(t *testing.T) {
	t.Parallel()
	m := object(t, workload)
	artifact := func(kind, name, reference, location string) model.Artifact {
		return model.Artifact{Type: kind, Name: name, Reference: reference, Location: location, Metadata: map[string]any{"account": "acc"}}
	}
	bound := Options{}.bind(m, replacesInTemplate, []model.Artifact{
		artifact(typeImage, "web", "web:2", ""), artifact(typeImage, "host:5000/init", "host:5000/init:2", ""), artifact(typeImage, "other", "other:2", ""),
		artifact(typeConfigMap, "settings", "settings-v001", "ns"), artifact(typeSecret, "login", "login-v002", "ns"),
		artifact(typeSecret, "login", "elsewhere", "other"),
	}, "ns", "acc")
	if len(bound) != 4 {
		t.Errorf("bound are %v", bound)
	}
	var got []string
	for _, a := range findArtifacts(m, replacesInTemplate) {
		got = append(got, a.Type+" "+a.Reference)
	}
	want := "docker/image web:2,kubernetes/configMap settings-v001,kubernetes/secret login-v002,docker/image host:5000/init:2"
	if strings.Join(got, ",") != want {
		t.Errorf("found %v, want %s", got, want)
	}
	if len(Options{}.bind(m, replacesInTemplate, []model.Artifact{artifact(typeSecret, "login-v002", "x", "ns")}, "ns", "another")) != 0 {
		t.Error("an artifact of another account is bound")
	}
	plain := object(t, `{spec: {template: {spec: {containers: [{image: "web:1"}, {image: web}]}}}}`)
	Options{MatchImageNameOnly: true}.bind(plain, replacesInTemplate, []model.Artifact{artifact(typeImage, "web", "web:2", "")}, "", "")
	if got := findArtifacts(plain, replacesInTemplate); got[0].Reference != "web:1" || got[1].Reference != "web:2" {
		t.Errorf("by name only, found %v", got)
	}
	scaler := object(t, `{kind: HorizontalPodAutoscaler, spec: {scaleTargetRef: {kind: ReplicaSet, name: web}}}`)
	if len(Options{}.bind(scaler, replacesInAutoscaler, []model.Artifact{artifact(typeDeployment, "web", "no", "ns"), artifact(typeReplicaSet, "web", "web-v003", "ns")}, "ns", "acc")) != 1 ||
		findArtifacts(scaler, replacesInAutoscaler)[0].Reference != "web-v003" {
		t.Errorf("the autoscaler is %v", scaler)
	}
	pod := object(t, `{spec: {containers: [{image: "web:1"}, {image: web}]}}`)
	Options{}.bind(pod, replacesInPod, []model.Artifact{artifact(typeImage, "web", "web:2", "")}, "", "")
	if got := findArtifacts(pod, replacesInPod); got[0].Reference != "web:1" || got[1].Reference != "web:2" {
		t.Errorf("a pod's images are %v", got)
	}
}

func TestImageName(t *testing.T) {
	t.Parallel()
	for image, want := range map[string]string{
		"web": "web", "web:1": "web", "web@sha256:a": "web", "web:1@sha256:a": "web", "a/b:1@sha256:c": "a/b",
		"host:5000/web:1": "host:5000/web", "host:5000/web": "host:5000/web", "host:5000/web@sha256:a": "host:5000/web",
		"host:5000/a/b:1@sha256:c": "host:5000/a/b", "localhost:80/x": "localhost:80/x", "[::1]:5000/web": "[::1]:5000/web", "[::1]:5000/web:2": "[::1]:5000/web",
	} {
		if got := imageName(image); got != want {
			t.Errorf("%s is %s, want %s", image, got, want)
		}
	}
}

func TestPickVersion(t *testing.T) {
	t.Parallel()
	m := object(t, `{kind: ConfigMap, metadata: {name: c}, data: {a: "1"}}`)
	digest, err := contentDigest(m)
	if err != nil {
		t.Fatal(err)
	}
	old := deployedVersion{number: 3, lastApplied: object(t, `{kind: ConfigMap, metadata: {name: c-v003, labels: {x: z}}, data: {a: "1"}}`)}
	for name, test := range map[string]struct {
		deployed versions
		m        map[string]any
		want     int
	}{
		"first":       {nil, m, 0},
		"same":        {versions{{number: 0, content: "other"}, {number: 1, content: digest}, {number: 2, content: digest}}, m, 1},
		"other":       {versions{{number: 7, content: "other"}, {number: 4, content: "x"}}, m, 8},
		"taken":       {versions{{number: 0, content: "other"}, {number: 1, content: digest, foreign: true}, {number: 3, foreign: true}}, m, 2},
		"spinnaker's": {versions{{number: 9, content: "other"}, old}, m, 3},
		"workload":    {versions{{number: 2, content: digest}}, object(t, `{kind: ConfigMap, data: {a: "1"}, spec: {template: {metadata: {}}}}`), 3},
	} {
		if got := test.deployed.pick("c", test.m, digest).Number; got != test.want {
			t.Errorf("%s: got %d, want %d", name, got, test.want)
		}
	}
	if got := versionedName("web", 12); got != "web-v012" {
		t.Error(got)
	}
	if got := versionedName("web", 1234); got != "web-v1234" {
		t.Error(got)
	}
}

func TestSelectors(t *testing.T) {
	t.Parallel()
	got, err := labelSelector(manifest.Selectors{Selectors: []manifest.Selector{
		{Kind: "ANY"}, {Kind: "EQUALS", Key: "a", Values: []string{"1", "2"}}, {Kind: "not_equals", Key: "b", Values: []string{"1"}},
		{Kind: "CONTAINS", Key: "c", Values: []string{"1", "2"}}, {Kind: "NOT_CONTAINS", Key: "d", Values: []string{"1"}},
		{Kind: "EXISTS", Key: "e", Values: []string{"unused"}}, {Kind: "NOT_EXISTS", Key: "f"},
	}})
	if err != nil || got.String() != "a=1,b!=1,c in (1,2),d notin (1),e,!f" {
		t.Errorf("got %v %v", got, err)
	}
	for _, bad := range []manifest.Selector{
		{Kind: "LIKE", Key: "a"}, {Kind: "EQUALS"}, {Kind: "CONTAINS", Key: "a"}, {Kind: "EQUALS", Key: "a b", Values: []string{"1"}}, {},
		{Kind: "ANY", Key: "a"}, {Kind: "EXISTS", Key: "a b"}, {Kind: "NOT_EQUALS", Key: "a", Values: []string{"not a value"}},
	} {
		if _, err := labelSelector(manifest.Selectors{Selectors: []manifest.Selector{bad}}); err == nil {
			t.Errorf("%v is taken", bad)
		}
	}
}

// An object that has one of the values is not selected by NOT_EQUALS.
func TestSelectorOfSeveralValues(t *testing.T) {
	t.Parallel()
	got, err := labelSelector(manifest.Selectors{Selectors: []manifest.Selector{{Kind: "NOT_EQUALS", Key: "a", Values: []string{"1", "2"}}}})
	if err != nil || got.String() != "a notin (1,2)" {
		t.Errorf("got %v %v", got, err)
	}
}

func TestTrafficPatch(t *testing.T) {
	t.Parallel()
	set := object(t, `{spec: {template: {metadata: {labels: {app: web}}}}}`)
	on := map[string]any{"lb": "yes"}
	if got := trafficPatch(set, on, true); !reflect.DeepEqual(got, nest(on, "spec", "template", "metadata", "labels")) {
		t.Errorf("enable is %v", got)
	}
	if got := trafficPatch(set, on, false); got != nil {
		t.Errorf("disable of what is off is %v", got)
	}
	pod := object(t, `{metadata: {labels: {lb: "yes", app: web}}}`)
	if got := trafficPatch(pod, on, false); !reflect.DeepEqual(got, nest(map[string]any{"lb": nil}, "metadata", "labels")) {
		t.Errorf("disable is %v", got)
	}
	if got := trafficPatch(pod, on, true); got != nil {
		t.Errorf("enable of what is on is %v", got)
	}
}

func TestPick(t *testing.T) {
	t.Parallel()
	if got, err := pick(nil, "newest"); got != nil || err != nil {
		t.Errorf("of nothing: %v %v", got, err)
	}
	one := []*unstructured.Unstructured{{Object: map[string]any{}}}
	if got, err := pick(one, "second_newest"); got != nil || err != nil {
		t.Errorf("second of one: %v %v", got, err)
	}
	if got, err := pick(one, "OLDEST"); got == nil || err != nil {
		t.Errorf("oldest of one: %v %v", got, err)
	}
}
