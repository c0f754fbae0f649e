package kubernetes

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"

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
	switch step.Action {
	case manifest.Apply, manifest.Replace, manifest.Recreate:
		if result.Manifest != nil && !result.Wait {
			result.After = t.broughtBy(step, &unstructured.Unstructured{Object: result.Manifest})
		}
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
	if step.Version != nil {
		return t.claim(ctx, step)
	}
	return t.act(ctx, step)
}

func (t target) act(ctx context.Context, step manifest.Step) (manifest.StepResult, error) {
	switch step.Action {
	case manifest.Apply:
		return done(t.applyAs(ctx, step.Manifest, step.Force, managerOf(step)))
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
	case manifest.Await:
		return t.await(ctx, step)
	case manifest.SetRelease:
		return manifest.StepResult{}, t.setRelease(ctx, step)
	}
	return manifest.StepResult{}, fault.New(fault.Internal, "there is no action %q", step.Action)
}

func done(object *unstructured.Unstructured, err error) (manifest.StepResult, error) {
	if err != nil || object == nil {
		return manifest.StepResult{}, err
	}
	return manifest.StepResult{Manifest: object.Object}, nil
}

// replace puts the manifest in the object's place, or creates it: kubectl
// replace, else create.
func (t target) replace(ctx context.Context, m map[string]any) (*unstructured.Unstructured, error) {
	client, err := t.client()
	if err != nil {
		return nil, err
	}
	live, err := t.get(ctx)
	switch {
	case absent(err):
		made, err := t.post(ctx, m)
		return made, t.account.explain(err, "create "+t.String())
	case err != nil:
		return nil, err
	}
	object := (&unstructured.Unstructured{Object: m}).DeepCopy()
	object.SetResourceVersion(live.GetResourceVersion())
	made, err := client.Update(ctx, object, metav1.UpdateOptions{FieldManager: createManager})
	return made, t.account.explain(err, "replace "+t.String())
}

// post creates an object, by which no other is changed. The error is the API
// server's own.
func (t target) post(ctx context.Context, m map[string]any) (*unstructured.Unstructured, error) {
	client, err := t.client()
	if err != nil {
		return nil, err
	}
	// Strict as apply is: fields that the kind does not have are refused.
	options := metav1.CreateOptions{FieldManager: createManager, FieldValidation: metav1.FieldValidationStrict}
	return client.Create(ctx, &unstructured.Unstructured{Object: m}, options)
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
	object, err := t.post(ctx, step.Manifest)
	if apierrors.IsAlreadyExists(err) {
		return manifest.StepResult{Wait: true, Message: fmt.Sprintf("someone else has created %s in the meantime", step.FullName)}, nil
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
		return nil, fault.New(fault.Invalid, "options.mergeStrategy: %q is not strategic, json, or merge", step.PatchType)
	}
	if kind == types.StrategicMergePatchType && !nativeGroups[t.resource.gvr.Group] {
		// Custom resources know no strategic merge.
		return nil, fault.New(fault.Invalid, "options.mergeStrategy: kind %s doesn't support strategic patches; use merge or json", t.kind)
	}
	object, err := client.Patch(ctx, t.name, kind, data, metav1.PatchOptions{FieldManager: managerOf(step)})
	if kind == types.JSONPatchType && misfits(err) {
		return nil, fault.New(fault.Invalid, "account %s can't patch %s: an operation of the JSON patch doesn't match the object: "+
			"its path and from must exist (for add, all but the last part), and its test must succeed: %w", t.account.config.Name, t, err)
	}
	return object, t.account.explain(err, "patch "+t.String())
}

// misfits tells whether the API server refuses a patch as such: it finds nothing
// wrong with a field, and does not say which operation it could not carry out.
func misfits(err error) bool {
	status, ok := errors.AsType[*apierrors.StatusError](err)
	return ok && apierrors.IsInvalid(err) && (status.ErrStatus.Details == nil || len(status.ErrStatus.Details.Causes) == 0)
}

// managerOf is the field manager of a step.
func managerOf(step manifest.Step) string {
	if step.Manager == "" {
		return FieldManager
	}
	return step.Manager
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
