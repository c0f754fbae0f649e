package health

import (
	"strings"

	"github.com/gennaker/gennaker/internal/cloud/kubernetes/status"
	"github.com/gennaker/gennaker/internal/model"
)

// rules are the functions by group and kind.
var rules = map[string]func(object) Judgment{
	"/pod":                                pod,
	"apps/deployment":                     deployment,
	"apps/replicaset":                     replicaSet,
	"apps/statefulset":                    statefulSet,
	"apps/daemonset":                      daemonSet,
	"batch/job":                           job,
	"batch/cronjob":                       cronJob,
	"/service":                            service,
	"/persistentvolumeclaim":              claim,
	"/namespace":                          namespace,
	"autoscaling/horizontalpodautoscaler": autoscaler,
}

// Of tells how an object is doing by what it says of itself alone.
func Of(content map[string]any) Judgment {
	o := object(content)
	group, _, found := strings.Cut(model.String(o, "apiVersion"), "/")
	if !found {
		group = ""
	}
	kind := strings.ToLower(model.String(o, "kind"))
	if deleted := timeOf(o.metadata(), "deletionTimestamp"); !deleted.IsZero() {
		return terminating(o, deleted, group+"/"+kind == "/pod")
	}
	if rule, ok := rules[group+"/"+kind]; ok {
		return rule(o)
	}
	return byStatus(content)
}

// byStatus judges kinds without a rule as stages do that wait for them.
func byStatus(content map[string]any) Judgment {
	switch s := status.Of(content); {
	case s.Failed.State:
		return failed("Failed", "%s", sentence(s.Failed.Message))
	case s.Paused.State:
		return suspended("Paused", "%s", sentence(s.Paused.Message))
	case !s.Stable.State:
		return progressing("InProgress", "%s", sentence(s.Stable.Message))
	}
	return healthy()
}
