package manifest

import (
	"context"
	"strings"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/masking"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
)

// planDeploy is Orca's DeployManifestTask.
func (s *stages) planDeploy(ctx context.Context, in stage.Input, id string) (Plan, map[string]any, error) {
	request, err := deployRequest(in.Stage.Context, in.Execution.Application)
	if err != nil {
		return Plan{}, nil, err
	}
	request.ID, request.Account = id, accountOf(in)
	if request.Inventory, err = pruning(in.Stage.Context, in.Execution, in.Stage); err != nil {
		return Plan{}, nil, err
	}
	plan, err := s.provider.PlanDeploy(ctx, request)
	return plan, nil, err
}

// deployRequest reads the fields of a deployManifest stage.
func deployRequest(context map[string]any, application string) (DeployRequest, error) {
	request := DeployRequest{}
	fields := model.Without(context, "services", "enableTraffic", "strategy", "labelSelectors")
	if err := model.Decode(fields, &request); err != nil {
		return request, fault.New(fault.Invalid, "%w", err)
	}
	var err error
	if request.LabelSelectors, err = selectorsOf(context); err != nil {
		return request, err
	}
	if request.Moniker.App == "" {
		request.Moniker.App = application
	}
	// As in Orca, new server groups get traffic where traffic is not managed.
	request.EnableTraffic = true
	traffic, err := trafficManagement(context)
	if err != nil {
		return request, err
	}
	if traffic.Enabled {
		request.Services, request.EnableTraffic = traffic.Options.Services, traffic.Options.EnableTraffic
		request.Strategy = traffic.Options.Strategy
		steps, err := traffic.percentages()
		if err != nil {
			return request, err
		}
		if request.Strategy == rollingRedBlack {
			request.FirstPercentage = steps[0]
		}
	}
	return request, nil
}

// trafficSettings are a stage's trafficManagement.
type trafficSettings struct {
	Enabled bool `json:"enabled"`
	Options struct {
		EnableTraffic bool     `json:"enableTraffic"`
		Services      []string `json:"services"`
		Strategy      string   `json:"strategy"`
		// TargetPercentages, DelayBeforeCleanup (seconds), ScaleDown and
		// DelayBeforeScaleDown (seconds) are those of Orca's rolling red/black.
		TargetPercentages    []any `json:"targetPercentages"`
		DelayBeforeCleanup   int64 `json:"delayBeforeCleanup"`
		ScaleDown            bool  `json:"scaleDown"`
		DelayBeforeScaleDown int64 `json:"delayBeforeScaleDownSec"`
	} `json:"options"`
}

func trafficManagement(context map[string]any) (trafficSettings, error) {
	var out trafficSettings
	if err := model.Decode(model.Object(context, "trafficManagement"), &out); err != nil {
		return out, fault.New(fault.Invalid, "trafficManagement: %w", err)
	}
	out.Options.Strategy = strings.ToLower(out.Options.Strategy)
	switch out.Options.Strategy {
	case "", "none", "redblack", "bluegreen", "highlander", rollingRedBlack:
		return out, nil
	}
	return out, fault.New(fault.Invalid, "trafficManagement.options.strategy: %q is not none, redblack, bluegreen, highlander, or rollingredblack", out.Options.Strategy)
}

// planCleanup is Orca's CleanupArtifactsTask.
func (s *stages) planCleanup(ctx context.Context, in stage.Input, _ string) (Plan, map[string]any, error) {
	plan, err := s.provider.PlanCleanup(ctx, accountOf(in), model.Objects(in.Stage.Context, "outputs.manifests"))
	return plan, map[string]any{"kato.result.expected": false}, err
}

// target reads the fields that name the object an operation is about.
func target(in stage.Input, id string) (TargetRequest, error) {
	request := TargetRequest{
		ID: id, Account: accountOf(in), Location: model.String(in.Stage.Context, "location"),
		ManifestName: model.String(in.Stage.Context, "manifestName"),
	}
	if request.ManifestName == "" {
		return request, fault.New(fault.Invalid, "manifestName: is missing")
	}
	return request, nil
}

// updated is what Orca's GenericUpdateManifestTask leaves in the context.
func updated(request TargetRequest) map[string]any {
	return map[string]any{
		"kato.result.expected":  false,
		"manifest.account.name": request.Account, "manifest.name": request.ManifestName, "manifest.location": request.Location,
		"outputs.manifestNamesByNamespace": map[string]any{request.Location: []any{request.ManifestName}},
	}
}

// planDelete is Orca's DeleteManifestTask.
func (s *stages) planDelete(ctx context.Context, in stage.Input, id string) (Plan, map[string]any, error) {
	request := DeleteRequest{}
	if err := model.Decode(model.Without(in.Stage.Context, "labelSelectors"), &request); err != nil {
		return Plan{}, nil, fault.New(fault.Invalid, "%w", err)
	}
	var err error
	if request.LabelSelectors, err = selectorsOf(in.Stage.Context); err != nil {
		return Plan{}, nil, err
	}
	request.ID, request.Account = id, accountOf(in)
	plan, err := s.provider.PlanDelete(ctx, request)
	return plan, nil, err
}

// planScale is Orca's ScaleManifestTask.
func (s *stages) planScale(ctx context.Context, in stage.Input, id string) (Plan, map[string]any, error) {
	request, err := target(in, id)
	if err != nil {
		return Plan{}, nil, err
	}
	replicas, ok := model.Int(in.Stage.Context, "replicas")
	if !ok {
		return Plan{}, nil, fault.New(fault.Invalid, "replicas: must be a number, but is %q", model.String(in.Stage.Context, "replicas"))
	}
	plan, err := s.provider.PlanScale(ctx, ScaleRequest{TargetRequest: request, Replicas: replicas})
	return plan, updated(request), err
}

// planUndoRollout is Orca's UndoRolloutManifestTask.
func (s *stages) planUndoRollout(ctx context.Context, in stage.Input, id string) (Plan, map[string]any, error) {
	request, err := target(in, id)
	if err != nil {
		return Plan{}, nil, err
	}
	undo := UndoRequest{TargetRequest: request}
	for field, into := range map[string]**int64{"numRevisionsBack": &undo.NumRevisionsBack, "revision": &undo.Revision} {
		if in.Stage.Context[field] == nil {
			continue
		}
		n, ok := model.Int(in.Stage.Context, field)
		if !ok {
			return Plan{}, nil, fault.New(fault.Invalid, "%s: must be a number, but is %q", field, model.String(in.Stage.Context, field))
		}
		*into = &n
	}
	plan, err := s.provider.PlanUndoRollout(ctx, undo)
	return plan, updated(request), err
}

// planTarget plans an operation that needs no more than its object.
func (s *stages) planTarget(plan func(Provider, context.Context, TargetRequest) (Plan, error)) planFunc {
	return func(ctx context.Context, in stage.Input, id string) (Plan, map[string]any, error) {
		request, err := target(in, id)
		if err != nil {
			return Plan{}, nil, err
		}
		out, err := plan(s.provider, ctx, request)
		return out, updated(request), err
	}
}

// planTraffic is Orca's EnableManifestTask and DisableManifestTask.
func (s *stages) planTraffic(enable bool) planFunc {
	return func(ctx context.Context, in stage.Input, id string) (Plan, map[string]any, error) {
		request, err := target(in, id)
		if err != nil {
			return Plan{}, nil, err
		}
		percent := int64(100)
		if value := in.Stage.Context["targetPercentage"]; value != nil && value != "" {
			n, ok := model.ToInt(value)
			if !ok || n < 0 || n > 100 {
				return Plan{}, nil, fault.New(fault.Invalid, "targetPercentage: must be a number from 0 to 100, but is %v", value)
			}
			percent = n
		}
		balancers := model.Strings(in.Stage.Context, "loadBalancers")
		plan, err := s.provider.PlanTraffic(ctx, TrafficRequest{TargetRequest: request, LoadBalancers: balancers, Percentage: percent}, enable)
		return plan, updated(request), err
	}
}

// planPatch is Orca's PatchManifestTask.
func (s *stages) planPatch(ctx context.Context, in stage.Input, id string) (Plan, map[string]any, error) {
	request, err := target(in, id)
	if err != nil {
		return Plan{}, nil, err
	}
	options := model.Object(in.Stage.Context, "options")
	patch := PatchRequest{TargetRequest: request, MergeStrategy: "strategic", Record: model.Bool(options, "record", true)}
	if text := strings.ToLower(model.String(options, "mergeStrategy")); text != "" {
		patch.MergeStrategy = text
	}
	body, err := s.patchBody(ctx, in)
	if err != nil {
		return Plan{}, nil, err
	}
	if masking.Masked(map[string]any{"manifestName": request.ManifestName, "patchBody": body}) {
		return Plan{}, nil, fault.New(fault.Invalid, "patchBody: a value is hidden (%s), because it was copied from a page that hides the values of Secrets; enter the value", masking.Hidden)
	}
	switch patch.MergeStrategy {
	case "json":
		patch.Body = body
	case "strategic", "merge":
		if len(body) > 1 {
			return Plan{}, nil, fault.New(fault.Invalid, "patchBody: only one object can be given with the strategies strategic and merge")
		}
		patch.Body = body[0]
	default:
		return Plan{}, nil, fault.New(fault.Invalid, "options.mergeStrategy: %q is not strategic, json, or merge", patch.MergeStrategy)
	}
	for key, into := range map[string]*[]model.Artifact{"requiredArtifacts": &patch.RequiredArtifacts, "allArtifacts": &patch.AllArtifacts} {
		if err := convert(model.List(in.Stage.Context, key), into); err != nil {
			return Plan{}, nil, fault.New(fault.Invalid, "%s: %w", key, err)
		}
	}
	plan, err := s.provider.PlanPatch(ctx, patch)
	return plan, nil, err
}
