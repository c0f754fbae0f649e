package api_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/gennaker/gennaker/internal/api"
	"github.com/gennaker/gennaker/internal/catalog"
	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/events"
	"github.com/gennaker/gennaker/internal/execution"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/queue"
	"github.com/gennaker/gennaker/internal/runner"
	"github.com/gennaker/gennaker/internal/stage"
	"github.com/gennaker/gennaker/internal/stage/frontfifty"
	"github.com/gennaker/gennaker/internal/stage/templates"
	"github.com/gennaker/gennaker/internal/stage/wait"
	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/template"
	"github.com/gennaker/gennaker/internal/template/library"
)

// kit is the API on a whole engine with a database of its own.
type kit struct {
	t      testing.TB
	store  *store.Store
	events *events.Bus
	server *httptest.Server
	// header is sent with every request.
	header http.Header
}

// object and list are what JSON looks like in tests.
type (
	object = map[string]any
	list   = []any
)

// newKit starts an API; each change may adjust what it is made of.
func newKit(t testing.TB, changes ...func(*api.Deps)) *kit {
	t.Helper()
	log := slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn}))
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
	types := append(frontfifty.Types(catalog.New(st), running{}), wait.Type(), untilTold())
	shelf := library.New(st)
	types = append(types, noTags("upsertEntityTags"), noTags("deleteEntityTags"), noTags("bulkUpsertEntityTags"))
	types = append(types, templates.Types(shelf, template.New(template.Options{Templates: shelf, Pipelines: shelf}))...)
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
	deps := api.Deps{
		Store: st, Executions: executions, Events: bus, Validator: known{registry}, Version: "1.2.3",
		Done: done, Logger: log, Config: api.Config{TrustUserHeader: true},
	}
	for _, change := range changes {
		change(&deps)
	}
	handler, err := api.New(deps)
	if err != nil {
		t.Fatal(err)
	}
	k := &kit{t: t, store: st, events: bus, server: httptest.NewServer(handler), header: http.Header{}}
	t.Cleanup(func() {
		close(done)
		k.server.Close()
		run.Drain()
		cancel()
		<-worked
	})
	return k
}

// running says that the application "busy" has clusters.
type running struct{}

func (running) ApplicationDependencies(_ context.Context, application string) ([]string, error) {
	if application == "busy" {
		return []string{"clusters", "security groups"}, nil
	}
	return nil, nil
}

// known is a validator over a registry.
type known struct{ registry *stage.Registry }

func (k known) Graph(stages []any) []string { return engine.ValidateGraph(stages) }

func (k known) Known(name string) bool {
	_, ok := k.registry.Lookup(name)
	return ok
}

func (k known) Unavailable(name string) string {
	if k.Known(name) {
		return ""
	}
	return "there is no stage type " + name
}

func (k known) Types() []string {
	var out []string
	for _, t := range k.registry.Types() {
		out = append(out, t.Name)
	}
	return out
}

func (k known) Describe() []api.StageType {
	var out []api.StageType
	for _, t := range k.registry.Types() {
		out = append(out, api.StageType{Name: t.Name, Aliases: []string{}, Label: t.Label, Description: t.Description, Schema: t.Schema})
	}
	return out
}

func (k known) Stage(s map[string]any) []string {
	if _, ok := model.Int(s, "waitTime"); !ok && s["type"] == "wait" {
		return []string{"waitTime: must be a number"}
	}
	return nil
}

// untilTold is a stage that ends when its context says so: a judgment without
// the frills. "fail" ends it with two sentences.
func untilTold() *stage.Type {
	const class = "test.UntilTold"
	return &stage.Type{
		Name: "untilTold", Definition: plan{{Name: "untilTold", Class: class}},
		Tasks: map[string]stage.Task{class: slow{stage.TaskFunc(func(_ context.Context, in stage.Input) (stage.Result, error) {
			switch model.String(in.Stage.Context, "told") {
			case "go":
				return stage.Succeeded(), nil
			case "fail":
				return stage.Result{}, &stage.Error{Type: "Told", Message: "told to fail", Errors: []string{"told to fail", "and so it did"}}
			}
			return stage.Running(), nil
		})}},
	}
}

// noTags is a stage type in the place of one that changes entity tags.
func noTags(name string) *stage.Type {
	const class = "test.NoTags"
	return &stage.Type{
		Name: name, Definition: plan{{Name: name, Class: class}},
		Tasks: map[string]stage.Task{class: stage.TaskFunc(func(context.Context, stage.Input) (stage.Result, error) { return stage.Succeeded(), nil })},
	}
}

type plan []engine.TaskSpec

func (p plan) Tasks(engine.View) ([]engine.TaskSpec, error) { return p, nil }

type slow struct{ stage.Task }

func (slow) Backoff(stage.Input) time.Duration { return time.Hour }

// answer is what came back.
type answer struct {
	t      testing.TB
	what   string
	status int
	header http.Header
	body   []byte
}

// call sends a request; body may be nil, text, or anything that becomes JSON.
func (k *kit) call(method, path string, body any, headers ...string) *answer {
	k.t.Helper()
	return k.callContext(k.t.Context(), method, path, body, headers...)
}

func (k *kit) callContext(ctx context.Context, method, path string, body any, headers ...string) *answer {
	k.t.Helper()
	var reader io.Reader
	switch b := body.(type) {
	case nil:
	case string:
		reader = strings.NewReader(b)
	default:
		data, err := model.Marshal(b)
		if err != nil {
			k.t.Fatal(err)
		}
		reader = bytes.NewReader(data)
	}
	req, err := http.NewRequestWithContext(ctx, method, k.server.URL+path, reader)
	if err != nil {
		k.t.Fatal(err)
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	maps.Copy(req.Header, k.header)
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Do(req)
	if err != nil {
		k.t.Fatalf("%s %s: %v", method, path, err)
	}
	defer func() { _ = resp.Body.Close() }()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		k.t.Fatalf("%s %s: read the answer: %v", method, path, err)
	}
	return &answer{t: k.t, what: method + " " + path, status: resp.StatusCode, header: resp.Header, body: data}
}

func (k *kit) get(path string) *answer { k.t.Helper(); return k.call(http.MethodGet, path, nil) }
func (k *kit) post(path string, body any) *answer {
	k.t.Helper()
	return k.call(http.MethodPost, path, body)
}
func (k *kit) put(path string, body any) *answer {
	k.t.Helper()
	return k.call(http.MethodPut, path, body)
}
func (k *kit) delete(path string) *answer { k.t.Helper(); return k.call(http.MethodDelete, path, nil) }

// is checks the status.
func (a *answer) is(status int) *answer {
	a.t.Helper()
	if a.status != status {
		a.t.Fatalf("%s: status %d, want %d: %s", a.what, a.status, status, a.body)
	}
	return a
}

// empty checks that there is no body.
func (a *answer) empty() {
	a.t.Helper()
	if len(a.body) != 0 {
		a.t.Fatalf("%s: body %q, want none", a.what, a.body)
	}
}

func (a *answer) decode(into any) {
	a.t.Helper()
	if kind := a.header.Get("Content-Type"); !strings.HasPrefix(kind, "application/json") {
		a.t.Fatalf("%s: content type %q", a.what, kind)
	}
	if err := model.Unmarshal(a.body, into); err != nil {
		a.t.Fatalf("%s: %v: %s", a.what, err, a.body)
	}
}

func (a *answer) object() object {
	a.t.Helper()
	var out object
	a.decode(&out)
	return out
}

func (a *answer) list() []object {
	a.t.Helper()
	var out []object
	a.decode(&out)
	return out
}

// text is a field of the answer's object.
func (a *answer) text(field string) string {
	a.t.Helper()
	return fmt.Sprint(a.object()[field])
}

// refused checks for an error in Spring's shape whose message has a part.
func (a *answer) refused(status int, part string) *answer {
	a.t.Helper()
	a.is(status)
	problem := a.object()
	for _, field := range []string{"timestamp", "status", "error", "message", "path"} {
		if _, ok := problem[field]; !ok {
			a.t.Errorf("%s: the error lacks %s: %s", a.what, field, a.body)
		}
	}
	if !strings.Contains(string(a.body), part) {
		a.t.Errorf("%s: the error does not say %q: %s", a.what, part, a.body)
	}
	return a
}

// names lists a field of each object.
func names(all []object, field string) []string {
	out := make([]string, 0, len(all))
	for _, o := range all {
		out = append(out, fmt.Sprint(o[field]))
	}
	return out
}

// until waits for an execution to be as wanted.
func (k *kit) until(id string, want func(*model.Execution) bool) *model.Execution {
	k.t.Helper()
	changed := k.events.Subscribe(func(e events.Event) bool { return e.ExecutionID == id })
	defer changed.Close()
	deadline := time.After(20 * time.Second)
	for {
		e, err := k.store.Execution(k.t.Context(), id)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			k.t.Fatal(err)
		}
		if err == nil && want(e) {
			return e
		}
		select {
		case <-changed.C():
		case <-deadline:
			k.t.Fatalf("execution %s is not as wanted in time: %+v", id, e)
		}
	}
}

func (k *kit) ended(id string) *model.Execution {
	k.t.Helper()
	return k.until(id, func(e *model.Execution) bool { return e.Status.Complete() })
}

// past waits until an execution's start lies in the past: lists sort by start,
// to the millisecond.
func past(e *model.Execution) {
	for time.Now().UnixMilli() <= e.StartTime {
		runtime.Gosched()
	}
}

// idOf is the id in an answer's ref.
func idOf(a *answer) string {
	a.t.Helper()
	ref := a.text("ref")
	return ref[strings.LastIndex(ref, "/")+1:]
}

// application creates an application.
func (k *kit) application(name string) {
	k.t.Helper()
	id := idOf(k.post("/tasks", object{
		"application": name, "description": "Create Application: " + name,
		"job": list{object{"type": "createApplication", "application": object{"name": name, "email": "me@example.com", "cloudProviders": "kubernetes"}}},
	}).is(http.StatusOK))
	if e := k.ended(id); e.Status != model.Succeeded {
		k.t.Fatalf("create application %s: %s", name, e.Status)
	}
}

// pipeline saves a pipeline, and gives it as it is listed.
func (k *kit) pipeline(application, name string, more object, stages ...any) object {
	k.t.Helper()
	config := model.Merge(object{"application": application, "name": name, "stages": stages}, more)
	k.post("/pipelines", config).is(http.StatusOK).empty()
	return k.get("/applications/" + application + "/pipelineConfigs/" + name).is(http.StatusOK).object()
}

func waitStage(ref string, seconds int, requires ...any) object {
	if requires == nil {
		requires = list{}
	}
	return object{"type": "wait", "refId": ref, "requisiteStageRefIds": requires, "name": "Wait " + ref, "waitTime": seconds}
}

func toldStage(ref string, requires ...any) object {
	if requires == nil {
		requires = list{}
	}
	return object{"type": "untilTold", "refId": ref, "requisiteStageRefIds": requires, "name": "Told " + ref}
}
