package runner_test

import (
	"context"
	"log/slog"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/gennaker/gennaker/internal/access"
	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/events"
	"github.com/gennaker/gennaker/internal/execution"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/queue"
	"github.com/gennaker/gennaker/internal/runner"
	"github.com/gennaker/gennaker/internal/stage"
	"github.com/gennaker/gennaker/internal/stage/preconditions"
	"github.com/gennaker/gennaker/internal/stage/variables"
	"github.com/gennaker/gennaker/internal/stage/wait"
	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/testlog"
)

// kit is a whole engine on a database of its own.
type kit struct {
	t          testing.TB
	store      *store.Store
	queue      *queue.Queue
	events     *events.Bus
	executions *execution.Service
	runner     *runner.Runner
	stop       func()
}

var caller = access.Principal{Name: "peer-user"}

func newKit(t testing.TB, more ...*stage.Type) *kit {
	t.Helper()
	return openKit(t, "sqlite:"+filepath.Join(t.TempDir(), "test.db"), more...)
}

// openKit starts an engine on a database; stop ends it as a process ends.
func openKit(t testing.TB, url string, more ...*stage.Type) *kit {
	t.Helper()
	return openAsking(t, url, engine.Literal{}, nil, more...)
}

// openAsking is openKit with an evaluator, and who it asks.
func openAsking(t testing.TB, url string, evaluator engine.Evaluator, asker execution.Asker, more ...*stage.Type) *kit {
	t.Helper()
	return openChanged(t, url, func(k *kit, o *runner.Options) { o.Evaluator, o.Asker = evaluator, asker }, more...)
}

// openChanged is openKit with further choices.
func openChanged(t testing.TB, url string, change func(k *kit, o *runner.Options), more ...*stage.Type) *kit {
	t.Helper()
	log := testlog.New(t, slog.LevelWarn)
	st, err := store.Open(t.Context(), url, store.Options{Logger: log})
	if err != nil {
		t.Fatal(err)
	}
	types := append([]*stage.Type{wait.Type(), variables.Type(), preconditions.Type(nil, nil)}, more...)
	k := &kit{t: t, store: st, events: events.New(st, log)}
	registry := stage.NewRegistry(types...)
	k.queue, err = queue.New(t.Context(), st, queue.Options{
		Workers: 100, Logger: log, DrainTimeout: 5 * time.Second, TrialAfter: time.Millisecond, CondemnAfter: time.Millisecond,
		Handler: func(ctx context.Context, job queue.Job) error { return k.runner.Advance(ctx, job) },
	})
	if err != nil {
		t.Fatal(err)
	}
	o := runner.Options{
		Store: st, Queue: k.queue, Events: k.events, Stages: registry, Evaluator: engine.Literal{}, Logger: log, CallsPerDestination: 4,
	}
	change(k, &o)
	k.executions = execution.New(execution.Options{
		Store: st, Queue: k.queue, Events: k.events, Types: registry, Logger: log,
		Evaluator: o.Evaluator, Asker: o.Asker,
		OnWake: func(id string) { k.runner.Poke(id) },
	})
	o.Executions = k.executions
	k.runner = runner.New(o)
	ctx, cancel := context.WithCancel(context.Background())
	var group sync.WaitGroup
	for name, run := range map[string]func(context.Context) error{"queue": k.queue.Run, "events": k.events.Run} {
		group.Go(func() {
			if err := run(ctx); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		})
	}
	k.stop = func() {
		k.runner.Drain()
		cancel()
		group.Wait()
		if err := k.events.Flush(context.Background()); err != nil {
			t.Errorf("tell others of the last events: %v", err)
		}
		if err := st.Close(); err != nil {
			t.Errorf("close the store: %v", err)
		}
		k.stop = func() {}
	}
	t.Cleanup(func() { k.stop() })
	return k
}

// start starts a pipeline of stages.
func (k *kit) start(more map[string]any, stages ...any) *model.Execution {
	k.t.Helper()
	config := model.Merge(map[string]any{"application": "app", "name": "pipe", "stages": stages}, more)
	e, err := k.executions.Start(k.t.Context(), config, caller)
	if err != nil {
		k.t.Fatal(err)
	}
	return e
}

// until waits until an execution is as wanted, and returns it.
func (k *kit) until(id, what string, want func(*model.Execution) bool) *model.Execution {
	k.t.Helper()
	changed := k.events.Subscribe(func(e events.Event) bool { return e.ExecutionID == id })
	defer changed.Close()
	deadline := time.After(2 * time.Minute)
	for {
		e, err := k.store.Execution(k.t.Context(), id)
		if err != nil {
			k.t.Fatal(err)
		}
		if want(e) {
			return e
		}
		select {
		case <-changed.C():
		case <-deadline:
			text, _ := model.Marshal(e)
			k.t.Fatalf("execution %s is not %s in time: %.2000s", id, what, text)
		}
	}
}

func (k *kit) ended(id string) *model.Execution {
	k.t.Helper()
	return k.until(id, "complete", func(e *model.Execution) bool { return e.Status.Complete() })
}

func waitStage(ref string, seconds int, requires ...any) map[string]any {
	if requires == nil {
		requires = []any{}
	}
	return map[string]any{"type": "wait", "refId": ref, "requisiteStageRefIds": requires, "name": "wait " + ref, "waitTime": seconds}
}

// settles polls until a condition holds.
func (k *kit) settles(what string, condition func() bool) {
	k.t.Helper()
	for deadline := time.Now().Add(2 * time.Minute); !condition(); <-time.After(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			k.t.Fatalf("never: %s", what)
		}
	}
}
