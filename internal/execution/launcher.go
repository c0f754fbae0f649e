package execution

import (
	"context"
	"errors"

	"github.com/gennaker/gennaker/internal/access"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage/childpipeline"
)

// Launcher starts and watches executions for the stages that run pipelines. It
// is made before its Service, which needs the stage types.
type Launcher struct{ *Service }

var _ childpipeline.Launcher = (*Launcher)(nil)

// StartChild starts a pipeline for a stage. One that fails on start is an
// execution too, which the stage then looks at.
func (l *Launcher) StartChild(ctx context.Context, r childpipeline.ChildRequest) (string, string, error) {
	e, name, err := l.Service.StartChild(ctx, Child{
		Parent: r.ParentExecution, Stage: r.ParentStage,
		PipelineConfigID: r.PipelineConfigID, Application: r.Application, Strategy: r.Strategy,
		Parameters: r.Parameters, CorrelationID: r.CorrelationID, User: r.User, DryRun: r.DryRun,
	})
	switch {
	case errors.Is(err, errDisabled):
		return "", "", childpipeline.ErrDisabled
	case err != nil && (e == nil || fault.KindOf(err) != fault.Invalid):
		return "", "", err
	}
	return e.ID, name, nil
}

// Execution reads an execution.
func (l *Launcher) Execution(ctx context.Context, id string) (*model.Execution, error) {
	return l.Get(ctx, id)
}

// Cancel cancels an execution.
func (l *Launcher) Cancel(ctx context.Context, id, user, reason string) error {
	return l.Service.Cancel(ctx, id, reason, false, access.Principal{Name: user})
}
