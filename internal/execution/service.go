// Package execution starts executions and takes what people and other
// executions ask of them. It writes new executions and signals; a running
// execution is written by the runner alone.
package execution

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/events"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/queue"
	"github.com/gennaker/gennaker/internal/store"
)

// Service starts and steers executions. It is safe for concurrent use.
type Service struct {
	store     *store.Store
	queue     *queue.Queue
	events    *events.Bus
	types     StageTypes
	eval      engine.Evaluator
	ask       Asker
	templates Templates
	contents  Contents
	onWake    func(executionID string)
	now       func() time.Time
	log       *slog.Logger
	awaitTime time.Duration

	ignorePaused bool
	maxDepth     int
}

// Templates makes whole pipelines of those that are made from templates.
type Templates interface {
	// Templated reports whether a configuration is made from a template.
	Templated(config map[string]any) bool
	// Expand gives the whole pipeline. Its error is why there can't be one.
	Expand(ctx context.Context, config map[string]any) (map[string]any, error)
}

// Contents keeps the large contents of artifacts out of executions.
type Contents interface {
	// Keep stores those in what an execution of an application is to hold, and gives that
	// with references in their places. TakeOver does so for what other applications have
	// stored, and leaves the rest.
	Keep(ctx context.Context, application string, values map[string]any) (map[string]any, error)
	TakeOver(ctx context.Context, application string, values map[string]any) (map[string]any, error)
}

// Options are what a Service is made of. Store, Queue, Events and Types are
// required.
type Options struct {
	Store  *store.Store
	Queue  *queue.Queue
	Events *events.Bus
	Types  StageTypes
	// Evaluator evaluates expressions; none by default.
	Evaluator engine.Evaluator
	// Asker answers what expressions look up in the database when an execution
	// starts. Without it, the evaluator asks itself, and starts wait for it.
	Asker Asker
	// Templates makes whole pipelines of those that are made from templates;
	// without it, they can't be started.
	Templates Templates
	// Contents keeps the large contents of artifacts; without it, they stay in
	// executions.
	Contents Contents
	// OnWake is notified, after the commit, of each execution that was given
	// something to do, so that a runner in this process can look at once.
	OnWake func(executionID string)
	// MaxDepth is how many executions may start each other in a chain, the first
	// one included; defaultMaxDepth if 0.
	MaxDepth int
	// IgnorePaused lets executions start although paused ones of their pipeline
	// take up its limit, as in Orca.
	IgnorePaused bool
	Now          func() time.Time
	Logger       *slog.Logger
}

// New returns a service.
func New(o Options) *Service {
	s := &Service{
		store: o.Store, queue: o.Queue, events: o.Events, types: o.Types, eval: o.Evaluator, ask: o.Asker,
		templates: o.Templates, contents: o.Contents, onWake: o.OnWake, now: o.Now, log: o.Logger, awaitTime: 5 * time.Second,
		ignorePaused: o.IgnorePaused, maxDepth: o.MaxDepth,
	}
	if s.maxDepth == 0 {
		s.maxDepth = defaultMaxDepth
	}
	if s.eval == nil {
		s.eval = engine.Literal{}
	}
	if s.onWake == nil {
		s.onWake = func(string) {}
	}
	if s.now == nil {
		s.now = time.Now
	}
	if s.log == nil {
		s.log = slog.Default()
	}
	return s
}

// Get returns an execution; a fault of kind NotFound if there is none.
func (s *Service) Get(ctx context.Context, id string) (*model.Execution, error) {
	e, err := s.store.Execution(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return nil, fault.New(fault.NotFound, "Execution not found (id: %s)", id)
	}
	if err != nil {
		return nil, fmt.Errorf("load execution %s: %w", id, err)
	}
	return e, nil
}

// wake gives an execution's runner something to look at, in the caller's
// transaction: it raises the wake counter, and makes the execution's job
// available or enqueues one.
func (s *Service) wake(ctx context.Context, tx *store.Tx, id string) error {
	state, err := tx.BumpWake(ctx, id)
	if err != nil {
		return fmt.Errorf("wake execution %s: %w", id, err)
	}
	tx.OnCommit(func() { s.onWake(id) })
	if state.JobID != 0 {
		err = s.queue.Wake(ctx, tx, state.JobID)
		if err == nil {
			return nil
		}
		if !errors.Is(err, store.ErrNotFound) {
			return fmt.Errorf("wake the job of execution %s: %w", id, err)
		}
	}
	return s.enqueue(ctx, tx, id, time.Time{})
}

// enqueue gives an execution a job in the caller's transaction.
func (s *Service) enqueue(ctx context.Context, tx *store.Tx, id string, at time.Time) error {
	job, err := s.queue.Enqueue(ctx, tx, id, at)
	if err != nil {
		return fmt.Errorf("enqueue execution %s: %w", id, err)
	}
	return tx.SetJob(ctx, id, job)
}

// Event is the bus's notification of an execution's current state.
func Event(e *model.Execution) events.Event {
	return events.Event{
		ExecutionID: e.ID, Type: e.Type, Application: e.Application,
		ConfigID: e.PipelineConfigID, Status: e.Status,
	}
}
