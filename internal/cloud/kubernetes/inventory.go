package kubernetes

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/structured-merge-diff/v6/fieldpath"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage/manifest"
)

// What a deployment that prunes has applied is written down in the cluster
// itself, in a ConfigMap beside the objects, and every object carries the
// inventory's id. So it outlives our database; a cluster that is restored or
// made anew takes its own inventory with it; and an object goes only where
// three things agree: the ConfigMap's entry, the object's UID, and the id that
// our own field manager has written to it. A list in our database alone would
// have the first only.
const (
	// annotationInventory is the id of the inventory that an object is in.
	annotationInventory = "gennaker.io/inventory"
	// annotationPrune, "false", keeps an object from being pruned; "true" lets
	// one of a guarded kind be.
	annotationPrune = "gennaker.io/prune"
	// labelInventory, on a ConfigMap, has it be the inventory of that id.
	labelInventory          = "gennaker.io/inventory"
	annotationInventoryName = "gennaker.io/inventory-name"

	inventoryKey = "objects"
	// mostInventory is how many bytes an inventory may have: a ConfigMap holds
	// 1 MiB, and its metadata need some.
	mostInventory = 1_000_000
)

// inventory is what is written down of a deployment.
type inventory struct {
	of manifest.Inventory
	// namespace is where its ConfigMap is; "" where there is none yet.
	namespace string
	entries   []manifest.InventoryEntry
}

// inventory reads what is written down, in whichever namespace it is.
func (a *account) inventory(ctx context.Context, of manifest.Inventory) (*inventory, error) {
	r, err := a.served(ctx, gvkOf("v1", "ConfigMap"))
	if err != nil {
		return nil, err
	}
	namespaces := a.config.Namespaces
	if len(namespaces) == 0 {
		namespaces = []string{""}
	}
	out := &inventory{of: of}
	for _, namespace := range namespaces {
		var failed error
		err := a.list(ctx, r, namespace, labelInventory+"="+of.ID, func(o *unstructured.Unstructured) {
			if out.namespace == "" || o.GetNamespace() < out.namespace {
				out.namespace = o.GetNamespace()
			}
			var entries []manifest.InventoryEntry
			if err := json.Unmarshal([]byte(model.String(model.Object(o.Object, "data"), inventoryKey)), &entries); err != nil {
				failed = fault.New(fault.Conflict, "account %s: the inventory in configMap %q in namespace %q can't be read; delete it to begin a new one: %w",
					a.config.Name, o.GetName(), o.GetNamespace(), err)
			}
			for _, e := range entries {
				out.add(e)
			}
		})
		if err != nil {
			return nil, err
		}
		if failed != nil {
			return nil, failed
		}
	}
	return out, nil
}

// add puts an entry in; of two about the same object the one with a UID stays.
func (i *inventory) add(e manifest.InventoryEntry) {
	at := slices.IndexFunc(i.entries, func(have manifest.InventoryEntry) bool { return sameEntry(have, e) })
	switch {
	case at < 0:
		i.entries = append(i.entries, e)
	case e.UID != "":
		i.entries[at] = e
	}
}

// sameEntry tells whether two entries are about the same object, in whichever
// version of its kind.
func sameEntry(x, y manifest.InventoryEntry) bool {
	return x.Name == y.Name && x.Namespace == y.Namespace && entryKind(x).key() == entryKind(y).key()
}

func entryKind(e manifest.InventoryEntry) kind { return kindOf(gvkOf(e.APIVersion, e.Kind)) }

// step writes the inventory down.
func (i *inventory) step(operation string) (manifest.Step, error) {
	slices.SortFunc(i.entries, func(x, y manifest.InventoryEntry) int {
		return slices.Compare([]string{x.Namespace, x.Kind, x.Name, x.APIVersion}, []string{y.Namespace, y.Kind, y.Name, y.APIVersion})
	})
	text := new(bytes.Buffer)
	text.WriteString("[")
	for n, e := range i.entries {
		line, err := json.Marshal(e)
		if err != nil {
			return manifest.Step{}, err
		}
		if n > 0 {
			text.WriteString(",")
		}
		text.WriteString("\n")
		text.Write(line)
	}
	text.WriteString("\n]\n")
	if text.Len() > mostInventory {
		return manifest.Step{}, fault.New(fault.Invalid, "prune: %d objects are too many to remember for one stage; deploy them by several", len(i.entries))
	}
	name := "gennaker-inventory-" + i.of.ID
	return manifest.Step{
		Action: manifest.Apply, Operation: operation, APIVersion: "v1", Kind: "ConfigMap", Namespace: i.namespace, Name: name,
		FullName: "configMap " + name, Force: true, Hidden: true,
		Manifest: map[string]any{
			"apiVersion": "v1", "kind": "ConfigMap",
			"metadata": map[string]any{
				"name": name, "namespace": i.namespace,
				"labels":      map[string]any{labelInventory: i.of.ID, labelManagedBy: "gennaker"},
				"annotations": map[string]any{annotationInventoryName: i.of.Name},
			},
			"data": map[string]any{inventoryKey: text.String()},
		},
	}, nil
}

// remember has a plan write down what it will apply before it does so, beside
// what is remembered: whatever happens then, nothing is forgotten. It gives
// the entries that are no longer among the manifests.
func (w *planner) remember(ctx context.Context, plan *manifest.Plan) error {
	known, err := w.account.inventory(ctx, *w.request.Inventory)
	if err != nil {
		return err
	}
	present := make([]manifest.InventoryEntry, 0, len(plan.Steps))
	at := 0
	for n, step := range plan.Steps {
		present = append(present, manifest.InventoryEntry{
			APIVersion: step.APIVersion, Kind: step.Kind, Namespace: step.Namespace, Name: step.Name,
		})
		if step.Kind == "Namespace" {
			at = n + 1 // which the inventory may be in
		}
		if known.namespace == "" && step.Namespace != "" {
			known.namespace = step.Namespace
		}
	}
	for _, e := range known.entries {
		if !slices.ContainsFunc(present, func(p manifest.InventoryEntry) bool { return sameEntry(p, e) }) {
			plan.Leaving = append(plan.Leaving, e)
		}
	}
	for _, e := range present {
		known.add(e)
	}
	if known.namespace == "" {
		known.namespace = w.account.homeNamespace()
	}
	step, err := known.step(w.request.ID)
	if err != nil {
		return err
	}
	plan.Steps = slices.Insert(plan.Steps, at, step)
	return nil
}

// homeNamespace is where the inventory of objects without a namespace is kept.
func (a *account) homeNamespace() string {
	if len(a.config.Namespaces) > 0 {
		return a.config.Namespaces[0]
	}
	return metav1.NamespaceDefault
}

// ownedBy tells whether a live object is the one that the inventory has made:
// our own field manager has written the inventory's id to it, and it has the
// UID that was written down, if one was.
func ownedBy(live *unstructured.Unstructured, id, uid string) bool {
	if live.GetAnnotations()[annotationInventory] != id || uid != "" && string(live.GetUID()) != uid {
		return false
	}
	path := fieldpath.MakePathOrDie("metadata", "annotations", annotationInventory)
	for _, entry := range live.GetManagedFields() {
		if entry.Manager != FieldManager && entry.Manager != createManager || entry.FieldsV1 == nil {
			continue
		}
		set := fieldpath.NewSet()
		if err := set.FromJSON(bytes.NewReader(entry.FieldsV1.GetRawBytes())); err == nil && set.Has(path) {
			return true
		}
	}
	return false
}
