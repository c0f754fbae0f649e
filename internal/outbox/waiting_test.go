package outbox

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/store/storetest"
)

func TestWaitingMessages(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		t.Helper()
		p := open(t, st, Policy{FirstRetry: time.Hour, LongestRetry: time.Hour}, func(context.Context, Message) error { return errors.New("busy") })
		m := message("x")
		add(t, p.Outbox, m)
		// It is tried once, and then waits for an hour, or nearly.
		require.Eventually(t, func() bool { return p.row(t, m.ID).attempts == 1 }, patience, 10*time.Millisecond)
		var list []Waiting
		require.Eventually(t, func() bool {
			var err error
			list, err = p.Waiting(t.Context())
			require.NoError(t, err)
			return len(list) == 1 && list[0].Next > 0
		}, patience, 10*time.Millisecond)
		require.Equal(t, Waiting{ID: m.ID, Kind: "test", Topic: "about x", Attempts: 1, Error: "busy", Created: list[0].Created, Next: list[0].Next}, list[0])
		require.WithinRange(t, time.UnixMilli(list[0].Next), time.UnixMilli(list[0].Created).Add(20*time.Minute), time.UnixMilli(list[0].Created).Add(2*time.Hour))
		require.Equal(t, fault.NotFound, fault.KindOf(p.Discard(t.Context(), m.ID)), "it isn't dead")
	})
}

func TestDeadMessagesCanBeDeleted(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		t.Helper()
		p := open(t, st, quick(), func(context.Context, Message) error { return Final(errors.New("refused")) })
		m := message("x")
		add(t, p.Outbox, m)
		p.becomes(t, m.ID, dead)
		require.NoError(t, p.Discard(t.Context(), m.ID))
		list, err := p.Dead(t.Context())
		require.NoError(t, err)
		require.Empty(t, list)
		require.Equal(t, fault.NotFound, fault.KindOf(p.Discard(t.Context(), m.ID)))
	})
}
