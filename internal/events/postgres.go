package events

import (
	"context"
	"encoding/json"
	"fmt"
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
	if b.st.Postgres() == nil {
		<-ctx.Done()
		return nil
	}
	for pause := 100 * time.Millisecond; ctx.Err() == nil; pause = min(2*pause, 5*time.Second) {
		began := time.Now()
		if err := b.listen(ctx); ctx.Err() == nil {
			b.log.WarnContext(ctx, "can't hear other processes' events; trying again", "error", err)
		}
		if time.Since(began) > time.Minute {
			pause = 100 * time.Millisecond
		}
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
	}
	return nil
}

func (b *Bus) listen(ctx context.Context) error {
	pooled, err := b.st.Postgres().Acquire(ctx)
	if err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	conn := pooled.Hijack() // a connection that listens must not go back
	defer func() {
		closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		_ = conn.Close(closing)
	}()
	if _, err := conn.Exec(ctx, "LISTEN "+channel); err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	for {
		n, err := b.wait(ctx, conn)
		if err != nil {
			return err
		}
		if n != "" {
			b.hear(ctx, n)
		}
	}
}

// wait gives the next notification, or "" after making sure that the
// connection lives.
func (b *Bus) wait(ctx context.Context, conn *pgx.Conn) (string, error) {
	waiting, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	n, err := conn.WaitForNotification(waiting)
	switch {
	case err == nil:
		return n.Payload, nil
	case waiting.Err() == nil || ctx.Err() != nil:
		return "", fmt.Errorf("wait for a notification: %w", err)
	}
	pinging, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	if err := conn.Ping(pinging); err != nil {
		return "", fmt.Errorf("ping: %w", err)
	}
	return "", nil
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
		go o.work()
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
