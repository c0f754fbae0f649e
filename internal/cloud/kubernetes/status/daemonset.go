package status

import (
	"strings"

	"github.com/gennaker/gennaker/internal/stage/manifest"
)

func daemonSet(o object) manifest.Status {
	if !o.reported() {
		return unreported()
	}
	if !o.observed() {
		return unstable(oldGeneration)
	}
	if update := o.text("spec", "updateStrategy", "type"); update != "" && !strings.EqualFold(update, "RollingUpdate") {
		return stable()
	}
	desired := o.count("status", "desiredNumberScheduled")
	switch {
	case desired > o.count("status", "currentNumberScheduled"):
		return unstable(notScheduled)
	case desired > o.count("status", "updatedNumberScheduled"):
		return unstable(updatedMissing)
	case desired > o.count("status", "numberAvailable"):
		return unstable(notAvailable)
	case desired > o.count("status", "numberReady"):
		return unstable(notReady)
	}
	return stable()
}
