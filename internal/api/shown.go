package api

import (
	"context"

	"github.com/gennaker/gennaker/internal/access"
	"github.com/gennaker/gennaker/internal/api/rest"
	"github.com/gennaker/gennaker/internal/masking"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
)

// shownStore is the store as the API shows it: whatever is read of executions
// hides what Secrets hold, and is read through here alone.
type shownStore struct{ Store }

// afford takes memory for an execution until the request is answered. What is read
// for streams isn't part of a request: [hub] bounds it.
func (s shownStore) afford(ctx context.Context, id string) error {
	held, ok := rest.ReservationOf(ctx)
	if !ok {
		return nil
	}
	sizes, err := s.Store.ExecutionSizes(ctx, []string{id})
	if err != nil {
		return err
	}
	return held.Take(ctx, sizes[id]*rest.PerShownByte)
}

// Execution reads an execution.
func (s shownStore) Execution(ctx context.Context, id string) (*model.Execution, error) {
	if err := s.afford(ctx, id); err != nil {
		return nil, err
	}
	e, err := s.Store.Execution(ctx, id)
	if err != nil {
		return nil, err
	}
	return masking.Execution(e), nil
}

// ExecutionOutline reads an execution without what its stages hold.
func (s shownStore) ExecutionOutline(ctx context.Context, id string) (*store.Outline, error) {
	if err := s.afford(ctx, id); err != nil {
		return nil, err
	}
	e, err := s.Store.ExecutionOutline(ctx, id)
	if err != nil {
		return nil, err
	}
	return &store.Outline{Execution: masking.Execution(e.Execution), Digests: e.Digests}, nil
}

// Executions lists executions.
func (s shownStore) Executions(ctx context.Context, f store.ExecutionFilter) ([]*model.Execution, error) {
	found, err := s.Store.Executions(ctx, f)
	for i := range found {
		found[i] = masking.Execution(found[i])
	}
	return found, err
}

// ExecutionsJSON lists executions as documents.
func (s shownStore) ExecutionsJSON(ctx context.Context, f store.ExecutionFilter) ([]store.ExecutionJSON, error) {
	found, err := s.Store.ExecutionsJSON(ctx, f)
	if err != nil {
		return nil, err
	}
	for i := range found {
		if found[i].JSON, err = masking.ExecutionJSON(found[i].JSON); err != nil {
			return nil, err
		}
	}
	return found, nil
}

// StageWithParts reads a stage and those that the engine has added to it.
func (s shownStore) StageWithParts(ctx context.Context, executionID, stageID string) ([]*model.Stage, error) {
	if err := s.afford(ctx, executionID); err != nil {
		return nil, err
	}
	found, err := s.Store.StageWithParts(ctx, executionID, stageID)
	for i := range found {
		found[i] = masking.Stage(found[i])
	}
	return found, err
}

// StageJSON reads a stage as a document.
func (s shownStore) StageJSON(ctx context.Context, executionID, stageID string) ([]byte, error) {
	if err := s.afford(ctx, executionID); err != nil {
		return nil, err
	}
	document, err := s.Store.StageJSON(ctx, executionID, stageID)
	if err != nil {
		return nil, err
	}
	return masking.StageJSON(document)
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
