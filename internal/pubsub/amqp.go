package pubsub

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"sync"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"
)

// dial connects to the broker. The URL holds no credentials, so that errors may quote it.
func (c AMQPConfig) dial(ctx context.Context, secrets Secrets) (*amqp.Connection, error) {
	password, err := reveal(ctx, secrets, "amqp.password", c.Password)
	if err != nil {
		return nil, err
	}
	config := amqp.Config{
		SASL:      []amqp.Authentication{&amqp.PlainAuth{Username: cmp.Or(c.Username, "guest"), Password: cmp.Or(password, "guest")}},
		Heartbeat: 10 * time.Second, Dial: amqp.DefaultDial(connectTime), Properties: amqp.Table{"connection_name": "gennaker"},
	}
	if u, err := url.Parse(c.URL); err == nil && u.Scheme == "amqps" {
		if config.TLSClientConfig, err = tlsConfig(c.CAPath); err != nil {
			return nil, err
		}
	}
	conn, err := amqp.DialConfig(c.URL, config)
	if err != nil {
		return nil, fmt.Errorf("connect to %s: %w", c.URL, err)
	}
	return conn, nil
}

type amqpSource struct {
	conn       *amqp.Connection
	queue      string
	deliveries <-chan amqp.Delivery
	closed     <-chan *amqp.Error
}

func (c AMQPConfig) subscribe(ctx context.Context, s AMQPSubscription, secrets Secrets) (Source, error) {
	conn, err := c.dial(ctx, secrets)
	if err != nil {
		return nil, err
	}
	out := &amqpSource{conn: conn, queue: s.Queue}
	err = func() error {
		channel, err := conn.Channel()
		if err != nil {
			return err
		}
		if err := channel.Qos(mostMessages, 0, false); err != nil {
			return err
		}
		out.closed = channel.NotifyClose(make(chan *amqp.Error, 1))
		out.deliveries, err = channel.Consume(s.Queue, "", false, false, false, false, nil)
		return err
	}()
	if err != nil {
		_ = conn.Close()
		return nil, fmt.Errorf("read the queue %s: %w", s.Queue, err)
	}
	return out, nil
}

// Poll implements [Source].
func (s *amqpSource) Poll(ctx context.Context) ([]Delivery, error) {
	var out []Delivery
	timer := time.NewTimer(pollTime)
	defer timer.Stop()
	for len(out) < mostMessages {
		select {
		case <-ctx.Done():
			return out, ctx.Err()
		case <-timer.C:
			return out, nil
		case m, ok := <-s.deliveries:
			if !ok {
				return out, s.broken()
			}
			out = append(out, amqpDelivery(m))
			timer.Reset(time.Millisecond) // for those that came with it
		}
	}
	return out, nil
}

func (s *amqpSource) broken() error {
	select {
	case err := <-s.closed:
		if err != nil {
			return fmt.Errorf("read the queue %s: %w", s.queue, err)
		}
	default:
	}
	return fmt.Errorf("read the queue %s: the broker has closed the connection", s.queue)
}

func amqpDelivery(m amqp.Delivery) Delivery {
	attributes := map[string]string{}
	for name, value := range m.Headers {
		if text, ok := value.(string); ok {
			attributes[name] = text
		}
	}
	return Delivery{
		Message: Message{ID: m.MessageId, Attributes: attributes, Body: m.Body, Published: m.Timestamp},
		Ack:     func(context.Context) error { return m.Ack(false) },
		Return:  func(context.Context) error { return m.Nack(false, true) },
	}
}

// Close implements [Source].
func (s *amqpSource) Close(context.Context) error { return ignoreClosed(s.conn.Close()) }

func ignoreClosed(err error) error {
	if errors.Is(err, amqp.ErrClosed) {
		return nil
	}
	return err
}

type amqpPublisher struct {
	config  AMQPConfig
	to      AMQPPublisher
	secrets Secrets

	mu      sync.Mutex
	conn    *amqp.Connection
	channel *amqp.Channel
}

func (c AMQPConfig) publish(_ context.Context, p AMQPPublisher, secrets Secrets) (Publisher, error) {
	return &amqpPublisher{config: c, to: p, secrets: secrets}, nil
}

// open gives a channel whose messages the broker confirms; a broken one is made anew.
func (p *amqpPublisher) open(ctx context.Context) (*amqp.Channel, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.channel != nil && !p.channel.IsClosed() {
		return p.channel, nil
	}
	if p.conn != nil {
		_ = p.conn.Close()
		p.conn, p.channel = nil, nil
	}
	conn, err := p.config.dial(ctx, p.secrets)
	if err != nil {
		return nil, err
	}
	channel, err := conn.Channel()
	if err == nil {
		err = channel.Confirm(false)
	}
	if err != nil {
		_ = conn.Close()
		return nil, fmt.Errorf("open a channel: %w", err)
	}
	p.conn, p.channel = conn, channel
	return channel, nil
}

// Publish implements [Publisher].
func (p *amqpPublisher) Publish(ctx context.Context, m Message) error {
	channel, err := p.open(ctx)
	if err != nil {
		return err
	}
	headers := amqp.Table{}
	for name, value := range m.Attributes {
		headers[name] = value
	}
	sent, err := channel.PublishWithDeferredConfirmWithContext(ctx, p.to.Exchange, p.to.RoutingKey, false, false, amqp.Publishing{
		ContentType: "application/json", DeliveryMode: amqp.Persistent, MessageId: m.ID, Headers: headers, Body: m.Body, Timestamp: time.Now(),
	})
	if err != nil {
		return fmt.Errorf("publish to the exchange %q: %w", p.to.Exchange, err)
	}
	confirmed, err := sent.WaitContext(ctx)
	switch {
	case err != nil:
		return fmt.Errorf("publish to the exchange %q: %w", p.to.Exchange, err)
	case !confirmed:
		return fmt.Errorf("publish to the exchange %q: the broker doesn't take the message", p.to.Exchange)
	}
	return nil
}

// Close implements [Publisher].
func (p *amqpPublisher) Close(context.Context) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.conn == nil {
		return nil
	}
	return ignoreClosed(p.conn.Close())
}
