package server

import (
	"context"
	"errors"

	"github.com/gennaker/gennaker/internal/catalog"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
	"github.com/gennaker/gennaker/internal/store"
)

// lookups is the store as stage types see it: what they ask of executions,
// pipelines and tags.
type lookups struct{ store *store.Store }

// Execution reads an execution of either type.
func (l lookups) Execution(ctx context.Context, id string) (*model.Execution, error) {
	return l.store.Execution(ctx, id)
}

// Latest reads the newest execution of a pipeline in one of the statuses; nil
// where there is none.
func (l lookups) Latest(ctx context.Context, pipelineConfigID string, statuses []model.Status) (*model.Execution, error) {
	found, err := l.store.Executions(ctx, store.ExecutionFilter{
		Type: model.PipelineExecution, ConfigIDs: []string{pipelineConfigID}, Statuses: statuses, Limit: 1,
	})
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return found[0], nil
}

// Executions lists a pipeline's executions, newest first, a page at a time.
func (l lookups) Executions(ctx context.Context, pipelineConfigID string, offset, limit int) ([]*model.Execution, error) {
	return l.store.Executions(ctx, store.ExecutionFilter{
		Type: model.PipelineExecution, ConfigIDs: []string{pipelineConfigID}, Offset: offset, Limit: limit,
	})
}

// StageState is what a stage has remembered; nil if nothing.
func (l lookups) StageState(ctx context.Context, executionID, stageID string) (*stage.State, error) {
	found, err := l.store.StageState(ctx, executionID, stageID)
	if err != nil || found == nil {
		return nil, err
	}
	return &stage.State{Version: found.Version, Data: found.Data}, nil
}

// PipelineID finds a pipeline by its name; a fault of kind NotFound where
// there is none.
func (l lookups) PipelineID(ctx context.Context, application, name string) (string, error) {
	p, err := l.store.PipelineByName(ctx, store.PipelineKind, application, name)
	if errors.Is(err, store.ErrNotFound) {
		return "", fault.New(fault.NotFound, "application %s has no pipeline named %q", application, name)
	}
	if err != nil {
		return "", err
	}
	return p.ID(), nil
}

// EntityTags reads the tags of something deployed.
func (l lookups) EntityTags(ctx context.Context, id string) (map[string]any, error) {
	d, err := l.store.Document(ctx, catalog.EntityTagsKind, id)
	if err != nil {
		return nil, err
	}
	return d.Body, nil
}

// SaveEntityTags stores tags under their id.
func (l lookups) SaveEntityTags(ctx context.Context, tags map[string]any) error {
	return l.store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.SaveDocument(ctx, store.Document{Kind: catalog.EntityTagsKind, ID: model.String(tags, "id"), Body: tags}, model.String(tags, "lastModifiedBy"))
		return err
	})
}

// DeleteEntityTags deletes the tags of something deployed.
func (l lookups) DeleteEntityTags(ctx context.Context, id string) error {
	return l.store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		return tx.DeleteDocument(ctx, catalog.EntityTagsKind, id, "")
	})
}
