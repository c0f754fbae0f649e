package cache

import (
	"bytes"
	"context"
	"errors"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/bakery"
	"github.com/gennaker/gennaker/internal/encryption"
	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/store/storetest"
	"github.com/gennaker/gennaker/internal/testpostgres"
)

func TestMain(m *testing.M) { testpostgres.Main(m) }

// newCache is one of the default configuration.
func newCache(st *store.Store, now func() time.Time) *Cache {
	return New(Options{Store: st, Config: bakery.DefaultConfig().Cache, Now: now})
}

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
		caches := []*Cache{newCache(st, nil), newCache(st, nil)}
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
	c := newCache(storetest.SQLite(t), nil)
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
	c := newCache(st, func() time.Time { return now })
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

	later := newCache(st, func() time.Time { return now.Add(claimFor + time.Second) })
	manifest, cached, err := later.Get(t.Context(), "key", text("a", &count))
	require.NoError(t, err)
	require.False(t, cached)
	require.Equal(t, "a", string(manifest))
	packed, ok := c.pack(t.Context(), "key", []byte("late"))
	require.True(t, ok)
	require.NoError(t, c.keep(t.Context(), "key", "dead", packed)) // whose claim has ended
	manifest, _, err = later.Get(t.Context(), "key", text("b", &count))
	require.NoError(t, err)
	require.Equal(t, "a", string(manifest))
}

func TestKeptIsBounded(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		t.Helper()
		now := time.Now()
		c := newCache(st, func() time.Time { return now })
		c.config.MaxBytes = 100
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
		now = now.Add(bakery.DefaultConfig().Cache.Retention() + time.Hour)
		get("d")
		get("b")
		require.Equal(t, int64(6), count.Load())
	})
}

const secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {password: hunter2hunter2}\n"

// stored is what a row has.
func stored(t *testing.T, c *Cache) (out []byte) {
	t.Helper()
	require.NoError(t, c.store.Query(t.Context(), readBake, []any{"key"}, func(row store.Row) error { return row.Scan(&out) }))
	return out
}

// What Secrets hold doesn't lie plain in the database: manifests that hold some are
// encrypted, or not kept if there is no key.
func TestSecretsAreEncrypted(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		t.Helper()
		keyring := func(name string) func() Sealer {
			keys, err := encryption.Local(t.Context(), filepath.Join(t.TempDir(), name))
			require.NoError(t, err)
			return func() Sealer { return keys }
		}
		var count atomic.Int64
		get := func(c *Cache) bool {
			t.Helper()
			manifest, cached, err := c.Get(t.Context(), "key", text(secret, &count))
			require.NoError(t, err)
			require.Equal(t, secret, string(manifest))
			return cached
		}
		without := newCache(st, nil)
		require.False(t, get(without))
		require.Empty(t, stored(t, without))
		require.False(t, get(without), "it isn't kept")
		for _, sealer := range []func() Sealer{keyring("a"), keyring("b")} { // the second finds what it can't open
			c := New(Options{Store: st, Config: bakery.DefaultConfig().Cache, Sealer: sealer})
			require.False(t, get(c))
			require.True(t, get(c))
			packed := stored(t, c)
			require.NotEmpty(t, packed)
			require.False(t, bytes.HasPrefix(packed, magic))
			require.NotContains(t, string(packed), "hunter2")
		}
		require.Equal(t, int64(4), count.Load())
		require.False(t, get(without), "what it can't open is rendered again")
	})
}

func TestNothingIsKept(t *testing.T) {
	t.Parallel()
	c := New(Options{Store: storetest.SQLite(t)})
	var count atomic.Int64
	for range 2 {
		_, cached, err := c.Get(t.Context(), "key", text("a: 1\n", &count))
		require.NoError(t, err)
		require.False(t, cached)
	}
	require.Equal(t, int64(2), count.Load())
}

func TestWhatHoldsSecrets(t *testing.T) {
	t.Parallel()
	for manifest, want := range map[string]bool{
		secret: true, "kind: ConfigMap\n---\n" + secret: true, `{"kind": "Secret", "data": {"a": "YQ=="}}`: true, "'kind' : 'secret'\n": true,
		"kind: List\nitems:\n- {kind: Secret, data: {a: YQ==}}\n": true, "kind: ConfigMap\ndata: {Secret: kind}\n": false, "": false,
	} {
		require.Equal(t, want, holdsSecrets([]byte(manifest)), manifest)
	}
}

// noise takes about 40 bytes packed.
func noise() string { return strings.Repeat("0123456789", 2) + "abcdefghij" }

func BenchmarkHit(b *testing.B) {
	c := newCache(storetest.SQLite(b), nil)
	var count atomic.Int64
	manifest := strings.Repeat("kind: ConfigMap\nmetadata: {name: a}\n---\n", 1000)
	for b.Loop() {
		if _, _, err := c.Get(b.Context(), "key", text(manifest, &count)); err != nil {
			b.Fatal(err)
		}
	}
}
