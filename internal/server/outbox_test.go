package server_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/config"
	"github.com/gennaker/gennaker/internal/forward"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/secret"
	"github.com/gennaker/gennaker/internal/testpostgres"
)

// collector is a system that wants to know what happens to executions.
type collector struct {
	*httptest.Server

	mu     sync.Mutex
	status int
	events []obj
	ids    []string
	failed int
}

func newCollector(t *testing.T, status int) *collector {
	t.Helper()
	c := &collector{status: status}
	c.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c.mu.Lock()
		defer c.mu.Unlock()
		var event obj
		if err := json.NewDecoder(r.Body).Decode(&event); err != nil {
			t.Errorf("an event can't be read: %v", err)
		}
		if c.status == http.StatusOK {
			c.events, c.ids = append(c.events, event), append(c.ids, r.Header.Get("Idempotency-Key"))
		} else {
			c.failed++
		}
		w.WriteHeader(c.status)
	}))
	t.Cleanup(c.Close)
	return c
}

func (c *collector) answers(status int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.status = status
}

func (c *collector) failures() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.failed
}

// types are those of the events about an execution, sorted.
func (c *collector) types(execution string) (types []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, event := range c.events {
		if model.String(model.Object(event, "content"), "executionId") == execution {
			types = append(types, model.String(model.Object(event, "details"), "type"))
		}
	}
	slices.Sort(types)
	return types
}

// listen has a server tell an endpoint of everything.
func listen(c *config.Config, url string) {
	c.Rest = forward.Config{Enabled: true, Endpoints: []forward.Endpoint{{
		Name: "collector", URL: url + "/events", Headers: map[string]secret.Ref{"X-Token": secret.NewRef("t")},
	}}}
}

// lifeOfAWait are the events about a pipeline of one wait stage.
var lifeOfAWait = []string{
	"orca:pipeline:complete", "orca:pipeline:starting", "orca:stage:complete", "orca:stage:starting", "orca:task:complete", "orca:task:starting",
}

func (i *instance) waits() (id string) {
	i.t.Helper()
	ref := i.object(http.MethodPost, "/orchestrate", map[string]any{
		"application": "app", "name": "followed", "trigger": map[string]any{"type": "manual"},
		"stages": []any{map[string]any{"type": "wait", "refId": "1", "requisiteStageRefIds": []any{}, "name": "Wait", "waitTime": 0}},
	})
	return strings.TrimPrefix(model.String(ref, "ref"), "/pipelines/")
}

func eachDatabase(t *testing.T, test func(t *testing.T, url string)) {
	t.Helper()
	t.Run("SQLite", func(t *testing.T) {
		t.Parallel()
		test(t, "")
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		t.Parallel()
		test(t, testpostgres.New(t))
	})
}

func TestEventsReachWhoListens(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, url string) {
		t.Helper()
		c := newCollector(t, http.StatusOK)
		i := start(t, func(cfg *config.Config) { cfg.Database.URL = url; listen(cfg, c.URL) })
		id := i.waits()
		require.Eventually(t, func() bool { return len(c.types(id)) >= len(lifeOfAWait) }, time.Minute, 5*time.Millisecond, "events: %v", c.types(id))
		require.Equal(t, lifeOfAWait, c.types(id))
		c.mu.Lock()
		defer c.mu.Unlock()
		slices.Sort(c.ids)
		require.Len(t, slices.Compact(c.ids), len(lifeOfAWait))
		for _, event := range c.events {
			content := model.Object(event, "content")
			require.Equal(t, "app", model.String(model.Object(event, "details"), "application"))
			require.Equal(t, "followed", model.String(model.Object(content, "execution"), "name"))
			if strings.HasPrefix(model.String(model.Object(event, "details"), "type"), "orca:stage") {
				require.Equal(t, "Wait", model.String(content, "name"))
				require.Contains(t, model.Object(content, "context"), "waitTime")
			}
		}
		require.Empty(t, i.list("/outbox"))
	})
}

// A receiver that is away for a while gets everything when it is back, also across a
// restart of the server.
func TestEventsWaitForWhoIsAway(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, url string) {
		t.Helper()
		c := newCollector(t, http.StatusServiceUnavailable)
		dir := t.TempDir()
		begin := func() *instance {
			return start(t, func(cfg *config.Config) {
				cfg.DataDir, cfg.Database.URL = dir, url
				listen(cfg, c.URL)
			})
		}
		i := begin()
		id := i.waits()
		i.until("/pipelines/"+id, "complete", complete)
		require.Eventually(t, func() bool { return c.failures() >= len(lifeOfAWait) }, time.Minute, 5*time.Millisecond)
		require.Contains(t, i.text("/metrics"), `gennaker_outbox_messages{state="waiting"} 6`)
		require.Contains(t, i.text("/metrics"), `gennaker_outbox_oldest_seconds{state="waiting"} `)
		i.stop()
		i = begin()
		c.answers(http.StatusOK)
		require.Eventually(t, func() bool { return len(c.types(id)) >= len(lifeOfAWait) }, 2*time.Minute, 10*time.Millisecond)
		require.Equal(t, lifeOfAWait, c.types(id))
		require.Eventually(t, func() bool {
			return strings.Contains(i.text("/metrics"), `gennaker_outbox_messages{state="waiting"} 0`)
		}, time.Minute, 10*time.Millisecond)
	})
}

// What a receiver will never take is given up; operators see it, and put it back.
func TestMessagesThatAreGivenUpCanBePutBack(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, url string) {
		t.Helper()
		c := newCollector(t, http.StatusBadRequest)
		i := start(t, func(cfg *config.Config) { cfg.Database.URL = url; listen(cfg, c.URL) })
		id := i.waits()
		var dead []any
		require.Eventually(t, func() bool { dead = i.list("/outbox"); return len(dead) == len(lifeOfAWait) }, time.Minute, 10*time.Millisecond)
		health := i.object(http.MethodGet, "/health", nil)
		require.Equal(t, "UP", health["status"])
		require.Equal(t, "6", model.String(model.Object(model.Object(model.Object(health, "components"), "outbox"), "details"), "deadMessages"))
		require.Contains(t, i.text("/metrics"), `gennaker_outbox_deliveries{outcome="dead"} 6`)
		c.answers(http.StatusOK)
		for _, item := range dead {
			message := item.(map[string]any)
			require.Equal(t, "rest", message["kind"])
			require.Contains(t, message["error"], "answered with the status 400")
			require.Contains(t, message["topic"], id)
			status, _ := i.call(http.MethodPost, "/outbox/"+message["id"].(string)+"/retry", nil)
			require.Equal(t, http.StatusOK, status)
		}
		require.Eventually(t, func() bool { return len(c.types(id)) >= len(lifeOfAWait) }, time.Minute, 5*time.Millisecond)
		require.Equal(t, lifeOfAWait, c.types(id))
		require.Empty(t, i.list("/outbox"))
		status, _ := i.call(http.MethodPost, "/outbox/nobody/retry", nil)
		require.Equal(t, http.StatusNotFound, status)
	})
}

func (i *instance) list(path string) []any {
	i.t.Helper()
	status, answer := i.call(http.MethodGet, path, nil)
	require.Equal(i.t, http.StatusOK, status)
	list, ok := answer.([]any)
	require.True(i.t, ok)
	return list
}
