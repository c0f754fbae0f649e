package runner

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
)

// inline tells whether a task is run where the engine runs.
func (r *run) inline(ref engine.TaskRef) bool {
	task, ok := r.Stages.Task(ref.Stage, ref.Task.ImplementingClass)
	if !ok {
		return true // its failure is
	}
	_, ok = task.(stage.Inline)
	return ok
}

// runInline runs a task that neither blocks nor changes anything outside.
func (r *run) runInline(ctx context.Context, ref engine.TaskRef) engine.Outcome {
	in := stage.Input{View: r.machine.View(ref.Stage), Task: ref.Task, Now: r.Now(), Log: r.Logger}
	return r.perform(ctx, ref, in)
}

// start runs a task beside the loop, on a snapshot.
func (r *run) start(ctx context.Context, ref engine.TaskRef) {
	view, task := r.machine.Snapshot(ref)
	r.identify(view)
	in := stage.Input{
		View: view, Task: task, Now: r.Now(), Noted: r.noted[memoryKey(ref.Key())],
		Log: r.Logger.With("execution", r.job.ExecutionID, "stage", ref.Stage.RefID, "task", ref.Task.Name),
	}
	delete(r.noted, memoryKey(ref.Key()))
	snapshot := engine.TaskRef{Stage: view.Stage, Task: task}
	if message, late := r.machine.TimedOut(ref, r.limit(ref, in), in.Now); late {
		r.machine.Launched(ref.Key())
		r.inflight++
		go func() { r.answer(result{key: ref.Key(), outcome: r.timedOut(ctx, snapshot, in, message)}) }()
		return
	}
	r.machine.Launched(ref.Key())
	r.inflight++
	go func() {
		ctx, cancel := context.WithTimeout(ctx, taskLimit)
		defer cancel()
		r.answer(result{key: ref.Key(), outcome: r.perform(ctx, snapshot, in)})
	}()
}

// identify puts who a stage runs as into its snapshot: the nearest ancestor
// that decides does.
func (r *run) identify(view engine.View) {
	if r.Identity == nil {
		return
	}
	for _, earlier := range engine.Ancestors(view.Execution, view.Stage)[1:] {
		if who, decides := r.Identity(earlier); decides {
			if who != nil {
				view.Execution.Authentication = who
			}
			return
		}
	}
}

// perform runs a task and turns its answer into an outcome. A panic in a task
// is its failure, and not the process's.
func (r *run) perform(ctx context.Context, ref engine.TaskRef, in stage.Input) (out engine.Outcome) {
	now := model.Millis(in.Now)
	task, ok := r.Stages.Task(ref.Stage, ref.Task.ImplementingClass)
	if !ok {
		err := &stage.Error{Type: "NoSuchTaskException", Message: fmt.Sprintf("there is no implementation of task %s (%s) here", ref.Task.Name, ref.Task.ImplementingClass)}
		return engine.Outcome{Exception: engine.Exception(err, ref.Task.Name, now, false)}
	}
	defer func() {
		if p := recover(); p != nil {
			r.Logger.Error("a task panicked", "execution", r.job.ExecutionID, "task", ref.Task.ImplementingClass, "panic", p, "stack", string(debug.Stack()))
			err := &stage.Error{Type: "IllegalStateException", Message: fmt.Sprintf("task %s met an internal error: %v", ref.Task.Name, p)}
			out = engine.Outcome{Exception: engine.Exception(err, ref.Task.Name, now, false)}
		}
	}()
	if _, ok := task.(stage.Inline); ok {
		if message, late := r.machine.TimedOut(ref, limitOf(task, in), in.Now); late {
			return r.timedOut(ctx, ref, in, message)
		}
	}
	answer, err := task.Run(ctx, in)
	out = engine.Outcome{Status: answer.Status, Context: answer.Context, Outputs: answer.Outputs, State: answer.State, Noted: answer.Noted}
	if tooLarge := answer.State.Check(); tooLarge != nil && err == nil {
		err, out.State = tooLarge, nil
	}
	switch {
	case err == nil:
		if out.Status == "" {
			out.Status = model.Running
		}
	case stage.IsRetryable(err) || (errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil):
		in.Log.Info("a task is tried again", slog.Any("error", err))
		out.Status = model.Running
	default:
		out.Exception = engine.Exception(err, ref.Task.Name, now, false)
	}
	return out
}

// timedOut is the outcome of a task that has taken too long.
func (r *run) timedOut(ctx context.Context, ref engine.TaskRef, in stage.Input, message string) engine.Outcome {
	if task, ok := r.Stages.Task(ref.Stage, ref.Task.ImplementingClass); ok {
		if handler, ok := task.(stage.TimeoutHandler); ok {
			answer := handler.OnTimeout(ctx, in)
			if answer.Status == model.Terminal || answer.Status == model.FailedContinue {
				return engine.Outcome{Status: answer.Status, Context: answer.Context, Outputs: answer.Outputs, State: answer.State}
			}
		}
	}
	err := &stage.Error{Type: "TimeoutException", Message: message}
	return engine.Outcome{Timeout: true, Exception: engine.Exception(err, ref.Task.Name, model.Millis(in.Now), false)}
}

func (r *run) limit(ref engine.TaskRef, in stage.Input) engine.Limit {
	task, ok := r.Stages.Task(ref.Stage, ref.Task.ImplementingClass)
	if !ok {
		return engine.Limit{}
	}
	return limitOf(task, in)
}

func limitOf(task stage.Task, in stage.Input) engine.Limit {
	if timing, ok := task.(stage.TimingOut); ok {
		timeout, overridable := timing.Timeout(in)
		return engine.Limit{Timeout: timeout, Overridable: overridable}
	}
	return engine.Limit{}
}

// backoff is how long a task that answered RUNNING is left alone: its own
// backoff or a second, and no less than the stage and the installation say.
func (r *run) backoff(key engine.TaskKey, now time.Time) time.Duration {
	ref, ok := r.machine.Find(key)
	if !ok {
		return time.Second
	}
	pause := time.Second
	if task, ok := r.Stages.Task(ref.Stage, ref.Task.ImplementingClass); ok {
		if own, ok := task.(stage.BackingOff); ok {
			pause = own.Backoff(stage.Input{View: r.machine.View(ref.Stage), Task: ref.Task, Now: now, Log: r.Logger})
		}
	}
	if ms, ok := model.Int(ref.Stage.Context, "backoffPeriodMs"); ok {
		pause = max(pause, time.Duration(ms)*time.Millisecond)
	}
	account := model.String(ref.Stage.Context, "account")
	if account == "" {
		account = model.String(ref.Stage.Context, "credentials")
	}
	return max(pause, r.MinBackoff(model.String(ref.Stage.Context, "cloudProvider"), account), time.Millisecond)
}

// stoppable tells whether a stage's type wants to know that it ended badly. A
// stage that only pretended has started nothing.
func (r *run) stoppable(stageID string) bool {
	s := r.machine.Execution().StageByID(stageID)
	if s == nil || (len(s.Tasks) > 0 && s.Tasks[0].ImplementingClass == engine.DryRunClass) {
		return false
	}
	t, ok := r.Stages.For(s)
	return ok && t.Cancel != nil
}

// stopStages has the stages that ended badly stop what they started, one after
// another beside the loop.
func (r *run) stopStages(ctx context.Context) {
	if r.inflight > 0 {
		return // again when the tasks have answered
	}
	for _, id := range r.memory.Stop {
		s := r.machine.Execution().StageByID(id)
		var t *stage.Type
		if s != nil {
			t, _ = r.Stages.For(s)
		}
		r.inflight++
		if t == nil || t.Cancel == nil {
			go func() { r.answer(result{stopped: id}) }()
			continue
		}
		view, _ := r.machine.Snapshot(engine.TaskRef{Stage: s})
		in := stage.Input{View: view, Now: r.Now(), Log: r.Logger.With("execution", r.job.ExecutionID, "stage", s.RefID)}
		go func() {
			ctx, cancel := context.WithTimeout(ctx, time.Minute)
			defer cancel()
			answer, err := t.Cancel(ctx, in)
			if err != nil {
				in.Log.WarnContext(ctx, "a stage could not stop what it started", "type", t.Name, "error", err)
			}
			r.answer(result{stopped: id, outcome: engine.Outcome{Context: answer.Context, Outputs: answer.Outputs, State: answer.State}})
		}()
	}
}
