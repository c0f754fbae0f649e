package registry

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestCatalogs(t *testing.T) {
	t.Parallel()
	var c catalogs
	clock := time.Unix(1_700_000_000, 0)
	now := func() time.Time { return clock }
	var asked atomic.Int32
	ask := func(context.Context) []string { asked.Add(1); return []string{"acme/cart"} }

	var all sync.WaitGroup
	for range 50 {
		all.Go(func() { c.of(t.Context(), "hub", now, ask) })
	}
	all.Wait()
	require.Equal(t, []string{"acme/cart"}, c.of(t.Context(), "hub", now, ask))
	require.EqualValues(t, 1, asked.Load())
	clock = clock.Add(listAge)
	c.of(t.Context(), "hub", now, ask)
	require.EqualValues(t, 2, asked.Load())
	c.of(t.Context(), "other", now, ask)
	require.EqualValues(t, 3, asked.Load())
	require.Len(t, c.kept, 2)
	clock = clock.Add(listAge)
	c.of(t.Context(), "third", now, ask)
	require.Len(t, c.kept, 1, "old lists aren't kept")

	// Who gives up doesn't end the question of others.
	gate := make(chan struct{})
	slow := func(ctx context.Context) []string {
		<-gate
		return []string{"late", map[bool]string{true: "ended"}[ctx.Err() != nil]}
	}
	ctx, cancel := context.WithCancel(t.Context())
	gone := make(chan []string)
	go func() { gone <- c.of(ctx, "slow", now, slow) }()
	cancel()
	require.Empty(t, <-gone)
	close(gate)
	require.Eventually(t, func() bool { return len(c.of(t.Context(), "slow", now, slow)) == 2 }, time.Minute, time.Millisecond)
	require.Equal(t, []string{"late", ""}, c.of(t.Context(), "slow", now, slow))
}
