// Package waiting reads what running stages wait for although it doesn't come up, for
// those who only see executions from outside.
package waiting

import (
	"context"

	"github.com/gennaker/gennaker/internal/cloud/view"
	"github.com/gennaker/gennaker/internal/stage"
	"github.com/gennaker/gennaker/internal/stage/manifest"
	"github.com/gennaker/gennaker/internal/store"
)

// States keeps what stages remember.
type States interface {
	EachStageState(ctx context.Context, stages []store.StageKey, each func(store.StageKey, store.StageState) error) error
}

// Stored reads it from what the stages remember.
type Stored struct{ States }

// For tells of each of the stages which faulty objects it waits for. Stages that wait for
// none, and those that remember something else, are left out.
func (s Stored) For(ctx context.Context, stages []store.StageKey) (map[store.StageKey][]view.Waiting, error) {
	out := map[store.StageKey][]view.Waiting{}
	err := s.EachStageState(ctx, stages, func(key store.StageKey, state store.StageState) error {
		found, err := manifest.WaitingFor(&stage.State{Version: state.Version, Data: state.Data})
		if err != nil {
			return nil //nolint:nilerr // it remembers something else
		}
		for _, w := range found {
			out[key] = append(out[key], view.Waiting(w))
		}
		return nil
	})
	return out, err
}
