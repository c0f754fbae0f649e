package runner_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/testpostgres"
)

func TestMain(m *testing.M) { testpostgres.Main(m) }

func TestTwoProcessesShareTheWork(t *testing.T) {
	t.Parallel()
	url := testpostgres.New(t)
	kits := []*kit{openKit(t, url), openKit(t, url)}
	var (
		group sync.WaitGroup
		ids   [40]string
	)
	for i := range ids {
		group.Go(func() {
			e, err := kits[i%2].executions.Start(t.Context(), map[string]any{
				"application": "app", "name": fmt.Sprint(i), "stages": []any{waitStage("1", 0), waitStage("2", i%2, "1")},
			}, caller)
			if err != nil {
				t.Error(err)
				return
			}
			ids[i] = e.ID
		})
	}
	group.Wait()
	for i, id := range ids {
		if got := kits[(i+1)%2].ended(id); got.Status != model.Succeeded {
			t.Errorf("execution %s ended %s", id, got.Status)
		}
	}
}

func TestSignalsReachTheOtherProcess(t *testing.T) {
	t.Parallel()
	url := testpostgres.New(t)
	one, other := openKit(t, url), openKit(t, url)
	e := one.start(nil, waitStage("1", 3600))
	one.until(e.ID, "running", func(e *model.Execution) bool { return e.Stages[0].Status == model.Running })
	if err := other.executions.Cancel(t.Context(), e.ID, "", false, caller); err != nil {
		t.Fatal(err)
	}
	if got := one.ended(e.ID); got.Status != model.Canceled {
		t.Errorf("ended %s", got.Status)
	}
}

// BenchmarkPipelinesPostgres is BenchmarkPipelines on PostgreSQL.
func BenchmarkPipelinesPostgres(b *testing.B) {
	k := openKit(b, testpostgres.New(b))
	stages := tenStages()
	for b.Loop() {
		runPipelines(b, k, 200, stages)
	}
	b.ReportMetric(float64(b.N)*2000/b.Elapsed().Seconds(), "stages/s")
}
