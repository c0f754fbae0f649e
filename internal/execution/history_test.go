package execution_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/execution"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/store/storetest"
)

func TestHistory(t *testing.T) {
	t.Parallel()
	st := storetest.SQLite(t)
	require.NoError(t, st.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		for i, status := range []model.Status{model.Succeeded, model.Terminal, model.Running} {
			if err := tx.InsertExecution(ctx, &model.Execution{
				ID: string("abc"[i]), Type: model.PipelineExecution, Application: "demo", PipelineConfigID: "p", Status: status,
				BuildTime: int64(i + 1), StartTime: int64(i + 1), Trigger: model.NormalizeTrigger(nil),
			}); err != nil {
				return err
			}
		}
		return nil
	}))
	h := execution.NewHistory(st)

	latest, err := h.Latest(t.Context(), "p", nil)
	require.NoError(t, err)
	require.Equal(t, "c", latest.ID)
	latest, err = h.Latest(t.Context(), "p", []model.Status{model.Succeeded})
	require.NoError(t, err)
	require.Equal(t, "a", latest.ID)
	latest, err = h.Latest(t.Context(), "other", nil)
	require.NoError(t, err)
	require.Nil(t, latest, "there is none")

	page, err := h.Executions(t.Context(), "p", 1, 5)
	require.NoError(t, err)
	require.Len(t, page, 2)
	require.Equal(t, "b", page[0].ID, "the second newest")

	_, err = h.Execution(t.Context(), "none")
	require.Equal(t, fault.NotFound, fault.KindOf(err))
	state, err := h.StageState(t.Context(), "a", "none")
	require.NoError(t, err)
	require.Nil(t, state)
}
