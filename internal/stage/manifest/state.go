package manifest

import (
	"encoding/json"
	"fmt"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/stage"
)

// stateVersion is the version of [state] as it is stored.
const stateVersion = 1

// state is what the stages on manifests remember between their tasks. Nobody
// else sees or changes it.
type state struct {
	// Plan is the operation that is being carried out; nil if there is none.
	Plan *storedPlan `json:"plan,omitempty"`
	// Progress is how many of its steps are done.
	Progress int `json:"progress,omitempty"`
	// Failing is since when the cluster has not answered, in milliseconds since
	// the epoch; 0 if it does.
	Failing int64 `json:"failing,omitempty"`
	// Troubles are since when each trouble of an object has lasted, in
	// milliseconds since the epoch.
	Troubles map[string]int64 `json:"troubles,omitempty"`
	// Waiting are the objects that the stage waits for and that have a fault.
	Waiting []Waiting `json:"waiting,omitempty"`
	// Olds are the ReplicaSets that a rollout strategy replaces.
	Olds []oldReplicaSet `json:"olds,omitempty"`
	// Leaving are the objects of a deployment's inventory that are not among its
	// manifests.
	Leaving []InventoryEntry `json:"leaving,omitempty"`
	// Changes are the first part of a preview.
	Changes []Change `json:"changes,omitempty"`
	// Applied is what a deployment has applied: what a rollback to it applies.
	Applied *storedPlan `json:"applied,omitempty"`
	// Brought are the objects that a deployment has applied, with the revisions of
	// those that have some.
	Brought []Brought `json:"brought,omitempty"`
	// Target is what a rollback applies.
	Target *storedPlan `json:"target,omitempty"`
	// Inventory is that of the stage that is rolled back.
	Inventory *Inventory `json:"inventory,omitempty"`
	// Own is what a stage type of another package remembers; see [Begun].
	Own json.RawMessage `json:"own,omitempty"`
}

// stateOf reads what a stage remembers.
func stateOf(view engine.View) (state, error) {
	var out state
	if _, err := view.State.Decode(stateVersion, &out); err != nil {
		return out, fmt.Errorf("read what the stage remembers: %w", err)
	}
	return out, nil
}

// remember returns the result with a new state.
func remember(result stage.Result, s state) (stage.Result, error) {
	stored, err := stage.NewState(stateVersion, s)
	if err != nil {
		return stage.Result{}, failure(err)
	}
	return result.Remember(stored), nil
}

// updating returns the result with a change of the stage's state.
func updating(in stage.Input, result stage.Result, change func(*state)) (stage.Result, error) {
	s, err := stateOf(in.View)
	if err != nil {
		return stage.Result{}, err
	}
	change(&s)
	return remember(result, s)
}
