package rest

import (
	"bytes"
	"context"
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
			held, _ := ReservationOf(r.Context())
			got, err := readBuffered(&paidBody{ctx: r.Context(), body: r.Body, held: held, length: length, most: 10 << 20})
			require.NoError(t, err)
			require.True(t, bytes.Equal([]byte(text), got), "%d bytes with the length %d", size, length)
		}
	}
}

// TestSmallBodiesAreCounted: a client that only promises a body holds nothing, and
// those that send parts of theirs hold no more than the budget together.
func TestSmallBodiesAreCounted(t *testing.T) {
	t.Parallel()
	m := NewMemory(2*limit.Free, time.Millisecond, 10<<20)
	read := func(sent, promised int) (*Reservation, error) {
		held := &Reservation{Memory: m}
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

// TestARequestNeverWaitsForItself: one that holds all there is, for its body, reads
// from the store what belongs to it; another one waits.
func TestARequestNeverWaitsForItself(t *testing.T) {
	t.Parallel()
	m := NewMemory(12<<20, time.Millisecond, 10<<20)
	hold := func() (*Reservation, context.Context) {
		r, release := m.Reserve(httptest.NewRequest(http.MethodGet, "/", http.NoBody))
		t.Cleanup(release)
		held, bounded := ReservationOf(r.Context())
		require.True(t, bounded)
		return held, r.Context()
	}
	first, ctx := hold()
	require.NoError(t, first.Take(ctx, 5<<20))
	require.NoError(t, first.Take(ctx, 50<<20))
	require.NoError(t, first.Take(ctx, 50<<20))
	release, err := first.Borrow(ctx, 50<<20)
	require.NoError(t, err)
	release()
	second, ctx := hold()
	require.Equal(t, fault.Unavailable, fault.KindOf(second.Take(ctx, 1<<20)))
	first.release()
	require.NoError(t, second.Take(ctx, 50<<20))
}
