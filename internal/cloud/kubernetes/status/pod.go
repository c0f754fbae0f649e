package status

import "github.com/gennaker/gennaker/internal/stage/manifest"

func pod(o object) manifest.Status {
	if !o.reported() {
		return unreported()
	}
	switch o.text("status", "phase") {
	case "Running", "Succeeded":
		return stable()
	case "Pending":
		return unavailable("Pod is pending")
	case "Failed":
		return unavailable("Pod has failed")
	}
	return unavailable("Pod phase is unknown")
}
