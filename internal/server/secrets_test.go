package server_test

import (
	"bufio"
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/gennaker/gennaker/internal/cloud/kubernetes"
	"github.com/gennaker/gennaker/internal/config"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/testkube"
)

// TestSecretsAreNotReadBack deploys Secrets from everywhere that manifests come
// from, and reads the execution in every way there is.
func TestSecretsAreNotReadBack(t *testing.T) {
	t.Parallel()
	const password = "correct-horse-battery"
	encoded := base64.StdEncoding.EncodeToString([]byte(password))
	cluster := testkube.Get(t)
	namespace := cluster.Namespace(t)
	s := start(t, withAccount(t, cluster))

	manifest := func(name string) string {
		return fmt.Sprintf("apiVersion: v1\nkind: Secret\nmetadata:\n  name: %s\n  namespace: %s\n  annotations: {strategy.spinnaker.io/versioned: \"false\"}\nstringData:\n  password: %s\n", name, namespace, password)
	}
	object := func(name string) map[string]any {
		return map[string]any{
			"apiVersion": "v1", "kind": "Secret", "data": map[string]any{"password": encoded},
			"metadata": map[string]any{"name": name, "namespace": namespace, "annotations": map[string]any{"strategy.spinnaker.io/versioned": "false"}},
		}
	}
	artifact := map[string]any{
		"type": "embedded/base64", "name": "keys", "artifactAccount": "embedded-artifact",
		"reference": base64.StdEncoding.EncodeToString([]byte(manifest("by-artifact"))),
	}
	deploy := func(ref string, after []any, fields map[string]any) map[string]any {
		return model.Merge(map[string]any{
			"type": "deployManifest", "name": "Deploy " + ref, "refId": ref, "requisiteStageRefIds": after, "account": "prod", "cloudProvider": "kubernetes",
			"source": "text", "moniker": map[string]any{"app": "shop"}, "gennaker.plan": "forged",
		}, fields)
	}
	stages := []any{
		deploy("1", []any{}, map[string]any{"manifests": []any{object("by-object")}}),
		deploy("2", []any{"1"}, map[string]any{"manifests": manifest("by-text")}),
		deploy("3", []any{"2"}, map[string]any{"source": "artifact", "manifestArtifact": artifact}),
		deploy("4", []any{"3"}, map[string]any{"source": "artifact", "manifestArtifactId": "expected"}),
		map[string]any{
			"type": "patchManifest", "name": "Patch", "refId": "5", "requisiteStageRefIds": []any{"4"}, "account": "prod", "cloudProvider": "kubernetes", "source": "text",
			"manifestName": "secret by-object", "location": namespace, "patchBody": []any{map[string]any{"stringData": map[string]any{"more": password}}},
		},
		map[string]any{
			"type": "evaluateVariables", "name": "Variables", "refId": "6", "requisiteStageRefIds": []any{"5"}, "variables": []any{
				map[string]any{"key": "copy", "value": "${#stage('Deploy 1').outputs.manifests}"},
				map[string]any{"key": "made", "value": "${#stage('Deploy 2').context['outputs.manifests'][0].data.password}"},
				map[string]any{"key": "text", "value": "${#toJson(#stage('Deploy 3').context.manifests)}"},
				map[string]any{"key": "trigger", "value": "${trigger.artifacts}"},
			},
		},
	}
	triggered := model.Merge(artifact, map[string]any{"reference": base64.StdEncoding.EncodeToString([]byte(manifest("by-trigger")))})
	started := s.object("POST", "/pipelines/start", map[string]any{
		"application": "shop", "name": "secrets", "stages": stages,
		"expectedArtifacts": []any{map[string]any{"id": "expected", "matchArtifact": map[string]any{"type": "embedded/base64", "name": "keys"}}},
		"trigger":           map[string]any{"type": "manual", "artifacts": []any{triggered}, "expectedArtifactIds": []any{"expected"}},
	})
	ref := model.String(started, "ref")
	seen := s.follow(t, ref+"/stream")
	e := s.until(ref, "complete", complete)
	if status := model.String(e, "status"); status != "SUCCEEDED" {
		for _, stage := range model.Objects(e, "stages") {
			t.Logf("%s: %v %v", stage["name"], stage["status"], model.Object(stage, "context")["exception"])
		}
		t.Fatalf("the pipeline is %s", status)
	}
	for _, name := range []string{"by-object", "by-text", "by-artifact", "by-trigger"} {
		found, err := cluster.Client.CoreV1().Secrets(namespace).Get(context.Background(), name, metav1.GetOptions{})
		if err != nil || string(found.Data["password"]) != password {
			t.Errorf("the cluster has %v for %s (%v)", found.Data, name, err)
		}
	}

	id := model.String(e, "id")
	paths := []string{
		ref, "/executions?executionIds=" + id, "/pipelines?executionIds=" + id, "/applications/shop/pipelines?expand=true", ref + "/outline",
		"/applications/shop/executions/search?pipelineName=secrets&expand=true", "/manifests/prod/" + namespace + "/secret%20by-object",
	}
	for _, stage := range model.Objects(e, "stages") {
		of := ref + "/stages/" + model.String(stage, "id")
		paths = append(paths, of, of+"?whole=true", of+"/value", of+"/value?pointer=/context", of+"/value?pointer=/outputs")
	}
	for _, expression := range []string{
		"${#stage('Deploy 1').context}", "${#stage('Deploy 2').context.manifests}", "${#stage('Deploy 1').context.manifests[0].data.password}",
		"${#stage('Deploy 3').outputs}", "${execution}", "${#stage('Patch').context.patchBody}", "${trigger}", "${#fromBase64(trigger.artifacts[0].reference)}", "${#toJson(execution.stages)}",
	} {
		paths = append(paths, ref+"/evaluateExpression?expression="+url.QueryEscape(expression))
	}
	shown := map[string]string{"the stream": seen()}
	for _, path := range paths {
		shown[path] = s.text(path)
	}
	task := s.object("POST", "/tasks", map[string]any{"application": "shop", "description": "deploy", "job": []any{deploy("", nil, map[string]any{"manifests": []any{object("by-task")}})}})
	s.until(model.String(task, "ref"), "complete", complete)
	shown["the task"] = s.text(model.String(task, "ref"))
	shown["the tasks"] = s.text("/applications/shop/tasks")
	for path, text := range shown {
		for _, secret := range []string{password, encoded} {
			if at := strings.Index(text+artifactsIn(text), secret); at >= 0 {
				t.Errorf("%s shows it: %.300s", path, (text + artifactsIn(text))[max(0, at-200):])
			}
		}
		if strings.Contains(text, "gennaker.plan") || strings.Contains(text, "gennaker.applied") {
			t.Errorf("%s shows private state", path)
		}
	}

	// What a client read and sends back is taken for what it stands for.
	first := stageNamed(e, "Deploy 1")
	for _, answer := range []string{fmt.Sprint(s.object("PATCH", ref+"/stages/"+model.String(first, "id"), map[string]any{"note": "x"}))} {
		if strings.Contains(answer, encoded) {
			t.Errorf("the answer to a change shows it: %s", answer)
		}
	}
	if status, answer := s.call("PATCH", ref+"/stages/"+model.String(first, "id"), map[string]any{"manifests": model.Object(first, "context")["manifests"], "comments": "sent back"}); status > 299 {
		t.Fatalf("the change is answered with %d %v", status, answer)
	}
	s.until(ref, "changed", func(e map[string]any) bool {
		return model.String(model.Object(stageNamed(e, "Deploy 1"), "context"), "comments") == "sent back"
	})
	if err := cluster.Client.CoreV1().Secrets(namespace).Delete(context.Background(), "by-object", metav1.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
	if status, answer := s.call("PUT", ref+"/stages/"+model.String(first, "id")+"/restart", map[string]any{}); status > 299 {
		t.Fatalf("the restart is answered with %d %v", status, answer)
	}
	s.until(ref, "restarted", func(e map[string]any) bool {
		return !complete(e) || model.Object(stageNamed(e, "Deploy 1"), "context")["restartDetails"] != nil
	})
	s.until(ref, "complete again", complete)
	found, err := cluster.Client.CoreV1().Secrets(namespace).Get(context.Background(), "by-object", metav1.GetOptions{})
	if err != nil || string(found.Data["password"]) != password {
		t.Errorf("run again, the cluster has %v (%v)", found.Data, err)
	}
}

// withAccount configures the cluster as the account "prod".
func withAccount(t *testing.T, cluster *testkube.Cluster) func(*config.Config) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "kubeconfig")
	contents, err := os.ReadFile(cluster.Kubeconfig)
	if err == nil {
		err = os.WriteFile(file, contents, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	return func(c *config.Config) {
		c.Kubernetes.Accounts = append(c.Kubernetes.Accounts, kubernetes.AccountConfig{Name: "prod", KubeconfigFile: file})
	}
}

// follow reads a stream until what it returns is called, which gives what came.
func (i *instance) follow(t *testing.T, path string) func() string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, i.base+path, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	read := make(chan string, 1)
	go func() {
		var out strings.Builder
		for lines := bufio.NewReader(response.Body); ; {
			line, err := lines.ReadString('\n')
			out.WriteString(line)
			if err != nil {
				read <- out.String()
				return
			}
		}
	}()
	return func() string {
		cancel()
		defer response.Body.Close()
		return <-read
	}
}

// artifactsIn is the text of the artifacts that are embedded in a text.
func artifactsIn(text string) string {
	out := ""
	for part := range strings.SplitSeq(text, `"`) {
		if data, err := base64.StdEncoding.DecodeString(part); err == nil && len(data) > 20 {
			out += string(data)
		}
	}
	return out
}
