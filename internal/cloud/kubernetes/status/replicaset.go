package status

import "github.com/gennaker/gennaker/internal/stage/manifest"

func replicaSet(o object) manifest.Status {
	if !o.reported() {
		return unreported()
	}
	desired := o.count("spec", "replicas")
	switch {
	case desired > o.count("status", "fullyLabeledReplicas"):
		return unavailable(notLabeled)
	case desired > o.count("status", "readyReplicas"):
		return unavailable(notReady)
	case desired > o.count("status", "availableReplicas"):
		return unavailable(notAvailable)
	case !o.observed():
		return unstable("Waiting for replicaset spec update to be observed")
	}
	return stable()
}
