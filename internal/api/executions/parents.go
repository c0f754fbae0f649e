package executions

import (
	"context"
	"fmt"
	"net/http"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
)

const (
	// maxParents is how many executions above one are shown with it, whole.
	maxParents = 20
	// maxParentBytes is how long their documents may be together; those above are
	// shown without their stages.
	maxParentBytes = 16 << 20
)

func (a *area) getPipeline(r *http.Request) (any, error) {
	e, err := a.shown.Find(r.Context(), r.PathValue("id"), model.PipelineExecution)
	if err != nil {
		return nil, err
	}
	out := *e
	room := maxParentBytes
	if out.Trigger, err = a.withParents(r.Context(), e.Trigger, maxParents, &room); err != nil {
		return nil, err
	}
	return &out, nil
}

// withParents is a trigger with the executions that started it whole, as Gate
// shows a single execution. They are stored without their stages; see
// [execution.ParentSummary].
func (a *area) withParents(ctx context.Context, trigger map[string]any, levels int, room *int) (map[string]any, error) {
	parent := model.Object(trigger, "parentExecution")
	id := model.String(parent, "id")
	if id == "" || levels == 0 || len(model.List(parent, "stages")) > 0 {
		return trigger, nil
	}
	found, err := a.shown.ExecutionsJSON(ctx, store.ExecutionFilter{IDs: []string{id}})
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return trigger, nil
	}
	if *room -= len(found[0].JSON); *room < 0 {
		return trigger, nil
	}
	var whole map[string]any
	if err := model.Unmarshal(found[0].JSON, &whole); err != nil {
		return nil, fmt.Errorf("read execution %s: %w", id, err)
	}
	if whole["trigger"], err = a.withParents(ctx, model.Object(parent, "trigger"), levels-1, room); err != nil {
		return nil, err
	}
	return model.Merge(trigger, map[string]any{"parentExecution": whole}), nil
}
