package server_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	coordinationv1 "k8s.io/api/coordination/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/rand"

	"github.com/gennaker/gennaker/internal/cloud/kubernetes"
	"github.com/gennaker/gennaker/internal/config"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage/manifest"
	"github.com/gennaker/gennaker/internal/testkube"
)

var healthResources = map[string]schema.GroupVersionResource{
	"Deployment":  {Group: "apps", Version: "v1", Resource: "deployments"},
	"StatefulSet": {Group: "apps", Version: "v1", Resource: "statefulsets"},
	"DaemonSet":   {Group: "apps", Version: "v1", Resource: "daemonsets"},
	"Job":         {Group: "batch", Version: "v1", Resource: "jobs"},
	"CronJob":     {Group: "batch", Version: "v1", Resource: "cronjobs"},
	"Service":     {Version: "v1", Resource: "services"},
	"Ingress":     {Group: "networking.k8s.io", Version: "v1", Resource: "ingresses"},
}

// TestHealth makes dozens of broken workloads on a real API server, and some that aren't, and compares what every
// endpoint says of each with the others, with what it is to say, and with what kubectl shows at the same
// moment.
func TestHealth(t *testing.T) {
	t.Parallel()
	cluster := testkube.Get(t)
	w := &ward{t: t, cluster: cluster, namespace: cluster.Namespace(t), node: "silent-" + rand.String(5)}
	w.instance = start(t, func(c *config.Config) {
		c.Kubernetes.Accounts = []kubernetes.AccountConfig{{Name: "k8s", KubeconfigFile: cluster.Kubeconfig}}
	})
	w.register()
	for _, c := range healthCases {
		w.create(c)
	}
	testkube.Eventually(t, 4*time.Minute, func() string {
		w.beat()
		if problem := w.report(); problem != "" {
			return problem
		}
		return w.check()
	})
}

// ward is the cluster of the broken.
type ward struct {
	t         *testing.T
	cluster   *testkube.Cluster
	namespace string
	// node is one that no kubelet reports of: the test does.
	node     string
	instance *instance
	beaten   time.Time
}

// register makes the silent node. Nothing is scheduled to it; pods name it.
func (w *ward) register() {
	w.t.Helper()
	ctx, nodes := w.t.Context(), w.cluster.Client.CoreV1().Nodes()
	_, err := nodes.Create(ctx, &corev1.Node{
		ObjectMeta: metav1.ObjectMeta{Name: w.node},
		Spec:       corev1.NodeSpec{Taints: []corev1.Taint{{Key: "gennaker.io/silent", Effect: corev1.TaintEffectNoSchedule}}},
	}, metav1.CreateOptions{})
	require.NoError(w.t, err)
	w.t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(w.t.Context()), 30*time.Second)
		defer cancel()
		var now int64
		_ = w.cluster.Client.CoreV1().Pods(w.namespace).DeleteCollection(ctx, metav1.DeleteOptions{GracePeriodSeconds: &now}, metav1.ListOptions{FieldSelector: "spec.nodeName=" + w.node})
		_ = nodes.Delete(ctx, w.node, metav1.DeleteOptions{})
	})
	ready := `{"status": {"conditions": [{"type": "Ready", "status": "True", "reason": "Test"}]}}`
	_, err = nodes.Patch(ctx, w.node, types.StrategicMergePatchType, []byte(ready), metav1.PatchOptions{}, "status")
	require.NoError(w.t, err)
}

// beat renews the node's lease, so that its pods aren't given up.
func (w *ward) beat() {
	w.t.Helper()
	if time.Since(w.beaten) < 5*time.Second {
		return
	}
	w.beaten = time.Now()
	ctx, leases := w.t.Context(), w.cluster.Client.CoordinationV1().Leases("kube-node-lease")
	now := metav1.NowMicro()
	lease, err := leases.Get(ctx, w.node, metav1.GetOptions{})
	if err != nil {
		_, err = leases.Create(ctx, &coordinationv1.Lease{ObjectMeta: metav1.ObjectMeta{Name: w.node}, Spec: coordinationv1.LeaseSpec{HolderIdentity: &w.node, RenewTime: &now}}, metav1.CreateOptions{})
	} else {
		lease.Spec.RenewTime = &now
		_, err = leases.Update(ctx, lease, metav1.UpdateOptions{})
	}
	require.NoError(w.t, err)
}

func (w *ward) decode(text string) map[string]any {
	w.t.Helper()
	now := time.Now().UTC()
	text = strings.NewReplacer("SILENT", w.node, "BEFORE", `"`+now.Add(-time.Minute).Format(time.RFC3339)+`"`, "START", `"`+now.Format(time.RFC3339)+`"`).Replace(text)
	// A decoder of manifests wants a kind.
	all, err := manifest.Decode([]byte(text))
	require.NoError(w.t, err, text)
	return all[0]
}

func (w *ward) create(c healthCase) {
	w.t.Helper()
	_, name, _ := strings.Cut(c.object, " ")
	o := &unstructured.Unstructured{Object: w.decode(c.manifest)}
	o.SetName(name)
	annotations := o.GetAnnotations()
	if annotations == nil {
		annotations = map[string]string{}
	}
	annotations["moniker.spinnaker.io/application"] = "broken"
	annotations["moniker.spinnaker.io/cluster"] = c.object
	o.SetAnnotations(annotations)
	_, err := w.cluster.Dynamic.Resource(healthResources[o.GetKind()]).Namespace(w.namespace).Create(w.t.Context(), o, metav1.CreateOptions{})
	require.NoError(w.t, err, c.object)
}

// report writes the statuses of the pods of the silent node, once.
func (w *ward) report() string {
	w.t.Helper()
	ctx := w.t.Context()
	pods := w.cluster.Dynamic.Resource(schema.GroupVersionResource{Version: "v1", Resource: "pods"}).Namespace(w.namespace)
	for _, c := range healthCases {
		if c.status == "" {
			continue
		}
		_, name, _ := strings.Cut(c.object, " ")
		list, err := pods.List(ctx, metav1.ListOptions{LabelSelector: "app=" + name})
		require.NoError(w.t, err)
		if len(list.Items) == 0 {
			return c.object + " has no pod yet"
		}
		for i := range list.Items {
			pod := &list.Items[i]
			if pod.GetLabels()["reported"] == "yes" {
				continue
			}
			status := w.decode("{apiVersion: v1, kind: Pod, metadata: {name: x}, status: " + c.status + "}")["status"]
			pod.Object["status"] = status
			updated, err := pods.UpdateStatus(ctx, pod, metav1.UpdateOptions{})
			if err != nil {
				return fmt.Sprintf("%s: %v", c.object, err)
			}
			labels := updated.GetLabels()
			labels["reported"] = "yes"
			updated.SetLabels(labels)
			if _, err := pods.Update(ctx, updated, metav1.UpdateOptions{}); err != nil {
				return fmt.Sprintf("%s: %v", c.object, err)
			}
		}
	}
	return ""
}

// said is what endpoints say of each object, as "state reason".
type said map[string]map[string]string // by object and endpoint

func (s said) add(endpoint, object string, health any) {
	h, _ := health.(map[string]any)
	if h == nil {
		h = map[string]any{"state": "(nothing)"}
	}
	if s[object] == nil {
		s[object] = map[string]string{}
	}
	s[object][endpoint] = strings.TrimSpace(model.String(h, "state") + " " + model.String(h, "reason"))
}

func (w *ward) list(path string) []map[string]any {
	w.t.Helper()
	status, answer := w.instance.call(http.MethodGet, path, nil)
	require.Equal(w.t, http.StatusOK, status, "%s: %v", path, answer)
	var out []map[string]any
	for _, item := range model.Objects(map[string]any{"list": answer}, "list") {
		if region := model.String(item, "region"); region == w.namespace || region == "" {
			out = append(out, item)
		}
	}
	return out
}

// ask asks all endpoints.
func (w *ward) ask() said {
	w.t.Helper()
	out := said{}
	for _, path := range []string{"/applications/broken/serverGroups", "/serverGroups?applications=broken", "/applications/broken/serverGroups?expand=true"} {
		for _, g := range w.list(path) {
			out.add(path, model.String(g, "name"), g["healthStatus"])
			for _, i := range model.Objects(g, "instances") {
				name := model.String(i, "humanReadableName")
				if name == "" {
					name = model.String(i, "name")
				}
				out.add(path, name, i["healthStatus"])
			}
			for _, m := range model.Objects(g, "serverGroupManagers") {
				if path == "/applications/broken/serverGroups" {
					out.add(path+" (cluster)", "deployment "+model.String(m, "name"), g["clusterHealth"])
				}
			}
		}
	}
	for _, path := range []string{"/applications/broken/serverGroupManagers", "/applications/broken/loadBalancers", "/applications/broken/rawResources"} {
		for _, o := range w.list(path) {
			out.add(path, model.String(o, "name"), o["healthStatus"])
		}
	}
	for _, c := range healthCases {
		path := "/manifests/k8s/" + w.namespace + "/" + url.PathEscape(c.object)
		out.add("/manifests", c.object, w.instance.object(http.MethodGet, path, nil)["healthStatus"])
	}
	for _, object := range []string{"deployment crash", "deployment good", "job fails", "deployment memory"} {
		path := "/manifests/k8s/" + w.namespace + "/" + url.PathEscape(object) + "/tree"
		for _, n := range model.Objects(w.instance.object(http.MethodGet, path, nil), "nodes") {
			if kind := model.String(n, "kind"); kind != "event" && !strings.Contains(kind, ".") {
				out.add("/tree", model.String(n, "name"), n["healthStatus"])
			}
		}
	}
	return out
}

// check tells what is wrong with what the API says, if anything is.
func (w *ward) check() string {
	w.t.Helper()
	before := w.pods()
	all := w.ask()
	after := w.pods()
	pods := map[string]string{} // what pods are to be, by the label app
	for _, c := range healthCases {
		want := strings.TrimSpace(c.state + " " + c.reason)
		for endpoint, got := range all[c.object] {
			if got != want {
				return fmt.Sprintf("%s of %s is %q, want %q", endpoint, c.object, got, want)
			}
		}
		if len(all[c.object]) < 2 {
			return fmt.Sprintf("%s is only told by %v", c.object, all[c.object])
		}
		if name, ok := strings.CutPrefix(c.object, "deployment "); ok { // its pods' label has its name
			if pods[name] = c.pod; c.pod == "" {
				pods[name] = want
			}
		}
	}
	for object, by := range all {
		answers := map[string]bool{}
		for _, got := range by {
			answers[got] = true
		}
		if len(answers) > 1 {
			return fmt.Sprintf("endpoints differ about %s: %v", object, by)
		}
	}
	return w.compare(all, pods, before, after)
}

// compare compares what the API says of pods with what kubectl shows.
func (w *ward) compare(all said, want map[string]string, before, after map[string]*corev1.Pod) string {
	w.t.Helper()
	if len(after) < 25 {
		return fmt.Sprintf("there are only %d pods", len(after))
	}
	for name, pod := range after {
		if before[name] == nil || before[name].ResourceVersion != pod.ResourceVersion {
			return name + " changes just now"
		}
		shown := all["pod "+name]
		if len(shown) < 3 {
			return fmt.Sprintf("pod %s is only told by %v", name, shown)
		}
		if app := pod.Labels["app"]; want[app] != "" && app != "" {
			for endpoint, got := range shown {
				if got != want[app] {
					return fmt.Sprintf("%s of pod %s is %q, want %q", endpoint, name, got, want[app])
				}
			}
		}
		status, ready := kubectl(pod)
		for endpoint, got := range shown {
			state, reason, _ := strings.Cut(got, " ")
			if !slices.Contains(asKubectl(status), reason) {
				return fmt.Sprintf("kubectl shows pod %s as %s, and %s says %q", name, status, endpoint, got)
			}
			if healthy := state == "healthy" && reason == ""; healthy != ready {
				return fmt.Sprintf("kubectl shows pod %s as ready: %t, and %s says %q", name, ready, endpoint, got)
			}
		}
	}
	return ""
}

func (w *ward) pods() map[string]*corev1.Pod {
	w.t.Helper()
	list, err := w.cluster.Client.CoreV1().Pods(w.namespace).List(w.t.Context(), metav1.ListOptions{})
	require.NoError(w.t, err)
	out := map[string]*corev1.Pod{}
	for i := range list.Items {
		out[list.Items[i].Name] = &list.Items[i]
	}
	return out
}

// kubectl is what kubectl get pods shows of a pod as its STATUS, and whether it shows all
// containers as ready and the pod as running and ready.
func kubectl(pod *corev1.Pod) (status string, ready bool) {
	status = string(pod.Status.Phase)
	if pod.Status.Reason != "" {
		status = pod.Status.Reason
	}
	initializing := false
	for i, s := range pod.Status.InitContainerStatuses {
		if t := s.State.Terminated; t != nil && t.ExitCode == 0 {
			continue
		}
		initializing = true
		status = fmt.Sprintf("Init:%d/%d", i, len(pod.Spec.InitContainers))
		if w := s.State.Waiting; w != nil && w.Reason != "" && w.Reason != "PodInitializing" {
			status = "Init:" + w.Reason
		}
		break
	}
	ready = len(pod.Status.ContainerStatuses) > 0 && pod.Status.Phase == corev1.PodRunning
	for _, s := range slices.Backward(pod.Status.ContainerStatuses) {
		ready = ready && s.Ready
		switch {
		case initializing:
		case s.State.Waiting != nil && s.State.Waiting.Reason != "":
			status = s.State.Waiting.Reason
		case s.State.Terminated != nil && s.State.Terminated.Reason != "":
			status = s.State.Terminated.Reason
		}
	}
	for _, c := range pod.Status.Conditions {
		if c.Type == corev1.PodReady && c.Status != corev1.ConditionTrue {
			ready = false
		}
	}
	return status, ready
}

// asKubectl are the reasons that say the same as a status of kubectl, or say it more exactly.
func asKubectl(status string) []string {
	switch status {
	case "Running":
		return []string{"", "NotReady", "StartupProbe", "ReadinessProbeFailing", "NodeLost"}
	case "Pending":
		return []string{"Unschedulable", "ContainerCreating", "Init:0/1"}
	case "CrashLoopBackOff":
		return []string{status, "OOMKilled", "LivenessProbeFailing"}
	}
	return []string{status}
}
