package kubernetes

import (
	"context"
	"fmt"
	"slices"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage/manifest"
)

// guardedKinds are pruned only where an object says so itself: what is in them
// goes with them.
var guardedKinds = map[string]bool{
	"namespace": true, "customresourcedefinition": true, "persistentvolume": true, "persistentvolumeclaim": true,
}

// PlanPrune deletes what has left a deployment's manifests, and writes down
// what is left. What is kept though it has left is told in the warnings.
func (p *Provider) PlanPrune(ctx context.Context, request manifest.PruneRequest) (manifest.Plan, error) {
	a, err := p.account(request.Account)
	if err != nil {
		return manifest.Plan{}, err
	}
	verdicts, err := a.judgeLeaving(ctx, request)
	if err != nil {
		return manifest.Plan{}, err
	}
	known, err := a.inventory(ctx, request.Inventory)
	if err != nil {
		return manifest.Plan{}, err
	}
	if known.namespace == "" {
		// Nothing was written down, or it was deleted: nothing may go.
		return manifest.Plan{}, nil
	}
	var plan manifest.Plan
	for _, v := range verdicts {
		if v.prune {
			step := v.target.base(manifest.Delete, request.ID)
			step.UID, step.Inventory = string(v.live.GetUID()), request.Inventory.ID
			plan.Steps = append(plan.Steps, step)
		}
		if v.prune || v.gone {
			known.entries = slices.DeleteFunc(known.entries, func(e manifest.InventoryEntry) bool { return sameEntry(e, v.entry) })
		}
		if v.reason != "" {
			plan.Warnings = append(plan.Warnings, fmt.Sprintf("%s %s is kept though it has left the manifests: %s", entryKind(v.entry), v.entry.Name, v.reason))
		}
	}
	for _, m := range request.Applied {
		known.add(entryOf(m))
	}
	step, err := known.step(request.ID)
	if err != nil {
		return manifest.Plan{}, err
	}
	plan.Steps = append(plan.Steps, step)
	return plan, nil
}

// entryOf is the entry of a live object.
func entryOf(m map[string]any) manifest.InventoryEntry {
	md := model.Object(m, "metadata")
	return manifest.InventoryEntry{
		APIVersion: model.String(m, "apiVersion"), Kind: model.String(m, "kind"),
		Namespace: model.String(md, "namespace"), Name: model.String(md, "name"), UID: model.String(md, "uid"),
	}
}

// PreviewPrune tells what would become of what has left the manifests.
func (p *Provider) PreviewPrune(ctx context.Context, request manifest.PruneRequest) ([]manifest.Change, error) {
	a, err := p.account(request.Account)
	if err != nil {
		return nil, err
	}
	verdicts, err := a.judgeLeaving(ctx, request)
	if err != nil {
		return nil, err
	}
	var out []manifest.Change
	for _, v := range verdicts {
		change := manifest.Change{
			Action: manifest.Prune, APIVersion: v.entry.APIVersion, Kind: v.entry.Kind, Namespace: v.entry.Namespace, Name: v.entry.Name,
			FullName: entryKind(v.entry).String() + " " + v.entry.Name,
		}
		switch {
		case v.prune:
		case v.reason != "":
			change.Action, change.Messages = manifest.Keep, []string{"kept though it has left the manifests: " + v.reason}
		default:
			continue // it is gone already
		}
		out = append(out, change)
	}
	return out, nil
}

// verdict is what becomes of an object that has left the manifests.
type verdict struct {
	entry  manifest.InventoryEntry
	target target
	live   *unstructured.Unstructured
	prune  bool
	// gone says that it need not be remembered, reason why it is kept.
	gone   bool
	reason string
}

// judgeLeaving decides for each entry, in the order in which they are to go:
// the reverse of that of deploying.
func (a *account) judgeLeaving(ctx context.Context, request manifest.PruneRequest) ([]verdict, error) {
	var out []verdict
	for _, e := range request.Leaving {
		if slices.ContainsFunc(request.Applied, func(m map[string]any) bool { return sameEntry(e, entryOf(m)) }) {
			continue // a version that was free when the deployment was planned
		}
		v, err := a.judge(ctx, e, request)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	slices.SortStableFunc(out, func(x, y verdict) int {
		return a.properties(entryKind(y.entry)).priority - a.properties(entryKind(x.entry)).priority
	})
	return out, a.keepUsed(ctx, out)
}

func (a *account) judge(ctx context.Context, e manifest.InventoryEntry, request manifest.PruneRequest) (verdict, error) {
	v := verdict{entry: e}
	t, err := a.stepTarget(ctx, manifest.Step{APIVersion: e.APIVersion, Kind: e.Kind, Namespace: e.Namespace, Name: e.Name})
	if err == nil {
		v.target = t
		v.live, err = t.get(ctx)
	}
	switch fault.KindOf(err) {
	case fault.NotFound:
		v.gone = true
		return v, nil
	case fault.Forbidden:
		v.reason = err.Error()
		return v, nil
	}
	if err != nil {
		return v, err
	}
	consent := v.live.GetAnnotations()[annotationPrune]
	switch {
	case !ownedBy(v.live, request.Inventory.ID, e.UID):
		v.gone, v.reason = true, "it is not this deployment's any more"
	case consent != "" && !isTrue(consent):
		v.reason = fmt.Sprintf("its annotation %s is %q", annotationPrune, consent)
	case guardedKinds[t.kind.key()] && !isTrue(consent):
		v.reason = fmt.Sprintf("an object of kind %s is deleted only if its annotation %s is \"true\"", t.kind, annotationPrune)
	case olderVersion(v.live, request.Applied) && t.kind.key() != "configmap" && t.kind.key() != "secret":
		v.gone, v.reason = true, "it is an older version, which the stage's rollout strategy decides about"
	case olderVersion(v.live, request.Applied) && v.live.GetAnnotations()[annotationMaxVersionHistory] != "":
		v.reason = "it is an older version, which its annotation " + annotationMaxVersionHistory + " decides about"
	default:
		v.prune = true
	}
	return v, nil
}

// olderVersion tells whether another version of an object is among those that
// were applied.
func olderVersion(live *unstructured.Unstructured, applied []map[string]any) bool {
	of := live.GetAnnotations()
	if of[annotationArtifactVersion] == "" {
		return false
	}
	return slices.ContainsFunc(applied, func(m map[string]any) bool {
		return annotation(m, annotationArtifactName) == of[annotationArtifactName] &&
			annotation(m, annotationArtifactType) == of[annotationArtifactType] &&
			annotation(m, annotationArtifactLocation) == of[annotationArtifactLocation]
	})
}

// keepUsed keeps the ConfigMaps and Secrets that something uses which stays,
// such as an older ReplicaSet that a rollout may be taken back to.
func (a *account) keepUsed(ctx context.Context, verdicts []verdict) error {
	going := map[types.UID]bool{}
	for _, v := range verdicts {
		if v.prune {
			going[v.live.GetUID()] = true
		}
	}
	users := map[string]map[string]string{} // by namespace, then what is used
	for n := range verdicts {
		v := &verdicts[n]
		key := v.target.kind.key()
		if !v.prune || key != "configmap" && key != "secret" {
			continue
		}
		namespace := v.entry.Namespace
		if users[namespace] == nil {
			found, err := a.uses(ctx, namespace, going)
			if err != nil {
				return err
			}
			users[namespace] = found
		}
		if by := users[namespace][key+" "+v.entry.Name]; by != "" {
			v.prune, v.reason = false, "it is used by "+by
		}
	}
	return nil
}

// usingKinds are the kinds of what uses ConfigMaps and Secrets, owners first.
var usingKinds = []string{"deployment", "statefulSet", "daemonSet", "cronJob", "job", "replicaSet", "pod", "ingress"}

// uses lists what is used in a namespace, as "configmap web" or "secret web",
// and by whom. Who goes, and what belongs to who goes, counts for nothing.
func (a *account) uses(ctx context.Context, namespace string, going map[types.UID]bool) (map[string]string, error) {
	out := map[string]string{}
	gone := map[types.UID]bool{}
	for uid := range going {
		gone[uid] = true
	}
	for _, name := range usingKinds {
		r, err := a.servedKind(ctx, parseKind(name))
		if err != nil {
			if k := fault.KindOf(err); k == fault.Forbidden || k == fault.NotFound {
				continue // a kind that this account has nothing of
			}
			return nil, err
		}
		err = a.list(ctx, r, namespace, "", func(o *unstructured.Unstructured) {
			for _, owner := range o.GetOwnerReferences() {
				if gone[owner.UID] {
					gone[o.GetUID()] = true
				}
			}
			if gone[o.GetUID()] {
				return
			}
			for _, used := range usedBy(o.Object) {
				if _, told := out[used]; !told {
					out[used] = kindOf(r.gvk).String() + " " + o.GetName()
				}
			}
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// usedBy lists the ConfigMaps and Secrets that an object names.
func usedBy(object map[string]any) []string {
	var out []string
	of := func(spec map[string]any) {
		for _, s := range podSlots(spec) {
			switch s.artifactType {
			case typeConfigMap:
				out = append(out, "configmap "+s.value)
			case typeSecret:
				out = append(out, "secret "+s.value)
			}
		}
		for _, s := range model.Objects(spec, "imagePullSecrets") {
			out = append(out, "secret "+model.String(s, "name"))
		}
	}
	switch model.String(object, "kind") {
	case "Pod":
		of(model.Object(object, "spec"))
	case "Ingress":
		for _, tls := range model.Objects(model.Object(object, "spec"), "tls") {
			out = append(out, "secret "+model.String(tls, "secretName"))
		}
	default:
		podSpecs(object, of)
	}
	return out
}
