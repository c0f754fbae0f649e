package kubernetes

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/strategicpatch"
	"k8s.io/client-go/kubernetes/scheme"
	smd "sigs.k8s.io/structured-merge-diff/v6/schema"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage/manifest"
)

// keyedList is a list of a kind whose entries have keys.
type keyedList struct {
	path []string // "[]" stands for the entries of a list
	of   *smd.List
	item *smd.Map
}

func (l keyedList) String() string { return strings.Join(l.path, ".") }

// keyedLists finds all lists with keys of a kind.
func keyedLists(s kindSchema) []keyedList {
	var out []keyedList
	var visit func(of smd.TypeRef, path []string, within map[string]bool)
	visit = func(of smd.TypeRef, path []string, within map[string]bool) {
		if of.NamedType != nil {
			name := *of.NamedType
			if within[name] {
				return // a type within itself
			}
			within[name] = true
			defer delete(within, name)
		}
		atom, ok := s.types.Resolve(of)
		if !ok {
			return
		}
		if atom.Map != nil {
			for _, f := range atom.Map.Fields {
				visit(f.Type, append(slices.Clone(path), f.Name), within)
			}
		}
		if atom.List == nil {
			return
		}
		item, _ := s.types.Resolve(atom.List.ElementType)
		if atom.List.ElementRelationship == smd.Associative && len(atom.List.Keys) > 0 && item.Map != nil {
			out = append(out, keyedList{path: path, of: atom.List, item: item.Map})
		}
		visit(atom.List.ElementType, append(slices.Clone(path), "[]"), within)
	}
	visit(s.root, nil, map[string]bool{})
	return out
}

// entry makes an entry of a list: its keys, and a mark in a field that tells it
// from others.
func (l keyedList) entry(s kindSchema, key, mark string) (map[string]any, string) {
	out := map[string]any{}
	scalar := func(of smd.TypeRef, text string, number int64) any {
		atom, _ := s.types.Resolve(of)
		switch {
		case atom.Scalar == nil:
			return nil
		case *atom.Scalar == smd.Numeric:
			return number
		case *atom.Scalar == smd.Boolean:
			return true
		}
		return text
	}
	for _, name := range l.of.Keys {
		f, _ := l.item.FindField(name)
		out[name] = scalar(f.Type, key, int64(len(key)))
	}
	if mark == "" {
		return out, ""
	}
	for _, f := range l.item.Fields {
		atom, _ := s.types.Resolve(f.Type)
		if !slices.Contains(l.of.Keys, f.Name) && atom.Scalar != nil && *atom.Scalar == smd.String {
			out[f.Name] = mark
			return out, f.Name
		}
	}
	return out, ""
}

// at puts entries at the list's place of an object.
func (l keyedList) at(entries []any) map[string]any {
	var value any = entries
	for _, name := range slices.Backward(l.path) {
		if name == "[]" {
			outer, _ := value.(map[string]any)
			outer["name"] = "outer"
			value = []any{outer}
			continue
		}
		value = map[string]any{name: value}
	}
	out, _ := value.(map[string]any)
	return out
}

// find reads the entries at the list's place.
func (l keyedList) find(object any) []any {
	for _, name := range l.path {
		if name == "[]" {
			list, _ := object.([]any)
			if len(list) == 0 {
				return nil
			}
			object = list[0]
			continue
		}
		m, _ := object.(map[string]any)
		object = m[name]
	}
	out, _ := object.([]any)
	return out
}

// Twins in every list with keys that the cluster's kinds have are merged as
// kubectl merges them.
func TestTwinsOfAllLists(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	a, err := b.account("test")
	if err != nil {
		t.Fatal(err)
	}
	conn, err := a.connect()
	if err != nil {
		t.Fatal(err)
	}
	if err := conn.resources.refresh(); err != nil {
		t.Fatal(err)
	}
	served, _ := conn.resources.current()
	tried := map[string]bool{}
	compared := 0
	for _, r := range served {
		if !r.preferred || !nativeGroups[r.gvk.Group] {
			continue
		}
		s, err := a.schemaOf(t.Context(), r.gvk)
		if err != nil {
			continue // reviews and the like, which are no objects
		}
		for _, l := range keyedLists(s) {
			if l.path[0] == "status" || l.path[0] == "metadata" && tried[l.String()] {
				continue
			}
			tried[l.String()] = true
			if checkList(t, s, r.gvk, l) {
				compared++
			}
		}
	}
	for _, path := range []string{"spec.template.spec.imagePullSecrets", "spec.template.spec.hostAliases", "secrets", "spec.ports", "spec.containers.[].env",
		"spec.template.spec.containers.[].volumeMounts", "spec.jobTemplate.spec.template.spec.volumes", "webhooks", "metadata.ownerReferences"} {
		if !tried[path] {
			t.Errorf("the list %s was not tried", path)
		}
	}
	if len(tried) < 60 || compared < 40 {
		t.Errorf("%d lists were tried, %d compared with kubectl", len(tried), compared)
	}
	t.Logf("%d lists were tried, %d merges compared with kubectl's", len(tried), compared)
}

// checkList merges twins in a list, and compares with what kubectl's patch
// makes of the same list. It tells whether there was something to compare.
func checkList(t *testing.T, s kindSchema, gvk schema.GroupVersionKind, l keyedList) bool {
	t.Helper()
	first, field := l.entry(s, "k", "first")
	other, _ := l.entry(s, "other", "other")
	second, _ := l.entry(s, "k", "second")
	object := l.at([]any{first, other, second})
	work := merging{types: s.types}
	merged := work.walk(runtime.DeepCopyJSON(object), s.root, "")
	got := l.find(merged)
	if len(got) != 2 || len(work.told) != 1 {
		t.Errorf("%s %s: the twins are %v, and it says %q", gvk.Kind, l, got, work.told)
		return false
	}
	again := merging{types: s.types}
	if once := again.walk(runtime.DeepCopyJSON(merged.(map[string]any)), s.root, ""); !reflect.DeepEqual(once, merged) || len(again.told) > 0 {
		t.Errorf("%s %s: merging twice makes %v of %v", gvk.Kind, l, once, merged)
	}
	for _, entry := range got {
		if e := entry.(map[string]any); field != "" && e[field] == "first" {
			t.Errorf("%s %s: the first of the twins counts: %v", gvk.Kind, l, got)
		}
	}
	if field == "" || isEnvironment("."+strings.ReplaceAll(l.String(), ".[]", "")) {
		return false
	}
	typed, err := scheme.Scheme.New(gvk)
	if err != nil {
		return false
	}
	patch, err := json.Marshal(object)
	if err != nil {
		t.Fatal(err)
	}
	// The list is there and has no entry yet.
	before, err := json.Marshal(l.at([]any{}))
	if err != nil {
		t.Fatal(err)
	}
	data, err := strategicpatch.StrategicMergePatch(before, patch, typed)
	if err != nil {
		return false // kubectl can't merge it either
	}
	var kubectl map[string]any
	if err := json.Unmarshal(data, &kubectl); err != nil {
		t.Fatal(err)
	}
	want := l.find(kubectl)
	if len(want) != 2 {
		return false // kubectl replaces the list
	}
	// Server-side apply has more keys than kubectl's patch for some lists.
	if asJSON(t, got) != asJSON(t, want) {
		t.Errorf("%s %s: merged to %v, and by kubectl to %v", gvk.Kind, l, asJSON(t, got), asJSON(t, want))
	}
	return true
}

func asJSON(t *testing.T, v any) string {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// What kubectl takes is taken, and what the API server refuses to create is
// refused: nothing vanishes that it would not have taken.
func TestApplyTwins(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	pod := func(spec string) string {
		return `
apiVersion: apps/v1
kind: Deployment
metadata: {name: NAME}
spec:
  replicas: 0
  selector: {matchLabels: {app: NAME}}
  template: {metadata: {labels: {app: NAME}}, spec: {` + spec + `}}`
	}
	const container = `containers: [{name: c, image: "nginx:1.27"`
	for name, test := range map[string]struct {
		text string
		// path is where the result is, and want what is there; refused is part
		// of the error of what is not taken.
		path, want, refused string
	}{
		"pull secrets": {pod(container + `}], imagePullSecrets: [{name: pull}, {name: pull}]`), "spec.template.spec.imagePullSecrets", `[{"name":"pull"}]`, ""},
		"host aliases": {
			pod(container + `}], hostAliases: [{ip: 10.1.1.1, hostnames: [one.example.com]}, {ip: 10.1.1.2, hostnames: [x]}, {ip: 10.1.1.1, hostnames: [two.example.com, one.example.com]}]`),
			"spec.template.spec.hostAliases", `[{"hostnames":["one.example.com","two.example.com"],"ip":"10.1.1.1"},{"hostnames":["x"],"ip":"10.1.1.2"}]`, "",
		},
		"service account": {`{apiVersion: v1, kind: ServiceAccount, metadata: {name: NAME}, secrets: [{name: a}, {name: b}, {name: a}], imagePullSecrets: [{name: a}, {name: a}]}`, "secrets", `[{"name":"a"},{"name":"b"}]`, ""},
		"environment": {
			pod(container + `, env: [{name: A, value: "1"}, {name: B, value: "2"}, {name: A, valueFrom: {fieldRef: {apiVersion: v1, fieldPath: metadata.name}}}]}]`),
			"spec.template.spec.containers.0.env", `[{"name":"B","value":"2"},{"name":"A","valueFrom":{"fieldRef":{"apiVersion":"v1","fieldPath":"metadata.name"}}}]`, "",
		},
		"init environment": {
			pod(container + `}], initContainers: [{name: i, image: i, env: [{name: A, value: "1"}, {name: A, value: "2"}]}]`),
			"spec.template.spec.initContainers.0.env", `[{"name":"A","value":"2"}]`, "",
		},
		"ports": {
			pod(container + `, ports: [{containerPort: 80, name: a}, {containerPort: 80, protocol: TCP, name: b}, {containerPort: 80, protocol: UDP, name: c}]}]`),
			"spec.template.spec.containers.0.ports", `[{"containerPort":80,"name":"b","protocol":"TCP"},{"containerPort":80,"name":"c","protocol":"UDP"}]`, "",
		},
		"ports of a service": {
			`{apiVersion: v1, kind: Service, metadata: {name: NAME}, spec: {clusterIP: None, selector: {app: x}, ports: [{name: t, port: 53, protocol: TCP}, {name: u, port: 53, protocol: UDP}]}}`,
			"spec.ports", `[{"name":"t","port":53,"protocol":"TCP","targetPort":53},{"name":"u","port":53,"protocol":"UDP","targetPort":53}]`, "",
		},
		"finalizers":        {`{apiVersion: v1, kind: ConfigMap, metadata: {name: NAME, annotations: {strategy.spinnaker.io/versioned: "false"}, finalizers: [example.com/a, example.com/a]}}`, "metadata.finalizers", `["example.com/a"]`, ""},
		"containers":        {pod(container + `}, {name: c, image: other}]`), "", "", "Duplicate value"},
		"volumes":           {pod(container + `}], volumes: [{name: v, emptyDir: {}}, {name: v, emptyDir: {}}]`), "", "", "Duplicate value"},
		"mounts":            {pod(container + `, volumeMounts: [{name: v, mountPath: /a}, {name: v, mountPath: /a}]}], volumes: [{name: v, emptyDir: {}}]`), "", "", "must be unique"},
		"ports of one name": {`{apiVersion: v1, kind: Service, metadata: {name: NAME}, spec: {ports: [{name: t, port: 53}, {name: t, port: 53}]}}`, "", "", "Duplicate value"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			object := "x-" + strings.ReplaceAll(name, " ", "-")
			manifests, err := manifest.Decode([]byte(strings.ReplaceAll(test.text, "NAME", object)))
			if err != nil {
				t.Fatal(err)
			}
			plan, err := b.PlanDeploy(t.Context(), manifest.DeployRequest{
				ID: "op", Account: "test", Manifests: manifests, Moniker: manifest.Moniker{App: "shop"}, NamespaceOverride: b.namespace,
			})
			if err != nil {
				t.Fatal(err)
			}
			previewed, err := b.Preview(t.Context(), "test", plan, 0, 1)
			if err != nil {
				t.Fatal(err)
			}
			// Twice: the same manifest changes nothing.
			var generation any
			for range 2 {
				result, err := b.Execute(t.Context(), "test", plan.Steps[0])
				if test.refused != "" {
					if err == nil || !strings.Contains(err.Error(), test.refused) || !strings.Contains(previewed[0].Error, test.refused) {
						t.Errorf("got %v and previewed %q, want %q", err, previewed[0].Error, test.refused)
					}
					return
				}
				if err != nil || previewed[0].Error != "" {
					t.Fatalf("got %v and previewed %q", err, previewed[0].Error)
				}
				if got := asJSON(t, valueAt(result.Manifest, test.path)); got != test.want {
					t.Errorf("%s is %s, want %s", test.path, got, test.want)
				}
				now := model.Object(result.Manifest, "metadata")["generation"]
				if generation != nil && now != generation {
					t.Errorf("the same manifest makes generation %v of %v", now, generation)
				}
				generation = now
			}
			if name == "finalizers" {
				_, err := b.Client.CoreV1().ConfigMaps(b.namespace).Patch(t.Context(), object, "application/merge-patch+json", []byte(`{"metadata":{"finalizers":null}}`), metav1.PatchOptions{})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
}

func valueAt(value any, path string) any {
	for name := range strings.SplitSeq(path, ".") {
		if list, ok := value.([]any); ok && name == "0" && len(list) > 0 {
			value = list[0]
			continue
		}
		m, _ := value.(map[string]any)
		value = m[name]
	}
	return value
}

// An object that kubectl has stored with twins can be applied.
func TestApplyOverTwins(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	const text = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 0
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      imagePullSecrets: [{name: pull}, {name: pull}]
      containers: [{name: c, image: web, env: [{name: A, value: "1"}, {name: A, value: "2"}], ports: [{containerPort: 80}, {containerPort: 80}]}]
`
	create(t, b, "kubectl-client-side-apply", text)
	b.deploy(text)
	live, err := b.Manifest(t.Context(), "test", b.namespace, "deployment web", false)
	if err != nil {
		t.Fatal(err)
	}
	if got := asJSON(t, valueAt(live.Manifest, "spec.template.spec.containers.0.env")); got != `[{"name":"A","value":"2"}]` {
		t.Errorf("the environment is %s", got)
	}
	b.deploy(strings.ReplaceAll(text, ", env: [{name: A, value: \"1\"}, {name: A, value: \"2\"}]", ""))
	if live, err = b.Manifest(t.Context(), "test", b.namespace, "deployment web", false); err != nil {
		t.Fatal(err)
	}
	if got := valueAt(live.Manifest, "spec.template.spec.containers.0.env"); got != nil {
		t.Errorf("what has left the manifest is still there: %v", got)
	}
}

// create makes a Deployment or ConfigMap as another manager does.
func create(t *testing.T, b *bench, manager, text string) {
	t.Helper()
	a, err := b.account("test")
	if err != nil {
		t.Fatal(err)
	}
	m := object(t, text)
	to, err := a.target(t.Context(), kindOf(gvkOf(model.String(m, "apiVersion"), model.String(m, "kind"))), b.namespace, nameOf(m))
	if err != nil {
		t.Fatal(err)
	}
	client, err := to.client()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.Create(t.Context(), &unstructured.Unstructured{Object: m}, metav1.CreateOptions{FieldManager: manager}); err != nil && !apierrors.IsAlreadyExists(err) {
		t.Fatal(err)
	}
}

// Objects that others have made are taken over: what kubectl applied, under
// whichever name, goes away when it is left out, and what others have added
// stays.
func TestApplyOverOthers(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	const lastApplied = `kubectl.kubernetes.io/last-applied-configuration: "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"NAME\"},\"data\":{\"a\":\"1\",\"gone\":\"1\"}}"`
	for name, test := range map[string]struct {
		manager, annotations string
		want                 map[string]any
	}{
		"kubectl apply":             {"kubectl-client-side-apply", lastApplied, map[string]any{"a": "2"}},
		"kubectl by another name":   {"team-tool", lastApplied, map[string]any{"a": "2"}},
		"kubectl create":            {"kubectl-create", "", map[string]any{"a": "2"}},
		"helm, which stays as Helm": {"helm", "", map[string]any{"a": "2", "gone": "1"}},
		"a person":                  {"kubectl-edit", "", map[string]any{"a": "2", "gone": "1"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			object := strings.ReplaceAll(strings.ReplaceAll(name, " ", "-"), ",", "")
			object = strings.ToLower(object)
			create(t, b, test.manager, strings.ReplaceAll(`{apiVersion: v1, kind: ConfigMap, metadata: {name: NAME, annotations: {`+test.annotations+`}}, data: {a: "1", gone: "1"}}`, "NAME", object))
			b.deploy(`{apiVersion: v1, kind: ConfigMap, metadata: {name: ` + object + `, annotations: {strategy.spinnaker.io/versioned: "false"}}, data: {a: "2"}}`)
			live, err := b.Client.CoreV1().ConfigMaps(b.namespace).Get(context.Background(), object, metav1.GetOptions{})
			if err != nil {
				t.Fatal(err)
			}
			got := map[string]any{}
			for k, v := range live.Data {
				got[k] = v
			}
			if !maps.Equal(got, test.want) {
				t.Errorf("it has %v, want %v", got, test.want)
			}
			if live.Annotations[annotationLastApplied] != "" {
				t.Error("kubectl's annotation stays, and no longer tells what was applied")
			}
			if !slices.ContainsFunc(live.ManagedFields, func(f metav1.ManagedFieldsEntry) bool {
				return f.Manager == FieldManager && f.Operation == metav1.ManagedFieldsOperationApply
			}) {
				t.Errorf("it is not ours: %v", fmt.Sprint(live.ManagedFields))
			}
		})
	}
}

// Custom resources have lists with keys too. The API server takes no twins in
// them in any way, and its own words say so.
func TestTwinsOfCustomResources(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.deploy(`
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: boats.twins.test}
spec:
  group: twins.test
  names: {kind: Boat, plural: boats, singular: boat}
  scope: Namespaced
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec:
              type: object
              properties:
                sails:
                  type: array
                  x-kubernetes-list-type: map
                  x-kubernetes-list-map-keys: [name, side]
                  items: {type: object, required: [name], properties: {name: {type: string}, side: {type: string, default: port}, area: {type: integer}}}
`)
	t.Cleanup(func() {
		_, _ = b.Client.Discovery().RESTClient().Delete().AbsPath("/apis/apiextensions.k8s.io/v1/customresourcedefinitions/boats.twins.test").DoRaw(context.Background())
	})
	boat := func(sails string) manifest.Step {
		m := object(t, `{apiVersion: twins.test/v1, kind: Boat, metadata: {name: one, namespace: `+b.namespace+`}, spec: {sails: [`+sails+`]}}`)
		return manifest.Step{
			Action: manifest.Apply, APIVersion: "twins.test/v1", Kind: "Boat", Namespace: b.namespace, Name: "one", FullName: "Boat.twins.test one",
			Manifest: m, Force: true, KeepWaiting: true,
		}
	}
	b.carryOut(manifest.Plan{Steps: []manifest.Step{boat(`{name: main, side: port, area: 1}, {name: main, side: starboard, area: 2}`)}})
	_, err := b.Execute(t.Context(), "test", boat(`{name: main, area: 1}, {name: main, side: port, area: 2}`))
	if err == nil || !strings.Contains(err.Error(), "Duplicate value") {
		t.Errorf("got %v", err)
	}
	a, err := b.account("test")
	if err != nil {
		t.Fatal(err)
	}
	s, err := a.schemaOf(t.Context(), schema.GroupVersionKind{Group: "twins.test", Version: "v1", Kind: "Boat"})
	if err != nil {
		t.Fatal(err)
	}
	work := merging{types: s.types}
	merged := work.walk(boat(`{name: main, area: 1}, {name: jib}, {name: main, side: port, area: 2}`).Manifest, s.root, "")
	if got := asJSON(t, valueAt(merged, "spec.sails")); got != `[{"area":2,"name":"main","side":"port"},{"name":"jib"}]` || len(work.told) != 1 {
		t.Errorf("merged to %s, and it says %q", got, work.told)
	}
}
