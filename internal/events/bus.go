// Package events tells whoever wants to know that executions have changed: the
// web's live updates, requests that wait for a result, the metrics. Events are
// hints: what they tell of is in the store, and one that a crash or a broken
// connection swallowed is made up for by looking there.
package events

import (
	"context"
	"log/slog"
	"sync"

	"github.com/google/uuid"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
)

// Event says that an execution was changed.
type Event struct {
	ExecutionID string              `json:"id"`
	Type        model.ExecutionType `json:"type,omitempty"`
	Application string              `json:"application,omitempty"`
	ConfigID    string              `json:"configId,omitempty"`
	Status      model.Status        `json:"status,omitempty"`
	Deleted     bool                `json:"deleted,omitempty"`
}

// Bus delivers events to the subscribers in this process and, on PostgreSQL,
// in the others. Its methods are safe for concurrent use.
type Bus struct {
	st  *store.Store
	log *slog.Logger
	id  string // tells our own notifications from other processes'

	mu   sync.RWMutex
	subs map[*Subscription]struct{}

	outbox outbox
}

// New returns a bus on the store; logger may be nil.
func New(st *store.Store, logger *slog.Logger) *Bus {
	if logger == nil {
		logger = slog.New(slog.DiscardHandler)
	}
	b := &Bus{st: st, log: logger, id: uuid.NewString()[:8], subs: map[*Subscription]struct{}{}}
	b.outbox.send = b.notify
	return b
}

// Publish has the event delivered when the transaction is committed, and never
// if it isn't.
func (b *Bus) Publish(_ context.Context, tx *store.Tx, e Event) error {
	tx.OnCommit(func() {
		b.deliver(e)
		if b.st.Postgres() != nil {
			b.outbox.add(e)
		}
	})
	return nil
}

// Flush waits until other processes are told of all that was published. It is called when
// nothing more is, before the store is closed.
func (b *Bus) Flush(ctx context.Context) error {
	told := make(chan struct{})
	go func() {
		b.outbox.sends.Wait()
		close(told)
	}()
	select {
	case <-told:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (b *Bus) deliver(e Event) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	for s := range b.subs {
		if s.filter == nil || s.filter(e) {
			s.push(e)
		}
	}
}

// Subscribe returns a subscription to the events that the filter takes; all if
// it is nil. The filter must be quick and must not call the bus.
func (b *Bus) Subscribe(filter func(Event) bool) *Subscription {
	s := &Subscription{
		bus: b, filter: filter, pending: map[string]Event{},
		out: make(chan Event), wake: make(chan struct{}, 1), done: make(chan struct{}),
	}
	b.mu.Lock()
	b.subs[s] = struct{}{}
	b.mu.Unlock()
	go s.pump()
	return s
}
