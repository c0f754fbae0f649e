package catalog

import (
	"context"
	"fmt"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
)

// Follower keeps something of its own about pipelines, such as when their triggers fire.
// It writes in the transaction of the change, so that the two never part; its error undoes
// the change. It isn't told of strategies.
type Follower interface {
	// PipelineSaved comes after a pipeline was stored. It may come again for the same
	// change, as the transaction may be run again.
	PipelineSaved(ctx context.Context, tx *store.Tx, pipeline model.Pipeline) error
	// PipelineDeleted comes after the pipeline of that id was deleted.
	PipelineDeleted(ctx context.Context, tx *store.Tx, id string) error
}

// savePipeline stores a pipeline or strategy, and tells the followers.
func (c *Catalog) savePipeline(
	ctx context.Context, tx *store.Tx, kind string, p model.Pipeline, user string, expectUpdateTs int64,
) (model.Pipeline, error) {
	saved, err := tx.SavePipeline(ctx, kind, p, user, expectUpdateTs)
	if err != nil || kind != store.PipelineKind {
		return saved, err
	}
	for _, follower := range c.followers {
		if err := follower.PipelineSaved(ctx, tx, saved); err != nil {
			return nil, fmt.Errorf("after saving pipeline %s: %w", saved.ID(), err)
		}
	}
	return saved, nil
}

// deletePipeline deletes a pipeline or strategy, and tells the followers.
func (c *Catalog) deletePipeline(ctx context.Context, tx *store.Tx, kind, application, name, user string) error {
	id, err := tx.DeletePipeline(ctx, kind, application, name, user)
	if err != nil || kind != store.PipelineKind {
		return err
	}
	for _, follower := range c.followers {
		if err := follower.PipelineDeleted(ctx, tx, id); err != nil {
			return fmt.Errorf("after deleting pipeline %s: %w", id, err)
		}
	}
	return nil
}
