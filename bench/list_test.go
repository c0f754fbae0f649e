package bench

import (
	"net/http"
	"sync"
	"testing"
	"time"
)

// BenchmarkListExecutions lists an application's latest executions among
// 10,000 that have ended, as Deck and spin do.
func BenchmarkListExecutions(b *testing.B) {
	s := serve(b, b.TempDir(), "")
	const total, configs = 10_000, 100
	var group sync.WaitGroup
	last := make([]string, 16)
	for worker := range last {
		group.Go(func() {
			for i := worker; i < total; i += len(last) {
				id, err := s.startPipeline(b.Context(), "list", i%configs, 3)
				if err != nil {
					b.Error(err)
					return
				}
				last[worker] = id
			}
		})
	}
	group.Wait()
	for _, id := range last {
		if _, err := s.until(b.Context(), id, 10*time.Millisecond); err != nil {
			b.Fatal(err)
		}
	}
	for name, path := range map[string]string{
		"running":       "/applications/list/pipelines?limit=30&statuses=RUNNING,SUSPENDED,PAUSED,NOT_STARTED&expand=true",
		"latest":        "/applications/list/pipelines?limit=2&expand=false",
		"one-pipeline":  "/executions?pipelineConfigIds=list-7&limit=30",
		"search-newest": "/applications/list/executions/search?size=30&reverse=true&expand=true",
	} {
		b.Run(name, func(b *testing.B) {
			var took []time.Duration
			for b.Loop() {
				begun := time.Now()
				var list []summary
				if err := s.call(b.Context(), http.MethodGet, path, nil, &list); err != nil {
					b.Fatal(err)
				}
				took = append(took, time.Since(begun))
			}
			report(b, took)
		})
	}
}
