package manifest

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/masking"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
)

// keyManifestPlan is where later stages find the preview of a deployment.
const keyManifestPlan = "manifestPlan"

// previewsARun is how many objects one request to the provider previews.
const previewsARun = 32

// planTasks are the tasks of a deployment that is only planned.
var planTasks = fixed{
	{Name: "resolveDeploySourceManifest", Class: classResolveDeploySource},
	{Name: "planManifests", Class: classPlan},
	{Name: "previewManifests", Class: classPreview},
}

// Tasks are those of the deployment, or of its plan alone.
func (d deployDefinition) Tasks(view engine.View) ([]engine.TaskSpec, error) {
	if planOnly(view.Stage.Context) {
		return planTasks, nil
	}
	if prunes(view) {
		return slices.Concat(d.fixed[:len(d.fixed)-1], pruneTasks, d.fixed[len(d.fixed)-1:]), nil
	}
	return d.fixed, nil
}

// previewTask tells what the stored plan would do, some objects at a time.
type previewTask struct{ *stages }

// Backoff is the pause between runs.
func (previewTask) Backoff(stage.Input) time.Duration { return 100 * time.Millisecond }

// Run previews objects until all are, or its time is up.
func (t previewTask) Run(ctx context.Context, in stage.Input) (stage.Result, error) {
	remembered, err := stateOf(in.View)
	if err != nil {
		return stage.Result{}, err
	}
	if remembered.Plan == nil {
		return stage.Result{}, failure(errForgotten)
	}
	plan, err := remembered.Plan.plan(model.List(in.Stage.Context, "manifests"))
	if err != nil {
		return stage.Result{}, failure(err)
	}
	changes := remembered.Changes
	plan = plan.shown()
	until := time.Now().Add(t.options.StepBudget)
	for len(changes) < len(plan.Steps) && time.Now().Before(until) {
		more, err := t.provider.Preview(ctx, accountOf(in), plan, len(changes), min(len(changes)+previewsARun, len(plan.Steps)))
		if err != nil {
			return t.again(in, err)
		}
		changes = append(changes, scrubbed(more, plan.Steps[len(changes):])...)
	}
	if len(changes) < len(plan.Steps) {
		remembered.Changes, remembered.Failing = changes, 0
		message := fmt.Sprintf("%d of %d objects are planned", len(changes), len(plan.Steps))
		return remember(stage.Running().With(map[string]any{"messages": texts(message)}), remembered)
	}
	inventory, err := inventoryOf(in)
	if err != nil {
		return stage.Result{}, failure(err)
	}
	leaving, err := previewLeaving(ctx, t.provider, accountOf(in), inventory, plan)
	if err != nil {
		return t.again(in, err)
	}
	return previewed(in, newPreview(append(changes, leaving...), plan.Warnings).short())
}

// shown is the plan without the steps of our own bookkeeping.
func (p Plan) shown() Plan {
	p.Steps = slices.DeleteFunc(slices.Clone(p.Steps), func(s Step) bool { return s.Hidden })
	return p
}

// previewLeaving tells what would become of what has left the manifests.
func previewLeaving(ctx context.Context, provider Planner, account string, inventory *Inventory, plan Plan) ([]Change, error) {
	if inventory == nil || len(plan.Leaving) == 0 {
		return nil, nil
	}
	request := PruneRequest{Account: account, Inventory: *inventory, Leaving: plan.Leaving}
	for _, step := range plan.Steps {
		request.Applied = append(request.Applied, step.Manifest)
	}
	return provider.PreviewPrune(ctx, request)
}

// previewed is the stage's result: its outputs hold the preview, and it fails
// where the cluster would refuse something.
func previewed(in stage.Input, preview Preview) (stage.Result, error) {
	value, err := generic(preview)
	if err != nil {
		return stage.Result{}, err
	}
	outputs := visible(in, map[string]any{keyManifestPlan: value})
	context := map[string]any{"messages": texts(preview.headline())}
	result := stage.Succeeded().With(context)
	if errs := preview.Errors(); len(errs) > 0 {
		result = failed(in, errs, context)
	}
	return result.WithOutputs(outputs).Remember(&stage.State{}), nil
}

// PreviewDeploy tells at once what a deployManifest stage with these fields
// would do. Its manifests may be objects, lists of them, text of YAML, or those
// of its manifestArtifact where its source is an artifact, in which expressions
// stay as they are; its application is that of its moniker, or the field
// application.
func PreviewDeploy(ctx context.Context, provider Planner, artifacts Fetcher, fields map[string]any) (Preview, error) {
	manifests, err := manifestsToPreview(ctx, artifacts, fields)
	if err != nil {
		return Preview{}, err
	}
	request, err := deployRequest(model.Merge(fields, map[string]any{"manifests": anys(manifests)}), model.String(fields, "application"))
	if err != nil {
		return Preview{}, err
	}
	request.ID = model.NewID(time.Now())
	if request.Inventory, err = pruning(fields, nil, nil); err != nil {
		return Preview{}, err
	}
	plan, err := provider.PlanDeploy(ctx, request)
	if err != nil {
		return Preview{}, err
	}
	return PreviewPlan(ctx, provider, request.Account, request.Inventory, plan)
}

func manifestsToPreview(ctx context.Context, artifacts Fetcher, fields map[string]any) ([]map[string]any, error) {
	if !isArtifact(fields) {
		manifests, err := flatten(fields["manifests"])
		if err != nil {
			return nil, fault.New(fault.Invalid, "manifests: %w", err)
		}
		return manifests, nil
	}
	artifact := model.Object(fields, "manifestArtifact")
	if artifact == nil {
		return nil, fault.New(fault.Invalid, "manifestArtifact: is missing; an expected artifact is known only when the pipeline runs")
	}
	s := &stages{options: Options{Artifacts: artifacts}}
	manifests, err := s.readArtifact(ctx, artifact)
	if err != nil {
		return nil, err
	}
	return manifests, Check(manifests)
}

// PreviewPlan tells at once what the steps of a plan would do, and what would
// become of what has left an inventory; nil where there is none.
func PreviewPlan(ctx context.Context, provider Planner, account string, inventory *Inventory, plan Plan) (Preview, error) {
	plan = plan.shown()
	changes, err := provider.Preview(ctx, account, plan, 0, len(plan.Steps))
	if err != nil {
		return Preview{}, err
	}
	leaving, err := previewLeaving(ctx, provider, account, inventory, plan)
	if err != nil {
		return Preview{}, err
	}
	return newPreview(append(scrubbed(changes, plan.Steps), leaving...), plan.Warnings), nil
}

// scrubbed hides what Secrets hold in what the cluster says about them.
func scrubbed(changes []Change, steps []Step) []Change {
	for i := range min(len(changes), len(steps)) {
		changes[i].Error = masking.Scrub(changes[i].Error, steps[i].Manifest)
		for j, message := range changes[i].Messages {
			changes[i].Messages[j] = masking.Scrub(message, steps[i].Manifest)
		}
	}
	return changes
}
