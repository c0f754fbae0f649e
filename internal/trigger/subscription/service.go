package subscription

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"

	"github.com/gennaker/gennaker/internal/pubsub"
	"github.com/gennaker/gennaker/internal/resource"
	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/trigger"
	"github.com/gennaker/gennaker/internal/trigger/eventlog"
	"github.com/gennaker/gennaker/internal/trigger/extract"
)

// Events receives events; an [eventlog.Log] is one.
type Events interface {
	Receive(ctx context.Context, e *trigger.Event) (eventlog.Received, error)
}

// Options are what a Service is made of. Events is required, and so are Store and Resources
// for the status of the subscriptions.
type Options struct {
	Sources   []pubsub.SourceConfig
	Secrets   pubsub.Secrets
	Events    Events
	Store     *store.Store
	Resources *resource.Service
	Now       func() time.Time
	Logger    *slog.Logger
}

// Service reads subscriptions.
type Service struct {
	o       Options
	readers []*reader
}

// New returns a service. A template that can't be read is an error.
func New(o Options) (*Service, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	s := &Service{o: o}
	for _, config := range o.Sources {
		template, err := extract.Read(config.TemplatePath)
		if err != nil {
			return nil, fmt.Errorf("read the template of the subscription %s (templatePath): %w", config.Name, err)
		}
		tries, err := lru.New[string, int](mostRemembered)
		if err != nil {
			return nil, err
		}
		r := &reader{
			config: config, template: template, events: o.Events, secrets: o.Secrets, now: o.Now, tries: tries,
			log: o.Logger.With("system", config.System, "subscription", config.Name), changed: func() {},
		}
		if o.Store != nil {
			r.healthy = o.Store.Check
		}
		s.readers = append(s.readers, r)
	}
	return s, nil
}

// mostRemembered is of how many messages it is remembered that they couldn't be stored.
const mostRemembered = 1000

// Named is a subscription as Gate lists it.
type Named struct {
	System string `json:"pubsubSystem"`
	Name   string `json:"subscriptionName"`
}

// List lists the subscriptions.
func (s *Service) List() []Named {
	out := make([]Named, 0, len(s.readers))
	for _, r := range s.readers {
		out = append(out, Named{r.config.System, r.config.Name})
	}
	return out
}

// Run reads all subscriptions until ctx ends.
func (s *Service) Run(ctx context.Context) error {
	for s.o.Resources != nil && ctx.Err() == nil {
		err := s.adopt(ctx)
		if err == nil {
			break
		}
		s.o.Logger.WarnContext(ctx, "can't note the subscriptions; trying again", "error", err)
		wait(ctx, firstPause)
	}
	var readers sync.WaitGroup
	for _, r := range s.readers {
		if s.o.Resources != nil {
			r.changed = func() { s.wake(ctx, r) }
		}
		readers.Go(func() { r.run(ctx) })
	}
	<-ctx.Done()
	readers.Wait()
	return nil
}

// adopt has a resource for each subscription of the configuration, and for no other.
func (s *Service) adopt(ctx context.Context) error {
	there, err := s.o.Resources.List(ctx, resource.Filter{Kind: ResourceKind})
	if err != nil {
		return fmt.Errorf("list the subscriptions: %w", err)
	}
	names := make([]string, 0, len(s.readers))
	err = s.o.Store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		tx.Repeatable()
		names = names[:0]
		for _, r := range s.readers {
			names = append(names, r.name())
			err := s.o.Resources.Put(ctx, tx, resource.Wanted{Kind: ResourceKind, Name: r.name(), Spec: r.spec()})
			if err != nil {
				return err
			}
		}
		for _, old := range there {
			if slices.Contains(names, old.Name) || !old.DeletionRequestedAt.IsZero() {
				continue
			}
			if err := s.o.Resources.Delete(ctx, tx, ResourceKind, old.Name); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("note the subscriptions: %w", err)
	}
	return nil
}

// wakeTime bounds noting that a subscription's state has changed.
const wakeTime = 10 * time.Second

// wake has the status of a subscription written soon.
func (s *Service) wake(ctx context.Context, r *reader) {
	ctx, cancel := context.WithTimeout(ctx, wakeTime)
	defer cancel()
	if err := s.o.Resources.Wake(ctx, ResourceKind, r.name()); err != nil && ctx.Err() == nil {
		r.log.DebugContext(ctx, "can't note the state of a subscription; it is noted later", "error", err)
	}
}
