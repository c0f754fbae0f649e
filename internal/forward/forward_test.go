package forward

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/limit"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/outbox"
	"github.com/gennaker/gennaker/internal/secret"
	"github.com/gennaker/gennaker/internal/store"
)

// executions are a store of one execution, or of none.
type executions struct{ one *model.Execution }

func (e executions) Execution(_ context.Context, id string) (*model.Execution, error) {
	if e.one == nil || e.one.ID != id {
		return nil, store.ErrNotFound
	}
	return e.one, nil
}

func (executions) ExecutionSizes(context.Context, []string) (map[string]int64, error) {
	return map[string]int64{}, nil
}

// received is a request that an endpoint got.
type received struct {
	path   string
	header http.Header
	body   map[string]any
}

// receiver is an endpoint that answers with a status.
type receiver struct {
	*httptest.Server
	status int

	mu  sync.Mutex
	got []received
}

func newReceiver(t *testing.T, status int) *receiver {
	t.Helper()
	r := &receiver{status: status}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		text, err := io.ReadAll(req.Body)
		in := received{path: req.URL.Path, header: req.Header}
		if err == nil {
			err = json.Unmarshal(text, &in.body)
		}
		if err != nil {
			t.Errorf("%s: %v", text, err)
		}
		r.mu.Lock()
		r.got = append(r.got, in)
		r.mu.Unlock()
		if r.status == http.StatusFound {
			w.Header().Set("Location", "/elsewhere")
		}
		w.WriteHeader(r.status)
	}))
	t.Cleanup(r.Close)
	return r
}

func secrets() *secret.Resolver { return secret.NewResolver(secret.Options{}) }

func newForwarder(t *testing.T, events Events, found *model.Execution, endpoints ...Endpoint) *Forwarder {
	t.Helper()
	config := Config{Enabled: true, Endpoints: endpoints}
	require.Empty(t, config.Validate())
	f, err := New(Options{
		Config: config, Events: events, Executions: executions{found}, Secrets: secrets(),
		Now: func() time.Time { return time.UnixMilli(1_700_000_000_123) },
	})
	require.NoError(t, err)
	return f
}

// cart is the execution of the recorded event.
func cart(t *testing.T) *model.Execution {
	t.Helper()
	var e model.Execution
	require.NoError(t, model.Unmarshal([]byte(`{"id":"01EXEC","type":"PIPELINE","application":"shop","name":"deploy cart","pipelineConfigId":"p1",
		"status":"RUNNING","canceled":false,"notifications":[],"stages":[],"authentication":{"user":"ada"},
		"trigger":{"type":"git","source":"github","project":"acme","slug":"cart","branch":"main","user":"[anonymous]"}}`), &e))
	return &e
}

// What Echo sends to its endpoints, in each of the shapes that they can ask for, was
// recorded. Only the execution inside is ours: it has more fields.
func TestEventsAreInEchosShapes(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("testdata/rest-event-forwarded.json")
	require.NoError(t, err)
	var recorded struct {
		Sent []struct {
			URL, ContentType, Authorization string
			Body                            map[string]any
		}
	}
	require.NoError(t, json.Unmarshal(text, &recorded))
	r := newReceiver(t, http.StatusOK)
	f := newForwarder(t, DefaultEvents(), cart(t),
		Endpoint{URL: r.URL + "/plain"}, Endpoint{URL: r.URL + "/wrap", Wrap: true},
		Endpoint{URL: r.URL + "/named", Wrap: true, EventName: "my_events", FieldName: "data", Username: "u", Password: secret.NewRef("p")},
		Endpoint{URL: r.URL + "/flat", Flatten: true, Headers: map[string]secret.Ref{"X-Token": secret.NewRef("t")}},
		Endpoint{URL: r.URL + "/template", Wrap: true, Template: `{"outer":{"inner":{{event}}}}`},
	)
	messages := f.Messages(cart(t), engine.Happening{Status: model.Running})
	require.Len(t, messages, 5)
	for _, m := range messages {
		require.NoError(t, f.Deliver(t.Context(), m))
	}
	require.Len(t, recorded.Sent, 5)
	compared := 0
	for _, want := range recorded.Sent {
		path := want.URL[len("https://rest.example.com"):]
		for i, got := range r.got {
			if got.path != path {
				continue
			}
			compared++
			require.Equal(t, want.ContentType, got.header.Get("Content-Type"))
			require.Equal(t, want.Authorization, got.header.Get("Authorization"))
			require.Equal(t, messages[i].ID, got.header.Get("Idempotency-Key"))
			require.Equal(t, plain(t, want.Body), plain(t, got.body), path)
			if path == "/flat" {
				require.Equal(t, "t", got.header.Get("X-Token"))
			}
		}
	}
	require.Equal(t, 5, compared)
}

// plain takes what differs each time out of an event, and what the execution has
// beyond its id.
func plain(t *testing.T, body map[string]any) any {
	t.Helper()
	var walk func(value any) any
	walk = func(value any) any {
		switch v := value.(type) {
		case string:
			var inner map[string]any
			if json.Unmarshal([]byte(v), &inner) == nil {
				return map[string]any{"text": walk(inner)}
			}
		case map[string]any:
			out := map[string]any{}
			for key, inner := range v {
				switch key {
				case "created", "eventId":
					require.IsType(t, "", inner)
					inner = key
				case "execution":
					inner = model.String(inner.(map[string]any), "id")
				}
				out[key] = walk(inner)
			}
			return out
		}
		return value
	}
	return walk(body)
}

func TestEventTypes(t *testing.T) {
	t.Parallel()
	stage, task := &model.Stage{ID: "s"}, &model.Task{ID: "1"}
	for want, test := range map[string]struct {
		kind model.ExecutionType
		h    engine.Happening
	}{
		"orca:pipeline:starting":      {model.PipelineExecution, engine.Happening{Status: model.Running}},
		"orca:pipeline:complete":      {model.PipelineExecution, engine.Happening{Status: model.Succeeded}},
		"orca:pipeline:failed":        {model.PipelineExecution, engine.Happening{Status: model.Canceled}},
		"orca:orchestration:starting": {model.OrchestrationExecution, engine.Happening{Status: model.Running}},
		"orca:orchestration:failed":   {model.OrchestrationExecution, engine.Happening{Status: model.Terminal}},
		"orca:stage:starting":         {model.PipelineExecution, engine.Happening{Stage: stage, Status: model.Running}},
		"orca:stage:complete":         {model.PipelineExecution, engine.Happening{Stage: stage, Status: model.Succeeded}},
		"orca:stage:skipped":          {model.PipelineExecution, engine.Happening{Stage: stage, Status: model.Skipped}},
		"orca:stage:failed":           {model.PipelineExecution, engine.Happening{Stage: stage, Status: model.FailedContinue}},
		"orca:task:starting":          {model.PipelineExecution, engine.Happening{Stage: stage, Task: task, Status: model.Running}},
		"orca:task:complete":          {model.PipelineExecution, engine.Happening{Stage: stage, Task: task, Status: model.Skipped}},
		"orca:task:failed":            {model.PipelineExecution, engine.Happening{Stage: stage, Task: task, Status: model.Stopped}},
	} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			e := &model.Execution{ID: "e", Type: test.kind}
			require.Equal(t, want, (&Forwarder{}).eventType(e, test.h))
			quiet := (&Forwarder{events: Events{IgnoreTaskEvents: true}}).eventType(e, test.h)
			require.Equal(t, test.h.Task != nil, quiet == "")
		})
	}
	none := &Forwarder{}
	require.Empty(t, none.eventType(&model.Execution{}, engine.Happening{Stage: stage, Warning: "careful"}))
	require.Empty(t, none.eventType(&model.Execution{}, engine.Happening{Status: model.Paused}))
}

// An event about a task has the facts of its time, and the stage as it is now,
// without what Secrets hold.
func TestEventOfATask(t *testing.T) {
	t.Parallel()
	e := cart(t)
	e.Stages = []*model.Stage{{ID: "s", Type: "deployManifest", Name: "Deploy", ParentStageID: "p", StartTime: 5, Context: map[string]any{
		"manifests": []any{map[string]any{"apiVersion": "v1", "kind": "Secret", "metadata": map[string]any{"name": "s"}, "stringData": map[string]any{"key": "hush"}}},
	}, Outputs: map[string]any{}}}
	for _, full := range []bool{true, false} {
		r := newReceiver(t, http.StatusNoContent)
		f := newForwarder(t, Events{IncludeFullExecution: full}, e, Endpoint{URL: r.URL})
		messages := f.Messages(e, engine.Happening{Stage: e.Stages[0], Task: &model.Task{ID: "1", Name: "apply", StartTime: 6, EndTime: 7}, Status: model.Succeeded})
		require.Len(t, messages, 1)
		require.Contains(t, messages[0].Topic, "orca:task:complete of execution 01EXEC to 127.0.0.1")
		require.NotContains(t, string(messages[0].Payload), "hush")
		require.NoError(t, f.Deliver(t.Context(), messages[0]))
		content := model.Object(r.got[0].body, "content")
		execution := content["execution"]
		require.Equal(t, full, execution != nil)
		text, err := json.Marshal(content)
		require.NoError(t, err)
		require.NotContains(t, string(text), "hush")
		require.Contains(t, string(text), `"key":"***"`)
		delete(content, "execution")
		delete(content, "context")
		require.Equal(t, map[string]any{
			"executionId": "01EXEC", "stageId": "s", "name": "Deploy", "taskName": "deployManifest.apply", "isSynthetic": true, "standalone": false,
			"canceled": false, "startTime": 6.0, "endTime": 7.0,
		}, content)
	}
}

// An execution that was deleted before its event was sent is told of all the same.
func TestEventOfADeletedExecution(t *testing.T) {
	t.Parallel()
	r := newReceiver(t, http.StatusOK)
	f := newForwarder(t, DefaultEvents(), nil, Endpoint{URL: r.URL})
	e := cart(t)
	for _, h := range []engine.Happening{{Status: model.Succeeded}, {Stage: &model.Stage{ID: "s"}, Status: model.Running}} {
		for _, m := range f.Messages(e, h) {
			require.NoError(t, f.Deliver(t.Context(), m))
		}
	}
	require.Len(t, r.got, 2)
	require.Equal(t, map[string]any{"executionId": "01EXEC"}, r.got[0].body["content"])
}

func TestWhatAnswersMean(t *testing.T) {
	t.Parallel()
	for status, test := range map[int]struct{ ok, final bool }{
		200: {true, false}, 202: {true, false}, 302: {false, false}, 400: {false, true}, 401: {false, false}, 404: {false, false},
		409: {false, false}, 413: {false, true}, 429: {false, false}, 500: {false, false}, 503: {false, false},
	} {
		t.Run(http.StatusText(status), func(t *testing.T) {
			t.Parallel()
			r := newReceiver(t, status)
			f := newForwarder(t, DefaultEvents(), cart(t), Endpoint{URL: r.URL + "/token-in-path?key=secret"})
			err := f.Deliver(t.Context(), f.Messages(cart(t), engine.Happening{Status: model.Running})[0])
			require.Equal(t, test.ok, err == nil, err)
			require.Equal(t, test.final, outbox.IsFinal(err), err)
			require.Len(t, r.got, 1) // a redirect isn't followed
			if err != nil {
				require.NotContains(t, err.Error(), "secret")
				require.NotContains(t, err.Error(), "token")
			}
		})
	}
}

func TestEndpointThatIsAway(t *testing.T) {
	t.Parallel()
	r := newReceiver(t, http.StatusOK)
	f := newForwarder(t, DefaultEvents(), cart(t), Endpoint{URL: r.URL + "?key=secret"})
	m := f.Messages(cart(t), engine.Happening{Status: model.Running})[0]
	r.Close()
	err := f.Deliver(t.Context(), m)
	require.Error(t, err)
	require.False(t, outbox.IsFinal(err))
	require.NotContains(t, err.Error(), "secret")
}

// TestASilentEndpointHoldsUpNoOther: only so many events are on their way to an
// endpoint, one if it is away; the others are put off, one after the other, and that
// is no attempt.
func TestASilentEndpointHoldsUpNoOther(t *testing.T) {
	t.Parallel()
	arrived, answer := make(chan struct{}, 100), make(chan int)
	slow := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		_, _ = io.Copy(io.Discard, req.Body)
		arrived <- struct{}{}
		w.WriteHeader(<-answer)
	}))
	t.Cleanup(slow.Close)
	good := newReceiver(t, http.StatusOK)
	f := newForwarder(t, DefaultEvents(), cart(t), Endpoint{Name: "slow", URL: slow.URL}, Endpoint{Name: "good", URL: good.URL})
	both := f.Messages(cart(t), engine.Happening{Status: model.Running})
	ended := make(chan error, 100)
	begin := func(n int) {
		for range n {
			go func() { ended <- f.Deliver(t.Context(), both[0]) }()
		}
	}
	begin(outbox.Places)
	for range outbox.Places {
		<-arrived
	}
	for range 3 {
		putOff(t, f.Deliver(t.Context(), both[0]))
	}
	require.NoError(t, f.Deliver(t.Context(), both[1]))
	for range outbox.Places {
		answer <- http.StatusServiceUnavailable
		require.ErrorContains(t, <-ended, "503")
	}
	begin(1)
	<-arrived
	putOff(t, f.Deliver(t.Context(), both[0])) // it is away, and gets one event at a time
	answer <- http.StatusOK
	require.NoError(t, <-ended)
	begin(outbox.Places)
	for range outbox.Places {
		<-arrived
		answer <- http.StatusOK
		require.NoError(t, <-ended)
	}
}

// TestPanicsLeaveTheLine: what goes wrong with one event keeps no place from the others.
func TestPanicsLeaveTheLine(t *testing.T) {
	t.Parallel()
	r := newReceiver(t, http.StatusOK)
	f := newForwarder(t, DefaultEvents(), cart(t), Endpoint{URL: r.URL})
	message := f.Messages(cart(t), engine.Happening{Status: model.Running})[0]
	good := f.options.Executions
	f.options.Executions = panicking{good}
	for range 2 * outbox.Places {
		require.PanicsWithValue(t, "oops", func() { putOff(t, f.Deliver(t.Context(), message)) })
	}
	f.options.Executions = good
	require.NoError(t, f.Deliver(t.Context(), message))
}

type panicking struct{ Executions }

func (panicking) Execution(context.Context, string) (*model.Execution, error) { panic("oops") }

// TestLackOfMemoryIsNoAttempt: it says nothing of the endpoint.
func TestLackOfMemoryIsNoAttempt(t *testing.T) {
	t.Parallel()
	r := newReceiver(t, http.StatusOK)
	f := newForwarder(t, DefaultEvents(), cart(t), Endpoint{URL: r.URL})
	f.options.Executions = large{executions{cart(t)}}
	f.options.Memory = limit.NewBudget(1<<20, 0)
	m := f.Messages(cart(t), engine.Happening{Status: model.Running})[0]
	release, err := f.options.Memory.Take(t.Context(), 1<<20)
	require.NoError(t, err)
	putOff(t, f.Deliver(t.Context(), m))
	release()
	require.NoError(t, f.Deliver(t.Context(), m))
}

func putOff(t *testing.T, err error) {
	t.Helper()
	later, _ := outbox.PutOff(err)
	require.True(t, later, "%v", err)
}

// large are executions that take much memory.
type large struct{ executions }

func (large) ExecutionSizes(_ context.Context, ids []string) (map[string]int64, error) {
	return map[string]int64{ids[0]: 1 << 20}, nil
}

// A message knows its endpoint by its name, or by its URL if it has none.
func TestEndpointsThatAreChanged(t *testing.T) {
	t.Parallel()
	r := newReceiver(t, http.StatusOK)
	first := newForwarder(t, DefaultEvents(), cart(t), Endpoint{URL: r.URL + "/a"}, Endpoint{Name: "b", URL: r.URL + "/b"}, Endpoint{URL: r.URL + "/a", Wrap: true})
	messages := first.Messages(cart(t), engine.Happening{Status: model.Running})
	then := newForwarder(t, DefaultEvents(), cart(t), Endpoint{Name: "b", URL: r.URL + "/moved"}, Endpoint{URL: r.URL + "/a"})
	require.NoError(t, then.Deliver(t.Context(), messages[0]))
	require.NoError(t, then.Deliver(t.Context(), messages[1]))
	require.True(t, outbox.IsFinal(then.Deliver(t.Context(), messages[2])))
	require.Equal(t, "/a", r.got[0].path)
	require.Equal(t, "/moved", r.got[1].path)
	broken := messages[0]
	broken.Payload = []byte("{")
	require.True(t, outbox.IsFinal(then.Deliver(t.Context(), broken)))
}

// A secret that can't be looked up now may be there later.
func TestSecretsThatAreAway(t *testing.T) {
	t.Parallel()
	r := newReceiver(t, http.StatusOK)
	for _, e := range []Endpoint{
		{URL: r.URL, Headers: map[string]secret.Ref{"X-Token": secret.NewRef("file:/nonexistent/token")}},
		{URL: r.URL, Username: "u", Password: secret.NewRef("file:/nonexistent/password")},
	} {
		f := newForwarder(t, DefaultEvents(), cart(t), e)
		err := f.Deliver(t.Context(), f.Messages(cart(t), engine.Happening{Status: model.Running})[0])
		require.Error(t, err)
		require.False(t, outbox.IsFinal(err))
	}
	require.Empty(t, r.got)
}

func TestNobodyListens(t *testing.T) {
	t.Parallel()
	for _, config := range []Config{{}, {Enabled: true}, {Endpoints: []Endpoint{{URL: "http://x.example.com"}}}} {
		f, err := New(Options{Config: config})
		require.NoError(t, err)
		require.Nil(t, f)
	}
}

func TestValidate(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		endpoint Endpoint
		key      string
	}{
		"no URL":               {Endpoint{}, "endpoints[1].url: "},
		"not HTTP":             {Endpoint{URL: "ftp://x.example.com"}, "endpoints[1].url: "},
		"password in the URL":  {Endpoint{URL: "http://u:p@x.example.com"}, "endpoints[1].url: "},
		"a name twice":         {Endpoint{Name: "taken", URL: "http://x"}, "endpoints[1].name: "},
		"a useless template":   {Endpoint{URL: "http://x", Template: "{{event}}"}, "endpoints[1].template: "},
		"a template without":   {Endpoint{URL: "http://x", Wrap: true, Template: "{}"}, "endpoints[1].template: "},
		"a quoted event":       {Endpoint{URL: "http://x", Wrap: true, Template: `{"a":"{{event}}"}`}, "endpoints[1].template: "},
		"a broken reference":   {Endpoint{URL: "http://x", Password: secret.NewRef("encrypted:")}, "endpoints[1].password: "},
		"a header's reference": {Endpoint{URL: "http://x", Headers: map[string]secret.Ref{"A": secret.NewRef("encrypted:")}}, "endpoints[1].headers: "},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			errs := Config{Endpoints: []Endpoint{{Name: "taken", URL: "http://x"}, test.endpoint}}.Validate()
			require.Len(t, errs, 1)
			require.ErrorContains(t, errs[0], test.key)
			require.NotContains(t, errs[0].Error(), "u:p")
		})
	}
	require.Empty(t, Config{}.Validate())
}
