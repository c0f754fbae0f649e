package weights_test

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/gennaker/gennaker/internal/cloud/kubernetes"
	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
	"github.com/gennaker/gennaker/internal/stage/manifest"
	"github.com/gennaker/gennaker/internal/stage/stagetest"
	"github.com/gennaker/gennaker/internal/stage/weights"
	"github.com/gennaker/gennaker/internal/testkube"
)

func TestMain(m *testing.M) { os.Exit(testkube.Main(m)) }

// The routes' definitions, with as much of their schemas as matters here.
const definitions = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: httproutes.gateway.networking.k8s.io
  annotations: {api-approved.kubernetes.io: "https://github.com/kubernetes-sigs/gateway-api/pull/3328"}
spec:
  group: gateway.networking.k8s.io
  names: {kind: HTTPRoute, plural: httproutes, singular: httproute}
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
              rules:
                type: array
                x-kubernetes-list-type: atomic
                items:
                  type: object
                  properties:
                    name: {type: string}
                    backendRefs:
                      type: array
                      x-kubernetes-list-type: atomic
                      items:
                        type: object
                        required: [name]
                        properties:
                          name: {type: string}
                          port: {type: integer}
                          weight: {type: integer, default: 1, minimum: 0, maximum: 1000000}
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: virtualservices.networking.istio.io}
spec:
  group: networking.istio.io
  names: {kind: VirtualService, plural: virtualservices, singular: virtualservice, shortNames: [vs]}
  scope: Namespaced
  versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}}]
`

const routes = `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: web}
spec:
  rules:
  - {name: all, backendRefs: [{name: stable, port: 80, weight: 100}, {name: canary, port: 80, weight: 0}]}
  - {name: other, backendRefs: [{name: static, port: 80}]}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: web}
spec:
  hosts: [web]
  http:
  - name: main
    route:
    - {destination: {host: web.shop.svc.cluster.local, subset: v1}, weight: 90}
    - {destination: {host: web.shop.svc.cluster.local, subset: v2}, weight: 10}
`

// kube is one test's cluster and namespace, with the routes in it.
type kube struct {
	*testkube.Cluster
	t         *testing.T
	namespace string
	provider  *kubernetes.Provider
}

func newKube(t *testing.T) *kube {
	t.Helper()
	cluster := testkube.Get(t)
	provider, err := kubernetes.New([]kubernetes.AccountConfig{{Name: "test", KubeconfigFile: cluster.Kubeconfig}}, kubernetes.Options{})
	if err != nil {
		t.Fatal(err)
	}
	k := &kube{Cluster: cluster, t: t, namespace: cluster.Namespace(t), provider: provider}
	manifests, err := manifest.Decode([]byte(definitions + "---" + routes))
	if err != nil {
		t.Fatal(err)
	}
	plan, err := provider.PlanDeploy(t.Context(), manifest.DeployRequest{ID: "op", Account: "test", Manifests: manifests, NamespaceOverride: k.namespace})
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range plan.Steps {
		testkube.Eventually(t, 2*time.Minute, func() string {
			result, err := provider.Execute(t.Context(), "test", step)
			if err != nil {
				return err.Error()
			}
			return result.Message
		})
	}
	return k
}

// weights are those of a route, as "stable=100 canary=0".
func (k *kube) weights(route string) string {
	k.t.Helper()
	gvr, rules, backends := schema.GroupVersionResource{Group: "gateway.networking.k8s.io", Version: "v1", Resource: "httproutes"}, "rules", "backendRefs"
	if route == virtualService {
		gvr, rules, backends = schema.GroupVersionResource{Group: "networking.istio.io", Version: "v1", Resource: "virtualservices"}, "http", "route"
	}
	live, err := k.Dynamic.Resource(gvr).Namespace(k.namespace).Get(context.Background(), "web", metav1.GetOptions{})
	if err != nil {
		k.t.Fatal(err)
	}
	list, _, _ := unstructured.NestedSlice(live.Object, "spec", rules)
	var out []string
	for _, b := range model.Objects(list[0].(map[string]any), backends) {
		name := model.String(b, "name")
		if name == "" {
			name = model.String(model.Object(b, "destination"), "subset")
		}
		out = append(out, fmt.Sprintf("%s=%v", name, b["weight"]))
	}
	return strings.Join(out, " ")
}

const (
	httpRoute      = "HTTPRoute.gateway.networking.k8s.io web"
	virtualService = "VirtualService.networking.istio.io web"
)

// run runs a stage's tasks to their end.
func (k *kube) run(fields map[string]any, remembered ...*stage.State) (*stage.Type, engine.View) {
	k.t.Helper()
	kind := weights.Type(k.provider, manifest.Options{})
	context := map[string]any{"account": "test", "location": k.namespace, "manifestName": httpRoute}
	maps.Copy(context, fields)
	s := &model.Stage{ID: "s1", RefID: "1", Type: kind.Name, Status: model.Running, Context: context, Outputs: map[string]any{}}
	view := engine.View{Execution: &model.Execution{ID: "e1", Application: "shop", Stages: []*model.Stage{s}}, Stage: s}
	if len(remembered) > 0 {
		view.State = remembered[0]
	}
	tasks, err := kind.Definition.Tasks(view)
	if err != nil {
		k.t.Fatal(err)
	}
	for _, spec := range tasks {
		for s.Status = model.Running; s.Status == model.Running; {
			result, err := kind.Tasks[spec.Class].Run(k.t.Context(), input(view))
			if err != nil {
				s.Context, s.Status = model.Merge(s.Context, map[string]any{"exception": engine.Exception(err, spec.Name, 0, false)}), model.Terminal
				return kind, view
			}
			view.State = stagetest.Remembered(view.State, result.State)
			s.Context, s.Outputs, s.Status = stagetest.Stored(k.t, model.Merge(s.Context, result.Context)), stagetest.Stored(k.t, model.Merge(s.Outputs, result.Outputs)), result.Status
		}
		if s.Status != model.Succeeded {
			return kind, view
		}
	}
	return kind, view
}

func input(view engine.View) stage.Input {
	return stage.Input{View: view, Task: &model.Task{StartTime: model.Millis(time.Now())}, Now: time.Now(), Log: slog.New(slog.DiscardHandler)}
}

func TestWeights(t *testing.T) {
	t.Parallel()
	k := newKube(t)
	for route, test := range map[string]struct {
		weights            map[string]any
		before, want, back string
	}{
		httpRoute:      {map[string]any{"stable": 80, "canary": "20"}, "stable=100 canary=0", "stable=80 canary=20", "map[canary:0 stable:100]"},
		virtualService: {map[string]any{"v1": 25, "web/v2": 75}, "v1=90 v2=10", "v1=25 v2=75", "map[v1:90 web/v2:10]"},
	} {
		if got := k.weights(route); got != test.before {
			t.Fatalf("%s begins with %s", route, got)
		}
		kind, view := k.run(map[string]any{"manifestName": route, "weights": test.weights, "pauseSeconds": 5, "stages": []any{
			map[string]any{"type": "manualJudgment", "name": "Good?", "instructions": "look"}, map[string]any{"type": "wait", "waitTime": 1},
		}})
		s := view.Stage
		if s.Status != model.Succeeded || k.weights(route) != test.want {
			t.Fatalf("%s has %s; the stage is %s: %v", route, k.weights(route), s.Status, s.Failures())
		}
		if got := fmt.Sprint(model.Plain(s.Outputs["previousWeights"])); got != test.back {
			t.Errorf("the previous weights are %s", got)
		}
		after, err := kind.Definition.(engine.AfterPlanner).AfterStages(view)
		if err != nil || len(after) != 3 || after[0].Type != "wait" || after[1].Name != "Good?" || after[2].Requires[0] != 1 || after[1].Context["instructions"] != "look" {
			t.Errorf("planned %v %v", after, err)
		}
		// A run that is repeated does not take its own weights for the previous ones.
		_, again := k.run(s.Context, view.State)
		if got := fmt.Sprint(model.Plain(again.Stage.Outputs["previousWeights"])); got != test.back {
			t.Errorf("then the previous weights are %s", got)
		}
		// A judgment that fails gives the traffic back.
		failure, err := kind.Definition.(engine.FailurePlanner).OnFailureStages(view)
		if err != nil || len(failure) != 1 {
			t.Fatalf("planned %v %v", failure, err)
		}
		if _, back := k.run(failure[0].Context); back.Stage.Status != model.Succeeded || k.weights(route) != test.before {
			t.Errorf("%s is back at %s: %v", route, k.weights(route), back.Stage.Failures())
		}
		if more, _ := kind.Definition.(engine.FailurePlanner).OnFailureStages(engine.View{Execution: view.Execution, Stage: &model.Stage{Context: failure[0].Context}}); more != nil {
			t.Errorf("taking back plans %v", more)
		}
		// So does canceling.
		kind, view = k.run(map[string]any{"manifestName": route, "weights": test.weights})
		if _, err := kind.Cancel(t.Context(), input(view)); err != nil || k.weights(route) != test.before {
			t.Errorf("%s is at %s after it was canceled: %v", route, k.weights(route), err)
		}
	}
}

func TestBadInput(t *testing.T) {
	t.Parallel()
	k := newKube(t)
	for want, fields := range map[string]map[string]any{
		"weights: is missing":                      {},
		"weights.stable: must be a number":         {"weights": map[string]any{"stable": "many"}},
		"there are canary, stable, static":         {"weights": map[string]any{"stable": 1, "gone": 1}},
		"there are static":                         {"weights": map[string]any{"stable": 1, "canary": 1}, "rule": "other"},
		"manifestName: is missing":                 {"weights": map[string]any{"stable": 1}, "manifestName": ""},
		"a service has no weights":                 {"weights": map[string]any{"stable": 1}, "manifestName": "service web"},
		"add up to 60 and must to 100":             {"weights": map[string]any{"v1": 50}, "manifestName": virtualService},
		"matches more than one backend":            {"weights": map[string]any{"web": 50}, "manifestName": virtualService},
		`serves no kind "TCPRoute.example.com"`:    {"weights": map[string]any{"web": 50}, "manifestName": "TCPRoute.example.com web"},
		`HTTPRoute.gateway.networking.k8s.io "no"`: {"weights": map[string]any{"web": 50}, "manifestName": "HTTPRoute.gateway.networking.k8s.io no"},
	} {
		if want == "a service has no weights" {
			if _, err := k.Client.CoreV1().RESTClient().Post().Namespace(k.namespace).Resource("services").Body([]byte(`{"apiVersion":"v1","kind":"Service","metadata":{"name":"web"},"spec":{"ports":[{"port":80}]}}`)).DoRaw(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		_, view := k.run(fields)
		if text := strings.Join(view.Stage.Failures(), "\n"); view.Stage.Status != model.Terminal || !strings.Contains(text, want) {
			t.Errorf("want %q; the stage is %s: %s", want, view.Stage.Status, text)
		}
	}
}
