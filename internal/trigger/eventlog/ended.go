package eventlog

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/execution"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/outbox"
	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/trigger"
)

// endedKind is the kind of the outbox's messages that a pipeline has ended.
const endedKind = "pipeline-ended"

// Kind is that kind of messages, which the log delivers to itself.
func (l *Log) Kind() outbox.Kind {
	return outbox.Kind{Name: endedKind, Deliverer: l, Policy: outbox.Policy{MaxAge: time.Hour, LongestRetry: time.Minute}}
}

// end is what such a message says.
type end struct {
	ExecutionID string `json:"executionId"`
}

// Follow makes a message of a pipeline's end if a trigger listens to it: the log follows
// executions.
func (l *Log) Follow(ctx context.Context, tx *store.Tx, e *model.Execution, h engine.Happening) ([]outbox.Message, error) {
	if h.Stage != nil || h.Warning != "" || !h.Status.Complete() || e.Type != model.PipelineExecution || e.PipelineConfigID == "" {
		return nil, nil
	}
	listened := false
	err := tx.Query(ctx, isListenedTo, []any{storable(trigger.EndKey(e.PipelineConfigID))}, func(row store.Row) error {
		var one int
		listened = true
		return row.Scan(&one)
	})
	if err != nil || !listened {
		return nil, err
	}
	payload, err := json.Marshal(end{e.ID})
	if err != nil {
		return nil, err
	}
	return []outbox.Message{{ID: outbox.NewID(), Kind: endedKind, Topic: "end of execution " + e.ID, Payload: payload}}, nil
}

// perByte is what an execution takes for each byte that is stored of it.
const perByte = 6

// Deliver implements [outbox.Deliverer]: it takes a pipeline's end as an event.
func (l *Log) Deliver(ctx context.Context, m outbox.Message) error {
	var what end
	if err := json.Unmarshal(m.Payload, &what); err != nil {
		return outbox.Final(fmt.Errorf("read which execution ended: %w", err))
	}
	parent, release, err := l.parent(ctx, what.ExecutionID)
	switch {
	case fault.KindOf(err) == fault.Unavailable:
		return outbox.Later(time.Second+rand.N(4*time.Second), err)
	case err != nil:
		return err
	case parent == nil:
		return nil // it was deleted since
	}
	defer release()
	_, err = l.receive(ctx, trigger.Ended(parent, "pipeline/"+m.ID), parent)
	return err
}

// parent reads the execution that others are started by, within the memory that is there
// for such. It is nil if there is none any more.
func (l *Log) parent(ctx context.Context, id string) (*model.Execution, func(), error) {
	sizes, err := l.store.ExecutionSizes(ctx, []string{id})
	if err != nil {
		return nil, nil, fmt.Errorf("read execution %s: %w", id, err)
	}
	release, err := l.memory.Take(ctx, sizes[id]*perByte)
	if err != nil {
		return nil, nil, err
	}
	parent, err := l.store.Execution(ctx, id)
	if err != nil {
		release()
		if errors.Is(err, store.ErrNotFound) {
			return nil, nil, nil
		}
		return nil, nil, fmt.Errorf("read execution %s: %w", id, err)
	}
	return parent, release, nil
}

// child is the execution of a pipeline as that of another's end.
func (l *Log) child(ctx context.Context, d *entry, parent *model.Execution) (*execution.Prepared, error) {
	user := parent.User()
	if l.rules().May != nil && model.String(d.Trigger, "runAsUser") != "" {
		user = d.Start.User
	}
	trigger := model.Object(d.Start.Config, "trigger")
	prepared, _, err := l.executions.PrepareChild(ctx, execution.Child{
		Parent: parent, PipelineConfigID: d.Pipeline.ID(), Parameters: map[string]any{}, User: user, EventID: model.String(trigger, "eventId"),
	})
	return prepared, err
}
