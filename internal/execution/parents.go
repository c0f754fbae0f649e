package execution

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
)

// Restarted is notified, in the transaction that stores it, that stages of an execution
// were restarted: the stage that started the execution is to wait for it again. The
// transaction that carries this out tells the next one up, so that at no time an
// execution is restarted whose parents won't hear of it.
func (s *Service) Restarted(ctx context.Context, tx *store.Tx, e *model.Execution) error {
	parent, stage := e.Trigger.ParentExecutionID(), e.Trigger.ParentStageID()
	if parent == "" || stage == "" {
		return nil
	}
	if err := s.wake(ctx, tx, parent); err != nil {
		if isNotFound(err) {
			return nil
		}
		return fmt.Errorf("wake parent execution %s: %w", parent, err)
	}
	body, err := model.Marshal(payload{Stage: stage, Child: e.ID})
	if err != nil {
		return err
	}
	if _, err := tx.InsertSignal(ctx, store.Signal{
		ExecutionID: parent, Kind: signalChild, User: restartedBy(e), Payload: body, CreatedAt: model.Millis(s.now()),
	}); err != nil {
		return fmt.Errorf("restart the stage of parent execution %s: %w", parent, err)
	}
	return nil
}

// restartedBy is who restarted a stage of an execution last.
func restartedBy(e *model.Execution) string {
	user, last := "", int64(-1)
	for _, s := range e.Stages {
		details := model.Object(s.Context, "restartDetails")
		if at, ok := model.Int(details, "restartTime"); ok && at > last {
			user, last = model.String(details, "restartedBy"), at
		}
	}
	return user
}

// awaitParents waits, for a few seconds at most, until the executions above a
// restarted one have been told, so that whoever asked for the restart finds all of
// them waiting.
func (s *Service) awaitParents(ctx context.Context, e *model.Execution) {
	ctx, cancel := context.WithTimeout(ctx, s.awaitTime)
	defer cancel()
	for e.Trigger.ParentStageID() != "" {
		id := e.Trigger.ParentExecutionID()
		told := s.poll(ctx, func() (bool, error) {
			_, signals, err := s.store.Signals(ctx, id)
			if isNotFound(err) {
				return true, nil
			}
			return !slices.ContainsFunc(signals, func(o store.Signal) bool { return o.Kind == signalChild }), err
		})
		if !told {
			return
		}
		parent, err := s.Get(ctx, id)
		if err != nil {
			return
		}
		e = parent
	}
}

// poll looks, at growing intervals, until what is waited for has come to be; false
// if the context ends before.
func (s *Service) poll(ctx context.Context, look func() (bool, error)) bool {
	for pause := time.Millisecond; ; pause = min(2*pause, 50*time.Millisecond) {
		if done, err := look(); err == nil && done {
			return true
		}
		timer := time.NewTimer(pause)
		select {
		case <-ctx.Done():
			timer.Stop()
			return false
		case <-timer.C:
		}
	}
}
