package crashtest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
)

// world is what the pipelines act on: it counts the calls of each stage.
type world struct {
	*httptest.Server
	mu    sync.Mutex
	calls map[string]int
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{calls: map[string]int{}}
	w.Server = httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		w.mu.Lock()
		w.calls[r.URL.Path]++
		w.mu.Unlock()
		out.Header().Set("Content-Type", "application/json")
		fmt.Fprint(out, `{"done":true}`)
	}))
	t.Cleanup(w.Close)
	return w
}

func (w *world) count() map[string]int {
	w.mu.Lock()
	defer w.mu.Unlock()
	out := make(map[string]int, len(w.calls))
	maps.Copy(out, w.calls)
	return out
}

// pipeline is a diamond of calls and instant stages. The name of a stage that
// calls is the path it calls.
func (w *world) pipeline(n int) map[string]any {
	stage := func(ref string, requires ...any) map[string]any {
		if requires == nil {
			requires = []any{}
		}
		return map[string]any{"refId": ref, "requisiteStageRefIds": requires}
	}
	call := func(ref string, requires ...any) map[string]any {
		path := fmt.Sprintf("/%d/%s", n, ref)
		return model.Merge(stage(ref, requires...), map[string]any{
			"type": "webhook", "name": path, "method": "POST", "url": w.URL + path, "payload": map[string]any{"n": n},
		})
	}
	instant := func(ref string, requires ...any) map[string]any {
		return model.Merge(stage(ref, requires...), map[string]any{"type": "wait", "name": "wait", "waitTime": 0})
	}
	pause := model.Merge(stage("4", "2", "3"), map[string]any{"type": "wait", "name": "pause", "waitTime": 1})
	return map[string]any{
		"application": "crash", "name": fmt.Sprintf("pipeline %d", n), "id": fmt.Sprintf("config-%d", n),
		"trigger": map[string]any{"type": "manual", "correlationId": fmt.Sprintf("start-%d", n)},
		"stages": []any{
			call("1"), instant("2", "1"), call("3", "1"), pause, call("5", "4"),
			model.Merge(stage("6", "5"), map[string]any{"type": "evaluateVariables", "name": "v", "variables": []any{map[string]any{"key": "k", "value": "v"}}}),
			call("7", "6"), instant("8", "7"),
		},
	}
}

// submit starts a pipeline at one of the servers, again and again until one
// answers; the correlation id makes it start once.
func submit(ctx context.Context, servers []*process, config map[string]any) (string, error) {
	body, err := model.Marshal(config)
	if err != nil {
		return "", err
	}
	var last error
	for n := 0; ctx.Err() == nil; n++ {
		var id string
		if id, last = post(ctx, servers[n%len(servers)].address, body); last == nil {
			return id, nil
		}
		<-time.After(10 * time.Millisecond)
	}
	return "", fmt.Errorf("no server takes the pipeline: %w", last)
}

func post(ctx context.Context, address string, body []byte) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+address+"/pipelines/start", bytes.NewReader(body))
	if err != nil {
		return "", err
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	var answer struct{ Ref, Message string }
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
		return "", err
	}
	if response.StatusCode != http.StatusOK || len(answer.Ref) < len("/pipelines/x") {
		return "", fmt.Errorf("answered %d: %s", response.StatusCode, answer.Message)
	}
	return answer.Ref[len("/pipelines/"):], nil
}

// ledger remembers which tasks were seen complete, and what the world looked
// like then.
type ledger struct {
	tasks map[string]doneTask
}

type doneTask struct {
	status     model.Status
	start, end int64
	path       string
	calls      int
}

// look reads every execution from the store and notes the complete tasks. A
// task that was complete before must not have changed, nor been called again.
func (l *ledger) look(t *testing.T, st *store.Store, w *world) []*model.Execution {
	t.Helper()
	executions, err := st.Executions(t.Context(), store.ExecutionFilter{Application: "crash"})
	if err != nil {
		t.Fatal(err)
	}
	calls := w.count() // what is complete by now is not called after this
	now := map[string]bool{}
	for _, e := range executions {
		for _, s := range e.Stages {
			for _, task := range s.Tasks {
				if task.Status.Complete() {
					key := e.ID + " " + s.RefID + " " + task.ID
					now[key] = true
					l.note(t, key, s, task, calls)
				}
			}
		}
	}
	for key := range l.tasks {
		if !now[key] {
			t.Errorf("task %s was complete and is not any more", key)
		}
	}
	return executions
}

func (l *ledger) note(t *testing.T, key string, s *model.Stage, task *model.Task, calls map[string]int) {
	t.Helper()
	before, known := l.tasks[key]
	if !known {
		l.tasks[key] = doneTask{task.Status, task.StartTime, task.EndTime, s.Name, calls[s.Name]}
		return
	}
	if before.status != task.Status || before.start != task.StartTime || before.end != task.EndTime {
		t.Errorf("task %s was %s from %d to %d and is now %s from %d to %d: it ran again", key,
			before.status, before.start, before.end, task.Status, task.StartTime, task.EndTime)
	}
	if s.Type == "webhook" && calls[s.Name] > before.calls {
		t.Errorf("task %s was complete after %d calls, and was called again: %d", key, before.calls, calls[s.Name])
	}
}
