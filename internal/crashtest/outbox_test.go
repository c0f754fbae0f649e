package crashtest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gennaker/gennaker/internal/model"
)

// listener is a system that is told of what happens to executions.
type listener struct {
	*httptest.Server

	mu sync.Mutex
	// asked are requests that it has not answered, as it hangs.
	hangs bool
	asked int
	// events are those that it has taken, by execution and message.
	events map[string]map[string]string
}

func newListener(t *testing.T) *listener {
	t.Helper()
	l := &listener{hangs: true, events: map[string]map[string]string{}}
	l.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var event map[string]any
		if json.NewDecoder(r.Body).Decode(&event) != nil {
			return // its sender was killed
		}
		l.mu.Lock()
		hangs := l.hangs
		if hangs {
			l.asked++
		} else {
			id := model.String(model.Object(event, "content"), "executionId")
			if l.events[id] == nil {
				l.events[id] = map[string]string{}
			}
			l.events[id][r.Header.Get("Idempotency-Key")] = model.String(model.Object(event, "details"), "type")
		}
		l.mu.Unlock()
		if hangs {
			<-r.Context().Done()
		}
	}))
	t.Cleanup(func() { l.CloseClientConnections(); l.Close() })
	return l
}

func (l *listener) hang(hangs bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.hangs, l.asked = hangs, 0
}

func (l *listener) hanging() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.asked
}

// told are the types of the events about an execution, sorted, each message once.
func (l *listener) told(id string) (types []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, what := range l.events[id] {
		types = append(types, what)
	}
	slices.Sort(types)
	return types
}

// TestEventsSurviveKills kills a process while pipelines run and again when they have
// ended, while some of the events about them are being sent and others wait. Each
// arrives, and none is made up: a transition that was undone is told of once.
func TestEventsSurviveKills(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, database string) {
		t.Helper()
		l := newListener(t)
		file := filepath.Join(t.TempDir(), "gennaker.yaml")
		if err := os.WriteFile(file, fmt.Appendf(nil, "rest: {enabled: true, endpoints: [{url: %q}]}\n", l.URL+"/events"), 0o600); err != nil {
			t.Fatal(err)
		}
		p := newProcess(t, database, "--config", file)
		const pipelines = 20
		ids := startConfigs(t, []*process{p}, pipelines, func(i int) map[string]any {
			wait := func(ref string, after ...any) map[string]any {
				return map[string]any{"type": "wait", "name": "Wait", "refId": ref, "requisiteStageRefIds": append([]any{}, after...), "waitTime": 0}
			}
			return map[string]any{
				"application": "crash", "name": fmt.Sprintf("told %d", i), "trigger": map[string]any{"type": "manual", "correlationId": fmt.Sprintf("told %d", i)},
				"stages": []any{wait("1"), wait("2", "1")},
			}
		})
		until := func(what string, within time.Duration, condition func() bool) {
			t.Helper()
			for deadline := time.Now().Add(within); !condition(); <-time.After(10 * time.Millisecond) {
				if time.Now().After(deadline) {
					t.Fatalf("never: %s", what)
				}
			}
		}
		until("an event is being sent", time.Minute, func() bool { return l.hanging() > 0 })
		p.kill()
		p.start()
		ids.wait()
		waitComplete(t, p, ids.list)
		l.hang(true)
		until("an event is being sent", time.Minute, func() bool { return l.hanging() > 0 })
		p.kill()
		l.hang(false)
		p.start()

		want := []string{"orca:pipeline:complete", "orca:pipeline:starting"}
		for _, what := range []string{"orca:stage:", "orca:task:"} {
			want = append(want, what+"complete", what+"complete", what+"starting", what+"starting")
		}
		slices.Sort(want)
		for _, id := range ids.list {
			// What was being sent is sent again when its age shows that it is lost.
			until("all events have come", 4*time.Minute, func() bool { return len(l.told(id)) >= len(want) })
		}
		for _, id := range ids.list {
			if got := l.told(id); !slices.Equal(got, want) {
				t.Errorf("of execution %s was told:\n%s", id, strings.Join(got, "\n"))
			}
		}
	})
}
