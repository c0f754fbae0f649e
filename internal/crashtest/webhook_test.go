package crashtest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/model"
)

// hooks is a sender of webhooks, and a receiver of notifications of the pipelines that
// these start.
type hooks struct {
	t       *testing.T
	servers []*process
	// accepted are the webhooks that were answered with success, by number.
	mu       sync.Mutex
	accepted map[int]bool
	// told counts the notifications of executions.
	told map[string]int
	// telling is how many webhooks there are for each whose end somebody is told of: only
	// so much is sent to one address.
	telling int
}

// TestWebhooksSurviveKills sends webhooks to servers that are killed again and again. Those
// with a delivery's id are sent until they are accepted, as Git hosts do: each starts each
// pipeline that it should, once. Those without one are sent once: what was accepted has
// started once, and nothing has started twice. People are told of each end at least once,
// and at most once more for each message that was being sent at a kill.
//
// GENNAKER_TEST_WEBHOOKS is how many there are, and a server is killed each killEvery of them.
func TestWebhooksSurviveKills(t *testing.T) {
	t.Parallel()
	total := 400
	if text := os.Getenv("GENNAKER_TEST_WEBHOOKS"); text != "" {
		var err error
		total, err = strconv.Atoi(text)
		require.NoError(t, err)
	}
	eachDatabase(t, func(t *testing.T, database string) {
		t.Helper()
		random := seed(t)
		h := &hooks{t: t, accepted: map[int]bool{}, told: map[string]int{}, telling: max(1, total/60)}
		receiver := httptest.NewServer(http.HandlerFunc(h.receive))
		t.Cleanup(receiver.Close)
		file := filepath.Join(t.TempDir(), "gennaker.yaml")
		require.NoError(t, os.WriteFile(file, []byte("notifications: {webhook: {enabled: true}}\n"), 0o600))
		h.servers = append(h.servers, newProcess(t, database, "--config", file))
		if strings.HasPrefix(database, "postgres") {
			h.servers = append(h.servers, newProcess(t, database, "--config", file))
		}
		h.savePipelines(receiver.URL)

		var sent atomic.Int64
		var group sync.WaitGroup
		const senders = 8
		for s := range senders {
			group.Go(func() {
				for n := s; n < total; n += senders {
					h.send(n)
					sent.Add(1)
				}
			})
		}
		ended := make(chan struct{})
		go func() { group.Wait(); close(ended) }()
		kills := max(4, total/killEvery)
		for k := range kills {
			for due := int64((k + 1) * total / (kills + 1)); sent.Load() < due; {
				select {
				case <-ended:
				case <-time.After(time.Millisecond):
				}
			}
			victim := h.servers[random.IntN(len(h.servers))]
			victim.kill()
			victim.start()
		}
		<-ended
		t.Logf("%d webhooks, %d accepted, %d kills", total, len(h.accepted), kills)
		h.check(database, total, kills)
	})
}

const killEvery = 300

// starts are the pipelines that a webhook should start.
func (h *hooks) starts(n int) []string {
	out := []string{"all", []string{"even", "odd"}[n%2]}
	if n%h.telling == 0 {
		out = append(out, "told")
	}
	return out
}

// repeats tells whether a webhook is sent until it is accepted.
func repeats(n int) bool { return n%4 != 0 }

// send sends a webhook.
func (h *hooks) send(n int) {
	for try := 0; h.t.Context().Err() == nil; try++ {
		server := h.servers[(n+try)%len(h.servers)]
		if h.post(server, n) {
			h.mu.Lock()
			h.accepted[n] = true
			h.mu.Unlock()
			return
		}
		if !repeats(n) {
			return
		}
		<-time.After(20 * time.Millisecond)
	}
}

func (h *hooks) post(server *process, n int) bool {
	ctx, cancel := context.WithTimeout(h.t.Context(), 30*time.Second)
	defer cancel()
	body := fmt.Sprintf(`{"n": %d, "for": %q}`, n, strings.Join(h.starts(n), " "))
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+server.address+"/webhooks/webhook/ci", strings.NewReader(body))
	if err != nil {
		return false
	}
	request.Header.Set("Content-Type", "application/json")
	if repeats(n) {
		request.Header.Set("X-Github-Delivery", fmt.Sprintf("delivery-%d", n))
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return false
	}
	defer response.Body.Close()
	_, err = io.Copy(io.Discard, response.Body)
	return err == nil && response.StatusCode == http.StatusOK
}

// receive takes a notification.
func (h *hooks) receive(_ http.ResponseWriter, r *http.Request) {
	var message struct {
		Event struct{ ExecutionID string }
	}
	if json.NewDecoder(r.Body).Decode(&message) != nil {
		return // its sender was killed
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.told[message.Event.ExecutionID]++
}

// savePipelines saves one for all webhooks, one for each parity, one whose end is told, and
// one for none.
func (h *hooks) savePipelines(receiver string) {
	for _, name := range []string{"all", "even", "odd", "told", "none"} {
		trigger := map[string]any{"type": "webhook", "enabled": true, "source": "ci"}
		if name != "all" {
			trigger["payloadConstraints"] = map[string]any{"for": `\b` + name + `\b`}
		}
		config := map[string]any{
			"id": name, "application": "crash", "name": name, "triggers": []any{trigger},
			"stages": []any{map[string]any{"type": "wait", "name": "Wait", "refId": "1", "waitTime": 0}},
		}
		if name == "told" {
			config["notifications"] = []any{map[string]any{"type": "webhook", "address": receiver, "level": "pipeline", "when": []any{"pipeline.complete"}}}
		}
		body, err := model.Marshal(config)
		require.NoError(h.t, err)
		request, err := http.NewRequestWithContext(h.t.Context(), http.MethodPost, "http://"+h.servers[0].address+"/pipelines", bytes.NewReader(body))
		require.NoError(h.t, err)
		request.Header.Set("Content-Type", "application/json")
		response, err := http.DefaultClient.Do(request)
		require.NoError(h.t, err)
		require.NoError(h.t, response.Body.Close())
		require.Equal(h.t, http.StatusOK, response.StatusCode)
	}
}

// check waits for all executions to end and all notifications to come, and checks that
// nothing is lost or doubled.
func (h *hooks) check(database string, total, kills int) {
	t := h.t
	var executions []*model.Execution
	require.Eventually(t, func() bool {
		return !running(t, h.servers[0])
	}, 5*time.Minute, 50*time.Millisecond, "executions don't end")
	if strings.HasPrefix(database, "sqlite") { // only one process may have it open
		h.servers[0].kill()
	}
	executions = everything(t, database)
	if strings.HasPrefix(database, "sqlite") {
		h.servers[0].start()
	}
	started := map[string]int{}
	var notified []string
	for _, e := range executions {
		if e.Type != model.PipelineExecution {
			continue // a pipeline was saved
		}
		payload := model.Object(e.Trigger, "payload")
		n, _ := model.Int(payload, "n")
		started[fmt.Sprintf("%s %d", e.PipelineConfigID, n)]++
		if e.Status != model.Succeeded {
			t.Errorf("execution %s of %s is %s", e.ID, e.PipelineConfigID, e.Status)
		}
		if e.PipelineConfigID == "told" {
			notified = append(notified, e.ID)
		}
	}
	for n := range total {
		for _, pipeline := range h.starts(n) {
			times := started[fmt.Sprintf("%s %d", pipeline, n)]
			delete(started, fmt.Sprintf("%s %d", pipeline, n))
			if times != 1 && (h.accepted[n] || repeats(n) || times > 1) {
				t.Errorf("webhook %d started pipeline %s %d times", n, pipeline, times)
			}
		}
	}
	require.Empty(t, started, "what no webhook should have started")
	h.checkTold(notified, kills)
}

func (h *hooks) checkTold(ids []string, kills int) {
	missing := func() (out []string) {
		h.mu.Lock()
		defer h.mu.Unlock()
		for _, id := range ids {
			if h.told[id] == 0 {
				out = append(out, id)
			}
		}
		return out
	}
	// What was being sent at a kill is sent again when its age shows that it is lost.
	require.Eventually(h.t, func() bool { return len(missing()) == 0 }, 5*time.Minute, 100*time.Millisecond, "nobody is told of the end of some executions")
	h.mu.Lock()
	defer h.mu.Unlock()
	again := 0
	for _, times := range h.told {
		again += times - 1
	}
	// Up to four are sent at a time to a host, by each process.
	if again > 4*kills {
		h.t.Errorf("%d messages came again, with %d kills", again, kills)
	}
	h.t.Logf("%d messages, %d of them again", len(h.told)+again, again)
	slices.Sort(ids)
	require.Equal(h.t, ids, slices.Sorted(maps.Keys(h.told)))
}

// running tells whether any execution hasn't ended.
func running(t *testing.T, p *process) bool {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+p.address+"/runs?statuses=NOT_STARTED,RUNNING&limit=1", http.NoBody)
	require.NoError(t, err)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return true
	}
	defer response.Body.Close()
	var answer struct{ Runs []any }
	return response.StatusCode != http.StatusOK || json.NewDecoder(response.Body).Decode(&answer) != nil || len(answer.Runs) > 0
}
