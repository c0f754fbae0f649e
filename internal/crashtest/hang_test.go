package crashtest

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
)

// TestDestinationsThatHang runs more stages than there are workers against
// servers that take calls and never finish an answer. Other executions go on,
// and a cancel ends the stages at once.
func TestDestinationsThatHang(t *testing.T) {
	t.Parallel()
	eachDatabase(t, testDestinationsThatHang)
}

func testDestinationsThatHang(t *testing.T, database string) {
	t.Helper()
	var called atomic.Int32
	drip := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		called.Add(1)
		w.Header().Set("Content-Type", "application/json")
		ticker := time.NewTicker(200 * time.Millisecond)
		defer ticker.Stop()
		for {
			select {
			case <-r.Context().Done():
				return
			case <-ticker.C:
				fmt.Fprint(w, " ")
				_ = http.NewResponseController(w).Flush()
			}
		}
	}))
	defer drip.Close()
	defer drip.CloseClientConnections()
	silent := silence(t)
	fine := newWorld(t)
	p := newProcess(t, database)
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	start := func(name string, stages ...any) string {
		t.Helper()
		id, err := submit(ctx, []*process{p}, map[string]any{
			"application": "crash", "name": name, "trigger": map[string]any{"type": "manual", "correlationId": name}, "stages": stages,
		})
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	var stuck []string
	for i := range 80 {
		for kind, url := range map[string]string{"drip": drip.URL, "silent": "http://" + silent} {
			stuck = append(stuck, start(fmt.Sprint(kind, i), map[string]any{
				"type": "webhook", "refId": "1", "requisiteStageRefIds": []any{}, "name": kind, "method": "GET", "url": url,
			}))
		}
	}
	for deadline := time.Now().Add(time.Minute); called.Load() < 64; <-time.After(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("only %d calls have come", called.Load())
		}
	}
	var others []string
	for i := range 20 {
		others = append(others, start(fmt.Sprint("other", i),
			map[string]any{"type": "webhook", "refId": "1", "requisiteStageRefIds": []any{}, "name": "fine", "method": "GET", "url": fine.URL},
			map[string]any{"type": "wait", "refId": "2", "requisiteStageRefIds": []any{"1"}, "name": "wait", "waitTime": 0}))
	}
	waitComplete(t, p, others)
	for _, id := range stuck {
		if complete(t, p, id) {
			t.Errorf("execution %s has ended by itself", id)
		}
		request, err := http.NewRequestWithContext(ctx, http.MethodPut, "http://"+p.address+"/pipelines/"+id+"/cancel", strings.NewReader("{}"))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Content-Type", "application/json")
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
	}
	waitComplete(t, p, stuck)
	p.kill()
	st, err := store.Open(t.Context(), database, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	for ids, want := range map[*[]string]model.Status{&others: model.Succeeded, &stuck: model.Canceled} {
		for _, id := range *ids {
			if e, err := st.Execution(t.Context(), id); err != nil || e.Status != want {
				t.Errorf("execution %s of %q ended %s, want %s", id, e.Name, e.Status, want)
			}
		}
	}
}

// silence takes connections and says nothing. It gives its address.
func silence(t *testing.T) string {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		var open []net.Conn
		for {
			conn, err := listener.Accept()
			if err != nil {
				break
			}
			open = append(open, conn)
		}
		for _, conn := range open {
			_ = conn.Close()
		}
	}()
	t.Cleanup(func() {
		_ = listener.Close()
		<-done
	})
	return listener.Addr().String()
}
