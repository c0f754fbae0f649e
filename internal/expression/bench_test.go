package expression

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/gennaker/gennaker/internal/model"
)

func benchScope() *Scope {
	exec := &model.Execution{
		Type: model.PipelineExecution, ID: "01E", Application: "app",
		Trigger: model.Trigger{"type": "manual", "parameters": map[string]any{"x": "v1", "n": json.Number("5")}},
		Stages:  []*model.Stage{{ID: "1", RefID: "1", Name: "Bake", Type: "bake", Status: model.Succeeded, Context: map[string]any{"region": "eu"}}},
	}
	return StageScope(exec, exec.Stages[0], "user")
}

// BenchmarkExpression evaluates one parsed expression over and over; the goal
// is a million a second on one core.
func BenchmarkExpression(b *testing.B) {
	for _, text := range []string{
		"${trigger.parameters['x'] + '-' + #toInt('1')}",
		"${parameters.x}",
		"app-${parameters.x}-${region}",
		"${#stage('Bake').status == 'SUCCEEDED' ? 'yes' : 'no'}",
		"${parameters.x.toUpperCase().replaceAll('V(\\d)', '$1')}",
	} {
		b.Run(strings.NewReplacer("/", "_", " ", "").Replace(text), func(b *testing.B) {
			e := New(Options{})
			w := e.walker(context.Background(), benchScope())
			b.ReportAllocs()
			busy := processorTime()
			for b.Loop() {
				t, _ := e.templates.get(text)
				v, _, err := w.evaluate(t)
				if err != nil || v == nil {
					b.Fatal(v, err)
				}
			}
			b.ReportMetric(float64(processorTime()-busy)/float64(b.N), "cpu-ns/op")
		})
	}
}

// processorTime is what the process has used, which tells more than the clock
// where other processes run too.
func processorTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// bigContext is a document of about a megabyte; every so many texts hold an
// expression.
func bigContext(every int) (map[string]any, int) {
	list := []any{}
	size, n := 0, 0
	for size < 1<<20 {
		text := fmt.Sprintf("some text of a manifest that is of the usual length, %d", n)
		if every > 0 && n%every == 0 {
			text = fmt.Sprintf("image-${parameters.x}-%d", n%50)
		}
		list = append(list, map[string]any{"name": text, "metadata": map[string]any{"labels": map[string]any{"app": "a", "n": json.Number("3")}}})
		size += len(text) + 60
		n++
	}
	return map[string]any{"manifests": list}, size
}

// BenchmarkContext evaluates documents of a megabyte; the goal is 50 ms.
func BenchmarkContext(b *testing.B) {
	for _, every := range []int{0, 100, 3} {
		b.Run(fmt.Sprintf("every=%d", every), func(b *testing.B) {
			e := New(Options{})
			source, size := bigContext(every)
			scope := benchScope()
			b.SetBytes(int64(size))
			b.ReportAllocs()
			busy := processorTime()
			for b.Loop() {
				if _, summary := e.Evaluate(context.Background(), source, scope); summary.Failures() > 0 {
					b.Fatal(summary.Entries())
				}
			}
			b.ReportMetric(float64(processorTime()-busy)/float64(b.N), "cpu-ns/op")
		})
	}
}

// BenchmarkParse parses without the cache.
func BenchmarkParse(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if t := parseTemplate("${execution.stages.?[name == 'Bake'][0]['outputs']['x'] + '-' + #toInt('1')}", 10_000); t.err != nil {
			b.Fatal(t.err)
		}
	}
}
