package resource

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime/debug"
	"slices"
	"time"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
)

// outcome is what a call has led to.
type outcome struct {
	// after is the resource as it is to be stored, gone that it is to go.
	after Resource
	gone  bool
	pause time.Duration
}

// attend calls the reconciler for a resource that this process has claimed, and stores
// what it has found. It is false if the claim may be left.
func (s *Service) attend(ctx context.Context, kind Kind, c *call) (settled bool) {
	log := s.log.With("kind", c.Kind, "name", c.Name)
	overdue := time.AfterFunc(kind.Timeout+patient, func() {
		log.WarnContext(ctx, "a reconciler doesn't end at its timeout; the resource waits for it", "timeout", kind.Timeout)
	})
	defer overdue.Stop()
	bounded, cancel := context.WithTimeout(ctx, kind.Timeout)
	result, gone, err := perform(bounded, kind.Reconciler, c.Resource)
	cancel()
	switch {
	case errors.Is(context.Cause(ctx), errLost):
		return true // whoever has it now tells how it is
	case ctx.Err() != nil && err != nil:
		return s.release(ctx, c)
	}
	o := judge(kind, c.Resource, result, gone, err, s.o.Now().UTC())
	if err != nil && c.Failures == 0 {
		log.WarnContext(ctx, "a resource can't be reconciled; trying again", "error", clean(err.Error()))
	}
	if panicked, ok := errors.AsType[*panicError](err); ok {
		log.ErrorContext(ctx, "a reconciler has panicked", "panic", clean(fmt.Sprint(panicked.cause)), "stack", string(panicked.stack))
	}
	if err := s.finish(context.WithoutCancel(ctx), c, o); err != nil {
		log.WarnContext(ctx, "can't store the state of a resource; it is reconciled again", "error", err)
		return false
	}
	return true
}

// panicError is a panic of a reconciler.
type panicError struct {
	cause any
	stack []byte
}

// Error tells the cause alone: where it was is for the log.
func (e *panicError) Error() string {
	return fmt.Sprintf("the reconciler has failed: panic: %v", e.cause)
}

// perform calls the reconciler once. A panic is an error.
func perform(ctx context.Context, reconciler Reconciler, r Resource) (result Result, gone bool, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			result, gone, err = Result{}, false, &panicError{cause, debug.Stack()}
		}
	}()
	if r.DeletionRequestedAt.IsZero() {
		result, err = reconciler.Reconcile(ctx, r)
		return result, false, err
	}
	finalizer, ok := reconciler.(Finalizer)
	if !ok {
		return Result{}, true, nil
	}
	result, err = finalizer.Finalize(ctx, r)
	return result, err == nil && result.RequeueAfter == 0, err
}

// judge makes of a reconciler's answer what is stored. It is pure.
func judge(kind Kind, r Resource, result Result, gone bool, err error, now time.Time) outcome {
	if gone {
		return outcome{gone: true}
	}
	after := r
	found := result.Conditions
	status, bad := encodedStatus(r.Status, result.Status)
	if problem := check(found); bad == nil && problem != "" {
		bad = errors.New(problem)
	}
	conditions := merge(r.Conditions, found, r.Generation, now)
	if bad == nil && len(conditions) >= MostConditions && !hasReady(conditions) || len(conditions) > MostConditions {
		bad = fmt.Errorf("there are more than %d conditions", MostConditions)
	}
	if bad != nil {
		err, found, conditions, status = errors.Join(bad, err), nil, r.Conditions, r.Status
	}
	if !hasReady(found) {
		conditions = merge(conditions, []Condition{readiness(r, err, bad)}, r.Generation, now)
	}
	after.Status, after.Conditions, after.ObservedGeneration = status, conditions, r.Generation
	after.Failures = 0
	pause := max(result.RequeueAfter, 0)
	if pause == 0 {
		pause = kind.Every
	}
	pause += rand.N(pause/10 + 1)
	if err != nil {
		after.Failures = min(r.Failures+1, 1_000_000)
		pause = kind.backoff(after.Failures)
	}
	return outcome{after: after, pause: pause}
}

func hasReady(conditions []Condition) bool {
	return slices.ContainsFunc(conditions, func(c Condition) bool { return c.Type == Ready })
}

// readiness is the condition Ready for a reconciler that doesn't give it.
func readiness(r Resource, err, bad error) Condition {
	c := Condition{Type: Ready, Status: False}
	switch {
	case bad != nil:
		c.Reason, c.Message = InvalidResult, "the reconciler's answer can't be stored: "+err.Error()
	case err == nil && !r.DeletionRequestedAt.IsZero():
		c.Reason, c.Message = "Deleting", "it is being removed"
	case err == nil:
		c.Status, c.Reason = True, Reconciled
	case errors.As(err, new(*panicError)):
		c.Reason, c.Message = Panicked, err.Error()
	case errors.Is(err, context.DeadlineExceeded):
		c.Reason, c.Message = TimedOut, err.Error()
	default:
		c.Reason, c.Message = ReconcileFailed, err.Error()
	}
	return c
}

// backoff is the pause after a number of errors in a row.
func (k Kind) backoff(failures int) time.Duration {
	pause := k.FirstRetry
	for range min(failures-1, 40) {
		if pause *= 2; pause >= k.LongestRetry {
			break
		}
	}
	pause = min(pause, k.LongestRetry)
	return pause - rand.N(pause/2+1)
}

// finish stores the outcome of a call and gives the resource up, unless another process
// has it by now. A wake since the call began has the resource looked at again at once.
func (s *Service) finish(ctx context.Context, c *call, o outcome) error {
	ctx, cancel := context.WithTimeout(ctx, databaseTime)
	defer cancel()
	if o.gone {
		return s.store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			tx.Repeatable()
			return s.remove(ctx, tx, c)
		})
	}
	conditions, err := model.Marshal(o.after.Conditions)
	if err != nil {
		return fmt.Errorf("write the conditions: %w", err)
	}
	before, err := model.Marshal(c.Conditions)
	if err != nil {
		return fmt.Errorf("write the conditions: %w", err)
	}
	changed := !bytes.Equal(before, conditions) || !bytes.Equal(c.Status, o.after.Status) || c.ObservedGeneration != o.after.ObservedGeneration
	return s.store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		tx.Repeatable()
		pause := max(o.pause.Milliseconds(), 1)
		n, err := tx.Exec(ctx, endClaim, o.after.Failures, c.wakes, pause, c.wakes, pause, c.Kind, c.Name, s.owner, c.fence)
		if err != nil || n == 0 || !changed {
			return err
		}
		if _, err := tx.Exec(ctx, writeStatus, string(o.after.Status), string(conditions), o.after.ObservedGeneration, c.Kind, c.Name); err != nil {
			return err
		}
		was, is := c.Condition(Ready), o.after.Condition(Ready)
		if s.o.OnReady == nil || was.Status == is.Status && was.Reason == is.Reason {
			return nil
		}
		return s.o.OnReady(ctx, tx, c.Resource, o.after)
	})
}

// remove has a resource go whose kind has cleaned up, or that has nothing to clean up. If
// it was wanted again meanwhile, it stays.
func (s *Service) remove(ctx context.Context, tx *store.Tx, c *call) error {
	now, err := s.lock(ctx, tx, c.Kind, c.Name)
	if err != nil {
		if fault.KindOf(err) == fault.NotFound {
			return nil
		}
		return err
	}
	if now.DeletionRequestedAt.IsZero() {
		_, err = tx.Exec(ctx, endClaim, 0, c.wakes, 1, c.wakes, 1, c.Kind, c.Name, s.owner, c.fence)
		return err
	}
	_, err = tx.Exec(ctx, deleteRow, c.Kind, c.Name, s.owner, c.fence)
	return err
}

// release gives a resource up that was not looked at to the end, as this process ends.
func (s *Service) release(ctx context.Context, c *call) (released bool) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), databaseTime)
	defer cancel()
	err := s.store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		tx.Repeatable()
		tx.OnCommit(s.ring)
		_, err := tx.Exec(ctx, endClaim, c.Failures, -1, 0, -1, 0, c.Kind, c.Name, s.owner, c.fence)
		return err
	})
	if err != nil {
		s.log.WarnContext(ctx, "can't give a resource up; others take it over", "kind", c.Kind, "name", c.Name, "error", err)
	}
	return err == nil
}
