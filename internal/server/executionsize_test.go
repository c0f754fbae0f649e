package server_test

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gennaker/gennaker/internal/config"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/testkube"
)

// TestDeployIsStoredOnce compares what the database keeps of a deployment with
// its manifests: little more than they are, and still every client finds them
// where Orca puts them.
func TestDeployIsStoredOnce(t *testing.T) {
	t.Parallel()
	cluster := testkube.Get(t)
	namespace := cluster.Namespace(t)
	account, dir := withAccount(t, cluster), t.TempDir()
	var manifests []any
	for i := range 40 {
		name := fmt.Sprintf("m%d", i)
		manifests = append(manifests, map[string]any{
			"apiVersion": "v1", "kind": "ConfigMap", "metadata": map[string]any{"name": name, "namespace": namespace},
			"data": map[string]any{"settings": strings.Repeat(fmt.Sprintf("%s has a line with many words in it\n", name), 100)},
		})
	}
	given, err := model.Marshal(manifests)
	if err != nil {
		t.Fatal(err)
	}
	var e map[string]any
	t.Run("deploy", func(t *testing.T) {
		s := start(t, func(c *config.Config) {
			account(c)
			c.DataDir = dir
		})
		started := s.object("POST", "/pipelines/start", map[string]any{"application": "shop", "name": "size", "stages": []any{map[string]any{
			"type": "deployManifest", "name": "Deploy", "refId": "1", "requisiteStageRefIds": []any{}, "account": "prod", "cloudProvider": "kubernetes",
			"source": "text", "moniker": map[string]any{"app": "shop"}, "manifests": manifests,
		}, map[string]any{
			"type": "evaluateVariables", "name": "Read", "refId": "2", "requisiteStageRefIds": []any{"1"}, "variables": []any{
				map[string]any{"key": "given", "value": "${#stage('Deploy').outputs.manifests.size()}"},
				map[string]any{"key": "live", "value": "${#stage('Deploy').context['outputs.manifests'][39].metadata.name}"},
				map[string]any{"key": "artifacts", "value": "${#stage('Deploy').outputs.artifacts.size()}"},
			},
		}}})
		e = s.until(model.String(started, "ref"), "complete", complete)
	})
	if status := model.String(e, "status"); status != "SUCCEEDED" {
		t.Fatalf("the pipeline is %s", status)
	}
	stage := stageNamed(e, "Deploy")
	context, outputs := model.Object(stage, "context"), model.Object(stage, "outputs")
	operation := model.Objects(context, "kato.tasks")[0]
	for name, list := range map[string][]any{
		"the context's manifests": model.List(context, "manifests"), "the context's outputs.manifests": model.List(context, "outputs.manifests"),
		"the outputs' manifests": model.List(outputs, "manifests"), "the outputs' outputs.manifests": model.List(outputs, "outputs.manifests"),
		"the operation's manifests": model.List(model.Objects(operation, "resultObjects")[0], "manifests"),
		"the created artifacts":     model.List(outputs, "outputs.createdArtifacts"),
	} {
		if len(list) != len(manifests) {
			t.Errorf("%s are %d, want %d", name, len(list), len(manifests))
		}
	}
	if read := model.Object(stageNamed(e, "Read"), "outputs"); fmt.Sprint(read["given"], read["artifacts"]) != "40 40" || !strings.HasPrefix(model.String(read, "live"), "m") {
		t.Errorf("expressions read %v", read)
	}

	db, err := sql.Open("sqlite", filepath.Join(dir, "gennaker.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var stages, states int
	if err := db.QueryRow(`SELECT (SELECT SUM(LENGTH(body)) FROM execution_stages), (SELECT SUM(LENGTH(data)) FROM execution_stage_states)`).Scan(&stages, &states); err != nil {
		t.Fatal(err)
	}
	shown, err := model.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	size := func(n int) float64 { return float64(n) / float64(len(given)) }
	t.Logf("of %d bytes of manifests %.2f times are shown, and stored %.2f times in stages and %.2f times in their states", len(given), size(len(shown)), size(stages), size(states))
	if size(stages+states) > 1.8 {
		t.Errorf("%d bytes of manifests are stored with %d bytes, and %d of state", len(given), stages, states)
	}
}
