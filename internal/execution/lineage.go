package execution

import (
	"context"
	"slices"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
)

// parentSummary is a parent execution as a child's trigger holds it: without
// its stages, so that chains of pipelines don't grow with each link. Whoever
// needs them reads the parent itself, as expressions do.
func parentSummary(parent *model.Execution) map[string]any {
	return map[string]any{
		"type": string(parent.Type), "id": parent.ID, "application": parent.Application,
		"name": parent.Name, "status": string(parent.Status), "buildTime": parent.BuildTime,
		"startTime": parent.StartTime, "pipelineConfigId": parent.PipelineConfigID,
		"canceled": parent.Canceled, "origin": parent.Origin,
		"trigger": map[string]any(parent.Trigger), "stages": []any{},
	}
}

// withParent completes a trigger that names the execution it comes after, as
// Orca's OperationsController does with parentPipelineId. A parent that a client
// sends whole, as it has read it, is stored as a reference to the one it is.
func (s *Service) withParent(ctx context.Context, config map[string]any) map[string]any {
	trigger := model.Object(config, "trigger")
	if parent := model.Object(trigger, "parentExecution"); parent != nil {
		if bare := s.withoutStages(ctx, trigger, s.maxDepth); bare != nil {
			return model.Merge(config, map[string]any{"trigger": bare})
		}
		return config
	}
	id := model.String(trigger, "parentPipelineId")
	if id == "" {
		return config
	}
	parent, err := s.Get(ctx, id)
	if err != nil {
		if fault.KindOf(err) != fault.NotFound {
			s.log.WarnContext(ctx, "can't load the parent of an execution", "parentPipelineId", id, "error", err)
		}
		return config
	}
	if parent.Type != model.PipelineExecution {
		return config
	}
	return model.Merge(config, map[string]any{
		"trigger": model.Merge(trigger, map[string]any{
			"isPipeline": true, "parentStatus": string(parent.Status), "parentPipelineName": parent.Name,
			"parentExecution": parentSummary(parent),
		}),
		"receivedArtifacts": allArtifacts(parent),
	})
}

// withoutStages takes the stages off a trigger's parents that are stored here; nil
// if none has any.
func (s *Service) withoutStages(ctx context.Context, trigger map[string]any, levels int) map[string]any {
	parent := model.Object(trigger, "parentExecution")
	if parent == nil || levels == 0 {
		return nil
	}
	changes := map[string]any{}
	if id := model.String(parent, "id"); id != "" && len(model.List(parent, "stages")) > 0 {
		found, err := s.store.ExecutionRefs(ctx, store.ExecutionFilter{IDs: []string{id}})
		if err != nil {
			s.log.WarnContext(ctx, "can't look up the parent of an execution", "execution", id, "error", err)
		} else if len(found) > 0 {
			changes["stages"] = []any{}
		}
	}
	if above := s.withoutStages(ctx, model.Object(parent, "trigger"), levels-1); above != nil {
		changes["trigger"] = above
	}
	if len(changes) == 0 {
		return nil
	}
	return model.Merge(trigger, map[string]any{"parentExecution": model.Merge(parent, changes)})
}

// allArtifacts are those that an execution's stages have produced, the latest
// first, and those that it was started with.
func allArtifacts(e *model.Execution) []any {
	out := []any{}
	for _, stage := range slices.Backward(e.Stages) {
		out = append(out, model.List(stage.Outputs, "artifacts")...)
	}
	return distinct(append(out, model.List(e.Trigger, "artifacts")...))
}
