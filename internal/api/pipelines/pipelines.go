// Package pipelines is the area of the API about the configurations of pipelines and
// deployment strategies: reading, saving, ordering.
package pipelines

import (
	"context"
	_ "embed"

	"github.com/gennaker/gennaker/internal/api/operation"
	"github.com/gennaker/gennaker/internal/api/rest"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/pipelinecheck"
	"github.com/gennaker/gennaker/internal/store"
)

// Store reads stored pipelines and strategies. They are changed by tasks.
type Store interface {
	Pipeline(ctx context.Context, id string) (model.Pipeline, error)
	FindPipeline(ctx context.Context, kind, application, nameOrID string) (model.Pipeline, error)
	Pipelines(ctx context.Context, f store.PipelineFilter) ([]model.Pipeline, error)
	PipelinesJSON(ctx context.Context, f store.PipelineFilter) ([]string, error)
	PipelineHistory(ctx context.Context, id string, limit int) ([]store.Revision, error)
}

// Deps are what the area uses.
type Deps struct {
	Store      Store
	Operations *operation.Runner
	// Stages knows the stage types; without it, a save warns of nothing.
	Stages pipelinecheck.Stages
}

//go:embed schemas.json
var schemasJSON []byte

type area struct {
	store      Store
	operations *operation.Runner
	stages     pipelinecheck.Stages
}

// New returns the area.
func New(d Deps) rest.Area {
	a := &area{store: d.Store, operations: d.Operations, stages: d.Stages}
	return rest.Area{Routes: append(a.configRoutes(), a.saveRoutes()...), Schemas: schemasJSON}
}
