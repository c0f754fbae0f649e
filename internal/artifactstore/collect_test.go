package artifactstore_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"gocloud.dev/blob/memblob"
	"pgregory.net/rapid"

	"github.com/gennaker/gennaker/internal/artifactstore"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/store/storetest"
)

const day = 24 * time.Hour

// clock is a time that tests move.
type clock struct{ at atomic.Int64 }

func newClock() *clock {
	c := &clock{}
	c.at.Store(time.Now().UnixMilli())
	return c
}

func (c *clock) now() time.Time           { return time.UnixMilli(c.at.Load()) }
func (c *clock) forward(by time.Duration) { c.at.Add(by.Milliseconds()) }

func process(t require.TestingT, st *store.Store, c *clock, in artifactstore.Bucket) *artifactstore.Store {
	config := artifactstore.DefaultConfig()
	config.ThresholdBytes, config.RetentionDays = 100, 2
	contents, err := artifactstore.New(context.Background(), artifactstore.Options{Config: config, Store: st, Now: c.now, Bucket: in})
	require.NoError(t, err)
	return contents
}

// begin stores an execution with what a stage has, as starting one does.
func begin(ctx context.Context, t require.TestingT, st *store.Store, contents *artifactstore.Store, id string, values object) {
	kept, err := contents.Keep(ctx, "shop", values)
	require.NoError(t, err)
	e := &model.Execution{ID: id, Type: model.PipelineExecution, Application: "shop", Status: model.Succeeded, Trigger: model.Trigger{}, Stages: []*model.Stage{
		{ID: id + "-1", RefID: "1", Type: "wait", Status: model.Succeeded, Context: kept, Outputs: object{}},
	}}
	require.NoError(t, st.Write(ctx, func(ctx context.Context, tx *store.Tx) error { return tx.InsertExecution(ctx, e) }))
}

func remove(ctx context.Context, t require.TestingT, st *store.Store, id string) {
	require.NoError(t, st.Write(ctx, func(ctx context.Context, tx *store.Tx) error { return tx.DeleteExecution(ctx, id) }))
}

// flaky is a bucket that fails when it is told to.
type flaky struct {
	artifactstore.Bucket
	failing atomic.Bool
	// deleting is called when a content is about to be deleted, and once it is.
	deleting func()
}

func newFlaky() *flaky { return &flaky{Bucket: artifactstore.Blobs{Bucket: memblob.OpenBucket(nil)}} }

var errFlaky = errors.New("the bucket is away")

func (f *flaky) Put(ctx context.Context, key string, content []byte) error {
	if f.failing.Load() {
		return errFlaky
	}
	return f.Bucket.Put(ctx, key, content)
}

func (f *flaky) Delete(ctx context.Context, key string) error {
	if f.failing.Load() {
		return errFlaky
	}
	if f.deleting == nil {
		return f.Bucket.Delete(ctx, key)
	}
	f.deleting()
	defer f.deleting()
	return f.Bucket.Delete(ctx, key)
}

// eachPlace runs a test with contents in the database and in a bucket, of each database.
func eachPlace(t *testing.T, run func(t *testing.T, st *store.Store, in artifactstore.Bucket)) {
	t.Helper()
	for name, in := range map[string]func() artifactstore.Bucket{
		"database": func() artifactstore.Bucket { return nil },
		"bucket":   func() artifactstore.Bucket { return newFlaky() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			storetest.Each(t, func(t *testing.T, st *store.Store) { t.Helper(); run(t, st, in()) })
		})
	}
}

// TestCollect: what nothing refers to goes after the retention, in batches, and the rest
// stays.
func TestCollect(t *testing.T) {
	t.Parallel()
	eachPlace(t, func(t *testing.T, st *store.Store, in artifactstore.Bucket) {
		t.Helper()
		ctx, c := t.Context(), newClock()
		contents := process(t, st, c, in)
		of := func(name string) object { return object{"a": embedded(text(name, 500))} }
		begin(ctx, t, st, contents, "execution", of("execution"))
		saved, err := contents.Keep(ctx, "shop", of("stage"))
		require.NoError(t, err)
		require.NoError(t, st.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			return tx.SaveExecution(ctx, "execution", store.ExecutionChange{Stages: []*model.Stage{
				{ID: "execution-2", RefID: "2", Type: "wait", Status: model.Succeeded, Context: object{}, Outputs: saved},
			}})
		}))
		var pipelineID string
		saving := func(fields object) {
			require.NoError(t, st.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
				p, err := tx.SavePipeline(ctx, store.PipelineKind, model.Pipeline(model.Merge(object{"application": "shop", "name": "p", "id": pipelineID}, fields)), "me", 0)
				if err == nil {
					pipelineID = p.ID()
				}
				return err
			}))
		}
		kept, err := contents.Keep(ctx, "shop", of("pipeline"))
		require.NoError(t, err)
		saving(kept)
		for i := range 250 {
			_, err := contents.Keep(ctx, "shop", of(fmt.Sprintf("nobody's %d", i)))
			require.NoError(t, err)
		}
		collect := func() int {
			n, err := contents.Collect(ctx)
			require.NoError(t, err)
			return int(n)
		}
		require.Zero(t, collect())
		c.forward(day)
		_, err = contents.Keep(ctx, "shop", of("nobody's 1")) // once more
		require.NoError(t, err)
		c.forward(day + time.Minute)
		require.Equal(t, 249, collect())
		c.forward(day)
		require.Equal(t, 1, collect())
		for name, there := range map[string]bool{"execution": true, "stage": true, "pipeline": true, "nobody's 1": false} {
			_, err := contents.Content(ctx, uriOf("shop", text(name, 500)))
			require.Equal(t, there, err == nil, "%s: %v", name, err)
		}
		saving(object{"a": "nothing"})
		require.Equal(t, 1, collect())
		remove(ctx, t, st, "execution")
		require.Equal(t, 2, collect())
		require.Zero(t, collect())
	})
}

// TestCollectProperty: whatever two processes do, what a kept execution refers to can be
// read, and in the end nothing else is left.
func TestCollectProperty(t *testing.T) {
	t.Parallel()
	st := storetest.SQLite(t)
	run := 0
	rapid.Check(t, func(t *rapid.T) {
		run++
		ctx, c, in := context.Background(), newClock(), newFlaky()
		processes := []*artifactstore.Store{process(t, st, c, in), process(t, st, c, in)}
		if rapid.Bool().Draw(t, "in the database") {
			processes = []*artifactstore.Store{process(t, st, c, nil), process(t, st, c, nil)}
		}
		held := map[string][]string{} // what executions refer to
		texts := func(t *rapid.T) []string {
			return rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"a", "b", "c", "d"}), 1, 3, rapid.ID).Draw(t, "texts")
		}
		either := func(t *rapid.T) *artifactstore.Store { return rapid.SampledFrom(processes).Draw(t, "process") }
		id := 0
		t.Repeat(map[string]func(*rapid.T){
			"start": func(t *rapid.T) {
				id++
				name, has, values := fmt.Sprintf("e%d-%d", run, id), texts(t), list{}
				for _, one := range has {
					values = append(values, embedded(text(one, 300)))
				}
				begin(ctx, t, st, either(t), name, object{"artifacts": values})
				held[name] = has
			},
			"pass on": func(t *rapid.T) { // by reference alone
				if len(held) == 0 {
					t.Skip()
				}
				id++
				from := rapid.SampledFrom(slices.Sorted(maps.Keys(held))).Draw(t, "from")
				name, values := fmt.Sprintf("e%d-%d", run, id), list{}
				for _, one := range held[from] {
					values = append(values, object{"type": "remote/base64", "reference": uriOf("shop", text(one, 300))})
				}
				begin(ctx, t, st, either(t), name, object{"artifacts": values})
				held[name] = held[from]
			},
			"store and die": func(t *rapid.T) {
				for _, one := range texts(t) {
					_, err := either(t).Keep(ctx, "shop", object{"a": embedded(text(one, 300))})
					require.NoError(t, err)
				}
			},
			"delete": func(t *rapid.T) {
				if len(held) == 0 {
					t.Skip()
				}
				name := rapid.SampledFrom(slices.Sorted(maps.Keys(held))).Draw(t, "name")
				remove(ctx, t, st, name)
				delete(held, name)
			},
			"bucket": func(t *rapid.T) { in.failing.Store(!in.failing.Load()) },
			"time goes by": func(t *rapid.T) {
				c.forward(time.Duration(rapid.IntRange(1, 30).Draw(t, "hours")) * time.Hour)
			},
			"collect": func(t *rapid.T) {
				if _, err := either(t).Collect(ctx); !in.failing.Load() {
					require.NoError(t, err)
				}
			},
			"": func(t *rapid.T) {
				for name, has := range held {
					for _, one := range has {
						content, err := processes[0].Content(ctx, uriOf("shop", text(one, 300)))
						require.NoError(t, err, "%s of %s", one, name)
						require.Equal(t, text(one, 300), string(content))
					}
				}
			},
		})
		for name := range held {
			remove(ctx, t, st, name)
		}
		in.failing.Store(false)
		c.forward(3 * day)
		_, err := processes[1].Collect(ctx)
		require.NoError(t, err)
		for _, one := range []string{"a", "b", "c", "d"} {
			_, err := in.Get(ctx, strings.TrimPrefix(uriOf("shop", text(one, 300)), "ref://"), 1000)
			require.Equal(t, fault.NotFound, fault.KindOf(err), "nothing is left in the bucket")
		}
		var left int
		require.NoError(t, st.Query(ctx, store.NewStatement(`SELECT COUNT(*) FROM artifact_contents`, ""), nil, func(row store.Row) error { return row.Scan(&left) }))
		require.Zero(t, left)
	})
}

// TestCollectWhileExecutionsStart: contents that are as old as can be are stored again and
// collected at the same time, over and over. What an execution refers to is there.
func TestCollectWhileExecutionsStart(t *testing.T) {
	t.Parallel()
	eachPlace(t, func(t *testing.T, st *store.Store, in artifactstore.Bucket) {
		t.Helper()
		ctx, c := t.Context(), newClock()
		var collectors, starters sync.WaitGroup
		done := make(chan struct{})
		// No execution takes days from storing a content to referring to it.
		var starting sync.RWMutex
		for range 2 {
			collectors.Go(func() {
				contents := process(t, st, c, in)
				for {
					select {
					case <-done:
						return
					default:
					}
					starting.Lock()
					c.forward(3 * day) // what nobody refers to is old
					starting.Unlock()
					if _, err := contents.Collect(ctx); err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
		var lost atomic.Int64
		for worker := range 4 {
			starters.Go(func() {
				contents := process(t, st, c, in)
				for i := range 25 {
					name := fmt.Sprintf("e%d-%d", worker, i)
					starting.RLock()
					begin(ctx, t, st, contents, name, object{"a": embedded(text("shared", 300)), "b": embedded(text(strings.Repeat("x", i%3+1), 300))})
					starting.RUnlock()
					for _, one := range []string{"shared", strings.Repeat("x", i%3+1)} {
						if _, err := contents.Content(ctx, uriOf("shop", text(one, 300))); fault.KindOf(err) == fault.NotFound {
							lost.Add(1)
						} else if err != nil {
							t.Error(err)
						}
					}
					remove(ctx, t, st, name)
				}
			})
		}
		starters.Wait()
		close(done)
		collectors.Wait()
		require.Zero(t, lost.Load())
	})
}

// TestStoredWhileItIsDeleted: a content that is stored again while the bucket deletes it is
// there afterwards, whichever comes first.
func TestStoredWhileItIsDeleted(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		t.Helper()
		ctx, c, in := t.Context(), newClock(), newFlaky()
		contents, other := process(t, st, c, in), process(t, st, c, in)
		for moment := 1; moment <= 2; moment++ {
			name, calls := fmt.Sprintf("e%d", moment), 0
			_, err := contents.Keep(ctx, "shop", object{"a": embedded(text(name, 300))})
			require.NoError(t, err)
			c.forward(3 * day)
			in.deleting = func() {
				calls++
				if calls == moment {
					begin(ctx, t, st, other, name, object{"a": embedded(text(name, 300))})
				}
			}
			_, err = contents.Collect(ctx)
			require.NoError(t, err)
			require.Equal(t, 2, calls)
			in.deleting = nil
			for range 2 {
				content, err := other.Content(ctx, uriOf("shop", text(name, 300)))
				require.NoError(t, err)
				require.Equal(t, text(name, 300), string(content))
				c.forward(3 * day)
				_, err = other.Collect(ctx)
				require.NoError(t, err)
			}
		}
	})
}
