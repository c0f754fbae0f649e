package kubernetes

import "strings"

// The deploy priorities, by Spinnaker's names without _PRIORITY. Smaller is
// deployed earlier.
const (
	priorityWorkload = 100
	priorityLowest   = 1000
)

var priorityNames = map[string]int{
	"LOWEST": priorityLowest, "WORKLOAD_ATTACHMENT": 110, "WORKLOAD_CONTROLLER": 100,
	"WORKLOAD": priorityWorkload, "WORKLOAD_MODIFIER": 90, "PDB": 90, "API_SERVICE": 80,
	"NETWORK_RESOURCE": 70, "MOUNTABLE_DATA": 50, "MOUNTABLE_DATA_BACKING_RESOURCE": 40,
	"SERVICE_ACCOUNT": 40, "STORAGE_CLASS": 40, "ADMISSION": 40, "RESOURCE_DEFINITION": 30,
	"ROLE_BINDING": 30, "ROLE": 20, "NAMESPACE": 0,
}

// capability is something that can be done with objects of a kind.
type capability uint16

const (
	canScale capability = 1 << iota
	canRollout
	canPause // pause and resume
	canTraffic
	canBalance
	hasPods
)

// properties are what is known of a kind.
type properties struct {
	kind          kind
	group         string // the group its short name stands for
	priority      int
	versioned     bool
	clusterScoped bool
	spinnakerKind string
	can           capability
	replaces      replacement
	// sensitive are the fields that results must not show.
	sensitive []string
}

func (p properties) has(c capability) bool { return p.can&c != 0 }

const (
	unclassified        = "unclassified"
	serverGroups        = "serverGroups"
	serverGroupManagers = "serverGroupManagers"
	configs             = "configs"
	loadBalancers       = "loadBalancers"
	securityGroups      = "securityGroups"
	instances           = "instances"
)

const (
	rbac      = "rbac.authorization.k8s.io"
	storage   = "storage.k8s.io"
	admission = "admissionregistration.k8s.io"
	network   = "networking.k8s.io"
)

// known are clouddriver's kinds, in its deploy order.
var known = []properties{
	{kind: kind{name: "namespace"}, priority: 0, clusterScoped: true},
	{kind: kind{name: "role"}, group: rbac, priority: 20},
	{kind: kind{name: "clusterRole"}, group: rbac, priority: 20, clusterScoped: true},
	{kind: kind{name: "roleBinding"}, group: rbac, priority: 30},
	{kind: kind{name: "clusterRoleBinding"}, group: rbac, priority: 30, clusterScoped: true},
	{kind: kind{name: "customResourceDefinition"}, group: "apiextensions.k8s.io", priority: 30, clusterScoped: true},
	{kind: kind{name: "serviceAccount"}, priority: 40},
	{kind: kind{name: "storageClass"}, group: storage, priority: 40, clusterScoped: true},
	{kind: kind{name: "persistentVolume"}, priority: 40, clusterScoped: true, spinnakerKind: configs},
	{kind: kind{name: "mutatingWebhookConfiguration"}, group: admission, priority: 40, clusterScoped: true},
	{kind: kind{name: "validatingWebhookConfiguration"}, group: admission, priority: 40, clusterScoped: true},
	{kind: kind{name: "configMap"}, priority: 50, versioned: true, spinnakerKind: configs},
	{kind: kind{name: "secret"}, priority: 50, versioned: true, spinnakerKind: configs, sensitive: []string{"data", "stringData"}},
	{kind: kind{name: "persistentVolumeClaim"}, priority: 50, spinnakerKind: configs},
	{kind: kind{name: "service"}, priority: 70, spinnakerKind: loadBalancers, can: canBalance},
	{kind: kind{name: "ingress"}, group: network, priority: 70, spinnakerKind: loadBalancers},
	{kind: kind{name: "networkPolicy"}, group: network, priority: 70, spinnakerKind: securityGroups},
	{kind: kind{name: "apiService"}, group: "apiregistration.k8s.io", priority: 80, clusterScoped: true},
	{kind: kind{name: "limitRange"}, priority: 90},
	{kind: kind{name: "podPreset"}, group: "settings.k8s.io", priority: 90},
	{kind: kind{name: "podSecurityPolicy"}, group: "policy", priority: 90, clusterScoped: true},
	{kind: kind{name: "podDisruptionBudget"}, group: "policy", priority: 90},
	{kind: kind{name: "deployment"}, group: "apps", priority: 100, spinnakerKind: serverGroupManagers,
		can: canScale | canRollout | canPause, replaces: replacesInTemplate},
	{kind: kind{name: "replicaSet"}, group: "apps", priority: 100, versioned: true, spinnakerKind: serverGroups,
		can: canScale | canTraffic | hasPods, replaces: replacesInTemplate},
	{kind: kind{name: "statefulSet"}, group: "apps", priority: 100, spinnakerKind: serverGroups,
		can: canScale | canRollout, replaces: replacesInTemplate},
	{kind: kind{name: "daemonSet"}, group: "apps", priority: 100, spinnakerKind: serverGroups,
		can: canRollout, replaces: replacesInTemplate},
	{kind: kind{name: "job"}, group: "batch", priority: 100, spinnakerKind: serverGroups, replaces: replacesInTemplate},
	{kind: kind{name: "cronJob"}, group: "batch", priority: 100, spinnakerKind: serverGroups, replaces: replacesInTemplate},
	{kind: kind{name: "pod"}, priority: 100, versioned: true, spinnakerKind: instances,
		can: canTraffic, replaces: replacesInPod},
	{kind: kind{name: "horizontalpodautoscaler"}, group: "autoscaling", priority: 110, replaces: replacesInAutoscaler},
	{kind: kind{name: "event"}, priority: priorityLowest},
	{kind: kind{name: "controllerRevision"}, group: "apps", priority: priorityLowest},
}

// spellings are the kinds by their names and short names in lower case.
var spellings = func() map[string]string {
	out := map[string]string{
		"ns": "namespace", "crd": "customResourceDefinition", "sa": "serviceAccount", "sc": "storageClass",
		"pv": "persistentVolume", "cm": "configMap", "pvc": "persistentVolumeClaim", "svc": "service",
		"netpol": "networkPolicy", "deploy": "deployment", "rs": "replicaSet", "ds": "daemonSet",
		"po": "pod", "hpa": "horizontalpodautoscaler", "sts": "statefulSet", "ing": "ingress",
		"pdb": "podDisruptionBudget", "csidriver": "csiDriver", "csinode": "csiNode",
	}
	for _, p := range known {
		out[strings.ToLower(p.kind.name)] = p.kind.name
	}
	return out
}()

var knownByKey = func() map[string]properties {
	out := make(map[string]properties, len(known))
	for _, p := range known {
		if p.spinnakerKind == "" {
			p.spinnakerKind = unclassified
		}
		out[p.kind.key()] = p
	}
	return out
}()

// propertiesOf are the properties of a kind for an account: clouddriver's, or
// what the account's customResources say, or those of any other kind.
func propertiesOf(k kind, custom []CustomResource) properties {
	if p, ok := knownByKey[k.key()]; ok {
		return p
	}
	for _, r := range custom {
		if parseKind(r.KubernetesKind).key() != k.key() {
			continue
		}
		p := properties{kind: k, group: k.group, versioned: r.Versioned, spinnakerKind: r.SpinnakerKind}
		p.priority, _ = parsePriority(r.DeployPriority)
		p.clusterScoped = r.Namespaced != nil && !*r.Namespaced
		if p.spinnakerKind == "" {
			p.spinnakerKind = unclassified
		}
		return p
	}
	return properties{kind: k, group: k.group, priority: priorityLowest, spinnakerKind: unclassified}
}

// SpinnakerKinds tells what each kind is to Spinnaker, as clouddriver tells of
// an account: the kinds it knows and the account's custom resources.
func (c AccountConfig) SpinnakerKinds() map[string]string {
	out := make(map[string]string, len(knownByKey)+len(c.CustomResources))
	for _, p := range knownByKey {
		out[p.kind.String()] = p.spinnakerKind
	}
	for _, r := range c.CustomResources {
		k := parseKind(r.KubernetesKind)
		out[k.String()] = propertiesOf(k, c.CustomResources).spinnakerKind
	}
	return out
}
