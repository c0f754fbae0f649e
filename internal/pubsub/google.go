package pubsub

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	vkit "cloud.google.com/go/pubsub/v2/apiv1"
	"cloud.google.com/go/pubsub/v2/apiv1/pubsubpb"
	"golang.org/x/oauth2"
	"golang.org/x/oauth2/google"
	"google.golang.org/api/option"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"
)

func (s GoogleSubscription) path() string {
	return "projects/" + s.Project + "/subscriptions/" + s.SubscriptionName
}

func (p GooglePublisher) path() string { return "projects/" + p.Project + "/topics/" + p.TopicName }

const googleScope = "https://www.googleapis.com/auth/pubsub"

// options say where the API is, and who asks.
func (c GoogleConfig) options(ctx context.Context, keyPath string) ([]option.ClientOption, error) {
	var out []option.ClientOption
	if c.Endpoint != "" {
		u, err := url.Parse(c.Endpoint)
		if err != nil {
			return nil, errors.New("pubsub.google.endpoint: is no URL")
		}
		if u.Scheme == "http" {
			return []option.ClientOption{
				option.WithEndpoint(u.Host), option.WithoutAuthentication(),
				option.WithGRPCDialOption(grpc.WithTransportCredentials(insecure.NewCredentials())),
			}, nil
		}
		host := u.Host
		if u.Port() == "" {
			host += ":443"
		}
		out = append(out, option.WithEndpoint(host))
	}
	// The tokens outlive the request, but no request for one takes for ever.
	client := &http.Client{Timeout: connectTime} //nolint:forbidigo // for the address in the operator's key
	tokens, err := googleTokens(context.WithValue(context.WithoutCancel(ctx), oauth2.HTTPClient, client), keyPath)
	if err != nil {
		return nil, err
	}
	if _, err := tokens.Token(); err != nil { // the client would ask again and again
		return nil, errors.New("get a token for Pub/Sub: Google refuses the credentials") // the cause may quote them
	}
	return append(out, option.WithTokenSource(tokens)), nil
}

// googleTokens are what proves who asks. No error quotes the key.
func googleTokens(ctx context.Context, keyPath string) (oauth2.TokenSource, error) {
	if keyPath == "" {
		found, err := google.FindDefaultCredentials(ctx, googleScope)
		if err != nil {
			return nil, fmt.Errorf("find Google's application default credentials: %w", err)
		}
		return found.TokenSource, nil
	}
	key, err := readFile(keyPath)
	if err != nil {
		return nil, fmt.Errorf("read the service account's key (jsonPath): %w", err)
	}
	found, err := google.CredentialsFromJSONWithType(ctx, key, google.ServiceAccount, googleScope)
	if err != nil {
		return nil, fmt.Errorf("read the service account's key (jsonPath): %s is no key of a service account", keyPath)
	}
	return found.TokenSource, nil
}

type googleSource struct {
	client *vkit.SubscriptionAdminClient
	path   string
}

func (c GoogleConfig) subscribe(ctx context.Context, s GoogleSubscription, _ Secrets) (Source, error) {
	options, err := c.options(ctx, s.JSONPath)
	if err != nil {
		return nil, err
	}
	client, err := vkit.NewSubscriptionAdminClient(context.WithoutCancel(ctx), options...)
	if err != nil {
		return nil, fmt.Errorf("connect to Google Pub/Sub: %w", err)
	}
	return &googleSource{client, s.path()}, nil
}

// Poll implements [Source].
func (s *googleSource) Poll(ctx context.Context) ([]Delivery, error) {
	waiting, cancel := context.WithTimeout(ctx, pollTime)
	defer cancel()
	answer, err := s.client.Pull(waiting, &pubsubpb.PullRequest{Subscription: s.path, MaxMessages: mostMessages})
	if err != nil {
		if waiting.Err() != nil && (ctx.Err() != nil || timedOut(err)) {
			return nil, ctx.Err()
		}
		return nil, fmt.Errorf("pull messages of %s: %w", s.path, googleError(err))
	}
	out := make([]Delivery, 0, len(answer.GetReceivedMessages()))
	for _, m := range answer.GetReceivedMessages() {
		id := m.GetAckId()
		out = append(out, Delivery{
			Message: Message{
				ID: m.GetMessage().GetMessageId(), Attributes: m.GetMessage().GetAttributes(), Body: m.GetMessage().GetData(),
				Published: m.GetMessage().GetPublishTime().AsTime(),
			},
			Ack: func(ctx context.Context) error {
				return googleError(s.client.Acknowledge(ctx, &pubsubpb.AcknowledgeRequest{Subscription: s.path, AckIds: []string{id}}))
			},
			Return: func(ctx context.Context) error {
				return googleError(s.client.ModifyAckDeadline(ctx, &pubsubpb.ModifyAckDeadlineRequest{Subscription: s.path, AckIds: []string{id}}))
			},
		})
	}
	return out, nil
}

func timedOut(err error) bool {
	return errors.Is(err, context.DeadlineExceeded) || status.Code(err) == codes.DeadlineExceeded
}

// Close implements [Source].
func (s *googleSource) Close(context.Context) error { return s.client.Close() }

// googleError is an error without what a refused request for a token repeats.
func googleError(err error) error {
	if err != nil && strings.Contains(err.Error(), "oauth2") {
		return errors.New("google refuses the credentials")
	}
	return err
}

type googlePublisher struct {
	client *vkit.TopicAdminClient
	path   string
}

func (c GoogleConfig) publish(ctx context.Context, p GooglePublisher, _ Secrets) (Publisher, error) {
	options, err := c.options(ctx, p.JSONPath)
	if err != nil {
		return nil, err
	}
	client, err := vkit.NewTopicAdminClient(context.WithoutCancel(ctx), options...)
	if err != nil {
		return nil, fmt.Errorf("connect to Google Pub/Sub: %w", err)
	}
	return &googlePublisher{client, p.path()}, nil
}

// Publish implements [Publisher].
func (p *googlePublisher) Publish(ctx context.Context, m Message) error {
	_, err := p.client.Publish(ctx, &pubsubpb.PublishRequest{Topic: p.path, Messages: []*pubsubpb.PubsubMessage{{Data: m.Body, Attributes: m.Attributes}}})
	if err != nil {
		return fmt.Errorf("publish to %s: %w", p.path, googleError(err))
	}
	return nil
}

// Close implements [Publisher].
func (p *googlePublisher) Close(context.Context) error { return p.client.Close() }
