package bench

import (
	"fmt"
	"net/http"
	"testing"
	"time"
)

const (
	catalogApplications = 1_000
	catalogPipelines    = 5_000
)

// BenchmarkCatalog reads and saves among 1,000 applications with five pipelines
// each, on SQLite.
func BenchmarkCatalog(b *testing.B) {
	s := serve(b, b.TempDir(), "")
	fillCatalog(b, s)
	for _, read := range []struct{ name, path string }{
		{"applications", "/applications"},
		{"application", "/applications/app-500"},
		{"application-pipelines", "/applications/app-500/pipelineConfigs"},
		{"pipeline", "/applications/app-500/pipelineConfigs/deploy-3"},
		{"all-pipelines", "/pipelineConfigs"},
		{"pipeline-history", "/pipelineConfigs/app-500-3/history"},
		{"executions", "/applications/app-500/pipelines?limit=2&expand=false"},
		{"search", "/search?q=app-50&type=applications"},
	} {
		b.Run(read.name, func(b *testing.B) {
			var took []time.Duration
			size := 0
			for b.Loop() {
				begun := time.Now()
				text, err := s.send(b.Context(), http.MethodGet, read.path, nil)
				if err != nil {
					b.Fatal(err)
				}
				took, size = append(took, time.Since(begun)), len(text)
			}
			report(b, took)
			b.ReportMetric(float64(size)/1024, "KiB")
		})
	}
	b.Run("save-pipeline", func(b *testing.B) {
		var took []time.Duration
		for n := 0; b.Loop(); n++ {
			pipeline := catalogPipeline(n%catalogApplications, n%5)
			pipeline["description"] = fmt.Sprint("revision ", n)
			begun := time.Now()
			if err := s.call(b.Context(), http.MethodPost, "/pipelines", pipeline, nil); err != nil {
				b.Fatal(err)
			}
			took = append(took, time.Since(begun))
		}
		report(b, took)
	})
}

// fillCatalog saves the applications and pipelines, as a client would.
func fillCatalog(b *testing.B, s *server) {
	b.Helper()
	inParallel(b, catalogApplications, func(i int) error { return saveApplication(b, s, i) })
}

func saveApplication(b *testing.B, s *server, i int) error {
	b.Helper()
	name := fmt.Sprint("app-", i)
	var task struct{ Ref string }
	err := s.call(b.Context(), http.MethodPost, "/tasks", map[string]any{
		"application": name, "description": "Create Application: " + name,
		"job": []any{map[string]any{"type": "createApplication", "application": map[string]any{
			"name": name, "email": "team@example.com", "cloudProviders": "kubernetes", "description": "what the team runs",
		}}},
	}, &task)
	if err != nil {
		return err
	}
	for n := range catalogPipelines / catalogApplications {
		if err := s.call(b.Context(), http.MethodPost, "/pipelines", catalogPipeline(i, n), nil); err != nil {
			return err
		}
	}
	return nil
}

// catalogPipeline is a pipeline of an application: three stages and a trigger.
func catalogPipeline(application, n int) map[string]any {
	return map[string]any{
		"application": fmt.Sprint("app-", application), "name": fmt.Sprint("deploy-", n), "index": n,
		"id": fmt.Sprintf("app-%d-%d", application, n), "keepWaitingPipelines": false, "limitConcurrent": true,
		"triggers": []any{map[string]any{"type": "webhook", "enabled": true, "source": fmt.Sprint("app-", application)}},
		"stages": []any{
			map[string]any{"refId": "1", "requisiteStageRefIds": []any{}, "type": "manualJudgment", "name": "Go?"},
			map[string]any{"refId": "2", "requisiteStageRefIds": []any{"1"}, "type": "wait", "name": "Settle", "waitTime": 30},
			map[string]any{"refId": "3", "requisiteStageRefIds": []any{"2"}, "type": "wait", "name": "Bake", "waitTime": 60},
		},
	}
}
