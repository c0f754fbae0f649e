package execution

import (
	"context"
	"fmt"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
)

// MayStart tells, in a transaction that then marks the execution RUNNING,
// whether it may start now: fewer than the limit of its pipeline's executions
// run or are paused, and none that waits was there before it. The pipeline is
// locked until the transaction ends.
func (s *Service) MayStart(ctx context.Context, tx *store.Tx, e *model.Execution) (bool, error) {
	if err := tx.LockConfig(ctx, e.PipelineConfigID); err != nil {
		return false, err
	}
	running, err := tx.CountRunning(ctx, e.PipelineConfigID, e.ID)
	if err != nil {
		return false, err
	}
	if !s.ignorePaused {
		paused, err := tx.CountPaused(ctx, e.PipelineConfigID, e.ID)
		if err != nil {
			return false, err
		}
		running += paused
	}
	free := mostRunning(e) - running
	if free <= 0 {
		return false, nil
	}
	waiting, err := tx.Waiting(ctx, e.PipelineConfigID)
	if err != nil {
		return false, err
	}
	for i, w := range waiting {
		if w.ID == e.ID {
			return i < free, nil
		}
	}
	return true, nil
}

// Limited reports whether an execution may have to wait for others of its
// pipeline.
func Limited(e *model.Execution) bool {
	return e.Type == model.PipelineExecution && e.PipelineConfigID != "" &&
		(e.LimitConcurrent || e.MaxConcurrentExecutions > 0)
}

func mostRunning(e *model.Execution) int {
	if e.LimitConcurrent {
		return 1
	}
	return e.MaxConcurrentExecutions
}

// StartWaiting wakes what waited for an execution that has ended: the oldest,
// or, unless the pipeline keeps waiting executions, the newest, and all others
// are cancelled. Orca's StartWaitingExecutionsHandler.
func (s *Service) StartWaiting(ctx context.Context, tx *store.Tx, e *model.Execution) error {
	if e.PipelineConfigID == "" {
		return nil
	}
	if err := tx.LockConfig(ctx, e.PipelineConfigID); err != nil {
		return err
	}
	all, err := tx.Waiting(ctx, e.PipelineConfigID)
	if err != nil {
		return err
	}
	waiting := all[:0:0]
	for _, w := range all {
		if w.Queued && w.ID != e.ID {
			waiting = append(waiting, w)
		}
	}
	if !e.KeepWaitingPipelines && len(waiting) > 1 {
		for _, w := range waiting[:len(waiting)-1] {
			if err := s.cancelQueued(ctx, tx, w.ID); err != nil {
				return err
			}
		}
		waiting = waiting[len(waiting)-1:]
	}
	slots := max(1, mostRunning(e))
	for _, w := range waiting[:min(slots, len(waiting))] {
		if err := s.wake(ctx, tx, w.ID); err != nil {
			return err
		}
	}
	return nil
}

// cancelQueued cancels a waiting execution that a newer one takes the place of.
func (s *Service) cancelQueued(ctx context.Context, tx *store.Tx, id string) error {
	body, err := model.Marshal(payload{Reason: "Cancelled: a newer execution of this pipeline was waiting too, and the pipeline does not keep waiting executions"})
	if err != nil {
		return err
	}
	if _, err := tx.InsertSignal(ctx, store.Signal{
		ExecutionID: id, Kind: signalCancel, User: "spinnaker", Payload: body, CreatedAt: model.Millis(s.now()),
	}); err != nil {
		return fmt.Errorf("cancel waiting execution %s: %w", id, err)
	}
	// At once, or the ones that wait would be counted, and canceled again, whenever
	// one of them has ended.
	if err := tx.SetCanceled(ctx, id); err != nil {
		return err
	}
	return s.wake(ctx, tx, id)
}

// Ended is notified, in the transaction that stores it, of an execution that has
// ended: what waited for it and the execution that started it continue.
func (s *Service) Ended(ctx context.Context, tx *store.Tx, e *model.Execution) error {
	if err := s.StartWaiting(ctx, tx, e); err != nil {
		return fmt.Errorf("start what waited for execution %s: %w", e.ID, err)
	}
	parent := e.Trigger.ParentExecutionID()
	if parent == "" || e.Trigger.ParentStageID() == "" {
		return nil
	}
	// What can't be an id, as clients may write one into a trigger, names no one.
	if err := s.wake(ctx, tx, parent); err != nil && !isNotFound(err) && fault.KindOf(err) != fault.Invalid {
		return fmt.Errorf("wake parent execution %s: %w", parent, err)
	}
	return nil
}
