package api

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/api/rest"
	"github.com/gennaker/gennaker/internal/fault"
)

// TestListsOfLargeItems: a list reads so many items at a time as their sizes allow,
// and holds memory for them while it does.
func TestListsOfLargeItems(t *testing.T) {
	t.Parallel()
	const size = 20 << 20
	ids := []string{"a", "b", "c", "large", "d"}
	var parts [][]string
	r, _ := rest.NewMemory(6*size*rest.PerShownByte, time.Millisecond, 0).Reserve(httptest.NewRequest(http.MethodGet, "/", http.NoBody))
	ctx := r.Context()
	held, ok := rest.ReservationOf(ctx)
	require.True(t, ok)
	l := &lister{next: firstRead, Listing: &rest.Listing{
		IDs: ids,
		Sizes: func(_ context.Context, ids []string) (map[string]int64, error) {
			return map[string]int64{"a": 10, "b": 10, "c": 10, "large": size, "d": 10}, nil
		},
		Read: func(_ context.Context, ids []string) ([]json.RawMessage, error) {
			parts = append(parts, ids)
			return make([]json.RawMessage, len(ids)), nil
		},
	}}
	done, err := l.fill(ctx, 1<<30)
	require.NoError(t, err)
	require.True(t, done)
	require.Equal(t, [][]string{{"a", "b", "c"}, {"large"}, {"d"}}, parts)

	all, err := held.Borrow(ctx, 1<<40) // of which nothing is lent by now
	require.NoError(t, err)
	l.IDs = []string{"large"}
	_, err = l.fill(ctx, 1<<30)
	require.Equal(t, fault.Unavailable, fault.KindOf(err))
	all()
}
