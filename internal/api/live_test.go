package api_test

import (
	"bufio"
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gennaker/gennaker/internal/api"
	"github.com/gennaker/gennaker/internal/events"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
)

// message is one server-sent event; a comment has no name.
type message struct{ name, id, data string }

func (m message) object(t testing.TB) object {
	t.Helper()
	var out object
	if err := model.Unmarshal([]byte(m.data), &out); err != nil {
		t.Fatalf("%v: %s", err, m.data)
	}
	return out
}

// stream opens a live stream; its channel is closed when the stream ends.
func (k *kit) stream(ctx context.Context, path string, headers ...string) <-chan message {
	k.t.Helper()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, k.server.URL+path, http.NoBody)
	if err != nil {
		k.t.Fatal(err)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	resp, err := k.server.Client().Do(req)
	if err != nil {
		k.t.Fatal(err)
	}
	if resp.StatusCode != http.StatusOK || resp.Header.Get("Content-Type") != "text/event-stream" {
		k.t.Fatalf("GET %s: %s %v", path, resp.Status, resp.Header)
	}
	if !resp.Uncompressed {
		k.t.Fatalf("GET %s: what it sends isn't compressed", path)
	}
	out := make(chan message, 100)
	go func() {
		defer close(out)
		defer func() { _ = resp.Body.Close() }()
		scanner := bufio.NewScanner(resp.Body)
		scanner.Buffer(nil, 1<<20)
		var m message
		for scanner.Scan() {
			name, value, _ := strings.Cut(scanner.Text(), ":")
			value = strings.TrimPrefix(value, " ")
			switch name {
			case "event":
				m.name = value
			case "id":
				m.id = value
			case "data":
				m.data = value
			case "":
				if scanner.Text() != "" {
					m.data = value // a comment
				} else if m != (message{}) {
					out <- m
					m = message{}
				}
			}
		}
	}()
	return out
}

// next waits for an event that is as wanted.
func next(t testing.TB, stream <-chan message, what string, want func(message) bool) message {
	t.Helper()
	deadline := time.After(20 * time.Second)
	for {
		select {
		case m, open := <-stream:
			if !open {
				t.Fatalf("the stream ended before %s", what)
			}
			if want(m) {
				return m
			}
		case <-deadline:
			t.Fatalf("no %s in time", what)
		}
	}
}

func named(name string) func(message) bool {
	return func(m message) bool { return m.name == name }
}

func TestFollowAnApplication(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	k.pipeline("demo", "p", nil, toldStage("1"))
	before := idOf(k.post("/pipelines/demo/p", nil).is(http.StatusAccepted))
	k.until(before, func(e *model.Execution) bool { return e.Stages[0].Status == model.Running })
	stream := k.stream(t.Context(), "/applications/Demo/executions/stream", "Last-Event-ID", "whatever:1")
	all := k.stream(t.Context(), "/applications/*/executions/stream?type=all")
	first := next(t, stream, "snapshot", named("snapshot"))
	var snapshot []object
	if err := model.Unmarshal([]byte(first.data), &snapshot); err != nil || len(snapshot) != 1 || snapshot[0]["id"] != before {
		t.Fatalf("snapshot: %v %s", err, first.data)
	}
	if stages := model.Objects(snapshot[0], "stages"); len(stages) != 1 || stages[0]["status"] != "RUNNING" || stages[0]["context"] != nil {
		t.Errorf("stages in the snapshot: %v", stages)
	}
	next(t, all, "snapshot", named("snapshot"))

	// A new execution appears, and ends.
	started := idOf(k.post("/pipelines/demo/p", nil).is(http.StatusAccepted))
	of := func(id, status string) func(message) bool {
		return func(m message) bool {
			return m.name == "execution" && m.object(t)["id"] == id && m.object(t)["status"] == status
		}
	}
	if m := next(t, stream, "start", of(started, "RUNNING")); !strings.HasPrefix(m.id, started+":") {
		t.Errorf("event id: %q", m.id)
	}
	k.put("/pipelines/"+started+"/cancel", nil).is(http.StatusOK)
	next(t, stream, "cancellation", of(started, "CANCELED"))
	next(t, all, "cancellation, for who follows all", of(started, "CANCELED"))
	k.delete("/pipelines/" + started).is(http.StatusOK)
	if m := next(t, stream, "deletion", named("deleted")); m.object(t)["id"] != started {
		t.Errorf("deleted: %s", m.data)
	}
	// Tasks and other applications are not in it.
	k.ended(idOf(k.post("/tasks", object{"application": "other", "job": list{object{"type": "wait", "waitTime": 0}}})))
	k.put("/pipelines/"+before+"/cancel", nil).is(http.StatusOK)
	next(t, stream, "end", func(m message) bool {
		if m.name == "execution" && m.object(t)["id"] != before && m.object(t)["id"] != started {
			t.Errorf("a stranger: %s", m.data)
		}
		return of(before, "CANCELED")(m)
	})
	k.get("/applications/demo/executions/stream?type=x").refused(http.StatusBadRequest, "type")
}

func TestFollowOne(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	id := idOf(k.post("/orchestrate", object{"application": "demo", "name": "x", "stages": list{toldStage("1")}}).is(http.StatusOK))
	running := k.until(id, func(e *model.Execution) bool { return e.Stages[0].Status == model.Running })
	stream := k.stream(t.Context(), "/pipelines/"+id+"/stream")
	if got := next(t, stream, "snapshot", named("snapshot")).object(t); got["id"] != id || model.Objects(got, "stages")[0]["context"] == nil {
		t.Errorf("snapshot: %v", got)
	}
	k.call(http.MethodPatch, "/pipelines/"+id+"/stages/"+running.Stages[0].ID, object{"told": "go"}).is(http.StatusOK)
	next(t, stream, "end", func(m message) bool { return m.name == "execution" && m.object(t)["status"] == "SUCCEEDED" })

	task := idOf(k.post("/tasks", object{"application": "demo", "job": list{object{"type": "untilTold"}}}).is(http.StatusOK))
	steps := k.stream(t.Context(), "/tasks/"+task+"/stream")
	next(t, steps, "snapshot", named("snapshot"))
	k.put("/tasks/"+task+"/cancel", nil)
	next(t, steps, "end of the task", func(m message) bool { return m.name == "task" && m.object(t)["status"] == "CANCELED" })

	k.get("/pipelines/"+task+"/stream").refused(http.StatusNotFound, "Pipeline not found")
	k.get("/tasks/none/stream").refused(http.StatusNotFound, "Task not found")
}

func TestStreamsAreBoundedAndBeat(t *testing.T) {
	t.Parallel()
	k := newKit(t, func(d *api.Deps) { d.Config.MaxStreams, d.Config.Heartbeat = 1, 5*time.Millisecond })
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	stream := k.stream(ctx, "/applications/demo/executions/stream")
	next(t, stream, "snapshot", named("snapshot"))
	next(t, stream, "heartbeat", func(m message) bool { return m.name == "" && m.data == "still here" })
	k.get("/applications/demo/executions/stream").refused(http.StatusServiceUnavailable, "live streams")
	cancel()
	// The place is free again once the server has noticed.
	deadline := time.Now().Add(20 * time.Second)
	for {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, k.server.URL+"/applications/demo/executions/stream", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := k.server.Client().Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		cancel()
		if resp.StatusCode == http.StatusOK {
			return
		}
		if time.Now().After(deadline) {
			t.Fatal("the place of a client that left stays taken")
		}
	}
}

func TestStreamsEndAtShutdown(t *testing.T) {
	t.Parallel()
	done := make(chan struct{})
	k := newKit(t, func(d *api.Deps) { d.Done = done })
	stream := k.stream(t.Context(), "/applications/demo/executions/stream")
	next(t, stream, "snapshot", named("snapshot"))
	close(done)
	deadline := time.After(20 * time.Second)
	for {
		select {
		case _, open := <-stream:
			if !open {
				return
			}
		case <-deadline:
			t.Fatal("the stream goes on")
		}
	}
}

// deaf is a bus that loses every event.
type deaf struct{ *events.Bus }

func (d deaf) Subscribe(func(events.Event) bool) *events.Subscription {
	return d.Bus.Subscribe(func(events.Event) bool { return false })
}

func TestLostEventsAreMadeUpFor(t *testing.T) {
	t.Parallel()
	k := newKit(t, func(d *api.Deps) {
		d.Events = deaf{d.Events.(*events.Bus)}
		d.Config.StreamRepair = 10 * time.Millisecond
	})
	k.pipeline("demo", "p", nil, waitStage("1", 0)) // waits without the bus
	stream := k.stream(t.Context(), "/applications/demo/executions/stream")
	next(t, stream, "snapshot", named("snapshot"))
	id := idOf(k.post("/pipelines/demo/p", nil).is(http.StatusAccepted))
	next(t, stream, "end", func(m message) bool {
		return m.name == "execution" && m.object(t)["id"] == id && m.object(t)["status"] == "SUCCEEDED"
	})
	one := k.stream(t.Context(), "/pipelines/"+id+"/stream")
	next(t, one, "snapshot", named("snapshot"))
	if err := k.store.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error { return tx.DeleteExecution(ctx, id) }); err != nil {
		t.Fatal(err)
	}
	next(t, one, "deletion", named("deleted"))
}
