package kubernetes

import (
	"context"
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/gennaker/gennaker/internal/fault"
	helmchart "github.com/gennaker/gennaker/internal/helm"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage/helm"
	"github.com/gennaker/gennaker/internal/stage/manifest"
)

// releasing puts the steps of a release's operation together.
type releasing struct {
	release *release
	made    *helmchart.Release
	source  string
	by      helm.Made
	// takeOwnership takes over objects of no release.
	takeOwnership bool
	// defined are the kinds that the release itself defines, with whether they
	// are namespaced.
	defined map[schema.GroupKind]bool
	plan    manifest.Plan
}

// apply records the revision as pending, runs the hooks that come before, and
// makes the objects as the revision has them.
func (w *releasing) apply(ctx context.Context, event string) error {
	record, err := helmchart.Record(w.made, map[string]string{labelStage: w.by.By, labelSource: w.source})
	if err != nil {
		return err
	}
	step := w.step(manifest.Apply, record)
	step.Hidden, step.Force = true, true
	w.plan.Steps = append(w.plan.Steps, step)
	if err := w.hooks("pre-" + event); err != nil {
		return err
	}
	objects, err := helmchart.Objects(w.made.Manifest)
	if err != nil {
		return fault.New(fault.Invalid, "chart %s: %w", chartName(w.made), err)
	}
	before, err := w.release.objects()
	if err != nil {
		return err
	}
	had, has := map[string]bool{}, map[string]bool{}
	for _, o := range before {
		had[objectKey(o, w.made.Namespace)] = true
	}
	w.define(objects)
	for _, o := range objects {
		key := objectKey(o, w.made.Namespace)
		has[key] = true
		if err := w.object(ctx, o, had[key]); err != nil {
			return err
		}
	}
	for _, o := range before {
		if !has[objectKey(o, w.made.Namespace)] {
			if err := w.remove(ctx, o); err != nil {
				return err
			}
		}
	}
	return nil
}

// define remembers the kinds that CustomResourceDefinitions define.
func (w *releasing) define(objects []map[string]any) {
	for _, o := range objects {
		if gk, namespaced, ok := definitionOf(o); ok {
			if w.defined == nil {
				w.defined = map[schema.GroupKind]bool{}
			}
			w.defined[gk] = namespaced
		}
	}
}

// step is a step about an object of the release, with the marks by which Helm
// knows it.
func (w *releasing) step(action manifest.Action, o map[string]any) manifest.Step {
	md := meta(o)
	k := kindOf(gvkOf(model.String(o, "apiVersion"), model.String(o, "kind")))
	return manifest.Step{
		Action: action, Operation: w.by.ID, APIVersion: model.String(o, "apiVersion"), Kind: model.String(o, "kind"),
		Namespace: model.String(md, "namespace"), Name: model.String(md, "name"), FullName: k.String() + " " + model.String(md, "name"),
		Manifest: o, Force: true, Manager: helmManager,
	}
}

// place finds where an object goes and whether its kind is served.
func (w *releasing) place(ctx context.Context, o map[string]any) (t target, pending bool, err error) {
	md := meta(o)
	name := model.String(md, "name")
	t, err = w.release.account.stepTarget(ctx, manifest.Step{APIVersion: model.String(o, "apiVersion"), Kind: model.String(o, "kind"), Name: name})
	gvk := gvkOf(model.String(o, "apiVersion"), model.String(o, "kind"))
	if namespaced, ours := w.defined[gvk.GroupKind()]; ours && absent(err) {
		t, pending, err = target{account: w.release.account, kind: kindOf(gvk), name: name}, true, nil
		t.resource.namespaced = namespaced
	}
	if err != nil {
		return t, false, fault.New(fault.KindOf(err), "%s %s: %w", model.String(o, "kind"), name, err)
	}
	if !t.resource.namespaced {
		delete(md, "namespace")
		return t, pending, nil
	}
	if model.String(md, "namespace") == "" {
		md["namespace"] = w.made.Namespace
	}
	t.namespace = model.String(md, "namespace")
	return t, pending, w.release.account.allowNamespace(t.namespace)
}

// object applies an object. One that is there must be of this release.
func (w *releasing) object(ctx context.Context, o map[string]any, ours bool) error {
	t, pending, err := w.place(ctx, o)
	if err != nil {
		return err
	}
	if !ours && !pending && !w.takeOwnership {
		live, err := t.get(ctx)
		if err != nil && !absent(err) {
			return err
		}
		if err == nil && !w.owns(live.GetAnnotations()) {
			return fault.New(fault.Conflict,
				"%s already exists and doesn't belong to release %s; delete it, exclude it from the chart, or set takeOwnership", t, w.made.Name)
		}
	}
	child(meta(o), "labels")[labelManagedBy] = "Helm"
	annotations := child(meta(o), "annotations")
	annotations[annotationRelease], annotations[annotationReleaseNamespace] = w.made.Name, w.made.Namespace
	put(annotations, annotationApplication, w.by.Application)
	put(annotations, annotationCluster, t.fullName())
	step := w.step(manifest.Apply, o)
	step.KeepWaiting = pending
	w.plan.Steps = append(w.plan.Steps, step)
	return nil
}

func (w *releasing) owns(annotations map[string]string) bool {
	return annotations[annotationRelease] == w.made.Name && annotations[annotationReleaseNamespace] == w.made.Namespace
}

// remove deletes an object of the release, if it still is.
func (w *releasing) remove(ctx context.Context, o map[string]any) error {
	t, pending, err := w.place(ctx, o)
	if absent(err) || pending {
		return nil // with its kind
	}
	if err != nil {
		return err
	}
	live, err := t.get(ctx)
	if absent(err) {
		return nil
	}
	if err != nil {
		return err
	}
	if !w.owns(live.GetAnnotations()) || strings.EqualFold(live.GetAnnotations()[annotationResourcePolicy], "keep") {
		w.plan.Warnings = append(w.plan.Warnings, t.fullName()+" is kept: it is not of the release any more, or its annotation "+annotationResourcePolicy+" says so")
		return nil
	}
	step := w.step(manifest.Delete, o)
	step.Manifest, step.UID = nil, string(live.GetUID())
	w.plan.Steps = append(w.plan.Steps, step)
	return nil
}

// namespace makes the release's namespace.
func (w *releasing) namespace() {
	w.plan.Steps = append(w.plan.Steps, w.step(manifest.Apply, map[string]any{
		"apiVersion": "v1", "kind": "Namespace", "metadata": map[string]any{"name": w.made.Namespace},
	}))
}

// crds makes the chart's CustomResourceDefinitions that are not there yet. As
// with Helm, those that are there stay as they are.
func (w *releasing) crds(ctx context.Context) error {
	crds, err := helmchart.CRDs(w.made)
	if err != nil {
		return err
	}
	w.define(crds)
	for _, o := range crds {
		t, _, err := w.place(ctx, o)
		if err != nil {
			return err
		}
		if _, err = t.get(ctx); absent(err) {
			w.plan.Steps = append(w.plan.Steps, w.step(manifest.Apply, o))
		} else if err != nil {
			return err
		}
	}
	return nil
}

// hooks runs the hooks of an event, each to its end.
func (w *releasing) hooks(event string) error {
	if w.by.DisableHooks {
		return nil
	}
	found, err := helmchart.Hooks(w.made, event)
	if err != nil {
		return err
	}
	for _, h := range found {
		md := meta(h.Object)
		if model.String(md, "namespace") == "" {
			md["namespace"] = w.made.Namespace
		}
		child(md, "annotations")[annotationOperation] = w.by.ID
		run := w.step(manifest.Recreate, h.Object)
		if !h.DeleteFirst {
			run.Action = manifest.Apply
		}
		wait := run
		wait.Action, wait.Manifest = manifest.Await, nil
		run.Hidden, wait.Hidden = true, true
		w.plan.Steps = append(w.plan.Steps, run, wait)
		if h.DeleteAfter {
			wait.Action = manifest.Delete
			w.plan.Steps = append(w.plan.Steps, wait)
		}
	}
	return nil
}

// mark changes the state that a revision is recorded with.
func (w *releasing) mark(revision int, status, description string) {
	w.plan.Steps = append(w.plan.Steps, manifest.Step{
		Action: manifest.SetRelease, Operation: w.by.ID, APIVersion: "v1", Kind: "Secret", Namespace: w.release.target.Namespace,
		Name: helmchart.RecordName(w.release.target.Name, revision), FullName: fmt.Sprintf("revision %d of release %s", revision, w.release.target.Name),
		Body: map[string]any{"status": status, "description": description}, Hidden: true,
	})
}

// forget deletes the record of a revision.
func (w *releasing) forget(revision int) {
	w.plan.Steps = append(w.plan.Steps, manifest.Step{
		Action: manifest.Delete, Operation: w.by.ID, APIVersion: "v1", Kind: "Secret", Namespace: w.release.target.Namespace,
		Name: helmchart.RecordName(w.release.target.Name, revision), FullName: fmt.Sprintf("revision %d of release %s", revision, w.release.target.Name),
		Hidden: true,
	})
}

// setRelease changes the state of a recorded revision; a record that is gone
// needs no change.
func (t target) setRelease(ctx context.Context, step manifest.Step) error {
	live, err := t.get(ctx)
	if absent(err) {
		return nil
	}
	if err != nil {
		return err
	}
	record, err := helmchart.ReadRecord(model.String(model.Object(live.Object, "data"), "release"))
	if err != nil {
		return fault.New(fault.Conflict, "%s: %w", step.FullName, err)
	}
	body, _ := step.Body.(map[string]any)
	helmchart.SetStatus(record, model.String(body, "status"), model.String(body, "description"), t.account.options.Now())
	labels := live.GetLabels()
	changed, err := helmchart.Record(record, labels)
	if err != nil {
		return err
	}
	_, err = t.applyAs(ctx, changed, true, helmManager)
	return err
}

// await waits until an object has done what it is there for.
func (t target) await(ctx context.Context, step manifest.Step) (manifest.StepResult, error) {
	live, err := t.get(ctx)
	if err != nil {
		return manifest.StepResult{}, err
	}
	s := t.account.statusOf(ctx, live.Object)
	phase := model.String(model.Object(live.Object, "status"), "phase")
	switch {
	case s.Failed.State || step.Kind == "Pod" && phase == "Failed":
		return manifest.StepResult{}, fault.New(fault.Invalid, "account %s: hook %s has failed: %s", t.account.config.Name, step.FullName, s.Failed.Message)
	case step.Kind == "Pod" && phase != "Succeeded":
		return manifest.StepResult{Wait: true, Message: "waiting for hook " + step.FullName + " to end"}, nil
	case step.Kind != "Pod" && !s.Stable.State:
		return manifest.StepResult{Wait: true, Message: "waiting for hook " + step.FullName + ": " + s.Stable.Message}, nil
	}
	return manifest.StepResult{}, nil
}
