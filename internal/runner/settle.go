package runner

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/execution"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
)

// flush stores what has changed, if this process still owns the execution.
func (r *run) flush(ctx context.Context) error {
	changes := r.machine.Peek()
	if !r.machine.Dirty() && !r.memory.dirty && len(changes.Stopped) == 0 && len(r.applied) == 0 {
		return nil
	}
	r.remember(changes)
	err := r.Store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if !ends(changes) {
			tx.Repeatable()
		}
		if _, err := r.lock(ctx, tx, changes); err != nil {
			return err
		}
		if err := r.Queue.Owns(ctx, tx, r.job); err != nil {
			return err
		}
		if err := r.write(ctx, tx, changes); err != nil {
			return err
		}
		return r.tellEnd(ctx, tx, changes)
	})
	if err != nil {
		return err
	}
	r.written(r.machine.Take())
	return nil
}

// settle stores what has changed and gives the job up, leaving one for the
// next task's time. It tells whether it did: if a signal came in the meantime,
// it has only taken that in.
func (r *run) settle(ctx context.Context) (done bool, err error) {
	changes := r.machine.Peek()
	r.remember(changes)
	if len(r.dueStops()) > 0 && !r.isDraining() {
		return false, nil // the loop has stages to stop first
	}
	if len(r.noted) > 0 {
		r.memory.Noted, r.memory.dirty = slices.Sorted(maps.Keys(r.noted)), true
	}
	err = r.Store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		state, err := r.lock(ctx, tx, changes)
		if err != nil {
			return err
		}
		if state.Wake != r.wake {
			return errWoken
		}
		if err := r.Queue.Complete(ctx, tx, r.job); err != nil {
			return err
		}
		if err := r.write(ctx, tx, changes); err != nil {
			return err
		}
		return r.leave(ctx, tx, changes)
	})
	if errors.Is(err, errWoken) {
		return false, r.reload(ctx)
	}
	if err != nil {
		return false, err
	}
	r.written(r.machine.Take())
	return true, nil
}

// rest gives the job up for an execution that waits for others: it is woken
// when one of them ends.
func (r *run) rest(ctx context.Context) error {
	changes := r.machine.Peek()
	e := r.machine.Execution()
	err := r.Store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		// The pipeline is locked and looked at again, so that an execution
		// that ends right now either is seen or sees this one wait.
		if ok, err := r.Executions.MayStart(ctx, tx, e); err != nil || ok {
			return errors.Join(err, errWokenIf(ok))
		}
		state, err := tx.LockExecution(ctx, e.ID)
		if err != nil {
			return err
		}
		if state.Wake != r.wake {
			return errWoken
		}
		if err := r.Queue.Complete(ctx, tx, r.job); err != nil {
			return err
		}
		if err := tx.SetQueued(ctx, e.ID, true); err != nil {
			return err
		}
		if err := r.write(ctx, tx, changes); err != nil {
			return err
		}
		return tx.SetJob(ctx, e.ID, 0)
	})
	if errors.Is(err, errWoken) {
		if err := r.reload(ctx); err != nil {
			return err
		}
		return r.advance(ctx)
	}
	if err != nil {
		return err
	}
	r.written(r.machine.Take())
	return nil
}

func errWokenIf(woken bool) error {
	if woken {
		return errWoken
	}
	return nil
}

// leave decides, in the settling transaction, what comes after: the execution
// has ended, or it has a next task's time, or it waits for a signal.
func (r *run) leave(ctx context.Context, tx *store.Tx, changes engine.Changes) error {
	e := r.machine.Execution()
	var job int64
	if at, ok := r.nextTime(); ok {
		var err error
		if job, err = r.Queue.Enqueue(ctx, tx, e.ID, at); err != nil {
			return err
		}
	}
	if err := tx.SetJob(ctx, e.ID, job); err != nil {
		return err
	}
	return r.tellEnd(ctx, tx, changes)
}

// lock locks the execution before its job, as whoever wakes it does. If it ends,
// its pipeline is locked before it, as by whoever starts the next.
func (r *run) lock(ctx context.Context, tx *store.Tx, changes engine.Changes) (store.WakeState, error) {
	e := r.machine.Execution()
	if ends(changes) && e.PipelineConfigID != "" {
		if err := tx.LockConfig(ctx, e.PipelineConfigID); err != nil {
			return store.WakeState{}, err
		}
	}
	return tx.LockExecution(ctx, e.ID)
}

// tellEnd tells those that wait for the execution of its end, in the transaction
// that stores it.
func (r *run) tellEnd(ctx context.Context, tx *store.Tx, changes engine.Changes) error {
	if !ends(changes) {
		return nil
	}
	return r.Executions.Ended(ctx, tx, r.machine.Execution())
}

// ends tells whether the changes hold the execution's end.
func ends(changes engine.Changes) bool {
	for _, h := range changes.Happened {
		if h.Stage == nil && h.Status.Complete() {
			return true
		}
	}
	return false
}

// nextTime is when the execution has to be looked at next without a signal;
// false where only a signal will do.
func (r *run) nextTime() (time.Time, bool) {
	next, ok := r.nextStop()
	if ok && next <= model.Millis(r.Now()) {
		return r.Now(), true
	}
	if r.machine.Execution().Status.Complete() {
		return time.UnixMilli(next), ok
	}
	for _, ref := range r.machine.Runnable() {
		at, ok := r.memory.Next[memoryKey(ref.Key())]
		if !ok {
			return r.Now(), true
		}
		if next == 0 || at < next {
			next = at
		}
	}
	if again, waits := r.looksAgain(); waits && (next == 0 || model.Millis(again) < next) {
		next = model.Millis(again)
	}
	if next == 0 {
		return time.Time{}, false
	}
	return time.UnixMilli(next), true
}

// remember adds the stages that have to be stopped to the memory.
func (r *run) remember(changes engine.Changes) {
	for _, id := range changes.Stopped {
		if r.stoppable(id) && !slices.Contains(r.memory.Stop, id) {
			r.memory.Stop = append(r.memory.Stop, id)
			r.memory.dirty = true
		}
	}
	r.machine.ForgetStopped()
}

// write puts the changes into a transaction and has the watchers told of them.
func (r *run) write(ctx context.Context, tx *store.Tx, changes engine.Changes) error {
	change := store.ExecutionChange{Stages: changes.Stages, RemovedStages: changes.Removed, States: storedStates(changes.States)}
	change.ForgottenTexts, change.Texts = r.storedTexts(changes)
	e := r.machine.Execution()
	if changes.Header {
		change.Header = e
	}
	if r.memory.dirty {
		text, err := model.Marshal(r.memory)
		if err != nil {
			return err
		}
		change.Runtime = text
	}
	if err := tx.SaveExecution(ctx, e.ID, change); err != nil {
		return err
	}
	if err := r.dropAnswers(ctx, tx, changes); err != nil {
		return err
	}
	if len(r.applied) > 0 {
		if err := tx.DeleteSignals(ctx, r.applied); err != nil {
			return err
		}
	}
	if changes.Restarted {
		if err := r.Executions.Restarted(ctx, tx, e); err != nil {
			return err
		}
	}
	if err := r.tellFollowers(ctx, tx, changes); err != nil {
		return err
	}
	return r.Events.Publish(ctx, tx, execution.Event(e))
}

// written takes note of a commit.
func (r *run) written(changes engine.Changes) {
	r.memory.dirty, r.applied, r.stored, r.untold = false, nil, r.Now(), untold{}
	r.droppedAnswers()
	e := r.machine.Execution()
	if ends(changes) {
		r.asker.forget(e.ID)
	}
	if r.Observer == nil {
		return
	}
	for _, h := range changes.Happened {
		r.Observer.Happened(e, h)
	}
	if ends(changes) {
		r.Observer.Completed(e)
	}
}
