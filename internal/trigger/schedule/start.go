package schedule

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/gennaker/gennaker/internal/access"
	"github.com/gennaker/gennaker/internal/execution"
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
	// Outbox takes the messages, and Executions starts pipelines. Both may be set later
	// than the rest is made.
	Outbox     *outbox.Outbox
	Executions *execution.Service
	Pipelines  *store.Store
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
}

// Tick implements [Ticks].
func (s *Starter) Tick(ctx context.Context, tx *store.Tx, t Tick) error {
	trigger := model.Merge(t.Trigger, map[string]any{
		// Whoever starts twice by it gets the execution that is there.
		"correlationId": t.Key,
		"eventId":       uuid.NewSHA1(uuid.NameSpaceURL, []byte(t.Key)).String(),
	})
	payload, err := json.Marshal(start{t.PipelineID, trigger})
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
	pipeline, err := s.Pipelines.Pipeline(ctx, what.PipelineID)
	if errors.Is(err, store.ErrNotFound) || err == nil && pipeline.Disabled() {
		return nil // since the tick
	}
	if err != nil {
		return err
	}
	stored := execution.Stored{NameOrID: what.PipelineID, Trigger: what.Trigger}
	e, err := s.Executions.StartStored(ctx, stored, access.Principal{Name: access.Anonymous})
	switch kind := fault.KindOf(err); {
	case err == nil || e != nil || kind == fault.NotFound:
		return nil // a pipeline that can't run is there as a failed execution
	case kind == fault.Invalid:
		return outbox.Final(err)
	}
	return err
}
