package health

import (
	"cmp"
	"strings"

	"github.com/gennaker/gennaker/internal/cloud/view"
	"github.com/gennaker/gennaker/internal/model"
)

// deployment judges by the Deployment's own words: its conditions and counts.
func deployment(o object) Judgment {
	if o.status() == nil {
		return unreported()
	}
	if !o.observed() {
		return outdated()
	}
	desired, available := o.replicas(), o.has("availableReplicas")
	if j, ok := replicaFailure(o, available); ok {
		return j
	}
	if c := o.condition("Progressing"); c.isFalse() && c.reason == progressDeadline {
		if available > 0 {
			return degraded(c.reason, "The rollout has made no progress for too long. %s still available.", podsAre(available))
		}
		return failed(c.reason, "The rollout has made no progress for too long, and no pod is available.")
	}
	if desired == 0 {
		return none(o.has("replicas"))
	}
	updated, all := o.has("updatedReplicas"), o.has("replicas")
	if model.Bool(o.spec(), "paused", false) {
		return suspended("RolloutPaused", "The rollout is paused. %d of %s the new version.", updated, podsRun(desired))
	}
	switch {
	case updated < desired:
		return progressing("RollingOut", "%d of %s the new version.", updated, podsRun(desired))
	case all > updated:
		return progressing("RollingOut", "%s to stop.", waits(all-updated, "old pod"))
	case available < desired:
		return progressing("RollingOut", "%d of %s available.", available, podsAre(desired))
	}
	return healthy()
}

// replicaFailure reads the condition by which Deployments and ReplicaSets tell that pods can't be
// created.
func replicaFailure(o object, working int64) (Judgment, bool) {
	c := o.condition("ReplicaFailure")
	if !c.isTrue() {
		return Judgment{}, false
	}
	reason := cmp.Or(c.reason, "FailedCreate")
	if strings.Contains(c.message, "exceeded quota") {
		reason = "QuotaExceeded"
	}
	state := view.StateFailed
	if working > 0 {
		state = view.StateDegraded
	}
	return judge(state, reason, "Pods can't be created: %s", c.words()), true
}

// none judges a workload that is to have no pods.
func none(left int64) Judgment {
	if left > 0 {
		return progressing("ScalingDown", "%s to stop.", waits(left, "pod"))
	}
	return suspended("ScaledToZero", "It is scaled to zero.")
}

func replicaSet(o object) Judgment {
	if o.status() == nil {
		return unreported()
	}
	if !o.observed() {
		return outdated()
	}
	desired, ready := o.replicas(), o.has("readyReplicas")
	if j, ok := replicaFailure(o, ready); ok {
		return j
	}
	switch {
	case desired == 0:
		return none(o.has("replicas"))
	case ready < desired:
		return progressing("NotReady", "%d of %s ready.", ready, podsAre(desired))
	case o.has("availableReplicas") < desired:
		return progressing("NotAvailable", "%d of %s available.", o.has("availableReplicas"), podsAre(desired))
	}
	return healthy()
}

func statefulSet(o object) Judgment {
	if o.status() == nil {
		return unreported()
	}
	if !o.observed() {
		return outdated()
	}
	desired, ready := o.replicas(), o.has("readyReplicas")
	switch {
	case desired == 0:
		return none(o.has("replicas"))
	case ready < desired:
		return progressing("NotReady", "%d of %s ready.", ready, podsAre(desired))
	case o.has("replicas") > desired:
		return progressing("ScalingDown", "%s to stop.", waits(o.has("replicas")-desired, "pod"))
	}
	current, next := model.String(o.status(), "currentRevision"), model.String(o.status(), "updateRevision")
	if next == "" || current == next {
		return healthy()
	}
	updated := o.has("updatedReplicas")
	strategy := model.Object(o.spec(), "updateStrategy")
	if model.String(strategy, "type") == "OnDelete" {
		return suspended("UpdateOnDelete", "%d of %s the new version. The others are updated when somebody deletes them.", updated, podsRun(desired))
	}
	if partition := number(model.Object(strategy, "rollingUpdate"), "partition"); partition > 0 && updated >= desired-partition {
		return healthyAs("PartitionedRollout", "%d of %s the new version, as its partition asks for.", updated, podsRun(desired))
	}
	return progressing("RollingOut", "%d of %s the new version.", updated, podsRun(desired))
}

func daemonSet(o object) Judgment {
	if o.status() == nil {
		return unreported()
	}
	if !o.observed() {
		return outdated()
	}
	desired, available := o.has("desiredNumberScheduled"), o.has("numberAvailable")
	updated := o.has("updatedNumberScheduled")
	onDelete := model.String(model.Object(o.spec(), "updateStrategy"), "type") == "OnDelete"
	switch {
	case desired == 0:
		return suspended("NoMatchingNodes", "No node is to run it.")
	case o.has("currentNumberScheduled") < desired:
		return progressing("NotScheduled", "%d of %s a pod.", o.has("currentNumberScheduled"), have(desired, "node"))
	case available < desired:
		return progressing("NotAvailable", "%d of %s available.", available, podsAre(desired))
	case updated < desired && onDelete:
		return suspended("UpdateOnDelete", "%d of %s the new version. The others are updated when somebody deletes them.", updated, podsRun(desired))
	case updated < desired:
		return progressing("RollingOut", "%d of %s the new version.", updated, podsRun(desired))
	}
	return healthy()
}

// job judges a Job. While it tries again, what its pods died of is a trouble.
func job(o object) Judgment {
	if c := o.condition("Failed"); c.isTrue() {
		return failed(cmp.Or(c.reason, "JobFailed"), "The job has failed: %s", c.words())
	}
	if c := o.condition("Complete"); c.isTrue() {
		return healthyAs("Complete", "The job is complete.")
	}
	if c := o.condition("Suspended"); c.isTrue() || model.Bool(o.spec(), "suspend", false) {
		return suspended("JobSuspended", "The job is suspended.")
	}
	if o.status() == nil {
		return unreported()
	}
	if n := o.has("failed"); n > 0 {
		return degraded("PodsFailed", "%s failed. Kubernetes tries again.", have(n, "pod"))
	}
	return progressing("Running", "The job runs.")
}

func cronJob(o object) Judgment {
	if model.Bool(o.spec(), "suspend", false) {
		return suspended("CronJobSuspended", "The schedule is suspended.")
	}
	return healthy()
}
