// Package schedule fires the cron triggers of stored pipelines, each tick once in the whole
// installation.
//
// Each enabled trigger has a row that says when it is due next. The row is written in the
// transaction that saves the pipeline ([Scheduler] follows the catalog). What is due is
// taken in a transaction that moves the row forward, if it is still due at the time that
// was seen, and hands the tick to [Ticks]: so a tick is taken and passed on at once or not
// at all, whatever number of processes there are and whichever of them die. Nothing waits
// for a single trigger: an index has the next one that is due, a timer per process rings
// for it, and a change of a pipeline rings all processes.
//
// Ticks that nobody could take in time are made up within a window, one for a trigger; what
// is older is left out, and the row says so.
package schedule

import (
	"context"
	"log/slog"
	"time"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/queue"
	"github.com/gennaker/gennaker/internal/store"
)

// Tick is a moment at which a trigger fires.
type Tick struct {
	PipelineID string
	// TriggerKey is the key of the trigger among those of the pipeline.
	TriggerKey string
	// Trigger tells which trigger of the pipeline it is, by the fields type, id,
	// cronExpression and timezone.
	Trigger map[string]any
	// Time is the moment that the expression names. Late says that it has passed for
	// longer than is usual.
	Time time.Time
	Late bool
	// Key is the same for the same tick, and no other has it.
	Key string
}

// Ticks takes ticks.
type Ticks interface {
	// Tick takes one, in the transaction that marks it as taken. It doesn't wait for
	// anything outside, and changes no pipelines. An error has the tick come again; so may
	// a clock that was set back, or a transaction that is run again.
	Tick(ctx context.Context, tx *store.Tx, t Tick) error
}

// Inheritance adds to pipelines the triggers that they inherit from templates.
type Inheritance interface {
	// Effective gives pipelines with their inherited triggers as they are now.
	Effective(ctx context.Context, pipelines []model.Pipeline) ([]model.Pipeline, error)
	// Stored gives one as the rows are made of it, in a transaction.
	Stored(ctx context.Context, tx *store.Tx, p model.Pipeline) (model.Pipeline, error)
}

// Options are what a Scheduler is made of. Store and Ticks are required.
type Options struct {
	Store *store.Store
	Ticks Ticks
	// Inheritance is nil if pipelines inherit no triggers.
	Inheritance Inheritance
	Config      Config
	// Now is the clock that triggers fire by, and After waits by it; the system's if nil.
	Now    func() time.Time
	After  func(time.Duration) <-chan time.Time
	Logger *slog.Logger
}

// Scheduler keeps the times of cron triggers, and fires them. It is safe for concurrent
// use.
type Scheduler struct {
	store    *store.Store
	ticks    Ticks
	inherits Inheritance
	policy   policy
	zone     string
	now      func() time.Time
	after    func(time.Duration) <-chan time.Time
	log      *slog.Logger
	ring     func()

	// work says that something may be due; the rest belongs to the loop.
	work chan struct{}
	// put off are the triggers whose ticks could not be handed on, and until when.
	putOff  map[rowKey]time.Time
	failing bool
	seen    time.Time
}

type rowKey struct{ pipeline, key string }

// New returns a scheduler; its error is about the configuration.
func New(o Options) (*Scheduler, error) {
	policy, zone, err := o.Config.policy()
	if err != nil {
		return nil, err
	}
	s := &Scheduler{
		store: o.Store, ticks: o.Ticks, inherits: o.Inheritance, policy: policy, zone: zone.String(), now: o.Now, after: o.After, log: o.Logger,
		ring: func() {}, work: make(chan struct{}, 1), putOff: map[rowKey]time.Time{},
	}
	if s.now == nil {
		s.now = time.Now
	}
	if s.after == nil {
		s.after = time.After
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	return s, nil
}

// bellName is the name under which processes tell each other of changed triggers.
const bellName = "schedules"

// Through has the scheduler tell other processes of changes by a queue, and fire triggers in
// this process if that is wanted: from [queue.Queue.Run] on.
func (s *Scheduler) Through(q *queue.Queue, fire bool) {
	if !fire {
		s.ring = q.Bell(bellName, nil)
		return
	}
	s.ring = q.Bell(bellName, s.look)
	q.Accompany(queue.Companion{Run: s.run, ClockSet: func(ctx context.Context) error {
		if err := s.Rebuild(ctx); err != nil {
			return err
		}
		s.look()
		return nil
	}})
}

// look has the loop look for what is due. It never blocks.
func (s *Scheduler) look() {
	select {
	case s.work <- struct{}{}:
	default: // someone has already, and it isn't seen to yet
	}
}
