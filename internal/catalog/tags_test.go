package catalog_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tidwall/gjson"

	"github.com/gennaker/gennaker/internal/catalog"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/stage/entitytags"
	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/store/storetest"
)

var _ entitytags.Store = (*catalog.Catalog)(nil)

func TestEntityTags(t *testing.T) {
	t.Parallel()
	c := catalog.New(storetest.SQLite(t))
	require.Equal(t, fault.NotFound, fault.KindOf(c.DeleteEntityTags(t.Context(), "one")))
	require.NoError(t, c.SaveEntityTags(t.Context(), object{"id": "one", "tags": []any{}, "lastModifiedBy": "me"}))
	found, err := c.EntityTags(t.Context(), "one")
	require.NoError(t, err)
	require.Equal(t, "one", found["id"])
	require.NoError(t, c.DeleteEntityTags(t.Context(), "one"))
	_, err = c.EntityTags(t.Context(), "one")
	require.Equal(t, fault.NotFound, fault.KindOf(err))
}

func TestPipelinesByTheirNames(t *testing.T) {
	t.Parallel()
	st := storetest.SQLite(t)
	c := catalog.New(st)
	save(t, c, "demo", "b", 7)
	save(t, c, "demo", "a", 3)
	all, err := catalog.Numbered(t.Context(), st, store.PipelineKind, "demo")
	require.NoError(t, err)
	require.Len(t, all, 2)
	for i, id := range []string{"a", "b"} {
		require.Equal(t, id, all[i].ID())
		require.EqualValues(t, i, all[i]["index"], "numbered anew")
	}
	found, err := catalog.ByName(t.Context(), st, store.PipelineKind, "demo", " P-B")
	require.NoError(t, err)
	require.Equal(t, "b", found.ID())
	found, err = catalog.ByName(t.Context(), st, store.PipelineKind, "demo", "none")
	require.NoError(t, err)
	require.Nil(t, found)

	id, err := c.PipelineID(t.Context(), "demo", "p-a")
	require.NoError(t, err)
	require.Equal(t, "a", id)
	_, err = c.PipelineID(t.Context(), "demo", "none")
	require.Equal(t, fault.NotFound, fault.KindOf(err))
}

func TestEachPart(t *testing.T) {
	t.Parallel()
	st := storetest.SQLite(t)
	c := catalog.New(st)
	for id, kind := range map[string]string{"a": store.PipelineKind, "b": store.StrategyKind} {
		_, err := c.SavePipeline(t.Context(), kind, map[string]any{
			"id": id, "application": "demo", "name": id,
			"triggers": []any{object{"type": "jenkins", "job": id + "-trigger"}},
			"stages":   []any{object{"type": "jenkins", "job": id + "-stage"}, object{"type": "wait", "job": "no"}},
		}, "me", 0)
		require.NoError(t, err)
	}
	var jobs []string
	require.NoError(t, catalog.EachPart(t.Context(), st, []string{"jenkins"}, func(part gjson.Result) { jobs = append(jobs, part.Get("job").String()) }))
	require.Equal(t, []string{"a-trigger", "a-stage", "b-trigger", "b-stage"}, jobs)
	count := 0
	require.NoError(t, catalog.EachPart(t.Context(), st, nil, func(gjson.Result) { count++ }))
	require.Equal(t, 6, count)
	for name, want := range map[string]bool{"x": true, "": false, "${x}": false} {
		require.Equal(t, want, catalog.IsName(name), name)
	}
}
