package cache

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/bakery"
	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/store/storetest"
	"github.com/gennaker/gennaker/internal/testpostgres"
)

func TestMain(m *testing.M) { testpostgres.Main(m) }

// text renders to a text, and counts how often.
func text(of string, count *atomic.Int64) func(context.Context) (bakery.Output, error) {
	return func(context.Context) (bakery.Output, error) {
		count.Add(1)
		return bakery.Output{Manifest: []byte(of)}, nil
	}
}

func TestRenderedOnce(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		t.Helper()
		var count atomic.Int64
		// Two processes, and several that ask in each.
		caches := []*Cache{New(st, nil), New(st, nil)}
		var all sync.WaitGroup
		for i := range 20 {
			all.Go(func() {
				manifest, _, err := caches[i%2].Get(t.Context(), "key", text("a: 1\n", &count))
				if err != nil || string(manifest) != "a: 1\n" {
					t.Errorf("got %q, %v", manifest, err)
				}
			})
		}
		all.Wait()
		require.Equal(t, int64(1), count.Load())
		before, err := caches[0].Hits(t.Context(), "key")
		require.NoError(t, err)
		_, cached, err := caches[1].Get(t.Context(), "key", text("never", &count))
		require.NoError(t, err)
		require.True(t, cached)
		after, err := caches[0].Hits(t.Context(), "key")
		require.NoError(t, err)
		require.Equal(t, before+1, after)
	})
}

func TestFailuresAndWhatVariesAreNotKept(t *testing.T) {
	t.Parallel()
	c := New(storetest.SQLite(t), nil)
	broken := errors.New("broken")
	_, _, err := c.Get(t.Context(), "key", func(context.Context) (bakery.Output, error) { return bakery.Output{}, broken })
	require.ErrorIs(t, err, broken)
	for _, want := range []string{"one", "two"} {
		manifest, cached, err := c.Get(t.Context(), "key", func(context.Context) (bakery.Output, error) {
			return bakery.Output{Manifest: []byte(want), Varying: true}, nil
		})
		require.NoError(t, err)
		require.False(t, cached)
		require.Equal(t, want, string(manifest))
	}
}

// A process that dies while it renders doesn't keep others from it for ever.
func TestClaimsEnd(t *testing.T) {
	t.Parallel()
	st := storetest.SQLite(t)
	now := time.Now()
	c := New(st, func() time.Time { return now })
	claimed, err := c.claim(t.Context(), "key", "dead")
	require.NoError(t, err)
	require.True(t, claimed)
	claimed, err = c.claim(t.Context(), "key", "me")
	require.NoError(t, err)
	require.False(t, claimed)

	ctx, cancel := context.WithTimeout(t.Context(), 3*lookAgain)
	defer cancel()
	var count atomic.Int64
	_, _, err = c.Get(ctx, "key", text("a", &count))
	require.ErrorIs(t, err, context.DeadlineExceeded)

	later := New(st, func() time.Time { return now.Add(claimFor + time.Second) })
	manifest, cached, err := later.Get(t.Context(), "key", text("a", &count))
	require.NoError(t, err)
	require.False(t, cached)
	require.Equal(t, "a", string(manifest))
	require.NoError(t, c.keep(t.Context(), "key", "dead", []byte("late"))) // whose claim has ended
	manifest, _, err = later.Get(t.Context(), "key", text("b", &count))
	require.NoError(t, err)
	require.Equal(t, "a", string(manifest))
}

func TestKeptIsBounded(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		t.Helper()
		now := time.Now()
		c := New(st, func() time.Time { return now })
		c.most = 100
		var count atomic.Int64
		get := func(key string) {
			t.Helper()
			_, _, err := c.Get(t.Context(), key, text(key+noise(), &count))
			require.NoError(t, err)
			now = now.Add(time.Second)
		}
		get("a")
		get("b")
		get("a") // which is used last
		get("c") // for which b has to go
		require.Equal(t, int64(3), count.Load())
		get("a")
		require.Equal(t, int64(3), count.Load())
		get("b")
		require.Equal(t, int64(4), count.Load())
		now = now.Add(keptFor + time.Hour)
		get("d")
		get("b")
		require.Equal(t, int64(6), count.Load())
	})
}

// noise takes about 40 bytes packed.
func noise() string { return strings.Repeat("0123456789", 2) + "abcdefghij" }

func BenchmarkHit(b *testing.B) {
	c := New(storetest.SQLite(b), nil)
	var count atomic.Int64
	manifest := strings.Repeat("kind: ConfigMap\nmetadata: {name: a}\n---\n", 1000)
	for b.Loop() {
		if _, _, err := c.Get(b.Context(), "key", text(manifest, &count)); err != nil {
			b.Fatal(err)
		}
	}
}
