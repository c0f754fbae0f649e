package status

import (
	"strings"

	"github.com/gennaker/gennaker/internal/stage/manifest"
)

func statefulSet(o object) manifest.Status {
	update := o.text("spec", "updateStrategy", "type")
	if strings.EqualFold(update, "OnDelete") {
		return stable()
	}
	if !o.reported() {
		return unreported()
	}
	if !o.observed() {
		return unstable(oldGeneration)
	}
	desired := o.count("spec", "replicas")
	if desired > o.count("status", "replicas") {
		return unstable("Waiting for at least the desired replica count to be met")
	}
	if desired > o.count("status", "readyReplicas") {
		return unstable("Waiting for all updated replicas to be ready")
	}
	// A partition of 0, which the API server writes into every StatefulSet, is
	// no partition: all the rest must hold for it too.
	if partition := o.count("spec", "updateStrategy", "rollingUpdate", "partition"); partition > 0 {
		if o.count("status", "updatedReplicas") < o.count("status", "replicas")-partition {
			return unstable("Waiting for partitioned roll out to finish")
		}
		return stableAs("Partitioned roll out complete")
	}
	if o.has("status", "updatedReplicas") && o.count("status", "updatedReplicas") < desired {
		return unstable(notAllUpdated)
	}
	if desired > o.count("status", "currentReplicas") {
		return unstable(updatedMissing)
	}
	if o.text("status", "currentRevision") != o.text("status", "updateRevision") {
		return unstable("Waiting for the updated revision to match the current revision")
	}
	return stable()
}
