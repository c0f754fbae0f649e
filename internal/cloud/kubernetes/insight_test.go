package kubernetes

import (
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/testkube"
	"github.com/gennaker/gennaker/internal/testkube/simulated"
)

func TestTree(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.deploy(shop)
	var pod string
	testkube.Eventually(t, 2*time.Minute, func() string {
		pods, err := b.Client.CoreV1().Pods(b.namespace).List(t.Context(), metav1.ListOptions{})
		if err != nil || len(pods.Items) < 2 {
			return "the pods are not there"
		}
		pod = pods.Items[0].Name
		return ""
	})
	// From any object of it, the whole tree is found.
	for _, name := range []string{"deployment web", "pod " + pod} {
		tree, err := b.Tree(t.Context(), "test", b.namespace, name)
		if err != nil {
			t.Fatal(err)
		}
		var kinds []string
		seen := map[string]bool{"": true}
		for _, node := range tree.Nodes {
			kinds = append(kinds, node.Kind)
			if !seen[node.Parent] {
				t.Errorf("%s comes before its parent", node.Name)
			}
			seen[node.UID] = true
		}
		if !slices.Equal(kinds, []string{"deployment", "replicaSet", "pod", "pod"}) || tree.Nodes[0].Name != "deployment web" || len(tree.Unseen) != 0 || tree.More {
			t.Errorf("the tree of %s: %+v", name, tree)
		}
		if tree.Nodes[0].CreatedTime == 0 || tree.Nodes[0].Namespace != b.namespace {
			t.Errorf("the root: %+v", tree.Nodes[0])
		}
	}
	if _, err := b.Tree(t.Context(), "test", b.namespace, "deployment gone"); !absent(err) {
		t.Errorf("the tree of nothing: %v", err)
	}
}

func TestApplied(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.deploy(shop)
	// Somebody else adds a container and changes the number of replicas.
	patch := `{"spec": {"replicas": 5, "template": {"spec": {"containers": [{"name": "side", "image": "side:1"}]}}}}`
	if _, err := b.Client.AppsV1().Deployments(b.namespace).Patch(t.Context(), "web", types.StrategicMergePatchType, []byte(patch), metav1.PatchOptions{FieldManager: "somebody"}); err != nil {
		t.Fatal(err)
	}
	got, err := b.Applied(t.Context(), "test", b.namespace, "deployment web")
	if err != nil {
		t.Fatal(err)
	}
	spec := model.Object(got.Manifest, "spec")
	containers := model.Objects(model.Object(model.Object(spec, "template"), "spec"), "containers")
	if len(containers) != 1 || model.String(containers[0], "name") != "web" || model.String(containers[0], "image") != "nginx:1.27" || containers[0]["imagePullPolicy"] != nil {
		t.Errorf("what was applied: %v", got.Manifest)
	}
	if _, ours := spec["replicas"]; ours {
		t.Errorf("the number of replicas is somebody else's by now: %v", spec)
	}
	if !strings.Contains(got.Diff, "+  replicas: 5") || !strings.Contains(got.Diff, "side:1") || strings.Contains(got.Diff, "-") && strings.Contains(got.Diff, "\n-  ") {
		t.Errorf("the difference: %s", got.Diff)
	}
	if !slices.Contains(got.Managers, FieldManager) || !slices.Contains(got.Managers, "somebody") {
		t.Errorf("the managers: %v", got.Managers)
	}
}

func TestPodMetrics(t *testing.T) {
	t.Parallel()
	kinds := append(slices.Clone(simulated.Kinds), simulated.Kind{Group: "metrics.k8s.io", Version: "v1beta1", Kind: "PodMetrics", Plural: "pods", Namespaced: true})
	meta := func() simulated.Object { return simulated.Object{"name": "web", "namespace": "ns"} }
	api := httptest.NewServer(simulated.New(kinds,
		simulated.Object{"apiVersion": "v1", "kind": "Pod", "metadata": meta()},
		simulated.Object{"apiVersion": "metrics.k8s.io/v1beta1", "kind": "PodMetrics", "metadata": meta(), "containers": []any{
			simulated.Object{"name": "web", "usage": simulated.Object{"cpu": "1234567n", "memory": "3500Ki"}},
		}},
	))
	t.Cleanup(api.Close)
	p := testProvider(t, AccountConfig{Name: "sim", KubeconfigContents: `{clusters: [{name: c, cluster: {server: "` + api.URL + `"}}],
		contexts: [{name: c, context: {cluster: c, user: u}}], current-context: c, users: [{name: u, user: {}}]}`})
	live, err := p.Manifest(t.Context(), "sim", "ns", "pod web", true)
	if err != nil {
		t.Fatal(err)
	}
	if len(live.Metrics) != 1 || live.Metrics[0]["containerName"] != "web" {
		t.Fatalf("metrics: %v", live.Metrics)
	}
	metrics := model.Object(live.Metrics[0], "metrics")
	if metrics["CPU(cores)"] != "2m" || metrics["MEMORY(bytes)"] != "3Mi" {
		t.Errorf("metrics: %v", metrics)
	}
}
