package planner

import (
	"context"
	"fmt"

	"github.com/gennaker/gennaker/internal/stage"
	"github.com/gennaker/gennaker/internal/stage/manifest"
	"github.com/gennaker/gennaker/internal/store"
)

// Stored is the history in a store.
type Stored struct{ *store.Store }

var _ History = Stored{}

// Brought implements [History].
func (s Stored) Brought(ctx context.Context, stages []store.StageKey) (map[store.StageKey][]manifest.Brought, error) {
	out := make(map[store.StageKey][]manifest.Brought, len(stages))
	err := s.EachStageState(ctx, stages, func(key store.StageKey, state store.StageState) error {
		brought, err := manifest.BroughtBy(&stage.State{Version: state.Version, Data: state.Data})
		if err != nil {
			return fmt.Errorf("read what stage %s of execution %s has deployed: %w", key.StageID, key.ExecutionID, err)
		}
		out[key] = brought
		return nil
	})
	return out, err
}
