package pubsub

import (
	"crypto/rand"
	"net/url"
	"os"
	"testing"

	amqp "github.com/rabbitmq/amqp091-go"
	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/secret"
)

// TestAMQP needs a broker, such as RabbitMQ, at GENNAKER_TEST_AMQP.
func TestAMQP(t *testing.T) {
	t.Parallel()
	address := os.Getenv("GENNAKER_TEST_AMQP")
	if address == "" {
		t.Skip("set GENNAKER_TEST_AMQP to the URL of a broker, such as amqp://guest:guest@localhost:5672/")
	}
	u, err := url.Parse(address)
	require.NoError(t, err)
	password, _ := u.User.Password()
	conn, err := amqp.Dial(address)
	require.NoError(t, err)
	channel, err := conn.Channel()
	require.NoError(t, err)
	queue, err := channel.QueueDeclare("gennaker-test-"+rand.Text(), false, false, false, false, nil)
	require.NoError(t, err)
	t.Cleanup(func() { _, _ = channel.QueueDelete(queue.Name, false, false, false) })
	config := AMQPConfig{
		Enabled: true, URL: (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}).String(), Username: u.User.Username(), Password: secret.NewRef(password),
		Subscriptions: []AMQPSubscription{{Reading: Reading{Name: "in"}, Queue: queue.Name}},
		Publishers:    []AMQPPublisher{{Writing: Writing{Name: "out"}, RoutingKey: queue.Name}},
	}
	suite(t, system{namesMessages: true, redelivers: true, config: Config{Enabled: true, AMQP: config}})
	config.Password = secret.NewRef("wrong-hidden")
	_, err = Config{Enabled: true, AMQP: config}.Sources()[0].Open(t.Context(), noSecrets())
	require.Error(t, err)
	require.NotContains(t, err.Error(), "hidden")
}

// TestAmazonAtMoto needs a server of moto at GENNAKER_TEST_MOTO, where the queue and the
// topic of the test are.
func TestAmazonAtMoto(t *testing.T) {
	address := os.Getenv("GENNAKER_TEST_MOTO")
	if address == "" {
		t.Skip("set GENNAKER_TEST_MOTO to the URL of moto_server, with a queue and a topic named deploys in eu-west-1, the one subscribed to the other")
	}
	t.Setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "moto")
	suite(t, system{namesMessages: true, timesMessages: true, config: Config{Enabled: true, Amazon: AmazonConfig{
		Enabled: true, Endpoint: address,
		Subscriptions: []AmazonSubscription{{Reading: Reading{Name: "in"}, QueueARN: "arn:aws:sqs:eu-west-1:123456789012:deploys", VisibilityTimeout: 5, WaitTimeSeconds: 1}},
		Publishers:    []AmazonPublisher{{Writing: Writing{Name: "out"}, TopicARN: "arn:aws:sns:eu-west-1:123456789012:deploys"}},
	}}})
}
