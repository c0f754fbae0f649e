package store_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/store/storetest"
)

func TestCountActive(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		for id, status := range map[string]model.Status{"a": model.Running, "b": model.Running, "c": model.Paused, "d": model.Succeeded} {
			e := newExecution(id, "1")
			e.Status = status
			insert(t, st, e)
		}
		counts, err := st.CountActive(t.Context())
		require.NoError(t, err)
		require.Equal(t, map[string]int64{"RUNNING": 2, "PAUSED": 1}, counts)
	})
}
