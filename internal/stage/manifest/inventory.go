package manifest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
)

// Inventory names what a deployment remembers, so that it can remove what has
// left its manifests.
type Inventory struct {
	// ID is the same for all runs of the same stage, and for no other.
	ID string `json:"id"`
	// Name says to a person whose it is.
	Name string `json:"name"`
}

// InventoryEntry is an object that a deployment has applied.
type InventoryEntry struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Namespace  string `json:"namespace,omitempty"`
	Name       string `json:"name"`
	// UID is "" until the deployment has succeeded.
	UID string `json:"uid,omitempty"`
}

// PruneRequest asks for the removal of what has left the manifests.
type PruneRequest struct {
	ID        string
	Account   string
	Inventory Inventory
	// Leaving are the entries that may go: those that the deployment's plan
	// found in the inventory and not among its manifests.
	Leaving []InventoryEntry
	// Applied are the objects that the deployment has made, as they are now.
	Applied []map[string]any
}

// pruning reads whether and under which name a deployment prunes; nil where it
// does not. Without a name of its own it is the stage's place: its
// application, pipeline and reference id, and where it deploys to, so that a
// pipeline with the namespace as a parameter never prunes one namespace for
// another.
func pruning(context map[string]any, execution *model.Execution, current *model.Stage) (*Inventory, error) {
	if !model.Bool(context, "prune", false) {
		return nil, nil
	}
	if len(model.Objects(model.Object(context, "labelSelectors"), "selectors")) > 0 {
		return nil, fault.New(fault.Invalid, "prune: can't be used with labelSelectors: what they leave out would be taken for removed")
	}
	application, pipeline, ref := "", "", ""
	if execution != nil {
		application, pipeline = execution.Application, execution.PipelineConfigID
	}
	if current != nil {
		ref = current.RefID
	}
	if application == "" {
		application = model.String(context, "application")
	}
	name := model.String(context, "inventory")
	place := []string{"stage", pipeline, ref}
	switch {
	case name != "":
		place = []string{"name", name}
	case pipeline == "" || ref == "":
		return nil, fault.New(fault.Invalid, "inventory: is missing; a deployment that prunes outside a saved pipeline needs an inventory name")
	default:
		name = "pipeline " + pipeline + ", stage " + ref
	}
	account, namespace := accountIn(context), model.String(context, "namespaceOverride")
	sum := sha256.Sum256([]byte(strings.Join(append(place, application, account, namespace), "\x00")))
	return &Inventory{ID: hex.EncodeToString(sum[:16]), Name: application + ": " + name}, nil
}

// classPrune is the task that plans the removal of what has left.
const classPrune = "PruneManifestsTask"

var pruneTasks = fixed{{Name: "pruneManifests", Class: classPrune}, {Name: "monitorPrune", Class: classMonitor}}

// prunes tells whether a deployment is to remove what has left its manifests.
func prunes(view engine.View) bool { return model.Bool(view.Stage.Context, "prune", false) }

// planPrune plans the removal, once the new objects are stable.
func (s *stages) planPrune(ctx context.Context, in stage.Input, id string) (Plan, map[string]any, error) {
	inventory, err := inventoryOf(in)
	if err != nil || inventory == nil {
		return Plan{}, nil, err
	}
	remembered, err := stateOf(in.View)
	if err != nil {
		return Plan{}, nil, err
	}
	request := PruneRequest{
		ID: id, Account: accountOf(in), Inventory: *inventory, Leaving: remembered.Leaving, Applied: model.Objects(in.Stage.Context, "outputs.manifests"),
	}
	plan, err := s.provider.PlanPrune(ctx, request)
	if err != nil {
		return Plan{}, nil, fmt.Errorf("prune: %w", err)
	}
	pruned := []any{}
	for _, step := range plan.Steps {
		if step.Action == Delete {
			pruned = append(pruned, map[string]any{"manifestName": step.FullName, "location": step.Namespace})
		}
	}
	return plan, map[string]any{"kato.result.expected": false, "prunedManifests": pruned}, nil
}
