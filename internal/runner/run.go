package runner

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/execution"
	"github.com/gennaker/gennaker/internal/expression"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/queue"
	"github.com/gennaker/gennaker/internal/store"
)

// run is one turn of advancing an execution. One goroutine owns it; tasks that
// may block run in others and answer over results.
type run struct {
	*Runner
	job     queue.Job
	machine *engine.Machine
	memory  memory
	answers *answers
	wake    int64
	applied []int64 // signals carried out and not yet deleted

	// noted are the tasks that have said what they are about to do and have not
	// been run since, by stage and task id. A round of work that goes on after a
	// crash doesn't know of them.
	noted map[string]bool

	results  chan result
	gone     chan struct{} // closed when nobody reads results any more
	poke     chan struct{}
	inflight int
	// woken are the tasks beside the loop that run again at once if they answer
	// RUNNING, as a signal came in the meantime.
	woken map[engine.TaskKey]bool
	// flights end the tasks that are being run; stops are the stages whose
	// Cancel is being called.
	flights map[engine.TaskKey]context.CancelCauseFunc
	stops   map[string]bool
	stored  time.Time
	room    room
	untold  untold
}

// memory is what a runner must know of an execution beside Spinnaker's own
// fields. It is stored with the execution.
type memory struct {
	// Next is when a task is to be run again, in milliseconds since the epoch,
	// by stage and task id.
	Next map[string]int64 `json:"next,omitempty"`
	// Stop are stages that ended badly and have to stop what they started.
	Stop []string `json:"stop,omitempty"`
	// Stopping are those of them that could not yet.
	Stopping map[string]stopping `json:"stopping,omitempty"`
	// Failing is since when a task fails for reasons that may pass, in
	// milliseconds since the epoch, by stage and task id.
	Failing map[string]int64 `json:"failing,omitempty"`
	// Noted are tasks that have said what they are about to do, and that an orderly
	// end (a pause, the end of the process) has kept from doing it.
	Noted []string `json:"noted,omitempty"`
	// Wake is the wake counter that was seen last: if it has been raised
	// since, running tasks are run at once.
	Wake int64 `json:"wake,omitempty"`
	// Deferred is what is to be done before the execution begins.
	Deferred *execution.Deferred `json:"deferred,omitempty"`
	// Asked are the questions to other servers that stages wait for, by stage;
	// Answered are the stages that have answers in the store.
	Asked    map[string][]question `json:"asked,omitempty"`
	Answered []string              `json:"answered,omitempty"`

	dirty bool
}

// result is the outcome of something that ran beside the loop.
type result struct {
	key     engine.TaskKey
	outcome engine.Outcome
	// again is the error after which it is tried again; any error of a Cancel.
	again error
	// stopped is the stage whose Cancel was called; key is then unused.
	stopped string
}

func newRun(ctx context.Context, r *Runner, job queue.Job, loaded *store.Loaded) (*run, error) {
	gate := engine.GateOpen
	run := &run{
		Runner: r, job: job, wake: loaded.Wake, results: make(chan result), gone: make(chan struct{}), stored: r.Now(),
		noted: map[string]bool{}, woken: map[engine.TaskKey]bool{}, flights: map[engine.TaskKey]context.CancelCauseFunc{}, stops: map[string]bool{},
	}
	if len(loaded.Runtime) > 0 {
		if err := model.Unmarshal(loaded.Runtime, &run.memory); err != nil {
			return nil, fmt.Errorf("read what is remembered of execution %s: %w", job.ExecutionID, err)
		}
	}
	for _, name := range run.memory.Noted {
		run.noted[name] = true
	}
	if execution.Limited(loaded.Execution) || run.memory.Deferred != nil {
		gate = engine.GateAsk
	}
	run.machine = engine.NewMachine(loaded.Execution, r.Stages, r.Evaluator, gate)
	if !r.KeepEvaluatedTexts {
		run.machine.NoteTexts()
	}
	run.machine.SetRoom(func(context.Context) (int, error) { return run.makeRoom(ctx) })
	run.machine.SetStates(loadedStates(loaded.States))
	run.answers = &answers{run, map[string]map[expression.Question]savedAnswer{}, map[expression.Question]expression.Answer{}}
	run.machine.SetAnswers(run.answers)
	if run.memory.Asked == nil {
		run.memory.Asked = map[string][]question{}
	}
	if run.memory.Next == nil {
		run.memory.Next = map[string]int64{}
	}
	if loaded.Wake != run.memory.Wake {
		err := run.signals(ctx, loaded.Signals)
		return run, err
	}
	return run, nil
}

// loop advances the execution until nothing is left to do now.
func (r *run) loop(ctx context.Context) error {
	defer close(r.gone)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel() // tasks that are still being run work for nobody
	return r.advance(ctx)
}

func (r *run) advance(ctx context.Context) error {
	for {
		r.machine.Advance(r.Now())
		if more, err := r.answerQuestions(ctx); err != nil {
			return err
		} else if more {
			continue
		}
		if r.machine.WantsStart() {
			if over, err := r.begin(ctx); err != nil || over {
				return err
			}
			continue
		}
		if !r.isDraining() {
			if again, err := r.launch(ctx); err != nil {
				return err
			} else if again {
				continue
			}
		}
		if r.inflight == 0 {
			done, err := r.settle(ctx)
			if err != nil || done {
				return err
			}
			continue
		}
		if err := r.wait(ctx); err != nil {
			return err
		}
	}
}

// launch runs what is due: tasks that can't block at once, the others beside
// the loop. It tells whether the machine has something new to look at.
func (r *run) launch(ctx context.Context) (again bool, err error) {
	now := r.Now()
	var blocking []engine.TaskRef
	for _, ref := range r.machine.Runnable() {
		if r.memory.Next[memoryKey(ref.Key())] > model.Millis(now) {
			continue
		}
		if !r.machine.Prepare(ref) {
			r.memory.Next[memoryKey(ref.Key())], r.memory.dirty = model.Millis(now.Add(lookAgain)), true
			if more, err := r.answerQuestions(ctx); err != nil {
				return false, err
			} else if more {
				delete(r.memory.Next, memoryKey(ref.Key()))
				again = true
			}
			continue
		}
		if !r.inline(ref) {
			blocking = append(blocking, ref)
			continue
		}
		again = true
		out, failed := r.runInline(ctx, ref)
		r.apply(ref.Key(), out, failed)
	}
	if again {
		if now.Sub(r.stored) > storeEvery {
			err = r.flush(ctx)
		}
		return again, err
	}
	r.remember(r.machine.Peek())
	stops := r.dueStops()
	changes := r.machine.Dirty() || (len(stops) > 0 && r.memory.dirty)
	if len(r.memory.Noted) > 0 {
		// Whoever goes on after a crash must not take these for not begun.
		r.memory.Noted, r.memory.dirty, changes = nil, true, true
	}
	if len(blocking) == 0 && len(stops) == 0 {
		return false, nil
	}
	if changes {
		// What is started outside must be found in the store by whoever goes
		// on after a crash.
		if err := r.flush(ctx); err != nil {
			return false, err
		}
	}
	for _, ref := range blocking {
		r.start(ctx, ref)
	}
	r.stop(ctx, stops)
	return false, nil
}

// apply hands a task's outcome to the machine and notes when it is to be run
// again.
func (r *run) apply(key engine.TaskKey, out engine.Outcome, failed error) {
	now := r.Now()
	out = r.persist(key, out, failed)
	again := r.machine.Apply(key, out, now)
	name := memoryKey(key)
	if !again {
		delete(r.woken, key)
		if _, ok := r.memory.Next[name]; ok {
			delete(r.memory.Next, name)
			r.memory.dirty = true
		}
		return
	}
	if out.Noted && out.Status == model.Running {
		r.noted[name] = true
		delete(r.memory.Next, name)
		return
	}
	if r.woken[key] {
		// It may have looked before what it waits for happened.
		delete(r.woken, key)
		delete(r.memory.Next, name)
		return
	}
	r.memory.Next[name] = model.Millis(now.Add(r.backoff(key, now)))
	r.memory.dirty = true
}

// wait blocks until a task answers, a signal comes, or the process is to end.
func (r *run) wait(ctx context.Context) error {
	if err := r.flush(ctx); err != nil {
		return err
	}
	r.recall()
	r.shrink(ctx)
	clear(r.answers.executions)
	out, answered := r.idle(ctx)
	if err := r.job.Enter(ctx); err != nil {
		return err
	}
	if answered {
		r.take(out)
		return nil
	}
	return r.reload(ctx)
}

// idle waits without holding a worker. It tells whether something was answered;
// otherwise there may be a signal, or ctx has ended.
func (r *run) idle(ctx context.Context) (out result, answered bool) {
	r.job.Leave()
	defer r.watch.add(r.job.ExecutionID, waiter{r.wake, r.poke})() //nolint:contextcheck // it looks on behalf of all executions
	select {
	case <-ctx.Done():
	case out = <-r.results:
		// After its end, what it says is the cancelled context's doing.
		return out, ctx.Err() == nil
	case <-r.poke:
	}
	return out, false
}

// answer hands the loop the outcome of something, if it still listens.
func (r *run) answer(out result) {
	select {
	case r.results <- out:
	case <-r.gone:
	}
}

// take takes in the outcome of something that ran beside the loop.
func (r *run) take(out result) {
	r.inflight--
	if out.stopped != "" {
		r.stopped(out)
		return
	}
	delete(r.flights, out.key)
	r.apply(out.key, out.outcome, out.again)
}

// reload looks for signals that came since the last look.
func (r *run) reload(ctx context.Context) error {
	wake, signals, err := r.Store.Signals(ctx, r.job.ExecutionID)
	if err != nil {
		return err
	}
	if wake == r.wake {
		return nil
	}
	r.wake = wake
	r.forgetAnswers()
	return r.signals(ctx, signals)
}

// signals carries signals out, and has every running task run now, as a
// signal may be what it waits for.
func (r *run) signals(ctx context.Context, signals []store.Signal) error {
	if err := r.loadTexts(ctx, signals); err != nil {
		return err
	}
	for _, s := range signals {
		if slices.Contains(r.applied, s.ID) {
			continue
		}
		if err := execution.Apply(r.machine, s, r.Now()); err != nil {
			r.Logger.Warn("a signal could not be carried out", "execution", r.job.ExecutionID, "signal", s.Kind, "user", s.User, "error", err)
		}
		r.applied = append(r.applied, s.ID)
	}
	r.memory.Next, r.memory.Wake, r.memory.dirty = map[string]int64{}, r.wake, true
	for key := range r.flights {
		r.woken[key] = true
	}
	return nil
}

// askToStart starts an execution whose pipeline limits how many run, if its
// turn has come.
func (r *run) askToStart(ctx context.Context) (started bool, err error) {
	err = r.Store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		e := r.machine.Execution()
		if started, err = r.Executions.MayStart(ctx, tx, e); err != nil || !started {
			return err
		}
		if _, err := tx.LockExecution(ctx, e.ID); err != nil {
			return err
		}
		if err := r.Queue.Owns(ctx, tx, r.job); err != nil {
			return err
		}
		if e.Status == model.NotStarted {
			r.machine.Start(r.Now())
		}
		return r.write(ctx, tx, r.machine.Peek())
	})
	if err == nil && started {
		r.written(r.machine.Take())
	}
	return started, err
}

func memoryKey(key engine.TaskKey) string { return key.Stage + "/" + key.Task }

var errWoken = errors.New("runner: a signal came")
