package forward

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/outbox"
	"github.com/gennaker/gennaker/internal/pubsub"
)

// TopicKind is the kind of the messages to topics.
const TopicKind = "pubsub"

// Topics publish messages to the topics of message systems.
type Topics interface {
	List() []pubsub.PublisherConfig
	Publish(ctx context.Context, name string, m pubsub.Message) error
}

// allEvents are the names of the topics that get all events: those of Echo's publishers
// whose content is ALL.
func allEvents(topics Topics) (names []string) {
	if topics == nil {
		return nil
	}
	for _, p := range topics.List() {
		if p.AllEvents() {
			names = append(names, p.Name)
		}
	}
	return names
}

// publisher delivers events to topics.
type publisher struct{ *Forwarder }

// Deliver publishes an event, with the attributes that Echo's publishers give it.
func (p publisher) Deliver(ctx context.Context, m outbox.Message) error {
	event, err := eventOf(m)
	if err != nil {
		return err
	}
	if !slices.Contains(p.topics, event.Endpoint) {
		return outbox.Final(errors.New("the publisher is not in the configuration any more, or gets no events (pubsub)"))
	}
	return p.deliver(ctx, p.topicLines[event.Endpoint], event, func(e *model.Execution) error {
		body, err := p.body(endpoint{}, event, e) // as it is, in no wrapping
		if err != nil {
			return outbox.Final(fmt.Errorf("write the event: %w", err))
		}
		return p.options.Topics.Publish(ctx, event.Endpoint, pubsub.Message{ID: m.ID, Body: body, Attributes: attributes(event)})
	})
}

// attributes are those that Echo's publishers give an event.
func attributes(event happened) map[string]string {
	out := map[string]string{"rawType": event.Type, "application": event.Application}
	if parts := strings.Split(event.Type, ":"); len(parts) == 3 {
		out["source"], out["type"], out["status"] = parts[0], parts[1], parts[2]
	}
	if s := event.Stage; s != nil {
		out["name"], out["taskName"] = s.Name, s.Task
	}
	for name, value := range out {
		if value == "" {
			delete(out, name)
		}
	}
	return out
}
