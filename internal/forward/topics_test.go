package forward

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/outbox"
	"github.com/gennaker/gennaker/internal/pubsub"
)

// topics keep what is published.
type topics struct {
	err error
	got map[string]pubsub.Message
}

func (*topics) List() []pubsub.PublisherConfig {
	return []pubsub.PublisherConfig{
		{System: "google", Writing: pubsub.Writing{Name: "all"}}, {System: "nats", Writing: pubsub.Writing{Name: "some", Content: pubsub.Notifications}},
	}
}

func (k *topics) Publish(_ context.Context, name string, m pubsub.Message) error {
	if k.err == nil {
		k.got[name] = m
	}
	return k.err
}

// TestTopicsGetAllEvents: those that aren't for notifications alone, with what Echo sends.
func TestTopicsGetAllEvents(t *testing.T) {
	t.Parallel()
	kept := &topics{got: map[string]pubsub.Message{}}
	f, err := New(Options{Topics: kept, Executions: executions{cart(t)}, Secrets: secrets(), Now: func() time.Time { return time.UnixMilli(1_700_000_000_123) }})
	require.NoError(t, err)
	kinds := map[string]outbox.Deliverer{}
	for _, kind := range f.Kinds() {
		kinds[kind.Name] = kind.Deliverer
	}
	e := cart(t)
	stage := &model.Stage{ID: "s1", Name: "Deploy", Type: "wait"}
	messages := f.Messages(e, engine.Happening{Status: model.Succeeded, Stage: stage, Task: &model.Task{Name: "wait"}})
	require.Len(t, messages, 1)
	require.Equal(t, TopicKind, messages[0].Kind)
	require.NoError(t, kinds[TopicKind].Deliver(t.Context(), messages[0]))
	got := kept.got["all"]
	require.Equal(t, messages[0].ID, got.ID)
	require.Equal(t, map[string]string{
		"rawType": "orca:task:complete", "source": "orca", "type": "task", "status": "complete", "application": "shop", "name": "Deploy", "taskName": "wait.wait",
	}, got.Attributes)
	var body map[string]any
	require.NoError(t, model.Unmarshal(got.Body, &body))
	require.Equal(t, "orca:task:complete", model.String(model.Object(body, "details"), "type"))
	require.Equal(t, "01EXEC", model.String(model.Object(body, "content"), "executionId"))
	require.NotEmpty(t, body["eventId"])

	kept.err = errors.New("away")
	require.ErrorContains(t, kinds[TopicKind].Deliver(t.Context(), messages[0]), "away")
	f.topics = nil
	require.True(t, outbox.IsFinal(kinds[TopicKind].Deliver(t.Context(), messages[0])))
}
