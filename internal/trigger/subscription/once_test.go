package subscription

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/pubsub"
	"github.com/gennaker/gennaker/internal/trigger"
)

// A message that its system doesn't keep, and that can't be stored, doesn't block those after
// it: it is refused with the reason, or dropped if even that can't be stored. Only a database
// that is away holds it back.
func TestMessagesThatCantGoBack(t *testing.T) {
	t.Parallel()
	bad := errors.New("the database takes no such text")
	for name, tt := range map[string]struct {
		refuse func(e *trigger.Event, try int) error
		kept   int
		tries  int
	}{
		"invalid": {refuse: func(_ *trigger.Event, try int) error {
			if try <= mostTries {
				return bad
			}
			return nil
		}, kept: 1, tries: mostTries + 1},
		"never": {refuse: func(*trigger.Event, int) error { return bad }, tries: 2 * mostTries},
		"away": {refuse: func(_ *trigger.Event, try int) error {
			if try <= mostTries+1 {
				return fault.New(fault.Unavailable, "the database is away")
			}
			return nil
		}, kept: 1, tries: mostTries + 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			kept := &events{refuse: tt.refuse}
			r := read(t, &queue{}, kept, pubsub.Reading{}).readers[0]
			r.healthy = func(context.Context) error { return nil }
			acked := false
			d := pubsub.Delivery{Message: message("1", "{}"), Once: true, Ack: func(context.Context) error { acked = true; return nil }}
			require.True(t, r.take(t.Context(), d))
			require.True(t, acked)
			require.Len(t, kept.all(), tt.kept)
			require.Equal(t, tt.tries, kept.tries)
		})
	}
}
