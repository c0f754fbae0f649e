// Package executions is the area of the API about executions, of pipelines and of
// tasks: starting, reading, following and steering them.
package executions

import (
	"cmp"
	"context"
	_ "embed"
	"slices"
	"time"

	"github.com/gennaker/gennaker/internal/access"
	"github.com/gennaker/gennaker/internal/api/live"
	"github.com/gennaker/gennaker/internal/api/operation"
	"github.com/gennaker/gennaker/internal/api/rest"
	"github.com/gennaker/gennaker/internal/api/shown"
	"github.com/gennaker/gennaker/internal/catalog"
	"github.com/gennaker/gennaker/internal/execution"
	"github.com/gennaker/gennaker/internal/masking"
	"github.com/gennaker/gennaker/internal/model"
)

// Service starts and steers executions. What it is told has been acted on,
// or durably taken, when a method returns, so that a read that follows sees it.
// Faults come with a kind of package fault.
type Service interface {
	// Start starts a whole pipeline configuration with its trigger: Orca's
	// /orchestrate.
	Start(ctx context.Context, config map[string]any, who access.Principal) (*model.Execution, error)
	// StartStored starts a stored pipeline with a trigger.
	StartStored(ctx context.Context, p execution.Stored, who access.Principal) (*model.Execution, error)
	// Plan gives the pipeline that a configuration would be started as, and
	// starts nothing.
	Plan(ctx context.Context, config map[string]any, who access.Principal) (map[string]any, error)
	// Fail records a pipeline that could not be made, with its errorMessage:
	// Orca's /fail.
	Fail(ctx context.Context, config map[string]any, who access.Principal) (*model.Execution, error)
	Cancel(ctx context.Context, id, reason string, force bool, who access.Principal) error
	Pause(ctx context.Context, id string, who access.Principal) error
	Resume(ctx context.Context, id string, who access.Principal) error
	UpdateStage(ctx context.Context, id, stageID string, patch map[string]any, who access.Principal) (*model.Execution, error)
	RestartStage(ctx context.Context, id, stageID string, body map[string]any, who access.Principal) (*model.Execution, error)
	Delete(ctx context.Context, id string, who access.Principal) error
}

// Contents are the stored contents of artifacts.
type Contents interface {
	// HoldSecrets tells whether those that an execution refers to hold Secrets.
	HoldSecrets(ctx context.Context, executionID string) (bool, error)
}

// Deps are what the area uses.
type Deps struct {
	Executions Service
	Shown      *shown.Reader
	// Contents is nil if none are stored.
	Contents Contents
	// Waits is nil if there are no clouds.
	Waits Waits
	// Pipelines are the stored ones.
	Pipelines  catalog.Pipelines
	Operations *operation.Runner
	Live       *live.Hub
	Now        func() time.Time
	Limits     Limits
}

// Limits say what lists hold. Zero values stand for the defaults.
type Limits struct {
	// PerPipeline is how many executions of each pipeline a list holds where the
	// client doesn't say: Gate's gate.execution.fetch.limit, 10 by default.
	PerPipeline int
	// HistoryDays is how far back lists of executions and tasks reach: Orca's
	// tasks.controller.daysOfExecutionHistory, 14 by default.
	HistoryDays int
	// OldExecutions is how many executions of a pipeline without any in that
	// time are listed all the same; 2 by default.
	OldExecutions int
}

//go:embed schemas.json
var schemasJSON []byte

type area struct {
	executions Service
	shown      *shown.Reader
	contents   Contents
	waits      Waits
	pipelines  catalog.Pipelines
	operations *operation.Runner
	live       *live.Hub
	now        func() time.Time
	limits     Limits
}

// New returns the area.
func New(d Deps) rest.Area {
	a := &area{
		executions: d.Executions, shown: d.Shown, contents: d.Contents, waits: d.Waits, pipelines: d.Pipelines, operations: d.Operations, live: d.Live, now: d.Now,
		limits: Limits{
			PerPipeline: cmp.Or(d.Limits.PerPipeline, 10), HistoryDays: cmp.Or(d.Limits.HistoryDays, 14), OldExecutions: cmp.Or(d.Limits.OldExecutions, 2),
		},
	}
	if a.now == nil {
		a.now = time.Now
	}
	return rest.Area{Routes: slices.Concat(
		a.startRoutes(), a.executionRoutes(), a.searchRoutes(), a.runRoutes(), a.outlineRoutes(), a.controlRoutes(), a.taskRoutes(), a.taskDetailRoutes(), a.liveRoutes(),
	), Schemas: schemasJSON}
}

// masked is the answer of a change of an execution: what Secrets hold is hidden.
func masked(e *model.Execution, err error) (*model.Execution, error) {
	if err != nil || e == nil {
		return nil, err
	}
	return masking.Execution(e), nil
}
