package bench

import (
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/testpostgres"
)

const (
	pipelines = 200
	stages    = 10
)

// BenchmarkPipelines submits 200 pipelines of ten instant stages at once, and
// reports the stages completed in a second, from the first request to the last
// pipeline's end.
func BenchmarkPipelines(b *testing.B) {
	b.Run("sqlite", func(b *testing.B) { throughput(b, serve(b, b.TempDir(), "")) })
	b.Run("postgres", func(b *testing.B) { throughput(b, serve(b, b.TempDir(), testpostgres.New(b))) })
	b.Run("postgres-two-processes", func(b *testing.B) {
		url := testpostgres.New(b)
		throughput(b, serve(b, b.TempDir(), url), serve(b, b.TempDir(), url))
	})
}

func throughput(b *testing.B, servers ...*server) {
	b.Helper()
	for b.Loop() {
		var (
			group sync.WaitGroup
			ids   [pipelines]string
		)
		for i := range ids {
			group.Go(func() {
				id, err := servers[i%len(servers)].startPipeline(b.Context(), "bench", i, stages)
				if err != nil {
					b.Error(err)
				}
				ids[i] = id
			})
		}
		group.Wait()
		for i, id := range ids[:] {
			e, err := servers[i%len(servers)].until(b.Context(), id, 2*time.Millisecond)
			if err != nil {
				b.Fatal(err)
			}
			if e.Status != model.Succeeded || len(e.Stages) != stages {
				b.Fatalf("execution %s ended %s with %d stages", id, e.Status, len(e.Stages))
			}
		}
	}
	b.ReportMetric(float64(b.N*pipelines*stages)/b.Elapsed().Seconds(), "stages/s")
}

// BenchmarkOnePipeline runs one such pipeline on an idle server, and reports
// the median time from the request to the end as a client sees it.
func BenchmarkOnePipeline(b *testing.B) {
	s := serve(b, b.TempDir(), "")
	var took []time.Duration
	for b.Loop() {
		begun := time.Now()
		id, err := s.startPipeline(b.Context(), "one", 0, stages)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := s.until(b.Context(), id, time.Millisecond); err != nil {
			b.Fatal(err)
		}
		took = append(took, time.Since(begun))
	}
	report(b, took)
}

// report reports percentiles in milliseconds.
func report(b *testing.B, took []time.Duration) {
	b.Helper()
	slices.Sort(took)
	at := func(share float64) float64 {
		return float64(took[min(len(took)-1, int(share*float64(len(took))))].Microseconds()) / 1000
	}
	b.ReportMetric(at(0.50), "p50-ms")
	b.ReportMetric(at(0.99), "p99-ms")
}
