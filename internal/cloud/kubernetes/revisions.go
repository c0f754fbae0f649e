package kubernetes

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sync/errgroup"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/structured-merge-diff/v6/fieldpath"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/rollback"
	"github.com/gennaker/gennaker/internal/stage/manifest"
)

// annotationHistory lists the numbers that a ReplicaSet had as a revision before
// it was rolled back to: the deployment controller's.
const annotationHistory = "deployment.kubernetes.io/revision-history"

// Workload reads a workload and what it has been, for a roll back. A workload that
// isn't there has no revisions; an object of a kind without any is a fault of kind
// Invalid.
func (p *Provider) Workload(ctx context.Context, accountName, location, name string) (rollback.Workload, error) {
	t, err := p.target(ctx, accountName, location, name)
	if err != nil {
		return rollback.Workload{}, err
	}
	out := rollback.Workload{Account: accountName, Location: location, Name: t.fullName()}
	props := t.account.properties(t.kind)
	if !props.has(canRollout) && !props.has(canTraffic) {
		return out, fault.New(fault.Invalid, "manifestName: an object of kind %s has no revisions", t.kind)
	}
	live, err := t.get(ctx)
	if absent(err) {
		return out, nil
	}
	if err != nil {
		return out, err
	}
	out.App = monikerOf(live.Object).App
	if !props.has(canRollout) {
		err := t.versionsByTraffic(ctx, live, &out)
		return out, err
	}
	out.Paused, _, _ = unstructured.NestedBool(live.Object, "spec", "paused")
	out.Undone = broughtBack(live)
	revisions, err := t.history(ctx, live)
	if err != nil {
		return out, err
	}
	now := templateID(podTemplate(live))
	for _, r := range revisions {
		out.Revisions = append(out.Revisions, revisionOf(r))
	}
	// The newest of those that look like the workload is what it is: the one before
	// it may be a rolling restart's.
	for i := range slices.Backward(out.Revisions) {
		if out.Revisions[i].ID == now {
			out.Revisions[i].Current = true
			break
		}
	}
	return out, nil
}

// revisionOf is a revision as a roll back sees it.
func revisionOf(r revision) rollback.Revision {
	template := podTemplate(r.object)
	out := rollback.Revision{
		ID: templateID(template), Number: r.number, First: firstNumber(r), Name: r.object.GetName(), Images: imagesOf(template),
		Created: r.object.GetCreationTimestamp().Time, Template: template,
	}
	if r.object.GetKind() == "ReplicaSet" {
		out.Wanted, out.Available = max(0, replicasOf(r.object)), availableOf(r.object)
	}
	return out
}

func availableOf(o *unstructured.Unstructured) int64 {
	n, _ := model.Int(model.Object(o.Object, "status"), "availableReplicas")
	return n
}

// firstNumber is the number that a revision had first.
func firstNumber(r revision) int64 {
	first := r.number
	for text := range strings.SplitSeq(r.object.GetAnnotations()[annotationHistory], ",") {
		if n, err := strconv.ParseInt(text, 10, 64); err == nil {
			first = min(first, n)
		}
	}
	return first
}

// podTemplate is the pod template of a workload or of a revision of one.
func podTemplate(o *unstructured.Unstructured) map[string]any {
	holder := o.Object
	if o.GetKind() == "ControllerRevision" {
		holder = model.Object(o.Object, "data")
	}
	return model.Object(model.Object(holder, "spec"), "template")
}

// templateID is a digest of what a pod template says of the pods. What controllers
// and rolling restarts write into it doesn't count.
func templateID(template map[string]any) string {
	if template == nil {
		return ""
	}
	plain := rollback.Clean(template)
	metadata := maps.Clone(model.Object(plain, "metadata"))
	annotations := maps.Clone(model.Object(metadata, "annotations"))
	delete(annotations, annotationRestartedAt)
	delete(metadata, "annotations")
	if len(annotations) > 0 {
		metadata["annotations"] = annotations
	}
	plain["metadata"] = metadata
	data, err := json.Marshal(plain)
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:12])
}

func imagesOf(template map[string]any) []string {
	images := []string{}
	for _, container := range model.Objects(model.Object(template, "spec"), "containers") {
		if image := model.String(container, "image"); image != "" && !slices.Contains(images, image) {
			images = append(images, image)
		}
	}
	return images
}

// broughtBack tells whether a roll back wrote a workload's pod template last: ours,
// or kubectl's.
func broughtBack(live *unstructured.Unstructured) bool {
	template := fieldpath.MakePathOrDie("spec", "template")
	for _, entry := range live.GetManagedFields() {
		if entry.Manager != rollbackManager && entry.Manager != "kubectl-rollout" || entry.FieldsV1 == nil {
			continue
		}
		set := fieldpath.NewSet()
		if err := set.FromJSON(strings.NewReader(string(entry.FieldsV1.GetRawBytes()))); err != nil {
			continue
		}
		if hasBelow(set, template) || set.Has(template) {
			return true
		}
	}
	return false
}

// versionsByTraffic reads the ReplicaSets that a rollout strategy keeps beside each
// other. The current ones are those that get traffic.
func (t target) versionsByTraffic(ctx context.Context, live *unstructured.Unstructured, out *rollback.Workload) error {
	members, err := t.siblings(ctx, live)
	if err != nil {
		return err
	}
	selectors, err := t.account.serviceSelectors(ctx, t.namespace)
	if err != nil {
		return err
	}
	out.ByTraffic = true
	for _, m := range members {
		if len(trafficOf(m.Object)) == 0 {
			continue
		}
		version := revisionOf(revision{object: m, number: int64(sequence(m))})
		// Versions with the same pods are different ones all the same.
		version.ID, version.Current = m.GetName(), !isDisabled(m.Object, selectors)
		out.Revisions = append(out.Revisions, version)
	}
	return nil
}

// siblings are the versions of what a ReplicaSet is a version of, oldest first.
func (t target) siblings(ctx context.Context, live *unstructured.Unstructured) ([]*unstructured.Unstructured, error) {
	of := live.GetAnnotations()
	var out []*unstructured.Unstructured
	err := t.account.list(ctx, t.resource, t.namespace, "", func(o *unstructured.Unstructured) {
		if inCluster(o, of[annotationApplication], of[annotationCluster]) && len(o.GetOwnerReferences()) == 0 {
			out = append(out, o)
		}
	})
	slices.SortStableFunc(out, byAge)
	return out, err
}

// rememberBefore notes what the workloads of a plan are before it is carried out,
// so that it can be rolled back to that. What can't be read isn't noted.
func (w *planner) rememberBefore(ctx context.Context, plan *manifest.Plan) {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(previewsAtOnce)
	for i := range plan.Steps {
		step := &plan.Steps[i]
		k := kindOf(gvkOf(step.APIVersion, step.Kind))
		props := w.account.properties(k)
		switch {
		case step.KeepWaiting || step.Hidden:
		case props.has(canRollout):
			group.Go(safely(func() error {
				step.Before = w.account.templateBefore(ctx, *step)
				return nil
			}))
		case k.key() == "replicaset" && step.Version != nil && annotation(step.Manifest, annotationLoadBalancers) != "":
			group.Go(safely(func() error {
				step.Before = w.account.versionBefore(ctx, *step)
				return nil
			}))
		}
	}
	if err := group.Wait(); err != nil {
		w.warnings = append(w.warnings, "what was deployed before could not be read: "+err.Error())
	}
}

// templateBefore is the id of the pod template that a workload has; "" if that
// can't be read.
func (a *account) templateBefore(ctx context.Context, step manifest.Step) string {
	t, err := a.stepTarget(ctx, step)
	if err != nil {
		return ""
	}
	live, err := t.get(ctx)
	if absent(err) {
		return rollback.None
	}
	if err != nil {
		return ""
	}
	return templateID(podTemplate(live))
}

// versionBefore is the newest version of a ReplicaSet that gets traffic.
func (a *account) versionBefore(ctx context.Context, step manifest.Step) string {
	t, err := a.stepTarget(ctx, step)
	if err != nil {
		return ""
	}
	members, err := t.siblings(ctx, &unstructured.Unstructured{Object: step.Manifest})
	if err != nil {
		return ""
	}
	selectors, err := a.serviceSelectors(ctx, step.Namespace)
	if err != nil {
		return ""
	}
	for _, m := range slices.Backward(members) {
		if m.GetName() != step.Name && len(trafficOf(m.Object)) > 0 && !isDisabled(m.Object, selectors) {
			return m.GetName()
		}
	}
	return rollback.None
}

// broughtBy is the id of the revision that a step has made of a workload; "" for
// what has none.
func (t target) broughtBy(step manifest.Step, object *unstructured.Unstructured) string {
	switch {
	case object == nil || step.Hidden:
	case t.account.properties(t.kind).has(canRollout):
		return templateID(podTemplate(object))
	case step.Before != "":
		return object.GetName()
	}
	return ""
}
