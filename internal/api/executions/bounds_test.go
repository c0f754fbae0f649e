package executions_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/api/apitest"
	"github.com/gennaker/gennaker/internal/api/areas"
	"github.com/gennaker/gennaker/internal/events"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
)

// counting counts how often a store is read.
type counting struct {
	areas.Store
	lists, outlines atomic.Int32
}

func (c *counting) ExecutionRefs(ctx context.Context, f store.ExecutionFilter) ([]store.ExecutionRef, error) {
	c.lists.Add(1)
	return c.Store.ExecutionRefs(ctx, f)
}

func (c *counting) ExecutionOutline(ctx context.Context, id string) (*store.Outline, error) {
	c.outlines.Add(1)
	return c.Store.ExecutionOutline(ctx, id)
}

// insert stores executions, each of whose stages carries so much text, and tells
// of each.
func insert(k *apitest.Kit, configs, each, text int) []*model.Execution {
	k.T.Helper()
	var out []*model.Execution
	now := time.Now()
	require.NoError(k.T, k.Store.Write(k.T.Context(), func(ctx context.Context, tx *store.Tx) error {
		for c := range configs {
			for x := range each {
				e := someExecution(c, x, 1, now)
				e.Stages[0].Context["text"] = strings.Repeat("x", text)
				if err := tx.InsertExecution(ctx, e); err != nil {
					return err
				}
				out = append(out, e)
			}
		}
		return nil
	}))
	return out
}

// Clients that look at the same share one reading of it, and of each change.
func TestFollowersShareWhatIsRead(t *testing.T) {
	t.Parallel()
	const followers = 200
	counted := &counting{}
	k := apitest.New(t, func(d *apitest.Parts) {
		counted.Store, d.Store = d.Store, counted
		d.StreamRepair = time.Hour
	})
	all := insert(k, 5, 4, 10)
	streams := make([]<-chan apitest.Message, followers)
	for i := range streams {
		streams[i] = k.Stream(t.Context(), "/applications/demo/executions/stream?limit=1000000")
	}
	first := apitest.Next(t, streams[0], "snapshot", apitest.EventNamed("snapshot"))
	var snapshot []object
	require.NoError(t, json.Unmarshal([]byte(first.Data), &snapshot))
	require.Len(t, snapshot, len(all))
	for _, stream := range streams[1:] {
		require.Equal(t, first.Data, apitest.Next(t, stream, "snapshot", apitest.EventNamed("snapshot")).Data)
	}
	// A client that joins a while later has the feed look again, for all.
	require.Less(t, int(counted.lists.Load()), followers/4)

	changed := all[3]
	changed.Status = model.Terminal
	require.NoError(t, k.Store.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		if err := tx.SaveExecution(ctx, changed.ID, store.ExecutionChange{Header: changed}); err != nil {
			return err
		}
		return k.Events.Publish(ctx, tx, events.Event{ExecutionID: changed.ID, Type: changed.Type, Application: changed.Application})
	}))
	for _, stream := range streams {
		m := apitest.Next(t, stream, "change", apitest.EventNamed("execution"))
		require.Equal(t, changed.ID, m.Object(t)["id"])
		require.Equal(t, "TERMINAL", m.Object(t)["status"])
		require.True(t, strings.HasPrefix(m.ID, changed.ID+":"), m.ID)
	}
	require.LessOrEqual(t, counted.outlines.Load(), int32(1))
}

// A feed ends with its last client, and the next one begins another.
func TestFeedsEnd(t *testing.T) {
	t.Parallel()
	counted := &counting{}
	k := apitest.New(t, func(d *apitest.Parts) { counted.Store, d.Store = d.Store, counted })
	e := insert(k, 1, 1, 10)[0]
	for range 2 {
		ctx, cancel := context.WithCancel(t.Context())
		stream := k.Stream(ctx, "/pipelines/"+e.ID+"/outline/stream")
		apitest.Next(t, stream, "snapshot", apitest.EventNamed("snapshot"))
		cancel()
		for range stream { // until it ends
		}
	}
	require.NoError(t, k.Store.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		if err := tx.DeleteExecution(ctx, e.ID); err != nil {
			return err
		}
		return k.Events.Publish(ctx, tx, events.Event{ExecutionID: e.ID, Type: e.Type, Application: e.Application, Deleted: true})
	}))
	// Until the deletion is heard of, a client may still join.
	require.Eventually(t, func() bool {
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, k.Server.URL+"/pipelines/"+e.ID+"/outline/stream", http.NoBody)
		require.NoError(t, err)
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			return false
		}
		_ = response.Body.Close()
		return response.StatusCode == http.StatusNotFound
	}, 2*time.Minute, 10*time.Millisecond)
}

// A long list is sent in parts that hold together what the whole does, and no
// limit makes it longer than the API says.
func TestLongListsAreSentInParts(t *testing.T) {
	t.Parallel()
	k := apitest.New(t)
	const configs, each, text = 3, 110, 40_000
	all := insert(k, configs, each, text)
	read := func(path string) (ids []string, whole bool) {
		got := k.Get(path).Is(http.StatusOK)
		var found []struct{ ID string }
		require.NoError(t, json.Unmarshal(got.Body, &found), path)
		for _, e := range found {
			ids = append(ids, e.ID)
		}
		return ids, got.Header.Get("ETag") != ""
	}
	for _, path := range []string{
		"/applications/demo/pipelines?limit=1000000", "/applications/demo/executions/search?size=1000000",
		"/executions?pipelineConfigIds=p0,p1,p2&limit=1000000",
	} {
		long, whole := read(path + "&expand=true")
		if len(long) != len(all) {
			t.Fatalf("%s lists %d", path, len(long))
		}
		require.False(t, whole, "%s is too long to be held as a whole", path)
		short, whole := read(path + "&expand=false")
		require.True(t, whole, path)
		require.Equal(t, long, short, path)
	}
	newest, whole := read("/applications/demo/executions/search?size=1")
	require.True(t, whole)
	require.Len(t, newest, 1)

	var ids strings.Builder
	for i := range 5001 {
		fmt.Fprintf(&ids, "%026d,", i)
	}
	k.Get("/executions?executionIds="+ids.String()).Refused(http.StatusBadRequest, "executionIds: names 5001 ids")
	k.Get("/executions?pipelineConfigIds="+ids.String()).Refused(http.StatusBadRequest, "pipelineConfigIds")
}

func TestTooManyAreNotListed(t *testing.T) {
	t.Parallel()
	k := apitest.New(t)
	insert(k, 1, 1100, 10)
	for path, want := range map[string]int{
		"/applications/demo/pipelines?limit=1000000&expand=false":                                 0, // those of the last days
		"/applications/demo/executions/search?size=1000000":                                       1100,
		"/applications/demo/executions/search?size=1000000&startIndex=1050":                       50,
		"/executions?pipelineConfigIds=p0&statuses=SUCCEEDED&limit=1000000&expand=false":          0,
		"/applications/demo/executions/search?size=2147483648&pipelineName=pipeline%200&expand=0": 1100,
	} {
		var found []object
		require.NoError(t, json.Unmarshal(k.Get(path).Is(http.StatusOK).Body, &found), path)
		if len(found) != want && want > 0 || len(found) > 1100 || want == 0 && len(found) > 1000 {
			t.Errorf("%s lists %d", path, len(found))
		}
	}
}
