package catalog_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/catalog"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/store/storetest"
)

// diary writes down what it is told.
type diary struct {
	told []string
	fail error
}

func (d *diary) PipelineSaved(_ context.Context, _ *store.Tx, p model.Pipeline) error {
	d.told = append(d.told, "saved "+p.ID())
	return d.fail
}

func (d *diary) PipelineDeleted(_ context.Context, _ *store.Tx, id string) error {
	d.told = append(d.told, "deleted "+id)
	return d.fail
}

func TestFollowersAreToldOfPipelines(t *testing.T) {
	t.Parallel()
	st, followed := storetest.SQLite(t), &diary{}
	c := catalog.New(st, followed)
	_, err := c.SaveApplication(t.Context(), model.Application{"name": "demo"}, "me")
	require.NoError(t, err)
	save(t, c, "demo", "a", 0)
	save(t, c, "demo", "b", 1)
	_, err = c.SavePipeline(t.Context(), store.StrategyKind, model.Pipeline{"id": "s", "application": "demo", "name": "s"}, "me", 0)
	require.NoError(t, err)
	require.NoError(t, c.ReorderPipelines(t.Context(), store.PipelineKind, "demo", map[string]int64{"a": 5, "b": 1}, "me"))
	require.NoError(t, c.DeletePipeline(t.Context(), store.PipelineKind, "demo", "p-b", "me"))
	require.NoError(t, c.DeleteApplication(t.Context(), "demo", "me"))
	require.Equal(t, []string{"saved a", "saved b", "saved a", "deleted b", "deleted a"}, followed.told)
}

func TestWhatAFollowerRefusesIsUndone(t *testing.T) {
	t.Parallel()
	st, followed := storetest.SQLite(t), &diary{}
	c := catalog.New(st, followed)
	save(t, c, "demo", "a", 0)
	followed.fail = errors.New("full")
	_, err := c.SavePipeline(t.Context(), store.PipelineKind, model.Pipeline{"id": "b", "application": "demo", "name": "b"}, "me", 0)
	require.ErrorContains(t, err, "after saving pipeline b: full")
	require.ErrorContains(t, c.DeletePipeline(t.Context(), store.PipelineKind, "demo", "p-a", "me"), "after deleting pipeline a: full")
	_, err = st.Pipeline(t.Context(), "a")
	require.NoError(t, err)
	_, err = st.Pipeline(t.Context(), "b")
	require.Equal(t, fault.NotFound, fault.KindOf(err))
}
