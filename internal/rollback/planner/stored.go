package planner

import (
	"context"

	"github.com/gennaker/gennaker/internal/stage"
	"github.com/gennaker/gennaker/internal/stage/manifest"
	"github.com/gennaker/gennaker/internal/store"
)

// Stored is the history in a store.
type Stored struct{ *store.Store }

var _ History = Stored{}

// Brought implements [History].
func (s Stored) Brought(ctx context.Context, executionID, stageID string) ([]manifest.Brought, error) {
	found, err := s.StageState(ctx, executionID, stageID)
	if err != nil || found == nil {
		return nil, err
	}
	return manifest.BroughtBy(&stage.State{Version: found.Version, Data: found.Data})
}
