package kubernetes

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// The kinds that Spinnaker knows, with what it does with each: clouddriver's
// handlers. What is not here is deployed last, unversioned, and unclassified.
func TestKnownKinds(t *testing.T) {
	t.Parallel()
	const scales, rolls, pauses, balances, serves, owns = canScale, canRollout, canPause, canBalance, canTraffic, hasPods
	type row struct {
		apiVersion, kind, name string
		priority               int
		versioned, cluster     bool
		class                  string
		can                    capability
	}
	for _, r := range []row{
		{"v1", "Namespace", "namespace", 0, false, true, unclassified, 0},
		{rbac + "/v1", "Role", "role", 20, false, false, unclassified, 0},
		{rbac + "/v1", "ClusterRole", "clusterRole", 20, false, true, unclassified, 0},
		{rbac + "/v1", "RoleBinding", "roleBinding", 30, false, false, unclassified, 0},
		{rbac + "/v1", "ClusterRoleBinding", "clusterRoleBinding", 30, false, true, unclassified, 0},
		{"apiextensions.k8s.io/v1", "CustomResourceDefinition", "customResourceDefinition", 30, false, true, unclassified, 0},
		{"extensions/v1beta1", "CustomResourceDefinition", "customResourceDefinition", 30, false, true, unclassified, 0},
		{"v1", "ServiceAccount", "serviceAccount", 40, false, false, unclassified, 0},
		{storage + "/v1", "StorageClass", "storageClass", 40, false, true, unclassified, 0},
		{"v1", "PersistentVolume", "persistentVolume", 40, false, true, configs, 0},
		{admission + "/v1", "MutatingWebhookConfiguration", "mutatingWebhookConfiguration", 40, false, true, unclassified, 0},
		{admission + "/v1", "ValidatingWebhookConfiguration", "validatingWebhookConfiguration", 40, false, true, unclassified, 0},
		{"v1", "ConfigMap", "configMap", 50, true, false, configs, 0},
		{"v1", "Secret", "secret", 50, true, false, configs, 0},
		{"v1", "PersistentVolumeClaim", "persistentVolumeClaim", 50, false, false, configs, 0},
		{"v1", "Service", "service", 70, false, false, loadBalancers, balances},
		{network + "/v1", "Ingress", "ingress", 70, false, false, loadBalancers, 0},
		{"extensions/v1beta1", "Ingress", "ingress", 70, false, false, loadBalancers, 0},
		{network + "/v1", "NetworkPolicy", "networkPolicy", 70, false, false, securityGroups, 0},
		{"apiregistration.k8s.io/v1", "APIService", "apiService", 80, false, true, unclassified, 0},
		{"v1", "LimitRange", "limitRange", 90, false, false, unclassified, 0},
		{"settings.k8s.io/v1alpha1", "PodPreset", "podPreset", 90, false, false, unclassified, 0},
		{"policy/v1beta1", "PodSecurityPolicy", "podSecurityPolicy", 90, false, true, unclassified, 0},
		{"policy/v1", "PodDisruptionBudget", "podDisruptionBudget", 90, false, false, unclassified, 0},
		{"apps/v1", "Deployment", "deployment", 100, false, false, serverGroupManagers, scales | rolls | pauses},
		{"apps/v1", "ReplicaSet", "replicaSet", 100, true, false, serverGroups, scales | serves | owns},
		{"apps/v1", "StatefulSet", "statefulSet", 100, false, false, serverGroups, scales | rolls},
		{"apps/v1", "DaemonSet", "daemonSet", 100, false, false, serverGroups, rolls},
		{"batch/v1", "Job", "job", 100, false, false, serverGroups, 0},
		{"batch/v1", "CronJob", "cronJob", 100, false, false, serverGroups, 0},
		{"v1", "Pod", "pod", 100, true, false, instances, serves},
		{"autoscaling/v2", "HorizontalPodAutoscaler", "horizontalpodautoscaler", 110, false, false, unclassified, 0},
		{"v1", "Event", "event", 1000, false, false, unclassified, 0},
		{"apps/v1", "ControllerRevision", "controllerRevision", 1000, false, false, unclassified, 0},
		{storage + "/v1", "CSIDriver", "csiDriver", 1000, false, false, unclassified, 0},
		{storage + "/v1", "CSINode", "csiNode", 1000, false, false, unclassified, 0},
		{"v1", "ResourceQuota", "ResourceQuota", 1000, false, false, unclassified, 0},
		{"cert-manager.io/v1", "Certificate", "Certificate.cert-manager.io", 1000, false, false, unclassified, 0},
		{"networking.istio.io/v1", "VirtualService", "VirtualService.networking.istio.io", 1000, false, false, unclassified, 0},
		{"serving.knative.dev/v1", "Service", "Service.serving.knative.dev", 1000, false, false, unclassified, 0},
	} {
		k := kindOf(gvkOf(r.apiVersion, r.kind))
		require.Equal(t, r.name, k.String(), "%s %s", r.apiVersion, r.kind)
		p := propertiesOf(k, nil)
		got := row{r.apiVersion, r.kind, p.kind.String(), p.priority, p.versioned, p.clusterScoped, p.spinnakerKind, p.can}
		require.Equal(t, r, got)
		require.Equal(t, r.class, AccountConfig{CustomResources: []CustomResource{{KubernetesKind: k.String()}}}.SpinnakerKinds()[k.String()])
	}
}

// Short names are kubectl's.
func TestShortNames(t *testing.T) {
	t.Parallel()
	for short, name := range map[string]string{
		"ns": "namespace", "crd": "customResourceDefinition", "sa": "serviceAccount", "sc": "storageClass", "pv": "persistentVolume",
		"cm": "configMap", "pvc": "persistentVolumeClaim", "svc": "service", "netpol": "networkPolicy", "deploy": "deployment",
		"rs": "replicaSet", "ds": "daemonSet", "po": "pod", "hpa": "horizontalpodautoscaler", "sts": "statefulSet", "ing": "ingress",
		"pdb": "podDisruptionBudget", "SVC": "service", "Deploy": "deployment", "deployment.apps": "deployment",
		"deployment.extensions": "deployment", "secrets": "secrets", "svc.example.com": "svc.example.com",
	} {
		require.Equal(t, name, parseKind(" "+short+" ").String(), short)
	}
	for text, want := range map[string][2]string{
		"deployment web": {"deployment", "web"}, "  svc   web ": {"service", "web"}, "Gadget.example.com a.b": {"Gadget.example.com", "a.b"},
	} {
		k, name, err := parseName(text)
		require.NoError(t, err, text)
		require.Equal(t, want, [2]string{k.String(), name}, text)
	}
	_, _, err := parseName("web")
	require.EqualError(t, err, `manifestName: "web" must be a kind and a name, as in "deployment web"`)
}

// Priorities go by a number or by Spinnaker's name for it.
func TestDeployPriorities(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{
		"": 100, "7": 7, "-1": -1, "LOWEST": 1000, "lowest_priority": 1000, "WORKLOAD_ATTACHMENT": 110, "WORKLOAD_ATTACHMENT_PRIORITY": 110,
		"WORKLOAD_CONTROLLER": 100, "Workload": 100, "WORKLOAD_MODIFIER": 90, "PDB": 90, "API_SERVICE": 80, "NETWORK_RESOURCE": 70,
		"MOUNTABLE_DATA": 50, "MOUNTABLE_DATA_BACKING_RESOURCE": 40, "SERVICE_ACCOUNT": 40, "STORAGE_CLASS": 40, "ADMISSION": 40,
		"RESOURCE_DEFINITION": 30, "ROLE_BINDING": 30, "ROLE": 20, "NAMESPACE": 0,
	} {
		got, ok := parsePriority(text)
		require.True(t, ok, text)
		require.Equal(t, want, got, text)
	}
	for _, text := range []string{"first", "1.5", "_PRIORITY", " WORKLOAD"} {
		_, ok := parsePriority(text)
		require.False(t, ok, text)
	}
}

// An account's own kinds are what it says of them; those that Spinnaker knows are
// not its to change.
func TestCustomKinds(t *testing.T) {
	t.Parallel()
	no := false
	custom := []CustomResource{
		{KubernetesKind: "Gadget.example.com", SpinnakerKind: "serverGroups", DeployPriority: "NETWORK_RESOURCE", Versioned: true, Namespaced: &no},
		{KubernetesKind: "Plain.example.com"},
		{KubernetesKind: "Deployment.apps", SpinnakerKind: "configs", DeployPriority: "1"},
	}
	p := propertiesOf(parseKind("GADGET.example.com"), custom)
	require.Equal(t, []any{70, true, true, serverGroups}, []any{p.priority, p.versioned, p.clusterScoped, p.spinnakerKind})
	p = propertiesOf(parseKind("Plain.example.com"), custom)
	require.Equal(t, []any{100, false, false, unclassified}, []any{p.priority, p.versioned, p.clusterScoped, p.spinnakerKind})
	p = propertiesOf(parseKind("deployment"), custom)
	require.Equal(t, []any{100, serverGroupManagers}, []any{p.priority, p.spinnakerKind})
	p = propertiesOf(parseKind("Gadget.other.com"), custom)
	require.Equal(t, []any{1000, unclassified}, []any{p.priority, p.spinnakerKind})
}

// What is wrong with an account is said by the field, all of it at once.
func TestWhatAccountsMayNotSay(t *testing.T) {
	t.Parallel()
	for want, config := range map[string]AccountConfig{
		"name: is missing": {Name: " "},
		"omitNamespaces: only one of namespaces and omitNamespaces may be set": {Name: "a", Namespaces: []string{"x"}, OmitNamespaces: []string{"y"}},
		"omitKinds: only one of kinds and omitKinds may be set":                {Name: "a", Kinds: []string{"x"}, OmitKinds: []string{"y"}},
		"namespaces[1]: is empty":                                              {Name: "a", Namespaces: []string{"x", " "}},
		"kinds[0]: is empty":                                                   {Name: "a", Kinds: []string{""}},
		"kubectlRequestTimeoutSeconds: must not be negative":                   {Name: "a", RequestTimeoutSeconds: -1},
		"qps: must not be negative":                                            {Name: "a", QPS: -1},
		"burst: must not be negative":                                          {Name: "a", Burst: -1},
		"customResources[0].kubernetesKind: is missing":                        {Name: "a", CustomResources: []CustomResource{{}}},
		`customResources[0].kubernetesKind: "Gadget" needs its group, as in Certificate.cert-manager.io`:              {Name: "a", CustomResources: []CustomResource{{KubernetesKind: "Gadget"}}},
		`customResources[0].deployPriority: "first" is neither a number nor the name of a priority, such as WORKLOAD`: {Name: "a", CustomResources: []CustomResource{{KubernetesKind: "G.x", DeployPriority: "first"}}},
		`customResources[0].spinnakerKind: "servers" is not one of Spinnaker's kinds, such as serverGroups`:           {Name: "a", CustomResources: []CustomResource{{KubernetesKind: "G.x", SpinnakerKind: "servers"}}},
	} {
		var said []string
		for _, err := range config.Validate() {
			said = append(said, err.Error())
		}
		require.Contains(t, said, want)
	}
	require.Empty(t, AccountConfig{Name: "a", Kinds: []string{"pod"}, OmitNamespaces: []string{"kube-system"}, CustomResources: []CustomResource{{KubernetesKind: "G.x", DeployPriority: "WORKLOAD"}}}.Validate())
}
