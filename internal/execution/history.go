package execution

import (
	"context"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
	"github.com/gennaker/gennaker/internal/store"
)

// History reads executions that there have been, for stages that look at others.
type History struct{ store *store.Store }

// NewHistory reads from a store.
func NewHistory(st *store.Store) History { return History{st} }

// Execution reads an execution of either type.
func (h History) Execution(ctx context.Context, id string) (*model.Execution, error) {
	return h.store.Execution(ctx, id)
}

// Latest reads the newest execution of a pipeline in one of the statuses; nil
// if there is none.
func (h History) Latest(ctx context.Context, pipelineConfigID string, statuses []model.Status) (*model.Execution, error) {
	found, err := h.store.Executions(ctx, store.ExecutionFilter{
		Type: model.PipelineExecution, ConfigIDs: []string{pipelineConfigID}, Statuses: statuses, Limit: 1,
	})
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return found[0], nil
}

// Executions lists a pipeline's executions, newest first, a page at a time.
func (h History) Executions(ctx context.Context, pipelineConfigID string, offset, limit int) ([]*model.Execution, error) {
	return h.store.Executions(ctx, store.ExecutionFilter{
		Type: model.PipelineExecution, ConfigIDs: []string{pipelineConfigID}, Offset: offset, Limit: limit,
	})
}

// StageState is what a stage has remembered; nil if nothing.
func (h History) StageState(ctx context.Context, executionID, stageID string) (*stage.State, error) {
	found, err := h.store.StageState(ctx, executionID, stageID)
	if err != nil || found == nil {
		return nil, err
	}
	return &stage.State{Version: found.Version, Data: found.Data}, nil
}
