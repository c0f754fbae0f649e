package pubsub

import (
	"context"
	"errors"
	"fmt"
	"time"

	servicebus "github.com/Azure/azure-sdk-for-go/sdk/messaging/azservicebus"
	"gocloud.dev/pubsub"
	"gocloud.dev/pubsub/azuresb"

	"github.com/gennaker/gennaker/internal/fault"
)

func (s AzureSubscription) where() string {
	if s.Queue != "" {
		return "queue " + s.Queue
	}
	return "subscription " + s.SubscriptionName + " of topic " + s.Topic
}

// client connects to the namespace. No error quotes the connection string.
func (c AzureConfig) client(ctx context.Context, secrets Secrets) (*servicebus.Client, error) {
	text, err := reveal(ctx, secrets, "azure.connectionString", c.ConnectionString)
	if err != nil {
		return nil, err
	}
	if text != "" {
		client, err := azuresb.NewClientFromConnectionString(text, nil)
		if err != nil {
			return nil, errors.New("pubsub.azure.connectionString: can't be used; copy it again from the namespace's shared access policies")
		}
		return client, nil
	}
	client, err := azuresb.NewClientFromServiceBusHostname(c.Namespace, nil)
	if err != nil {
		return nil, fmt.Errorf("connect to %s: %w", c.Namespace, err)
	}
	return client, nil
}

func (c AzureConfig) subscribe(ctx context.Context, s AzureSubscription, secrets Secrets) (Source, error) {
	client, err := c.client(ctx, secrets)
	if err != nil {
		return nil, err
	}
	receiver, err := func() (*servicebus.Receiver, error) {
		if s.Queue != "" {
			return client.NewReceiverForQueue(s.Queue, nil)
		}
		return azuresb.NewReceiver(client, s.Topic, s.SubscriptionName, nil)
	}()
	if err != nil {
		return nil, fmt.Errorf("open the %s: %w", s.where(), err)
	}
	subscription, err := azuresb.OpenSubscription(ctx, client, receiver, nil)
	if err != nil {
		return nil, fmt.Errorf("open the %s: %w", s.where(), err)
	}
	published := func(m *pubsub.Message) (id string, at time.Time) {
		var received *servicebus.ReceivedMessage
		if !m.As(&received) {
			return m.LoggableID, at
		}
		if id = received.MessageID; id == "" && received.SequenceNumber != nil {
			id = fmt.Sprint(*received.SequenceNumber)
		}
		if received.EnqueuedTime != nil {
			at = *received.EnqueuedTime
		}
		return id, at
	}
	return &cloudSource{subscription: subscription, where: s.where(), facts: published, close: client.Close}, nil
}

func (c AzureConfig) publish(ctx context.Context, p AzurePublisher, secrets Secrets) (Publisher, error) {
	client, err := c.client(ctx, secrets)
	if err != nil {
		return nil, err
	}
	sender, err := azuresb.NewSender(client, p.TopicName, nil)
	if err != nil {
		return nil, fmt.Errorf("open the topic %s: %w", p.TopicName, err)
	}
	topic, err := azuresb.OpenTopic(ctx, sender, nil)
	if err != nil {
		return nil, fmt.Errorf("open the topic %s: %w", p.TopicName, err)
	}
	return &cloudPublisher{topic: topic, where: p.TopicName, close: client.Close}, nil
}

// cloudSource is a subscription of the Go Cloud Development Kit.
type cloudSource struct {
	subscription *pubsub.Subscription
	where        string
	facts        func(m *pubsub.Message) (id string, published time.Time)
	close        func(context.Context) error
}

// Poll implements [Source].
func (s *cloudSource) Poll(ctx context.Context) ([]Delivery, error) {
	var out []Delivery
	wait := pollTime
	for len(out) < mostMessages {
		waiting, cancel := context.WithTimeout(ctx, wait)
		m, err := s.subscription.Receive(waiting)
		ended := waiting.Err() != nil
		cancel()
		switch {
		case ctx.Err() != nil || err != nil && ended:
			return out, ctx.Err()
		case err != nil && len(out) > 0:
			return out, nil // it is told by the next one
		case err != nil:
			return nil, fmt.Errorf("receive messages of the %s: %s", s.where, fault.WithoutUserinfo(err.Error()))
		}
		d := Delivery{
			Message: Message{Attributes: m.Metadata, Body: m.Body},
			Ack:     func(context.Context) error { m.Ack(); return nil },
		}
		d.ID, d.Published = s.facts(m)
		if m.Nackable() {
			d.Return = func(context.Context) error { m.Nack(); return nil }
		}
		out, wait = append(out, d), 5*time.Millisecond // for those that came with it
	}
	return out, nil
}

// Close implements [Source].
func (s *cloudSource) Close(ctx context.Context) error {
	return errors.Join(s.subscription.Shutdown(ctx), s.close(ctx))
}

// cloudPublisher is a topic of the Go Cloud Development Kit.
type cloudPublisher struct {
	topic *pubsub.Topic
	where string
	close func(context.Context) error
}

// Publish implements [Publisher].
func (p *cloudPublisher) Publish(ctx context.Context, m Message) error {
	if err := p.topic.Send(ctx, &pubsub.Message{Body: m.Body, Metadata: m.Attributes}); err != nil {
		return fmt.Errorf("publish to %s: %s", p.where, fault.WithoutUserinfo(err.Error()))
	}
	return nil
}

// Close implements [Publisher].
func (p *cloudPublisher) Close(ctx context.Context) error {
	return errors.Join(p.topic.Shutdown(ctx), p.close(ctx))
}
