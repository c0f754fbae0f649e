package subscription

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/pubsub"
)

// A panic over a message, such as one of its system's library, doesn't end the process: the
// system is connected to again.
func TestAPanicOverAMessage(t *testing.T) {
	t.Parallel()
	s := read(t, &queue{}, &events{}, pubsub.Reading{Name: "orders"})
	broken := pubsub.Delivery{Message: message("1", "{}"), Ack: func(context.Context) error { panic("a bug") }}
	require.False(t, s.readers[0].takeAll(t.Context(), []pubsub.Delivery{broken}))
}
