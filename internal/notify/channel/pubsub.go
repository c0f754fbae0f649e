package channel

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/notify"
	"github.com/gennaker/gennaker/internal/pubsub"
)

// Topics publishes messages to topics by the names of the configuration.
type Topics interface {
	Publish(ctx context.Context, name string, m pubsub.Message) error
	List() []pubsub.PublisherConfig
}

// topicChannel is the channel pubsub.
type topicChannel struct {
	config pubsub.Config
	parts  Parts
}

func newTopicChannel(c pubsub.Config, parts Parts) *topicChannel { return &topicChannel{c, parts} }

type topicFields struct {
	PublisherName string `json:"publisherName" required:"true" doc:"Name of a publisher in this server's configuration (such as pubsub.google.publishers)."`
}

// Describe implements [Channel].
func (p *topicChannel) Describe() Description {
	d := Description{Type: "pubsub", Title: "Pub/Sub", Fields: fields[topicFields](), Pace: Pace{Burst: 50, Every: 20 * time.Millisecond}}
	if len(p.parts.Topics.List()) == 0 {
		google := p.config.Google
		d.Missing = missing("pubsub", "enabled", p.config.Enabled, "google.enabled", google.Enabled, "google.publishers", len(google.Publishers) > 0)
	}
	return d
}

// SendEvent implements [EventSender]: it publishes the event as Echo does, with what is
// known of it.
func (p *topicChannel) SendEvent(ctx context.Context, n Notice) error {
	e := n.Event
	content := object{"executionId": e.Execution.ID, "execution": object{
		"id": e.Execution.ID, "name": e.Execution.Name, "description": e.Execution.Description, "application": e.Application, "trigger": e.Execution.Trigger,
	}}
	attributes := map[string]string{
		"rawType": "orca:" + e.Kind + ":" + e.Phase, "source": "orca", "type": e.Kind, "status": e.Phase, "application": e.Application,
	}
	if e.Stage != nil {
		content["name"], content["stageId"] = e.StageName(), e.Stage.ID
		attributes["name"] = e.StageName()
	}
	return p.publish(ctx, model.String(n.Settings, "publisherName"), object{
		"details": object{
			"source": "orca", "type": attributes["rawType"], "application": e.Application, "created": strconv.FormatInt(p.parts.Now().UnixMilli(), 10),
		},
		"content": content,
	}, attributes)
}

// SendMessage implements [MessageSender].
func (p *topicChannel) SendMessage(ctx context.Context, m notify.Message) (any, error) {
	attributes := map[string]string{}
	if m.Source != nil {
		for name, value := range map[string]string{"application": m.Source.Application, "type": m.Source.ExecutionType} {
			if value != "" {
				attributes[name] = value
			}
		}
	}
	return nil, each(m.To, func(to string) error { return p.publish(ctx, to, m.Context, attributes) })
}

func (p *topicChannel) publish(ctx context.Context, name string, payload map[string]any, attributes map[string]string) error {
	text, err := model.Marshal(payload)
	if err != nil {
		return fmt.Errorf("write the message to Pub/Sub: %w", err)
	}
	return p.parts.Topics.Publish(ctx, name, pubsub.Message{Body: text, Attributes: attributes})
}
