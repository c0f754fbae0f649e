package catalog

import (
	"context"
	"slices"
	"strings"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
)

// Projects lists the projects, by name.
func (c *Catalog) Projects(ctx context.Context) ([]map[string]any, error) {
	found, err := c.store.Documents(ctx, store.DocumentFilter{Kind: ProjectKind})
	if err != nil {
		return nil, err
	}
	out := make([]map[string]any, len(found))
	for i, document := range found {
		out[i] = document.Body
	}
	return out, nil
}

// Project reads a project by its id.
func (c *Catalog) Project(ctx context.Context, id string) (map[string]any, error) {
	document, err := c.store.Document(ctx, ProjectKind, id)
	if err != nil {
		return nil, err
	}
	return document.Body, nil
}

// SaveProject stores a project under its id. A name that another project has,
// whatever its case, is a fault of kind Invalid.
func (c *Catalog) SaveProject(ctx context.Context, project map[string]any, user string) (map[string]any, error) {
	id, name := model.String(project, "id"), model.String(project, "name")
	all, err := c.Projects(ctx)
	if err != nil {
		return nil, err
	}
	for _, other := range all {
		if strings.EqualFold(model.String(other, "name"), name) && model.String(other, "id") != id {
			return nil, fault.New(fault.Invalid, "A Project named '%s' already exists", name)
		}
	}
	err = c.store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		return saveProject(ctx, tx, project, user)
	})
	return project, err
}

func saveProject(ctx context.Context, tx *store.Tx, project map[string]any, user string) error {
	_, err := tx.SaveDocument(ctx, store.Document{
		Kind: ProjectKind, ID: model.String(project, "id"), Name: model.String(project, "name"), Body: project,
	}, user)
	return err
}

// DeleteProject deletes a project by its id.
func (c *Catalog) DeleteProject(ctx context.Context, id, user string) error {
	return c.store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		return tx.DeleteDocument(ctx, ProjectKind, id, user)
	})
}

// projectsOf lists the projects that an application is in.
func (c *Catalog) projectsOf(ctx context.Context, application string) ([]map[string]any, error) {
	all, err := c.Projects(ctx)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(project map[string]any) bool {
		return !slices.ContainsFunc(model.Strings(model.Object(project, "config"), "applications"), named(application))
	}), nil
}

func named(application string) func(string) bool {
	return func(name string) bool { return strings.EqualFold(name, application) }
}

// withoutApplication takes an application out of a project and its clusters,
// and deletes the project if it has no other.
func withoutApplication(ctx context.Context, tx *store.Tx, project map[string]any, application, user string) error {
	config := model.Object(project, "config")
	left := slices.DeleteFunc(slices.Clone(model.Strings(config, "applications")), named(application))
	if len(left) == 0 {
		return tx.DeleteDocument(ctx, ProjectKind, model.String(project, "id"), user)
	}
	config = model.Merge(config, map[string]any{"applications": left})
	if clusters := model.Objects(config, "clusters"); len(clusters) > 0 {
		for i, cluster := range clusters {
			if names := model.Strings(cluster, "applications"); names != nil {
				clusters[i] = model.Merge(cluster, map[string]any{
					"applications": slices.DeleteFunc(slices.Clone(names), named(application)),
				})
			}
		}
		config["clusters"] = clusters
	}
	return saveProject(ctx, tx, model.Merge(project, map[string]any{"config": config}), user)
}
