package executions_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/gennaker/gennaker/internal/api"
	"github.com/gennaker/gennaker/internal/api/apitest"
	"github.com/gennaker/gennaker/internal/api/areas"
	"github.com/gennaker/gennaker/internal/events"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
)

// BenchmarkLists measures what the pages of an application ask every few
// seconds, with 100 pipelines of 20 executions of 10 stages each.
func BenchmarkLists(b *testing.B) {
	const configs, executions, stages = 100, 20, 10
	st, err := store.Open(b.Context(), filepath.Join(b.TempDir(), "bench.db"), store.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = st.Close() }()
	now := time.Now()
	for c := range configs {
		err := st.Write(b.Context(), func(ctx context.Context, tx *store.Tx) error {
			p := model.Pipeline{"id": fmt.Sprint("p", c), "application": "demo", "name": fmt.Sprint("pipeline ", c), "index": c}
			if _, err := tx.SavePipeline(ctx, store.PipelineKind, p, "me", 0); err != nil {
				return err
			}
			for x := range executions {
				if err := tx.InsertExecution(ctx, someExecution(c, x, stages, now)); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	handler, err := (&apitest.Parts{
		Options: api.Options{Logger: slog.New(slog.DiscardHandler)}, Store: st, Executions: idle{}, Events: events.New(st, nil),
	}).Handler()
	if err != nil {
		b.Fatal(err)
	}
	for _, path := range []string{
		"/applications/demo/pipelines?limit=2&expand=false",
		"/applications/demo/pipelines?limit=30&statuses=RUNNING,SUSPENDED,PAUSED,NOT_STARTED&expand=true",
		"/applications/demo/pipelines?limit=10&expand=true",
		"/applications/demo/pipelineConfigs",
		"/applications/demo/executions/search?size=20",
		"/version",
	} {
		b.Run(path, func(b *testing.B) {
			b.ReportAllocs()
			bytes := 0
			for b.Loop() {
				w := httptest.NewRecorder()
				handler.ServeHTTP(w, httptest.NewRequestWithContext(b.Context(), http.MethodGet, path, http.NoBody))
				if w.Code != http.StatusOK {
					b.Fatal(w.Body)
				}
				bytes = w.Body.Len()
			}
			b.ReportMetric(float64(bytes)/1024, "KiB/answer")
		})
	}
}

func someExecution(config, n, stages int, now time.Time) *model.Execution {
	at := model.Millis(now.Add(-time.Duration(n) * time.Hour))
	e := &model.Execution{
		Type: model.PipelineExecution, ID: model.NewID(now.Add(time.Duration(config*1000+n) * time.Millisecond)), Application: "demo",
		Name: fmt.Sprint("pipeline ", config), PipelineConfigID: fmt.Sprint("p", config), Status: model.Succeeded,
		BuildTime: at, StartTime: at, EndTime: at + 1000, Trigger: model.NormalizeTrigger(map[string]any{"type": "manual"}),
		Notifications: []map[string]any{}, InitialConfig: map[string]any{}, AdditionalHeaders: map[string]any{},
		SystemNotifications: []model.SystemNotification{},
	}
	if n == 0 && config%10 == 0 {
		e.Status, e.EndTime = model.Running, 0
	}
	for i := range stages {
		e.Stages = append(e.Stages, &model.Stage{
			ID: model.NewID(now), RefID: fmt.Sprint(i), Type: "wait", Name: "Wait", Status: model.Succeeded, StartTime: at, EndTime: at + 1,
			Context: map[string]any{"waitTime": 1, "text": "some words that a stage carries about with it"}, Outputs: map[string]any{},
			Tasks:                []*model.Task{{ID: "1", Name: "wait", ImplementingClass: waitClass, Status: model.Succeeded, TaskExceptionDetails: map[string]any{}}},
			RequisiteStageRefIDs: []string{},
		})
	}
	return e
}

const waitClass = "com.netflix.spinnaker.orca.pipeline.tasks.WaitTask"

// BenchmarkFollowers has 200 clients follow an application of 1,000 executions at
// once, and be told of one change.
func BenchmarkFollowers(b *testing.B) {
	const followers = 200
	st, err := store.Open(b.Context(), filepath.Join(b.TempDir(), "bench.db"), store.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = st.Close() }()
	now := time.Now()
	var all []*model.Execution
	if err := st.Write(b.Context(), func(ctx context.Context, tx *store.Tx) error {
		for c := range 50 {
			for x := range 20 {
				e := someExecution(c, x, 10, now)
				all = append(all, e)
				if err := tx.InsertExecution(ctx, e); err != nil {
					return err
				}
			}
		}
		return nil
	}); err != nil {
		b.Fatal(err)
	}
	bus := events.New(st, nil)
	handler, err := (&apitest.Parts{
		Options: api.Options{Logger: slog.New(slog.DiscardHandler)}, Store: st, Executions: idle{}, Events: bus,
	}).Handler()
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for n := 0; b.Loop(); n++ {
		ctx, cancel := context.WithCancel(b.Context())
		var snapshots, changes, ended sync.WaitGroup
		snapshots.Add(followers)
		changes.Add(followers)
		for range followers {
			w := &listener{header: http.Header{}, snapshot: sync.OnceFunc(snapshots.Done), change: sync.OnceFunc(changes.Done)}
			r := httptest.NewRequestWithContext(ctx, http.MethodGet, "/applications/demo/executions/stream?limit=20", http.NoBody)
			ended.Go(func() { handler.ServeHTTP(w, r) })
		}
		snapshots.Wait()
		e := all[n%len(all)]
		e.EndTime++
		if err := st.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			if err := tx.SaveExecution(ctx, e.ID, store.ExecutionChange{Header: e}); err != nil {
				return err
			}
			return bus.Publish(ctx, tx, events.Event{ExecutionID: e.ID, Type: e.Type, Application: e.Application})
		}); err != nil {
			b.Fatal(err)
		}
		changes.Wait()
		cancel()
		ended.Wait()
	}
}

// listener is a client of a stream; it is told when the parts of it have come.
type listener struct {
	header           http.Header
	snapshot, change func()
}

func (l *listener) Header() http.Header { return l.header }
func (l *listener) WriteHeader(int)     {}
func (l *listener) Flush()              {}

func (l *listener) Write(p []byte) (int, error) {
	if bytes.HasPrefix(p, []byte("event: snapshot")) {
		l.snapshot()
	}
	if bytes.HasPrefix(p, []byte("event: execution")) {
		l.change()
	}
	return len(p), nil
}

// idle executes nothing.
type idle struct{ areas.Executions }
