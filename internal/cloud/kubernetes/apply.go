package kubernetes

import (
	"context"
	"encoding/json"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/client-go/util/csaupgrade"
	"sigs.k8s.io/structured-merge-diff/v6/fieldpath"

	"github.com/gennaker/gennaker/internal/fault"
)

// applyAs applies a manifest server-side as a field manager. Where it finds
// that kubectl has applied the object before, it takes that over and applies
// the manifest again.
func (t target) applyAs(ctx context.Context, m map[string]any, force bool, manager string) (*unstructured.Unstructured, error) {
	options := metav1.PatchOptions{FieldManager: manager, Force: &force}
	object, err := t.applyWith(ctx, m, options)
	if err != nil {
		return nil, err
	}
	adopted, err := t.adopt(ctx, object, manager)
	if err != nil || !adopted {
		return object, err
	}
	return t.applyWith(ctx, m, options)
}

// applyWith sends the request of an apply. A manifest that has twins is applied
// without them.
func (t target) applyWith(ctx context.Context, m map[string]any, options metav1.PatchOptions) (*unstructured.Unstructured, error) {
	object, err := t.applyOnce(ctx, m, options)
	if !hasTwins(err) {
		return object, err
	}
	merged, told, refused := t.withoutTwins(ctx, m)
	if refused != nil {
		return nil, refused
	}
	if object, err = t.applyOnce(ctx, merged, options); err == nil {
		warn(ctx, told...)
	}
	return object, err
}

func (t target) applyOnce(ctx context.Context, m map[string]any, options metav1.PatchOptions) (*unstructured.Unstructured, error) {
	client, err := t.client()
	if err != nil {
		return nil, err
	}
	data, err := json.Marshal(m)
	if err != nil {
		return nil, fmt.Errorf("encode %s: %w", t, err)
	}
	object, err := client.Patch(ctx, t.name, types.ApplyPatchType, data, options)
	if apierrors.IsConflict(err) && !*options.Force {
		return nil, fault.New(fault.Conflict,
			"account %s can't apply %s: other managers hold some of its fields: %w (remove these fields from the manifest, or set the annotation %s to \"force-conflicts\" to take them over)",
			t.account.config.Name, t, err, annotationServerSideApply)
	}
	return object, t.account.explain(err, "apply "+t.String())
}

// adoptions is how often taking an object over is tried while its controllers
// change it.
const adoptions = 5

// adopt makes the fields ours that client-side apply manages, and those that a
// rollback has brought back, so that leaving them out of a manifest removes
// them.
func (t target) adopt(ctx context.Context, live *unstructured.Unstructured, manager string) (bool, error) {
	client, err := t.client()
	if err != nil {
		return false, err
	}
	for try := 1; ; try++ {
		from := appliersOf(live)
		if manager == helmManager {
			from.Insert(helmManager) // Helm before version 4 applied as kubectl does
		}
		patch, err := csaupgrade.UpgradeManagedFieldsPatch(live, from, manager)
		if err != nil {
			return false, fault.New(fault.Internal, "account %s can't take over %s from kubectl: its managedFields can't be read: %w", t.account.config.Name, t, err)
		}
		if len(patch) == 0 {
			return false, nil
		}
		_, err = client.Patch(ctx, t.name, types.JSONPatchType, patch, metav1.PatchOptions{})
		switch {
		case err == nil:
			return true, nil
		case !apierrors.IsConflict(err):
			return false, t.account.explain(err, "take over "+t.String()+" from kubectl")
		case try == adoptions:
			return false, fault.New(fault.Unavailable, "account %s can't take over %s from kubectl for now: %w", t.account.config.Name, t, err)
		}
		if live, err = t.get(ctx); err != nil {
			return false, err
		}
	}
}

// appliersOf are the managers whose fields become ours when an object is
// applied: those that we know, and who wrote kubectl's annotation, by whichever
// name, as in kubectl's own migration to server-side apply. The manager that
// stands for everything that was there before an object had managers wrote more
// than was applied.
func appliersOf(live *unstructured.Unstructured) sets.Set[string] {
	out := clientSideManagers.Clone()
	annotation := fieldpath.NewSet(fieldpath.MakePathOrDie("metadata", "annotations", annotationLastApplied))
	for _, owner := range csaupgrade.FindFieldsOwners(live.GetManagedFields(), metav1.ManagedFieldsOperationUpdate, annotation) {
		if owner.Manager != "before-first-apply" {
			out.Insert(owner.Manager)
		}
	}
	return out
}

// createManager is the field manager of objects that we create rather than
// apply. What it manages becomes ours when the object is applied, while what
// our patches have changed stays, as with kubectl.
const createManager = "gennaker-create"

var clientSideManagers = sets.New("kubectl-client-side-apply", "kubectl-create", rollbackManager, createManager)
