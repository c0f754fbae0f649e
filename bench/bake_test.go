package bench

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/testrenderers"
)

// BenchmarkBake reports how long a bakeManifest stage takes to render a chart of fifty
// objects with values that are new each time, and with values that it has rendered
// before; and how long the command "helm template" takes for the same chart, in the same
// run.
func BenchmarkBake(b *testing.B) {
	helm := testrenderers.Helm(b)
	dir := b.TempDir()
	chart := filepath.Join(dir, "chart.tgz")
	packed := fifty(b)
	if err := os.WriteFile(chart, packed, 0o600); err != nil {
		b.Fatal(err)
	}
	s := serve(b, filepath.Join(dir, "data"), "")
	reference := base64.StdEncoding.EncodeToString(packed)
	bakeWithStage(b, s, reference, 0) // the first one starts a child
	n, begun := 0, time.Now().UnixNano()
	var fresh, cached, theirs []float64
	for b.Loop() {
		n++
		value := fmt.Sprint(begun, n)
		started := time.Now()
		if _, err := testrenderers.Run(context.Background(), dir, dir, helm, "template", "shop", chart, "--set-string", "value="+value); err != nil {
			b.Fatal(err)
		}
		theirs = append(theirs, time.Since(started).Seconds()*1000)
		fresh = append(fresh, bakeWithStage(b, s, reference, value))
		cached = append(cached, bakeWithStage(b, s, reference, value))
	}
	mine, other := median(fresh), median(theirs)
	b.ReportMetric(mine, "bake-ms")
	b.ReportMetric(median(cached), "cached-ms")
	b.ReportMetric(other, "helm-ms")
	b.ReportMetric(other/mine, "helm/bake")
	b.ReportMetric(0, "ns/op")
}

// bakeWithStage runs a pipeline of one bake, and gives how many milliseconds the task that
// renders took.
func bakeWithStage(b *testing.B, s *server, chart string, value any) float64 {
	b.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	var answer struct{ Ref string }
	err := s.call(ctx, http.MethodPost, "/pipelines/start", map[string]any{
		"application": "bench", "name": "bake", "id": "bench-bake", "trigger": map[string]any{"type": "manual"}, "stages": []any{map[string]any{
			"refId": "1", "type": "bakeManifest", "templateRenderer": "HELM3", "outputName": "shop",
			"inputArtifacts":    []any{map[string]any{"artifact": map[string]any{"type": "embedded/base64", "name": "chart", "reference": chart}}},
			"overrides":         map[string]any{"value": value},
			"expectedArtifacts": []any{map[string]any{"id": "out", "matchArtifact": map[string]any{"type": "embedded/base64", "name": "out"}}},
		}},
	}, &answer)
	if err != nil {
		b.Fatal(err)
	}
	ended, err := s.until(ctx, strings.TrimPrefix(answer.Ref, "/pipelines/"), 5*time.Millisecond)
	if err != nil || ended.Status != model.Succeeded {
		b.Fatalf("the bake ended %s: %v", ended.Status, err)
	}
	var e model.Execution
	if err := s.call(ctx, http.MethodGet, answer.Ref, nil, &e); err != nil {
		b.Fatal(err)
	}
	task := e.Stages[0].Tasks[0]
	return float64(task.EndTime - task.StartTime)
}

// fifty is a chart of fifty objects.
func fifty(tb testing.TB) []byte {
	tb.Helper()
	var out bytes.Buffer
	zipped := gzip.NewWriter(&out)
	w := tar.NewWriter(zipped)
	add := func(name, text string) {
		if err := w.WriteHeader(&tar.Header{Name: "shop/" + name, Mode: 0o644, Size: int64(len(text))}); err != nil {
			tb.Fatal(err)
		}
		if _, err := w.Write([]byte(text)); err != nil {
			tb.Fatal(err)
		}
	}
	add("Chart.yaml", "{apiVersion: v2, name: shop, version: 1.0.0}")
	add("values.yaml", "{value: none, replicas: 2, resources: {limits: {cpu: 1, memory: 1Gi}}}")
	add("templates/_helpers.tpl", `{{- define "labels" }}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end }}`)
	for i := range 10 {
		add(fmt.Sprintf("templates/part-%d.yaml", i), fmt.Sprintf(`apiVersion: v1
kind: ServiceAccount
metadata: {name: app-%[1]d}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: app-%[1]d}
data: {value: {{ .Values.value | quote }}}
---
apiVersion: v1
kind: Service
metadata: {name: app-%[1]d}
spec: {selector: {app: app-%[1]d}, ports: [{port: 80}]}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}-app-%[1]d
  labels: {{- include "labels" . | nindent 4 }}
spec:
  replicas: {{ .Values.replicas }}
  selector: {matchLabels: {app: app-%[1]d}}
  template:
    metadata: {labels: {app: app-%[1]d}}
    spec:
      containers:
      - name: app
        image: app
        resources: {{- toYaml .Values.resources | nindent 10 }}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: app-%[1]d}
spec: {maxReplicas: 5}
`, i))
	}
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	if err := zipped.Close(); err != nil {
		tb.Fatal(err)
	}
	return out.Bytes()
}
