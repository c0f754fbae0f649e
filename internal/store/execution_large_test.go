package store_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/store/storetest"
)

// TestLoadWithin: an execution that is larger than there is room for is measured
// and not decoded.
func TestLoadWithin(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		e := newExecution("e1", "1")
		e.Stages[0].Context = map[string]any{"text": strings.Repeat("x", 10_000)}
		insert(t, st, e)
		loaded, err := st.LoadForAdvanceWithin(t.Context(), "e1", 20_000)
		require.NoError(t, err)
		require.Len(t, loaded.Execution.Stages, 1)
		_, err = st.LoadForAdvanceWithin(t.Context(), "e1", 5_000)
		large, ok := errors.AsType[*store.LargeError](err)
		require.True(t, ok, "%v", err)
		require.Greater(t, large.Bytes, int64(10_000))
		require.Less(t, large.Bytes, int64(12_000))
		_, err = st.LoadForAdvanceWithin(t.Context(), "none", 5_000)
		require.ErrorIs(t, err, store.ErrNotFound)
	})
}

// TestExecutionSizes: executions are measured without being read.
func TestExecutionSizes(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		large, small := newExecution("large", "1", "2"), newExecution("small", "1")
		for _, s := range large.Stages {
			s.Context = map[string]any{"text": strings.Repeat("x", 10_000)}
		}
		insert(t, st, large)
		insert(t, st, small)
		sizes, err := st.ExecutionSizes(t.Context(), []string{"small", "large", "none"})
		require.NoError(t, err)
		require.Len(t, sizes, 2)
		require.Greater(t, sizes["large"], int64(20_000))
		require.Less(t, sizes["large"], int64(24_000))
		require.Less(t, sizes["small"], int64(2_000))
	})
}
