package kubernetes

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage/manifest"
)

// A plan names the version of an object that it deploys before anything is
// deployed, as other objects of the plan refer to it. Until then another
// deployment may take the version. So a version is created, which the API
// server does for one of those who try, and never applied to an object that
// holds something else. Who comes too late takes the next version: see
// [Provider.NextVersion].

// claim deploys a version: it creates the object, or uses the one that holds
// the same content. An object with this operation's mark was created by an
// earlier try.
func (t target) claim(ctx context.Context, step manifest.Step) (manifest.StepResult, error) {
	object, refused := t.post(ctx, step.Manifest)
	if refused == nil {
		return done(object, nil)
	}
	there := apierrors.IsAlreadyExists(refused)
	// A quota or a policy may refuse to create what need not be created.
	if !there && !apierrors.IsForbidden(refused) {
		return manifest.StepResult{}, t.account.explain(refused, "create "+t.String())
	}
	live, err := t.get(ctx)
	switch {
	case absent(err) && there:
		return manifest.StepResult{Wait: true, Message: step.FullName + " has just been deleted; creating it again"}, nil
	case err != nil && !there:
		return manifest.StepResult{}, t.account.explain(refused, "create "+t.String())
	case err != nil:
		return manifest.StepResult{}, err
	case markedBy(live, step):
		return done(live, nil)
	case t.shares(live, step):
		return t.reuse(ctx, live, step)
	}
	return manifest.StepResult{Taken: true, Message: step.FullName + " was deployed by another deployment meanwhile; taking the next version"}, nil
}

// markedBy tells whether the step's operation has made a version.
func markedBy(live *unstructured.Unstructured, step manifest.Step) bool {
	of := live.GetAnnotations()
	return step.Operation != "" && of[annotationOperation] == step.Operation && of[annotationContent] == step.Version.Content
}

// shares tells whether the step may deploy to a version that is there.
func (t target) shares(live *unstructured.Unstructured, step manifest.Step) bool {
	_, v, ok := versionOf(live, t.kind)
	return ok && v.holds(*step.Version, step.Manifest)
}

// reuse carries out a step on a version that holds the same content, but not
// on what may have taken its place since it was read.
func (t target) reuse(ctx context.Context, live *unstructured.Unstructured, step manifest.Step) (manifest.StepResult, error) {
	if step.Action != manifest.Apply {
		return t.act(ctx, step) // by the UID or the resource version that it finds
	}
	step.Manifest = runtime.DeepCopyJSON(step.Manifest)
	meta(step.Manifest)["uid"] = string(live.GetUID())
	result, err := t.act(ctx, step)
	if fault.KindOf(err) == fault.Conflict {
		if now, gone := t.get(ctx); absent(gone) || gone == nil && now.GetUID() != live.GetUID() {
			return manifest.StepResult{Wait: true, Message: step.FullName + " has just been replaced; looking again"}, nil
		}
	}
	return result, err
}

// NextVersion gives a step the version that is free now, or the one that holds
// the same content by now.
func (p *Provider) NextVersion(ctx context.Context, accountName string, plan manifest.Plan, at int) (manifest.Plan, error) {
	a, err := p.account(accountName)
	if err != nil {
		return plan, err
	}
	step := plan.Steps[at]
	if step.Version == nil {
		return plan, fault.New(fault.Internal, "%s is not a version", step.FullName)
	}
	t, err := a.stepTarget(ctx, step)
	if err != nil {
		return plan, err
	}
	all, err := a.versions(ctx, t.resource, t.kind, t.namespace)
	if err != nil {
		return plan, err
	}
	deployed := all[step.Version.Name]
	picked := deployed.pick(step.Version.Name, step.Manifest, step.Version.Content)
	return a.reversioned(plan, at, picked.Number, deployed.previous(picked.Number))
}

// reversioned is a plan in which one step deploys another version, and those
// after it refer to that.
func (a *account) reversioned(plan manifest.Plan, at, number int, previous string) (manifest.Plan, error) {
	plan.Steps, plan.BoundArtifacts = slices.Clone(plan.Steps), slices.Clone(plan.BoundArtifacts)
	old := plan.Steps[at]
	step := renumbered(old, number)
	step.Previous = previous
	plan.Steps[at] = step
	if old.Artifact != nil && old.Version.Bound {
		for i, artifact := range plan.BoundArtifacts {
			if artifactKey(artifact) == artifactKey(*old.Artifact) && artifact.Reference == old.Artifact.Reference {
				plan.BoundArtifacts[i] = *step.Artifact
			}
		}
		for i := at + 1; i < len(plan.Steps); i++ {
			if err := a.rebind(&plan.Steps[i], *old.Artifact, *step.Artifact); err != nil {
				return plan, err
			}
		}
	}
	err := a.rewriteInventory(&plan, at, old.Name, step.Name)
	return plan, err
}

// renumbered is a step that deploys another version of its object.
func renumbered(step manifest.Step, number int) manifest.Step {
	version := *step.Version
	version.Number = number
	step.Version, step.Name = &version, versionedName(version.Name, number)
	kindName := kindOf(gvkOf(step.APIVersion, step.Kind)).String()
	step.FullName = kindName + " " + step.Name
	if step.Artifact != nil {
		artifact := *step.Artifact
		artifact.Version, artifact.Reference = versionText(number), step.Name
		step.Artifact = &artifact
	}
	step.Manifest = runtime.DeepCopyJSON(step.Manifest)
	meta(step.Manifest)["name"] = step.Name
	written := []map[string]any{meta(step.Manifest)}
	if t, ok := templateMeta(step.Manifest); ok {
		written = append(written, t)
	}
	for _, md := range written {
		for key, value := range map[string]string{annotationArtifactVersion: versionText(number), annotationSequence: fmt.Sprint(number)} {
			overwrite(md, "annotations", key, value)
		}
		overwrite(md, "labels", labelSequence, fmt.Sprint(number))
	}
	return step
}

// overwrite changes a text that is there.
func overwrite(md map[string]any, field, key, value string) {
	if in := model.Object(md, field); in[key] != nil {
		in[key] = value
	}
}

// rebind has a step refer to another version of an artifact.
func (a *account) rebind(step *manifest.Step, was, is model.Artifact) error {
	if step.Manifest == nil || step.Hidden || step.Namespace != was.Location {
		return nil
	}
	where := (&planned{props: a.properties(kindOf(gvkOf(step.APIVersion, step.Kind)))}).replaces()
	refers := func(s slot) bool { return s.artifactType == was.Type && s.value == was.Reference }
	if !slices.ContainsFunc(slots(step.Manifest, where), refers) {
		return nil
	}
	step.Manifest = runtime.DeepCopyJSON(step.Manifest)
	for _, s := range slots(step.Manifest, where) {
		if refers(s) {
			s.set(is.Reference)
		}
	}
	if step.Version == nil {
		return nil
	}
	digest, err := contentDigest(step.Manifest)
	if err != nil {
		return err
	}
	version := *step.Version
	version.Content, step.Version = digest, &version
	child(meta(step.Manifest), "annotations")[annotationContent] = digest
	return nil
}

// rewriteInventory has an inventory that was written down remember the new
// name in place of the old one, before an object of that name is made.
func (a *account) rewriteInventory(plan *manifest.Plan, at int, was, is string) error {
	last := -1
	for i, step := range plan.Steps[:at] {
		if step.Hidden && step.Action == manifest.Apply && model.Object(step.Manifest, "data")[inventoryKey] != nil {
			last = i
		}
	}
	if last < 0 {
		return nil
	}
	written, step := plan.Steps[last], plan.Steps[at]
	md := model.Object(written.Manifest, "metadata")
	i := inventory{namespace: written.Namespace, of: manifest.Inventory{
		ID: model.String(model.Object(md, "labels"), labelInventory), Name: model.String(model.Object(md, "annotations"), annotationInventoryName),
	}}
	if err := json.Unmarshal([]byte(model.String(model.Object(written.Manifest, "data"), inventoryKey)), &i.entries); err != nil {
		return fmt.Errorf("read the inventory of a plan: %w", err)
	}
	entry := manifest.InventoryEntry{APIVersion: step.APIVersion, Kind: step.Kind, Namespace: step.Namespace, Name: was}
	i.entries = slices.DeleteFunc(i.entries, func(e manifest.InventoryEntry) bool { return sameEntry(e, entry) && e.UID == "" })
	entry.Name = is
	i.add(entry)
	plan.Leaving = slices.DeleteFunc(slices.Clone(plan.Leaving), func(e manifest.InventoryEntry) bool { return sameEntry(e, entry) })
	again, err := i.step(written.Operation)
	if err != nil {
		return err
	}
	plan.Steps = slices.Insert(plan.Steps, at, again)
	return nil
}
