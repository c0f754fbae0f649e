package forward

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/httpguard"
	"github.com/gennaker/gennaker/internal/limit"
	"github.com/gennaker/gennaker/internal/masking"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/outbox"
	"github.com/gennaker/gennaker/internal/secret"
	"github.com/gennaker/gennaker/internal/store"
)

// Executions are where executions are read.
type Executions interface {
	Execution(ctx context.Context, id string) (*model.Execution, error)
	ExecutionSizes(ctx context.Context, ids []string) (map[string]int64, error)
}

// Secrets look up what a configuration refers to.
type Secrets interface {
	Resolve(ctx context.Context, ref secret.Ref) (secret.Secret, error)
}

// Options are what a Forwarder is made of. Executions and Secrets are required.
type Options struct {
	Config     Config
	Events     Events
	Executions Executions
	Secrets    Secrets
	// Topics publish to message systems; nil if there are none.
	Topics Topics
	// Memory is what large executions share while they are sent.
	Memory *limit.Budget
	// Wrap puts a transport around the client's, such as OpenTelemetry's.
	Wrap func(http.RoundTripper) http.RoundTripper
	Now  func() time.Time
}

// Forwarder makes messages of events and delivers them.
type Forwarder struct {
	options   Options
	events    Events
	endpoints []endpoint
	client    *http.Client
	// lines are those to the endpoints, by their keys.
	lines map[string]*outbox.Line
	// topics are the names of the topics that get all events, and topicLines the lines to
	// them.
	topics     []string
	topicLines map[string]*outbox.Line
}

// timeout bounds one delivery.
const timeout = 30 * time.Second

// New returns a forwarder; nil if nobody listens.
func New(o Options) (*Forwarder, error) {
	f := &Forwarder{
		options: o, events: o.Events, endpoints: o.Config.endpoints(), lines: map[string]*outbox.Line{},
		topics: allEvents(o.Topics), topicLines: map[string]*outbox.Line{},
	}
	if len(f.endpoints) == 0 && len(f.topics) == 0 {
		return nil, nil
	}
	for _, name := range f.topics {
		f.topicLines[name] = &outbox.Line{}
	}
	for _, e := range f.endpoints {
		f.lines[e.key] = &outbox.Line{}
	}
	// The operator says where events go, which may be anywhere; nobody else does: an
	// answer can't send them on.
	guard, err := httpguard.New(httpguard.Config{AllowedHostnamesRegex: ".*", AllowedSchemes: []string{"http", "https"}, Section: "rest"})
	if err != nil {
		return nil, fmt.Errorf("rest: %w", err)
	}
	f.client = guard.Client(httpguard.ClientOptions{
		ConnectTimeout: 10 * time.Second, ReadTimeout: timeout, TotalTimeout: timeout, MaxResponseBytes: 1 << 20,
		RefuseRedirects: true, Wrap: o.Wrap,
	})
	return f, nil
}

// Kinds are the messages' kinds, for the outbox.
func (f *Forwarder) Kinds() []outbox.Kind {
	return []outbox.Kind{
		{Name: Kind, Deliverer: f, Policy: outbox.Policy{Timeout: timeout}},
		{Name: TopicKind, Deliverer: publisher{f}, Policy: outbox.Policy{Timeout: timeout}},
	}
}

// perByte is what an execution takes for each byte that is stored of it: it is
// decoded, masked, and encoded.
const perByte = 6

// Deliver sends an event.
func (f *Forwarder) Deliver(ctx context.Context, m outbox.Message) error {
	event, err := eventOf(m)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(f.endpoints, func(e endpoint) bool { return e.key == event.Endpoint })
	if at < 0 {
		return outbox.Final(errors.New("the endpoint is not in the configuration any more (rest.endpoints)"))
	}
	to := f.endpoints[at]
	return f.deliver(ctx, f.lines[event.Endpoint], event, func(e *model.Execution) error {
		body, err := f.body(to, event, e)
		if err != nil {
			return outbox.Final(fmt.Errorf("write the event: %w", err))
		}
		return f.post(ctx, to, m.ID, body)
	})
}

// eventOf is the event that a message is about.
func eventOf(m outbox.Message) (event happened, err error) {
	if err := json.Unmarshal(m.Payload, &event); err != nil {
		return happened{}, outbox.Final(fmt.Errorf("read the event: %w", err))
	}
	return event, nil
}

// deliver sends an event with its execution, within the memory that these share, when it is
// the destination's turn.
func (f *Forwarder) deliver(ctx context.Context, to *outbox.Line, event happened, send func(e *model.Execution) error) error {
	sizes, err := f.options.Executions.ExecutionSizes(ctx, []string{event.ExecutionID})
	if err != nil {
		return err
	}
	release, err := f.options.Memory.Take(ctx, sizes[event.ExecutionID]*perByte)
	switch {
	case fault.KindOf(err) == fault.Unavailable:
		// Other large ones are being sent, which says nothing of the destination.
		return outbox.Later(time.Second+rand.N(4*time.Second), err)
	case err != nil:
		return err
	}
	defer release()
	if err := to.Enter(f.now()); err != nil {
		return err
	}
	began, err := time.Now(), errUnsent
	defer func() { to.Leave(ctx, time.Since(began), err) }()
	err = f.withExecution(ctx, event.ExecutionID, send)
	return err
}

// errUnsent is the outcome of a delivery that panics.
var errUnsent = errors.New("the event was not sent")

// withExecution sends what there is of an execution, without what Secrets hold; nil if it
// was deleted.
func (f *Forwarder) withExecution(ctx context.Context, id string, send func(e *model.Execution) error) error {
	e, err := f.options.Executions.Execution(ctx, id)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return send(nil)
	case err != nil:
		return fmt.Errorf("read execution %s: %w", id, err)
	}
	return send(masking.Execution(e))
}

func (f *Forwarder) post(ctx context.Context, to endpoint, id string, body []byte) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, to.URL, bytes.NewReader(body))
	if err != nil {
		return outbox.Final(errors.New("the endpoint's URL can't be used"))
	}
	if err := f.sign(ctx, to, req); err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json; charset=UTF-8")
	// The same each time, for those that must not act twice.
	req.Header.Set("Idempotency-Key", id)
	resp, err := f.client.Do(req)
	if err != nil {
		// A url.Error repeats the URL, which may hold a secret.
		if wrapped, ok := errors.AsType[*url.Error](err); ok {
			err = wrapped.Err
		}
		return fmt.Errorf("send the event to %s: %w", to.host, err)
	}
	defer func() { _ = resp.Body.Close() }()
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, 64<<10)) // so that the connection can be used again
	return answered(to, resp.StatusCode)
}

// answered is what an answer's status means. Some say that the same request will
// never be taken.
func answered(to endpoint, status int) error {
	if status/100 == 2 {
		return nil
	}
	err := fmt.Errorf("%s answered with the status %d", to.host, status)
	switch status {
	case http.StatusBadRequest, http.StatusMethodNotAllowed, http.StatusGone, http.StatusRequestEntityTooLarge,
		http.StatusUnsupportedMediaType, http.StatusUnprocessableEntity:
		return outbox.Final(err)
	}
	return err
}

// sign adds what the endpoint wants to see.
func (f *Forwarder) sign(ctx context.Context, to endpoint, req *http.Request) error {
	for name, ref := range to.Headers {
		value, err := f.options.Secrets.Resolve(ctx, ref)
		if err != nil {
			return fmt.Errorf("look up the header %s: %w", name, err)
		}
		req.Header.Set(name, value.Reveal())
	}
	if to.Username == "" {
		return nil
	}
	password := secret.Secret{}
	if !to.Password.IsZero() {
		var err error
		if password, err = f.options.Secrets.Resolve(ctx, to.Password); err != nil {
			return fmt.Errorf("look up the password: %w", err)
		}
	}
	req.SetBasicAuth(to.Username, password.Reveal())
	return nil
}

// inTemplate puts an event into a template.
func inTemplate(template string, event []byte) []byte {
	return bytes.ReplaceAll([]byte(template), []byte(eventMark), event)
}
