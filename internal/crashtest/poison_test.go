package crashtest

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
)

// TestPoison runs an execution whose own processing kills the process, beside
// others that are under way each time it does. It is ended the third time, and
// the others go on.
func TestPoison(t *testing.T) {
	t.Parallel()
	eachDatabase(t, testPoison)
}

func testPoison(t *testing.T, database string) {
	t.Helper()
	var kills, slow atomic.Int32
	deadly := make(chan struct{})
	outside := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case strings.HasPrefix(r.URL.Path, "/kill"):
			// The process is killed while it does this.
			kills.Add(1)
			deadly <- struct{}{}
			<-r.Context().Done()
		case strings.HasPrefix(r.URL.Path, "/slow"):
			slow.Add(1)
			select {
			case <-time.After(300 * time.Millisecond):
			case <-r.Context().Done():
				return
			}
		}
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, "{}")
	}))
	defer outside.Close()
	call := func(path, ref string, requires ...any) map[string]any {
		if requires == nil {
			requires = []any{}
		}
		return map[string]any{"refId": ref, "requisiteStageRefIds": requires, "type": "webhook", "name": path, "method": "GET", "url": outside.URL + path}
	}
	p := newProcess(t, database)
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	var group sync.WaitGroup
	innocent := make([]string, 30)
	for i := range innocent {
		group.Go(func() {
			var err error
			innocent[i], err = submit(ctx, []*process{p}, map[string]any{
				"application": "crash", "name": fmt.Sprint(i), "trigger": map[string]any{"type": "manual", "correlationId": fmt.Sprint("innocent-", i)},
				"stages": []any{call(fmt.Sprint("/slow/", i), "1"), call(fmt.Sprint("/slow/again/", i), "2", "1"), call(fmt.Sprint("/slow/still/", i), "3", "2")},
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	killer, err := submit(ctx, []*process{p}, map[string]any{
		"application": "crash", "name": "killer", "trigger": map[string]any{"type": "manual", "correlationId": "killer"},
		"stages": []any{call("/fine", "1"), call("/kill", "2", "1"), call("/fine", "3", "2")},
	})
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		select {
		case <-deadly:
		case <-ctx.Done():
			t.Fatalf("the execution has killed %d times, want 3", kills.Load())
		}
		p.kill()
		p.start()
	}
	waitComplete(t, p, append([]string{killer}, innocent...))
	health := get(t, "http://"+p.address+"/health")
	p.kill()
	if n := kills.Load(); n != 3 {
		t.Errorf("it has killed %d times, want 3", n)
	}
	st, err := store.Open(t.Context(), database, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	for _, id := range innocent {
		if e, err := st.Execution(t.Context(), id); err != nil || e.Status != model.Succeeded {
			t.Errorf("another execution ended %s: %v", e.Status, err)
		}
	}
	e, err := st.Execution(t.Context(), killer)
	if err != nil {
		t.Fatal(err)
	}
	exception := model.Object(e.Stages[1].Context, "exception")
	if e.Status != model.Terminal || e.Stages[1].Status != model.Terminal || model.String(exception, "exceptionType") != "PoisonExecutionException" {
		t.Errorf("it ended %s, its stage %s with %v", e.Status, e.Stages[1].Status, exception)
	}
	if text := strings.Join(e.Stages[1].Failures(), "\n"); !strings.Contains(text, "3 Gennaker processes") {
		t.Errorf("it says %q", text)
	}
	if !strings.Contains(health, killer) {
		t.Errorf("the health endpoint does not tell: %s", health)
	}
	if text := p.log.String(); !strings.Contains(text, "an execution was ended because processes crashed") {
		t.Error("the log does not tell")
	}
}

func get(t *testing.T, url string) string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var body any
	if err := json.NewDecoder(response.Body).Decode(&body); err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
