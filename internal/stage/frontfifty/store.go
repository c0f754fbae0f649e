package frontfifty

import (
	"context"

	"github.com/gennaker/gennaker/internal/model"
)

// Kinds of pipeline configuration.
const (
	pipelineKind = "pipeline"
	strategyKind = "strategy"
)

// Store keeps applications, pipelines and projects. Each method that changes
// something is one transaction. Faults come with a kind of package fault:
// NotFound, Invalid, Conflict; any other error is taken for a passing one. All
// names are matched whatever their case. user is who is asking.
type Store interface {
	Application(ctx context.Context, name string) (model.Application, error)
	SaveApplication(ctx context.Context, app model.Application, user string) (model.Application, error)
	// DeleteApplication deletes an application with its pipelines, strategies
	// and notification settings, and takes it out of the projects; a project
	// that has no application left goes too. Executions stay.
	DeleteApplication(ctx context.Context, name, user string) error

	Pipeline(ctx context.Context, id string) (model.Pipeline, error)
	// PipelineAsOf is a pipeline as it was saved at a time, an updateTs.
	PipelineAsOf(ctx context.Context, id string, updateTs int64) (model.Pipeline, error)
	// SavePipeline stores a pipeline under its id. kind is "pipeline" or
	// "strategy". A stored one whose updateTs isn't expectUpdateTs, where that
	// isn't 0, is a Conflict; a name taken by another one is Invalid.
	SavePipeline(ctx context.Context, kind string, p model.Pipeline, user string, expectUpdateTs int64) (model.Pipeline, error)
	// ReorderPipelines gives pipelines new indices, all or none. An id that is
	// no pipeline of the application is a fault.
	ReorderPipelines(ctx context.Context, kind, application string, indices map[string]int64, user string) error
	DeletePipeline(ctx context.Context, kind, application, name, user string) error

	// Project finds a project by its id.
	Project(ctx context.Context, id string) (map[string]any, error)
	// SaveProject stores a project under its id; a name taken by another one
	// is Invalid.
	SaveProject(ctx context.Context, project map[string]any, user string) (map[string]any, error)
	DeleteProject(ctx context.Context, id, user string) error
}

// Dependencies knows what applications have in the clouds.
type Dependencies interface {
	// ApplicationDependencies names the kinds of things that an application
	// still has, in the plural: "clusters", "security groups".
	ApplicationDependencies(ctx context.Context, application string) ([]string, error)
}
