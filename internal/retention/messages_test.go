package retention

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/stretchr/testify/require"
)

// cleaning is an outbox that notes what it is told to delete.
type cleaning struct {
	delivered, dead time.Time
	err             error
}

func (c *cleaning) Clean(_ context.Context, delivered, dead time.Time) (int64, error) {
	c.delivered, c.dead = delivered, dead
	return 3, c.err
}

func TestMessagesAreDeletedByDefault(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)
	box := &cleaning{}
	open := func(change func(*Config)) *Cleaner {
		config := DefaultConfig()
		change(&config)
		c, err := New(Options{Config: config, Outbox: box, Metrics: prometheus.NewRegistry(), Now: func() time.Time { return at }})
		require.NoError(t, err)
		return c
	}
	c := open(func(*Config) {})
	jobs := c.Jobs()
	require.Len(t, jobs, 1)
	require.Equal(t, "outbox-cleanup", jobs[0].Name)
	require.Equal(t, time.Hour, jobs[0].Every)
	require.NoError(t, jobs[0].Run(t.Context()))
	require.Equal(t, at.Add(-24*time.Hour), box.delivered)
	require.Equal(t, at.AddDate(0, 0, -30), box.dead)
	require.InDelta(t, 3, testutil.ToFloat64(c.deleted.WithLabelValues("message")), 0)

	box.err = errors.New("away")
	require.ErrorIs(t, c.Messages(t.Context()), box.err)
	require.Empty(t, open(func(c *Config) { c.Outbox.Enabled = false }).Jobs())
}
