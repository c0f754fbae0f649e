package store_test

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/store/storetest"
)

// benchExecution is of a usual size: ten stages of about 2 KB each, with a
// header of about 4 KB.
func benchExecution(id string) *model.Execution {
	e := newExecution(id)
	e.Trigger["parameters"] = map[string]any{"text": strings.Repeat("x", 2000)}
	for i := range 10 {
		s := newStage(fmt.Sprintf("%s-%d", id, i), fmt.Sprint(i))
		s.Context["manifest"] = strings.Repeat("y", 1200)
		s.Tasks = []*model.Task{{ID: "1", Name: "wait", ImplementingClass: "WaitTask", Status: model.NotStarted,
			TaskExceptionDetails: map[string]any{}}}
		e.Stages = append(e.Stages, s)
	}
	return e
}

func benchEach(b *testing.B, bench func(b *testing.B, st *store.Store)) {
	b.Run("SQLite", func(b *testing.B) { bench(b, storetest.SQLite(b)) })
	b.Run("SQLiteFull", func(b *testing.B) {
		bench(b, storetest.Open(b, b.TempDir()+"/a.db", store.Options{SQLiteSynchronous: "FULL"}))
	})
	b.Run("PostgreSQL", func(b *testing.B) { bench(b, storetest.Postgres(b)) })
}

func BenchmarkInsertExecutionOfTenStages(b *testing.B) {
	benchEach(b, func(b *testing.B, st *store.Store) {
		n := 0
		for b.Loop() {
			n++
			insert(b, st, benchExecution(fmt.Sprintf("execution-%d", n)))
		}
	})
}

func BenchmarkSaveTenStagesAndHeader(b *testing.B) {
	benchEach(b, func(b *testing.B, st *store.Store) {
		e := benchExecution("e1")
		insert(b, st, e)
		change := store.ExecutionChange{Header: e, Stages: e.Stages, Runtime: []byte(`{"a":1}`)}
		for b.Loop() {
			e.StartTime++
			for _, s := range e.Stages {
				s.StartTime++ // SQLite doesn't write what is the same
			}
			write(b, st, func(ctx context.Context, tx *store.Tx) error { return tx.SaveExecution(ctx, "e1", change) })
		}
	})
}

// The least a transition writes: one stage.
func BenchmarkSaveOneStage(b *testing.B) {
	benchEach(b, func(b *testing.B, st *store.Store) {
		e := benchExecution("e1")
		insert(b, st, e)
		change := store.ExecutionChange{Stages: e.Stages[:1]}
		for b.Loop() {
			e.Stages[0].StartTime++
			write(b, st, func(ctx context.Context, tx *store.Tx) error { return tx.SaveExecution(ctx, "e1", change) })
		}
	})
}

// Sixteen writers at once, each saving one stage.
func BenchmarkSaveOneStageConcurrently(b *testing.B) {
	benchEach(b, func(b *testing.B, st *store.Store) {
		const executions = 16
		all := make([]*model.Execution, executions)
		for i := range all {
			all[i] = benchExecution(fmt.Sprintf("e%d", i))
		}
		insert(b, st, all...)
		var n atomic.Int64
		b.SetParallelism(executions / 2)
		b.RunParallel(func(pb *testing.PB) {
			e := all[int(n.Add(1))%executions]
			change := store.ExecutionChange{Stages: e.Stages[:1]}
			for pb.Next() {
				e.Stages[0].StartTime++
				write(b, st, func(ctx context.Context, tx *store.Tx) error { return tx.SaveExecution(ctx, e.ID, change) })
			}
		})
	})
}

func BenchmarkLoadForAdvance(b *testing.B) {
	benchEach(b, func(b *testing.B, st *store.Store) {
		insert(b, st, benchExecution("e1"))
		for b.Loop() {
			if _, err := st.LoadForAdvance(b.Context(), "e1"); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// The latest 30 of 10,000 executions of an application of 100 pipelines.
func BenchmarkListLatest(b *testing.B) {
	benchEach(b, func(b *testing.B, st *store.Store) {
		const total, chunk = 10_000, 500
		for start := 0; start < total; start += chunk {
			part := make([]*model.Execution, chunk)
			for i := range part {
				e := benchExecution(fmt.Sprintf("execution-%d", start+i))
				e.PipelineConfigID, e.BuildTime = fmt.Sprintf("config-%d", i%100), int64(start+i)
				e.Status = model.Succeeded
				if (start+i)%1000 == 0 {
					e.Status = model.Running
				}
				part[i] = e
			}
			insert(b, st, part...)
		}
		running := []model.Status{model.Running, model.NotStarted, model.Paused, model.Suspended}
		b.Run("JSON", func(b *testing.B) {
			for b.Loop() {
				list, err := st.ExecutionsJSON(b.Context(), store.ExecutionFilter{Application: "demo", Limit: 30})
				if err != nil || len(list) != 30 {
					b.Fatal(len(list), err)
				}
			}
		})
		for name, f := range map[string]store.ExecutionFilter{
			"WithStages":     {Application: "demo", Type: model.PipelineExecution, Limit: 30},
			"WithoutStages":  {Application: "demo", Type: model.PipelineExecution, Limit: 30, WithoutStages: true},
			"BothTypes":      {Application: "demo", Limit: 30, WithoutStages: true},
			"OnePipeline":    {ConfigIDs: []string{"config-7"}, Limit: 30, WithoutStages: true},
			"PerPipeline":    {Application: "demo", PerConfigLimit: 2, Limit: 30, WithoutStages: true},
			"Running":        {Application: "demo", Type: model.PipelineExecution, Statuses: running, WithoutStages: true},
			"RunningAnyType": {Application: "demo", Statuses: running, WithoutStages: true},
		} {
			b.Run(name, func(b *testing.B) {
				for b.Loop() {
					if list, err := st.Executions(b.Context(), f); err != nil || len(list) == 0 {
						b.Fatal(len(list), err)
					}
				}
			})
		}
	})
}
