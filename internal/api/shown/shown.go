// Package shown reads executions as the API shows them: what Secrets hold is hidden,
// and what is read is counted as memory of the request. Areas that answer with
// executions read them here.
package shown

import (
	"context"
	"errors"

	"github.com/gennaker/gennaker/internal/api/rest"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/masking"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
)

// Store keeps the executions.
type Store interface {
	Execution(ctx context.Context, id string) (*model.Execution, error)
	ExecutionOutline(ctx context.Context, id string) (*store.Outline, error)
	Executions(ctx context.Context, f store.ExecutionFilter) ([]*model.Execution, error)
	ExecutionsJSON(ctx context.Context, f store.ExecutionFilter) ([]store.ExecutionJSON, error)
	ExecutionRefs(ctx context.Context, f store.ExecutionFilter) ([]store.ExecutionRef, error)
	ExecutionSizes(ctx context.Context, ids []string) (map[string]int64, error)
	RunNumbers(ctx context.Context, ids []string) (map[string]int64, error)
	StageWithParts(ctx context.Context, executionID, stageID string) ([]*model.Stage, error)
	StageJSON(ctx context.Context, executionID, stageID string) ([]byte, error)
}

// Reader reads executions: whatever the API reads of them hides what Secrets hold,
// and is read through here alone. What a request reads takes memory until it is
// answered.
type Reader struct{ store Store }

// New reads from a store.
func New(from Store) *Reader { return &Reader{from} }

// ExecutionRefs finds executions, and reads little of them.
func (s *Reader) ExecutionRefs(ctx context.Context, f store.ExecutionFilter) ([]store.ExecutionRef, error) {
	return s.store.ExecutionRefs(ctx, f)
}

// ExecutionSizes tells how many bytes executions take in the store.
func (s *Reader) ExecutionSizes(ctx context.Context, ids []string) (map[string]int64, error) {
	return s.store.ExecutionSizes(ctx, ids)
}

// RunNumbers tells which run of its pipeline each execution is, from 1.
func (s *Reader) RunNumbers(ctx context.Context, ids []string) (map[string]int64, error) {
	return s.store.RunNumbers(ctx, ids)
}

// afford takes memory for an execution until the request is answered. What is read
// for streams isn't part of a request: package live bounds it.
func (s *Reader) afford(ctx context.Context, id string) error {
	held, ok := rest.ReservationOf(ctx)
	if !ok {
		return nil
	}
	sizes, err := s.store.ExecutionSizes(ctx, []string{id})
	if err != nil {
		return err
	}
	return held.Take(ctx, sizes[id]*rest.PerShownByte)
}

// Execution reads an execution.
func (s *Reader) Execution(ctx context.Context, id string) (*model.Execution, error) {
	if err := s.afford(ctx, id); err != nil {
		return nil, err
	}
	e, err := s.store.Execution(ctx, id)
	if err != nil {
		return nil, err
	}
	return masking.Execution(e), nil
}

// ExecutionOutline reads an execution without what its stages hold.
func (s *Reader) ExecutionOutline(ctx context.Context, id string) (*store.Outline, error) {
	if err := s.afford(ctx, id); err != nil {
		return nil, err
	}
	e, err := s.store.ExecutionOutline(ctx, id)
	if err != nil {
		return nil, err
	}
	return &store.Outline{Execution: masking.Execution(e.Execution), Digests: e.Digests}, nil
}

// Executions lists executions.
func (s *Reader) Executions(ctx context.Context, f store.ExecutionFilter) ([]*model.Execution, error) {
	found, err := s.store.Executions(ctx, f)
	for i := range found {
		found[i] = masking.Execution(found[i])
	}
	return found, err
}

// ExecutionsJSON lists executions as documents.
func (s *Reader) ExecutionsJSON(ctx context.Context, f store.ExecutionFilter) ([]store.ExecutionJSON, error) {
	found, err := s.store.ExecutionsJSON(ctx, f)
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
func (s *Reader) StageWithParts(ctx context.Context, executionID, stageID string) ([]*model.Stage, error) {
	if err := s.afford(ctx, executionID); err != nil {
		return nil, err
	}
	found, err := s.store.StageWithParts(ctx, executionID, stageID)
	for i := range found {
		found[i] = masking.Stage(found[i])
	}
	return found, err
}

// StageJSON reads a stage as a document.
func (s *Reader) StageJSON(ctx context.Context, executionID, stageID string) ([]byte, error) {
	if err := s.afford(ctx, executionID); err != nil {
		return nil, err
	}
	document, err := s.store.StageJSON(ctx, executionID, stageID)
	if err != nil {
		return nil, err
	}
	return masking.StageJSON(document)
}

// Find reads an execution of a type; one of the other type isn't there.
func (s *Reader) Find(ctx context.Context, id string, kind model.ExecutionType) (*model.Execution, error) {
	e, err := s.Execution(ctx, id)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return nil, err
	}
	if err != nil || e.Type != kind {
		word := "Pipeline"
		if kind == model.OrchestrationExecution {
			word = "Task"
		}
		return nil, fault.New(fault.NotFound, "%s not found (id: %s)", word, id)
	}
	return e, nil
}
