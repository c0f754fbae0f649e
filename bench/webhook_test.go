package bench

import (
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"
)

const (
	webhookPipelines = 5_000
	webhooks         = 2_000
)

// BenchmarkWebhooks sends webhooks to a server with 5,000 pipelines that have triggers, on
// SQLite, each of which starts one pipeline: one after another, with the time from the
// request to the execution stored, which is when the answer comes; 2,000 from eight clients
// at once, with how many are taken in a second; and 1,000 a second for a minute.
func BenchmarkWebhooks(b *testing.B) {
	s := serve(b, b.TempDir(), "")
	fillWebhooks(b, s)
	b.Run("one", func(b *testing.B) {
		var took []time.Duration
		for n := 0; b.Loop(); n++ {
			begun := time.Now()
			if err := s.webhook(b, n); err != nil {
				b.Fatal(err)
			}
			took = append(took, time.Since(begun))
		}
		report(b, took)
	})
	b.Run("eight-clients", func(b *testing.B) {
		for b.Loop() {
			inParallel(b, webhooks, func(n int) error { return s.webhook(b, n) })
		}
		b.ReportMetric(float64(b.N*webhooks)/b.Elapsed().Seconds(), "webhooks/s")
	})
	// A thousand a second for a minute, at fixed times, whatever the answers take.
	b.Run("sustained", func(b *testing.B) {
		for b.Loop() {
			sustain(b, s, 1000, time.Minute)
		}
	})
}

// sustain sends webhooks at a rate, and reports how many a second were taken until the last
// answer, and how long after the time when it should be sent each was. What runs is
// waited for, and counted as the time behind.
func sustain(b *testing.B, s *server, rate int, during time.Duration) {
	b.Helper()
	const clients = 64
	var (
		mu    sync.Mutex
		took  []time.Duration
		group sync.WaitGroup
	)
	total := int(during.Seconds()) * rate
	begun := time.Now()
	for c := range clients {
		group.Go(func() {
			for n := c; n < total; n += clients {
				due := begun.Add(time.Duration(n) * time.Second / time.Duration(rate))
				<-time.After(time.Until(due))
				if err := s.webhook(b, n); err != nil {
					b.Error(err)
					return
				}
				mu.Lock()
				took = append(took, time.Since(due))
				mu.Unlock()
			}
		})
	}
	group.Wait()
	answered := time.Since(begun)
	b.ReportMetric(float64(total)/answered.Seconds(), "webhooks/s")
	report(b, took)
	for s.running(b) {
		<-time.After(100 * time.Millisecond)
	}
	b.ReportMetric((time.Since(begun) - answered).Seconds(), "behind-s")
}

// running tells whether any execution runs.
func (s *server) running(b *testing.B) bool {
	b.Helper()
	var answer struct {
		Runs []any `json:"runs"`
	}
	if err := s.call(b.Context(), http.MethodGet, "/runs?statuses=RUNNING,NOT_STARTED&limit=1", nil, &answer); err != nil {
		b.Fatal(err)
	}
	return len(answer.Runs) > 0
}

// fillWebhooks saves the pipelines, each with a trigger of its own.
func fillWebhooks(b *testing.B, s *server) {
	b.Helper()
	inParallel(b, webhookPipelines, func(n int) error {
		return s.call(b.Context(), http.MethodPost, "/pipelines", map[string]any{
			"application": fmt.Sprintf("app-%d", n%100), "name": fmt.Sprintf("deploy-%d", n),
			"triggers": []any{map[string]any{"type": "webhook", "enabled": true, "source": fmt.Sprintf("ci-%d", n), "payloadConstraints": map[string]any{"env": "prod"}}},
			"stages":   []any{map[string]any{"type": "wait", "refId": "1", "name": "Wait", "waitTime": 0}},
		}, nil)
	})
}

// webhook sends one that starts the nth pipeline.
func (s *server) webhook(b *testing.B, n int) error {
	b.Helper()
	var answer struct {
		Processed bool `json:"eventProcessed"`
	}
	path := fmt.Sprintf("/webhooks/webhook/ci-%d", n%webhookPipelines)
	if err := s.call(b.Context(), http.MethodPost, path, map[string]any{"env": "prod", "n": n}, &answer); err != nil {
		return err
	}
	if !answer.Processed {
		return fmt.Errorf("webhook %d was not processed", n)
	}
	return nil
}
