package api

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/gennaker/gennaker/internal/api/rest"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
)

// recent keeps, of each pipeline, at most limit executions, and of those only
// the ones that started in the days that lists reach back; of a pipeline
// without any, a few old ones. Orca's lists do the same.
func (s *server) recent(found []store.ExecutionRef, limit int) []store.ExecutionRef {
	cutoff := model.Millis(s.now().Add(-time.Duration(s.config.HistoryDays) * 24 * time.Hour))
	groups := map[string][]store.ExecutionRef{}
	for _, e := range found {
		groups[e.ConfigID] = append(groups[e.ConfigID], e)
	}
	out := make([]store.ExecutionRef, 0, len(found))
	for _, group := range groups {
		slices.SortFunc(group, func(a, b store.ExecutionRef) int { return startTimeOrID(b, a) })
		young := make([]store.ExecutionRef, 0, len(group))
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

// listed is a list of executions as Orca gives it: in the order of their start.
func (s *server) listed(found []store.ExecutionRef, expand bool) *rest.Listing {
	slices.SortFunc(found, startTimeOrID)
	return s.executionsOf(found, expand)
}

// documents are executions as clients get them: where the stages' contents
// weren't asked for, without those of a trigger's parents either.
func documents(found []store.ExecutionJSON, expand bool) ([]json.RawMessage, error) {
	out := make([]json.RawMessage, len(found))
	for i, e := range found {
		out[i] = e.JSON
		if expand || !bytes.Contains(e.JSON, []byte(`"parentExecution"`)) {
			continue
		}
		var execution model.Execution
		if err := model.Unmarshal(e.JSON, &execution); err != nil {
			return nil, fmt.Errorf("read execution %s: %w", e.ID, err)
		}
		text, err := model.Marshal(unexpanded(&execution))
		if err != nil {
			return nil, fmt.Errorf("write execution %s: %w", e.ID, err)
		}
		out[i] = text
	}
	return out, nil
}

// startTimeOrID sorts by start, those not started first, and the newer id first
// among those of the same millisecond.
func startTimeOrID(a, b store.ExecutionRef) int {
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

// What a list of executions may hold, whatever a client asks for: the most of each
// pipeline, and of all together.
const maxPerPipeline, maxExecutions = 1000, 50_000

// executionsOf lists executions.
func (s *server) executionsOf(found []store.ExecutionRef, expand bool) *rest.Listing {
	ids := make([]string, len(found))
	for i, e := range found {
		ids[i] = e.ID
	}
	return &rest.Listing{IDs: ids, Sizes: s.store.ExecutionSizes, Read: func(ctx context.Context, ids []string) ([]json.RawMessage, error) {
		found, err := s.store.ExecutionsJSON(ctx, store.ExecutionFilter{IDs: ids, Bare: !expand})
		if err != nil {
			return nil, err
		}
		return documents(inOrder(found, ids), expand)
	}}
}

// tasksOf lists executions as tasks.
func (s *server) tasksOf(found []store.ExecutionRef) *rest.Listing {
	ids := make([]string, len(found))
	for i, e := range found {
		ids[i] = e.ID
	}
	return &rest.Listing{IDs: ids, Sizes: s.store.ExecutionSizes, Read: func(ctx context.Context, ids []string) ([]json.RawMessage, error) {
		found, err := s.store.Executions(ctx, store.ExecutionFilter{IDs: ids})
		if err != nil {
			return nil, err
		}
		place := make(map[string]int, len(ids))
		for i, id := range ids {
			place[id] = i
		}
		slices.SortFunc(found, func(a, b *model.Execution) int { return place[a.ID] - place[b.ID] })
		out := make([]json.RawMessage, len(found))
		for i, e := range found {
			if out[i], err = model.Marshal(taskView(e)); err != nil {
				return nil, err
			}
		}
		return out, nil
	}}
}
