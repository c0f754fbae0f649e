package queue

import (
	"fmt"
	"log/slog"
	"syscall"
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

// An idle queue: what it asks of the database and of the processor a second.
func BenchmarkIdle(b *testing.B) {
	if testing.Short() {
		b.Skip("takes half a minute")
	}
	benchEach(b, func(b *testing.B, st *store.Store) {
		start(b, st, Options{Logger: slog.New(slog.DiscardHandler)}, nil)
		transactions := func() (n int64) {
			if st.Postgres() == nil {
				return 0
			}
			if err := st.Postgres().QueryRow(b.Context(), `SELECT xact_commit + xact_rollback FROM pg_stat_database
				WHERE datname = current_database()`).Scan(&n); err != nil {
				b.Fatal(err)
			}
			return n
		}
		<-time.After(3 * time.Second) // what happens at the start
		before, busy, began := transactions(), processorTime(b), time.Now()
		<-time.After(12 * time.Second)
		took := time.Since(began).Seconds()
		b.ReportMetric(float64(transactions()-before)/took, "transactions/s")
		b.ReportMetric((processorTime(b)-busy).Seconds()*1000/took, "cpu-ms/s")
	})
}

// processorTime is what this process has used of the processor.
func processorTime(b *testing.B) time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
