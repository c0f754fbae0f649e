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
	// The API server writes a partition of 0 into every StatefulSet that has
	// none, so that nearly all end here. Where no replica is updated yet the
	// count is missing, and the revisions tell.
	if strings.EqualFold(update, "RollingUpdate") && o.has("status", "updatedReplicas") && o.has("spec", "updateStrategy", "rollingUpdate") {
		partition, ok := o.number("spec", "updateStrategy", "rollingUpdate", "partition")
		if ok && o.count("status", "updatedReplicas") < o.count("status", "replicas")-partition {
			return unstable("Waiting for partitioned roll out to finish")
		}
		return stableAs("Partitioned roll out complete")
	}
	if desired > o.count("status", "currentReplicas") {
		return unstable(updatedMissing)
	}
	if o.text("status", "currentRevision") != o.text("status", "updateRevision") {
		return unstable("Waiting for the updated revision to match the current revision")
	}
	return stable()
}
