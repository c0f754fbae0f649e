package bench

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"
)

// BenchmarkBurst reports what a burst of work leaves behind: 32 clients that start
// pipelines of all sizes, read lists and save megabytes. It tells the memory at
// the end of the burst, and when the server has been left alone for 15 seconds.
func BenchmarkBurst(b *testing.B) {
	if _, err := os.Stat("/proc/self/status"); err != nil {
		b.Skip("needs Linux's /proc")
	}
	text := strings.Repeat("some text of a manifest\n", 200_000) // 4.8 MB
	for b.Loop() {
		s := serve(b, b.TempDir(), "")
		var group sync.WaitGroup
		for n := range 32 {
			group.Go(func() {
				if err := burst(b.Context(), s, n, text); err != nil {
					b.Error(err)
				}
			})
		}
		group.Wait()
		b.ReportMetric(memory(b, s), "burst-RSS-MB")
		<-time.After(15 * time.Second)
		b.ReportMetric(memory(b, s), "quiet-RSS-MB")
		s.stop()
	}
}

func burst(ctx context.Context, s *server, n int, text string) error {
	for i := range 20 {
		if _, err := s.startPipeline(ctx, "burst", n*100+i, 20); err != nil {
			return err
		}
	}
	if _, err := s.send(ctx, http.MethodGet, "/applications/burst/pipelines?limit=1000&expand=true", nil); err != nil {
		return err
	}
	if n%8 > 0 {
		return nil
	}
	return s.call(ctx, http.MethodPost, "/pipelines/start", map[string]any{
		"application": "burst", "name": fmt.Sprint("large ", n), "trigger": map[string]any{"type": "manual"},
		"stages": []any{map[string]any{"type": "wait", "name": "wait", "waitTime": 0, "manifest": text}},
	}, nil)
}
