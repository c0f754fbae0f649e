package crashtest

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"
	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/testnats"
)

// TestMessagesSurviveKills sends messages to a stream of a real NATS server while the servers
// that read it are killed again and again, some of them while none is running: each starts
// its pipeline, once.
func TestMessagesSurviveKills(t *testing.T) {
	t.Parallel()
	const total, kills = 300, 4
	eachDatabase(t, func(t *testing.T, database string) {
		t.Helper()
		random := seed(t)
		broker := testnats.Start(t, nil)
		js := broker.Stream("DEPLOYS", "deploys")
		file := filepath.Join(t.TempDir(), "gennaker.yaml")
		require.NoError(t, os.WriteFile(file, fmt.Appendf(nil,
			"pubsub: {enabled: true, nats: {enabled: true, servers: [%q], subscriptions: [{name: deploys, subject: deploys, stream: DEPLOYS}]}}\n", broker.URL), 0o600))
		servers := []*process{newProcess(t, database, "--config", file)}
		if strings.HasPrefix(database, "postgres") {
			servers = append(servers, newProcess(t, database, "--config", file))
		}
		saveListener(t, servers[0])
		require.Eventually(t, func() bool { // a new consumer begins at the end
			_, err := js.Consumer(t.Context(), "DEPLOYS", "gennaker-deploys")
			return err == nil
		}, time.Minute, 10*time.Millisecond)
		for n := range total {
			body := fmt.Appendf(nil, `{"n": %d}`, n)
			_, err := js.Publish(t.Context(), "deploys", body)
			require.NoError(t, err)
			if n%(total/kills) == total/kills-1 {
				victim := servers[random.IntN(len(servers))]
				victim.kill()
				_, err := js.Publish(t.Context(), "deploys", body, jetstream.WithMsgID(fmt.Sprint("again ", n))) // one more, with another id
				require.NoError(t, err)
				victim.start()
			}
		}
		require.Eventually(t, func() bool {
			consumer, err := js.Consumer(t.Context(), "DEPLOYS", "gennaker-deploys")
			if err != nil {
				return false
			}
			left := consumer.CachedInfo()
			return left.NumPending == 0 && left.NumAckPending == 0 && !running(t, servers[0])
		}, 5*time.Minute, 50*time.Millisecond, "messages or executions are left")
		for _, server := range servers {
			server.kill()
		}
		started := map[int64]int{}
		for _, e := range everything(t, database) {
			if e.Type == model.PipelineExecution {
				n, _ := model.Int(model.Object(e.Trigger, "payload"), "n")
				started[n]++
			}
		}
		for n := range total {
			want := 1
			if n%(total/kills) == total/kills-1 {
				want = 2
			}
			require.Equal(t, want, started[int64(n)], "message %d", n)
		}
	})
}

// saveListener saves a pipeline that listens to the messages.
func saveListener(t *testing.T, server *process) {
	t.Helper()
	body, err := model.Marshal(map[string]any{
		"id": "all", "application": "crash", "name": "all",
		"triggers": []any{map[string]any{"type": "pubsub", "enabled": true, "pubsubSystem": "nats", "subscriptionName": "deploys"}},
		"stages":   []any{map[string]any{"type": "wait", "name": "Wait", "refId": "1", "waitTime": 0}},
	})
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+server.address+"/pipelines", bytes.NewReader(body))
	require.NoError(t, err)
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	require.Equal(t, http.StatusOK, response.StatusCode)
}
