package bench

import (
	"fmt"
	"net/http"
	"testing"
	"time"
)

const (
	webhookPipelines = 5_000
	webhooks         = 2_000
)

// BenchmarkWebhooks sends webhooks to a server with 5,000 pipelines that have triggers, on
// SQLite, each of which starts one pipeline: one after another, with the time from the
// request to the execution stored, which is when the answer comes; and 2,000 from eight
// clients at once, with how many are taken in a second.
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
