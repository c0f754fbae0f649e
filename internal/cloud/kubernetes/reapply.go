package kubernetes

import (
	"context"

	"k8s.io/apimachinery/pkg/runtime"

	"github.com/gennaker/gennaker/internal/stage/manifest"
)

// PlanReapply applies objects again as an earlier deployment has, names,
// versions and bound artifacts and all. Workloads that take traffic from
// services get it again, with all of their pods.
func (p *Provider) PlanReapply(ctx context.Context, request manifest.ReapplyRequest) (manifest.Plan, error) {
	a, err := p.account(request.Account)
	if err != nil {
		return manifest.Plan{}, err
	}
	var plan manifest.Plan
	for _, step := range request.Steps {
		step.Operation, step.KeepWaiting, step.Previous = request.ID, true, ""
		step.Manifest = runtime.DeepCopyJSON(step.Manifest)
		annotations := child(meta(step.Manifest), "annotations")
		delete(annotations, annotationInventory)
		step.Version = versionAgain(step)
		if request.Inventory != nil {
			annotations[annotationInventory] = request.Inventory.ID
		}
		if step.Action == manifest.Recreate || step.Version != nil {
			annotations[annotationOperation] = request.ID
		}
		plan.Steps = append(plan.Steps, step)
		more, err := p.trafficAgain(ctx, request, step)
		if err != nil {
			return manifest.Plan{}, err
		}
		plan.Steps = append(plan.Steps, more...)
	}
	if request.Inventory == nil {
		return plan, nil
	}
	work := &planner{account: a, request: manifest.DeployRequest{ID: request.ID, Inventory: request.Inventory}}
	if err := work.remember(ctx, &plan); err != nil {
		return manifest.Plan{}, err
	}
	return plan, nil
}

// versionAgain is the version that a step deploys again: to the object that
// still holds the same content, if there is one.
func versionAgain(step manifest.Step) *manifest.Version {
	content := annotation(step.Manifest, annotationContent)
	name, number, ok := cutVersion(step.Name)
	if content == "" || !ok {
		return nil
	}
	return &manifest.Version{Name: name, Number: number, Content: content, Bound: true}
}

// trafficAgain gives the live pods of a workload the labels that its services
// select.
func (p *Provider) trafficAgain(ctx context.Context, request manifest.ReapplyRequest, step manifest.Step) ([]manifest.Step, error) {
	k := kindOf(gvkOf(step.APIVersion, step.Kind))
	if knownByKey[k.key()].can&canTraffic == 0 || len(trafficOf(step.Manifest)) == 0 {
		return nil, nil
	}
	plan, err := p.PlanTraffic(ctx, manifest.TrafficRequest{
		TargetRequest: manifest.TargetRequest{ID: request.ID, Account: request.Account, Location: step.Namespace, ManifestName: step.FullName},
		Percentage:    100,
	}, true)
	if absent(err) {
		return nil, nil // it is made anew, with all labels
	}
	return plan.Steps, err
}
