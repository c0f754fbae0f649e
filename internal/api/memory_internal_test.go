package api

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/limit"
)

// TestReadBuffered: bodies of any length come as they are, whether the length is
// known, or wrong.
func TestReadBuffered(t *testing.T) {
	t.Parallel()
	for _, size := range []int{0, 1, 511, 512, 513, 256 << 10, 256<<10 + 1, 3 << 20} {
		text := strings.Repeat("x", size)
		for _, length := range []int64{-1, int64(size), int64(size) / 2, int64(size) * 2} {
			r := httptest.NewRequest(http.MethodPost, "/", iotest.OneByteReader(strings.NewReader(text)))
			if size > 1000 {
				r = httptest.NewRequest(http.MethodPost, "/", strings.NewReader(text))
			}
			got, err := readBuffered(&paidBody{ctx: r.Context(), body: r.Body, held: reservationOf(r), length: length, most: 10 << 20})
			require.NoError(t, err)
			require.True(t, bytes.Equal([]byte(text), got), "%d bytes with the length %d", size, length)
		}
	}
}

// TestSmallBodiesAreCounted: a client that only promises a body holds nothing, and
// those that send parts of theirs hold no more than the budget together.
func TestSmallBodiesAreCounted(t *testing.T) {
	t.Parallel()
	m := newMemory(Config{Memory: 2 * limit.Free, MemoryWait: time.Millisecond})
	read := func(sent, promised int) (*reservation, error) {
		held := &reservation{memory: m}
		_, err := readBuffered(&paidBody{ctx: t.Context(), body: strings.NewReader(strings.Repeat("x", sent)), held: held, length: int64(promised), most: 10 << 20})
		return held, err
	}
	for range 10 {
		_, err := read(freeBody, limit.Free)
		require.NoError(t, err)
	}
	first, err := read(freeBody+1, limit.Free)
	require.NoError(t, err)
	_, err = read(freeBody+1, limit.Free)
	require.NoError(t, err)
	_, err = read(freeBody+1, limit.Free)
	require.Equal(t, fault.Unavailable, fault.KindOf(err))
	first.release()
	_, err = read(freeBody+1, limit.Free)
	require.NoError(t, err)
}

// TestListsOfLargeItems: a list reads so many items at a time as their sizes allow,
// and holds memory for them while it does.
func TestListsOfLargeItems(t *testing.T) {
	t.Parallel()
	const size = 20 << 20
	ids := []string{"a", "b", "c", "large", "d"}
	var parts [][]string
	held := &reservation{memory: newMemory(Config{Memory: 6 * size * perShownByte, MemoryWait: time.Millisecond})}
	ctx := context.WithValue(t.Context(), reservationKey{}, held)
	l := &lister{next: firstRead, listing: &listing{
		ids: ids,
		sizes: func(_ context.Context, ids []string) (map[string]int64, error) {
			return map[string]int64{"a": 10, "b": 10, "c": 10, "large": size, "d": 10}, nil
		},
		read: func(_ context.Context, ids []string) ([]json.RawMessage, error) {
			parts = append(parts, ids)
			return make([]json.RawMessage, len(ids)), nil
		},
	}}
	done, err := l.fill(ctx, 1<<30)
	require.NoError(t, err)
	require.True(t, done)
	require.Equal(t, [][]string{{"a", "b", "c"}, {"large"}, {"d"}}, parts)
	require.Empty(t, held.releases)

	all, err := held.decoding.Take(ctx, 1<<40)
	require.NoError(t, err)
	l.ids = []string{"large"}
	_, err = l.fill(ctx, 1<<30)
	require.Equal(t, fault.Unavailable, fault.KindOf(err))
	all()
}
