package executions

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/gennaker/gennaker/internal/api/operation"
	"github.com/gennaker/gennaker/internal/api/rest"
	"github.com/gennaker/gennaker/internal/api/shown"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
)

// recent keeps, of each pipeline, at most limit executions, and of those only
// the ones that started in the days that lists reach back; of a pipeline
// without any, a few old ones. Orca's lists do the same.
func (a *area) recent(found []store.ExecutionRef, limit int) []store.ExecutionRef {
	cutoff := model.Millis(a.now().Add(-time.Duration(a.limits.HistoryDays) * 24 * time.Hour))
	groups := map[string][]store.ExecutionRef{}
	for _, e := range found {
		groups[e.ConfigID] = append(groups[e.ConfigID], e)
	}
	out := make([]store.ExecutionRef, 0, len(found))
	for _, group := range groups {
		slices.SortFunc(group, func(a, b store.ExecutionRef) int { return shown.ByStart(b, a) })
		young := make([]store.ExecutionRef, 0, len(group))
		for _, e := range group {
			if e.StartTime == 0 || e.StartTime > cutoff {
				young = append(young, e)
			}
		}
		if len(young) == 0 {
			young = group[:min(len(group), a.limits.OldExecutions)]
		}
		out = append(out, young[:min(len(young), limit)]...)
	}
	return out
}

// tasksOf lists executions as tasks.
func (a *area) tasksOf(found []store.ExecutionRef) *rest.Listing {
	ids := make([]string, len(found))
	for i, e := range found {
		ids[i] = e.ID
	}
	return &rest.Listing{IDs: ids, Sizes: a.shown.ExecutionSizes, Read: func(ctx context.Context, ids []string) ([]json.RawMessage, error) {
		found, err := a.shown.Executions(ctx, store.ExecutionFilter{IDs: ids})
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
			if out[i], err = model.Marshal(operation.View(e)); err != nil {
				return nil, err
			}
		}
		return out, nil
	}}
}
