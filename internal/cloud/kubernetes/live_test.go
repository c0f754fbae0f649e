package kubernetes

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	quantity "k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"

	"github.com/gennaker/gennaker/internal/cloud/view"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage/manifest"
	"github.com/gennaker/gennaker/internal/stage/preconditions"
	"github.com/gennaker/gennaker/internal/testkube"
)

func TestMain(m *testing.M) { os.Exit(testkube.Main(m)) }

// bench is a provider and a namespace for a test.
type bench struct {
	*testkube.Cluster
	*Provider
	t         *testing.T
	namespace string
}

func newBench(t *testing.T, more ...AccountConfig) *bench {
	t.Helper()
	cluster := testkube.Get(t)
	p, err := New(append(more, AccountConfig{Name: "test", KubeconfigFile: cluster.Kubeconfig}), Options{})
	if err != nil {
		t.Fatal(err)
	}
	return &bench{Cluster: cluster, Provider: p, t: t, namespace: cluster.Namespace(t)}
}

// deploy applies manifests, waiting for steps that must wait.
func (b *bench) deploy(text string) {
	b.t.Helper()
	manifests, err := manifest.Decode([]byte(text))
	if err != nil {
		b.t.Fatal(err)
	}
	plan, err := b.PlanDeploy(b.t.Context(), manifest.DeployRequest{
		ID: "op", Account: "test", Manifests: manifests, Moniker: manifest.Moniker{App: "shop"}, NamespaceOverride: b.namespace,
	})
	if err != nil {
		b.t.Fatal(err)
	}
	b.carryOut(plan)
}

func (b *bench) carryOut(plan manifest.Plan) {
	b.t.Helper()
	for _, step := range plan.Steps {
		testkube.Eventually(b.t, 2*time.Minute, func() string {
			result, err := b.Execute(b.t.Context(), "test", step)
			if err != nil {
				b.t.Fatal(err)
			}
			if result.Wait {
				return result.Message
			}
			return ""
		})
	}
}

// An account whose cluster can't be used says so, with its name and what to do.
func TestUnusableAccounts(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	good, err := clientcmd.LoadFromFile(b.Kubeconfig)
	if err != nil {
		t.Fatal(err)
	}
	written := func(change func(*clientcmdapi.Config)) string {
		config := good.DeepCopy()
		change(config)
		data, err := clientcmd.Write(*config)
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	for name, test := range map[string]struct {
		config AccountConfig
		want   []string
		kind   fault.Kind
	}{
		"no file":    {AccountConfig{KubeconfigFile: filepath.Join(t.TempDir(), "gone")}, []string{"its credentials can't be used", "gone"}, fault.Unavailable},
		"no context": {AccountConfig{KubeconfigFile: b.Kubeconfig, Context: "other"}, []string{"its credentials can't be used", "other"}, fault.Unavailable},
		"garbage":    {AccountConfig{KubeconfigContents: "{"}, []string{"its credentials can't be used", "kubeconfigContents"}, fault.Unavailable},
		"no cluster": {AccountConfig{ServiceAccount: true}, []string{"its credentials can't be used", "in-cluster"}, fault.Unavailable},
		"refused": {AccountConfig{KubeconfigContents: written(func(c *clientcmdapi.Config) {
			for _, cl := range c.Clusters {
				cl.Server = "https://127.0.0.1:1"
			}
		})}, []string{"can't be reached", "127.0.0.1:1", "check that it runs"}, fault.Unavailable},
		"unknown authority": {AccountConfig{KubeconfigContents: written(func(c *clientcmdapi.Config) {
			for _, cl := range c.Clusters {
				cl.CertificateAuthority, cl.CertificateAuthorityData = "", nil
			}
		})}, []string{"can't be reached", "certificate"}, fault.Unavailable},
		"unauthorized": {AccountConfig{KubeconfigContents: written(func(c *clientcmdapi.Config) {
			for name := range c.AuthInfos {
				c.AuthInfos[name] = &clientcmdapi.AuthInfo{Token: "stale"}
			}
		})}, []string{"does not accept its credentials", "renew"}, fault.Forbidden},
		"silent": {AccountConfig{RequestTimeoutSeconds: 1, KubeconfigContents: written(func(c *clientcmdapi.Config) {
			for _, cl := range c.Clusters {
				cl.Server = silentServer(t)
			}
		})}, []string{"can't be reached"}, fault.Unavailable},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test.config.Name = "broken"
			p, err := New([]AccountConfig{test.config}, Options{})
			if err != nil {
				t.Fatal(err)
			}
			_, err = p.Manifest(t.Context(), "broken", "default", "deployment web", false)
			if err == nil || fault.KindOf(err) != test.kind {
				t.Fatalf("got %v (kind %d), want kind %d", err, fault.KindOf(err), test.kind)
			}
			for _, word := range append(test.want, "account broken") {
				if !strings.Contains(err.Error(), word) {
					t.Errorf("it does not say %q: %v", word, err)
				}
			}
		})
	}
}

// Many stages that use an account for the first time at once share one look at
// what it serves.
func TestConcurrentFirstUse(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	var wait sync.WaitGroup
	for range 20 {
		wait.Go(func() {
			if _, err := b.Manifest(t.Context(), "test", b.namespace, "configMap kube-root-ca.crt", true); err != nil && fault.KindOf(err) != fault.NotFound {
				t.Error(err)
			}
		})
	}
	wait.Wait()
}

func TestManifestWithEvents(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.deploy(`{apiVersion: v1, kind: Pod, metadata: {name: noisy, annotations: {strategy.spinnaker.io/versioned: "false", sandbox.gennaker.io/behavior: never-ready, sandbox.gennaker.io/logs: "hello\n"}}, spec: {terminationGracePeriodSeconds: 0, containers: [{name: c, image: c}]}}`)
	testkube.Eventually(t, 2*time.Minute, func() string {
		live, err := b.Manifest(t.Context(), "test", b.namespace, "pod noisy", true)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range live.Events {
			if model.String(e, "reason") == "Unhealthy" {
				return ""
			}
		}
		return "there is no event of the failing probe"
	})
	live, err := b.Manifest(t.Context(), "test", b.namespace, "po noisy", false)
	if err != nil || live.Name != "pod noisy" || live.Location != b.namespace || live.Moniker.App != "shop" || len(live.Artifacts) != 1 {
		t.Errorf("got %+v %v", live, err)
	}
	log, err := b.PodLog(t.Context(), "test", b.namespace, "noisy", view.LogPart{Container: "c"})
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	if text, err := io.ReadAll(log); err != nil || string(text) != "hello\n" {
		t.Errorf("the log is %q %v", text, err)
	}
	if _, err := b.PodLog(t.Context(), "test", b.namespace, "gone", view.LogPart{Container: "c"}); fault.KindOf(err) != fault.NotFound {
		t.Errorf("the log of a pod that is gone: %v", err)
	}
}

// A claim that is bound by its first pod has nothing to wait for before.
func TestClaimWaitsForConsumer(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	later, policy := storagev1.VolumeBindingWaitForFirstConsumer, "late-"+b.namespace
	class := &storagev1.StorageClass{ObjectMeta: metav1.ObjectMeta{Name: policy}, Provisioner: "example.com/none", VolumeBindingMode: &later}
	if _, err := b.Client.StorageV1().StorageClasses().Create(t.Context(), class, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Client.StorageV1().StorageClasses().Delete(context.Background(), policy, metav1.DeleteOptions{}); err != nil {
			t.Error(err)
		}
	})
	size := corev1.VolumeResourceRequirements{Requests: corev1.ResourceList{"storage": quantity.MustParse("1Gi")}}
	claim := &corev1.PersistentVolumeClaim{ObjectMeta: metav1.ObjectMeta{Name: "data"}, Spec: corev1.PersistentVolumeClaimSpec{
		StorageClassName: &policy, Resources: size, AccessModes: []corev1.PersistentVolumeAccessMode{"ReadWriteOnce"},
	}}
	made, err := b.Client.CoreV1().PersistentVolumeClaims(b.namespace).Create(t.Context(), claim, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	// What the sandbox does with the claim is not the question here.
	made.Status.Phase = corev1.ClaimPending
	content, err := runtime.DefaultUnstructuredConverter.ToUnstructured(made)
	if err != nil {
		t.Fatal(err)
	}
	content["apiVersion"], content["kind"] = "v1", "PersistentVolumeClaim"
	a, err := b.account("test")
	if err != nil {
		t.Fatal(err)
	}
	if got := a.statusOf(t.Context(), content); !got.Stable.State || !strings.Contains(got.Stable.Message, "when a pod uses it") {
		t.Errorf("a claim that waits for its first pod is %+v", got)
	}
	content["metadata"] = map[string]any{"name": "other", "namespace": b.namespace}
	content["spec"].(map[string]any)["storageClassName"] = "standard-that-is-not-there"
	if got := a.statusOf(t.Context(), content); got.Stable.State {
		t.Errorf("a claim without its class is %+v", got)
	}
}

func TestClusterServerGroups(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	narrow, err := New([]AccountConfig{
		{Name: "narrow", KubeconfigFile: b.Kubeconfig, Namespaces: []string{b.namespace}},
		{Name: "elsewhere", KubeconfigFile: b.Kubeconfig, OmitNamespaces: []string{b.namespace}},
	}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	app := "app-" + b.namespace
	manifests, err := manifest.Decode([]byte(`
{apiVersion: apps/v1, kind: ReplicaSet, metadata: {name: web}, spec: {replicas: 2, selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: c}]}}}}
`))
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		plan, err := b.PlanDeploy(t.Context(), manifest.DeployRequest{ID: "x", Account: "test", Manifests: manifests, Moniker: manifest.Moniker{App: app, Cluster: "web"}, NamespaceOverride: b.namespace})
		if err != nil {
			t.Fatal(err)
		}
		b.carryOut(plan)
	}
	groups, err := narrow.ClusterServerGroups(t.Context(), "narrow", app, "web")
	if err != nil || len(groups) != 2 || groups[0].Region != b.namespace || groups[0].Replicas != 2 || groups[0].Disabled {
		t.Errorf("got %v %v", groups, err)
	}
	asked, err := narrow.ServerGroups(t.Context(), preconditions.Cluster{Application: app, Account: "narrow", Name: "web"})
	if err != nil || len(asked) != 2 || asked[0].Region != b.namespace {
		t.Errorf("got %v %v", asked, err)
	}
	if groups, err := narrow.ClusterServerGroups(t.Context(), "elsewhere", app, "web"); err != nil || len(groups) != 0 {
		t.Errorf("in omitted namespaces there are %v %v", groups, err)
	}
	if groups, err := b.ClusterServerGroups(t.Context(), "test", app, "other"); err != nil || len(groups) != 0 {
		t.Errorf("another cluster has %v %v", groups, err)
	}
	if _, err := b.ClusterServerGroups(t.Context(), "nobody", app, "web"); fault.KindOf(err) != fault.NotFound {
		t.Errorf("an unknown account: %v", err)
	}
}

// Two deployments that were planned at the same time do not mix their content
// in one version.
func TestVersionRace(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	var plans []manifest.Plan
	for _, color := range []string{"red", "green"} {
		plan, err := b.PlanDeploy(t.Context(), manifest.DeployRequest{
			ID: color, Account: "test", Moniker: manifest.Moniker{App: "shop"}, NamespaceOverride: b.namespace,
			Manifests: []map[string]any{{"apiVersion": "v1", "kind": "ConfigMap", "metadata": map[string]any{"name": "c"}, "data": map[string]any{"color": color}}},
		})
		if err != nil {
			t.Fatal(err)
		}
		plans = append(plans, plan)
	}
	b.carryOut(plans[0])
	b.carryOut(plans[0])
	result, err := b.Execute(t.Context(), "test", plans[1].Steps[0])
	if err != nil || !result.Taken {
		t.Fatalf("got %+v %v, want a version that is taken", result, err)
	}
	next, err := b.NextVersion(t.Context(), "test", plans[1], 0)
	if err != nil {
		t.Fatal(err)
	}
	b.carryOut(next)
	for name, color := range map[string]string{"c-v000": "red", "c-v001": "green"} {
		live, err := b.Manifest(t.Context(), "test", b.namespace, "configMap "+name, false)
		if err != nil || model.String(model.Object(live.Manifest, "data"), "color") != color {
			t.Errorf("%s is %+v %v, want %s", name, live, err, color)
		}
	}
}
