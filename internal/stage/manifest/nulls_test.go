package manifest_test

import (
	"testing"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage/stagetest"
)

// A null in a patch removes a field, whatever the strategy.
func TestNullsInPatches(t *testing.T) {
	t.Parallel()
	gone := map[string]any{"metadata": map[string]any{"labels": map[string]any{"drop": nil}}}
	for name, test := range map[string]struct {
		strategy string
		body     any
	}{
		"merge":             {"merge", []any{gone}},
		"merge, object":     {"merge", gone},
		"merge, text":       {"merge", "metadata: {labels: {drop: null}}"},
		"merge, tilde":      {"merge", "metadata: {labels: {drop: ~}}"},
		"merge, empty":      {"merge", "metadata:\n  labels:\n    drop:\n"},
		"strategic":         {"strategic", []any{gone}},
		"strategic, object": {"strategic", gone},
		"strategic, text":   {"strategic", "metadata: {labels: {drop: null}}"},
		"default":           {"", []any{gone}},
		"json, remove":      {"json", []any{map[string]any{"op": "remove", "path": "/metadata/labels/drop"}}},
		"json, null":        {"json", []any{map[string]any{"op": "replace", "path": "/metadata/labels", "value": map[string]any{"keep": "a"}}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := newKube(t)
			stagetest.WantStatus(t, k.deploy(k.yaml(`
apiVersion: v1
kind: ConfigMap
metadata: {name: c, labels: {keep: a, drop: b}, annotations: {strategy.spinnaker.io/versioned: "false"}}
data: {a: "1"}`)), model.Succeeded)
			options := map[string]any{"record": true}
			if test.strategy != "" {
				options["mergeStrategy"] = test.strategy
			}
			s := k.run("patchManifest", map[string]any{
				"manifestName": "configMap c", "location": k.namespace, "source": "text", "patchBody": test.body, "options": options,
			})
			stagetest.WantStatus(t, s, model.Succeeded)
			labels, _ := dig(k.live("configMap c").Manifest, "metadata", "labels").(map[string]any)
			if _, left := labels["drop"]; left || labels["keep"] != "a" {
				t.Errorf("the labels are %v", labels)
			}
		})
	}
}
