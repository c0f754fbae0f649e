package trigger

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"strings"

	"github.com/gennaker/gennaker/internal/limit"
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
	// has it: GCB, GCR, GCS, S3, or "" for others.
	Format string
	// IDAttribute names the attribute that tells repeats in place of the message's id; ""
	// if none.
	IDAttribute string
}

// Event makes an event of a message. A message that isn't a JSON object is an error: it
// can't start anything, however often it comes.
func (m Message) Event() (*Event, error) {
	text, attributes := m.unwrapped()
	if _, err := limit.Document.JSON([]byte(text)); err != nil {
		return nil, fmt.Errorf("the message %s of the subscription %s can't be read: %w", m.ID, m.Subscription, err)
	}
	var payload map[string]any
	if err := model.Unmarshal([]byte(text), &payload); err != nil || payload == nil {
		return nil, fmt.Errorf("the message %s of the subscription %s isn't a JSON object", m.ID, m.Subscription)
	}
	e := m.event(text, attributes)
	e.Payload, e.Artifacts = payload, m.artifacts(payload)
	return e, nil
}

// Refused is the event that a message came that can't start anything, for a reason.
func (m Message) Refused(reason string) *Event {
	e := m.event(m.unwrapped())
	e.Content["problem"] = reason
	return e
}

// event is the event without what it brings. Without an id nothing tells repeats.
func (m Message) event(text string, attributes map[string]string) *Event {
	id := m.ID
	if other := attributes[m.IDAttribute]; other != "" {
		id = other
	}
	sum := sha256.Sum256([]byte(text))
	e := &Event{
		Type: "pubsub", Source: m.Subscription, Attributes: attributes, Digest: hex.EncodeToString(sum[:8]),
		Content: map[string]any{"pubsubSystem": m.System, "subscription": m.Subscription, "messageId": m.ID},
	}
	if id != "" {
		e.Key = "pubsub/" + m.System + "/" + m.Subscription + "/" + id
	}
	return e
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
		if model.String(payload, "action") == "DELETE" {
			return nil
		}
		if reference := model.String(payload, "digest"); reference != "" {
			return pushed(reference, "@")
		}
		return pushed(model.String(payload, "tag"), ":")
	case "GCB":
		return built(payload)
	case "GCS":
		name := "gs://" + model.String(payload, "bucket") + "/" + model.String(payload, "name")
		return []any{map[string]any{"type": "gcs/object", "name": name, "reference": name}}
	case "S3":
		return objects(payload)
	}
	return model.List(payload, "artifacts")
}

// pushed is the image of a reference with a version.
func pushed(reference, separator string) []any {
	at := strings.LastIndex(reference, separator)
	if at < 0 {
		return nil
	}
	return []any{map[string]any{"type": "docker/image", "name": reference[:at], "version": reference[at+1:], "reference": reference}}
}

// built are the images that a build of Google Cloud Build has pushed.
func built(payload map[string]any) (out []any) {
	for _, image := range model.Objects(model.Object(payload, "results"), "images") {
		name, digest := model.String(image, "name"), model.String(image, "digest")
		if name == "" || digest == "" {
			continue
		}
		if at := strings.LastIndex(name, ":"); at > strings.LastIndex(name, "/") {
			name = name[:at]
		}
		out = append(out, map[string]any{"type": "docker/image", "name": name, "version": digest, "reference": name + "@" + digest})
	}
	return out
}

// objects are those that a notification of S3 tells of; their keys are encoded as in URLs.
func objects(payload map[string]any) (out []any) {
	for _, record := range model.Objects(payload, "Records") {
		about := model.Object(record, "s3")
		bucket, key := model.String(model.Object(about, "bucket"), "name"), model.String(model.Object(about, "object"), "key")
		if plain, err := url.QueryUnescape(key); err == nil {
			key = plain
		}
		if bucket == "" || key == "" {
			continue
		}
		name := "s3://" + bucket + "/" + key
		artifact := map[string]any{"type": "s3/object", "name": name, "reference": name}
		if version := model.String(model.Object(about, "object"), "versionId"); version != "" {
			artifact["version"] = version
		}
		out = append(out, artifact)
	}
	return out
}
