package channel

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/notify"
	"github.com/gennaker/gennaker/internal/pubsub"
	"github.com/gennaker/gennaker/internal/secret"
)

// Rehearsal is what a channel would send, for people who want to see it before.
type Rehearsal struct {
	// Subject is a mail's, and HTML its text.
	Subject string `json:"subject,omitempty"`
	HTML    string `json:"html,omitempty"`
	// To and CC are whom a mail is for.
	To []string `json:"to,omitempty"`
	CC []string `json:"cc,omitempty"`
	// Texts are those that people read in it, as they are written: with the markup of the
	// service.
	Texts []string `json:"texts"`
	// Host is where it is sent, without the path, which may be a secret; "" for mails.
	Host string `json:"host,omitempty"`
	// Content is what is sent: a JSON value, or text; absent for mails.
	Content any `json:"content,omitempty"`
}

// Rehearse gives what a channel would send of a notice, or of a message if that isn't nil,
// to whoever its settings name. It sends nothing, looks up no secret, and works for channels
// that aren't turned on too. [ErrNothing] means that there would be nothing to send. Faults
// of kind Invalid say what is wrong with the settings.
func Rehearse(ctx context.Context, c Config, parts Parts, kind string, n Notice, m *notify.Message) (*Rehearsal, error) {
	world := &recorder{publishers: parts.Topics}
	targets := maps.Clone(c.Extra.Targets)
	for name, t := range targets {
		t.URL = secret.NewRef(standInURL)
		targets[name] = t
	}
	c.Extra.Targets = targets
	if c.Mail.From == "" {
		c.Mail.From = "gennaker@localhost"
	}
	parts.Secrets, parts.Fixed, parts.Users, parts.Mail, parts.Topics = world, world, world, world, world
	channel, known := New(c, parts)[kind]
	if !known {
		return nil, fault.New(fault.Invalid, "type: there is no channel %q", fault.Short(kind))
	}
	title := channel.Describe().Title
	var err error
	if m != nil {
		sender, ok := channel.(MessageSender)
		if !ok {
			return nil, fault.New(fault.Invalid, "%s sends no messages about manual judgments", title)
		}
		_, err = sender.SendMessage(ctx, *m)
	} else {
		sender, ok := channel.(EventSender)
		if !ok {
			return nil, fault.New(fault.Invalid, "%s doesn't tell of events", title)
		}
		err = sender.SendEvent(ctx, n)
	}
	switch {
	case world.sent != nil:
		return world.sent, nil
	case err == nil:
		return nil, ErrNothing
	}
	return nil, err
}

// standIn is every secret of a rehearsal, and standInURL the address of a target.
const (
	standIn    = "hidden"
	standInURL = "https://hidden.invalid/hidden"
)

// errRehearsed ends what a channel does after it has sent the first thing.
var errRehearsed = errors.New("this is a rehearsal: nothing is sent")

// recorder is the world as a channel sees it in a rehearsal: it notes the first thing that is
// sent. It is used by one goroutine.
type recorder struct {
	publishers Topics
	sent       *Rehearsal
}

// Resolve implements [Secrets].
func (r *recorder) Resolve(_ context.Context, ref secret.Ref) (secret.Secret, error) {
	if ref == secret.NewRef(standInURL) {
		return secret.New(standInURL), nil
	}
	return secret.New(standIn), nil
}

// Do implements [Client]. What only asks gets an empty answer.
func (r *recorder) Do(req *http.Request) (*http.Response, error) {
	if req.Method == http.MethodGet {
		return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader("{}")), Request: req}, nil
	}
	var body []byte
	if req.Body != nil {
		defer func() { _ = req.Body.Close() }()
		var err error
		if body, err = io.ReadAll(req.Body); err != nil {
			return nil, err
		}
	}
	content, err := contentOf(req.Header.Get("Content-Type"), body)
	if err != nil {
		return nil, err
	}
	r.note(&Rehearsal{Host: req.URL.Host, Content: content, Texts: textsIn(content)})
	if r.sent.Host == "hidden.invalid" {
		r.sent.Host = ""
	}
	return nil, errRehearsed
}

// Send implements [Mailer].
func (r *recorder) Send(_ context.Context, m Mail) error {
	r.note(&Rehearsal{Subject: m.Subject, HTML: m.HTML, To: m.To, CC: m.CC, Texts: []string{}})
	return errRehearsed
}

// Publish implements [Topics].
func (r *recorder) Publish(_ context.Context, name string, m pubsub.Message) error {
	var body any
	if err := json.Unmarshal(m.Body, &body); err != nil {
		return err
	}
	if !slices.ContainsFunc(r.List(), func(p pubsub.PublisherConfig) bool { return p.Name == name }) {
		return fault.New(fault.Invalid, "publisherName: there is no publisher %q in this server's configuration", fault.Short(name))
	}
	r.note(&Rehearsal{Content: map[string]any{"attributes": m.Attributes, "body": body}, Texts: []string{}})
	return errRehearsed
}

// List implements [Topics].
func (r *recorder) List() []pubsub.PublisherConfig {
	if r.publishers == nil {
		return nil
	}
	return r.publishers.List()
}

func (r *recorder) note(sent *Rehearsal) {
	if r.sent == nil {
		r.sent = sent
	}
}

// contentOf reads a body: JSON as its value, a form as an object whose values that are
// JSON are read too, and others as a note that they aren't text.
func contentOf(contentType string, body []byte) (any, error) {
	kind, _, err := mime.ParseMediaType(contentType)
	if err != nil {
		kind = contentType
	}
	switch {
	case kind == formType:
		values, err := url.ParseQuery(string(body))
		if err != nil {
			return nil, err
		}
		out := map[string]any{}
		for name, list := range values {
			out[name] = jsonOr(strings.Join(list, ", "))
		}
		return out, nil
	case strings.HasSuffix(kind, "json"):
		return jsonOr(string(body)), nil
	}
	return string(bytes.ToValidUTF8(body, []byte("?"))), nil
}

// jsonOr is the object or list that a text is, or the text itself.
func jsonOr(text string) any {
	if !strings.HasPrefix(text, "{") && !strings.HasPrefix(text, "[") {
		return text
	}
	var value any
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		return text
	}
	return value
}

// readable are the fields that hold the texts that people read, in the order in which
// they read them.
var readable = []string{
	"title", "subject", "summary", "header", "Subject", "message", "text", "content", "body", "Body", "description", "markdown", "textParagraph", "details", "value",
}

// textsIn gathers the texts that people read, each once.
func textsIn(value any) []string {
	out := []string{}
	add := func(text string) {
		if text = strings.TrimSpace(text); text != "" && !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	var walk func(value any)
	walk = func(value any) {
		switch v := value.(type) {
		case []any:
			for _, item := range v {
				walk(item)
			}
		case map[string]any:
			for _, name := range readable {
				if text, ok := v[name].(string); ok {
					add(text)
				}
			}
			for _, name := range slices.Sorted(maps.Keys(v)) {
				if _, text := v[name].(string); !text && name != "actions" { // buttons
					walk(model.Plain(v[name]))
				}
			}
		}
	}
	walk(value)
	return out
}
