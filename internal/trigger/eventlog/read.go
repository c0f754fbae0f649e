package eventlog

import (
	"context"
	"fmt"
	"time"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/trigger"
)

// Event is an event as it is shown.
type Event struct {
	ID     string `json:"id"`
	Type   string `json:"type"`
	Source string `json:"source"`
	// Received is when it came first, in milliseconds since the epoch; Deliveries is how
	// often it came.
	Received   int64 `json:"receivedAt"`
	Deliveries int   `json:"deliveries"`
	// Looked is how many triggers listen to such an event, and Started how many
	// pipelines it started.
	Looked  int `json:"triggers"`
	Started int `json:"started"`
	// ReplayOf is the event that this one repeats, at somebody's wish.
	ReplayOf string `json:"replayOf,omitempty"`
	// Summary says in a few words what it is about.
	Summary string `json:"summary"`
	// TooLarge is the size of an event that was too large to be kept; 0 for others.
	TooLarge int `json:"tooLarge,omitempty"`

	// The rest is left out of lists.
	Content    map[string]any    `json:"content,omitempty"`
	Payload    map[string]any    `json:"payload,omitempty"`
	Attributes map[string]string `json:"attributes,omitempty"`
	Artifacts  []any             `json:"artifacts,omitempty"`
	Decisions  []Decision        `json:"decisions,omitempty"`
	// Near are decisions on triggers that listen to something similar, if none listens to
	// this event.
	Near []Decision `json:"near,omitempty"`
}

// Decision is what was decided on a trigger, as it is shown.
type Decision struct {
	decision
	eventID     string
	Outcome     trigger.Outcome `json:"outcome"`
	ExecutionID string          `json:"executionId,omitempty"`
	// Trigger is that of the execution which would be started: trials have it.
	Trigger map[string]any `json:"trigger,omitempty"`
}

// Get reads an event with all that was decided. A fault of kind NotFound says that there
// is none, or none any more.
func (l *Log) Get(ctx context.Context, id string) (Event, error) {
	var found []Event
	err := l.store.Query(ctx, readEvent, []any{id}, func(row store.Row) error {
		e, err := scanEvent(row)
		found = append(found, e)
		return err
	})
	if err != nil {
		return Event{}, fmt.Errorf("read event %s: %w", fault.Short(id), err)
	}
	if len(found) == 0 {
		return Event{}, fault.New(fault.NotFound, "there is no event %s: it may be older than events are kept", fault.Short(id))
	}
	e := found[0]
	if e.Decisions, err = l.decisions(ctx, readDecisions, id); err != nil {
		return Event{}, err
	}
	if len(e.Decisions) == 0 {
		e.Near, err = l.near(ctx, e)
	}
	return e, err
}

func scanEvent(row store.Row) (Event, error) {
	var e Event
	var body string
	if err := row.Scan(&e.ID, &e.Type, &e.Source, &e.Received, &e.Deliveries, &e.Looked, &e.Started, &e.ReplayOf, &e.Summary, &body); err != nil {
		return e, err
	}
	k, err := readBody(body)
	if err != nil {
		return e, fmt.Errorf("decode event %s: %w", e.ID, err)
	}
	e.Content, e.Payload, e.Attributes, e.Artifacts, e.TooLarge = k.Content, k.Payload, k.Attributes, k.Artifacts, k.TooLarge
	return e, nil
}

// decisions reads decisions in their order; the statement selects what they consist of.
func (l *Log) decisions(ctx context.Context, st *store.Statement, args ...any) ([]Decision, error) {
	out := []Decision{}
	err := l.store.Query(ctx, st, args, func(row store.Row) error {
		var d Decision
		var outcome, body string
		if err := row.Scan(&d.eventID, &outcome, &d.ExecutionID, &body); err != nil {
			return err
		}
		if err := model.Unmarshal([]byte(body), &d.decision); err != nil {
			return err
		}
		d.Outcome = trigger.Outcome(outcome)
		out = append(out, d)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read what was decided on events: %w", err)
	}
	return out, nil
}

// cleaned is how many events are deleted in one transaction.
const cleaned = 1000

// Clean deletes events that came before a time, with what was decided, and gives how many.
func (l *Log) Clean(ctx context.Context, before time.Time) (total int64, err error) {
	for n := int64(cleaned); n == cleaned; total += n {
		err = l.store.Write(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
			n, err = tx.Exec(ctx, deleteEvents, before.UnixMilli(), cleaned)
			return err
		})
		if err != nil {
			return total, fmt.Errorf("delete old events: %w", err)
		}
	}
	return total, nil
}
