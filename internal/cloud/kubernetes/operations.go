package kubernetes

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage/manifest"
)

// read finds a live object that an operation is about.
func (p *Provider) read(ctx context.Context, request manifest.TargetRequest) (target, *unstructured.Unstructured, error) {
	t, err := p.target(ctx, request.Account, request.Location, request.ManifestName)
	if err != nil {
		return target{}, nil, err
	}
	live, err := t.get(ctx)
	return t, live, err
}

// base is a step about the target.
func (t target) base(action manifest.Action, operation string) manifest.Step {
	return manifest.Step{
		Action: action, Operation: operation, APIVersion: t.resource.gvk.GroupVersion().String(), Kind: t.resource.gvk.Kind,
		Namespace: t.namespace, Name: t.name, FullName: t.fullName(),
	}
}

func (t target) patchStep(operation, patchType string, body any) manifest.Step {
	step := t.base(manifest.Patch, operation)
	step.PatchType, step.Body = patchType, body
	return step
}

// can refuses operations that the target's kind does not know.
func (t target) can(c capability, what string) error {
	if t.account.properties(t.kind).has(c) {
		return nil
	}
	return fault.New(fault.Invalid, "manifestName: an object of kind %s can't be %s", t.kind, what)
}

// PlanScale sets the replicas of one object.
func (p *Provider) PlanScale(ctx context.Context, request manifest.ScaleRequest) (manifest.Plan, error) {
	t, _, err := p.read(ctx, request.TargetRequest)
	if err != nil {
		return manifest.Plan{}, err
	}
	// Any kind with a scale subresource will do, if it is not one that
	// clouddriver knows to have none.
	if _, known := knownByKey[t.kind.key()]; known {
		if err := t.can(canScale, "scaled"); err != nil {
			return manifest.Plan{}, err
		}
	}
	if request.Replicas < 0 {
		return manifest.Plan{}, fault.New(fault.Invalid, "replicas: must not be negative, but is %d", request.Replicas)
	}
	step := t.base(manifest.Scale, request.ID)
	step.Replicas = request.Replicas
	return manifest.Plan{Steps: []manifest.Step{step}}, nil
}

// PlanPatch patches one object, after putting artifacts into the patch.
func (p *Provider) PlanPatch(ctx context.Context, request manifest.PatchRequest) (manifest.Plan, error) {
	t, live, err := p.read(ctx, request.TargetRequest)
	if err != nil {
		return manifest.Plan{}, err
	}
	body, err := manifest.Plain(request.Body)
	if err != nil {
		return manifest.Plan{}, fault.New(fault.Invalid, "patchBody: %w", err)
	}
	plan := manifest.Plan{}
	if object, ok := body.(map[string]any); ok {
		plan.BoundArtifacts = p.options.bind(object, t.account.properties(t.kind).replaces, request.AllArtifacts, t.namespace, request.Account)
		if left := unbound(request.RequiredArtifacts, plan.BoundArtifacts); len(left) > 0 {
			return manifest.Plan{}, fault.New(fault.Invalid, "requiredArtifacts: these have no place in the patch: %s", strings.Join(left, ", "))
		}
	}
	step := t.patchStep(request.ID, request.MergeStrategy, body)
	step.Once = request.MergeStrategy == "json"
	plan.Steps = append(plan.Steps, step)
	if request.Record {
		cause := fmt.Sprintf("gennaker patch %s --type=%s", t.fullName(), request.MergeStrategy)
		if live.GetAnnotations()[annotationChangeCause] != cause {
			plan.Steps = append(plan.Steps, t.patchStep(request.ID, "merge",
				nest(map[string]any{annotationChangeCause: cause}, "metadata", "annotations")))
		}
	}
	return plan, nil
}

// PlanRollingRestart has the workload's pods made anew, as kubectl rollout
// restart does.
func (p *Provider) PlanRollingRestart(ctx context.Context, request manifest.TargetRequest) (manifest.Plan, error) {
	t, live, err := p.read(ctx, request)
	if err != nil {
		return manifest.Plan{}, err
	}
	if err := t.can(canRollout, "restarted"); err != nil {
		return manifest.Plan{}, err
	}
	if paused, _, _ := unstructured.NestedBool(live.Object, "spec", "paused"); paused {
		return manifest.Plan{}, fault.New(fault.Conflict, "%s is paused; resume its rollout first", t)
	}
	at := p.options.Now().UTC().Format(time.RFC3339Nano)
	body := nest(map[string]any{annotationRestartedAt: at}, "spec", "template", "metadata", "annotations")
	return manifest.Plan{Steps: []manifest.Step{t.patchStep(request.ID, "merge", body)}}, nil
}

// PlanPauseRollout pauses a Deployment.
func (p *Provider) PlanPauseRollout(ctx context.Context, request manifest.TargetRequest) (manifest.Plan, error) {
	return p.planPaused(ctx, request, true)
}

// PlanResumeRollout resumes a paused Deployment.
func (p *Provider) PlanResumeRollout(ctx context.Context, request manifest.TargetRequest) (manifest.Plan, error) {
	return p.planPaused(ctx, request, false)
}

func (p *Provider) planPaused(ctx context.Context, request manifest.TargetRequest, paused bool) (manifest.Plan, error) {
	t, _, err := p.read(ctx, request)
	if err != nil {
		return manifest.Plan{}, err
	}
	if err := t.can(canPause, "paused or resumed; only Deployments can"); err != nil {
		return manifest.Plan{}, err
	}
	body := map[string]any{"spec": map[string]any{"paused": paused}}
	return manifest.Plan{Steps: []manifest.Step{t.patchStep(request.ID, "merge", body)}}, nil
}

// PlanDelete deletes one object, or those that label selectors hold for.
func (p *Provider) PlanDelete(ctx context.Context, request manifest.DeleteRequest) (manifest.Plan, error) {
	options, err := deleteOptions(request.Options)
	if err != nil {
		return manifest.Plan{}, err
	}
	targets, err := p.deleteTargets(ctx, request)
	if err != nil {
		return manifest.Plan{}, err
	}
	plan := manifest.Plan{}
	for _, t := range targets {
		step := t.target.base(manifest.Delete, request.ID)
		step.UID, step.Propagation, step.GracePeriodSeconds = t.uid, options.propagation, options.grace
		plan.Steps = append(plan.Steps, step)
	}
	return plan, nil
}

// doomed is an object to delete; the uid is "" where it may be any of that
// name.
type doomed struct {
	target target
	uid    string
}

func (p *Provider) deleteTargets(ctx context.Context, request manifest.DeleteRequest) ([]doomed, error) {
	if request.ManifestName != "" {
		t, err := p.target(ctx, request.Account, request.Location, request.ManifestName)
		return []doomed{{target: t}}, err
	}
	a, err := p.account(request.Account)
	if err != nil {
		return nil, err
	}
	if len(request.Kinds) == 0 {
		return nil, fault.New(fault.Invalid, "manifestName: is missing; name one object, or kinds and labelSelectors")
	}
	selector, err := labelSelector(request.LabelSelectors)
	if err != nil {
		return nil, err
	}
	if selector.Empty() {
		return nil, fault.New(fault.Invalid, "labelSelectors: no selector checks a label, so all objects of the kinds would be deleted; select by a label, for example with kind EXISTS")
	}
	var out []doomed
	for _, name := range request.Kinds {
		r, err := a.servedKind(ctx, parseKind(name))
		if err != nil {
			return nil, fault.New(fault.KindOf(err), "kinds: %w", err)
		}
		namespace, err := a.place(r, request.Location)
		if err != nil {
			return nil, err
		}
		err = a.list(ctx, r, namespace, selector.String(), func(o *unstructured.Unstructured) {
			out = append(out, doomed{uid: string(o.GetUID()), target: target{
				account: a, resource: r, kind: kindOf(r.gvk), namespace: namespace, name: o.GetName(),
			}})
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

type deletion struct {
	propagation string
	grace       *int64
}

// deleteOptions reads a stage's options as clouddriver does: orphanDependents
// before cascading, which may be true, false or a policy's name.
func deleteOptions(options map[string]any) (deletion, error) {
	var out deletion
	if _, ok := options["orphanDependents"]; ok {
		out.propagation = "background"
		if model.Bool(options, "orphanDependents", false) {
			out.propagation = "orphan"
		}
	} else if text := strings.ToLower(model.String(options, "cascading")); text != "" {
		switch text {
		case "true":
			text = "background"
		case "false":
			text = "orphan"
		}
		if !slices.Contains([]string{"orphan", "background", "foreground"}, text) {
			return out, fault.New(fault.Invalid, "options.cascading: %q is not true, false, orphan, background, or foreground", text)
		}
		out.propagation = text
	}
	if value, ok := options["gracePeriodSeconds"]; ok && value != nil && value != "" {
		n, ok := model.ToInt(value)
		if !ok || n < 0 {
			return out, fault.New(fault.Invalid, "options.gracePeriodSeconds: %v is not a number of seconds", value)
		}
		out.grace = &n
	}
	return out, nil
}

// PlanCleanup deletes the oldest versions of versioned manifests, beyond their
// max-version-history: clouddriver's KubernetesCleanupArtifactsOperation.
func (p *Provider) PlanCleanup(ctx context.Context, accountName string, manifests []map[string]any) (manifest.Plan, error) {
	a, err := p.account(accountName)
	if err != nil {
		return manifest.Plan{}, err
	}
	var plan manifest.Plan
	for _, m := range manifests {
		s := strategyOf(m)
		// The annotations may have been copied from another object, whose
		// versions are not to be deleted.
		name, number, versioned := cutVersion(nameOf(m))
		if s.maxVersions == 0 || !versioned || annotation(m, annotationArtifactVersion) != versionText(number) {
			continue
		}
		gvk := gvkOf(model.String(m, "apiVersion"), model.String(m, "kind"))
		r, err := a.served(ctx, gvk)
		if err != nil {
			return manifest.Plan{}, err
		}
		namespace := model.String(model.Object(m, "metadata"), "namespace")
		all, err := a.versions(ctx, r, kindOf(gvk), namespace)
		if err != nil {
			return manifest.Plan{}, err
		}
		deployed := slices.DeleteFunc(all[name], func(v deployedVersion) bool { return v.foreign })
		for _, old := range deployed[:max(0, len(deployed)-s.maxVersions)] {
			if old.name == model.String(model.Object(m, "metadata"), "name") {
				continue // the one just deployed, by a version that is used again
			}
			t := target{account: a, resource: r, kind: kindOf(gvk), namespace: namespace, name: old.name}
			step := t.base(manifest.Delete, "")
			step.UID = string(old.object.GetUID())
			plan.Steps = append(plan.Steps, step)
		}
	}
	return plan, nil
}
