package pubsub

import (
	"github.com/gennaker/gennaker/internal/secret"
)

// Config are the message systems. Google's and Amazon's names are Echo's.
type Config struct {
	Enabled bool         `yaml:"enabled" doc:"If true, subscriptions are read and messages are published."`
	Google  GoogleConfig `yaml:"google" doc:"Google Pub/Sub."`
	Amazon  AmazonConfig `yaml:"amazon" doc:"Amazon SQS and SNS."`
	Azure   AzureConfig  `yaml:"azure" doc:"Azure Service Bus. Spinnaker doesn't have it."`
	Kafka   KafkaConfig  `yaml:"kafka" doc:"Apache Kafka. Spinnaker doesn't have it."`
	NATS    NATSConfig   `yaml:"nats" doc:"NATS, with or without JetStream. Spinnaker doesn't have it."`
	AMQP    AMQPConfig   `yaml:"amqp" doc:"RabbitMQ and other brokers of AMQP 0-9-1. Spinnaker doesn't have it."`
}

// Reading is what all subscriptions have.
type Reading struct {
	Name          string `yaml:"name" doc:"Name by which triggers choose the subscription (subscriptionName)."`
	MessageFormat string `yaml:"messageFormat" enum:"CUSTOM,NONE,GCB,GCR,GCS,S3" doc:"What the messages are about, which says how artifacts are read from them. Default: CUSTOM, which uses the template."`
	TemplatePath  string `yaml:"templatePath" doc:"Path of a Jinja template that makes a JSON list of artifacts of a message. Default: the message's field artifacts."`
	IDAttribute   string `yaml:"alternateIdInMessageAttributes" doc:"Attribute that identifies a message, in place of the system's own id. A message that comes again with the same id starts nothing."`
}

// Content says which messages a publisher gets.
type Content string

// The contents.
const (
	AllEvents     Content = "ALL"
	Notifications Content = "NOTIFICATIONS"
)

// Writing is what all publishers have.
type Writing struct {
	Name    string  `yaml:"name" doc:"Name by which notifications choose the publisher (publisherName)."`
	Content Content `yaml:"content" enum:"ALL,NOTIFICATIONS" doc:"ALL: publishes every event of executions, and the notifications that choose this publisher. NOTIFICATIONS: only the latter. Default: ALL."`
}

// GoogleConfig is Google Pub/Sub.
type GoogleConfig struct {
	Enabled       bool                 `yaml:"enabled" doc:"If true, Google Pub/Sub is used."`
	Endpoint      string               `yaml:"endpoint" doc:"URL of the API. Default: https://pubsub.googleapis.com. An emulator's URL begins with http:// and gets no credentials. Spinnaker has no such setting."`
	Subscriptions []GoogleSubscription `yaml:"subscriptions" doc:"The subscriptions to read."`
	Publishers    []GooglePublisher    `yaml:"publishers" doc:"The topics to publish to."`
}

// GoogleSubscription is a subscription of Google Pub/Sub.
type GoogleSubscription struct {
	Reading            `yaml:",inline"`
	Project            string `yaml:"project" doc:"Google project of the subscription."`
	SubscriptionName   string `yaml:"subscriptionName" doc:"Name of the subscription in the project."`
	JSONPath           string `yaml:"jsonPath" doc:"Path of a service account's key. Default: the application default credentials."`
	AckDeadlineSeconds int    `yaml:"ackDeadlineSeconds" doc:"Accepted for Spinnaker's sake: messages are acknowledged as soon as their event is stored."`
}

// GooglePublisher is a topic of Google Pub/Sub.
type GooglePublisher struct {
	Writing                    `yaml:",inline"`
	Project                    string `yaml:"project" doc:"Google project of the topic."`
	TopicName                  string `yaml:"topicName" doc:"Name of the topic."`
	JSONPath                   string `yaml:"jsonPath" doc:"Path of a service account's key. Default: the application default credentials."`
	BatchCountThreshold        int    `yaml:"batchCountThreshold" doc:"Accepted for Spinnaker's sake: messages are sent one by one, so that each is known to have arrived."`
	DelayMillisecondsThreshold int    `yaml:"delayMillisecondsThreshold" doc:"Accepted for Spinnaker's sake, as batchCountThreshold is."`
}

// AmazonConfig is Amazon's SQS and SNS.
type AmazonConfig struct {
	Enabled       bool                 `yaml:"enabled" doc:"If true, Amazon SQS and SNS are used, with the credentials that Amazon's own programs find."`
	Endpoint      string               `yaml:"endpoint" doc:"URL of a server that speaks like SQS and SNS. Default: Amazon's. Spinnaker has no such setting."`
	Subscriptions []AmazonSubscription `yaml:"subscriptions" doc:"The queues to read."`
	Publishers    []AmazonPublisher    `yaml:"publishers" doc:"The topics to publish to."`
}

// AmazonSubscription is a queue of SQS that a topic of SNS writes to.
type AmazonSubscription struct {
	Reading                          `yaml:",inline"`
	QueueARN                         string `yaml:"queueARN" doc:"ARN of the SQS queue, which must exist."`
	TopicARN                         string `yaml:"topicARN" doc:"ARN of the SNS topic that writes to the queue. It is only shown: subscribe the queue to it yourself."`
	FilterPolicy                     string `yaml:"filterPolicy" doc:"Accepted for Spinnaker's sake: set the filter policy where you subscribe the queue."`
	VisibilityTimeout                int    `yaml:"visibilityTimeout" doc:"Time in seconds after which SQS delivers a message again that wasn't taken. Default: 30."`
	WaitTimeSeconds                  int    `yaml:"waitTimeSeconds" doc:"How many seconds a request waits for messages. Default: 20; in Spinnaker, 5."`
	SQSMessageRetentionPeriodSeconds int    `yaml:"sqsMessageRetentionPeriodSeconds" doc:"Accepted for Spinnaker's sake: set it on the queue."`
	DedupeRetentionSeconds           int    `yaml:"dedupeRetentionSeconds" doc:"Accepted for Spinnaker's sake: a repeat is recognized for as long as its event is kept (pollers)."`
	AccountName                      string `yaml:"accountName" doc:"Accepted for Spinnaker's sake."`
}

// AmazonPublisher is a topic of SNS.
type AmazonPublisher struct {
	Writing  `yaml:",inline"`
	TopicARN string `yaml:"topicARN" doc:"ARN of the SNS topic."`
}

// AzureConfig is Azure Service Bus.
type AzureConfig struct {
	Enabled          bool                `yaml:"enabled" doc:"If true, Azure Service Bus is used."`
	Namespace        string              `yaml:"namespace" doc:"Host name of the Service Bus namespace, such as example.servicebus.windows.net. It is used with Azure's default credentials, without a connection string."`
	ConnectionString secret.Ref          `yaml:"connectionString" secret:"true" doc:"Connection string of the Service Bus namespace, or its place: env:, file:, encrypted:."`
	Subscriptions    []AzureSubscription `yaml:"subscriptions" doc:"The subscriptions and queues to read."`
	Publishers       []AzurePublisher    `yaml:"publishers" doc:"The topics and queues to publish to."`
}

// AzureSubscription is a subscription or a queue of Azure Service Bus.
type AzureSubscription struct {
	Reading          `yaml:",inline"`
	Queue            string `yaml:"queue" doc:"Name of a queue, instead of topic and subscriptionName."`
	Topic            string `yaml:"topic" doc:"Name of the topic."`
	SubscriptionName string `yaml:"subscriptionName" doc:"Name of the topic's subscription."`
}

// AzurePublisher is a topic or a queue of Azure Service Bus.
type AzurePublisher struct {
	Writing   `yaml:",inline"`
	TopicName string `yaml:"topicName" doc:"Name of the topic or the queue."`
}

// KafkaConfig is a Kafka cluster.
type KafkaConfig struct {
	Enabled       bool                `yaml:"enabled" doc:"If true, Kafka is used."`
	Brokers       []string            `yaml:"brokers" doc:"Addresses of brokers, as host:port."`
	TLS           bool                `yaml:"tls" doc:"If true, connects with TLS."`
	CAPath        string              `yaml:"caPath" doc:"Path of a file with the certificates, in PEM, that the brokers' certificates are checked with. Default: the system's."`
	Mechanism     string              `yaml:"mechanism" enum:"PLAIN,SCRAM-SHA-256,SCRAM-SHA-512" doc:"How to log in. Default: PLAIN, if there is a user name."`
	Username      string              `yaml:"username" doc:"User name to log in with."`
	Password      secret.Ref          `yaml:"password" secret:"true" doc:"The password, or its place: env:, file:, encrypted:."`
	Subscriptions []KafkaSubscription `yaml:"subscriptions" doc:"The topics to read."`
	Publishers    []KafkaPublisher    `yaml:"publishers" doc:"The topics to publish to."`
}

// KafkaSubscription is a topic that a consumer group reads.
type KafkaSubscription struct {
	Reading `yaml:",inline"`
	Topic   string `yaml:"topic" doc:"Name of the topic."`
	Group   string `yaml:"group" doc:"Name of the consumer group. Default: gennaker. A new group begins at the end of the topic."`
}

// KafkaPublisher is a topic of Kafka.
type KafkaPublisher struct {
	Writing `yaml:",inline"`
	Topic   string `yaml:"topic" doc:"Name of the topic."`
}

// NATSConfig is a NATS system.
type NATSConfig struct {
	Enabled         bool               `yaml:"enabled" doc:"If true, NATS is used."`
	Servers         []string           `yaml:"servers" doc:"URLs of servers, such as nats://nats.example.com:4222 or tls://nats.example.com:4222."`
	CAPath          string             `yaml:"caPath" doc:"Path of a file with the certificates, in PEM, that the servers' certificates are checked with. Default: the system's."`
	Username        string             `yaml:"username" doc:"User name to log in with."`
	Password        secret.Ref         `yaml:"password" secret:"true" doc:"The password, or its place: env:, file:, encrypted:."`
	Token           secret.Ref         `yaml:"token" secret:"true" doc:"A token to log in with, or its place."`
	CredentialsPath string             `yaml:"credentialsPath" doc:"Path of a .creds file to log in with."`
	Subscriptions   []NATSSubscription `yaml:"subscriptions" doc:"The subjects to read."`
	Publishers      []NATSPublisher    `yaml:"publishers" doc:"The subjects to publish to."`
}

// NATSSubscription is a subject of NATS, or a stream of JetStream.
type NATSSubscription struct {
	Reading  `yaml:",inline"`
	Subject  string `yaml:"subject" doc:"Subject to read, which can have wildcards."`
	Stream   string `yaml:"stream" doc:"Name of the JetStream stream that keeps the subject's messages. Without it, messages that are sent while Gennaker isn't running, or can't store them, are lost."`
	Consumer string `yaml:"consumer" doc:"Name of the durable consumer of the stream, or of the queue group without a stream. It is made if it isn't there, and a new one begins at the end of the stream. Default: gennaker-NAME."`
}

// NATSPublisher is a subject of NATS.
type NATSPublisher struct {
	Writing `yaml:",inline"`
	Subject string `yaml:"subject" doc:"Subject to publish to."`
	Stream  bool   `yaml:"stream" doc:"If true, the subject belongs to a JetStream stream, which confirms each message."`
}

// AMQPConfig is a broker of AMQP 0-9-1.
type AMQPConfig struct {
	Enabled       bool               `yaml:"enabled" doc:"If true, AMQP is used."`
	URL           string             `yaml:"url" doc:"URL of the broker, with the virtual host as its path, such as amqps://rabbitmq.example.com/production. Credentials go to username and password."`
	CAPath        string             `yaml:"caPath" doc:"Path of a file with the certificates, in PEM, that the broker's certificate is checked with. Default: the system's."`
	Username      string             `yaml:"username" doc:"User name to log in with. Default: guest."`
	Password      secret.Ref         `yaml:"password" secret:"true" doc:"The password, or its place: env:, file:, encrypted:. Default: guest."`
	Subscriptions []AMQPSubscription `yaml:"subscriptions" doc:"The queues to read."`
	Publishers    []AMQPPublisher    `yaml:"publishers" doc:"The exchanges to publish to."`
}

// AMQPSubscription is a queue of AMQP.
type AMQPSubscription struct {
	Reading `yaml:",inline"`
	Queue   string `yaml:"queue" doc:"Name of the queue, which must exist. Messages should have a message-id, or the attribute in alternateIdInMessageAttributes: others start pipelines again if the broker delivers them again."`
}

// AMQPPublisher is an exchange of AMQP.
type AMQPPublisher struct {
	Writing    `yaml:",inline"`
	Exchange   string `yaml:"exchange" doc:"Name of the exchange. Default: the broker's default exchange, which takes the name of a queue as the routing key."`
	RoutingKey string `yaml:"routingKey" doc:"Routing key of the messages."`
}
