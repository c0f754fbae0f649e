// Package webhook makes events of the requests that other systems send when something
// happens there: Git hosts, registries, CI systems, anything that can send JSON. What it
// reads of each is what Echo's webhook handlers read. It is pure: a request's headers and
// body go in, events come out.
package webhook

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/limit"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/trigger"
)

// Request is a request to /webhooks/{type}/{source}, or to /webhooks/{type}, where the
// body names the source.
type Request struct {
	Type, Source string
	// Header has names in the form that net/http gives them.
	Header http.Header
	// Query are the parameters of the URL.
	Query url.Values
	// Body is what was sent, byte for byte.
	Body []byte
}

// Read makes events of a request. There are none if the request is fine but tells of
// nothing that could start a pipeline, such as a ping. An error is a fault of kind
// Invalid that says what is wrong with the request. The events have no id and no time.
func Read(r Request) ([]*trigger.Event, error) {
	if strings.Contains(r.Source, "/") {
		return nil, fault.New(fault.Invalid, "the source of a webhook can't contain a slash: send the request to /webhooks/%s/NAME", r.Type)
	}
	switch {
	case strings.EqualFold(r.Type, "cdevents"):
		return readCloudEvent(r)
	case r.Type == "git":
		return readGit(r)
	}
	body, err := object(r)
	if err != nil {
		return nil, err
	}
	e := &trigger.Event{Type: "webhook", Source: r.Source, Content: body, Proof: proof(r), Key: delivery(r)}
	if !strings.EqualFold(r.Type, "webhook") {
		// Echo takes events of any type here, so that whoever reaches it can start any
		// pipeline. It is noted that the request came; nothing listens to it.
		e.Type = "webhook/" + r.Type
	}
	if r.Source == "" {
		e.Source, e.Artifacts = model.String(body, "source"), model.List(body, "artifacts")
		return []*trigger.Event{e}, nil
	}
	e.Payload = body
	if e.Artifacts, err = brought(e); err != nil {
		return nil, err
	}
	return []*trigger.Event{e}, nil
}

// object reads the body as a JSON object. As in Echo, null counts as an empty one, and
// text after the value is ignored. A form is taken too: GitHub's, whose field payload
// holds JSON, or any other, whose fields become those of the object.
func object(r Request) (map[string]any, error) {
	if len(bytes.TrimSpace(r.Body)) == 0 {
		return nil, fault.New(fault.Invalid, "the request has no body: send a JSON object")
	}
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err == nil && kind == "application/x-www-form-urlencoded" && !looksLikeJSON(r.Body) {
		return form(r.Body)
	}
	return decode(r.Body)
}

func looksLikeJSON(body []byte) bool {
	trimmed := bytes.TrimSpace(body)
	return len(trimmed) > 0 && (trimmed[0] == '{' || trimmed[0] == '[')
}

func decode(text []byte) (map[string]any, error) {
	if _, err := limit.Document.JSON(text); err != nil {
		return nil, err
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		if errors.Is(err, io.ErrUnexpectedEOF) {
			err = errors.New("it ends in the middle")
		}
		return nil, fault.New(fault.Invalid, "the body is not valid JSON (%v): send a JSON object", err)
	}
	switch v := value.(type) {
	case nil:
		return map[string]any{}, nil
	case map[string]any:
		return v, nil
	}
	return nil, fault.New(fault.Invalid, "the body is %s: send a JSON object, such as {\"items\": ...}", jsonKind(value))
}

func jsonKind(value any) string {
	switch value.(type) {
	case []any:
		return "a JSON array"
	case string:
		return "a JSON string"
	case bool:
		return "a JSON boolean"
	default:
		return "a JSON number"
	}
}

func form(body []byte) (map[string]any, error) {
	fields, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, fault.New(fault.Invalid, "the body isn't a valid form: %v", err)
	}
	if payload := fields.Get("payload"); len(fields) == 1 && payload != "" {
		return decode([]byte(payload))
	}
	out := make(map[string]any, len(fields))
	for name, values := range fields {
		if len(values) == 1 {
			out[name] = values[0]
			continue
		}
		list := make([]any, len(values))
		for i, value := range values {
			list[i] = value
		}
		out[name] = list
	}
	return out, nil
}

// proof is what the request brings to prove that its sender knows a secret.
func proof(r Request) trigger.Proof {
	return trigger.Proof{
		Body: r.Body, SHA1: r.Header.Get("X-Hub-Signature"), SHA256: first(r.Header, "X-Hub-Signature-256", "X-Gitea-Signature", "X-Forgejo-Signature"),
		Token: r.Header.Get("X-Gitlab-Token"),
	}
}

// delivery is the id of a delivery, which is the same when it is sent again.
func delivery(r Request) string {
	id := first(r.Header, "X-Github-Delivery", "X-Gitea-Delivery", "X-Gitlab-Event-Uuid", "X-Request-Uuid", "Idempotency-Key")
	if id == "" {
		return ""
	}
	return fmt.Sprintf("webhook/%s/%s/%s", r.Type, r.Source, id)
}

// first is the first of some headers that is there.
func first(h http.Header, names ...string) string {
	for _, name := range names {
		if value := h.Get(name); value != "" {
			return value
		}
	}
	return ""
}
