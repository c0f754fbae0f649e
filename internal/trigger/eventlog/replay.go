package eventlog

import (
	"context"
	"errors"
	"fmt"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/trigger"
)

// again makes an event anew of one that is kept. Nothing has to be proved again: the
// proof of the first is not kept.
func again(e Event) (*trigger.Event, error) {
	if e.TooLarge > 0 {
		return nil, fault.New(fault.Invalid, "event %s had %d bytes, which is too large to be kept, so that it can't be used again", e.ID, e.TooLarge)
	}
	return &trigger.Event{
		Type: e.Type, Source: e.Source, Content: e.Content, Payload: e.Payload, Attributes: e.Attributes, Artifacts: e.Artifacts, Trusted: true,
	}, nil
}

// Replay has an event happen again, with the triggers as they are now; with a pipeline's
// id, for that one alone. Values that look like secrets are hidden in it.
func (l *Log) Replay(ctx context.Context, id, pipelineID string) (Received, error) {
	e, pipelines, err := l.replayed(ctx, id, pipelineID)
	if err != nil {
		return Received{}, err
	}
	return l.decide(ctx, e, pipelines, id)
}

// TryReplay tells what that would start. Nothing is started or kept.
func (l *Log) TryReplay(ctx context.Context, id, pipelineID string) ([]Decision, error) {
	e, pipelines, err := l.replayed(ctx, id, pipelineID)
	if err != nil {
		return nil, err
	}
	return l.try(ctx, e, pipelines)
}

// replayed makes an event anew of one that is kept, and finds the pipelines that it is for.
func (l *Log) replayed(ctx context.Context, id, pipelineID string) (*trigger.Event, []model.Pipeline, error) {
	was, err := l.Get(ctx, id)
	if err != nil {
		return nil, nil, err
	}
	e, err := again(was)
	if err != nil {
		return nil, nil, err
	}
	l.complete(e)
	if pipelineID == "" {
		pipelineID = trigger.About(e)
	}
	var pipelines []model.Pipeline
	if pipelineID == "" {
		pipelines, err = l.listeners(ctx, trigger.Keys(e))
	} else {
		pipelines, err = l.pipeline(ctx, pipelineID)
	}
	return e, pipelines, err
}

func (l *Log) pipeline(ctx context.Context, id string) ([]model.Pipeline, error) {
	p, err := l.store.Pipeline(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return nil, fault.New(fault.NotFound, "there is no pipeline with the id %s", fault.Short(id))
	}
	if err != nil {
		return nil, fmt.Errorf("read pipeline %s: %w", id, err)
	}
	return l.effective(ctx, []model.Pipeline{p})
}
