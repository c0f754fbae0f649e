package pubsub

import (
	"context"
	"testing"
	"time"

	"cloud.google.com/go/pubsub/v2/apiv1/pubsubpb"
	"cloud.google.com/go/pubsub/v2/pstest"
	"github.com/nats-io/nats-server/v2/server"
	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kfake"
	"gocloud.dev/pubsub"
	"gocloud.dev/pubsub/mempubsub"

	"github.com/gennaker/gennaker/internal/secret"
	"github.com/gennaker/gennaker/internal/testnats"
)

func TestGoogle(t *testing.T) {
	t.Parallel()
	fake := pstest.NewServer()
	t.Cleanup(func() { _ = fake.Close() })
	_, err := fake.GServer.CreateTopic(t.Context(), &pubsubpb.Topic{Name: "projects/p1/topics/deploys"})
	require.NoError(t, err)
	_, err = fake.GServer.CreateSubscription(t.Context(), &pubsubpb.Subscription{
		Name: "projects/p1/subscriptions/deploys", Topic: "projects/p1/topics/deploys", AckDeadlineSeconds: 10,
	})
	require.NoError(t, err)
	suite(t, system{namesMessages: true, timesMessages: true, config: Config{Enabled: true, Google: GoogleConfig{
		Enabled: true, Endpoint: "http://" + fake.Addr,
		Subscriptions: []GoogleSubscription{{Reading: Reading{Name: "in"}, Project: "p1", SubscriptionName: "deploys"}},
		Publishers:    []GooglePublisher{{Writing: Writing{Name: "out"}, Project: "p1", TopicName: "deploys"}},
	}}})
}

func TestNATS(t *testing.T) {
	t.Parallel()
	broker := testnats.Start(t, func(o *server.Options) { o.Username, o.Password = "robot", "nats-hidden" })
	config := NATSConfig{
		Enabled: true, Servers: []string{broker.URL}, Username: "robot", Password: secret.NewRef("nats-hidden"),
		Subscriptions: []NATSSubscription{{Reading: Reading{Name: "in"}, Subject: "deploys.*"}},
		Publishers:    []NATSPublisher{{Writing: Writing{Name: "out"}, Subject: "deploys.shop"}},
	}
	suite(t, system{namesMessages: true, config: Config{Enabled: true, NATS: config}})

	config.Password = secret.NewRef("wrong-hidden")
	_, err := Config{Enabled: true, NATS: config}.Sources()[0].Open(t.Context(), noSecrets())
	require.ErrorContains(t, err, "Authorization")
	require.NotContains(t, err.Error(), "hidden")
}

func TestJetStream(t *testing.T) {
	t.Parallel()
	broker := testnats.Start(t, nil)
	broker.Stream("DEPLOYS", "deploys.>")
	s := system{namesMessages: true, timesMessages: true, config: Config{Enabled: true, NATS: NATSConfig{
		Enabled: true, Servers: []string{broker.URL},
		Subscriptions: []NATSSubscription{{Reading: Reading{Name: "in"}, Subject: "deploys.>", Stream: "DEPLOYS"}},
		Publishers:    []NATSPublisher{{Writing: Writing{Name: "out"}, Subject: "deploys.shop", Stream: true}},
	}}}
	suite(t, s)
	source := s.open(t)
	broker.Stop()
	require.Eventually(t, func() bool {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := source.Poll(ctx)
		return err != nil && ctx.Err() == nil
	}, patience, 10*time.Millisecond)
}

func TestKafka(t *testing.T) {
	t.Parallel()
	cluster, err := kfake.NewCluster(kfake.NumBrokers(1), kfake.SeedTopics(2, "deploys"), kfake.EnableSASL(), kfake.Superuser("SCRAM-SHA-256", "robot", "kafka-hidden"))
	require.NoError(t, err)
	t.Cleanup(cluster.Close)
	config := KafkaConfig{
		Enabled: true, Brokers: cluster.ListenAddrs(), Username: "robot", Password: secret.NewRef("kafka-hidden"), Mechanism: "SCRAM-SHA-256",
		Subscriptions: []KafkaSubscription{{Reading: Reading{Name: "in"}, Topic: "deploys"}},
		Publishers:    []KafkaPublisher{{Writing: Writing{Name: "out"}, Topic: "deploys"}},
	}
	suite(t, system{namesMessages: true, timesMessages: true, redelivers: true, config: Config{Enabled: true, Kafka: config}})

	config.Password = secret.NewRef("wrong-hidden")
	_, err = Config{Enabled: true, Kafka: config}.Sources()[0].Open(t.Context(), noSecrets())
	require.Error(t, err)
	require.NotContains(t, err.Error(), "hidden")
}

// TestAzuresAdapter: what is between us and the Go Cloud Development Kit, which Service Bus
// is read with.
func TestAzuresAdapter(t *testing.T) {
	t.Parallel()
	topic := mempubsub.NewTopic()
	source := &cloudSource{
		subscription: mempubsub.NewSubscription(topic, time.Minute), where: "queue deploys",
		facts: func(m *pubsub.Message) (string, time.Time) { return m.LoggableID, time.Time{} },
		close: func(context.Context) error { return nil },
	}
	publisher := &cloudPublisher{topic: topic, where: "deploys", close: func(context.Context) error { return nil }}
	require.NoError(t, publisher.Publish(t.Context(), Message{Body: []byte(`{"a":1}`), Attributes: map[string]string{"team": "blue"}}))
	got := next(t, source)
	require.NoError(t, got.Return(t.Context()))
	got = next(t, source)
	require.JSONEq(t, `{"a":1}`, string(got.Body))
	require.Equal(t, "blue", got.Attributes["team"])
	require.NoError(t, got.Ack(t.Context()))
	none(t, source)
	require.NoError(t, source.Close(t.Context()))
	require.NoError(t, publisher.Close(t.Context()))

	_, err := AzureConfig{ConnectionString: secret.NewRef("Endpoint=sb://x;SharedAccessKey=azure-hidden")}.client(t.Context(), noSecrets())
	require.Error(t, err)
	require.NotContains(t, err.Error(), "hidden")
}

// TestSystemsThatAreAway: connecting fails soon, and says what can't be reached.
func TestSystemsThatAreAway(t *testing.T) {
	t.Parallel()
	const nobody = "127.0.0.1:1"
	config := Config{
		Enabled: true,
		Kafka:   KafkaConfig{Enabled: true, Brokers: []string{nobody}, Subscriptions: []KafkaSubscription{{Reading: Reading{Name: "k"}, Topic: "t"}}},
		NATS:    NATSConfig{Enabled: true, Servers: []string{"nats://" + nobody}, Subscriptions: []NATSSubscription{{Reading: Reading{Name: "n"}, Subject: "s"}}},
		AMQP: AMQPConfig{
			Enabled: true, URL: "amqp://" + nobody + "/vhost", Password: secret.NewRef("amqp-hidden"),
			Subscriptions: []AMQPSubscription{{Reading: Reading{Name: "a"}, Queue: "q"}}, Publishers: []AMQPPublisher{{Writing: Writing{Name: "out"}, RoutingKey: "q"}},
		},
	}
	require.Empty(t, config.Validate())
	for _, s := range config.Sources() {
		_, err := s.Open(t.Context(), noSecrets())
		require.Error(t, err, s.System)
		require.NotContains(t, err.Error(), "hidden")
	}
	err := NewTopics(config, noSecrets()).Publish(t.Context(), "OUT", Message{Body: []byte("{}")})
	require.ErrorContains(t, err, "connect to amqp://127.0.0.1:1/vhost")
	require.NotContains(t, err.Error(), "hidden")
}

func TestWrongSettings(t *testing.T) {
	t.Parallel()
	for want, config := range map[string]Config{
		"google.subscriptions[x]: needs project, subscriptionName": {Google: GoogleConfig{Enabled: true, Subscriptions: []GoogleSubscription{{Reading: Reading{Name: "x"}}}}},
		"google.endpoint: must be a URL":                           {Google: GoogleConfig{Endpoint: "x"}},
		"amazon.subscriptions[x]: needs queueARN":                  {Amazon: AmazonConfig{Enabled: true, Subscriptions: []AmazonSubscription{{Reading: Reading{Name: "x"}, QueueARN: "q"}}}},
		"kafka.brokers: is required":                               {Kafka: KafkaConfig{Enabled: true}},
		"kafka.subscriptions: each needs a name":                   {Kafka: KafkaConfig{Enabled: true, Brokers: []string{"b"}, Subscriptions: []KafkaSubscription{{Topic: "t"}}}},
		"nats.servers[0]: must be a URL":                           {NATS: NATSConfig{Servers: []string{"nats://user:password@example.com"}}},
		"amqp.url: must be a URL":                                  {AMQP: AMQPConfig{URL: "amqp://user:password@example.com"}},
		"azure.publishers[x]: needs topicName":                     {Azure: AzureConfig{Enabled: true, Namespace: "n", Publishers: []AzurePublisher{{Writing: Writing{Name: "x"}}}}},
		"kafka.publishers[X]: the name is taken": {Kafka: KafkaConfig{Enabled: true, Brokers: []string{"b"}, Publishers: []KafkaPublisher{
			{Writing: Writing{Name: "x"}, Topic: "t"}, {Writing: Writing{Name: "X"}, Topic: "t"},
		}}},
	} {
		var found string
		for _, err := range config.Validate() {
			found += err.Error() + "\n"
		}
		require.Contains(t, found, want)
		require.NotContains(t, found, "password@")
	}
}
