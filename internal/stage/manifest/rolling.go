package manifest

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
)

// rollingRedBlack is the strategy that moves the traffic step by step: Orca's
// rolling red/black, which it has for other clouds.
const rollingRedBlack = "rollingredblack"

// AnnotationCapacity is, on a ReplicaSet that a rolling red/black grows step
// by step, how many replicas it is to have in the end.
const AnnotationCapacity = "gennaker.io/capacity"

// percentages are the steps of a rolling red/black, rising to 100; as Orca
// does, 100 is added where it is not the last.
func (t trafficSettings) percentages() ([]int64, error) {
	out := []int64{}
	for i, value := range t.Options.TargetPercentages {
		n, ok := model.ToInt(value)
		if !ok || n < 1 || n > 100 {
			return nil, fault.New(fault.Invalid, "trafficManagement.options.targetPercentages[%d]: must be a number from 1 to 100, but is %v", i, value)
		}
		if len(out) > 0 && n <= out[len(out)-1] {
			return nil, fault.New(fault.Invalid, "trafficManagement.options.targetPercentages[%d]: must be more than the one before, but is %d", i, n)
		}
		out = append(out, n)
	}
	if len(out) == 0 || out[len(out)-1] != 100 {
		out = append(out, 100)
	}
	return out, nil
}

// share is a percentage of a number, rounded up.
func share(of, percent int64) int64 { return (of*percent + 99) / 100 }

// rolling plans the steps: the new ReplicaSets, which have the first
// percentage of their replicas, grow, and as many of the old ones' pods get no
// more traffic, until they get none at all.
func (r *rollout) rolling(traffic trafficSettings) error {
	steps, err := traffic.percentages()
	if err != nil {
		return err
	}
	olds := slices.Clone(r.olds)
	for _, old := range r.olds {
		if old.Unstable {
			r.add("deleteManifest", "Delete", old.place, nil)
		}
	}
	olds = slices.DeleteFunc(olds, func(old oldReplicaSet) bool { return old.Unstable })
	for n, percent := range steps {
		if n > 0 {
			for _, grown := range r.growing() {
				r.add("scaleManifest", fmt.Sprintf("Grow to %d%%:", percent), grown.at, map[string]any{"replicas": share(grown.capacity, percent)})
			}
		}
		if seconds := traffic.Options.DelayBeforeCleanup; seconds > 0 && len(olds) > 0 {
			r.append("wait", fmt.Sprintf("Wait Before Disabling %d%%", percent), map[string]any{"waitTime": seconds})
		}
		for _, old := range olds {
			r.add("disableManifest", fmt.Sprintf("Disable %d%% of", percent), old.place, map[string]any{"targetPercentage": percent})
		}
	}
	if !traffic.Options.ScaleDown || len(olds) == 0 {
		return nil
	}
	if seconds := traffic.Options.DelayBeforeScaleDown; seconds > 0 {
		r.append("wait", "Wait Before Scale Down", map[string]any{"waitTime": seconds})
	}
	for _, old := range olds {
		r.add("scaleManifest", "Scale Down", old.place, map[string]any{"replicas": 0})
	}
	return nil
}

// growing is a ReplicaSet that has fewer replicas than it is to have.
type growing struct {
	at       place
	capacity int64
}

func (r *rollout) growing() []growing {
	var out []growing
	for _, m := range model.Objects(r.context, "outputs.manifests") {
		md := model.Object(m, "metadata")
		capacity, ok := model.Int(model.Object(md, "annotations"), AnnotationCapacity)
		if ok && strings.EqualFold(model.String(m, "kind"), "ReplicaSet") {
			out = append(out, growing{capacity: capacity, at: place{Name: "replicaSet " + model.String(md, "name"), Location: model.String(md, "namespace")}})
		}
	}
	return out
}

// OnFailureStages gives the traffic back to the old ReplicaSets where a rolling
// red/black has failed on its way, and takes it from the new ones.
func (deployDefinition) OnFailureStages(view engine.View) ([]engine.Synthetic, error) {
	traffic, err := trafficManagement(view.Stage.Context)
	if err != nil || !traffic.Enabled || traffic.Options.Strategy != rollingRedBlack {
		return nil, nil //nolint:nilerr // a stage that has failed for this very reason has done nothing
	}
	r, err := newRollout(view)
	if err != nil {
		return nil, err
	}
	grown := r.growing()
	if len(r.olds) == 0 || len(grown) == 0 {
		return nil, nil
	}
	for _, old := range r.olds {
		if !old.Unstable {
			r.add("enableManifest", "Enable", old.place, nil)
		}
	}
	for _, g := range grown {
		r.add("disableManifest", "Disable", g.at, nil)
	}
	return r.out, nil
}
