package server

import (
	"log/slog"
	"math"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestMemoryLimit(t *testing.T) {
	t.Parallel()
	const mb = 1 << 20
	for _, c := range []struct {
		name                    string
		fixed, most, live, want int64
	}{
		{"a usual machine", 0, 16 << 30, 50 * mb, usualMemory},
		{"a small container", 0, 450 * mb, 50 * mb, 450 * mb},
		{"much in use", 0, 16 << 30, 1000 * mb, 1600 * mb},
		{"much in use of little", 0, 900 * mb, 1000 * mb, 900 * mb},
		{"configured", 2 << 30, 16 << 30, 50 * mb, 2 << 30},
	} {
		var set int64
		k := &memoryKeeper{log: slog.New(slog.DiscardHandler), fixed: c.fixed, most: c.most, limit: func(n int64) { set = n }}
		k.adjust(memoryUse{live: c.live})
		require.Equal(t, c.want, set, c.name)
		set = 0
		k.adjust(memoryUse{live: c.live * 101 / 100})
		require.Zero(t, set, "%s: a small step", c.name)
	}
}

// TestMemoryIsGivenBack: only once it is quiet, and only if there is some to give.
func TestMemoryIsGivenBack(t *testing.T) {
	t.Parallel()
	const mb = 1 << 20
	released := 0
	held := int64(600 * mb)
	k := &memoryKeeper{
		log:     slog.New(slog.DiscardHandler),
		read:    func() memoryUse { return memoryUse{held: held} },
		release: func() { released++; held = 60 * mb },
	}
	allocated := uint64(0)
	look := func(more uint64) {
		allocated += more
		k.giveBack(memoryUse{held: held, allocated: allocated})
	}
	look(100 * mb)
	look(100 * mb)
	look(mb)
	require.Zero(t, released, "it is quiet for a moment only")
	look(mb)
	require.Equal(t, 1, released)
	for range 10 {
		look(mb)
	}
	require.Equal(t, 1, released, "there is nothing to give back")
	held = 130 * mb
	look(mb)
	require.Equal(t, 2, released)
}

func TestMemoryShares(t *testing.T) {
	t.Parallel()
	require.Equal(t, int64(usualMemory/4), (&memoryKeeper{most: math.MaxInt64}).share(4))
	require.Equal(t, int64(100<<20), (&memoryKeeper{most: math.MaxInt64, fixed: 400 << 20}).share(4))
	require.Equal(t, int64(leastMemory/4), (&memoryKeeper{most: 1 << 20}).share(4))
	require.GreaterOrEqual(t, available(), int64(leastMemory))
	use := readMemory()
	runtime.KeepAlive(make([]byte, 1<<20))
	require.Positive(t, use.held)
	require.Positive(t, use.allocated)
}
