package channel

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/google"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/limit"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/notify"
)

// PubsubConfig is the channel pubsub.
type PubsubConfig struct {
	Enabled bool               `yaml:"enabled" doc:"If true, messages are published."`
	Google  GooglePubsubConfig `yaml:"google" doc:"Google's Pub/Sub."`
}

// GooglePubsubConfig are the topics of Google's Pub/Sub.
type GooglePubsubConfig struct {
	Enabled    bool              `yaml:"enabled" doc:"If true, messages are published."`
	Endpoint   string            `yaml:"endpoint" doc:"URL of the API. Default: https://pubsub.googleapis.com. An emulator's URL begins with http:// and gets no credentials. Spinnaker has no such setting."`
	Publishers []PublisherConfig `yaml:"publishers" doc:"The topics."`
}

// PublisherConfig is a topic.
type PublisherConfig struct {
	Name      string `yaml:"name" doc:"Name by which notifications choose it (publisherName)."`
	Project   string `yaml:"project" doc:"Google project of the topic."`
	TopicName string `yaml:"topicName" doc:"Name of the topic."`
	JSONPath  string `yaml:"jsonPath" doc:"Path of a service account's key. Default: the application default credentials."`
}

// pubsub is the channel pubsub.
type pubsub struct {
	config PubsubConfig
	parts  Parts

	mu     sync.Mutex
	tokens map[string]oauth2.TokenSource // by the path of the key
}

func newPubsub(c PubsubConfig, parts Parts) *pubsub {
	return &pubsub{config: c, parts: parts, tokens: map[string]oauth2.TokenSource{}}
}

type pubsubFields struct {
	PublisherName string `json:"publisherName" required:"true" doc:"Name of a publisher in this server's configuration (pubsub.google.publishers)."`
}

// Describe implements [Channel].
func (p *pubsub) Describe() Description {
	return Description{
		Type: "pubsub", Title: "Google Pub/Sub", Fields: fields[pubsubFields](), Pace: Pace{Burst: 50, Every: 20 * time.Millisecond},
		Missing: missing("pubsub", "enabled", p.config.Enabled, "google.enabled", p.config.Google.Enabled, "google.publishers", len(p.config.Google.Publishers) > 0),
	}
}

// SendEvent implements [EventSender]: it publishes the event as Echo does, with what is
// known of it.
func (p *pubsub) SendEvent(ctx context.Context, n Notice) error {
	e := n.Event
	content := object{"executionId": e.Execution.ID, "execution": object{
		"id": e.Execution.ID, "name": e.Execution.Name, "description": e.Execution.Description, "application": e.Application, "trigger": e.Execution.Trigger,
	}}
	attributes := map[string]string{
		"rawType": "orca:" + e.Kind + ":" + e.Phase, "source": "orca", "type": e.Kind, "status": e.Phase, "application": e.Application,
	}
	if e.Stage != nil {
		content["name"], content["stageId"] = e.StageName(), e.Stage.ID
		attributes["name"] = e.StageName()
	}
	return p.publish(ctx, model.String(n.Settings, "publisherName"), object{
		"details": object{
			"source": "orca", "type": attributes["rawType"], "application": e.Application, "created": strconv.FormatInt(p.parts.Now().UnixMilli(), 10),
		},
		"content": content,
	}, attributes)
}

// SendMessage implements [MessageSender].
func (p *pubsub) SendMessage(ctx context.Context, m notify.Message) (any, error) {
	attributes := map[string]string{}
	if m.Source != nil {
		for name, value := range map[string]string{"application": m.Source.Application, "type": m.Source.ExecutionType} {
			if value != "" {
				attributes[name] = value
			}
		}
	}
	return nil, each(m.To, func(to string) error { return p.publish(ctx, to, m.Context, attributes) })
}

func (p *pubsub) publish(ctx context.Context, name string, payload map[string]any, attributes map[string]string) error {
	at := slices.IndexFunc(p.config.Google.Publishers, func(c PublisherConfig) bool { return strings.EqualFold(c.Name, name) })
	if at < 0 || name == "" {
		return fault.New(fault.Invalid, "publisherName: there is no publisher %q (pubsub.google.publishers)", fault.Short(name))
	}
	to := p.config.Google.Publishers[at]
	text, err := model.Marshal(payload)
	if err != nil {
		return fmt.Errorf("write the message to Pub/Sub: %w", err)
	}
	endpoint := base(p.config.Google.Endpoint, "https://pubsub.googleapis.com")
	c, err := post("Pub/Sub", p.parts.Fixed, endpoint+"/v1/projects/"+url.PathEscape(to.Project)+"/topics/"+url.PathEscape(to.TopicName)+":publish", object{
		"messages": []any{object{"data": base64.StdEncoding.EncodeToString(text), "attributes": attributes}},
	})
	if err != nil {
		return err
	}
	if !strings.HasPrefix(endpoint, "http://") {
		token, err := p.token(to.JSONPath) //nolint:contextcheck // what gives tokens outlives the request
		if err != nil {
			return err
		}
		c.header.Set("Authorization", "Bearer "+token)
		c.hide = []string{token}
	}
	_, err = c.do(ctx)
	return err
}

const pubsubScope = "https://www.googleapis.com/auth/pubsub"

// token is what proves who publishes.
func (p *pubsub) token(path string) (string, error) {
	source, err := p.source(path)
	if err != nil {
		return "", err
	}
	token, err := source.Token()
	if err != nil {
		return "", errors.New("get a token for Pub/Sub: Google refuses the credentials") // the cause may quote them
	}
	return token.AccessToken, nil
}

func (p *pubsub) source(path string) (oauth2.TokenSource, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if source, ok := p.tokens[path]; ok {
		return source, nil
	}
	// It is used for all tokens to come, so that it must outlive the request.
	ctx := context.Background()
	var credentials *google.Credentials
	if path == "" {
		var err error
		if credentials, err = google.FindDefaultCredentials(ctx, pubsubScope); err != nil {
			return nil, fmt.Errorf("find Google's application default credentials: %w", err)
		}
	} else {
		file, err := os.Open(path)
		if err != nil {
			return nil, fmt.Errorf("read the key of a publisher (jsonPath): %w", err)
		}
		defer func() { _ = file.Close() }()
		key, err := limit.Read(file, 1<<20, path)
		if err != nil {
			return nil, err
		}
		if credentials, err = google.CredentialsFromJSONWithType(ctx, key, google.ServiceAccount, pubsubScope); err != nil {
			return nil, fmt.Errorf("read the key of a publisher (jsonPath): %s is no key of a service account", path)
		}
	}
	p.tokens[path] = credentials.TokenSource
	return credentials.TokenSource, nil
}
