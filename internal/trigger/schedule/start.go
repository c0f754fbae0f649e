package schedule

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/outbox"
	"github.com/gennaker/gennaker/internal/store"
)

// startKind is the kind of the outbox's messages that start pipelines.
const startKind = "cron"

// Starter starts a pipeline for each tick, soon after it was taken: by a message of the
// outbox, which is tried again until it works.
type Starter struct {
	// Outbox takes the messages, and Events the ticks. Both may be set later than the rest
	// is made.
	Outbox *outbox.Outbox
	Events Events
}

// Events take ticks as events, and start their pipelines.
type Events interface {
	// Tick takes the tick of a pipeline's trigger. The key is the same for the same tick,
	// which starts the pipeline once. It is no error if the pipeline can't start, or is
	// gone.
	Tick(ctx context.Context, pipelineID, key string, content map[string]any) error
}

var (
	_ Ticks            = (*Starter)(nil)
	_ outbox.Deliverer = (*Starter)(nil)
)

// Kind is the starter's kind of messages.
func (s *Starter) Kind() outbox.Kind {
	return outbox.Kind{Name: startKind, Deliverer: s, Policy: outbox.Policy{MaxAge: time.Hour, LongestRetry: time.Minute}}
}

// start is what a message says.
type start struct {
	PipelineID string         `json:"pipelineId"`
	Trigger    map[string]any `json:"trigger"`
	Time       time.Time      `json:"time"`
	Late       bool           `json:"late,omitempty"`
}

// Tick implements [Ticks].
func (s *Starter) Tick(ctx context.Context, tx *store.Tx, t Tick) error {
	payload, err := json.Marshal(start{t.PipelineID, t.Trigger, t.Time, t.Late})
	if err != nil {
		return err
	}
	return s.Outbox.Add(ctx, tx, outbox.Message{ID: t.Key, Kind: startKind, Topic: "start pipeline " + t.PipelineID, Payload: payload})
}

// Deliver implements [outbox.Deliverer].
func (s *Starter) Deliver(ctx context.Context, m outbox.Message) error {
	var what start
	if err := model.Unmarshal(m.Payload, &what); err != nil {
		return outbox.Final(fmt.Errorf("read what to start: %w", err))
	}
	err := s.Events.Tick(ctx, what.PipelineID, m.ID, map[string]any{
		"pipelineId": what.PipelineID, "triggerId": what.Trigger["id"], "cronExpression": what.Trigger["cronExpression"],
		"time": what.Time.Format(time.RFC3339), "late": what.Late,
	})
	if fault.KindOf(err) == fault.Invalid {
		return outbox.Final(err)
	}
	return err
}
