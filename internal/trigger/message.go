package trigger

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"strings"

	"github.com/gennaker/gennaker/internal/model"
)

// Message is a message of a subscription.
type Message struct {
	// System is what it came by, such as google or amazon, and Subscription the name that
	// the configuration gives the subscription.
	System, Subscription string
	ID                   string
	Attributes           map[string]string
	Body                 []byte
	// Format says what the messages are about, as the configuration of the subscription
	// has it: GCR, GCS, or "" for others.
	Format string
	// IDAttribute names the attribute that tells repeats in place of the message's id; ""
	// if none.
	IDAttribute string
}

// Event makes an event of a message. A message that isn't a JSON object is an error: it
// can't start anything, however often it comes.
func (m Message) Event() (*Event, error) {
	text, attributes := m.unwrapped()
	var payload map[string]any
	if err := model.Unmarshal([]byte(text), &payload); err != nil || payload == nil {
		return nil, fmt.Errorf("the message %s of the subscription %s isn't a JSON object", m.ID, m.Subscription)
	}
	id := m.ID
	if other := attributes[m.IDAttribute]; other != "" {
		id = other
	}
	sum := sha256.Sum256([]byte(text))
	return &Event{
		Type: "pubsub", Source: m.Subscription, Payload: payload, Attributes: attributes, Artifacts: m.artifacts(payload),
		Key: "pubsub/" + m.System + "/" + m.Subscription + "/" + id, Digest: hex.EncodeToString(sum[:8]),
		Content: map[string]any{"pubsubSystem": m.System, "subscription": m.Subscription},
	}, nil
}

// unwrapped takes a notification of Amazon's SNS out of the message of SQS that it came
// in, with its attributes.
func (m Message) unwrapped() (text string, attributes map[string]string) {
	attributes = map[string]string{}
	maps.Copy(attributes, m.Attributes)
	if m.System != "amazon" {
		return string(m.Body), attributes
	}
	var notification struct {
		Message           *string
		MessageAttributes map[string]struct{ Type, Value string }
	}
	if err := json.Unmarshal(m.Body, &notification); err != nil || notification.Message == nil {
		return string(m.Body), attributes
	}
	for name, attribute := range notification.MessageAttributes {
		attributes[name] = attribute.Value
	}
	return *notification.Message, attributes
}

// artifacts are those that the messages of a format bring.
func (m Message) artifacts(payload map[string]any) []any {
	switch m.Format {
	case "GCR":
		reference := model.String(payload, "digest")
		separator := "@"
		if reference == "" {
			reference, separator = model.String(payload, "tag"), ":"
		}
		at := strings.LastIndex(reference, separator)
		if at < 0 || model.String(payload, "action") == "DELETE" {
			return nil
		}
		return []any{map[string]any{"type": "docker/image", "name": reference[:at], "version": reference[at+1:], "reference": reference}}
	case "GCS":
		name := "gs://" + model.String(payload, "bucket") + "/" + model.String(payload, "name")
		return []any{map[string]any{"type": "gcs/object", "name": name, "reference": name}}
	}
	return model.List(payload, "artifacts")
}
