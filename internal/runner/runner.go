// Package runner advances executions: it is the I/O around the engine's state
// machine, and the only writer of executions that run.
//
// Each execution has at most one job in the queue. A worker that gets the job
// loads the execution, carries out the signals that wait for it, makes every
// transition that is due, runs the tasks of parallel branches side by side and
// stores what changed, until all that is left waits for time or for the world.
// Then it gives the job up in the same transaction that sees the execution's
// wake counter unchanged, so that no signal is lost, and leaves a new one for
// the time of the next task, if there is one.
package runner

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/events"
	"github.com/gennaker/gennaker/internal/execution"
	"github.com/gennaker/gennaker/internal/limit"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/queue"
	"github.com/gennaker/gennaker/internal/stage"
	"github.com/gennaker/gennaker/internal/store"
)

// Observer is told of what happens to executions once it is stored. Its
// methods must not block.
type Observer interface {
	// Happened is called for each step of an execution's life.
	Happened(e *model.Execution, h engine.Happening)
	// Completed is called when an execution has ended.
	Completed(e *model.Execution)
}

// Options are what a Runner is made of. Store, Queue, Events, Executions and
// Stages are required.
type Options struct {
	Store      *store.Store
	Queue      *queue.Queue
	Events     *events.Bus
	Executions *execution.Service
	Stages     *stage.Registry
	Evaluator  engine.Evaluator
	// Asker answers what expressions ask of the outside.
	Asker execution.Asker
	// Contents keeps the large contents of artifacts; nil: they stay in executions.
	Contents execution.Contents
	Observer Observer
	// Followers make messages of what happens, which the Outbox takes; there are none,
	// and it is nil, if nobody outside listens.
	Followers []Follower
	Outbox    Outbox
	// Identity tells who a stage that comes after the given one runs as, and
	// whether that stage decides it: a judgment that hands the judge's rights
	// on. Where no stage decides, it is the execution's user.
	Identity func(earlier *model.Stage) (who *model.Authentication, decides bool)
	Now      func() time.Time
	Logger   *slog.Logger
	// Memory is what large executions share while they are advanced; without
	// bound where nil. It should not wait, as a worker does meanwhile.
	Memory *limit.Budget
	// MinBackoff is a lower bound on the time between runs of a task that works
	// for a cloud provider's account (both may be empty): Spinnaker's
	// tasks.global.backOffPeriod and its kin. None where nil.
	MinBackoff func(provider, account string) time.Duration
	// KeepEvaluatedTexts has a stage that is restarted keep the values that its
	// expressions had in its last run, as in Orca.
	KeepEvaluatedTexts bool
	// CallsPerDestination bounds how many calls of stages to one destination
	// (an account, a host) are under way at the same time; 64 if 0.
	CallsPerDestination int
	// HopelessAfter is how many times in a row advancing an execution may fail for a
	// reason that lies in the execution itself; 10 if 0, which takes about five
	// minutes with the queue's pauses.
	HopelessAfter int
}

// Runner advances executions. It is safe for concurrent use.
type Runner struct {
	Options

	mu    sync.Mutex
	pokes map[string]chan struct{}

	draining  chan struct{}
	drainOnce sync.Once

	asker  *asker
	berths *berths
	watch  *watch

	poisons  poisons
	failures failures
	// growing holds a place for each execution whose expressions become large.
	growing chan struct{}
}

// storeEvery bounds how long quick transitions are gathered before they are
// stored, so that watchers see them in time.
const storeEvery = 50 * time.Millisecond

// New returns a runner.
func New(o Options) *Runner {
	if o.Evaluator == nil {
		o.Evaluator = engine.Literal{}
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	if o.HopelessAfter == 0 {
		o.HopelessAfter = 10
	}
	if o.MinBackoff == nil {
		o.MinBackoff = func(string, string) time.Duration { return 0 }
	}
	return &Runner{
		Options: o, pokes: map[string]chan struct{}{}, draining: make(chan struct{}),
		asker: newAsker(o), berths: newBerths(o.CallsPerDestination), watch: newWatch(o.Store),
		growing: make(chan struct{}, growing),
	}
}

// Poke has an execution that is being advanced in this process look for
// signals at once.
func (r *Runner) Poke(executionID string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if c, ok := r.pokes[executionID]; ok {
		poke(c)
	}
}

// Drain makes executions stop at the next safe point: tasks that run are
// waited for, no new ones are started, and the executions' jobs stay in the
// queue for the next process.
func (r *Runner) Drain() {
	r.drainOnce.Do(func() {
		close(r.draining)
		r.asker.end()
	})
}

func (r *Runner) isDraining() bool {
	select {
	case <-r.draining:
		return true
	default:
		return false
	}
}

// Advance carries an execution as far as it goes now. It is the queue's
// handler.
func (r *Runner) Advance(ctx context.Context, job queue.Job) error {
	return r.judge(ctx, job, r.advance(ctx, job))
}

func (r *Runner) advance(ctx context.Context, job queue.Job) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = &stuckError{fmt.Errorf("advance execution %s: %v", job.ExecutionID, p)}
			r.Logger.ErrorContext(ctx, "the engine met a state it has no rule for; the execution is tried again", "execution", job.ExecutionID, "panic", p)
		}
	}()
	if job.Poison {
		return r.condemn(ctx, job)
	}
	loaded, release, err := r.load(ctx, job)
	if err == nil {
		defer release()
	}
	if errors.Is(err, store.ErrNotFound) {
		return r.giveUp(ctx, job) // it was deleted
	}
	if err != nil {
		return fmt.Errorf("load execution %s: %w", job.ExecutionID, err)
	}
	run, err := newRun(ctx, r, job, loaded)
	if err != nil {
		return err
	}
	poke := make(chan struct{}, 1)
	r.mu.Lock()
	r.pokes[job.ExecutionID] = poke
	r.mu.Unlock()
	defer func() {
		r.mu.Lock()
		if r.pokes[job.ExecutionID] == poke {
			delete(r.pokes, job.ExecutionID)
		}
		r.mu.Unlock()
	}()
	run.poke = poke
	defer run.freeRoom()
	// What runs outside must not be started again because the database was
	// away when its result came.
	err = run.loop(store.WithPatience(ctx))
	switch {
	case errors.Is(err, queue.ErrLost):
		// Another process has taken this one for dead and gone on without it.
		r.Logger.WarnContext(ctx, "execution was taken over by another process", "execution", job.ExecutionID)
		return nil
	case errors.Is(err, store.ErrNotFound):
		return r.giveUp(ctx, job)
	case err != nil:
		return fmt.Errorf("advance execution %s: %w", job.ExecutionID, err)
	}
	return nil
}

const (
	// smallExecution is how many bytes an execution may have that is advanced
	// whatever else is at work.
	smallExecution = 512 << 10
	// perByte is what an execution takes in memory for each byte of its
	// documents, with what evaluating and storing it take on top.
	perByte = 8
)

// load reads an execution. Of large ones only so many are in memory at the same
// time: an error has the queue try again later.
func (r *Runner) load(ctx context.Context, job queue.Job) (loaded *store.Loaded, release func(), err error) {
	id := job.ExecutionID
	loaded, err = r.Store.LoadForAdvanceWithin(ctx, id, smallExecution)
	large, ok := errors.AsType[*store.LargeError](err)
	if !ok {
		return loaded, func() {}, err
	}
	job.Leave() // waiting for memory is no work
	if release, err = r.Memory.Take(ctx, large.Bytes*perByte); err != nil {
		return nil, nil, err
	}
	if err := job.Enter(ctx); err != nil {
		release()
		return nil, nil, err
	}
	if loaded, err = r.Store.LoadForAdvance(ctx, id); err != nil {
		release()
	}
	return loaded, release, err
}

// giveUp completes the job of an execution that is gone.
func (r *Runner) giveUp(ctx context.Context, job queue.Job) error {
	err := r.Store.Write(ctx, func(ctx context.Context, tx *store.Tx) error { return r.Queue.Complete(ctx, tx, job) })
	if errors.Is(err, queue.ErrLost) {
		return nil
	}
	return err
}
