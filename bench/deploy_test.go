package bench

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/testkube"
)

// BenchmarkDeploy reports how long a deployManifest stage takes until a hundred
// manifests are stable, twenty Deployments of three replicas among them, and
// how long kubectl takes for the same, one after the other in the same run:
// "kubectl apply" and "kubectl rollout status" of each Deployment. GENNAKER_KUBECTL
// names the program; the one in PATH where unset.
func BenchmarkDeploy(b *testing.B) {
	kubectl, err := exec.LookPath(cmp.Or(os.Getenv("GENNAKER_KUBECTL"), "kubectl"))
	if err != nil {
		b.Skipf("needs kubectl to compare with: %v", err)
	}
	cluster := testkube.Get(b)
	dir := b.TempDir()
	config := filepath.Join(dir, "gennaker.yaml")
	text := "kubernetes:\n  accounts:\n    - name: test\n      kubeconfigFile: " + cluster.Kubeconfig + "\n"
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		b.Fatal(err)
	}
	s := serve(b, filepath.Join(dir, "data"), "", "GENNAKER_CONFIG="+config)
	file := filepath.Join(dir, "manifests.yaml")
	if err := os.WriteFile(file, []byte(hundred), 0o600); err != nil {
		b.Fatal(err)
	}
	var ours, theirs []float64
	for b.Loop() {
		ours = append(ours, deployWithStage(b, s, cluster.Namespace(b)))
		theirs = append(theirs, deployWithKubectl(b, kubectl, cluster, file))
	}
	mine, other := median(ours), median(theirs)
	b.ReportMetric(mine, "stage-s")
	b.ReportMetric(other, "kubectl-s")
	b.ReportMetric(mine/other, "stage/kubectl")
	b.ReportMetric(0, "ns/op")
}

// hundred are the manifests, without a namespace.
var hundred = func() string {
	var out strings.Builder
	for i := range 20 {
		fmt.Fprintf(&out, `---
{apiVersion: v1, kind: ServiceAccount, metadata: {name: app-%[1]d}}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: app-%[1]d, annotations: {strategy.spinnaker.io/versioned: "false"}}, data: {n: "%[1]d"}}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: more-%[1]d, annotations: {strategy.spinnaker.io/versioned: "false"}}, data: {n: "%[1]d"}}
---
{apiVersion: v1, kind: Service, metadata: {name: app-%[1]d}, spec: {selector: {app: app-%[1]d}, ports: [{port: 80}]}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: app-%[1]d}
spec:
  replicas: 3
  selector: {matchLabels: {app: app-%[1]d}}
  template:
    metadata: {labels: {app: app-%[1]d}}
    spec: {serviceAccountName: app-%[1]d, containers: [{name: app, image: app, envFrom: [{configMapRef: {name: app-%[1]d}}]}]}
`, i)
	}
	return out.String()
}()

// deployWithStage gives the seconds from the request to the execution's end.
func deployWithStage(b *testing.B, s *server, namespace string) float64 {
	b.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	begun := time.Now()
	var answer struct{ Ref string }
	err := s.call(ctx, http.MethodPost, "/pipelines/start", map[string]any{
		"application": "bench", "name": "deploy", "id": "bench-deploy-" + namespace, "trigger": map[string]any{"type": "manual"},
		"stages": []any{map[string]any{
			"type": "deployManifest", "name": "deploy", "refId": "1", "account": "test", "namespaceOverride": namespace,
			"source": "text", "moniker": map[string]any{"app": "bench"}, "manifests": hundred,
		}},
	}, &answer)
	if err != nil {
		b.Fatal(err)
	}
	e, err := s.until(ctx, strings.TrimPrefix(answer.Ref, "/pipelines/"), 20*time.Millisecond)
	if err != nil || e.Status != model.Succeeded {
		b.Fatalf("the deployment ended %s: %v", e.Status, err)
	}
	return time.Since(begun).Seconds()
}

// deployWithKubectl gives the seconds that applying and waiting take.
func deployWithKubectl(b *testing.B, kubectl string, cluster *testkube.Cluster, file string) float64 {
	b.Helper()
	namespace := cluster.Namespace(b)
	run := func(args ...string) {
		command := exec.CommandContext(b.Context(), kubectl, append([]string{"--kubeconfig", cluster.Kubeconfig, "-n", namespace}, args...)...)
		var out bytes.Buffer
		command.Stdout, command.Stderr = &out, &out
		if err := command.Run(); err != nil {
			b.Fatalf("kubectl %s: %v: %s", strings.Join(args, " "), err, out.String())
		}
	}
	begun := time.Now()
	run("apply", "-f", file)
	for i := range 20 {
		run("rollout", "status", fmt.Sprintf("deployment/app-%d", i), "--timeout=2m")
	}
	return time.Since(begun).Seconds()
}

func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}
