// Package catalog keeps applications, pipelines, strategies, projects and
// notification settings in the store: what Front50 does in Spinnaker. The stage
// types that save things work on it, and the API reads through it.
package catalog

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
)

// The kinds of stored documents.
const (
	ProjectKind      = "project"
	NotificationKind = "notification"
	EntityTagsKind   = "entityTags"
)

// Catalog works on a store. Its methods are safe for concurrent use; each that
// changes something is one transaction.
type Catalog struct {
	store     *store.Store
	followers []Follower
}

// New returns a catalog on the store, which tells followers of changes.
func New(st *store.Store, followers ...Follower) *Catalog {
	return &Catalog{store: st, followers: followers}
}

// Application reads an application by its name.
func (c *Catalog) Application(ctx context.Context, name string) (model.Application, error) {
	return c.store.Application(ctx, name)
}

// SaveApplication stores an application under its name.
func (c *Catalog) SaveApplication(ctx context.Context, app model.Application, user string) (model.Application, error) {
	var saved model.Application
	err := c.store.Write(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		saved, err = tx.SaveApplication(ctx, app, user)
		return err
	})
	return saved, err
}

// DeleteApplication deletes an application with its pipelines, strategies and
// notification settings, and takes it out of the projects; a project that has
// no application left goes too, as in Front50. Executions stay.
func (c *Catalog) DeleteApplication(ctx context.Context, name, user string) error {
	var configs []namedConfig
	for _, kind := range []string{store.PipelineKind, store.StrategyKind} {
		found, err := c.store.Pipelines(ctx, store.PipelineFilter{Kind: kind, Application: name})
		if err != nil {
			return err
		}
		for _, p := range found {
			configs = append(configs, namedConfig{kind, p.Name()})
		}
	}
	projects, err := c.projectsOf(ctx, name)
	if err != nil {
		return err
	}
	return c.store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		for _, config := range configs {
			if err := c.deletePipeline(ctx, tx, config.kind, name, config.name, user); !gone(err) {
				return err
			}
		}
		for _, project := range projects {
			if err := withoutApplication(ctx, tx, project, name, user); !gone(err) {
				return err
			}
		}
		if err := tx.DeleteDocument(ctx, NotificationKind, NotificationID(name), user); !gone(err) {
			return err
		}
		return tx.DeleteApplication(ctx, name, user)
	})
}

type namedConfig struct{ kind, name string }

// gone tells whether a deletion went well, if only because another one was
// quicker.
func gone(err error) bool { return err == nil || errors.Is(err, store.ErrNotFound) }

// Pipeline reads a pipeline or strategy by its id.
func (c *Catalog) Pipeline(ctx context.Context, id string) (model.Pipeline, error) {
	return c.store.Pipeline(ctx, id)
}

// PipelineID finds a pipeline by its name; a fault of kind NotFound where
// there is none.
func (c *Catalog) PipelineID(ctx context.Context, application, name string) (string, error) {
	p, err := c.store.PipelineByName(ctx, store.PipelineKind, application, name)
	if errors.Is(err, store.ErrNotFound) {
		return "", fault.New(fault.NotFound, "application %s has no pipeline named %q", application, name)
	}
	if err != nil {
		return "", err
	}
	return p.ID(), nil
}

// PipelineAsOf reads a pipeline or strategy as it was saved at a time.
func (c *Catalog) PipelineAsOf(ctx context.Context, id string, updateTs int64) (model.Pipeline, error) {
	return c.store.PipelineAsOf(ctx, id, updateTs)
}

// SavePipeline stores a pipeline or strategy; see [store.Tx.SavePipeline].
func (c *Catalog) SavePipeline(
	ctx context.Context, kind string, p model.Pipeline, user string, expectUpdateTs int64,
) (model.Pipeline, error) {
	var saved model.Pipeline
	err := c.store.Write(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		saved, err = c.savePipeline(ctx, tx, kind, p, user, expectUpdateTs)
		return err
	})
	return saved, err
}

// DeletePipeline deletes an application's pipeline or strategy by its name.
func (c *Catalog) DeletePipeline(ctx context.Context, kind, application, name, user string) error {
	return c.store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		return c.deletePipeline(ctx, tx, kind, application, name, user)
	})
}

// ReorderPipelines gives pipelines of an application new indices, all or none.
// One that is saved meanwhile by someone else makes it start over.
func (c *Catalog) ReorderPipelines(ctx context.Context, kind, application string, indices map[string]int64, user string) error {
	const attempts = 5
	for attempt := 1; ; attempt++ {
		err := c.reorder(ctx, kind, application, indices, user)
		if err == nil || attempt == attempts || fault.KindOf(err) != fault.Conflict {
			return err
		}
	}
}

func (c *Catalog) reorder(ctx context.Context, kind, application string, indices map[string]int64, user string) error {
	all, err := c.store.Pipelines(ctx, store.PipelineFilter{Kind: kind, Application: application})
	if err != nil {
		return err
	}
	byID := make(map[string]model.Pipeline, len(all))
	for _, p := range all {
		byID[p.ID()] = p
	}
	ids := slices.Sorted(maps.Keys(indices))
	for _, id := range ids {
		if byID[id] == nil {
			return fault.New(fault.NotFound, "No pipeline of id %s found in application %s", id, application)
		}
	}
	return c.store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		for _, id := range ids {
			p := byID[id]
			if p.Index() == indices[id] {
				continue
			}
			was, _ := model.Int(p, "updateTs")
			moved := model.Merge(p, map[string]any{"index": indices[id]})
			if _, err := c.savePipeline(ctx, tx, kind, moved, user, was); err != nil {
				return fmt.Errorf("move %s %s: %w", kind, id, err)
			}
		}
		return nil
	})
}

// NotificationID is the id of the document with an application's notification
// settings.
func NotificationID(application string) string {
	return "application/" + strings.ToLower(application)
}
