package manifest

import (
	"context"
	"strings"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
)

// deployDefinition plans a deployment, and after it what its rollout strategy
// does with the ReplicaSets that were there before.
type deployDefinition struct{ fixed }

// AfterStages are Orca's: redblack (and bluegreen) disables each old
// ReplicaSet, or deletes it if it never became stable; highlander disables all
// and then deletes them; rollingredblack does it step by step.
func (deployDefinition) AfterStages(view engine.View) ([]engine.Synthetic, error) {
	traffic, err := trafficManagement(view.Stage.Context)
	if err != nil || !traffic.Enabled || planOnly(view.Stage.Context) {
		return nil, err
	}
	r, err := newRollout(view)
	if err != nil {
		return nil, err
	}
	switch traffic.Options.Strategy {
	case "redblack", "bluegreen":
		for _, old := range r.olds {
			if old.Unstable {
				r.add("deleteManifest", "Delete", old.place, nil)
				continue
			}
			r.add("disableManifest", "Disable", old.place, nil)
		}
	case "highlander":
		for _, old := range r.olds {
			r.add("disableManifest", "Disable", old.place, nil)
		}
		for _, old := range r.olds {
			r.add("deleteManifest", "Delete", old.place, nil)
		}
	case rollingRedBlack:
		if err := r.rolling(traffic); err != nil {
			return nil, err
		}
	}
	return r.out, nil
}

// rollout plans the stages that a strategy adds, one after another.
type rollout struct {
	context map[string]any
	olds    []oldReplicaSet
	out     []engine.Synthetic
}

// oldReplicaSet is a ReplicaSet that a rollout strategy replaces.
type oldReplicaSet struct {
	place
	// Unstable says that it never became stable.
	Unstable bool `json:"unstable,omitempty"`
}

func newRollout(view engine.View) (*rollout, error) {
	remembered, err := stateOf(view)
	return &rollout{context: view.Stage.Context, olds: remembered.Olds}, err
}

// add appends a stage about an object.
func (r *rollout) add(kind, verb string, at place, fields map[string]any) {
	r.append(kind, verb+" "+at.Name, model.Merge(map[string]any{
		"manifestName": at.Name, "location": at.Location,
		"account": accountIn(r.context), "cloudProvider": "kubernetes", "app": model.String(model.Object(r.context, "moniker"), "app"),
	}, fields))
}

func (r *rollout) append(kind, name string, context map[string]any) {
	next := engine.Synthetic{Type: kind, Name: name, Context: context}
	if len(r.out) > 0 {
		next.Requires = []int{len(r.out) - 1}
	}
	r.out = append(r.out, next)
}

// bindAndFindOld is the last task of a deployment. Beside binding what was
// produced it looks up the old ReplicaSets, as planning can't ask the cluster.
func (s *stages) bindAndFindOld(ctx context.Context, in stage.Input) (stage.Result, error) {
	result, err := bindProduced(ctx, in)
	if err != nil {
		return result, err
	}
	traffic, err := trafficManagement(in.Stage.Context)
	if err != nil {
		return stage.Result{}, failure(err)
	}
	if !traffic.Enabled || traffic.Options.Strategy == "" || traffic.Options.Strategy == "none" {
		return result, nil
	}
	olds, err := s.oldReplicaSets(ctx, in)
	if err != nil {
		return s.again(in, err)
	}
	return updating(in, result, func(s *state) { s.Olds = olds })
}

// oldReplicaSets lists the other ReplicaSets of the clusters that were
// deployed to.
func (s *stages) oldReplicaSets(ctx context.Context, in stage.Input) ([]oldReplicaSet, error) {
	account := accountOf(in)
	var out []oldReplicaSet
	for _, m := range model.Objects(in.Stage.Context, "outputs.manifests") {
		if !strings.EqualFold(model.String(m, "kind"), "ReplicaSet") {
			continue
		}
		metadata := model.Object(m, "metadata")
		annotations := model.Object(metadata, "annotations")
		namespace, name := model.String(metadata, "namespace"), model.String(metadata, "name")
		members, err := s.provider.ClusterManifests(ctx, account, namespace, "replicaSet",
			model.String(annotations, "moniker.spinnaker.io/application"), model.String(annotations, "moniker.spinnaker.io/cluster"))
		if err != nil {
			return nil, err
		}
		for _, member := range members {
			if member.Name == name {
				continue
			}
			unstable, err := s.neverStable(ctx, account, member)
			if err != nil {
				return nil, err
			}
			out = append(out, oldReplicaSet{place{Name: member.FullName(), Location: member.Namespace}, unstable})
		}
	}
	return out, nil
}

// neverStable tells whether an old ReplicaSet is neither stable nor failed and
// has no pod that serves: Orca's previousDeploymentNeitherStableNorFailed.
func (s *stages) neverStable(ctx context.Context, account string, old Coordinates) (bool, error) {
	live, err := s.provider.Manifest(ctx, account, old.Namespace, old.FullName(), false)
	if fault.KindOf(err) == fault.NotFound {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	status := model.Object(live.Manifest, "status")
	ready, _ := model.Int(status, "readyReplicas")
	available, _ := model.Int(status, "availableReplicas")
	if ready > 0 && available > 0 {
		return false, nil
	}
	return !live.Status.Failed.State && !live.Status.Stable.State, nil
}
