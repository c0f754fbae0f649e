package deploy

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	authorizationv1 "k8s.io/api/authorization/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/restmapper"

	"github.com/gennaker/gennaker/internal/helm"
	"github.com/gennaker/gennaker/internal/testkube"
)

// restricted makes a namespace that takes only pods that Kubernetes' strictest standard
// allows, and the object to install into it with.
func restricted(t *testing.T) (*testkube.Cluster, live, string) {
	t.Helper()
	cluster := testkube.Get(t)
	namespace := cluster.Namespace(t)
	patch := []byte(`{"metadata":{"labels":{"pod-security.kubernetes.io/enforce":"restricted"}}}`)
	_, err := cluster.Client.CoreV1().Namespaces().Patch(t.Context(), namespace, types.MergePatchType, patch, metav1.PatchOptions{})
	require.NoError(t, err)
	groups, err := restmapper.GetAPIGroupResources(cluster.Client.Discovery())
	require.NoError(t, err)
	return cluster, live{client: cluster.Dynamic, mapper: restmapper.NewDiscoveryRESTMapper(groups)}, namespace
}

// install applies the chart, and its test's pod too, as Helm would.
func install(t *testing.T, l live, namespace, values string) {
	t.Helper()
	release, err := render(t, namespace, values, l)
	require.NoError(t, err)
	all, err := helm.Objects(release.Manifest)
	require.NoError(t, err)
	hooks, err := helm.Hooks(release, "test")
	require.NoError(t, err)
	require.Len(t, hooks, 1)
	for _, one := range append(all, hooks[0].Object) {
		object := &unstructured.Unstructured{Object: one}
		resource, err := l.resource(object)
		require.NoError(t, err)
		_, err = resource.Apply(t.Context(), object.GetName(), object, applied)
		require.NoError(t, err, "%s %s", object.GetKind(), object.GetName())
	}
}

func TestChartInstalledOnSQLite(t *testing.T) {
	t.Parallel()
	cluster, l, namespace := restricted(t)
	install(t, l, namespace, "")
	ready(t, cluster, namespace, 1)
	claim, err := cluster.Client.CoreV1().PersistentVolumeClaims(namespace).Get(t.Context(), "data-gennaker-0", metav1.GetOptions{})
	require.NoError(t, err)
	require.Equal(t, corev1.ClaimBound, claim.Status.Phase)

	// An upgrade keeps the key, and replaces the pod only if it must.
	key := func() string {
		secret, err := cluster.Client.CoreV1().Secrets(namespace).Get(t.Context(), "gennaker-encryption", metav1.GetOptions{})
		require.NoError(t, err)
		return string(secret.Data["key"])
	}
	set := func() *appsv1.StatefulSet {
		set, err := cluster.Client.AppsV1().StatefulSets(namespace).Get(t.Context(), "gennaker", metav1.GetOptions{})
		require.NoError(t, err)
		return set
	}
	first, generation := key(), set().Generation
	require.NotEmpty(t, first)
	install(t, l, namespace, "")
	require.Equal(t, first, key())
	require.Equal(t, generation, set().Generation)
	install(t, l, namespace, "config: {logging: {level: debug}}")
	require.Equal(t, first, key())
	require.Greater(t, set().Generation, generation)
	ready(t, cluster, namespace, 1)

	// A tool that doesn't ask the cluster would make another key: that is refused.
	release, err := render(t, namespace, "", nil)
	require.NoError(t, err)
	all, err := helm.Objects(release.Manifest)
	require.NoError(t, err)
	for _, one := range all {
		object := &unstructured.Unstructured{Object: one}
		if object.GetName() == "gennaker-encryption" {
			_, err := cluster.Dynamic.Resource(corev1.SchemeGroupVersion.WithResource("secrets")).Namespace(namespace).
				Apply(t.Context(), object.GetName(), object, applied)
			require.ErrorContains(t, err, "immutable")
		}
	}
	require.Equal(t, first, key())
}

func TestChartInstalledOnPostgreSQL(t *testing.T) {
	t.Parallel()
	cluster, l, namespace := restricted(t)
	target := cluster.Namespace(t)
	install(t, l, namespace, strings.ReplaceAll(`
database: {type: postgresql, url: "postgres://gennaker:secret@db.example.com/gennaker"}
replicas: 3
ingress: {enabled: true, host: cd.example.com, extraHosts: [www.example.com], tls: {enabled: true}}
networkPolicy: {enabled: true, from: [{namespaceSelector: {}}], egress: [{to: [{ipBlock: {cidr: 10.0.0.0/8}}]}]}
kubernetes: {namespaces: [TARGET], readSecrets: [tokens]}
service: {type: LoadBalancer}`, "TARGET", target))
	ready(t, cluster, namespace, 3)

	// The service account may do what pipelines need where it was granted, and nothing
	// else.
	for _, one := range []struct {
		namespace, group, resource, name, verb string
		allowed                                bool
	}{
		{target, "apps", "deployments", "", "patch", true},
		{target, "", "secrets", "", "create", true},
		{target, "rbac.authorization.k8s.io", "roles", "", "create", false},
		{namespace, "apps", "deployments", "", "get", false},
		{namespace, "", "secrets", "gennaker-encryption", "get", false},
		{namespace, "", "secrets", "tokens", "get", true},
		{namespace, "", "secrets", "", "list", false},
		{"", "", "nodes", "", "list", false},
	} {
		review, err := cluster.Client.AuthorizationV1().SubjectAccessReviews().Create(t.Context(), &authorizationv1.SubjectAccessReview{
			Spec: authorizationv1.SubjectAccessReviewSpec{
				User: "system:serviceaccount:" + namespace + ":gennaker", Groups: []string{"system:serviceaccounts", "system:authenticated"},
				ResourceAttributes: &authorizationv1.ResourceAttributes{
					Namespace: one.namespace, Group: one.group, Resource: one.resource, Name: one.name, Verb: one.verb,
				},
			},
		}, metav1.CreateOptions{})
		require.NoError(t, err)
		require.Equal(t, one.allowed, review.Status.Allowed, "%+v", one)
	}
}

// ready waits until so many pods are ready. Pods of the sandbox are simulated, but the
// API server and its admission are real.
func ready(t *testing.T, cluster *testkube.Cluster, namespace string, want int) {
	t.Helper()
	testkube.Eventually(t, time.Minute, func() string {
		pods, err := cluster.Client.CoreV1().Pods(namespace).List(t.Context(), metav1.ListOptions{LabelSelector: "app.kubernetes.io/name=gennaker"})
		if err != nil {
			return err.Error()
		}
		have := 0
		for i := range pods.Items {
			for _, c := range pods.Items[i].Status.Conditions {
				if c.Type == corev1.PodReady && c.Status == corev1.ConditionTrue {
					have++
				}
			}
		}
		if have == want {
			return ""
		}
		events, _ := cluster.Client.CoreV1().Events(namespace).List(t.Context(), metav1.ListOptions{})
		var said []string
		for i := range events.Items {
			said = append(said, events.Items[i].Message)
		}
		return "the pods aren't ready: " + strings.Join(said, "; ")
	})
}
