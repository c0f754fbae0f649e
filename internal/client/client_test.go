package client_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/client"
	"github.com/gennaker/gennaker/internal/model"
)

// serve starts a server and returns a client of it.
func serve(t *testing.T, handler http.HandlerFunc, change func(*client.Options)) *client.Client {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	o := client.Options{Endpoint: server.URL, Poll: time.Millisecond}
	if change != nil {
		change(&o)
	}
	c, err := client.New(o)
	require.NoError(t, err)
	return c
}

func answer(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	fmt.Fprint(w, text)
}

func TestEndpointsAreChecked(t *testing.T) {
	t.Parallel()
	for _, endpoint := range []string{"", "localhost:8084", "ftp://x", "http://", "::"} {
		_, err := client.New(client.Options{Endpoint: endpoint})
		require.ErrorContains(t, err, "is not a URL such as http://localhost:8084", endpoint)
	}
}

func TestErrorsTellWhatTheServerSaid(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		status       int
		answer, want string
	}{
		"ours":        {400, `{"message":"bad","errors":["bad","x: is wrong"]}`, "bad\n  x: is wrong"},
		"vague":       {400, `{"message":"No message available"}`, "the server returned 400 Bad Request to GET /credentials"},
		"no JSON":     {404, `nothing here`, "the server returned 404 Not Found to GET /credentials"},
		"behind Gate": {400, `{"message":"HTTP 400","body":"{\"message\":\"from Orca\",\"errors\":[\"e\"]}"}`, "from Orca\n  e"},
		"ours inside": {500, `{"message":"failed","requestId":"r1"}`, "failed (request r1)"},
		"no login":    {401, `{"message":"who are you?"}`, "who are you? (set GENNAKER_TOKEN, or GENNAKER_USERNAME and GENNAKER_PASSWORD)"},
	} {
		api := serve(t, func(w http.ResponseWriter, _ *http.Request) { answer(w, c.status, c.answer) }, nil)
		_, err := api.Accounts(t.Context())
		require.EqualError(t, err, c.want, name)
		require.Equal(t, c.status == 404, client.IsNotFound(err))
	}
}

func TestAWebPageIsNoAPI(t *testing.T) {
	t.Parallel()
	c := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, "<!doctype html><html>please log in")
	}, nil)
	_, err := c.Applications(t.Context())
	require.ErrorContains(t, err, "returned a web page instead of JSON: check the address, or log in")
}

func TestARedirectToALoginPage(t *testing.T) {
	t.Parallel()
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "http://login.invalid/", http.StatusFound)
	}, nil)
	_, err := c.Applications(t.Context())
	require.EqualError(t, err, "the server returned 302 Found to GET /applications (set GENNAKER_TOKEN, or GENNAKER_USERNAME and GENNAKER_PASSWORD)")
}

func TestWhatFailsInPassingIsTriedAgain(t *testing.T) {
	t.Parallel()
	for method, want := range map[string]int32{http.MethodGet: 3, http.MethodPost: 1} {
		var calls atomic.Int32
		c := serve(t, func(w http.ResponseWriter, r *http.Request) {
			if calls.Add(1) < 3 || r.Method != method {
				answer(w, http.StatusServiceUnavailable, `{"message":"soon"}`)
				return
			}
			answer(w, http.StatusOK, `{"version":"1"}`)
		}, nil)
		var err error
		if method == http.MethodGet {
			_, err = c.Version(t.Context())
			require.NoError(t, err)
		} else {
			_, err = c.StartTask(t.Context(), map[string]any{})
			require.EqualError(t, err, "soon")
		}
		require.Equal(t, want, calls.Load(), method)
	}
}

func TestASlowServerIsLeft(t *testing.T) {
	t.Parallel()
	c := serve(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, func(o *client.Options) { o.Timeout = 5 * time.Millisecond })
	_, err := c.Version(t.Context())
	require.ErrorContains(t, err, "did not respond within 5ms")
}

func TestWhoAsks(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*client.Options)
		want   string
	}{
		"nobody": {func(*client.Options) {}, ""},
		"token":  {func(o *client.Options) { o.Token, o.Username = "secret", "x" }, "Bearer secret"},
		"basic":  {func(o *client.Options) { o.Username, o.Password = "u", "p" }, "Basic dTpw"},
	} {
		api := serve(t, func(w http.ResponseWriter, r *http.Request) {
			text, _ := json.Marshal(map[string]string{"version": r.Header.Get("Authorization") + "|" + r.Header.Get("X-SPINNAKER-USER")})
			answer(w, 200, string(text))
		}, func(o *client.Options) { o.User = "anna"; c.change(o) })
		got, err := api.Version(t.Context())
		require.NoError(t, err)
		require.Equal(t, c.want+"|anna", got, name)
	}
}

func TestNamesAreEscaped(t *testing.T) {
	t.Parallel()
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		answer(w, 200, fmt.Sprintf(`{"name":%q}`, r.URL.EscapedPath()))
	}, nil)
	got, err := c.Config(t.Context(), client.Pipelines, "a/b", "x ?%")
	require.NoError(t, err)
	require.Equal(t, "/applications/a%2Fb/pipelineConfigs/x%20%3F%25", got.Name())
}

func TestWarningsOfASave(t *testing.T) {
	t.Parallel()
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Add("Warning", `199 - "a \"b\""`)
		w.Header().Add("Warning", fmt.Sprintf("199 - %q", r.URL.RawQuery))
		w.WriteHeader(http.StatusOK)
	}, nil)
	warnings, err := c.SaveConfig(t.Context(), client.Pipelines, model.Pipeline{}, true)
	require.NoError(t, err)
	require.Equal(t, []string{`a "b"`, "staleCheck=true"}, warnings)
}

// statuses are the states that an execution goes through.
var statuses = []string{"NOT_STARTED", "RUNNING", "SUCCEEDED"}

func seen(ctx context.Context, t *testing.T, c *client.Client, kind model.ExecutionType) []string {
	t.Helper()
	var out []string
	e, err := c.Watch(ctx, kind, "1", func(e client.Execution) { out = append(out, string(e.Status())) })
	require.NoError(t, err)
	require.Equal(t, model.Succeeded, e.Status())
	return out
}

func TestWatchPollsAGateWithoutStreams(t *testing.T) {
	t.Parallel()
	var calls atomic.Int32
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/pipelines/1" {
			answer(w, 404, `{"message":"No message available"}`)
			return
		}
		n := int(calls.Add(1))
		if n == 1 { // it was started a moment ago
			answer(w, 404, `{"message":"not there yet"}`)
			return
		}
		answer(w, 200, fmt.Sprintf(`{"id":"1","status":%q}`, statuses[n-2]))
	}, nil)
	require.Equal(t, statuses, seen(t.Context(), t, c, model.PipelineExecution))
}

func TestWatchFollowsAStreamAndItsReconnection(t *testing.T) {
	t.Parallel()
	var streams atomic.Int32
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/tasks/1" {
			answer(w, 200, `{"id":"1","status":"RUNNING","execution":{"id":"1","status":"RUNNING"}}`)
			return
		}
		w.Header().Set("Content-Type", "text/event-stream")
		fmt.Fprint(w, "retry: 2000\n\n: still here\n\n")
		if streams.Add(1) == 1 { // and breaks
			fmt.Fprint(w, "event: snapshot\ndata: {\"execution\":{\"id\":\"1\",\"status\":\"NOT_STARTED\"}}\n\n")
			return
		}
		fmt.Fprint(w, "event: snapshot\ndata: {\"execution\":{\"id\":\"1\",\"status\":\"RUNNING\"}}\n\nevent: other\ndata: x\n\n")
		fmt.Fprint(w, "event: task\nid: 1:2\ndata: {\"execution\":{\"id\":\"1\",\ndata: \"status\":\"SUCCEEDED\"}}\n\n")
	}, nil)
	require.Equal(t, []string{"NOT_STARTED", "RUNNING", "RUNNING", "SUCCEEDED"}, seen(t.Context(), t, c, model.OrchestrationExecution))
}

func TestWatchAgainWaitsForTheNextEnd(t *testing.T) {
	t.Parallel()
	var calls atomic.Int32
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/pipelines/1" {
			answer(w, 404, `{}`)
			return
		}
		end, status := 5, "TERMINAL"
		if calls.Add(1) > 2 {
			end, status = 9, "SUCCEEDED"
		}
		answer(w, 200, fmt.Sprintf(`{"id":"1","status":%q,"endTime":%d}`, status, end))
	}, nil)
	e, err := c.WatchAgain(t.Context(), model.PipelineExecution, "1", 5, nil)
	require.NoError(t, err)
	require.Equal(t, model.Succeeded, e.Status())
}

func TestReasons(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		execution string
		want      []string
	}{
		"exception": {`{"status":"TERMINAL","stages":[{"name":"A","status":"SUCCEEDED"},{"name":"B","status":"TERMINAL",
			"context":{"exception":{"details":{"error":"Unexpected","errors":["no such image"]}}}}]}`, []string{"B: no such image"}},
		"error alone": {`{"stages":[{"name":"B","status":"TERMINAL","context":{"exception":{"details":{"error":"Timeout"}}}}]}`, []string{"B: Timeout"}},
		"kato":        {`{"stages":[{"name":"B","status":"TERMINAL","context":{"kato.tasks":[{"exception":{"message":"denied"}}]}}]}`, []string{"B: denied"}},
		"judgment":    {`{"stages":[{"name":"J","status":"TERMINAL","context":{"judgmentStatus":"stop"}}]}`, []string{"J: the judgment was stop"}},
		"silent": {`{"stages":[{"id":"1","name":"P","status":"TERMINAL"},{"id":"2","parentStageId":"1","name":"C","status":"TERMINAL"}]}`,
			[]string{"C ended TERMINAL"}},
		"canceled": {`{"status":"CANCELED","canceled":true,"canceledBy":"anna","cancellationReason":"wrong one"}`, []string{"canceled by anna: wrong one"}},
	} {
		var e client.Execution
		require.NoError(t, model.Unmarshal([]byte(c.execution), &e))
		require.Equal(t, c.want, e.Reasons(), name)
	}
}

// A search for more than the server gives at once asks for one page after the other.
func TestSearchGoesOn(t *testing.T) {
	t.Parallel()
	var asked []string
	api := serve(t, func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		asked = append(asked, q.Get("size")+" "+q.Get("after"))
		size, _ := strconv.Atoi(q.Get("size"))
		runs := strings.TrimSuffix(strings.Repeat(`{"id":"x"},`, size), ",")
		answer(w, 200, fmt.Sprintf(`{"runs":[%s],"next":"p%d"}`, runs, len(asked)))
	}, nil)
	found, more, err := api.Search(t.Context(), client.Search{Words: "a", Limit: 1200, From: time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC)})
	require.NoError(t, err)
	require.Len(t, found, 1200)
	require.True(t, more)
	require.Equal(t, []string{"500 ", "500 p1", "200 p2"}, asked)

	found, more, err = api.Search(t.Context(), client.Search{})
	require.NoError(t, err)
	require.NotNil(t, found)
	require.True(t, more)
}
