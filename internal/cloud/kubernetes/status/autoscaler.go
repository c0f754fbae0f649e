package status

import (
	"fmt"

	"github.com/gennaker/gennaker/internal/stage/manifest"
)

func autoscaler(o object) manifest.Status {
	if !o.reported() {
		return unreported()
	}
	if c, ok := o.find("ScalingActive", "False"); ok && o.count("status", "desiredReplicas") == 0 {
		return unstable("Waiting for HPA to compute a scale: " + c.words("it has no metrics"))
	}
	current, desired := o.count("status", "currentReplicas"), o.count("status", "desiredReplicas")
	switch {
	case desired > current:
		return unstable(fmt.Sprintf("Waiting for HPA to complete a scale up, current: %d desired: %d", current, desired))
	case desired < current:
		return unstable(fmt.Sprintf("Waiting for HPA to complete a scale down, current: %d desired: %d", current, desired))
	}
	return stable()
}

// disruptionBudget waits until the budget is computed, not until it is met:
// its pods may come later.
func disruptionBudget(o object) manifest.Status {
	if !o.reported() {
		return unreported()
	}
	if !o.observed() {
		return unstable(oldGeneration)
	}
	return stable()
}
