package api

import (
	"context"

	"github.com/gennaker/gennaker/internal/access"
	"github.com/gennaker/gennaker/internal/api/rest"
	"github.com/gennaker/gennaker/internal/api/shown"
	"github.com/gennaker/gennaker/internal/masking"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
)

// shownStore is the store, with executions as the API shows them.
type shownStore struct {
	Store
	shown *shown.Reader
}

func (s shownStore) Execution(ctx context.Context, id string) (*model.Execution, error) {
	return s.shown.Execution(ctx, id)
}

func (s shownStore) ExecutionOutline(ctx context.Context, id string) (*store.Outline, error) {
	return s.shown.ExecutionOutline(ctx, id)
}

func (s shownStore) Executions(ctx context.Context, f store.ExecutionFilter) ([]*model.Execution, error) {
	return s.shown.Executions(ctx, f)
}

func (s shownStore) ExecutionsJSON(ctx context.Context, f store.ExecutionFilter) ([]store.ExecutionJSON, error) {
	return s.shown.ExecutionsJSON(ctx, f)
}

func (s shownStore) StageWithParts(ctx context.Context, executionID, stageID string) ([]*model.Stage, error) {
	return s.shown.StageWithParts(ctx, executionID, stageID)
}

func (s shownStore) StageJSON(ctx context.Context, executionID, stageID string) ([]byte, error) {
	return s.shown.StageJSON(ctx, executionID, stageID)
}

func (s *server) execution(ctx context.Context, id string, kind model.ExecutionType) (*model.Execution, error) {
	return s.shown.Find(ctx, id, kind)
}

func (s *server) executionsOf(found []store.ExecutionRef, expand bool) *rest.Listing {
	return s.shown.List(found, expand)
}

// shownExecutions are the executions as the API answers with them.
type shownExecutions struct{ Executions }

// UpdateStage changes a stage's context.
func (s shownExecutions) UpdateStage(ctx context.Context, id, stageID string, patch map[string]any, who access.Principal) (*model.Execution, error) {
	e, err := s.Executions.UpdateStage(ctx, id, stageID, patch, who)
	if err != nil || e == nil {
		return nil, err
	}
	return masking.Execution(e), nil
}

// RestartStage runs a stage again.
func (s shownExecutions) RestartStage(ctx context.Context, id, stageID string, body map[string]any, who access.Principal) (*model.Execution, error) {
	e, err := s.Executions.RestartStage(ctx, id, stageID, body, who)
	if err != nil || e == nil {
		return nil, err
	}
	return masking.Execution(e), nil
}
