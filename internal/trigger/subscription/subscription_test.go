package subscription

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/pubsub"
	"github.com/gennaker/gennaker/internal/resource"
	"github.com/gennaker/gennaker/internal/testlog"
	"github.com/gennaker/gennaker/internal/trigger"
	"github.com/gennaker/gennaker/internal/trigger/eventlog"
)

// patient is how long a test waits for what must come.
const patient = time.Minute

// queue is a system that delivers what isn't taken again.
type queue struct {
	// ordered delivers like Kafka: what isn't taken comes when the source is opened again.
	ordered, once bool

	mu       sync.Mutex
	waiting  []pubsub.Message
	acked    []string
	returned []string
	opened   int
	broken   error
}

func (q *queue) open(context.Context, pubsub.Secrets) (pubsub.Source, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.opened++
	if q.broken != nil {
		return nil, q.broken
	}
	return &queueSource{queue: q, next: len(q.acked)}, nil
}

func (q *queue) send(messages ...pubsub.Message) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.waiting = append(q.waiting, messages...)
}

func (q *queue) breakDown(err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.broken = err
}

func (q *queue) seen() (acked, returned []string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	return append([]string{}, q.acked...), append([]string{}, q.returned...)
}

type queueSource struct {
	*queue
	next int
}

// Poll implements [pubsub.Source].
func (s *queueSource) Poll(ctx context.Context) ([]pubsub.Delivery, error) {
	for ctx.Err() == nil {
		if got, err := s.now(); len(got) > 0 || err != nil {
			return got, err
		}
		wait(ctx, time.Millisecond)
	}
	return nil, ctx.Err()
}

func (s *queueSource) now() (out []pubsub.Delivery, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.broken != nil {
		return nil, s.broken
	}
	messages := s.waiting
	if s.ordered {
		messages = s.waiting[s.next:]
		s.next = len(s.waiting)
	} else {
		s.waiting = nil
	}
	for _, m := range messages {
		out = append(out, s.delivery(m))
	}
	return out, nil
}

func (s *queueSource) delivery(m pubsub.Message) pubsub.Delivery {
	d := pubsub.Delivery{Message: m, Once: s.once, Ack: func(context.Context) error {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.acked = append(s.acked, m.ID)
		return nil
	}}
	switch {
	case s.ordered:
		d.Order = "p"
	case !s.once:
		d.Return = func(context.Context) error {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.returned, s.waiting = append(s.returned, m.ID), append(s.waiting, m)
			return nil
		}
	}
	return d
}

// Close implements [pubsub.Source].
func (s *queueSource) Close(context.Context) error { return nil }

// events keeps events as the log does, by their keys.
type events struct {
	mu    sync.Mutex
	kept  []trigger.Event
	tries int
	// refuse says why an event can't be kept now; nil if it can.
	refuse func(e *trigger.Event, try int) error
}

func (k *events) Receive(_ context.Context, e *trigger.Event) (eventlog.Received, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.tries++
	if k.refuse != nil {
		if err := k.refuse(e, k.tries); err != nil {
			return eventlog.Received{}, err
		}
	}
	for _, old := range k.kept {
		if e.Key != "" && old.Key == e.Key {
			return eventlog.Received{Repeat: true}, nil
		}
	}
	k.kept = append(k.kept, *e)
	return eventlog.Received{}, nil
}

func (k *events) all() []trigger.Event {
	k.mu.Lock()
	defer k.mu.Unlock()
	return append([]trigger.Event{}, k.kept...)
}

// read reads a queue until the test ends.
func read(t *testing.T, q *queue, k *events, reading pubsub.Reading) *Service {
	t.Helper()
	reading.Name = "orders"
	s, err := New(Options{
		Sources: []pubsub.SourceConfig{{System: "amqp", Reading: reading, Where: "queue orders", Open: q.open}}, Events: k,
		Logger: testlog.New(t, slog.LevelInfo),
	})
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = s.Run(ctx)
	}()
	t.Cleanup(func() { cancel(); <-ended })
	return s
}

// status is what the resource of the one subscription says, after what it said before.
func (s *Service) status(t *testing.T, before Status) (Status, resource.Condition) {
	t.Helper()
	text, err := model.Marshal(before)
	require.NoError(t, err)
	got, err := s.Kind().Reconciler.Reconcile(t.Context(), resource.Resource{Kind: ResourceKind, Name: "amqp/orders", Status: text})
	require.NoError(t, err)
	status, ok := got.Status.(Status)
	require.True(t, ok)
	if len(got.Conditions) == 0 {
		return status, resource.Condition{Type: resource.Ready, Status: resource.True}
	}
	return status, got.Conditions[0]
}

func message(id, body string) pubsub.Message {
	return pubsub.Message{ID: id, Body: []byte(body), Published: time.Now().Add(-time.Second)}
}

func eventually(t *testing.T, condition func() bool) {
	t.Helper()
	require.Eventually(t, condition, patient, time.Millisecond)
}

func TestMessagesAreEvents(t *testing.T) {
	t.Parallel()
	q, k := &queue{}, &events{}
	s := read(t, q, k, pubsub.Reading{IDAttribute: "order"})
	q.send(message("1", `{"a":1}`), message("1", `{"a":1}`), message("2", `not JSON`), message("3", `[1]`), message("4", ""),
		message("5", `{"a":"`+strings.Repeat("x", pubsub.MostBytes)+`"}`), message("6", strings.Repeat(`{"a":`, 100_000)))
	named := message("7", `{"a":7}`)
	named.Attributes = map[string]string{"order": "o-7"}
	q.send(named)
	eventually(t, func() bool { acked, _ := q.seen(); return len(acked) == 8 })
	_, returned := q.seen()
	require.Empty(t, returned)
	problems := map[string]string{}
	for _, e := range k.all() {
		require.Equal(t, "pubsub", e.Type)
		require.Equal(t, "orders", e.Source)
		id := model.String(e.Content, "messageId")
		problems[id] = model.String(e.Content, "problem")
		require.Equal(t, problems[id] == "", e.Payload != nil)
	}
	require.Len(t, problems, 7)
	require.Empty(t, problems["1"])
	require.Empty(t, problems["7"])
	for _, id := range []string{"2", "3", "4"} {
		require.Contains(t, problems[id], "isn't a JSON object")
	}
	require.Contains(t, problems["5"], "10485760 is the limit")
	require.NotEmpty(t, problems["6"])

	status, ready := s.status(t, Status{Events: 10, Refused: 1})
	require.Equal(t, resource.True, ready.Status)
	require.EqualValues(t, 17, status.Events)
	require.EqualValues(t, 6, status.Refused)
	require.GreaterOrEqual(t, status.Lag, int64(1000))
	require.NotZero(t, status.LastSuccess)
	require.NotZero(t, status.LastAttempt)
	status, _ = s.status(t, status)
	require.EqualValues(t, 17, status.Events, "each is counted once")
	require.Equal(t, []Named{{"amqp", "orders"}}, s.List())
}

// TestTheDatabaseIsAway: no message is acknowledged before its event is kept, and each is
// kept once.
func TestTheDatabaseIsAway(t *testing.T) {
	t.Parallel()
	for name, q := range map[string]*queue{"queue": {}, "ordered": {ordered: true}, "once": {once: true}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := &events{refuse: func(_ *trigger.Event, try int) error {
				if try%3 != 0 {
					return errors.New("the database is away")
				}
				return nil
			}}
			read(t, q, k, pubsub.Reading{})
			for i := range 5 {
				q.send(message(fmt.Sprint(i), `{"a":1}`))
			}
			eventually(t, func() bool { acked, _ := q.seen(); return len(acked) == 5 })
			require.Len(t, k.all(), 5)
		})
	}
}

// TestABusyKey: Echo gives a message back if another with its id and other content came a
// moment ago.
func TestABusyKey(t *testing.T) {
	t.Parallel()
	q := &queue{}
	k := &events{refuse: func(e *trigger.Event, try int) error {
		if try < 2 {
			return &eventlog.BusyError{Key: e.Key}
		}
		return nil
	}}
	read(t, q, k, pubsub.Reading{})
	q.send(message("1", `{"a":1}`))
	eventually(t, func() bool { acked, _ := q.seen(); return len(acked) == 1 })
	require.Len(t, k.all(), 1)
}

// TestMessagesThatBreakSomething are kept with the reason, and don't come again.
func TestMessagesThatBreakSomething(t *testing.T) {
	t.Parallel()
	for name, breaks := range map[string]func() error{
		"refused": func() error { return fault.New(fault.Invalid, "it is bad") },
		"panic":   func() error { panic("it is bad") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			q := &queue{}
			k := &events{refuse: func(e *trigger.Event, _ int) error {
				if e.Payload != nil && e.Payload["bad"] != nil {
					return breaks()
				}
				return nil
			}}
			read(t, q, k, pubsub.Reading{})
			q.send(message("1", `{"bad":1}`), message("2", `{"good":1}`))
			eventually(t, func() bool { acked, _ := q.seen(); return len(acked) == 2 })
			kept := k.all()
			require.Len(t, kept, 2)
			for _, e := range kept {
				if model.String(e.Content, "messageId") == "1" {
					require.Contains(t, model.String(e.Content, "problem"), "it is bad")
				}
			}
		})
	}
}

// TestASystemThatIsAway is tried again, and told of.
func TestASystemThatIsAway(t *testing.T) {
	t.Parallel()
	q, k := &queue{}, &events{}
	q.breakDown(errors.New("connect to amqp://robot:hunter2@broker: refused"))
	s := read(t, q, k, pubsub.Reading{})
	eventually(t, func() bool { status, _ := s.status(t, Status{}); return status.Error != "" })
	status, ready := s.status(t, Status{})
	require.Equal(t, resource.False, ready.Status)
	require.Equal(t, "ReadingFailed", ready.Reason)
	require.NotContains(t, status.Error+ready.Message, "hunter2")
	require.Zero(t, status.LastSuccess)
	q.breakDown(nil)
	q.send(message("1", `{"a":1}`))
	eventually(t, func() bool { return len(k.all()) == 1 })
	eventually(t, func() bool { _, ready := s.status(t, Status{}); return ready.Status == resource.True })
	q.breakDown(errors.New("gone"))
	eventually(t, func() bool { _, ready := s.status(t, Status{}); return ready.Status == resource.False })

	other, err := s.Kind().Reconciler.Reconcile(t.Context(), resource.Resource{Kind: ResourceKind, Name: "amqp/other"})
	require.NoError(t, err)
	require.Equal(t, "NotConfigured", other.Conditions[0].Reason)
}

func TestTemplates(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "images.jinja")
	require.NoError(t, os.WriteFile(path, []byte(`[{% for image in images %}
		{"type": "docker/image", "name": "{{ image.name }}", "version": "{{ image.tag }}", "reference": "{{ image.name }}:{{ image.tag }}"}{% if not loop.last %},{% endif %}
	{% endfor %}]`), 0o600))
	q, k := &queue{}, &events{}
	read(t, q, k, pubsub.Reading{TemplatePath: path, MessageFormat: "CUSTOM"})
	q.send(message("1", `{"images":[{"name":"acme/cart","tag":"1"},{"name":"acme/shop","tag":"2"}]}`), message("2", `{"images":[{"name":"\""}]}`), message("3", `{}`))
	eventually(t, func() bool { return len(k.all()) == 3 })
	for _, e := range k.all() {
		switch model.String(e.Content, "messageId") {
		case "1":
			require.Len(t, e.Artifacts, 2)
			require.Equal(t, object{"type": "docker/image", "name": "acme/shop", "version": "2", "reference": "acme/shop:2"}, e.Artifacts[1])
		case "2":
			require.Contains(t, model.String(e.Content, "artifactsProblem"), "JSON list of artifacts")
		case "3":
			require.Empty(t, e.Artifacts)
		}
	}
	_, err := New(Options{Sources: []pubsub.SourceConfig{{System: "amqp", Reading: pubsub.Reading{Name: "x", TemplatePath: path + "x"}}}})
	require.ErrorContains(t, err, "templatePath")
}

type object = map[string]any
