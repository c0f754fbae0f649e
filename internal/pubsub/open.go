package pubsub

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/gennaker/gennaker/internal/limit"
	"github.com/gennaker/gennaker/internal/secret"
)

// Secrets look up what a configuration refers to.
type Secrets interface {
	Resolve(ctx context.Context, ref secret.Ref) (secret.Secret, error)
}

// SourceConfig is a subscription of the configuration.
type SourceConfig struct {
	// System is google, amazon, azure, kafka, nats, or amqp: the pubsubSystem of triggers.
	System string
	Reading
	// Where says what is read, for people.
	Where string
	// Open connects. Errors hold no secrets.
	Open func(ctx context.Context, secrets Secrets) (Source, error)
	// missing are the settings that are needed and not there.
	missing string
}

// PublisherConfig is a topic of the configuration.
type PublisherConfig struct {
	System string
	Writing
	// Where says what is written to, for people.
	Where string
	// Open connects. Errors hold no secrets.
	Open func(ctx context.Context, secrets Secrets) (Publisher, error)
	// missing are the settings that are needed and not there.
	missing string
}

// AllEvents tells whether the publisher gets all events.
func (w Writing) AllEvents() bool { return w.Content != Notifications }

// Sources are the subscriptions that are read.
func (c Config) Sources() []SourceConfig {
	if !c.Enabled {
		return nil
	}
	return c.sources()
}

// Publishers are the topics that are published to.
func (c Config) Publishers() []PublisherConfig {
	if !c.Enabled {
		return nil
	}
	return c.publishers()
}

// source makes a subscription of a system's own configuration.
func source[S any](system string, reading Reading, where string, s S, missing string, open func(context.Context, S, Secrets) (Source, error)) SourceConfig {
	return SourceConfig{System: system, Reading: reading, Where: where, missing: missing, Open: func(ctx context.Context, secrets Secrets) (Source, error) {
		return open(ctx, s, secrets)
	}}
}

// publisher makes a topic of a system's own configuration.
func publisher[P any](system string, writing Writing, where string, p P, missing string, open func(context.Context, P, Secrets) (Publisher, error)) PublisherConfig {
	return PublisherConfig{System: system, Writing: writing, Where: where, missing: missing, Open: func(ctx context.Context, secrets Secrets) (Publisher, error) {
		return open(ctx, p, secrets)
	}}
}

// sources are those of the systems that are on.
func (c Config) sources() (out []SourceConfig) {
	if g := c.Google; g.Enabled {
		for _, s := range g.Subscriptions {
			out = append(out, source("google", s.Reading, s.path(), s, without("project", s.Project, "subscriptionName", s.SubscriptionName), g.subscribe))
		}
	}
	if a := c.Amazon; a.Enabled {
		for _, s := range a.Subscriptions {
			out = append(out, source("amazon", s.Reading, s.QueueARN, s, withoutARN("queueARN", s.QueueARN), a.subscribe))
		}
	}
	if a := c.Azure; a.Enabled {
		for _, s := range a.Subscriptions {
			missing := ""
			if s.Queue == "" {
				missing = without("topic", s.Topic, "subscriptionName", s.SubscriptionName)
			}
			out = append(out, source("azure", s.Reading, s.where(), s, missing, a.subscribe))
		}
	}
	if k := c.Kafka; k.Enabled {
		for _, s := range k.Subscriptions {
			out = append(out, source("kafka", s.Reading, "topic "+s.Topic, s, without("topic", s.Topic), k.subscribe))
		}
	}
	if n := c.NATS; n.Enabled {
		for _, s := range n.Subscriptions {
			out = append(out, source("nats", s.Reading, s.where(), s, without("subject", s.Subject), n.subscribe))
		}
	}
	if a := c.AMQP; a.Enabled {
		for _, s := range a.Subscriptions {
			out = append(out, source("amqp", s.Reading, "queue "+s.Queue, s, without("queue", s.Queue), a.subscribe))
		}
	}
	return out
}

// publishers are those of the systems that are on.
func (c Config) publishers() (out []PublisherConfig) {
	if g := c.Google; g.Enabled {
		for _, p := range g.Publishers {
			out = append(out, publisher("google", p.Writing, p.path(), p, without("project", p.Project, "topicName", p.TopicName), g.publish))
		}
	}
	if a := c.Amazon; a.Enabled {
		for _, p := range a.Publishers {
			out = append(out, publisher("amazon", p.Writing, p.TopicARN, p, withoutARN("topicARN", p.TopicARN), a.publish))
		}
	}
	if a := c.Azure; a.Enabled {
		for _, p := range a.Publishers {
			out = append(out, publisher("azure", p.Writing, "topic "+p.TopicName, p, without("topicName", p.TopicName), a.publish))
		}
	}
	if k := c.Kafka; k.Enabled {
		for _, p := range k.Publishers {
			out = append(out, publisher("kafka", p.Writing, "topic "+p.Topic, p, without("topic", p.Topic), k.publish))
		}
	}
	if n := c.NATS; n.Enabled {
		for _, p := range n.Publishers {
			out = append(out, publisher("nats", p.Writing, "subject "+p.Subject, p, without("subject", p.Subject), n.publish))
		}
	}
	if a := c.AMQP; a.Enabled {
		for _, p := range a.Publishers {
			missing := ""
			if p.Exchange == "" {
				missing = without("routingKey", p.RoutingKey)
			}
			out = append(out, publisher("amqp", p.Writing, "exchange "+p.Exchange, p, missing, a.publish))
		}
	}
	return out
}

// without lists the keys whose values are empty.
func without(pairs ...string) string {
	var missing []string
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] == "" {
			missing = append(missing, pairs[i])
		}
	}
	return strings.Join(missing, ", ")
}

// reveal looks a secret up; "" if there is none.
func reveal(ctx context.Context, secrets Secrets, key string, ref secret.Ref) (string, error) {
	if ref.IsZero() {
		return "", nil
	}
	value, err := secrets.Resolve(ctx, ref)
	if err != nil {
		return "", fmt.Errorf("look up pubsub.%s: %w", key, err)
	}
	return strings.TrimSpace(value.Reveal()), nil
}

// mostFile bounds a file of certificates or credentials.
const mostFile = 1 << 20

func readFile(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	return limit.Read(file, mostFile, path)
}

// tlsConfig trusts the certificates of a file; the system's if there is none.
func tlsConfig(path string) (*tls.Config, error) {
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if path == "" {
		return config, nil
	}
	text, err := readFile(path)
	if err != nil {
		return nil, fmt.Errorf("read the certificates (caPath): %w", err)
	}
	config.RootCAs = x509.NewCertPool()
	if !config.RootCAs.AppendCertsFromPEM(text) {
		return nil, errors.New("read the certificates (caPath): the file has none in PEM")
	}
	return config, nil
}
