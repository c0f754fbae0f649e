package kubernetes

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/sync/errgroup"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/stage/manifest"
)

// previewsAtOnce is how many objects are previewed side by side.
const previewsAtOnce = 8

// dryRun has the API server do all of a request but store what comes of it.
var dryRun = []string{metav1.DryRunAll}

// Preview tells what some steps of a plan would do, by the API server's dry
// run: defaults, admission and validation are the cluster's own. A step that
// the cluster would refuse is told of in its change; only a cluster that does
// not answer is an error.
func (p *Provider) Preview(ctx context.Context, accountName string, plan manifest.Plan, from, to int) ([]manifest.Change, error) {
	a, err := p.account(accountName)
	if err != nil {
		return nil, err
	}
	look := previewer{account: a, namespaces: map[string]bool{}}
	for _, step := range plan.Steps {
		if step.Kind == "Namespace" && step.APIVersion == "v1" {
			look.namespaces[step.Name] = true
		}
	}
	steps := plan.Steps[from:to]
	out := make([]manifest.Change, len(steps))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(previewsAtOnce)
	for i, step := range steps {
		group.Go(safely(func() (err error) {
			out[i], err = look.step(ctx, step)
			return err
		}))
	}
	return out, group.Wait()
}

// previewer tells what the steps of one plan would do.
type previewer struct {
	account *account
	// namespaces are those that the plan makes.
	namespaces map[string]bool
}

func (w previewer) step(ctx context.Context, step manifest.Step) (manifest.Change, error) {
	change := manifest.Change{
		Action: manifest.Create, APIVersion: step.APIVersion, Kind: step.Kind,
		Namespace: step.Namespace, Name: step.Name, FullName: step.FullName, Previous: step.Previous,
	}
	var warnings []string
	ctx = withWarnings(ctx, &warnings)
	t, err := w.account.stepTarget(ctx, step)
	switch {
	case err == nil:
		err = w.look(ctx, t, step, &change)
	case step.KeepWaiting && absent(err):
		t = target{account: w.account, kind: kindOf(gvkOf(step.APIVersion, step.Kind)), namespace: step.Namespace, name: step.Name}
		change.Messages = append(change.Messages, "the cluster couldn't check it, because the same deployment defines its kind")
		change.Diff, err = t.diff(nil, step.Manifest)
	}
	change.Messages = append(change.Messages, warnings...)
	if err != nil && fault.KindOf(err) != fault.Unavailable && ctx.Err() == nil {
		change.Error = err.Error()
		return change, nil
	}
	return change, err
}

// look compares one object with what the step would make of it.
func (w previewer) look(ctx context.Context, t target, step manifest.Step, change *manifest.Change) error {
	live, err := t.get(ctx)
	if absent(err) {
		return w.create(ctx, t, step, change)
	}
	if err != nil {
		return err
	}
	change.Previous = ""
	if step.Action == manifest.Delete {
		change.Action = manifest.Prune
		return nil
	}
	if step.Action == manifest.Recreate {
		change.Action = manifest.MakeAnew
		merged, err := t.dryCreate(ctx, step.Manifest)
		if err != nil {
			return err
		}
		change.Diff, err = t.diff(live.Object, merged.Object)
		return err
	}
	change.Action = manifest.Update
	merged, err := t.dryApply(ctx, step, live)
	if err != nil {
		return err
	}
	if change.Diff, err = t.diff(live.Object, merged.Object); err != nil {
		return err
	}
	if change.Diff == "" {
		change.Action = manifest.Nothing
		return nil
	}
	if step.Action == manifest.Apply && step.Force {
		change.Messages = append(change.Messages, t.takenOver(ctx, step)...)
	}
	return nil
}

// create previews an object that is not there: as its manifest has it, without
// the defaults, and where it is a new version, as it differs from the last.
func (w previewer) create(ctx context.Context, t target, step manifest.Step, change *manifest.Change) error {
	var err error
	switch {
	case w.namespaces[step.Namespace] && !w.account.hasNamespace(ctx, step.Namespace):
		change.Messages = append(change.Messages, "the cluster couldn't check it, because the same deployment creates its namespace")
	case step.Action == manifest.Apply:
		_, err = t.dryPatch(ctx, step)
	default:
		_, err = t.dryCreate(ctx, step.Manifest)
	}
	if err != nil {
		return err
	}
	if step.Previous != "" {
		before := t
		before.name = step.Previous
		previous, err := before.get(ctx)
		if err == nil {
			// Both with defaults, so that these don't count as changes.
			after, err := t.dryCreate(ctx, step.Manifest)
			if err != nil {
				return err
			}
			change.Diff, err = t.diff(previous.Object, after.Object)
			return err
		}
		if !absent(err) {
			return err
		}
		change.Previous = ""
	}
	change.Diff, err = t.diff(nil, step.Manifest)
	return err
}

// hasNamespace tells whether a namespace is there.
func (a *account) hasNamespace(ctx context.Context, name string) bool {
	t, err := a.target(ctx, makeKind("namespace", ""), "", name)
	if err != nil {
		return false
	}
	_, err = t.get(ctx)
	return err == nil
}

// dryApply is the object as an apply or a replacement would leave it.
func (t target) dryApply(ctx context.Context, step manifest.Step, live *unstructured.Unstructured) (*unstructured.Unstructured, error) {
	if step.Action == manifest.Replace {
		client, err := t.client()
		if err != nil {
			return nil, err
		}
		object := (&unstructured.Unstructured{Object: step.Manifest}).DeepCopy()
		object.SetResourceVersion(live.GetResourceVersion())
		made, err := client.Update(ctx, object, metav1.UpdateOptions{FieldManager: FieldManager, DryRun: dryRun})
		return made, t.account.explain(err, "replace "+t.String())
	}
	merged, err := t.dryPatch(ctx, step)
	if err != nil {
		return nil, err
	}
	return merged, dropAdopted(merged)
}

func (t target) dryPatch(ctx context.Context, step manifest.Step) (*unstructured.Unstructured, error) {
	return t.applyWith(ctx, step.Manifest, metav1.PatchOptions{FieldManager: managerOf(step), Force: &step.Force, DryRun: dryRun})
}

// dryCreate is the object as the cluster would make it, under another name
// where there is one of that name.
func (t target) dryCreate(ctx context.Context, m map[string]any) (*unstructured.Unstructured, error) {
	client, err := t.client()
	if err != nil {
		return nil, err
	}
	object := (&unstructured.Unstructured{Object: m}).DeepCopy()
	made, err := client.Create(ctx, object, metav1.CreateOptions{FieldManager: FieldManager, DryRun: dryRun})
	if apierrors.IsAlreadyExists(err) {
		object.SetName("")
		object.SetGenerateName("gennaker-plan-")
		made, err = client.Create(ctx, object, metav1.CreateOptions{FieldManager: FieldManager, DryRun: dryRun})
	}
	if err != nil {
		return nil, t.account.explain(err, "create "+t.String())
	}
	made.SetName(t.name)
	made.SetGenerateName("")
	return made, nil
}

// takenOver tells which fields an apply takes over from other managers: those
// that it would conflict about if it did not.
func (t target) takenOver(ctx context.Context, step manifest.Step) []string {
	client, err := t.client()
	if err != nil {
		return nil
	}
	data, err := json.Marshal(step.Manifest)
	if err != nil {
		return nil
	}
	force := false
	_, err = client.Patch(ctx, t.name, types.ApplyPatchType, data, metav1.PatchOptions{FieldManager: managerOf(step), Force: &force, DryRun: dryRun})
	var out []string
	for _, c := range conflictsOf(err) {
		if !clientSideManagers.Has(c.manager) {
			out = append(out, fmt.Sprintf("takes ownership of %s from the field manager %s", c.field, c.manager))
		}
	}
	return out
}

// fieldConflict is a field that another manager holds.
type fieldConflict struct{ field, manager string }

// conflictsOf reads the fields from an API server's refusal to apply.
func conflictsOf(err error) []fieldConflict {
	var status apierrors.APIStatus
	if !errors.As(err, &status) || !apierrors.IsConflict(err) || status.Status().Details == nil {
		return nil
	}
	var out []fieldConflict
	for _, cause := range status.Status().Details.Causes {
		if cause.Type != metav1.CauseTypeFieldManagerConflict {
			continue
		}
		// The message is: conflict with "manager" using v1
		manager := cause.Message
		if _, after, found := strings.Cut(manager, `"`); found {
			manager, _, _ = strings.Cut(after, `"`)
		}
		out = append(out, fieldConflict{field: cause.Field, manager: manager})
	}
	return out
}
