package pubsub

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/secret"
)

// patience is how long a test waits for what must come.
const patience = time.Minute

// noSecrets reveal nothing but texts.
func noSecrets() Secrets { return secret.NewResolver(secret.Options{}) }

// system is a message system under test.
type system struct {
	config Config
	// publish publishes a message as others do; nil to use the publisher of the
	// configuration.
	publish func(t *testing.T, m Message)
	// namesMessages, timesMessages, redelivers say what the system can do.
	namesMessages, timesMessages, redelivers bool
}

func (s system) open(t *testing.T) Source {
	t.Helper()
	sources := s.config.Sources()
	require.Empty(t, s.config.Validate())
	require.Len(t, sources, 1)
	source, err := sources[0].Open(t.Context(), noSecrets())
	require.NoError(t, err)
	t.Cleanup(func() { _ = source.Close(context.WithoutCancel(t.Context())) })
	return source
}

func (s system) send(t *testing.T, topics *Topics, m Message) {
	t.Helper()
	if s.publish != nil {
		s.publish(t, m)
		return
	}
	require.NoError(t, topics.Publish(t.Context(), "out", m))
}

// next waits for the next message.
func next(t *testing.T, source Source) Delivery {
	t.Helper()
	for deadline := time.Now().Add(patience); ; {
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		got, err := source.Poll(ctx)
		cancel()
		require.NoError(t, err)
		if len(got) > 0 {
			require.Len(t, got, 1)
			return got[0]
		}
		require.True(t, time.Now().Before(deadline), "no message comes")
	}
}

// none makes sure that nothing comes at once.
func none(t *testing.T, source Source) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 700*time.Millisecond)
	defer cancel()
	got, err := source.Poll(ctx)
	require.Empty(t, got)
	if err != nil {
		require.ErrorIs(t, err, context.DeadlineExceeded)
	}
}

// suite is what all systems pass.
func suite(t *testing.T, s system) {
	t.Helper()
	topics := NewTopics(s.config, noSecrets())
	t.Cleanup(func() { require.NoError(t, topics.Close(context.WithoutCancel(t.Context()))) })
	source := s.open(t)
	before := time.Now().Add(-time.Minute)
	s.send(t, topics, Message{ID: "one", Body: []byte(`{"a":1}`), Attributes: map[string]string{"team": "blue"}})
	got := next(t, source)
	require.JSONEq(t, `{"a":1}`, string(got.Body))
	require.Equal(t, "blue", got.Attributes["team"])
	require.Equal(t, s.namesMessages, got.ID != "")
	if s.timesMessages {
		require.Greater(t, got.Published, before)
	}
	if got.Return != nil {
		require.NoError(t, got.Return(t.Context()))
		again := next(t, source)
		require.Equal(t, got.ID, again.ID)
		got = again
	}
	if s.redelivers { // what isn't acknowledged comes again
		require.NoError(t, source.Close(t.Context()))
		source = s.open(t)
		again := next(t, source)
		require.Equal(t, got.ID, again.ID)
		got = again
	}
	require.NoError(t, got.Ack(t.Context()))
	none(t, source)
	require.NoError(t, source.Close(t.Context()))
	source = s.open(t)
	none(t, source)
	s.send(t, topics, Message{ID: "two", Body: []byte(`{"a":2}`)})
	require.JSONEq(t, `{"a":2}`, string(next(t, source).Body))
}
