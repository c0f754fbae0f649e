package retention

import (
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/gennaker/gennaker/internal/events"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/store/storetest"
	"github.com/gennaker/gennaker/internal/testpostgres"
)

func TestMain(m *testing.M) { testpostgres.Main(m) }

var now = time.Date(2030, 6, 1, 12, 0, 0, 0, time.UTC)

// read reads an archived execution.
func read(path string) (e *model.Execution, err error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }() // it was only read
	zipper, err := gzip.NewReader(file)
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(zipper)
	if err != nil {
		return nil, err
	}
	e = new(model.Execution)
	return e, model.Unmarshal(data, e)
}

// kit is a cleaner of a store.
type kit struct {
	*Cleaner
	t  *testing.T
	st *store.Store
}

func newKit(t *testing.T, st *store.Store, config Config) *kit {
	t.Helper()
	c, err := New(Options{Config: config, Store: st, Events: events.New(st, nil), Metrics: prometheus.NewRegistry(),
		Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	return &kit{c, t, st}
}

// add stores an execution that was started some days ago; change may be nil.
func (k *kit) add(id, config string, daysAgo int, status model.Status, change func(*model.Execution)) {
	k.t.Helper()
	at := now.AddDate(0, 0, -daysAgo).UnixMilli()
	e := &model.Execution{
		Type: model.PipelineExecution, ID: id, Application: "app", Name: config, PipelineConfigID: config, Status: status,
		BuildTime: at, StartTime: at, Trigger: model.NormalizeTrigger(map[string]any{"type": "manual"}),
		Stages: []*model.Stage{{ID: id + "-1", RefID: "1", Type: "wait", Name: "Wait", Status: status,
			Context: map[string]any{"note": "of " + id}, Outputs: map[string]any{}, Tasks: []*model.Task{}, RequisiteStageRefIDs: []string{}}},
	}
	if change != nil {
		change(e)
	}
	if err := k.st.Write(k.t.Context(), func(ctx context.Context, tx *store.Tx) error { return tx.InsertExecution(ctx, e) }); err != nil {
		k.t.Fatal(err)
	}
}

func (k *kit) left() (ids []string) {
	k.t.Helper()
	all, err := k.st.Executions(k.t.Context(), store.ExecutionFilter{WithoutStages: true})
	if err != nil {
		k.t.Fatal(err)
	}
	for _, e := range all {
		ids = append(ids, e.ID)
	}
	slices.Sort(ids)
	return ids
}

func (k *kit) wantLeft(want ...string) {
	k.t.Helper()
	slices.Sort(want)
	if got := k.left(); !slices.Equal(got, want) {
		k.t.Errorf("left are %v, want %v", got, want)
	}
}

func TestOldPipelines(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		config := DefaultConfig()
		config.OldPipelines.Minimum, config.OldPipelines.ChunkSize = 2, 2
		config.OldPipelines.Exceptions = []string{"Precious"}
		k := newKit(t, st, config)
		for i := range 6 { // "a5" is the oldest
			k.add(fmt.Sprint("a", i), "a", 31+i, model.Terminal, nil)
		}
		k.add("recent", "a", 29, model.Canceled, nil)
		k.add("few", "b", 400, model.Stopped, nil)
		k.add("running", "a", 300, model.Running, nil)
		k.add("waiting", "a", 300, model.NotStarted, nil)
		k.add("last success", "a", 200, model.Succeeded, nil)
		k.add("earlier success", "a", 201, model.Succeeded, nil)
		k.add("child", "a", 200, model.Terminal, func(e *model.Execution) {
			e.Trigger["parentExecution"] = map[string]any{"id": "running"}
		})
		k.add("orphan", "a", 200, model.Terminal, func(e *model.Execution) {
			e.Trigger["parentExecution"] = map[string]any{"id": "gone"}
		})
		for i := range 4 {
			precious := func(e *model.Execution) { e.Application = "precious" }
			k.add(fmt.Sprint("p", i), "p", 360+2*i, model.Terminal, precious)
		}
		k.add("task", "", 300, model.Succeeded, func(e *model.Execution) { e.Type, e.PipelineConfigID = model.OrchestrationExecution, "" })
		k.add("signalled", "a", 200, model.Terminal, nil)
		if err := st.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.InsertSignal(ctx, store.Signal{ExecutionID: "signalled", Kind: "restartStage"})
			return err
		}); err != nil {
			t.Fatal(err)
		}
		for range 2 { // the second time there is nothing to do
			if err := k.OldPipelines(t.Context()); err != nil {
				t.Fatal(err)
			}
			k.wantLeft("recent", "a0", "few", "running", "waiting", "last success", "child", "p0", "p1", "p2", "task", "signalled")
		}
		if n := testutil.ToFloat64(k.deleted.WithLabelValues("pipeline")); n != 8 {
			t.Errorf("%v are counted", n)
		}
	})
}

func TestTasks(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		config := DefaultConfig()
		config.Tasks.Threshold, config.Tasks.ChunkSize = 3, 1
		k := newKit(t, st, config)
		task := func(application string) func(*model.Execution) {
			return func(e *model.Execution) {
				e.Type, e.Application, e.PipelineConfigID = model.OrchestrationExecution, application, ""
			}
		}
		for i := range 5 {
			k.add(fmt.Sprint("t", i), "", i, model.Succeeded, task("app"))
		}
		k.add("running", "", 90, model.Running, task("app"))
		k.add("other", "", 90, model.Succeeded, task("other"))
		k.add("pipeline", "a", 90, model.Succeeded, nil)
		if err := k.Tasks(t.Context()); err != nil {
			t.Fatal(err)
		}
		k.wantLeft("t0", "t1", "t2", "running", "other", "pipeline")
	})
}

// More than are listed at a time.
func TestManyOldExecutions(t *testing.T) {
	t.Parallel()
	k := newKit(t, storetest.SQLite(t), DefaultConfig())
	const total = 2*listed + 50
	for i := range total {
		k.add(fmt.Sprint(i), "a", 40, model.Terminal, nil)
	}
	if err := k.OldPipelines(t.Context()); err != nil {
		t.Fatal(err)
	}
	if left := len(k.left()); left != 5 {
		t.Errorf("%d are left", left)
	}
}

func TestArchive(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		config := DefaultConfig()
		config.Archive = filepath.Join(t.TempDir(), "archive")
		config.OldPipelines.Minimum = 0
		k := newKit(t, st, config)
		k.add("e1", "a", 40, model.Terminal, nil)
		k.add("../../e2", "a", 41, model.Terminal, func(e *model.Execution) { e.Application = "../app" })
		if err := k.OldPipelines(t.Context()); err != nil {
			t.Fatal(err)
		}
		k.wantLeft()
		var files []string
		if err := filepath.WalkDir(config.Archive, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			name, err := filepath.Rel(config.Archive, path)
			files = append(files, name)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if want := []string{"%..%2Fapp/2030/04/%..%2F..%2Fe2.json.gz", "app/2030/04/e1.json.gz"}; !slices.Equal(files, want) {
			t.Errorf("files %v, want %v", files, want)
		}
		e, err := read(filepath.Join(config.Archive, "app", "2030", "04", "e1.json.gz"))
		if err != nil || e.ID != "e1" || len(e.Stages) != 1 || e.Stages[0].Context["note"] != "of e1" {
			t.Errorf("read %+v, error %v", e, err)
		}
	})
}

func TestNothingIsDeletedThatCannotBeArchived(t *testing.T) {
	t.Parallel()
	config := DefaultConfig()
	config.OldPipelines.Minimum = 0
	config.Archive = filepath.Join(t.TempDir(), "archive")
	if err := os.WriteFile(config.Archive, []byte("in the way"), 0o600); err != nil {
		t.Fatal(err)
	}
	k := newKit(t, storetest.SQLite(t), config)
	k.add("e1", "a", 40, model.Terminal, nil)
	if err := k.OldPipelines(t.Context()); err == nil || !strings.Contains(err.Error(), "e1") {
		t.Errorf("error %v", err)
	}
	k.wantLeft("e1")
}

func TestRevisions(t *testing.T) {
	t.Parallel()
	storetest.EachURL(t, func(t *testing.T, url string) {
		clock := now.AddDate(-2, 0, 0)
		st := storetest.Open(t, url, store.Options{Now: func() time.Time { return clock }})
		config := DefaultConfig()
		config.Revisions.Minimum = 3
		k := newKit(t, st, config)
		save := func(name string, times int) {
			for range times {
				clock = clock.Add(time.Minute)
				if err := st.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
					_, err := tx.SaveApplication(ctx, model.Application{"name": name, "email": "a@example.com"}, "me")
					return err
				}); err != nil {
					t.Fatal(err)
				}
			}
		}
		save("many", 10)
		save("few", 2)
		clock = now
		save("recent", 6)
		for range 2 {
			if err := k.Revisions(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		for name, want := range map[string]int{"many": 3, "few": 2, "recent": 6} {
			history, err := st.ApplicationHistory(t.Context(), name, 0)
			if err != nil || len(history) != want {
				t.Errorf("%s: %d revisions, error %v", name, len(history), err)
			}
		}
		save("many", 1)
		if history, err := st.ApplicationHistory(t.Context(), "many", 1); err != nil || history[0].Version != 11 {
			t.Errorf("history %+v, error %v", history, err)
		}
	})
}

func TestJobs(t *testing.T) {
	t.Parallel()
	st := storetest.SQLite(t)
	if jobs := newKit(t, st, DefaultConfig()).Jobs(); len(jobs) != 0 {
		t.Errorf("by default there are %v", jobs)
	}
	config := DefaultConfig()
	config.OldPipelines.Enabled, config.Tasks.Enabled, config.Revisions.Enabled = true, true, true
	jobs := newKit(t, st, config).Jobs()
	if len(jobs) != 3 || jobs[0].Every != time.Hour || jobs[2].Every != 24*time.Hour {
		t.Errorf("jobs %+v", jobs)
	}
	for _, job := range jobs {
		if err := job.Run(t.Context()); err != nil {
			t.Errorf("%s: %v", job.Name, err)
		}
	}
}
