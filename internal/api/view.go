package api

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/gennaker/gennaker/internal/model"
)

// recent keeps, of each pipeline, at most limit executions, and of those only
// the ones that started in the days that lists reach back; of a pipeline
// without any, a few old ones. Orca's lists do the same.
func (s *server) recent(found []*model.Execution, limit int) []*model.Execution {
	cutoff := model.Millis(s.now().Add(-time.Duration(s.config.HistoryDays) * 24 * time.Hour))
	groups := map[string][]*model.Execution{}
	for _, e := range found {
		groups[e.PipelineConfigID] = append(groups[e.PipelineConfigID], e)
	}
	out := make([]*model.Execution, 0, len(found))
	for _, group := range groups {
		slices.SortFunc(group, func(a, b *model.Execution) int { return startTimeOrID(b, a) })
		young := make([]*model.Execution, 0, len(group))
		for _, e := range group {
			if e.StartTime == 0 || e.StartTime > cutoff {
				young = append(young, e)
			}
		}
		if len(young) == 0 {
			young = group[:min(len(group), s.config.OldExecutions)]
		}
		out = append(out, young[:min(len(young), limit)]...)
	}
	return out
}

// listed is a list of executions as Orca gives it: in the order of their start,
// and without the stages' contents where they weren't asked for.
func (s *server) listed(found []*model.Execution, expand bool) []*model.Execution {
	slices.SortFunc(found, startTimeOrID)
	if expand {
		return orEmpty(found)
	}
	out := make([]*model.Execution, len(found))
	for i, e := range found {
		out[i] = unexpanded(e)
	}
	return out
}

// startTimeOrID sorts by start, those not started first, and the newer id first
// among those of the same millisecond.
func startTimeOrID(a, b *model.Execution) int {
	if order := cmp.Compare(a.StartTime, b.StartTime); order != 0 {
		return order
	}
	return strings.Compare(b.ID, a.ID)
}

// unexpanded is an execution without its stages' contexts, outputs and tasks.
// The context's "group" stays: lists collapse the stages of a template by it.
func unexpanded(e *model.Execution) *model.Execution {
	out := *e
	out.Trigger = model.Trigger(withoutParentStages(e.Trigger))
	out.Stages = make([]*model.Stage, len(e.Stages))
	for i, stage := range e.Stages {
		bare := *stage
		bare.Context, bare.Outputs, bare.Tasks = map[string]any{}, map[string]any{}, []*model.Task{}
		if group, ok := stage.Context["group"]; ok {
			bare.Context["group"] = group
		}
		out.Stages[i] = &bare
	}
	return &out
}

// withoutParentStages takes the stages off a trigger's parent execution, and
// off that one's parent, and so on.
func withoutParentStages(trigger map[string]any) map[string]any {
	parent := model.Object(trigger, "parentExecution")
	if parent == nil || !strings.EqualFold(model.String(trigger, "type"), "pipeline") {
		return trigger
	}
	bare := model.Merge(parent, map[string]any{"stages": []any{}})
	if above := model.Object(parent, "trigger"); above != nil {
		bare["trigger"] = withoutParentStages(above)
	}
	return model.Merge(trigger, map[string]any{"parentExecution": bare})
}

func containsFold(text, part string) bool {
	return strings.Contains(strings.ToLower(text), strings.ToLower(part))
}
