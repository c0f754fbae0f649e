package catalog

import (
	"context"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
)

// EntityTags reads the tags of something deployed.
func (c *Catalog) EntityTags(ctx context.Context, id string) (map[string]any, error) {
	d, err := c.store.Document(ctx, EntityTagsKind, id)
	if err != nil {
		return nil, err
	}
	return d.Body, nil
}

// SaveEntityTags stores tags under their id.
func (c *Catalog) SaveEntityTags(ctx context.Context, tags map[string]any) error {
	return c.store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.SaveDocument(ctx, store.Document{Kind: EntityTagsKind, ID: model.String(tags, "id"), Body: tags}, model.String(tags, "lastModifiedBy"))
		return err
	})
}

// DeleteEntityTags deletes the tags of something deployed.
func (c *Catalog) DeleteEntityTags(ctx context.Context, id string) error {
	return c.store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		return tx.DeleteDocument(ctx, EntityTagsKind, id, "")
	})
}
