package pubsub

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

func (s NATSSubscription) where() string {
	if s.Stream != "" {
		return "subject " + s.Subject + " of stream " + s.Stream
	}
	return "subject " + s.Subject
}

// consumer is the name of the durable consumer, or of the queue group. NATS has words
// without dots and spaces there.
func (s NATSSubscription) consumer() string {
	name := cmp.Or(s.Consumer, "gennaker-"+s.Name)
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(" .*>/\\\t\r\n", r) {
			return '-'
		}
		return r
	}, name)
}

func (c NATSConfig) connect(ctx context.Context, secrets Secrets) (*nats.Conn, error) {
	options := []nats.Option{
		nats.Name("gennaker"), nats.Timeout(connectTime), nats.MaxReconnects(-1), nats.ReconnectWait(time.Second), nats.PingInterval(10 * time.Second),
	}
	password, err := reveal(ctx, secrets, "nats.password", c.Password)
	if err != nil {
		return nil, err
	}
	token, err := reveal(ctx, secrets, "nats.token", c.Token)
	if err != nil {
		return nil, err
	}
	switch {
	case c.CredentialsPath != "":
		options = append(options, nats.UserCredentials(c.CredentialsPath))
	case token != "":
		options = append(options, nats.Token(token))
	case c.Username != "":
		options = append(options, nats.UserInfo(c.Username, password))
	}
	if c.CAPath != "" {
		config, err := tlsConfig(c.CAPath)
		if err != nil {
			return nil, err
		}
		options = append(options, nats.Secure(config))
	}
	conn, err := nats.Connect(strings.Join(c.Servers, ","), options...)
	if err != nil {
		return nil, fmt.Errorf("connect to NATS: %w", err)
	}
	return conn, nil
}

func (c NATSConfig) subscribe(ctx context.Context, s NATSSubscription, secrets Secrets) (Source, error) {
	conn, err := c.connect(ctx, secrets)
	if err != nil {
		return nil, err
	}
	source, err := func() (Source, error) {
		if s.Stream == "" {
			subscription, err := conn.QueueSubscribeSync(s.Subject, s.consumer())
			if err != nil {
				return nil, err
			}
			// So that what is sent from now on arrives.
			return &natsSource{conn, subscription}, conn.FlushTimeout(connectTime)
		}
		return openStream(ctx, conn, s)
	}()
	if err != nil {
		conn.Close()
		return nil, fmt.Errorf("open the %s: %w", s.where(), err)
	}
	return source, nil
}

// natsSource is a subject without a stream.
type natsSource struct {
	conn         *nats.Conn
	subscription *nats.Subscription
}

// Poll implements [Source].
func (s *natsSource) Poll(ctx context.Context) ([]Delivery, error) {
	if !s.conn.IsConnected() {
		return nil, disconnected(s.conn)
	}
	var out []Delivery
	wait := pollTime
	for len(out) < mostMessages {
		waiting, cancel := context.WithTimeout(ctx, wait)
		m, err := s.subscription.NextMsgWithContext(waiting)
		cancel()
		switch {
		case errors.Is(err, nats.ErrSlowConsumer): // some were lost; those that weren't follow
			continue
		case err != nil && (ctx.Err() != nil || len(out) > 0 || errors.Is(err, context.DeadlineExceeded) && s.conn.IsConnected()):
			return out, ctx.Err()
		case err != nil && !s.conn.IsConnected():
			return nil, disconnected(s.conn)
		case err != nil:
			return nil, fmt.Errorf("read the subject %s: %w", s.subscription.Subject, err)
		}
		out = append(out, Delivery{
			Message: Message{ID: m.Header.Get(nats.MsgIdHdr), Attributes: natsAttributes(m.Header), Body: m.Data},
			Ack:     func(context.Context) error { return nil }, Once: true,
		})
		wait = time.Millisecond // for those that came with it
	}
	return out, nil
}

func disconnected(conn *nats.Conn) error {
	if err := conn.LastError(); err != nil {
		return fmt.Errorf("reach NATS: %w", err)
	}
	return errors.New("reach NATS: the connection is broken, and is made anew")
}

func natsAttributes(header nats.Header) map[string]string {
	out := make(map[string]string, len(header))
	for name := range header {
		out[name] = header.Get(name)
	}
	return out
}

// Close implements [Source].
func (s *natsSource) Close(context.Context) error {
	s.conn.Close()
	return nil
}

// streamSource is a subject of a stream of JetStream.
type streamSource struct {
	conn     *nats.Conn
	consumer jetstream.Consumer
}

func openStream(ctx context.Context, conn *nats.Conn, s NATSSubscription) (Source, error) {
	js, err := jetstream.New(conn)
	if err != nil {
		return nil, err
	}
	asking, cancel := context.WithTimeout(ctx, connectTime)
	defer cancel()
	consumer, err := js.Consumer(asking, s.Stream, s.consumer())
	if errors.Is(err, jetstream.ErrConsumerNotFound) {
		consumer, err = js.CreateOrUpdateConsumer(asking, s.Stream, jetstream.ConsumerConfig{
			Durable: s.consumer(), FilterSubject: s.Subject, AckPolicy: jetstream.AckExplicitPolicy, DeliverPolicy: jetstream.DeliverNewPolicy, AckWait: 30 * time.Second,
		})
	}
	if err != nil {
		return nil, err
	}
	return &streamSource{conn, consumer}, nil
}

// Poll implements [Source].
func (s *streamSource) Poll(ctx context.Context) ([]Delivery, error) {
	if !s.conn.IsConnected() {
		return nil, disconnected(s.conn)
	}
	waiting, cancel := context.WithTimeout(ctx, pollTime)
	defer cancel()
	var out []Delivery
	first, err := s.consumer.Fetch(1, jetstream.FetchContext(waiting))
	if err == nil {
		out, err = s.take(out, first)
	}
	if err == nil && len(out) > 0 { // those that came with it
		var more jetstream.MessageBatch
		if more, err = s.consumer.FetchNoWait(mostMessages - 1); err == nil {
			out, err = s.take(out, more)
		}
	}
	switch {
	case len(out) > 0 || ctx.Err() != nil:
		return out, ctx.Err()
	case err == nil || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, nats.ErrTimeout):
		return nil, nil
	}
	return nil, fmt.Errorf("read the stream: %w", err)
}

// take adds the messages of a batch.
func (s *streamSource) take(out []Delivery, batch jetstream.MessageBatch) ([]Delivery, error) {
	for m := range batch.Messages() {
		d := Delivery{
			Message: Message{Attributes: natsAttributes(m.Headers()), Body: m.Data()},
			Ack:     func(ctx context.Context) error { return m.DoubleAck(ctx) },
			Return:  func(context.Context) error { return m.NakWithDelay(time.Second) },
		}
		if about, err := m.Metadata(); err == nil {
			d.ID, d.Published = about.Stream+"/"+strconv.FormatUint(about.Sequence.Stream, 10), about.Timestamp
		}
		if id := m.Headers().Get(nats.MsgIdHdr); id != "" {
			d.ID = id
		}
		out = append(out, d)
	}
	return out, batch.Error()
}

// Close implements [Source].
func (s *streamSource) Close(context.Context) error {
	s.conn.Close()
	return nil
}

type natsPublisher struct {
	conn    *nats.Conn
	js      jetstream.JetStream // nil without a stream
	subject string
}

func (c NATSConfig) publish(ctx context.Context, p NATSPublisher, secrets Secrets) (Publisher, error) {
	conn, err := c.connect(ctx, secrets)
	if err != nil {
		return nil, err
	}
	out := &natsPublisher{conn: conn, subject: p.Subject}
	if p.Stream {
		if out.js, err = jetstream.New(conn); err != nil {
			conn.Close()
			return nil, fmt.Errorf("open JetStream: %w", err)
		}
	}
	return out, nil
}

// Publish implements [Publisher].
func (p *natsPublisher) Publish(ctx context.Context, m Message) error {
	message := &nats.Msg{Subject: p.subject, Data: m.Body, Header: nats.Header{}}
	for name, value := range m.Attributes {
		message.Header.Set(name, value)
	}
	if m.ID != "" {
		message.Header.Set(nats.MsgIdHdr, m.ID)
	}
	err := func() error {
		if p.js != nil {
			_, err := p.js.PublishMsg(ctx, message)
			return err
		}
		if err := p.conn.PublishMsg(message); err != nil {
			return err
		}
		flushing, cancel := context.WithTimeout(ctx, connectTime)
		defer cancel()
		return p.conn.FlushWithContext(flushing)
	}()
	if err != nil {
		return fmt.Errorf("publish to the subject %s: %w", p.subject, err)
	}
	return nil
}

// Close implements [Publisher].
func (p *natsPublisher) Close(context.Context) error {
	p.conn.Close()
	return nil
}
