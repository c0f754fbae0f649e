// Package registry looks for what is pushed to container registries and Helm chart
// repositories, and makes events of it, by which pipelines start.
//
// For each account there is a resource ([resource.Kind] "registry"), whose reconciler looks
// at the repositories that triggers wait for. What was seen is kept in the database: of each
// tag the digest. A tag that is new, or that has another digest, is an event; what is there
// at the first look is none, as in Igor. Registries tell of pushes too, but nothing of that
// is believed: it makes the reconciler look at once, and ask the registry. So each push is
// one event, by whatever way it became known, and nobody can forge one.
package registry

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/gennaker/gennaker/internal/artifact"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/resource"
	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/trigger"
	"github.com/gennaker/gennaker/internal/trigger/eventlog"
)

// ResourceKind is the kind of the resources that tell how the sources of events are.
const ResourceKind = "registry"

// Sources are the accounts; an [artifact.Service] has them.
type Sources interface {
	Sources() []artifact.Source
}

// Events receives events, and knows what triggers wait for; an [eventlog.Log] does.
type Events interface {
	Receive(ctx context.Context, e *trigger.Event) (eventlog.Received, error)
	Keys(ctx context.Context, prefix string) ([]string, error)
	TriggersOf(ctx context.Context, key string) ([]model.Trigger, error)
}

// Options are what a Service is made of. Store, Resources, Sources and Events are required.
type Options struct {
	Config    Config
	Store     *store.Store
	Resources *resource.Service
	Sources   Sources
	Events    Events
	// Refresh has the accounts be those that are stored now: another process may have
	// changed them. It may be nil.
	Refresh func(ctx context.Context) error
	// Confirm opens a URL of Amazon SNS, so that it sends notifications; nil if nobody
	// can.
	Confirm func(ctx context.Context, url string) error
	Now     func() time.Time
	Logger  *slog.Logger
}

// Service looks for what is pushed. It is safe for concurrent use.
type Service struct {
	o   Options
	log *slog.Logger

	mu      sync.Mutex
	adopted *string // the accounts that have resources, as text; nil at first

	pace     pace
	catalogs catalogs
}

// New returns a service.
func New(o Options) *Service {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return &Service{o: o, log: o.Logger}
}

// The limits of one call of the reconciler.
const (
	// callTime bounds it, and budget is after how long it begins no further look.
	callTime = 4 * time.Minute
	budget   = time.Minute
	// lookTime bounds the look at one repository, and askTime one question.
	lookTime = 90 * time.Second
	askTime  = 20 * time.Second
	// firstRetry and lastRetry are the pauses while a registry can't be asked.
	firstRetry = 5 * time.Second
	lastRetry  = 2 * time.Minute
	// mostCalls is how many accounts a process looks at simultaneously.
	mostCalls = 8
)

// Kind is the kind of the sources' resources.
func (s *Service) Kind() resource.Kind {
	return resource.Kind{
		Name: ResourceKind, Reconciler: reconciler{s}, Every: s.o.Config.PollInterval, Timeout: callTime,
		FirstRetry: firstRetry, LongestRetry: lastRetry, Most: mostCalls,
	}
}

// nameOf is the name of a source's resource, and of the source in what is kept of it.
func nameOf(section, account string) string { return section + "/" + account }

// source finds an account; another process may have stored it a moment ago.
func (s *Service) source(ctx context.Context, name string) (artifact.Source, bool, error) {
	for attempt := range 2 {
		for _, one := range s.o.Sources.Sources() {
			if nameOf(one.Section, one.Account) == name {
				return one, true, nil
			}
		}
		if s.o.Refresh == nil || attempt > 0 {
			break
		}
		if err := s.o.Refresh(ctx); err != nil {
			return artifact.Source{}, false, err
		}
	}
	return artifact.Source{}, false, nil
}
