package runner

import (
	"context"
	"fmt"
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
	if sometimes, ok := task.(stage.SometimesInline); ok {
		return sometimes.InlineNow(stage.Input{View: r.machine.View(ref.Stage), Task: ref.Task, Now: r.Now(), Log: r.Logger})
	}
	_, ok = task.(stage.Inline)
	return ok
}

// runInline runs a task that neither blocks nor changes anything outside.
func (r *run) runInline(ctx context.Context, ref engine.TaskRef) (engine.Outcome, error) {
	in := stage.Input{View: r.machine.View(ref.Stage), Task: ref.Task, Now: r.Now(), Log: r.Logger}
	task, ok := r.Stages.Task(ref.Stage, ref.Task.ImplementingClass)
	if !ok {
		return engine.Outcome{Exception: exception(in, &stage.Error{
			Type:    "NoSuchTaskException",
			Message: fmt.Sprintf("there is no implementation of task %s (%s) here", ref.Task.Name, ref.Task.ImplementingClass),
		})}, nil
	}
	if message, late := r.late(ref, task, in); late {
		return r.timedOut(ctx, timeoutOf(task, in, nil), message), nil
	}
	answer, err := r.perform(ctx, runOf(task, in, nil))
	return r.outcome(ctx, in, answer, err)
}

// runOf is a run of a task.
func runOf(task stage.Task, in stage.Input, berth *berth) attempt {
	return attempt{
		what: "task " + in.Task.Name, in: in, limit: taskLimit, berth: berth,
		call: func(ctx context.Context) (stage.Result, error) { return task.Run(ctx, in) },
	}
}

// timeoutOf is a call of a task's OnTimeout; without a call if it has none.
func timeoutOf(task stage.Task, in stage.Input, berth *berth) attempt {
	a := attempt{what: "the end of task " + in.Task.Name, in: in, limit: stopLimit, berth: berth}
	if handler, ok := task.(stage.TimeoutHandler); ok {
		a.call = func(ctx context.Context) (stage.Result, error) { return handler.OnTimeout(ctx, in), nil }
	}
	return a
}

// start runs a task beside the loop, on a snapshot. If its destination has too
// many calls already, it comes again later.
func (r *run) start(ctx context.Context, ref engine.TaskRef) {
	key, name := ref.Key(), memoryKey(ref.Key())
	view, task := r.machine.Snapshot(ref)
	r.identify(view)
	view.Room = func(ctx context.Context) (int, error) { return r.roomFor(ctx, view.Execution) }
	in := stage.Input{
		View: view, Task: task, Now: r.Now(), Noted: r.noted[name],
		Log: r.Logger.With("execution", r.job.ExecutionID, "stage", ref.Stage.RefID, "task", ref.Task.Name),
	}
	implementation, _ := r.Stages.Task(ref.Stage, ref.Task.ImplementingClass)
	place := placeOf(implementation, ref.Task.ImplementingClass, in)
	message, late := r.late(ref, implementation, in)
	if late {
		place = "timeouts of " + place
	}
	berth, later := r.berths.book(place)
	if berth == nil {
		r.memory.Next[name], r.memory.dirty = model.Millis(in.Now.Add(later)), true
		return
	}
	delete(r.noted, name)
	r.machine.Launched(key)
	r.inflight++
	ctx, cancel := context.WithCancelCause(ctx)
	r.flights[key] = cancel
	go func() {
		defer cancel(nil)
		out := result{key: key}
		if late {
			out.outcome = r.timedOut(ctx, timeoutOf(implementation, in, berth), message)
		} else {
			answer, err := r.perform(ctx, runOf(implementation, in, berth))
			out.outcome, out.again = r.outcome(ctx, in, answer, err)
		}
		r.answer(out)
	}()
}

// missedAfter is how long after it was due a task may be run before it counts as
// one that could not be: its process had died, or all were down or overloaded.
const missedAfter = 10 * time.Second

// late tells whether a task has taken too long. One that could not be run when
// it was due is run once more first: that its time went by was not its doing.
func (r *run) late(ref engine.TaskRef, task stage.Task, in stage.Input) (message string, late bool) {
	message, late = r.machine.TimedOut(ref, limitOf(task, in), in.Now)
	if !late {
		return "", false
	}
	due, planned := r.memory.Next[memoryKey(ref.Key())]
	if !planned {
		due = ref.Task.StartTime
	}
	return message, in.Now.Sub(time.UnixMilli(due)) <= missedAfter
}

// recall ends the tasks that nobody wants to run on.
func (r *run) recall() {
	for key, cancel := range r.flights {
		if r.machine.Unwanted(key) {
			cancel(errUnwanted)
		}
	}
}

// placeOf is what a call goes to. Calls to one place share its berths.
func placeOf(task stage.Task, kind string, in stage.Input) string {
	if own, ok := task.(stage.Destined); ok {
		if place := own.Destination(in); place != "" {
			return place
		}
	}
	return kind + " " + accountOf(in.Stage)
}

func accountOf(s *model.Stage) string {
	if account := model.String(s.Context, "account"); account != "" {
		return account
	}
	return model.String(s.Context, "credentials")
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

// timedOut is the outcome of a task that has taken too long.
func (r *run) timedOut(ctx context.Context, a attempt, message string) engine.Outcome {
	if a.call != nil {
		answer, err := r.perform(ctx, a)
		if err != nil {
			a.in.Log.Warn("a task's own end of a timeout has failed", "error", err)
		} else if answer.Status == model.Terminal || answer.Status == model.FailedContinue {
			return engine.Outcome{Status: answer.Status, Context: answer.Context, Outputs: answer.Outputs, State: answer.State}
		}
	} else if a.berth != nil {
		a.berth.leave()
	}
	return engine.Outcome{Timeout: true, Exception: exception(a.in, &stage.Error{Type: "TimeoutException", Message: message})}
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
	return max(pause, r.MinBackoff(model.String(ref.Stage.Context, "cloudProvider"), accountOf(ref.Stage)), time.Millisecond)
}
