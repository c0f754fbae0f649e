package health

import (
	"fmt"

	"github.com/gennaker/gennaker/internal/cloud/view"
)

// PodState is how a pod is doing, and whether it gets traffic.
type PodState struct {
	Health view.HealthStatus
	Ready  bool
}

// Workload is the state of a Deployment, ReplicaSet, StatefulSet, DaemonSet or Job: what it says
// of itself, and if that is not all well, what its pods say. The pods are those of
// its newest version; serving tells whether any pod of it, also of an older version, is ready.
func Workload(own view.HealthStatus, pods []PodState, serving bool) view.HealthStatus {
	switch own.State {
	case view.StateHealthy, view.StateUnknown:
		return own
	case view.StateSuspended:
		if own.Reason == "ScaledToZero" || len(pods) == 0 {
			return own
		}
	}
	var worst view.HealthStatus
	troubled, broken := 0, false
	for _, p := range pods {
		serving = serving || p.Ready
		if !p.Health.Troubled() {
			continue
		}
		troubled++
		broken = broken || p.Health.State == view.StateFailed
		if worst.State == "" || p.Health.Worse(worst) {
			worst = p.Health
		}
	}
	if troubled == 0 {
		return own
	}
	out := view.HealthStatus{State: view.StateDegraded, Reason: worst.Reason, Message: worst.Message}
	if broken && !serving || own.State == view.StateFailed {
		out.State = view.StateFailed
	}
	if len(pods) > 1 {
		out.Message = fmt.Sprintf("%d of %s trouble. %s", troubled, have(int64(len(pods)), "pod"), worst.Message)
	}
	return out
}

// progressDeadline is the reason of a Deployment whose rollout has taken longer than it may.
const progressDeadline = "ProgressDeadlineExceeded"

// GivenUp tells whether a Deployment, by what it says of itself, has given up on its rollout.
func GivenUp(own view.HealthStatus) bool { return own.Reason == progressDeadline }

// OfRollout is the state of the ReplicaSet that a Deployment has given up on. Where that set has
// only not come up so far, both have the same fault, and one word for it.
func OfRollout(set, deployment view.HealthStatus) view.HealthStatus {
	switch set.State {
	case view.StateHealthy, view.StateSuspended, view.StateUnknown:
		return set
	}
	if set.Worse(deployment) { // the Deployment still has an older one that works
		return set
	}
	return deployment
}

// Job is the state of a Job. Pods that have failed are history while it tries again, but
// tell why it has failed.
func Job(own view.HealthStatus, active, all []PodState) view.HealthStatus {
	if own.Reason != "PodsFailed" && own.State != view.StateFailed {
		return Workload(own, active, false)
	}
	for _, p := range all {
		if p.Health.State == view.StateFailed {
			own.Message += " " + p.Health.Message
			break
		}
	}
	return own
}

// CronJob is the state of a CronJob whose newest Job is in a state.
func CronJob(own, newest view.HealthStatus) view.HealthStatus {
	if own.State != view.StateHealthy || !newest.Troubled() {
		return own
	}
	return says(view.StateDegraded, newest.Reason, "The last run has trouble. %s", newest.Message)
}
