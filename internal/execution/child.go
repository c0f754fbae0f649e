package execution

import (
	"context"
	"errors"

	"github.com/gennaker/gennaker/internal/access"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
)

// errDisabled is why a pipeline that is disabled isn't started as a child.
var errDisabled = errors.New("execution: the pipeline is disabled")

func isNotFound(err error) bool { return errors.Is(err, store.ErrNotFound) }

// Child says which pipeline an execution starts, and for which of its stages.
type Child struct {
	Parent *model.Execution
	Stage  *model.Stage
	// PipelineConfigID is the pipeline's id or, with Strategy, that of the
	// deployment strategy of Application.
	PipelineConfigID, Application string
	Strategy                      bool
	// Parameters are those that the stage gives; the pipeline's defaults are
	// added.
	Parameters    map[string]any
	CorrelationID string
	// EventID is the event that starts it; "" for none.
	EventID string
	User    string
	DryRun  bool
}

// StartChild starts a pipeline for a stage of another execution, with the
// trigger that Orca's DependentPipelineStarter makes. The same correlation id
// starts it once. It also gives the pipeline's name. A child that would make a chain too long (see
// [Options.MaxDepth]) is refused with a fault of kind Invalid, and no execution.
//
// A pipeline that isn't there is a fault of kind NotFound, and one that is
// disabled is errDisabled: as in Orca, it leaves no execution behind here.
func (s *Service) StartChild(ctx context.Context, c Child) (e *model.Execution, name string, err error) {
	p, name, err := s.PrepareChild(ctx, c)
	if err != nil {
		return nil, name, err
	}
	if e, err = s.keep(ctx, p); err != nil {
		return nil, name, err
	}
	return e, name, p.Failure
}

// PrepareChild does all of [Service.StartChild] but store the execution; see
// [Service.Prepare].
func (s *Service) PrepareChild(ctx context.Context, c Child) (p *Prepared, name string, err error) {
	config, err := s.childConfig(ctx, c)
	if err != nil {
		return nil, "", err
	}
	if config.Disabled() {
		return nil, "", errDisabled
	}
	if err := s.checkDepth(c.Parent, config); err != nil {
		return nil, "", err
	}
	trigger := map[string]any{
		"type": "pipeline", "user": c.User, "correlationId": c.CorrelationID, "isPipeline": true,
		"parentExecution": parentSummary(c.Parent), "parentPipelineId": c.Parent.ID,
		"parentPipelineName": c.Parent.Name, "parentPipelineApplication": c.Parent.Application,
		"parentStatus": string(c.Parent.Status), "parameters": c.Parameters,
		"dryRun": c.DryRun, "rootId": rootOf(c.Parent),
	}
	if strategy := model.Bool(c.Parameters, "strategy", false); strategy {
		trigger["strategy"] = true
	}
	if c.Stage != nil {
		trigger["parentPipelineStageId"] = c.Stage.ID
	}
	var wanted []any
	for _, e := range model.Objects(config, "expectedArtifacts") {
		if id := model.String(e, "id"); id != "" && s.parentHas(c, model.Object(e, "matchArtifact")) {
			wanted = append(wanted, id)
		}
	}
	if wanted != nil {
		trigger["expectedArtifactIds"] = wanted
	}
	if c.EventID != "" {
		trigger["eventId"] = c.EventID
	}
	p, err = s.Prepare(ctx, model.Merge(config, map[string]any{"trigger": trigger, "receivedArtifacts": s.parentArtifacts(c)}), access.Principal{Name: c.User, Origin: c.Parent.Origin, AllowedAccounts: allowed(c.Parent)})
	return p, config.Name(), err
}

// childConfig finds the pipeline, or the deployment strategy of an application.
func (s *Service) childConfig(ctx context.Context, c Child) (model.Pipeline, error) {
	if !c.Strategy {
		return s.stored(ctx, Stored{NameOrID: c.PipelineConfigID})
	}
	found, err := s.store.Pipelines(ctx, store.PipelineFilter{Kind: store.StrategyKind, Application: c.Application})
	if err != nil {
		return nil, err
	}
	for _, strategy := range found {
		if strategy.ID() == c.PipelineConfigID {
			return strategy, nil
		}
	}
	return nil, fault.New(fault.NotFound, "application %s has no deployment strategy %s", c.Application, c.PipelineConfigID)
}

func rootOf(parent *model.Execution) string {
	if parent.RootID != "" {
		return parent.RootID
	}
	return parent.ID
}

func allowed(parent *model.Execution) []string {
	if parent.Authentication == nil {
		return nil
	}
	return parent.Authentication.AllowedAccounts
}
