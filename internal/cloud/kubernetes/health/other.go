package health

import (
	"cmp"
	"strings"
	"time"

	"github.com/gennaker/gennaker/internal/cloud/view"
	"github.com/gennaker/gennaker/internal/model"
)

// terminating judges an object that is being deleted. The time of deletion has the
// grace period in it.
func terminating(o object, deleted time.Time, pod bool) Judgment {
	finalizers := model.Strings(o.metadata(), "finalizers")
	if len(finalizers) > 0 {
		names := strings.Join(finalizers, ", ")
		return progressing("Terminating", "It is being deleted and waits for its finalizers: %s.", names).
			until(after(deleted, stopPatience), view.StateDegraded, "TerminatingStuck",
				"It can't be deleted: whatever should remove its finalizers hasn't done so yet: %s.", names)
	}
	out := progressing("Terminating", "It is being deleted.")
	if pod {
		out = out.until(after(deleted, stopPatience), view.StateDegraded, "TerminatingStuck",
			"The pod should have stopped by now. Its node may not answer.")
	}
	return out
}

// claim judges a PersistentVolumeClaim.
func claim(o object) Judgment {
	switch model.String(o.status(), "phase") {
	case "Bound":
		return healthy()
	case "Lost":
		return failed("Lost", "The claim's volume is gone.")
	}
	return progressing("Pending", "The claim isn't bound to a volume yet.").
		until(after(timeOf(o.metadata(), "creationTimestamp"), startPatience), view.StateDegraded, "Pending",
			"The claim still isn't bound to a volume. Its events say why.")
}

// WaitsForConsumer is the state of a claim that is bound when a pod uses it.
func WaitsForConsumer() view.HealthStatus {
	return says(view.StateSuspended, "WaitForFirstConsumer", "The claim is bound as soon as a pod uses it.")
}

func namespace(o object) Judgment {
	if model.String(o.status(), "phase") == "Terminating" {
		return progressing("Terminating", "The namespace is being deleted.")
	}
	return healthy()
}

// autoscaler judges a HorizontalPodAutoscaler by its conditions.
func autoscaler(o object) Judgment {
	if c := o.condition("AbleToScale"); c.isFalse() {
		return degraded(cmp.Or(c.reason, "UnableToScale"), "The autoscaler can't scale: %s", c.words())
	}
	if c := o.condition("ScalingActive"); c.isFalse() {
		if c.reason == "ScalingDisabled" {
			return suspended("ScalingDisabled", "The autoscaler does nothing, as its target is scaled to zero.")
		}
		return degraded(cmp.Or(c.reason, "ScalingInactive"), "The autoscaler can't tell how many pods are needed: %s", c.words())
	}
	current, desired := o.has("currentReplicas"), o.has("desiredReplicas")
	if _, known := model.Int(o.status(), "desiredReplicas"); known && current != desired {
		return progressing("Scaling", "The autoscaler goes from %d to %s.", current, count(desired, "pod"))
	}
	return healthy()
}
