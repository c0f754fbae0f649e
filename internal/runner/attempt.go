package runner

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/limit"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
)

const (
	// taskLimit bounds a single run of a task, as Orca's ack timeout of RunTask
	// does. Tasks that wait for longer answer RUNNING.
	taskLimit = 10 * time.Minute
	// stopLimit bounds a single call of a type's Cancel.
	stopLimit = time.Minute
	// keepLimit bounds storing the contents of the artifacts that a call brings.
	keepLimit = time.Minute
	// giveUpAfter is how long a call may go on after its context has ended
	// before its stage goes on without it.
	giveUpAfter = 800 * time.Millisecond
	// retryFor is how long a task that has no timeout of its own is tried again
	// after errors that may pass.
	retryFor = 5 * time.Minute
	// maxResult bounds what a task may add to its stage's context and outputs.
	maxResult = limit.Execution
)

// errUnwanted is why the context of a task ends that nobody wants to run on:
// its execution was cancelled, or its stage skipped.
var errUnwanted = errors.New("runner: the stage is to end")

// attempt is one call of what a stage type implements: a task's Run or
// OnTimeout, or the type's Cancel. All of them go through [Runner.perform].
type attempt struct {
	// what names the call, such as "task deployManifest".
	what string
	in   stage.Input
	// limit bounds the call's time.
	limit time.Duration
	// berth is leave to make it; nil for one that does not block, which is made
	// where the engine runs.
	berth *berth
	call  func(ctx context.Context) (stage.Result, error)
}

// overdue is the failure of a call that went on after its end.
type overdue struct {
	what  string
	limit time.Duration
}

func (e *overdue) Error() string {
	return fmt.Sprintf("%s did not end within %s and could not be stopped", e.what, e.limit)
}

// perform makes a call. It bounds its time and its answer, makes an error of a
// panic, and returns soon after ctx has ended even if the call does not.
func (r *Runner) perform(ctx context.Context, a attempt) (stage.Result, error) {
	result, err := r.call(ctx, a)
	if panicked, ok := errors.AsType[*stage.PanicError](err); ok {
		a.in.Log.Error("a stage's code panicked", "call", a.what, "panic", panicked.Value, "stack", string(panicked.Stack))
		err = &stage.Error{Type: "IllegalStateException", Message: fmt.Sprintf("%s met an internal error: %v", a.what, panicked.Value), Cause: err}
	}
	if result, err = r.keep(ctx, a, result, err); err != nil {
		return result, err
	}
	if tooLarge := checkResult(a.in, result); tooLarge != nil {
		return stage.Result{}, tooLarge
	}
	return result, err
}

// keep stores the large contents of the artifacts in a result elsewhere. What can't be
// stored stays in the result, unless it is too large. The call is over, so this isn't bound
// by what ended it.
func (r *Runner) keep(ctx context.Context, a attempt, result stage.Result, failure error) (stage.Result, error) {
	if r.Contents == nil {
		return result, failure
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), keepLimit)
	defer cancel()
	for _, values := range []*map[string]any{&result.Context, &result.Outputs} {
		kept, err := r.Contents.Keep(ctx, a.in.Execution.Application, *values)
		switch {
		case fault.KindOf(err) == fault.TooLarge:
			return stage.Result{}, errors.Join(failure, err)
		case err != nil:
			a.in.Log.Warn("the contents of artifacts stay in the execution, as they can't be stored", "call", a.what, "error", err)
		default:
			*values = kept
		}
	}
	return result, failure
}

func (r *Runner) call(ctx context.Context, a attempt) (result stage.Result, err error) {
	if a.berth == nil {
		err = stage.Safely(func() (err error) { result, err = a.call(ctx); return err })
		return result, err
	}
	if err := a.berth.wait(ctx); err != nil {
		return result, err
	}
	type answer struct {
		result stage.Result
		err    error
	}
	ctx, cancel := context.WithTimeout(ctx, a.limit)
	defer cancel()
	answers := make(chan answer, 1)
	go func() {
		defer a.berth.leave()
		var out answer
		out.err = stage.Safely(func() (err error) { out.result, err = a.call(ctx); return err })
		answers <- out
	}()
	select {
	case out := <-answers:
		return out.result, out.err
	case <-ctx.Done():
	}
	patience := time.NewTimer(giveUpAfter)
	defer patience.Stop()
	select {
	case out := <-answers:
		return out.result, out.err
	case <-patience.C:
	}
	n := a.berth.abandon()
	a.in.Log.Warn("a call did not end when it was told to; its stage goes on without it", "call", a.what, "reason", context.Cause(ctx), "suchCalls", n)
	return result, &overdue{a.what, a.limit}
}

// outcome is what a run of a task came to. again is the error after which the
// task is to be tried again.
func (r *run) outcome(ctx context.Context, in stage.Input, result stage.Result, err error) (out engine.Outcome, again error) {
	out = engine.Outcome{Status: result.Status, Context: result.Context, Outputs: result.Outputs, State: result.State, Noted: result.Noted}
	switch {
	case err == nil:
		if out.Status == "" {
			out.Status = model.Running
		}
	case errors.Is(context.Cause(ctx), errUnwanted):
		out.Status = model.Running // the error comes of its being stopped
	case stage.IsRetryable(err):
		in.Log.Info("a task is tried again", slog.Any("error", err))
		out.Status, out.Noted, again = model.Running, false, err
	default:
		out.Exception = exception(in, err)
	}
	return out, again
}

func exception(in stage.Input, err error) map[string]any {
	return engine.Exception(err, in.Task.Name, model.Millis(in.Now), false)
}

// persist gives a task up that has been tried again for too long. A task with a
// timeout of its own is tried until then.
func (r *run) persist(key engine.TaskKey, out engine.Outcome, again error) engine.Outcome {
	name := memoryKey(key)
	if again == nil {
		if _, failing := r.memory.Failing[name]; failing {
			delete(r.memory.Failing, name)
			r.memory.dirty = true
		}
		return out
	}
	now := r.Now()
	since, failing := r.memory.Failing[name]
	if !failing {
		if r.memory.Failing == nil {
			r.memory.Failing = map[string]int64{}
		}
		r.memory.Failing[name], r.memory.dirty = model.Millis(now), true
		return out
	}
	ref, ok := r.machine.Find(key)
	if !ok || now.Sub(time.UnixMilli(since)) < retryFor {
		return out
	}
	in := stage.Input{View: r.machine.View(ref.Stage), Task: ref.Task, Now: now, Log: r.Logger}
	if r.limit(ref, in).Timeout > 0 {
		return out
	}
	delete(r.memory.Failing, name)
	r.memory.dirty = true
	return engine.Outcome{Exception: exception(in, stage.Final("", fmt.Errorf("given up after %s: %w", retryFor, again)))}
}

// checkResult refuses what is too large to keep.
func checkResult(in stage.Input, result stage.Result) error {
	if err := result.State.Check(); err != nil {
		return err
	}
	left := model.Size(result.Context, model.Size(result.Outputs, maxResult))
	switch {
	case left < 0:
		return fault.New(fault.TooLarge, "the task's result is larger than the limit of a stage (%d MB): make it smaller, or store it elsewhere and pass on its location", maxResult>>20)
	case maxResult-left > largeResult && maxResult-left+in.Execution.Size() > limit.Execution:
		return fault.New(fault.TooLarge, "with the task's result, the execution would be larger than %d MB: make the result smaller, or store it elsewhere and pass on its location", limit.Execution>>20)
	}
	return nil
}

// largeResult is how many bytes a result may have that is taken without looking
// at the execution's size.
const largeResult = 64 << 10
