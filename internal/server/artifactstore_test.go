package server_test

import (
	"database/sql"
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/gennaker/gennaker/internal/config"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/testkube"
)

// TestLargeArtifactsAreStoredApart runs a pipeline that bakes 2 MB of manifests, and reads
// them in every way there is: the execution stays small.
func TestLargeArtifactsAreStoredApart(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := start(t, func(c *config.Config) { c.DataDir = dir })

	// What doesn't compress well, so that nothing is small by chance.
	random := rand.New(rand.NewPCG(1, 2))
	var large strings.Builder
	for i := 0; large.Len() < 2<<20; i++ {
		fmt.Fprintf(&large, "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: m%d}\ndata:\n", i)
		for line := range 20 {
			fmt.Fprintf(&large, "  key%d: %x-%x-%x-%x\n", line, random.Uint64(), random.Uint64(), random.Uint64(), random.Uint64())
		}
	}
	manifests := large.String()
	var kustomization strings.Builder
	kustomization.WriteString("configMapGenerator:\n- name: m\n  literals:\n")
	for i := range 3000 {
		fmt.Fprintf(&kustomization, "  - key%d=%x-%x\n", i, random.Uint64(), random.Uint64())
	}
	artifact := map[string]any{
		"type": "embedded/base64", "name": "manifests", "artifactAccount": "embedded-artifact", "reference": base64.StdEncoding.EncodeToString([]byte(manifests)),
	}
	produces := func(id string) []any {
		return []any{map[string]any{"id": id, "matchArtifact": map[string]any{"type": "embedded/base64", "name": id}}}
	}
	variable := func(key, value string) map[string]any { return map[string]any{"key": key, "value": value} }
	started := s.object("POST", "/pipelines/start", map[string]any{
		"application": "shop", "name": "large",
		"expectedArtifacts": []any{map[string]any{"id": "expected", "matchArtifact": map[string]any{"type": "embedded/base64", "name": "manifests"}}},
		"trigger":           map[string]any{"type": "manual", "artifacts": []any{artifact}, "expectedArtifactIds": []any{"expected"}},
		"stages": []any{
			map[string]any{
				"type": "bakeManifest", "name": "Bake", "refId": "1", "requisiteStageRefIds": []any{}, "templateRenderer": "KUSTOMIZE4",
				"inputArtifact": map[string]any{"account": "embedded-artifact", "artifact": map[string]any{
					"type": "embedded/base64", "name": "kustomization.yaml", "reference": base64.StdEncoding.EncodeToString([]byte(kustomization.String())),
				}},
				"expectedArtifacts": produces("baked"),
			},
			map[string]any{
				"type": "evaluateArtifacts", "name": "Make", "refId": "2", "requisiteStageRefIds": []any{}, "expectedArtifacts": produces("made"),
				"artifactContents": []any{map[string]any{"id": "made", "name": "made", "contents": manifests[:100<<10]}},
			},
			map[string]any{
				"type": "evaluateVariables", "name": "Read", "refId": "3", "requisiteStageRefIds": []any{"2"}, "variables": []any{
					variable("bound", "${#triggerResolvedArtifact('manifests').reference}"),
					variable("length", "${#fromBase64(#triggerResolvedArtifact('manifests').reference).length()}"),
					variable("made", "${#fromBase64(#fetchReference(#stage('Make').outputs.artifacts[0].reference)).length()}"),
					variable("foreign", "${#fetchReference('ref://other/"+strings.Repeat("0", 64)+"')}"),
				},
			},
		},
	})
	ref := model.String(started, "ref")
	e := s.until(ref, "complete", complete)

	require.Equal(t, "SUCCEEDED", e["status"])

	trigger := model.Objects(model.Object(e, "trigger"), "artifacts")[0]
	require.Equal(t, "remote/base64", trigger["type"])
	require.Equal(t, "manifests", trigger["name"])
	bound := model.Object(model.Objects(model.Object(e, "trigger"), "resolvedExpectedArtifacts")[0], "boundArtifact")
	require.Equal(t, trigger["reference"], bound["reference"])
	uri := model.String(trigger, "reference")
	require.Regexp(t, `^ref://shop/[0-9a-f]{64}$`, uri)

	read := model.Object(stageNamed(e, "Read"), "outputs")
	require.Equal(t, uri, read["bound"])
	require.EqualValues(t, len(manifests), read["length"])
	require.EqualValues(t, 100<<10, read["made"])
	require.Contains(t, fmt.Sprint(model.Object(stageNamed(e, "Read"), "context")["expressionEvaluationSummary"]), "belongs to the application other")
	for _, name := range []string{"Make", "Bake"} {
		made := model.Objects(model.Object(stageNamed(e, name), "outputs"), "artifacts")[0]
		require.Equal(t, "remote/base64", made["type"], name)
	}
	given := model.Object(model.Object(model.Object(stageNamed(e, "Bake"), "context"), "inputArtifact"), "artifact")
	require.Equal(t, "remote/base64", given["type"])

	// Deck and other clients read it.
	answer := s.object(http.MethodGet, "/artifacts/content-address/"+strings.TrimPrefix(uri, "ref://"), nil)
	require.Equal(t, map[string]any{"reference": artifact["reference"]}, answer)
	status, fetched := s.fetch(t, trigger)
	require.Equal(t, http.StatusOK, status)
	require.Equal(t, manifests, fetched)
	status, _ = s.call(http.MethodGet, "/artifacts/content-address/shop/"+strings.Repeat("0", 64), nil)
	require.Equal(t, http.StatusNotFound, status)
	result := s.object(http.MethodPost, "/pipelines/"+model.String(e, "id")+"/evaluateExpression", map[string]any{"expression": "${#fetchReference(trigger.artifacts[0].reference).length()}"})
	require.EqualValues(t, len(model.String(artifact, "reference")), result["result"], result["detail"])

	text, err := model.Marshal(e)
	require.NoError(t, err)
	const itself = 100 << 10 // the text that the pipeline itself has
	require.Less(t, len(text), itself+30_000)
	db, err := sql.Open("sqlite", filepath.Join(dir, "gennaker.db"))
	require.NoError(t, err)
	t.Cleanup(func() { _ = db.Close() })
	var rows, contents int
	require.NoError(t, db.QueryRow(`SELECT (SELECT SUM(LENGTH(body)) FROM execution_stages) + (SELECT SUM(LENGTH(body)) FROM execution_headers), (SELECT SUM(LENGTH(content)) FROM artifact_contents)`).Scan(&rows, &contents))
	t.Logf("the execution has %d bytes, its rows %d, and the contents %d", len(text), rows, contents)
	require.Less(t, rows, itself+30_000)
	require.Less(t, contents, 2<<20)
}

// TestStoredSecretsAreHidden: a large manifest with a Secret in it is deployed as it is, and
// shown without what the Secret holds, also to expressions that clients send.
func TestStoredSecretsAreHidden(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	const password = "correct-horse-battery"
	manifest := "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData:\n  password: " + password + "\n---\n" + strings.Repeat("# filler\n", 10_000)
	started := s.object("POST", "/pipelines/start", map[string]any{
		"application": "shop", "name": "secret",
		"trigger": map[string]any{"type": "manual", "artifacts": []any{map[string]any{
			"type": "embedded/base64", "name": "manifest", "reference": base64.StdEncoding.EncodeToString([]byte(manifest)),
		}}},
		"stages": []any{
			map[string]any{"type": "manualJudgment", "name": "Judge", "refId": "1", "requisiteStageRefIds": []any{}},
			map[string]any{"type": "evaluateVariables", "name": "Read", "refId": "2", "requisiteStageRefIds": []any{"1"}, "variables": []any{
				map[string]any{"key": "at", "value": "${#fromBase64(trigger.artifacts[0].reference).indexOf('" + password + "')}"},
			}},
		},
	})
	ref := model.String(started, "ref")
	judge := model.String(s.untilStage(ref, "Judge", "RUNNING"), "id")
	e := s.object(http.MethodGet, ref, nil)
	artifact := model.Objects(model.Object(e, "trigger"), "artifacts")[0]
	uri := model.String(artifact, "reference")
	require.Equal(t, "remote/base64", artifact["type"])

	answer := s.object(http.MethodGet, "/artifacts/content-address/"+strings.TrimPrefix(uri, "ref://"), nil)
	shown, err := base64.StdEncoding.DecodeString(model.String(answer, "reference"))
	require.NoError(t, err)
	_, fetched := s.fetch(t, artifact)
	evaluated := s.object(http.MethodPost, ref+"/evaluateExpression", map[string]any{"expression": "${#fromBase64(trigger.artifacts[0].reference)}"})
	for name, text := range map[string]string{"content-address": string(shown), "fetch": fetched, "evaluateExpression": fmt.Sprint(evaluated["result"])} {
		require.Contains(t, text, "kind: Secret", name)
		require.NotContains(t, text, password, name)
	}
	status, refused := s.call(http.MethodPatch, ref+"/stages/"+judge, map[string]any{"x": "${#fromBase64(trigger.artifacts[0].reference)}"})
	require.Equal(t, http.StatusForbidden, status, refused)

	s.judge(ref, "Judge", "continue")
	e = s.until(ref, "complete", complete)
	require.EqualValues(t, strings.Index(manifest, password), model.Object(stageNamed(e, "Read"), "outputs")["at"])
}

// TestStoredManifestsAreDeployed: a large manifest is deployed and patched by reference, and
// a pipeline of another application that gets it reads it as its own.
func TestStoredManifestsAreDeployed(t *testing.T) {
	t.Parallel()
	cluster := testkube.Get(t)
	namespace := cluster.Namespace(t)
	s := start(t, withAccount(t, cluster))
	filler := strings.Repeat("x", 100_000)
	embedded := func(name, text string) map[string]any {
		return map[string]any{"type": "embedded/base64", "name": name, "artifactAccount": "embedded-artifact", "reference": base64.StdEncoding.EncodeToString([]byte(text))}
	}
	manifest := fmt.Sprintf("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: large, namespace: %s, annotations: {strategy.spinnaker.io/versioned: \"false\"}}\ndata: {a: %s}\n", namespace, filler)
	patch := fmt.Sprintf("kind: ConfigMap\nmetadata: {labels: {patched: \"yes\"}}\ndata: {b: %s}\n", filler)
	s.object("POST", "/pipelines", map[string]any{
		"id": "reader", "application": "cart", "name": "reader",
		"expectedArtifacts": []any{map[string]any{"id": "m", "matchArtifact": map[string]any{"type": "embedded/base64", "name": "manifest"}}},
		"triggers":          []any{map[string]any{"type": "pipeline", "enabled": false, "expectedArtifactIds": []any{"m"}}},
		"stages": []any{map[string]any{"type": "evaluateVariables", "name": "Read", "refId": "1", "requisiteStageRefIds": []any{}, "variables": []any{
			map[string]any{"key": "length", "value": "${#fromBase64(trigger.artifacts.?[name == 'manifest'][0].reference).length()}"},
		}}},
	})
	fields := func(kind, name, ref string, after []any, more map[string]any) map[string]any {
		return model.Merge(map[string]any{"type": kind, "name": name, "refId": ref, "requisiteStageRefIds": after, "account": "prod", "cloudProvider": "kubernetes"}, more)
	}
	started := s.object("POST", "/pipelines/start", map[string]any{
		"application": "shop", "name": "deploys",
		"expectedArtifacts": []any{map[string]any{"id": "m", "matchArtifact": map[string]any{"type": "embedded/base64", "name": "manifest"}}},
		"trigger":           map[string]any{"type": "manual", "artifacts": []any{embedded("manifest", manifest)}, "expectedArtifactIds": []any{"m"}},
		"stages": []any{
			fields("deployManifest", "Deploy", "1", []any{}, map[string]any{"source": "artifact", "manifestArtifactId": "m", "moniker": map[string]any{"app": "shop"}}),
			fields("patchManifest", "Patch", "2", []any{"1"}, map[string]any{
				"source": "artifact", "manifestArtifact": embedded("patch", patch), "location": namespace, "manifestName": "configMap large",
				"options": map[string]any{"mergeStrategy": "merge"},
			}),
			fields("pipeline", "Child", "3", []any{"2"}, map[string]any{"application": "cart", "pipeline": "reader", "waitForCompletion": true}),
		},
	})
	ref := model.String(started, "ref")
	e := s.until(ref, "complete", complete)
	for _, stage := range model.Objects(e, "stages") {
		require.Equal(t, "SUCCEEDED", stage["status"], "%s: %v", stage["name"], model.Object(stage, "context")["exception"])
	}
	found, err := cluster.Client.CoreV1().ConfigMaps(namespace).Get(t.Context(), "large", metav1.GetOptions{})
	require.NoError(t, err)
	require.Equal(t, filler, found.Data["a"])
	require.Equal(t, filler, found.Data["b"])
	given := model.Object(model.Object(stageNamed(e, "Patch"), "context"), "manifestArtifact")
	require.Equal(t, "remote/base64", given["type"])

	child := s.object(http.MethodGet, s.childOf(ref, "Child"), nil)
	all := model.Objects(model.Object(child, "trigger"), "artifacts")
	at := slices.IndexFunc(all, func(a map[string]any) bool { return a["name"] == "manifest" })
	require.NotEqual(t, -1, at, "%v", all)
	passed := all[at]
	require.Equal(t, "remote/base64", passed["type"])
	require.Contains(t, passed["reference"], "ref://cart/")
	require.EqualValues(t, len(manifest), model.Object(stageNamed(child, "Read"), "outputs")["length"])
}
