package status

import (
	"strings"

	"github.com/gennaker/gennaker/internal/stage/manifest"
)

// AnnotationWait is the annotation that, set to "false", has an object count as
// stable as soon as it is there, whatever its status says.
const AnnotationWait = "gennaker.io/wait"

// rules are the functions by group and kind.
var rules = map[string]func(object) manifest.Status{
	"apps/deployment":                     deployment,
	"apps/replicaset":                     replicaSet,
	"apps/statefulset":                    statefulSet,
	"apps/daemonset":                      daemonSet,
	"batch/job":                           job,
	"batch/cronjob":                       cronJob,
	"/pod":                                pod,
	"/service":                            service,
	"/namespace":                          namespace,
	"/configmap":                          always,
	"/secret":                             always,
	"/serviceaccount":                     always,
	"/endpoints":                          always,
	"/limitrange":                         always,
	"/resourcequota":                      always,
	"/persistentvolume":                   always,
	"/event":                              always,
	"/node":                               always,
	"/podtemplate":                        always,
	"/persistentvolumeclaim":              claim,
	"/replicationcontroller":              always,
	"networking.k8s.io/ingress":           always,
	"extensions/ingress":                  always,
	"networking.k8s.io/networkpolicy":     always,
	"networking.k8s.io/ingressclass":      always,
	"autoscaling/horizontalpodautoscaler": autoscaler,
	"policy/poddisruptionbudget":          always,
	"apiextensions.k8s.io/customresourcedefinition": resourceDefinition,
	"apiregistration.k8s.io/apiservice":             always,
}

// Of tells how an object is doing.
func Of(content map[string]any) manifest.Status {
	o := object(content)
	if strings.EqualFold(o.text("metadata", "annotations", AnnotationWait), "false") {
		return stable()
	}
	group, _, found := strings.Cut(o.text("apiVersion"), "/")
	if !found {
		group = ""
	}
	if rule, ok := rules[group+"/"+strings.ToLower(o.text("kind"))]; ok {
		return rule(o)
	}
	if native(group) {
		return stable()
	}
	return custom(o)
}

// native tells whether a group is Kubernetes' own: kinds of these that have no
// rule are stable as soon as they are there, as in clouddriver.
func native(group string) bool {
	switch group {
	case "", "apps", "batch", "extensions", "autoscaling", "policy":
		return true
	}
	return nativeGroups[group]
}

// nativeGroups are those with a domain in their name.
var nativeGroups = map[string]bool{
	"admissionregistration.k8s.io": true, "apiextensions.k8s.io": true, "apiregistration.k8s.io": true,
	"authentication.k8s.io": true, "authorization.k8s.io": true, "certificates.k8s.io": true,
	"coordination.k8s.io": true, "discovery.k8s.io": true, "events.k8s.io": true,
	"flowcontrol.apiserver.k8s.io": true, "internal.apiserver.k8s.io": true, "networking.k8s.io": true,
	"node.k8s.io": true, "rbac.authorization.k8s.io": true, "resource.k8s.io": true,
	"scheduling.k8s.io": true, "settings.k8s.io": true, "storage.k8s.io": true, "storagemigration.k8s.io": true,
}

func always(object) manifest.Status { return stable() }

func stable() manifest.Status {
	return manifest.Status{Stable: manifest.Condition{State: true}, Available: manifest.Condition{State: true}}
}

// stableAs is stable with something to say about it.
func stableAs(message string) manifest.Status {
	s := stable()
	s.Stable.Message = message
	return s
}

// unstable is not stable yet, though what was there before is available.
func unstable(message string) manifest.Status {
	s := stable()
	s.Stable = manifest.Condition{Message: message}
	return s
}

// unavailable is neither stable nor available.
func unavailable(message string) manifest.Status {
	s := unstable(message)
	s.Available = manifest.Condition{Message: message}
	return s
}

func failed(message string) manifest.Status {
	s := stable()
	s.Failed = manifest.Condition{State: true, Message: message}
	return s
}

// unreported is the status of an object whose controller has not yet seen it.
func unreported() manifest.Status {
	s := unstable("No status reported yet")
	s.Available = manifest.Condition{Message: "No availability reported"}
	return s
}

// The reasons that several kinds have in common, in clouddriver's words.
const (
	oldGeneration  = "Waiting for status generation to match updated object generation"
	notAllUpdated  = "Waiting for all replicas to be updated"
	oldReplicas    = "Waiting for old replicas to finish termination"
	notAvailable   = "Waiting for all replicas to be available"
	notReady       = "Waiting for all replicas to be ready"
	notLabeled     = "Waiting for all replicas to be fully-labeled"
	notScheduled   = "Waiting for all replicas to be scheduled"
	updatedMissing = "Waiting for all updated replicas to be scheduled"
)
