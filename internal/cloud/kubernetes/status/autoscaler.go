package status

import (
	"fmt"

	"github.com/gennaker/gennaker/internal/stage/manifest"
)

// autoscaler waits until the workload has the replicas that the autoscaler
// wants. One that has nothing to scale, or no metrics, wants none, and is
// stable.
func autoscaler(o object) manifest.Status {
	if !o.reported() {
		return unreported()
	}
	why := ""
	if c, ok := o.find("ScalingActive", "False"); ok {
		why = ": " + c.words("it has no metrics")
	}
	current, desired := o.count("status", "currentReplicas"), o.count("status", "desiredReplicas")
	switch {
	case desired > current:
		return unstable(fmt.Sprintf("Waiting for HPA to complete a scale up, current: %d desired: %d", current, desired) + why)
	case desired < current:
		return unstable(fmt.Sprintf("Waiting for HPA to complete a scale down, current: %d desired: %d", current, desired) + why)
	}
	return stable()
}
