package server

import (
	"context"

	"github.com/gennaker/gennaker/internal/access"
	"github.com/gennaker/gennaker/internal/execution"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage/childpipeline"
	"github.com/gennaker/gennaker/internal/store"
)

// childLauncher starts child pipelines for the pipeline stage. Its fields are
// set once there is a service: stage types and service need each other.
type childLauncher struct {
	store      *store.Store
	executions *execution.Service
}

// StartChild implements childpipeline.Launcher.
func (l *childLauncher) StartChild(ctx context.Context, r childpipeline.ChildRequest) (id, name string, err error) {
	config, err := l.config(ctx, r)
	if err != nil {
		return "", "", err
	}
	if config.Disabled() {
		return "", "", childpipeline.ErrDisabled
	}
	e, err := l.executions.StartChild(ctx, execution.Child{
		Parent: r.ParentExecution, Stage: r.ParentStage, Config: config,
		Parameters: childpipeline.Parameters(config, r.Parameters), CorrelationID: r.CorrelationID, User: r.User, DryRun: r.DryRun,
	})
	if e != nil && fault.KindOf(err) == fault.Invalid {
		// It failed on start, and is there to be looked at.
		return e.ID, config.Name(), nil
	}
	if err != nil {
		return "", "", err
	}
	return e.ID, config.Name(), nil
}

// config finds the pipeline, or the deployment strategy of an application.
func (l *childLauncher) config(ctx context.Context, r childpipeline.ChildRequest) (model.Pipeline, error) {
	if !r.Strategy {
		return l.store.Pipeline(ctx, r.PipelineConfigID)
	}
	found, err := l.store.Pipelines(ctx, store.PipelineFilter{Kind: store.StrategyKind, Application: r.Application})
	if err != nil {
		return nil, err
	}
	for _, strategy := range found {
		if strategy.ID() == r.PipelineConfigID {
			return strategy, nil
		}
	}
	return nil, childpipeline.ErrNotFound
}

// Execution implements childpipeline.Launcher.
func (l *childLauncher) Execution(ctx context.Context, id string) (*model.Execution, error) {
	return l.executions.Get(ctx, id)
}

// Cancel implements childpipeline.Launcher.
func (l *childLauncher) Cancel(ctx context.Context, id, user, reason string) error {
	return l.executions.Cancel(ctx, id, reason, false, access.Principal{Name: user})
}
