package shown

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/gennaker/gennaker/internal/api/rest"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
)

// What a list of executions may hold, whatever a client asks for: the most of each
// pipeline, and of all together.
const (
	MaxPerPipeline = 1000
	MaxExecutions  = 50_000
)

// ListStarted is a list of executions as Orca gives it: in the order of their start.
func (s *Reader) ListStarted(found []store.ExecutionRef, expand bool) *rest.Listing {
	slices.SortFunc(found, ByStart)
	return s.List(found, expand)
}

// List lists executions, in the order that they are given in.
func (s *Reader) List(found []store.ExecutionRef, expand bool) *rest.Listing {
	ids := make([]string, len(found))
	for i, e := range found {
		ids[i] = e.ID
	}
	return &rest.Listing{IDs: ids, Sizes: s.ExecutionSizes, Read: func(ctx context.Context, ids []string) ([]json.RawMessage, error) {
		found, err := s.ExecutionsJSON(ctx, store.ExecutionFilter{IDs: ids, Bare: !expand})
		if err != nil {
			return nil, err
		}
		return documents(inOrder(found, ids), expand)
	}}
}

// inOrder puts executions in the order their ids were asked for.
func inOrder(found []store.ExecutionJSON, ids []string) []store.ExecutionJSON {
	byID := make(map[string]store.ExecutionJSON, len(found))
	for _, e := range found {
		byID[e.ID] = e
	}
	out := make([]store.ExecutionJSON, 0, len(found))
	for _, id := range ids {
		if e, ok := byID[id]; ok {
			out = append(out, e)
			delete(byID, id)
		}
	}
	return out
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

// ByStart sorts by start, those not started first, and the newer id first
// among those of the same millisecond.
func ByStart(a, b store.ExecutionRef) int {
	if order := cmp.Compare(a.StartTime, b.StartTime); order != 0 {
		return order
	}
	return strings.Compare(b.ID, a.ID)
}

// unexpanded is an execution without its stages' contexts, outputs and tasks.
// The context's "group" stays: lists collapse the stages of a template by it.
func unexpanded(e *model.Execution) *model.Execution {
	out := *e
	out.Trigger = model.Trigger(WithoutParentStages(e.Trigger))
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

// WithoutParentStages takes the stages off a trigger's parent execution, and
// off that one's parent, and so on.
func WithoutParentStages(trigger map[string]any) map[string]any {
	parent := model.Object(trigger, "parentExecution")
	if parent == nil || !strings.EqualFold(model.String(trigger, "type"), "pipeline") {
		return trigger
	}
	bare := model.Merge(parent, map[string]any{"stages": []any{}})
	if above := model.Object(parent, "trigger"); above != nil {
		bare["trigger"] = WithoutParentStages(above)
	}
	return model.Merge(trigger, map[string]any{"parentExecution": bare})
}
