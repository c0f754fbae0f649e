package manifest_test

import (
	"context"
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/expression"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage/stagetest"
)

// repro reads the stages of a pipeline of testdata/repros, for the test's
// namespace and account.
func (k *kube) repro(name string) []map[string]any {
	k.t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "repros", name+".json"))
	if err != nil {
		k.t.Fatal(err)
	}
	text := strings.NewReplacer(`"namespace": "repro"`, `"namespace": "`+k.namespace+`"`, `"location": "repro"`, `"location": "`+k.namespace+`"`).Replace(string(data))
	var pipeline map[string]any
	if err := model.Unmarshal([]byte(text), &pipeline); err != nil {
		k.t.Fatal(err)
	}
	stages := model.Objects(pipeline, "stages")
	for _, s := range stages {
		s["account"] = account
		artifact := model.Object(s, "manifestArtifact")
		if reference, err := base64.StdEncoding.DecodeString(model.String(artifact, "reference")); artifact != nil && err == nil {
			changed := strings.ReplaceAll(string(reference), "namespace: repro", "namespace: "+k.namespace)
			artifact["reference"] = base64.StdEncoding.EncodeToString([]byte(changed))
		}
	}
	return stages
}

func TestReproDeleteKindAny(t *testing.T) {
	t.Parallel()
	k := newKube(t)
	stages := k.repro("delete-kind-any")
	stagetest.WantStatus(t, k.run("deployManifest", stages[0]), model.Succeeded)
	stagetest.WantFailure(t, k.run("deleteManifest", stages[1]), "labelSelectors.selectors[0].kind", "ANY")
	if got := k.configMaps(); got != "repro-any-in repro-any-out" {
		t.Errorf("%s are left", got)
	}
}

func TestReproEmptyManifests(t *testing.T) {
	t.Parallel()
	k := newKube(t)
	for _, fields := range k.repro("empty-manifests") {
		s := k.run("deployManifest", fields)
		stagetest.WantStatus(t, s, model.Succeeded)
		for _, key := range []string{"outputs.manifests", "outputs.createdArtifacts", "manifests"} {
			if list, ok := s.Outputs[key].([]any); !ok || len(list) != 0 {
				t.Errorf("%s: the output %s is %v, want an empty list", fields["name"], key, s.Outputs[key])
			}
		}
	}
}

// A deployment without manifests succeeds whatever it is to do besides, and
// takes away nothing that was there.
func TestDeployNothing(t *testing.T) {
	t.Parallel()
	k := newKube(t)
	kept := k.file("settings.yaml")
	pruning := map[string]any{"prune": true, "inventory": "one"}
	stagetest.WantStatus(t, k.deploy(kept, pruning), model.Succeeded)
	before := k.configMaps()
	for name, fields := range map[string]map[string]any{
		"plain":     nil,
		"plan":      {"plan": true},
		"override":  {"namespaceOverride": ""},
		"selectors": {"labelSelectors": map[string]any{"selectors": []any{cond("EXISTS", "tier")}}},
		"strategy": {"trafficManagement": map[string]any{"enabled": true, "options": map[string]any{
			"strategy": "redblack", "enableTraffic": true, "services": []any{"service web"},
		}}},
		"rolling": {"trafficManagement": map[string]any{"enabled": true, "options": map[string]any{"strategy": "rollingredblack", "enableTraffic": true}}},
	} {
		stagetest.WantStatus(t, k.deploy([]any{}, fields), model.Succeeded)
		if got := k.configMaps(); got != before {
			t.Errorf("%s: %s are left, want %s", name, got, before)
		}
	}
	s := k.deploy([]any{}, pruning)
	stagetest.WantStatus(t, s, model.Succeeded)
	if warnings := model.Strings(s.Context, "warnings"); len(warnings) != 1 || !strings.Contains(warnings[0], "nothing that was deployed before is pruned") {
		t.Errorf("the warnings are %v", warnings)
	}
	if got := k.configMaps(); got != before {
		t.Errorf("%s are left, want %s", got, before)
	}
	// What it has not pruned it still remembers.
	stagetest.WantStatus(t, k.deploy(k.yaml(`{apiVersion: v1, kind: ConfigMap, metadata: {name: other, annotations: {strategy.spinnaker.io/versioned: "false"}}}`), pruning), model.Succeeded)
	if got := k.configMaps(); strings.Contains(got, "settings") || !strings.Contains(got, "other") {
		t.Errorf("%s are left, want the new one alone", got)
	}
}

// evaluating has a test's stages evaluate expressions as the server does.
func (k *kube) evaluating() {
	evaluator := expression.New(expression.Options{})
	k.options.Evaluate = func(ctx context.Context, v engine.View, m map[string]any) (map[string]any, map[string]any) {
		out, summary := evaluator.Evaluate(ctx, m, expression.StageScope(v.Execution, v.Stage, ""))
		return out, summary.Object()
	}
}

func TestReproFailOnFailedExpressionsArtifact(t *testing.T) {
	t.Parallel()
	k := newKube(t)
	k.evaluating()
	fields := k.repro("fail-on-failed-expressions-artifact")[0]
	stagetest.WantFailure(t, k.run("deployManifest", fields), "Failed to evaluate expressions", "parameters.missing.deeper")
	if got := k.configMaps(); got != "" {
		t.Errorf("%s were deployed", got)
	}
	// Without the option it is deployed as it is, as Orca does.
	stagetest.WantStatus(t, k.run("deployManifest", model.Without(fields, "failOnFailedExpressions")), model.Succeeded)
	if got := k.configMaps(); got != "repro-unevaluated" {
		t.Errorf("%s were deployed", got)
	}
}

// Whatever the stage and wherever its manifest comes from, a failed expression
// stops it before it changes the cluster.
func TestFailedExpressionsChangeNothing(t *testing.T) {
	t.Parallel()
	const expressionText = "${ parameters.missing.deeper }"
	k := newKube(t)
	k.evaluating()
	stagetest.WantStatus(t, k.deploy(k.yaml(`{apiVersion: v1, kind: ConfigMap, metadata: {name: there, annotations: {strategy.spinnaker.io/versioned: "false"}}, data: {v: old}}`)), model.Succeeded)
	artifact := func(text string) map[string]any {
		text = strings.ReplaceAll(text, "NAMESPACE", k.namespace)
		return map[string]any{"source": "artifact", "manifestArtifact": map[string]any{
			"type": "embedded/base64", "artifactAccount": "embedded-artifact", "reference": base64.StdEncoding.EncodeToString([]byte(text)),
		}}
	}
	configMap := "{apiVersion: v1, kind: ConfigMap, metadata: {name: made, namespace: NAMESPACE}, data: {v: '" + expressionText + "'}}"
	job := `{apiVersion: batch/v1, kind: Job, metadata: {name: made, namespace: NAMESPACE}, spec: {template: {spec: {restartPolicy: Never, containers: [{name: main, image: "` +
		expressionText + `"}]}}}}`
	patch := "{data: {v: '" + expressionText + "'}}"
	target := map[string]any{"manifestName": "configMap there", "location": k.namespace}
	// What the engine leaves where it could not evaluate the stage's own texts.
	failed := map[string]any{"expressionEvaluationSummary": map[string]any{"parameters.missing.deeper": []any{map[string]any{
		"level": "ERROR", "description": "there is no such parameter",
	}}}}
	for name, test := range map[string]struct {
		kind   string
		fields map[string]any
	}{
		"deploy an artifact":  {"deployManifest", artifact(configMap)},
		"deploy several":      {"deployManifest", artifact("{apiVersion: v1, kind: ConfigMap, metadata: {name: good, namespace: NAMESPACE}}\n---\n" + configMap)},
		"deploy a text":       {"deployManifest", model.Merge(failed, map[string]any{"source": "text", "manifests": k.yaml(configMap)})},
		"run an artifact":     {"runJobManifest", artifact(job)},
		"run a text":          {"runJobManifest", model.Merge(failed, map[string]any{"source": "text", "manifest": k.yaml(job)[0]})},
		"patch by artifact":   {"patchManifest", model.Merge(target, artifact(patch))},
		"patch by text":       {"patchManifest", model.Merge(target, model.Merge(failed, map[string]any{"source": "text", "patchBody": k.yaml(patch)[0]}))},
		"delete":              {"deleteManifest", model.Merge(target, failed)},
		"restart":             {"rollingRestartManifest", model.Merge(failed, map[string]any{"manifestName": "deployment web", "location": k.namespace})},
		"deploy a plan of it": {"deployManifest", model.Merge(artifact(configMap), map[string]any{"plan": true})},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := *k
			k.t = t
			s := k.run(test.kind, model.Merge(test.fields, map[string]any{"failOnFailedExpressions": true}))
			stagetest.WantFailure(t, s, "Failed to evaluate expressions", "parameters.missing.deeper")
			if got := k.configMaps(); got != "there" || dig(k.live("configMap there").Manifest, "data", "v") != "old" {
				t.Errorf("the stage has changed the cluster: %s", got)
			}
			if jobs := k.jobs(); jobs != 0 {
				t.Errorf("%d jobs were run", jobs)
			}
		})
	}
}

// jobs counts the Jobs in the test's namespace.
func (k *kube) jobs() int {
	k.t.Helper()
	list, err := k.Client.BatchV1().Jobs(k.namespace).List(context.Background(), metav1.ListOptions{})
	if err != nil {
		k.t.Fatal(err)
	}
	return len(list.Items)
}
