package kubernetes

import (
	"context"
	"fmt"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/gennaker/gennaker/internal/stage/manifest"
)

// delete deletes an object and waits until it is gone; one that is not there
// counts as deleted, as with kubectl's --ignore-not-found.
func (t target) delete(ctx context.Context, step manifest.Step) (manifest.StepResult, error) {
	live, err := t.get(ctx)
	if absent(err) {
		return manifest.StepResult{}, nil
	}
	if err != nil {
		return manifest.StepResult{}, err
	}
	if step.UID != "" && string(live.GetUID()) != step.UID {
		return manifest.StepResult{}, nil
	}
	if step.Inventory != "" && !ownedBy(live, step.Inventory, step.UID) {
		return manifest.StepResult{Warnings: []string{step.FullName + " is kept: it has changed hands meanwhile"}}, nil
	}
	uid := live.GetUID()
	options := metav1.DeleteOptions{
		GracePeriodSeconds: step.GracePeriodSeconds, Preconditions: &metav1.Preconditions{UID: &uid},
	}
	if step.Propagation != "" {
		options.PropagationPolicy = propagation(step.Propagation)
	}
	gone, err := t.remove(ctx, live, options)
	if err != nil || gone {
		return manifest.StepResult{}, err
	}
	message := fmt.Sprintf("waiting for %s to be deleted", step.FullName)
	if left := live.GetFinalizers(); len(left) > 0 {
		message += fmt.Sprintf(" (finalizers: %s)", list(left))
	}
	return manifest.StepResult{Wait: true, Message: message}, nil
}

// goneWithin is how long a deletion is watched before it is left for a later
// look: most objects are gone at once.
const goneWithin = 200 * time.Millisecond

// remove asks for a deletion, unless that was done before, and tells whether
// the object is gone.
func (t target) remove(ctx context.Context, live *unstructured.Unstructured, options metav1.DeleteOptions) (bool, error) {
	client, err := t.client()
	if err != nil {
		return false, err
	}
	if live.GetDeletionTimestamp() == nil {
		err := client.Delete(ctx, t.name, options)
		if apierrors.IsNotFound(err) || apierrors.IsConflict(err) {
			return true, nil // gone, or another object has its name by now
		}
		if err != nil {
			return false, t.account.explain(err, "delete "+t.String())
		}
	}
	timer := time.NewTimer(goneWithin)
	defer timer.Stop()
	for {
		now, err := t.get(ctx)
		if absent(err) || err == nil && now.GetUID() != live.GetUID() {
			return true, nil
		}
		if err != nil {
			return false, err
		}
		select {
		case <-ctx.Done():
			return false, ctx.Err()
		case <-timer.C:
			return false, nil
		case <-time.After(goneWithin / 8):
		}
	}
}

func propagation(name string) *metav1.DeletionPropagation {
	policy := map[string]metav1.DeletionPropagation{
		"orphan": metav1.DeletePropagationOrphan, "foreground": metav1.DeletePropagationForeground,
	}[name]
	if policy == "" {
		policy = metav1.DeletePropagationBackground
	}
	return &policy
}
