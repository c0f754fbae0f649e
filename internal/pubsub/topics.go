package pubsub

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"

	"github.com/gennaker/gennaker/internal/fault"
)

// Topics publish messages to the topics of the configuration, each of which is connected to
// when it is first used. It is safe for concurrent use.
type Topics struct {
	all     []PublisherConfig
	secrets Secrets

	mu   sync.Mutex
	open map[string]*opened // by the names of the publishers
}

// opened is a topic that is connected to, or that somebody connects to.
type opened struct {
	mu        sync.Mutex
	publisher Publisher
}

// NewTopics returns the topics of a configuration.
func NewTopics(c Config, secrets Secrets) *Topics {
	return &Topics{all: c.Publishers(), secrets: secrets, open: map[string]*opened{}}
}

// List lists the topics.
func (t *Topics) List() []PublisherConfig { return t.all }

// Publish publishes a message to the topic of a name, in any letter case. A name that isn't
// known is a fault of kind Invalid.
func (t *Topics) Publish(ctx context.Context, name string, m Message) error {
	at := slices.IndexFunc(t.all, func(p PublisherConfig) bool { return strings.EqualFold(p.Name, name) })
	if at < 0 || name == "" {
		return fault.New(fault.Invalid, "publisherName: there is no publisher %q in this server's configuration (pubsub)", fault.Short(name))
	}
	publisher, err := t.publisher(ctx, t.all[at])
	if err == nil {
		err = publisher.Publish(ctx, m)
	}
	if err != nil && fault.WithoutUserinfo(err.Error()) != err.Error() {
		err = errors.New(fault.WithoutUserinfo(err.Error()))
	}
	return err
}

func (t *Topics) publisher(ctx context.Context, config PublisherConfig) (Publisher, error) {
	t.mu.Lock()
	one := t.open[config.Name]
	if one == nil {
		one = &opened{}
		t.open[config.Name] = one
	}
	t.mu.Unlock()
	one.mu.Lock() // so that only one connects
	defer one.mu.Unlock()
	if one.publisher != nil {
		return one.publisher, nil
	}
	publisher, err := config.Open(ctx, t.secrets)
	if err != nil {
		return nil, err
	}
	one.publisher = publisher
	return publisher, nil
}

// Close disconnects from all topics.
func (t *Topics) Close(ctx context.Context) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	var errs []error
	for _, one := range t.open {
		one.mu.Lock()
		if one.publisher != nil {
			errs = append(errs, one.publisher.Close(ctx))
		}
		one.mu.Unlock()
	}
	return errors.Join(errs...)
}
