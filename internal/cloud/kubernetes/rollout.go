package kubernetes

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage/manifest"
)

// rollbackManager is the field manager of rollbacks.
const rollbackManager = "gennaker-rollback"

// revision is one state of a workload's history.
type revision struct {
	number int64
	object *unstructured.Unstructured // a ReplicaSet or ControllerRevision
}

// PlanUndoRollout puts a workload's pod template back to that of an earlier
// revision.
func (p *Provider) PlanUndoRollout(ctx context.Context, request manifest.UndoRequest) (manifest.Plan, error) {
	t, live, err := p.read(ctx, request.TargetRequest)
	if err != nil {
		return manifest.Plan{}, err
	}
	if err := t.can(canRollout, "rolled back; only Deployments, StatefulSets and DaemonSets can"); err != nil {
		return manifest.Plan{}, err
	}
	if paused, _, _ := unstructured.NestedBool(live.Object, "spec", "paused"); paused {
		return manifest.Plan{}, fault.New(fault.Conflict, "%s is paused; resume its rollout first", t)
	}
	history, err := t.history(ctx, live)
	if err != nil {
		return manifest.Plan{}, err
	}
	picked, err := pickRevision(history, request, t.String())
	if err != nil {
		return manifest.Plan{}, err
	}
	step, err := t.backTo(picked, request.ID)
	if err != nil {
		return manifest.Plan{}, err
	}
	return manifest.Plan{Steps: []manifest.Step{step}}, nil
}

// history lists a workload's revisions by number.
func (t target) history(ctx context.Context, live *unstructured.Unstructured) ([]revision, error) {
	of := gvkOf("apps/v1", "ControllerRevision")
	if t.kind.key() == "deployment" {
		of = gvkOf("apps/v1", "ReplicaSet")
	}
	owned, err := t.account.owned(ctx, of.Kind, live)
	if err != nil {
		return nil, err
	}
	var out []revision
	for _, o := range owned {
		n, ok := model.ToInt(o.Object["revision"])
		if of.Kind == "ReplicaSet" {
			var err error
			n, err = strconv.ParseInt(o.GetAnnotations()[annotationRevision], 10, 64)
			ok = err == nil
		}
		if ok {
			out = append(out, revision{number: n, object: o})
		}
	}
	slices.SortFunc(out, func(x, y revision) int { return int(x.number - y.number) })
	return out, nil
}

// pickRevision finds the revision asked for: by its number, or that many back
// from the last.
func pickRevision(history []revision, request manifest.UndoRequest, what string) (revision, error) {
	if back := request.NumRevisionsBack; back != nil {
		at := len(history) - int(*back) - 1
		if *back < 0 {
			return revision{}, fault.New(fault.Invalid, "numRevisionsBack: must not be negative, but is %d", *back)
		}
		if at < 0 {
			return revision{}, fault.New(fault.Invalid, "numRevisionsBack: %s has %d revision(s) in total and can't be rolled back by %d", what, len(history), *back)
		}
		return history[at], nil
	}
	if request.Revision == nil {
		return revision{}, fault.New(fault.Invalid, "numRevisionsBack: is missing; name it or a revision")
	}
	for _, r := range history {
		if r.number == *request.Revision {
			return r, nil
		}
	}
	return revision{}, fault.New(fault.NotFound, "revision: %s has no revision %d; it has %s", what, *request.Revision, numbers(history))
}

func numbers(history []revision) string {
	out := make([]string, len(history))
	for i, r := range history {
		out[i] = strconv.FormatInt(r.number, 10)
	}
	return list(out)
}

// backTo is the step that takes a workload back to a revision. It replaces the
// whole template, so that doing it twice does no harm.
func (t target) backTo(r revision, operation string) (manifest.Step, error) {
	if r.object.GetKind() == "ReplicaSet" {
		template, _, _ := unstructured.NestedMap(r.object.Object, "spec", "template")
		unstructured.RemoveNestedField(template, "metadata", "labels", "pod-template-hash")
		step := t.patchStep(operation, "json", []any{
			map[string]any{"op": "replace", "path": "/spec/template", "value": template},
		})
		step.Manager = rollbackManager
		return step, nil
	}
	// A ControllerRevision's data is a strategic merge patch that replaces the
	// template.
	data, err := json.Marshal(r.object.Object["data"])
	if err != nil {
		return manifest.Step{}, fault.New(fault.Internal, "read revision %d of %s: %w", r.number, t, err)
	}
	var body map[string]any
	if err := json.Unmarshal(data, &body); err != nil || model.Object(model.Object(body, "spec"), "template") == nil {
		return manifest.Step{}, fault.New(fault.Internal, "revision %d of %s has no pod template", r.number, t)
	}
	step := t.patchStep(operation, "strategic", body)
	step.Manager = rollbackManager
	return step, nil
}

// owned lists the objects of a kind that an object controls.
func (a *account) owned(ctx context.Context, kindName string, owner *unstructured.Unstructured) ([]*unstructured.Unstructured, error) {
	r, err := a.servedKind(ctx, parseKind(kindName))
	if err != nil {
		return nil, err
	}
	selector, err := podSelector(owner.Object)
	if err != nil {
		return nil, err
	}
	var out []*unstructured.Unstructured
	err = a.list(ctx, r, owner.GetNamespace(), selector, func(o *unstructured.Unstructured) {
		if controls(owner, o) {
			out = append(out, o)
		}
	})
	return out, err
}

func controls(owner, o *unstructured.Unstructured) bool {
	return slices.ContainsFunc(o.GetOwnerReferences(), func(ref metav1.OwnerReference) bool { return ref.UID == owner.GetUID() })
}

// podSelector is a workload's label selector as text; "" selects everything.
func podSelector(workload map[string]any) (string, error) {
	raw := model.Object(model.Object(workload, "spec"), "selector")
	if raw == nil {
		return "", nil
	}
	var parsed metav1.LabelSelector
	data, err := json.Marshal(raw)
	if err != nil {
		return "", err
	}
	if err := json.Unmarshal(data, &parsed); err != nil {
		return "", fault.New(fault.Internal, "read the selector: %w", err)
	}
	selector, err := metav1.LabelSelectorAsSelector(&parsed)
	if err != nil {
		return "", fault.New(fault.Internal, "read the selector: %w", err)
	}
	return selector.String(), nil
}

// podsOf lists the pods that a workload controls itself.
func (a *account) podsOf(ctx context.Context, workload *unstructured.Unstructured) ([]labelled, error) {
	pods, err := a.owned(ctx, "pod", workload)
	if err != nil {
		return nil, err
	}
	r, err := a.served(ctx, gvkOf("v1", "Pod"))
	if err != nil {
		return nil, err
	}
	out := make([]labelled, len(pods))
	for i, p := range pods {
		out[i] = labelled{object: p.Object, target: target{
			account: a, resource: r, kind: makeKind("pod", ""), namespace: p.GetNamespace(), name: p.GetName(),
		}}
	}
	return out, nil
}
