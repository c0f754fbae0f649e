package crashtest

import (
	"bytes"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/testpostgres"
)

// receiver is what webhooks are sent to: it counts the requests by their idempotency
// keys, and takes its time to answer, so that kills find requests on their way.
type receiver struct {
	*httptest.Server
	mu   sync.Mutex
	keys map[string]int
}

func newReceiver(t *testing.T) *receiver {
	t.Helper()
	r := &receiver{keys: map[string]int{}}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		if key := request.Header.Get("Idempotency-Key"); key != "" {
			r.mu.Lock()
			r.keys[key]++
			r.mu.Unlock()
		}
		select {
		case <-request.Context().Done():
		case <-time.After(time.Duration(rand.IntN(30)) * time.Millisecond):
		}
		if strings.HasPrefix(request.URL.Path, "/deployment/") { // a deployment monitor
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprint(w, `{"nextStep":{"directive":"continue"}}`)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	}))
	t.Cleanup(r.Close)
	return r
}

func (r *receiver) received() map[string]int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return maps.Clone(r.keys)
}

// forget forgets what has arrived.
func (r *receiver) forget() {
	r.mu.Lock()
	defer r.mu.Unlock()
	clear(r.keys)
}

// stage is a stage of the pipelines, named like its refId.
func (r *receiver) stage(kind, ref, requires string, fields map[string]any) map[string]any {
	fields = model.Merge(map[string]any{"url": r.URL, "payload": map[string]any{}}, fields)
	if requires == "" {
		return step(kind, ref, fields)
	}
	return step(kind, ref, fields, requires)
}

// step is a stage that is named like its refId.
func step(kind, ref string, fields map[string]any, requires ...string) map[string]any {
	needs := make([]any, len(requires))
	for i, other := range requires {
		needs[i] = other
	}
	return model.Merge(map[string]any{"type": kind, "refId": ref, "name": ref, "requisiteStageRefIds": needs}, fields)
}

// child is the pipeline that the others start.
func (r *receiver) child() map[string]any {
	return map[string]any{"application": "crash", "name": "child", "id": "child", "stages": []any{
		r.stage("wait", "1", "", map[string]any{"waitTime": 0}), r.stage("webhook", "2", "1", nil),
	}}
}

// parent is a pipeline with a stage of each kind that acts outside or starts others.
func (r *receiver) parent(n int) map[string]any {
	app := func(name string) map[string]any {
		return map[string]any{"child_pipeline": "child", "arguments": map[string]any{"name": name}}
	}
	return map[string]any{
		"application": "crash", "name": "parent", "id": fmt.Sprintf("parent-%d", n),
		"trigger": map[string]any{"type": "manual", "correlationId": fmt.Sprintf("parent-%d", n)},
		"stages": []any{
			r.stage("webhook", "post", "", nil),
			r.stage("webhook", "careful", "post", map[string]any{
				"method": "PUT", "onInterruption": "fail", "failPipeline": false, "continuePipeline": true,
			}),
			r.stage("webhook", "get", "careful", map[string]any{"method": "GET"}),
			r.stage("pipeline", "one", "get", map[string]any{"application": "crash", "pipeline": "child"}),
			r.stage("runMultiplePipelines", "several", "get", map[string]any{"yamlConfig": []any{
				map[string]any{"bundle_web": map[string]any{"a": app("a"), "b": app("b")}},
			}}),
			r.stage("webhook", "last", "one", map[string]any{"method": "DELETE"}),
		},
	}
}

// childrenOf is how many executions a parent starts.
const childrenOf = 3

// check holds what has arrived against what the executions say.
func (r *receiver) check(t *testing.T, executions []*model.Execution, parents int) {
	t.Helper()
	counts := map[string]int{}
	for _, e := range executions {
		counts[e.Name]++
		if e.Status != model.Succeeded {
			t.Errorf("execution %s (%s) ended %s", e.ID, e.Name, e.Status)
		}
	}
	if counts["parent"] != parents || counts["child"] != childrenOf*parents {
		t.Errorf("there are %v executions, want %d parents with %d children each", counts, parents, childrenOf)
	}
	stages, repeated := r.checkRequests(t, executions, nil)
	t.Logf("%d parents, %d stages that called, %d requests repeated knowingly", parents, stages, repeated)
}

// checkRequests checks that each run of a stage sent its request once, or as
// often as the stage says. spans tells how often stages ran that ran more than
// once, by their ids.
func (r *receiver) checkRequests(t *testing.T, executions []*model.Execution, spans map[string]span) (stages, repeated int) {
	t.Helper()
	received := r.runs()
	for _, e := range executions {
		for _, s := range e.Stages {
			if s.Type != "webhook" && s.Type != "ping" || s.Name == "get" {
				continue
			}
			stages++
			key := e.ID + "-" + s.ID
			runs := received[key]
			delete(received, key)
			times, _ := model.Int(model.Object(s.Context, "webhook"), "repeated")
			repeated += int(times)
			n, least, most := runs[fmt.Sprintf("%d-1", s.StartTime)], 1, 1+int(times)
			started, planned := spans[s.ID]
			if !planned {
				started = span{1, 1}
			}
			if s.Name == "careful" {
				if most = 1; s.Status != model.Succeeded {
					least, started.least = 0, 0
				}
			} else if s.Status != model.Succeeded {
				t.Errorf("stage %s of %s is %s: %v %v", s.Name, e.ID, s.Status, s.Context["exception"], s.Context["webhook"])
			}
			if n < least || n > most {
				t.Errorf("stage %s of %s, %s, was received %d times, and says that it was repeated %d times", s.Name, e.ID, s.Status, n, times)
			}
			if len(runs) < started.least || len(runs) > started.most {
				t.Errorf("stage %s of %s has run %d times, want %v: %v", s.Name, e.ID, len(runs), started, runs)
			}
		}
	}
	for key, runs := range received {
		t.Errorf("requests %v with the key %s, which no stage has sent", runs, key)
	}
	return stages, repeated
}

// runs are how often each run's request has arrived, by execution and stage,
// and by the run's start and attempt.
func (r *receiver) runs() map[string]map[string]int {
	out := map[string]map[string]int{}
	for key, n := range r.received() {
		attempt := strings.LastIndex(key, "-")
		start := strings.LastIndex(key[:attempt], "-")
		if out[key[:start]] == nil {
			out[key[:start]] = map[string]int{}
		}
		out[key[:start]][key[start+1:]] = n
	}
	return out
}

// save saves a pipeline.
func save(t *testing.T, p *process, config map[string]any) {
	t.Helper()
	body, err := model.Marshal(config)
	if err != nil {
		t.Fatal(err)
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+p.address+"/pipelines", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	if response.StatusCode != http.StatusOK {
		t.Fatalf("saving a pipeline is answered with %d", response.StatusCode)
	}
}

// TestSoakNothingIsSentTwiceUnknowingly kills servers while pipelines send webhooks
// and start each other: nothing is lost, no child is started twice, and a request that
// arrives more than once is one whose stage says so.
func TestSoakNothingIsSentTwiceUnknowingly(t *testing.T) {
	t.Parallel()
	for name, database := range map[string]func(t *testing.T) (url string, servers int){
		"sqlite": func(t *testing.T) (string, int) {
			t.Helper()
			return "sqlite:" + filepath.Join(t.TempDir(), "test.db"), 1
		},
		"postgres": func(t *testing.T) (string, int) { t.Helper(); return testpostgres.New(t), 2 },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			random, sc := seed(t), newScale(t, 2)
			url, n := database(t)
			var servers []*process
			for range n {
				servers = append(servers, newProcess(t, url))
			}
			r := newReceiver(t)
			save(t, servers[0], r.child())
			const perRound = 25
			for round := 0; ; round++ {
				ids := startConfigs(t, servers, perRound, func(i int) map[string]any { return r.parent(round*perRound + i) })
				// Three lost processes may be an execution's own doing, and end it.
				for range min(sc.kills, 2) {
					<-time.After(time.Duration(50+random.IntN(500)) * time.Millisecond)
					victim := servers[random.IntN(n)]
					victim.kill()
					victim.start()
				}
				ids.wait()
				waitComplete(t, servers[0], ids.list)
				for _, p := range servers {
					p.kill() // one process has a SQLite database for itself
				}
				r.check(t, everything(t, url), (round+1)*perRound)
				if t.Failed() || round > 0 && !time.Now().Before(sc.until) {
					return
				}
				for _, p := range servers {
					p.start()
				}
			}
		})
	}
}

// everything reads all executions from the database.
func everything(t *testing.T, url string) []*model.Execution {
	t.Helper()
	st, err := store.Open(t.Context(), url, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	executions, err := st.Executions(t.Context(), store.ExecutionFilter{Application: "crash"})
	if err != nil {
		t.Fatal(err)
	}
	return executions
}
