package status

import (
	"strings"

	"github.com/gennaker/gennaker/internal/stage/manifest"
)

// deployment has clouddriver's rules: paused, unavailable and failed may hold
// side by side with unstable.
func deployment(o object) manifest.Status {
	if !o.reported() {
		return unreported()
	}
	if !o.observed() {
		return unstable(oldGeneration)
	}
	out := stable()
	for _, c := range o.conditions() {
		if strings.EqualFold(c.reason, "DeploymentPaused") {
			out.Paused = manifest.Condition{State: true, Message: c.message}
		}
	}
	if c, ok := o.find("Available", "False"); ok {
		out.Stable = manifest.Condition{Message: c.message}
		out.Available = manifest.Condition{Message: c.message}
	}
	for _, c := range o.conditions() {
		if strings.EqualFold(c.kind, "Progressing") && strings.EqualFold(c.reason, "ProgressDeadlineExceeded") {
			out.Failed = manifest.Condition{State: true, Message: "Deployment exceeded its progress deadline"}
		}
	}
	if reason := deploymentCounts(o); reason != "" {
		out.Stable = manifest.Condition{Message: reason}
	}
	return out
}

func deploymentCounts(o object) string {
	desired := o.count("spec", "replicas")
	updated := o.count("status", "updatedReplicas")
	switch {
	case updated < desired:
		return notAllUpdated
	case o.count("status", "replicas") > updated:
		return oldReplicas
	case o.count("status", "availableReplicas") < desired:
		return notAvailable
	case o.count("status", "readyReplicas") < desired:
		return notReady
	}
	return ""
}
