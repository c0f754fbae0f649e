package runner_test

import (
	"sync"
	"testing"
	"time"

	"github.com/gennaker/gennaker/internal/events"
	"github.com/gennaker/gennaker/internal/model"
)

// BenchmarkPipelines runs 200 pipelines of ten instant stages, started at
// once, and reports the stages completed in a second.
func BenchmarkPipelines(b *testing.B) {
	k := newKit(b)
	stages := tenStages()
	for b.Loop() {
		runPipelines(b, k, 200, stages)
	}
	b.ReportMetric(float64(b.N)*2000/b.Elapsed().Seconds(), "stages/s")
}

// BenchmarkOnePipeline runs one such pipeline on an idle engine.
func BenchmarkOnePipeline(b *testing.B) {
	k := newKit(b)
	stages := tenStages()
	for b.Loop() {
		runPipelines(b, k, 1, stages)
	}
}

func tenStages() []any {
	stages := make([]any, 10)
	for i := range stages {
		stages[i] = map[string]any{"type": "wait", "name": "wait", "waitTime": 0}
	}
	return stages
}

func runPipelines(b *testing.B, k *kit, n int, stages []any) {
	b.Helper()
	sub := k.events.Subscribe(nil)
	defer sub.Close()
	ids := make(map[string]bool, n)
	var mu sync.Mutex
	var wg sync.WaitGroup
	for range min(n, 20) {
		wg.Go(func() {
			for range max(1, n/20) {
				e, err := k.executions.Start(b.Context(), map[string]any{"application": "app", "name": "pipe", "id": model.NewID(time.Now()), "stages": stages}, caller)
				if err != nil {
					b.Error(err)
					return
				}
				mu.Lock()
				ids[e.ID] = true
				mu.Unlock()
			}
		})
	}
	done := map[string]bool{}
	finished := make(chan struct{})
	go func() {
		defer close(finished)
		for len(done) < n {
			e := <-sub.C()
			if e.Status.Complete() {
				done[e.ExecutionID] = true
			}
		}
	}()
	wg.Wait()
	select {
	case <-finished:
	case <-time.After(30 * time.Second):
		b.Fatal("the pipelines do not end")
	}
	_ = events.Event{}
}
