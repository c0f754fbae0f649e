package bench

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

const (
	webApplications = 5_000
	webPipelines    = 1_000
	webExecutions   = 10_000
	webStages       = 1_000
)

// BenchmarkWeb opens the web interface in a browser, with 5,000 applications, 1,000
// pipelines and 10,000 executions in one of them, and a pipeline of 1,000 stages
// (web/bench). It needs Node.js, the interface's packages, and Chromium: "make web".
func BenchmarkWeb(b *testing.B) {
	if _, err := os.Stat("../web/dist/index.html"); err != nil {
		b.Skip("the web interface is not built: run make web")
	}
	withUI := filepath.Join(b.TempDir(), "gennaker")
	build := exec.CommandContext(b.Context(), "go", "build", "-tags", "ui", "-trimpath", "-ldflags", "-s -w", "-o", withUI, "../cmd/gennaker")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		b.Fatalf("build the server with its interface: %v: %s", err, out)
	}
	s := serveProgram(b, withUI, b.TempDir(), "")
	pipeline, execution := fillWeb(b, s)
	figures := filepath.Join(b.TempDir(), "figures.json")
	for b.Loop() {
		run := exec.CommandContext(b.Context(), "npx", "playwright", "test", "--config", "bench/playwright.config.ts")
		run.Dir = "../web"
		run.Env = append(os.Environ(), "BENCH_BASE="+s.base, "BENCH_OUT="+figures, "BENCH_PIPELINE="+pipeline, "BENCH_EXECUTION="+execution)
		if out, err := run.CombinedOutput(); err != nil {
			b.Fatalf("measure the pages: %v: %s", err, out)
		}
	}
	text, err := os.ReadFile(figures)
	if err != nil {
		b.Fatal(err)
	}
	var measured map[string]float64
	if err := json.Unmarshal(text, &measured); err != nil {
		b.Fatal(err)
	}
	for name, value := range measured {
		b.ReportMetric(value, name)
	}
}

// fillWeb makes what the pages show, as a client would, and returns the ids of the
// pipeline of many stages and of an execution of it.
func fillWeb(b *testing.B, s *server) (pipeline, execution string) {
	b.Helper()
	inParallel(b, webApplications, func(i int) error {
		name := fmt.Sprintf("app-%04d", i)
		return s.call(b.Context(), http.MethodPost, "/tasks", map[string]any{
			"application": name, "description": "Create Application: " + name,
			"job": []any{map[string]any{"type": "createApplication", "application": map[string]any{
				"name": name, "email": fmt.Sprintf("team-%d@example.com", i%40), "cloudProviders": "kubernetes",
			}}},
		}, nil)
	})
	inParallel(b, webPipelines, func(i int) error {
		return s.call(b.Context(), http.MethodPost, "/pipelines", map[string]any{
			"application": "app-0000", "name": fmt.Sprintf("deploy-%04d", i), "id": fmt.Sprintf("deploy-%04d", i), "index": i,
			"stages": []any{webStage(1, "Build", 0), webStage(2, "Settle", 1), webStage(3, "Tell", 2)},
		}, nil)
	})
	inParallel(b, webExecutions, func(i int) error {
		return s.call(b.Context(), http.MethodPost, fmt.Sprintf("/pipelines/app-0000/deploy-%04d", i%webPipelines), map[string]any{"type": "manual"}, nil)
	})
	stages := make([]any, webStages)
	for i := range stages {
		stages[i] = webStage(i+1, fmt.Sprint("Stage ", i+1), i-9) // ten side by side
	}
	pipeline = "thousand"
	if err := s.call(b.Context(), http.MethodPost, "/pipelines", map[string]any{"application": "app-0001", "name": "Thousand", "id": pipeline, "stages": stages}, nil); err != nil {
		b.Fatal(err)
	}
	var started struct{ Ref string }
	if err := s.call(b.Context(), http.MethodPost, "/pipelines/app-0001/Thousand", map[string]any{"type": "manual"}, &started); err != nil {
		b.Fatal(err)
	}
	execution = filepath.Base(started.Ref)
	if _, err := s.until(b.Context(), execution, 50*time.Millisecond); err != nil {
		b.Fatal(err)
	}
	return pipeline, execution
}

func webStage(n int, name string, after int) map[string]any {
	requires := []any{}
	if after > 0 {
		requires = append(requires, fmt.Sprint(after))
	}
	return map[string]any{"refId": fmt.Sprint(n), "requisiteStageRefIds": requires, "type": "wait", "name": name, "waitTime": 0}
}

// inParallel does n things, eight at a time, and fails the benchmark where one fails.
func inParallel(b *testing.B, n int, do func(i int) error) {
	b.Helper()
	const workers = 8
	var group sync.WaitGroup
	for worker := range workers {
		group.Go(func() {
			for i := worker; i < n; i += workers {
				if err := do(i); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	group.Wait()
	if b.Failed() {
		b.FailNow()
	}
}
