package events

import (
	"context"
	"encoding/json"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
)

// channel is what PostgreSQL's LISTEN and NOTIFY call our events.
const channel = "gennaker_events"

// maxPayload keeps a notification below PostgreSQL's limit of 8000 bytes.
const maxPayload = 7000

// message is one notification.
type message struct {
	From   string            `json:"from"`
	Events []json.RawMessage `json:"events"`
}

// Run hears the other processes' events until ctx ends. A connection that
// breaks is made anew.
func (b *Bus) Run(ctx context.Context) error {
	b.st.Listen(ctx, channel, func() {}, func(payload string) { b.hear(ctx, payload) })
	return nil
}

func (b *Bus) hear(ctx context.Context, payload string) {
	var m message
	if err := json.Unmarshal([]byte(payload), &m); err != nil {
		b.log.WarnContext(ctx, "can't read another process's events", "error", err)
		return
	}
	if m.From == b.id {
		return
	}
	for _, raw := range m.Events {
		var e Event
		if err := json.Unmarshal(raw, &e); err != nil {
			b.log.WarnContext(ctx, "can't read another process's event", "error", err)
			continue
		}
		b.deliver(e)
	}
}

// notify sends events to the other processes, in as few notifications as they
// fit.
func (b *Bus) notify(events []Event) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	batch, m, size := &pgx.Batch{}, message{From: b.id}, 0
	flush := func() {
		if len(m.Events) == 0 {
			return
		}
		if payload, err := json.Marshal(m); err == nil {
			batch.Queue("SELECT pg_notify($1, $2)", channel, string(payload))
		}
		m.Events, size = nil, 0
	}
	for _, e := range events {
		raw, err := json.Marshal(e)
		if err != nil || len(raw) > maxPayload {
			b.log.Warn("can't tell other processes of an event", "execution", e.ExecutionID, "error", err)
			continue
		}
		if size+len(raw) > maxPayload {
			flush()
		}
		m.Events, size = append(m.Events, raw), size+len(raw)+1
	}
	flush()
	if err := b.st.Postgres().SendBatch(ctx, batch).Close(); err != nil {
		b.log.Warn("can't tell other processes of events", "events", len(events), "error", err)
	}
}

// outbox gathers events while earlier ones are being sent, the latest of each
// execution. The transactions themselves don't notify: PostgreSQL has the
// commits that do wait for each other.
type outbox struct {
	send func([]Event)

	// sends is the goroutine that sends, if there is one.
	sends sync.WaitGroup

	mu      sync.Mutex
	sending bool
	waiting []Event
	places  map[string]int
}

func (o *outbox) add(e Event) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if i, ok := o.places[e.ExecutionID]; ok {
		o.waiting[i] = e
	} else {
		if o.places == nil {
			o.places = map[string]int{}
		}
		o.places[e.ExecutionID] = len(o.waiting)
		o.waiting = append(o.waiting, e)
	}
	if !o.sending {
		o.sending = true
		o.sends.Go(o.work)
	}
}

func (o *outbox) work() {
	for {
		o.mu.Lock()
		events := o.waiting
		o.waiting, o.places = nil, nil
		if len(events) == 0 {
			o.sending = false
			o.mu.Unlock()
			return
		}
		o.mu.Unlock()
		o.send(events)
	}
}
