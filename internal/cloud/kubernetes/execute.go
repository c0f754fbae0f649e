package kubernetes

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/client-go/util/csaupgrade"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/stage/manifest"
)

// Execute carries out a step.
func (p *Provider) Execute(ctx context.Context, accountName string, step manifest.Step) (manifest.StepResult, error) {
	a, err := p.account(accountName)
	if err != nil {
		return manifest.StepResult{}, err
	}
	var warnings []string
	ctx = withWarnings(ctx, &warnings)
	t, err := a.stepTarget(ctx, step)
	if err != nil {
		if step.KeepWaiting && absent(err) {
			return manifest.StepResult{Wait: true, Message: fmt.Sprintf("waiting for the cluster to serve kind %s", step.Kind)}, nil
		}
		return manifest.StepResult{}, err
	}
	result, err := t.execute(ctx, step)
	if err != nil {
		if step.KeepWaiting && notServed(err) {
			return manifest.StepResult{Wait: true, Message: fmt.Sprintf("waiting for the cluster to take objects of kind %s", step.Kind)}, nil
		}
		return manifest.StepResult{}, err
	}
	for _, w := range warnings {
		result.Warnings = append(result.Warnings, step.FullName+": "+w)
	}
	result.Manifest = a.presentable(t.kind, result.Manifest)
	return result, nil
}

// notServed tells whether a request met a kind that is known and not served yet.
func notServed(err error) bool {
	return absent(err) && strings.Contains(err.Error(), "could not find the requested resource")
}

func (a *account) stepTarget(ctx context.Context, step manifest.Step) (target, error) {
	gvk := gvkOf(step.APIVersion, step.Kind)
	k := kindOf(gvk)
	if err := a.allowKind(k); err != nil {
		return target{}, err
	}
	if err := a.allowNamespace(step.Namespace); err != nil {
		return target{}, err
	}
	r, err := a.served(ctx, gvk)
	if err != nil {
		return target{}, err
	}
	return target{account: a, resource: r, kind: k, namespace: step.Namespace, name: step.Name}, nil
}

func (t target) execute(ctx context.Context, step manifest.Step) (manifest.StepResult, error) {
	switch step.Action {
	case manifest.Apply:
		return done(t.apply(ctx, step.Manifest, step.Force))
	case manifest.Replace:
		return done(t.replace(ctx, step.Manifest))
	case manifest.Recreate:
		return t.recreate(ctx, step)
	case manifest.Delete:
		return t.delete(ctx, step)
	case manifest.Patch:
		return done(t.patch(ctx, step))
	case manifest.Scale:
		return done(t.scale(ctx, step.Replicas))
	}
	return manifest.StepResult{}, fault.New(fault.Internal, "there is no action %q", step.Action)
}

func done(object *unstructured.Unstructured, err error) (manifest.StepResult, error) {
	if err != nil || object == nil {
		return manifest.StepResult{}, err
	}
	return manifest.StepResult{Manifest: object.Object}, nil
}

// apply applies a manifest server-side. Where it finds that kubectl has applied
// the object before, it takes that over and applies the manifest again.
func (t target) apply(ctx context.Context, m map[string]any, force bool) (*unstructured.Unstructured, error) {
	if err := t.checkContent(ctx, m); err != nil {
		return nil, err
	}
	object, err := t.applyOnce(ctx, m, force)
	if err != nil {
		return nil, err
	}
	adopted, err := t.adopt(ctx, object)
	if err != nil || !adopted {
		return object, err
	}
	return t.applyOnce(ctx, m, force)
}

// checkContent refuses to change a version that has another content: one that
// another deployment has taken since this one was planned.
func (t target) checkContent(ctx context.Context, m map[string]any) error {
	content := annotation(m, annotationContent)
	if content == "" {
		return nil
	}
	live, err := t.get(ctx)
	if absent(err) {
		return nil
	}
	if err != nil {
		return err
	}
	if have := live.GetAnnotations()[annotationContent]; have != "" && have != content {
		return fault.New(fault.Conflict, "account %s can't apply %s: another deployment has made this version meanwhile; run the stage again",
			t.account.config.Name, t)
	}
	return nil
}

func (t target) applyOnce(ctx context.Context, m map[string]any, force bool) (*unstructured.Unstructured, error) {
	client, err := t.client()
	if err != nil {
		return nil, err
	}
	data, err := json.Marshal(m)
	if err != nil {
		return nil, fmt.Errorf("encode %s: %w", t, err)
	}
	object, err := client.Patch(ctx, t.name, types.ApplyPatchType, data, metav1.PatchOptions{FieldManager: FieldManager, Force: &force})
	if err != nil && apierrors.IsConflict(err) && !force {
		return nil, fault.New(fault.Conflict,
			"account %s can't apply %s: other managers hold some of its fields: %w (remove these fields from the manifest, or set the annotation %s to \"force-conflicts\" to take them over)",
			t.account.config.Name, t, err, annotationServerSideApply)
	}
	return object, t.account.explain(err, "apply "+t.String())
}

// adopt makes the fields ours that kubectl's client-side apply manages, and
// those that a rollback has brought back, so that leaving them out of a
// manifest removes them.
func (t target) adopt(ctx context.Context, live *unstructured.Unstructured) (bool, error) {
	patch, err := csaupgrade.UpgradeManagedFieldsPatch(live, clientSideManagers, FieldManager)
	if err != nil {
		return false, fault.New(fault.Internal, "account %s can't take over %s from kubectl: its managedFields can't be read: %w", t.account.config.Name, t, err)
	}
	if len(patch) == 0 {
		return false, nil
	}
	client, err := t.client()
	if err != nil {
		return false, err
	}
	_, err = client.Patch(ctx, t.name, types.JSONPatchType, patch, metav1.PatchOptions{})
	if apierrors.IsConflict(err) {
		return false, fault.New(fault.Unavailable, "account %s can't take over %s from kubectl for now: %w", t.account.config.Name, t, err)
	}
	return err == nil, t.account.explain(err, "take over "+t.String()+" from kubectl")
}

var clientSideManagers = sets.New("kubectl-client-side-apply", "kubectl-create", rollbackManager)

// replace puts the manifest in the object's place, or creates it: kubectl
// replace, else create.
func (t target) replace(ctx context.Context, m map[string]any) (*unstructured.Unstructured, error) {
	client, err := t.client()
	if err != nil {
		return nil, err
	}
	object := &unstructured.Unstructured{Object: m}
	live, err := t.get(ctx)
	switch {
	case absent(err):
		made, err := client.Create(ctx, object, metav1.CreateOptions{FieldManager: FieldManager})
		return made, t.account.explain(err, "create "+t.String())
	case err != nil:
		return nil, err
	}
	object = object.DeepCopy()
	object.SetResourceVersion(live.GetResourceVersion())
	made, err := client.Update(ctx, object, metav1.UpdateOptions{FieldManager: FieldManager})
	return made, t.account.explain(err, "replace "+t.String())
}

// recreate deletes the object, waits until it is gone, and applies the
// manifest. What the same operation has made is left alone.
func (t target) recreate(ctx context.Context, step manifest.Step) (manifest.StepResult, error) {
	live, err := t.get(ctx)
	switch {
	case absent(err):
		return t.create(ctx, step)
	case err != nil:
		return manifest.StepResult{}, err
	case live.GetAnnotations()[annotationOperation] == step.Operation && step.Operation != "":
		return done(live, nil)
	}
	uid := live.GetUID()
	gone, err := t.remove(ctx, live, metav1.DeleteOptions{
		PropagationPolicy: propagation("background"), Preconditions: &metav1.Preconditions{UID: &uid},
	})
	if err != nil || !gone {
		return manifest.StepResult{Wait: true, Message: fmt.Sprintf("waiting for the old %s to be deleted", step.FullName)}, err
	}
	return t.create(ctx, step)
}

// create makes an object that is not there.
func (t target) create(ctx context.Context, step manifest.Step) (manifest.StepResult, error) {
	client, err := t.client()
	if err != nil {
		return manifest.StepResult{}, err
	}
	object, err := client.Create(ctx, &unstructured.Unstructured{Object: step.Manifest}, metav1.CreateOptions{FieldManager: FieldManager})
	if apierrors.IsAlreadyExists(err) {
		return manifest.StepResult{Wait: true, Message: fmt.Sprintf("%s was made by someone else meanwhile", step.FullName)}, nil
	}
	return done(object, t.account.explain(err, "create "+t.String()))
}

// patch applies a patch of a type.
func (t target) patch(ctx context.Context, step manifest.Step) (*unstructured.Unstructured, error) {
	client, err := t.client()
	if err != nil {
		return nil, err
	}
	body := step.Body
	if step.Once {
		live, err := t.get(ctx)
		if err != nil {
			return nil, err
		}
		if live.GetAnnotations()[annotationOperation] == step.Operation {
			return live, nil
		}
		body = withMark(body, live, step.Operation)
	}
	data, err := json.Marshal(body)
	if err != nil {
		return nil, fmt.Errorf("encode the patch of %s: %w", t, err)
	}
	kind, ok := patchTypes[step.PatchType]
	if !ok {
		return nil, fault.New(fault.Invalid, "options.mergeStrategy: %q is none of strategic, json, merge", step.PatchType)
	}
	if kind == types.StrategicMergePatchType && !nativeGroups[t.resource.gvr.Group] {
		// Custom resources know no strategic merge.
		return nil, fault.New(fault.Invalid, "options.mergeStrategy: a %s takes no strategic patch; use merge or json", t.kind)
	}
	manager := step.Manager
	if manager == "" {
		manager = FieldManager
	}
	object, err := client.Patch(ctx, t.name, kind, data, metav1.PatchOptions{FieldManager: manager})
	return object, t.account.explain(err, "patch "+t.String())
}

var patchTypes = map[string]types.PatchType{
	"strategic": types.StrategicMergePatchType, "merge": types.MergePatchType, "json": types.JSONPatchType,
}

// withMark adds the operation's mark to a JSON patch.
func withMark(body any, live *unstructured.Unstructured, operation string) any {
	list, _ := body.([]any)
	out := append([]any(nil), list...)
	if len(live.GetAnnotations()) == 0 {
		return append(out, map[string]any{
			"op": "add", "path": "/metadata/annotations", "value": map[string]any{annotationOperation: operation},
		})
	}
	return append(out, map[string]any{
		"op": "add", "path": "/metadata/annotations/gennaker.io~1operation", "value": operation,
	})
}

// scale sets the replicas through the scale subresource.
func (t target) scale(ctx context.Context, replicas int64) (*unstructured.Unstructured, error) {
	client, err := t.client()
	if err != nil {
		return nil, err
	}
	data := fmt.Sprintf(`{"spec":{"replicas":%d}}`, replicas)
	_, err = client.Patch(ctx, t.name, types.MergePatchType, []byte(data), metav1.PatchOptions{FieldManager: FieldManager}, "scale")
	if err != nil {
		return nil, t.account.explain(err, "scale "+t.String())
	}
	return t.get(ctx)
}

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
