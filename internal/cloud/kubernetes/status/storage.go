package status

import "github.com/gennaker/gennaker/internal/stage/manifest"

// WaitingForVolume is what an unbound claim says. Whether it is waiting for a
// volume or for its first pod is for the storage class to tell.
const WaitingForVolume = "Waiting for the claim to be bound to a volume"

func claim(o object) manifest.Status {
	switch o.text("status", "phase") {
	case "Bound":
		return stable()
	case "Lost":
		return failed("The claim's volume is lost")
	}
	return unavailable(WaitingForVolume)
}

// WaitsForConsumer is the status of a claim that is bound when a pod uses it.
func WaitsForConsumer() manifest.Status {
	return stableAs("The claim is bound when a pod uses it")
}

func namespace(o object) manifest.Status {
	if o.text("status", "phase") == "Terminating" {
		return unavailable("The namespace is being deleted")
	}
	return stable()
}
