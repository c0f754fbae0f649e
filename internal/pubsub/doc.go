// Package pubsub reads and writes messages of message systems: Google Pub/Sub, Amazon's
// SQS and SNS, Azure Service Bus, Kafka, NATS, and AMQP. A [Source] is a subscription, a
// [Publisher] a topic; a new system is a file and a line in [Config.Sources] and
// [Config.Publishers]. What messages mean is decided elsewhere.
package pubsub

import (
	"context"
	"time"
)

// Message is a message as its system has it.
type Message struct {
	// ID is the same each time that the message is delivered; "" if the system gives none.
	ID         string
	Attributes map[string]string
	Body       []byte
	// Published is when it was sent; zero if the system doesn't tell.
	Published time.Time
}

// Delivery is a message that came, and waits to be taken.
type Delivery struct {
	Message
	// Order is what this and other deliveries have in common that must be taken one after
	// the other, such as a partition; "" if they need not.
	Order string
	// Ack tells the system that the message is taken.
	Ack func(ctx context.Context) error
	// Return gives it back, to be delivered again. It is nil if the system can't take a
	// single message back: then the source is opened again, and goes on after the last
	// message that was taken.
	Return func(ctx context.Context) error
	// Once says that the system has no copy: what isn't taken now is lost.
	Once bool
}

// Source gives the messages of a subscription. It is used by one goroutine at a time.
type Source interface {
	// Poll waits a while for messages. If none come, that is no error: one means that the
	// system can't be reached, or refuses.
	Poll(ctx context.Context) ([]Delivery, error)
	// Close gives back what was not taken, and disconnects.
	Close(ctx context.Context) error
}

// Publisher sends messages to a topic. It is safe for concurrent use.
type Publisher interface {
	// Publish returns once the system has the message.
	Publish(ctx context.Context, m Message) error
	Close(ctx context.Context) error
}

const (
	// pollTime is how long a source waits for messages.
	pollTime = 20 * time.Second
	// connectTime bounds making a connection, and asking whether it is there.
	connectTime = 10 * time.Second
	// mostMessages is how many messages a source gives at a time.
	mostMessages = 50
	// MostBytes is how large a message may be that is read: more is what no system but
	// Kafka and AMQP carries.
	MostBytes = 10 << 20
)
