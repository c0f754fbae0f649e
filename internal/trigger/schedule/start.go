package schedule

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/outbox"
	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/trigger"
	"github.com/gennaker/gennaker/internal/trigger/eventlog"
)

// tickKind is the kind of the outbox's messages that carry ticks.
const tickKind = "cron"

// Starter makes an event of each tick, soon after it was taken: by a message of the outbox,
// which is tried again until it works. The event log decides, and starts the pipeline.
type Starter struct {
	Pipelines *store.Store
	// Inheritance is nil if pipelines inherit no triggers.
	Inheritance Inheritance
	// Outbox takes the messages, and Events the events. They may be set later than the
	// rest is made.
	Outbox *outbox.Outbox
	Events *eventlog.Log
}

var (
	_ Ticks            = (*Starter)(nil)
	_ outbox.Deliverer = (*Starter)(nil)
)

// Kind is the starter's kind of messages.
func (s *Starter) Kind() outbox.Kind {
	return outbox.Kind{Name: tickKind, Deliverer: s, Policy: outbox.Policy{MaxAge: time.Hour, LongestRetry: time.Minute}}
}

// carried is a tick as a message carries it.
type carried struct {
	PipelineID string    `json:"pipelineId"`
	TriggerKey string    `json:"triggerKey"`
	Time       time.Time `json:"time"`
	Late       bool      `json:"late,omitempty"`
}

// Tick implements [Ticks].
func (s *Starter) Tick(ctx context.Context, tx *store.Tx, t Tick) error {
	payload, err := json.Marshal(carried{t.PipelineID, t.TriggerKey, t.Time, t.Late})
	if err != nil {
		return err
	}
	return s.Outbox.Add(ctx, tx, outbox.Message{ID: t.Key, Kind: tickKind, Topic: "start pipeline " + t.PipelineID, Payload: payload})
}

// fired is the trigger with a key; nil if it is disabled or gone since the tick.
func (s *Starter) fired(ctx context.Context, p model.Pipeline, key string) (model.Trigger, error) {
	if isAction(key) {
		return actionTrigger(ctx, s.Pipelines.Query, key)
	}
	triggers, err := cronTriggers(p)
	if err != nil {
		return nil, outbox.Final(err)
	}
	at := slices.IndexFunc(triggers, func(k keyed) bool { return k.key == key })
	if at < 0 {
		return nil, nil
	}
	return triggers[at].trigger, nil
}

// Deliver implements [outbox.Deliverer].
func (s *Starter) Deliver(ctx context.Context, m outbox.Message) error {
	var t carried
	if err := json.Unmarshal(m.Payload, &t); err != nil {
		return outbox.Final(fmt.Errorf("read the tick: %w", err))
	}
	p, err := s.Pipelines.Pipeline(ctx, t.PipelineID)
	if errors.Is(err, store.ErrNotFound) {
		return nil // since the tick
	}
	if err != nil {
		return err
	}
	if s.Inheritance != nil {
		with, err := s.Inheritance.Effective(ctx, []model.Pipeline{p})
		if err != nil {
			return err
		}
		p = with[0]
	}
	fired, err := s.fired(ctx, p, t.TriggerKey)
	if err != nil || fired == nil {
		return err
	}
	if isAction(t.TriggerKey) {
		p = model.Merge(p, map[string]any{"triggers": []any{map[string]any(fired)}})
	}
	event := trigger.Tick(t.PipelineID, fired, t.Time, m.ID)
	if t.Late {
		event.Content["late"] = true
	}
	_, err = s.Events.ReceiveFor(ctx, event, p, fired)
	if fault.KindOf(err) == fault.Invalid {
		return outbox.Final(err)
	}
	return err
}
