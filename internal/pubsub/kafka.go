package pubsub

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/sasl/plain"
	"github.com/twmb/franz-go/pkg/sasl/scram"
)

// options say where the cluster is, and who asks.
func (c KafkaConfig) options(ctx context.Context, secrets Secrets) ([]kgo.Opt, error) {
	password, err := reveal(ctx, secrets, "kafka.password", c.Password)
	if err != nil {
		return nil, err
	}
	out := []kgo.Opt{kgo.SeedBrokers(c.Brokers...), kgo.ClientID("gennaker"), kgo.DialTimeout(connectTime), kgo.RetryTimeout(connectTime)}
	if c.TLS {
		config, err := tlsConfig(c.CAPath)
		if err != nil {
			return nil, err
		}
		out = append(out, kgo.DialTLSConfig(config))
	}
	if c.Username == "" {
		return out, nil
	}
	login := scram.Auth{User: c.Username, Pass: password}
	switch c.Mechanism {
	case "SCRAM-SHA-256":
		out = append(out, kgo.SASL(login.AsSha256Mechanism()))
	case "SCRAM-SHA-512":
		out = append(out, kgo.SASL(login.AsSha512Mechanism()))
	default:
		out = append(out, kgo.SASL(plain.Auth{User: c.Username, Pass: password}.AsMechanism()))
	}
	return out, nil
}

type kafkaSource struct {
	client *kgo.Client
	topic  string
}

func (c KafkaConfig) subscribe(ctx context.Context, s KafkaSubscription, secrets Secrets) (Source, error) {
	options, err := c.options(ctx, secrets)
	if err != nil {
		return nil, err
	}
	group := cmp.Or(s.Group, "gennaker")
	if err := begin(ctx, options, group, s.Topic); err != nil {
		return nil, fmt.Errorf("join the consumer group %s of the topic %s: %w", group, s.Topic, err)
	}
	// The group has a place in all partitions by now, but for those that are added later.
	client, err := kgo.NewClient(append(options,
		kgo.ConsumeTopics(s.Topic), kgo.ConsumerGroup(group), kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()),
		kgo.DisableAutoCommit(), kgo.FetchMaxPartitionBytes(1<<20), kgo.FetchMaxBytes(MostBytes), kgo.BrokerMaxReadBytes(4*MostBytes),
	)...)
	if err != nil {
		return nil, fmt.Errorf("connect to Kafka: %w", err)
	}
	return &kafkaSource{client, s.Topic}, nil
}

// begin notes the end of a topic as the place where a new group begins. Left to the client,
// that would be the end at the time of the first message that is taken: what came before,
// while no process was running, would be lost.
func begin(ctx context.Context, options []kgo.Opt, group, topic string) error {
	client, err := kgo.NewClient(options...)
	if err != nil {
		return err
	}
	defer client.Close()
	ctx, cancel := context.WithTimeout(ctx, connectTime)
	defer cancel()
	admin := kadm.NewClient(client)
	known, err := admin.FetchOffsets(ctx, group)
	if err != nil && !errors.Is(err, kerr.GroupIDNotFound) {
		return err
	}
	if len(known[topic]) > 0 {
		return nil
	}
	ends, err := admin.ListEndOffsets(ctx, topic)
	if err == nil {
		err = ends.Error()
	}
	if err != nil {
		return err
	}
	return admin.CommitAllOffsets(ctx, group, ends.Offsets())
}

// Poll implements [Source].
func (s *kafkaSource) Poll(ctx context.Context) ([]Delivery, error) {
	waiting, cancel := context.WithTimeout(ctx, pollTime)
	defer cancel()
	fetched := s.client.PollRecords(waiting, mostMessages)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	var out []Delivery
	fetched.EachRecord(func(r *kgo.Record) {
		attributes := make(map[string]string, len(r.Headers))
		for _, header := range r.Headers {
			attributes[header.Key] = string(header.Value)
		}
		partition := r.Topic + "/" + strconv.Itoa(int(r.Partition))
		out = append(out, Delivery{
			Message: Message{
				ID: partition + "/" + strconv.FormatInt(r.Offset, 10), Attributes: attributes, Body: r.Value, Published: r.Timestamp,
			},
			Order: partition,
			Ack:   func(ctx context.Context) error { return s.client.CommitRecords(ctx, r) },
		})
	})
	if len(out) > 0 {
		return out, nil
	}
	if err := fetched.Err0(); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return nil, fmt.Errorf("read the topic %s: %w", s.topic, err)
	}
	for _, failed := range fetched.Errors() {
		if !errors.Is(failed.Err, context.DeadlineExceeded) {
			return nil, fmt.Errorf("read the topic %s: %w", s.topic, failed.Err)
		}
	}
	asking, cancelAsking := context.WithTimeout(ctx, connectTime)
	defer cancelAsking()
	if err := s.client.Ping(asking); err != nil {
		return nil, fmt.Errorf("reach Kafka: %w", err)
	}
	return nil, nil
}

// Close implements [Source].
func (s *kafkaSource) Close(context.Context) error {
	s.client.Close()
	return nil
}

type kafkaPublisher struct {
	client *kgo.Client
	topic  string
}

func (c KafkaConfig) publish(ctx context.Context, p KafkaPublisher, secrets Secrets) (Publisher, error) {
	options, err := c.options(ctx, secrets)
	if err != nil {
		return nil, err
	}
	client, err := kgo.NewClient(append(options, kgo.DefaultProduceTopic(p.Topic), kgo.RecordDeliveryTimeout(connectTime))...)
	if err != nil {
		return nil, fmt.Errorf("connect to Kafka: %w", err)
	}
	return &kafkaPublisher{client, p.Topic}, nil
}

// Publish implements [Publisher].
func (p *kafkaPublisher) Publish(ctx context.Context, m Message) error {
	record := &kgo.Record{Value: m.Body}
	for name, value := range m.Attributes {
		record.Headers = append(record.Headers, kgo.RecordHeader{Key: name, Value: []byte(value)})
	}
	if m.ID != "" {
		record.Headers = append(record.Headers, kgo.RecordHeader{Key: "id", Value: []byte(m.ID)})
	}
	if err := p.client.ProduceSync(ctx, record).FirstErr(); err != nil {
		return fmt.Errorf("publish to the topic %s: %w", p.topic, err)
	}
	return nil
}

// Close implements [Publisher].
func (p *kafkaPublisher) Close(context.Context) error {
	p.client.Close()
	return nil
}
