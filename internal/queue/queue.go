package queue

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	riverqueue "github.com/riverqueue/river"

	"github.com/gennaker/gennaker/internal/store"
)

// ErrLost says that a job is no longer running under this attempt: it was
// given to another worker because its process seemed dead. What was done under
// it must not be committed.
var ErrLost = errors.New("queue: the job was lost to another worker")

// Job is one attempt at an execution's work.
type Job struct {
	ID int64
	// Attempt counts from 1 and is the fencing token.
	Attempt     int
	ExecutionID string
	// Lost is how many processes died while they had the job, as far as it is
	// known: it is told of suspects only.
	Lost int
	// Poison says that it is as many as are allowed: the handler should end the
	// execution without doing what it was doing.
	Poison bool

	slot *slot
}

// Handler works on an execution. It returns nil after it has completed the job
// in a transaction of its own with [Queue.Complete]. After an error the job is
// tried again: after 1s, 2s, 5s and so on up to a minute, for as long as it
// takes; [ErrLost] is left alone. When ctx ends, the handler should return its
// error: the job is then free for another process at once.
type Handler func(ctx context.Context, job Job) error

// Options are the choices there are about a queue.
type Options struct {
	// Workers is how many handlers work at the same time; 64 if 0.
	Workers int
	// Handlers is how many there are at the same time, with those that only wait
	// (see [Job.Leave]); 4096 if 0, and at least Workers.
	Handlers int
	// PoisonAfter is how many processes may die while they have a job before
	// it is [Job.Poison]; 3 if 0.
	PoisonAfter int
	// TrialAfter is how long no process must have died before a job is worked on
	// with which several did, and CondemnAfter before it counts as Poison; 5s and
	// 10s if 0.
	TrialAfter, CondemnAfter time.Duration
	// Handler does the work; nil for a process that only enqueues.
	Handler Handler
	// Jobs are worked on beside; nil for none. They need a Handler.
	Jobs   *Jobs
	Logger *slog.Logger
	// ProcessID names this process among all that share the database; made up
	// if "".
	ProcessID string
	// DrainTimeout is how long Run waits for running handlers after its
	// context has ended, before it cancels theirs; 20s if 0.
	DrainTimeout time.Duration
	// Now is the clock of the times that Enqueue is given; time.Now if nil.
	Now func() time.Time
	// PollInterval is how often jobs are looked for without being told of any;
	// 10s if 0.
	PollInterval time.Duration
	// BeatInterval is how often the process notes that it is alive, and DeadAfter
	// how long it must not have done so to count as dead; 5s and 15s if 0.
	// PostgreSQL only: on SQLite there is one process.
	BeatInterval, DeadAfter time.Duration
}

func (o Options) withDefaults() Options {
	if o.Workers <= 0 {
		o.Workers = 64
	}
	if o.Handlers <= 0 {
		o.Handlers = 4096
	}
	o.Handlers = max(o.Handlers, o.Workers)
	if o.TrialAfter <= 0 {
		o.TrialAfter = 5 * time.Second
	}
	if o.CondemnAfter <= 0 {
		o.CondemnAfter = 10 * time.Second
	}
	if o.PoisonAfter <= 0 {
		o.PoisonAfter = 3
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.ProcessID == "" {
		host, _ := os.Hostname()
		o.ProcessID = fmt.Sprintf("%.40s-%s", host, uuid.NewString())
	}
	if o.DrainTimeout <= 0 {
		o.DrainTimeout = 20 * time.Second
	}
	if o.PollInterval <= 0 {
		o.PollInterval = 10 * time.Second
	}
	if o.BeatInterval <= 0 {
		o.BeatInterval = 5 * time.Second
	}
	if o.DeadAfter <= 0 {
		o.DeadAfter = 3 * o.BeatInterval
	}
	return o
}

// Queue hands executions to workers. Its methods are safe for concurrent use.
type Queue struct {
	st    *store.Store
	opts  Options
	log   *slog.Logger
	river river // nil if this process only enqueues
	alarm *alarm
	ids   idSource
	bell  *bell
	// jobsBell rings for River's default queue, and insertMany puts jobs into it.
	jobsBell   *bell
	insertMany func(ctx context.Context, tx *store.Tx, jobs []riverqueue.InsertManyParams) error
	periodic   []*periodic
	companions []Companion
	bells      map[string]*bell // of companions, by name
	running    atomic.Bool
	held       held
	// doubt is told of each fetch that has failed.
	doubt chan struct{}
	pulse pulse
	clock stepClock
	// stepped says that jobs have to be made due, as the clock was set back.
	stepped atomic.Bool
	slots   *slots
	trial   *trial
	// suspects says that there may be some in the database.
	suspects atomic.Bool
	backoff  func(attempt int) time.Duration
	// stopped is closed when handlers that are left are cancelled.
	stopped chan struct{}
	// ended holds the jobs whose deletion this process has committed while
	// their handler runs, by id.
	ended sync.Map
}

// river is what is used of a River client, whatever its database.
type river interface {
	Start(ctx context.Context) error
	Stop(ctx context.Context) error
	StopAndCancel(ctx context.Context) error
}

// New brings River's schema up to date and returns a queue on the store.
// Nothing is worked on before Run.
func New(ctx context.Context, st *store.Store, opts Options) (*Queue, error) {
	q := &Queue{st: st, opts: opts.withDefaults(), stopped: make(chan struct{}),
		doubt: make(chan struct{}, 1), held: held{jobs: map[int64]int{}}}
	q.log = q.opts.Logger
	q.bell = newBell(queueName, q.opts.ProcessID, q.log)
	q.jobsBell = newBell(riverqueue.QueueDefault, q.opts.ProcessID, q.log)
	q.alarm = newAlarm(q.bell.ringHere)
	q.backoff = backoff
	q.slots = &slots{ring: q.bell.ringHere, total: q.opts.Workers, free: q.opts.Workers}
	q.trial = &trial{ring: q.bell.ringHere}
	if err := q.open(ctx); err != nil {
		return nil, fmt.Errorf("open queue: %w", err)
	}
	return q, nil
}

// ProcessID is the name of this process among all that share the database.
func (q *Queue) ProcessID() string { return q.opts.ProcessID }

// Run works on jobs until ctx ends. Then it takes no more, waits for the
// running handlers up to the drain timeout, cancels those that are left, and
// returns. It can be called once.
func (q *Queue) Run(ctx context.Context) error {
	if !q.running.CompareAndSwap(false, true) {
		return errors.New("queue: Run is called twice")
	}
	if q.river == nil && len(q.periodic)+len(q.companions) == 0 {
		<-ctx.Done()
		return nil
	}
	lasting := context.WithoutCancel(ctx)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if err := q.join(ctx); err != nil {
		return err
	}
	beating, stopBeating := context.WithCancel(lasting)
	var beats, work sync.WaitGroup
	beats.Go(func() { q.watch(beating) })
	if q.river != nil || len(q.companions) > 0 {
		work.Go(func() { q.st.Listen(ctx, jobsChannel, q.ringHere, q.hear) })
	}
	for _, p := range q.periodic {
		work.Go(func() { q.runPeriodic(ctx, p) })
	}
	for _, c := range q.companions {
		work.Go(func() { c.Run(ctx) })
	}
	err := q.work(ctx)
	cancel()
	work.Wait()
	// The process counts as alive for as long as anything of it runs.
	stopBeating()
	beats.Wait()
	q.endProcess(lasting)
	return err
}

// work has River run handlers until ctx ends.
func (q *Queue) work(ctx context.Context) error {
	if q.river == nil {
		<-ctx.Done()
		return nil
	}
	// River cancels its workers at once when this context ends; the graceful
	// way is Stop.
	if err := q.river.Start(context.WithoutCancel(ctx)); err != nil {
		return fmt.Errorf("start queue: %w", err)
	}
	<-ctx.Done()
	q.alarm.stop()
	return q.drain(context.WithoutCancel(ctx))
}

func (q *Queue) drain(ctx context.Context) error {
	soft, cancel := context.WithTimeout(ctx, q.opts.DrainTimeout)
	defer cancel()
	err := q.river.Stop(soft)
	if err == nil {
		return nil
	}
	if !errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("stop queue: %w", err)
	}
	q.log.WarnContext(ctx, "handlers are still running; cancelling them", "after", q.opts.DrainTimeout)
	close(q.stopped)
	hard, cancelHard := context.WithTimeout(ctx, 10*time.Second)
	defer cancelHard()
	if err := q.river.StopAndCancel(hard); err != nil {
		return fmt.Errorf("stop queue: handlers go on after they were cancelled: %w", err)
	}
	return nil
}
