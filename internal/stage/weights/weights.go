// Package weights is the stage type "weightedTraffic": it sets the weights by
// which a route shares traffic out, an HTTPRoute of the Gateway API or a
// VirtualService of Istio, and gives the traffic back where what follows in the
// stage fails: one step of a canary.
package weights

import (
	"context"
	_ "embed"
	"fmt"
	"maps"
	"slices"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
	"github.com/gennaker/gennaker/internal/stage/manifest"
)

// Provider is what the stage needs of the clusters.
type Provider interface {
	manifest.Provider
	// PlanWeights sets the weights of a route's backends, and tells those that
	// they have now.
	PlanWeights(ctx context.Context, request Request) (manifest.Plan, map[string]int64, error)
}

// Request asks for weights. The route is an HTTPRoute or a VirtualService.
type Request struct {
	manifest.TargetRequest
	// Rule is the name of the route's rule; all that have the backends where
	// empty.
	Rule string
	// Weights are by the backend's name: a Service's; or for a VirtualService a
	// host, a subset, or "host/subset".
	Weights map[string]int64
}

//go:embed schema.json
var schema []byte

const (
	classSet     = "SetTrafficWeightsTask"
	classMonitor = "MonitorTrafficWeightsTask"

	keyPrevious = "previousWeights"
)

// Type returns the stage type.
func Type(provider Provider, options manifest.Options) *stage.Type {
	s := &weighted{provider: provider, operations: manifest.NewOperations(provider, options)}
	return &stage.Type{
		Name: "weightedTraffic", Label: "Traffic weights",
		Description: "Sets the weights of a route's backends, and restores them if a child stage fails.",
		Schema:      schema, Definition: definition{}, Cancel: s.cancel,
		Tasks: map[string]stage.Task{classSet: stage.TaskFunc(s.set), classMonitor: s.operations.Carry()},
	}
}

type weighted struct {
	provider   Provider
	operations manifest.Operations
}

type definition struct{}

// Tasks lists the tasks.
func (definition) Tasks(engine.View) ([]engine.TaskSpec, error) {
	return []engine.TaskSpec{{Name: "setTrafficWeights", Class: classSet}, {Name: "monitorTrafficWeights", Class: classMonitor}}, nil
}

// AfterStages are the stages that judge the step: they run one after another
// once the weights are set.
func (definition) AfterStages(view engine.View) ([]engine.Synthetic, error) {
	var out []engine.Synthetic
	add := func(kind, name string, context map[string]any) {
		next := engine.Synthetic{Type: kind, Name: name, Context: context}
		if len(out) > 0 {
			next.Requires = []int{len(out) - 1}
		}
		out = append(out, next)
	}
	if seconds, ok := model.Int(view.Stage.Context, "pauseSeconds"); ok && seconds > 0 {
		add("wait", "Wait with the weights", map[string]any{"waitTime": seconds})
	}
	for i, s := range model.Objects(view.Stage.Context, "stages") {
		kind := model.String(s, "type")
		if kind == "" {
			return nil, fault.New(fault.Invalid, "stages[%d].type: is missing", i)
		}
		name := model.String(s, "name")
		if name == "" {
			name = kind
		}
		add(kind, name, model.Without(s, "type", "name", "refId", "requisiteStageRefIds"))
	}
	return out, nil
}

// OnFailureStages take the weights back.
func (definition) OnFailureStages(view engine.View) ([]engine.Synthetic, error) {
	context := view.Stage.Context
	previous, err := previousOf(view)
	if err != nil || len(previous) == 0 || !model.Bool(context, "revert", true) {
		return nil, err
	}
	back := model.Without(context, "stages", "pauseSeconds", keyPrevious, "exception", "_failureStages")
	return []engine.Synthetic{{Type: "weightedTraffic", Name: "Take the weights back", Context: model.Merge(manifest.Forget(back), map[string]any{
		"weights": weightsOf(previous), "revert": false,
	})}}, nil
}

// CancelsOnFailure has the type's Cancel called.
func (definition) CancelsOnFailure() {}

// PrepareForRestart forgets what the last run has done.
func (definition) PrepareForRestart(context map[string]any) map[string]any {
	return model.Without(manifest.Forget(context), keyPrevious)
}

// set plans the weights. The previous ones are those of before the stage's
// first run, so that a run that is repeated after a crash does not lose them.
func (s *weighted) set(ctx context.Context, in stage.Input) (stage.Result, error) {
	previous, err := previousOf(in.View)
	if err != nil {
		return stage.Result{}, err
	}
	result, err := s.operations.Begin(func(ctx context.Context, in stage.Input, id string) (manifest.Plan, manifest.Begun, error) {
		request, err := read(in, id)
		if err != nil {
			return manifest.Plan{}, manifest.Begun{}, err
		}
		plan, have, err := s.provider.PlanWeights(ctx, request)
		if err != nil {
			return manifest.Plan{}, manifest.Begun{}, err
		}
		if previous == nil {
			previous = have
		}
		return plan, manifest.Begun{Context: map[string]any{"kato.result.expected": false, keyPrevious: weightsOf(previous)}, Own: previous}, nil
	}).Run(ctx, in)
	if err == nil && previous != nil {
		result.Outputs = map[string]any{keyPrevious: weightsOf(previous)}
	}
	return result, err
}

// previousOf are the weights that a stage has found, as it remembers them; nil
// if it has not looked yet.
func previousOf(view engine.View) (map[string]int64, error) {
	var out map[string]int64
	_, err := manifest.Own(view, &out)
	return out, err
}

func weightsOf(weights map[string]int64) map[string]any {
	out := make(map[string]any, len(weights))
	for name, weight := range weights {
		out[name] = weight
	}
	return out
}

func read(in stage.Input, id string) (Request, error) {
	c := in.Stage.Context
	request := Request{Rule: model.String(c, "rule"), Weights: map[string]int64{}, TargetRequest: manifest.TargetRequest{
		ID: id, Account: manifest.AccountOf(in), Location: model.String(c, "location"), ManifestName: model.String(c, "manifestName"),
	}}
	if request.ManifestName == "" {
		return request, fault.New(fault.Invalid, "manifestName: is missing; name a route, as in \"HTTPRoute.gateway.networking.k8s.io web\"")
	}
	given := model.Object(c, "weights")
	if len(given) == 0 {
		return request, fault.New(fault.Invalid, "weights: is missing; give each backend's weight by its name")
	}
	for _, name := range slices.Sorted(maps.Keys(given)) {
		n, ok := model.ToInt(given[name])
		if !ok || n < 0 || n > 1_000_000 {
			return request, fault.New(fault.Invalid, "weights.%s: must be a number from 0 to 1000000, but is %v", name, given[name])
		}
		request.Weights[name] = n
	}
	return request, nil
}

// cancel takes the weights back where the stage is canceled.
func (s *weighted) cancel(ctx context.Context, in stage.Input) (stage.Result, error) {
	previous, err := previousOf(in.View)
	if err != nil || len(previous) == 0 || !model.Bool(in.Stage.Context, "revert", true) {
		return stage.Result{}, err
	}
	request, err := read(in, "")
	if err != nil {
		return stage.Result{}, err
	}
	request.Weights = previous
	plan, _, err := s.provider.PlanWeights(ctx, request)
	if err != nil {
		return stage.Result{}, err
	}
	for _, step := range plan.Steps {
		if _, err := s.provider.Execute(ctx, request.Account, step); err != nil {
			return stage.Result{}, fmt.Errorf("take the weights back: %w", err)
		}
	}
	return stage.Result{}, nil
}
