// Package apitest starts the whole API on an engine and a database of its own, for
// the tests of its areas.
package apitest

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/gennaker/gennaker/internal/api"
	"github.com/gennaker/gennaker/internal/api/rest"
	"github.com/gennaker/gennaker/internal/api/stagetypes"
	"github.com/gennaker/gennaker/internal/catalog"
	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/events"
	"github.com/gennaker/gennaker/internal/execution"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/queue"
	"github.com/gennaker/gennaker/internal/runner"
	"github.com/gennaker/gennaker/internal/stage"
	"github.com/gennaker/gennaker/internal/stage/frontfifty"
	templatestages "github.com/gennaker/gennaker/internal/stage/templates"
	"github.com/gennaker/gennaker/internal/stage/wait"
	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/template"
	"github.com/gennaker/gennaker/internal/template/library"
	"github.com/gennaker/gennaker/internal/testlog"
	"github.com/gennaker/gennaker/internal/trigger/eventlog"
)

// Kit is the API on a whole engine with a database of its own.
type Kit struct {
	// T is the test that fails.
	T      testing.TB
	Store  *store.Store
	Events *events.Bus
	Server *httptest.Server
	// Routes are those of all areas.
	Routes []rest.Route
	// Header is sent with every request.
	Header http.Header
}

// What JSON looks like in tests.
type (
	// Object is a JSON object.
	Object = map[string]any
	// List is a JSON list.
	List = []any
)

// New starts an API; each change may adjust what it is made of.
func New(t testing.TB, changes ...func(*Parts)) *Kit {
	t.Helper()
	log := testlog.New(t, slog.LevelWarn)
	st, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "test.db"), store.Options{Logger: log})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := st.Close(); err != nil {
			t.Errorf("close the store: %v", err)
		}
	})
	bus := events.New(st, log)
	happened := eventlog.New(eventlog.Options{Store: st, Logger: log})
	types := append(frontfifty.Types(catalog.New(st, happened), running{}), wait.Type(), untilTold())
	shelf := library.New(st)
	types = append(types, noTags("upsertEntityTags"), noTags("deleteEntityTags"), noTags("bulkUpsertEntityTags"))
	types = append(types, templatestages.Types(shelf, template.New(template.Options{Templates: shelf, Pipelines: shelf}))...)
	registry := stage.NewRegistry(types...)
	var advance func(context.Context, queue.Job) error
	jobs, err := queue.New(t.Context(), st, queue.Options{
		Workers: 20, Logger: log, DrainTimeout: 5 * time.Second,
		Handler: func(ctx context.Context, job queue.Job) error { return advance(ctx, job) },
	})
	if err != nil {
		t.Fatal(err)
	}
	var poke func(string)
	executions := execution.New(execution.Options{
		Store: st, Queue: jobs, Events: bus, Types: registry, Logger: log,
		OnWake: func(id string) { poke(id) },
	})
	happened.Through(executions)
	run := runner.New(runner.Options{
		Store: st, Queue: jobs, Events: bus, Executions: executions, Stages: registry, Evaluator: engine.Literal{}, Logger: log,
	})
	advance, poke = run.Advance, run.Poke
	ctx, cancel := context.WithCancel(context.Background())
	worked := make(chan struct{})
	go func() {
		defer close(worked)
		if err := jobs.Run(ctx); err != nil && ctx.Err() == nil {
			t.Errorf("queue: %v", err)
		}
	}()
	done := make(chan struct{})
	parts := Parts{
		Options: api.Options{Version: "1.2.3", Logger: log, Config: api.Config{TrustUserHeader: true}},
		Store:   st, Executions: executions, Events: bus, Triggers: happened, StageTypes: stagetypes.Deps{Types: registry, Checks: Known{registry}}, Done: done,
	}
	for _, change := range changes {
		change(&parts)
	}
	handler, err := parts.Handler()
	if err != nil {
		t.Fatal(err)
	}
	k := &Kit{T: t, Store: st, Events: bus, Server: httptest.NewServer(handler), Header: http.Header{}, Routes: parts.routes()}
	t.Cleanup(func() {
		close(done)
		k.Server.Close()
		run.Drain()
		cancel()
		<-worked
	})
	return k
}

// Until waits for an execution to be as wanted.
func (k *Kit) Until(id string, want func(*model.Execution) bool) *model.Execution {
	k.T.Helper()
	changed := k.Events.Subscribe(func(e events.Event) bool { return e.ExecutionID == id })
	defer changed.Close()
	deadline := time.After(20 * time.Second)
	for {
		e, err := k.Store.Execution(k.T.Context(), id)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			k.T.Fatal(err)
		}
		if err == nil && want(e) {
			return e
		}
		select {
		case <-changed.C():
		case <-deadline:
			k.T.Fatalf("execution %s is not as wanted in time: %+v", id, e)
		}
	}
}

// Ended waits for the end of an execution.
func (k *Kit) Ended(id string) *model.Execution {
	k.T.Helper()
	return k.Until(id, func(e *model.Execution) bool { return e.Status.Complete() })
}

// Past waits until an execution's start lies in the past: lists sort by start,
// to the millisecond.
func Past(e *model.Execution) {
	for time.Now().UnixMilli() <= e.StartTime {
		runtime.Gosched()
	}
}

// IDOf is the id in an answer's ref.
func IDOf(a *Answer) string {
	a.t.Helper()
	ref := a.Text("ref")
	return ref[strings.LastIndex(ref, "/")+1:]
}

// Application creates an application.
func (k *Kit) Application(name string) {
	k.T.Helper()
	id := IDOf(k.Post("/tasks", Object{
		"application": name, "description": "Create Application: " + name,
		"job": List{Object{"type": "createApplication", "application": Object{"name": name, "email": "me@example.com", "cloudProviders": "kubernetes"}}},
	}).Is(http.StatusOK))
	if e := k.Ended(id); e.Status != model.Succeeded {
		k.T.Fatalf("create application %s: %s", name, e.Status)
	}
}

// Pipeline saves a pipeline, and gives it as it is listed.
func (k *Kit) Pipeline(application, name string, more Object, stages ...any) Object {
	k.T.Helper()
	config := model.Merge(Object{"application": application, "name": name, "stages": stages}, more)
	k.Post("/pipelines", config).Is(http.StatusOK).Empty()
	return k.Get("/applications/" + application + "/pipelineConfigs/" + name).Is(http.StatusOK).Object()
}

// WaitStage is a stage that waits for that many seconds.
func WaitStage(ref string, seconds int, requires ...any) Object {
	if requires == nil {
		requires = List{}
	}
	return Object{"type": "wait", "refId": ref, "requisiteStageRefIds": requires, "name": "Wait " + ref, "waitTime": seconds}
}

// ToldStage is a stage of the type UntilTold.
func ToldStage(ref string, requires ...any) Object {
	if requires == nil {
		requires = List{}
	}
	return Object{"type": "untilTold", "refId": ref, "requisiteStageRefIds": requires, "name": "Told " + ref}
}
