package queue

import (
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/store/storetest"
)

func benchEach(b *testing.B, bench func(b *testing.B, st *store.Store)) {
	b.Run("SQLite", func(b *testing.B) { bench(b, storetest.SQLite(b)) })
	b.Run("PostgreSQL", func(b *testing.B) { bench(b, storetest.Postgres(b)) })
}

// A thousand jobs, each enqueued and completed in a transaction of its own.
func BenchmarkThousandJobs(b *testing.B) {
	benchEach(b, func(b *testing.B, st *store.Store) {
		w := start(b, st, Options{Logger: slog.New(slog.DiscardHandler)}, nil)
		const jobs = 1000
		for b.Loop() {
			for i := range jobs {
				enqueue(b, w.Queue, fmt.Sprint(i), time.Time{})
			}
			for range jobs {
				w.next(b)
			}
		}
		b.ReportMetric(float64(b.N*jobs)/b.Elapsed().Seconds(), "jobs/s")
	})
}

// From the commit that enqueues a job to its handler, one at a time.
func BenchmarkEnqueueToWork(b *testing.B) {
	benchEach(b, func(b *testing.B, st *store.Store) {
		w := start(b, st, Options{Logger: slog.New(slog.DiscardHandler)}, nil)
		var total time.Duration
		for b.Loop() {
			enqueue(b, w.Queue, "x", time.Time{})
			committed := time.Now()
			total += w.next(b).at.Sub(committed)
		}
		b.ReportMetric(float64(total.Microseconds())/float64(b.N), "µs-latency")
	})
}
