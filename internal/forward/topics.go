package forward

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/masking"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/outbox"
	"github.com/gennaker/gennaker/internal/pubsub"
	"github.com/gennaker/gennaker/internal/store"
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
	var event happened
	if err := json.Unmarshal(m.Payload, &event); err != nil {
		return outbox.Final(fmt.Errorf("read the event: %w", err))
	}
	if !slices.Contains(p.topics, event.Endpoint) {
		return outbox.Final(errors.New("the publisher is not in the configuration any more, or gets no events (pubsub)"))
	}
	sizes, err := p.options.Executions.ExecutionSizes(ctx, []string{event.ExecutionID})
	if err != nil {
		return err
	}
	release, err := p.options.Memory.Take(ctx, sizes[event.ExecutionID]*perByte)
	switch {
	case fault.KindOf(err) == fault.Unavailable:
		return outbox.Later(time.Second+rand.N(4*time.Second), err)
	case err != nil:
		return err
	}
	defer release()
	to := p.topicLines[event.Endpoint]
	if err := to.Enter(p.now()); err != nil {
		return err
	}
	began, err := time.Now(), errUnsent
	defer func() { to.Leave(ctx, time.Since(began), err) }()
	err = p.publish(ctx, m.ID, event)
	return err
}

func (p publisher) publish(ctx context.Context, id string, event happened) error {
	e, err := p.options.Executions.Execution(ctx, event.ExecutionID)
	switch {
	case errors.Is(err, store.ErrNotFound):
		e = nil // it was deleted
	case err != nil:
		return fmt.Errorf("read execution %s: %w", event.ExecutionID, err)
	default:
		e = masking.Execution(e)
	}
	body, err := model.Marshal(map[string]any{
		"details": details{
			Source: "orca", Type: event.Type, Created: strconv.FormatInt(event.Created, 10), Application: event.Application, RequestHeaders: map[string]string{},
		},
		"content": p.content(event, e), "eventId": event.EventID,
	})
	if err != nil {
		return outbox.Final(fmt.Errorf("write the event: %w", err))
	}
	return p.options.Topics.Publish(ctx, event.Endpoint, pubsub.Message{ID: id, Body: body, Attributes: attributes(event)})
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
