package executions_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gennaker/gennaker/internal/api/apitest"
	"github.com/gennaker/gennaker/internal/events"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
)

func TestFollowAnApplication(t *testing.T) {
	t.Parallel()
	k := apitest.New(t)
	k.Pipeline("demo", "p", nil, apitest.ToldStage("1"))
	before := apitest.IDOf(k.Post("/pipelines/demo/p", nil).Is(http.StatusAccepted))
	k.Until(before, func(e *model.Execution) bool { return e.Stages[0].Status == model.Running })
	stream := k.Stream(t.Context(), "/applications/Demo/executions/stream", "Last-Event-ID", "whatever:1")
	all := k.Stream(t.Context(), "/applications/*/executions/stream?type=all")
	first := apitest.Next(t, stream, "snapshot", apitest.EventNamed("snapshot"))
	var snapshot []object
	if err := model.Unmarshal([]byte(first.Data), &snapshot); err != nil || len(snapshot) != 1 || snapshot[0]["id"] != before {
		t.Fatalf("snapshot: %v %s", err, first.Data)
	}
	if stages := model.Objects(snapshot[0], "stages"); len(stages) != 1 || stages[0]["status"] != "RUNNING" || stages[0]["context"] != nil {
		t.Errorf("stages in the snapshot: %v", stages)
	}
	apitest.Next(t, all, "snapshot", apitest.EventNamed("snapshot"))

	// A new execution appears, and ends.
	started := apitest.IDOf(k.Post("/pipelines/demo/p", nil).Is(http.StatusAccepted))
	of := func(id, status string) func(apitest.Message) bool {
		return func(m apitest.Message) bool {
			return m.Name == "execution" && m.Object(t)["id"] == id && m.Object(t)["status"] == status
		}
	}
	if m := apitest.Next(t, stream, "start", of(started, "RUNNING")); !strings.HasPrefix(m.ID, started+":") {
		t.Errorf("event id: %q", m.ID)
	}
	k.Put("/pipelines/"+started+"/cancel", nil).Is(http.StatusOK)
	apitest.Next(t, stream, "cancellation", of(started, "CANCELED"))
	apitest.Next(t, all, "cancellation, for who follows all", of(started, "CANCELED"))
	k.Delete("/pipelines/" + started).Is(http.StatusOK)
	if m := apitest.Next(t, stream, "deletion", apitest.EventNamed("deleted")); m.Object(t)["id"] != started {
		t.Errorf("deleted: %s", m.Data)
	}
	// Tasks and other applications are not in it.
	k.Ended(apitest.IDOf(k.Post("/tasks", object{"application": "other", "job": list{object{"type": "wait", "waitTime": 0}}})))
	k.Put("/pipelines/"+before+"/cancel", nil).Is(http.StatusOK)
	apitest.Next(t, stream, "end", func(m apitest.Message) bool {
		if m.Name == "execution" && m.Object(t)["id"] != before && m.Object(t)["id"] != started {
			t.Errorf("a stranger: %s", m.Data)
		}
		return of(before, "CANCELED")(m)
	})
	k.Get("/applications/demo/executions/stream?type=x").Refused(http.StatusBadRequest, "type")
}

func TestFollowOne(t *testing.T) {
	t.Parallel()
	k := apitest.New(t)
	id := apitest.IDOf(k.Post("/orchestrate", object{"application": "demo", "name": "x", "stages": list{apitest.ToldStage("1")}}).Is(http.StatusOK))
	running := k.Until(id, func(e *model.Execution) bool { return e.Stages[0].Status == model.Running })
	stream := k.Stream(t.Context(), "/pipelines/"+id+"/stream")
	if got := apitest.Next(t, stream, "snapshot", apitest.EventNamed("snapshot")).Object(t); got["id"] != id || model.Objects(got, "stages")[0]["context"] == nil {
		t.Errorf("snapshot: %v", got)
	}
	k.Call(http.MethodPatch, "/pipelines/"+id+"/stages/"+running.Stages[0].ID, object{"told": "go"}).Is(http.StatusOK)
	apitest.Next(t, stream, "end", func(m apitest.Message) bool { return m.Name == "execution" && m.Object(t)["status"] == "SUCCEEDED" })

	task := apitest.IDOf(k.Post("/tasks", object{"application": "demo", "job": list{object{"type": "untilTold"}}}).Is(http.StatusOK))
	steps := k.Stream(t.Context(), "/tasks/"+task+"/stream")
	apitest.Next(t, steps, "snapshot", apitest.EventNamed("snapshot"))
	k.Put("/tasks/"+task+"/cancel", nil)
	apitest.Next(t, steps, "end of the task", func(m apitest.Message) bool { return m.Name == "task" && m.Object(t)["status"] == "CANCELED" })

	k.Get("/pipelines/"+task+"/stream").Refused(http.StatusNotFound, "Pipeline not found")
	k.Get("/tasks/none/stream").Refused(http.StatusNotFound, "Task not found")
}

func TestStreamsAreBoundedAndBeat(t *testing.T) {
	t.Parallel()
	k := apitest.New(t, func(d *apitest.Parts) { d.MaxStreams, d.Heartbeat = 1, 5*time.Millisecond })
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	stream := k.Stream(ctx, "/applications/demo/executions/stream")
	apitest.Next(t, stream, "snapshot", apitest.EventNamed("snapshot"))
	apitest.Next(t, stream, "heartbeat", func(m apitest.Message) bool { return m.Name == "" && m.Data == "still here" })
	k.Get("/applications/demo/executions/stream").Refused(http.StatusServiceUnavailable, "live streams")
	cancel()
	// The place is free again once the server has noticed.
	deadline := time.Now().Add(2 * time.Minute)
	for {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, k.Server.URL+"/applications/demo/executions/stream", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := k.Server.Client().Do(req)
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
	k := apitest.New(t, func(d *apitest.Parts) { d.Done = done })
	stream := k.Stream(t.Context(), "/applications/demo/executions/stream")
	apitest.Next(t, stream, "snapshot", apitest.EventNamed("snapshot"))
	close(done)
	deadline := time.After(2 * time.Minute)
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
	k := apitest.New(t, func(d *apitest.Parts) {
		d.Events = deaf{d.Events.(*events.Bus)}
		d.StreamRepair = 10 * time.Millisecond
	})
	k.Pipeline("demo", "p", nil, apitest.WaitStage("1", 0)) // waits without the bus
	stream := k.Stream(t.Context(), "/applications/demo/executions/stream")
	apitest.Next(t, stream, "snapshot", apitest.EventNamed("snapshot"))
	id := apitest.IDOf(k.Post("/pipelines/demo/p", nil).Is(http.StatusAccepted))
	apitest.Next(t, stream, "end", func(m apitest.Message) bool {
		return m.Name == "execution" && m.Object(t)["id"] == id && m.Object(t)["status"] == "SUCCEEDED"
	})
	one := k.Stream(t.Context(), "/pipelines/"+id+"/stream")
	apitest.Next(t, one, "snapshot", apitest.EventNamed("snapshot"))
	if err := k.Store.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error { return tx.DeleteExecution(ctx, id) }); err != nil {
		t.Fatal(err)
	}
	apitest.Next(t, one, "deletion", apitest.EventNamed("deleted"))
}
