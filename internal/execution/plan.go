package execution

import (
	"context"

	"github.com/gennaker/gennaker/internal/access"
	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
)

// Plan gives the pipeline that a configuration would be started as, and starts
// and stores nothing: Orca's OperationsController with plan: true. Artifacts are
// not resolved and expressions not evaluated. Without a trigger, a pipeline made
// from a template has that of its latest execution, which the template may need.
func (s *Service) Plan(ctx context.Context, config map[string]any, who access.Principal) (map[string]any, error) {
	templated := s.templated(config)
	if _, given := config["trigger"].(map[string]any); !given && templated {
		config = model.Merge(config, map[string]any{"trigger": s.priorTrigger(ctx, config)})
	}
	planned := engine.PlanTrigger(config, who)
	if templated {
		whole, err := s.templates.Expand(ctx, planned)
		if err != nil {
			return nil, err
		}
		planned = engine.PlanTrigger(whole, who)
	}
	if model.Bool(planned, "disabled", false) {
		return nil, fault.New(fault.Invalid, "Pipeline is disabled and cannot be started.")
	}
	if stages := model.List(planned, "stages"); stages != nil {
		planned = model.Merge(planned, map[string]any{"stages": engine.LinearRefs(stages)})
	}
	return planned, CheckGraph(planned, "stages")
}

// priorTrigger is the trigger of the execution that a configuration names, or
// of its pipeline's latest one.
func (s *Service) priorTrigger(ctx context.Context, config map[string]any) map[string]any {
	var found *model.Execution
	if id := model.String(config, "executionId"); id != "" {
		found, _ = s.store.Execution(ctx, id)
	} else if id := model.String(config, "id"); id != "" {
		latest, err := s.store.Executions(ctx, store.ExecutionFilter{Type: model.PipelineExecution, ConfigIDs: []string{id}, Limit: 1})
		if err == nil && len(latest) > 0 {
			found = latest[0]
		}
	}
	if found == nil {
		return map[string]any{}
	}
	return found.Trigger
}
