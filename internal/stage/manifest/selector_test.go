package manifest_test

import (
	"context"
	"fmt"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage/manifest"
	"github.com/gennaker/gennaker/internal/stage/stagetest"
)

// Every kind of condition, with and without what it needs: what a deletion
// with it deletes of one object with the label tier=front, one with tier=back
// and one without the label.
func TestDeleteBySelectors(t *testing.T) {
	t.Parallel()
	const refused = "refused"
	for i, test := range []struct {
		selectors any
		// left is what is still there after the stage; "refused" where it must
		// fail and delete nothing.
		left string
	}{
		{[]any{cond("EQUALS", "tier", "front")}, "back none"},
		{[]any{cond("equals", "tier", "front", "back")}, "back none"}, // the first value counts, as in Clouddriver
		{[]any{cond("EQUALS", "tier")}, refused},
		{[]any{cond("EQUALS", "", "front")}, refused},
		{[]any{cond("EQUALS", "other", "front")}, "back front none"},
		{[]any{cond("NOT_EQUALS", "tier", "front")}, "front"},
		{[]any{cond("NOT_EQUALS", "tier", "front", "back")}, "back front"},
		{[]any{cond("NOT_EQUALS", "tier")}, refused},
		{[]any{cond("NOT_EQUALS", "", "front")}, refused},
		{[]any{cond("CONTAINS", "tier", "front", "back")}, "none"},
		{[]any{cond("CONTAINS", "tier")}, refused},
		{[]any{cond("CONTAINS", "", "front")}, refused},
		{[]any{cond("NOT_CONTAINS", "tier", "front", "back")}, "back front"},
		{[]any{cond("NOT_CONTAINS", "tier")}, refused},
		{[]any{cond("EXISTS", "tier")}, "none"},
		{[]any{cond("EXISTS", "")}, refused},
		{[]any{cond("NOT_EXISTS", "tier")}, "back front"},
		{[]any{cond("NOT_EXISTS", "")}, refused},
		{[]any{cond("ANY", "")}, refused},
		{[]any{cond("ANY", "tier")}, refused},
		{[]any{cond("ANY", "", "front")}, refused},
		{[]any{cond("ANY", ""), cond("EQUALS", "tier", "front")}, "back none"},
		{[]any{cond("EQUALS", "tier", "front"), cond("LIKE", "tier", "b")}, refused},
		{[]any{cond("", "tier", "front")}, refused},
		{[]any{cond("EXISTS", "tier"), cond("EQUALS", "tier", "back")}, "front none"},
		{[]any{}, refused},
		{nil, refused},
		{"tier=front", refused},
		{[]any{"tier=front"}, refused},
		{[]any{cond("EXISTS", "tier"), nil}, refused},
		{[]any{map[string]any{"kind": "NOT_EQUALS", "key": "tier", "values": []any{nil}}}, refused},
		{[]any{map[string]any{"kind": "NOT_EQUALS", "key": "tier", "values": map[string]any{}}}, refused},
		{[]any{map[string]any{"kind": "EQUALS", "key": "tier", "values": "front"}}, "back none"},
		{[]any{map[string]any{"key": "tier"}}, refused},
		{map[string]any{"kind": "EXISTS", "key": "tier"}, refused},
	} {
		t.Run(fmt.Sprintf("%d %v", i, test.selectors), func(t *testing.T) {
			t.Parallel()
			k := newKube(t)
			stagetest.WantStatus(t, k.deploy(k.yaml(`
{apiVersion: v1, kind: ConfigMap, metadata: {name: front, labels: {tier: front}, annotations: {strategy.spinnaker.io/versioned: "false"}}}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: back, labels: {tier: back}, annotations: {strategy.spinnaker.io/versioned: "false"}}}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: none, annotations: {strategy.spinnaker.io/versioned: "false"}}}
`)), model.Succeeded)
			s := k.run("deleteManifest", map[string]any{
				"mode": "label", "kinds": []any{"configMap"}, "location": k.namespace, "labelSelectors": map[string]any{"selectors": test.selectors},
			})
			want := test.left
			if want == refused {
				want = "back front none"
				stagetest.WantFailure(t, s, "labelSelectors")
			} else {
				stagetest.WantStatus(t, s, model.Succeeded)
			}
			if left := k.configMaps(); left != want {
				t.Errorf("%s are left, want %s", left, want)
			}
		})
	}
}

// cond is a condition as a stage's fields have it.
func cond(kind, key string, values ...string) map[string]any {
	out := map[string]any{"kind": kind, "key": key, "values": []any{}}
	for _, v := range values {
		out["values"] = append(out["values"].([]any), v)
	}
	return out
}

// configMaps names the ConfigMaps in the test's namespace, but for the
// cluster's own.
func (k *kube) configMaps() string {
	k.t.Helper()
	list, err := k.Client.CoreV1().ConfigMaps(k.namespace).List(context.Background(), metav1.ListOptions{})
	if err != nil {
		k.t.Fatal(err)
	}
	out := ""
	for _, m := range list.Items {
		if m.Name == "kube-root-ca.crt" {
			continue
		}
		if out != "" {
			out += " "
		}
		out += m.Name
	}
	return out
}

func TestDeploySelectsByLabels(t *testing.T) {
	t.Parallel()
	k := newKube(t)
	list := k.yaml(`
{apiVersion: v1, kind: ConfigMap, metadata: {name: front, labels: {tier: front}, annotations: {strategy.spinnaker.io/versioned: "false"}}}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: none, annotations: {strategy.spinnaker.io/versioned: "false"}}}
`)
	selecting := func(conditions ...any) map[string]any {
		return map[string]any{"labelSelectors": map[string]any{"selectors": conditions}}
	}
	stagetest.WantFailure(t, k.deploy(list, selecting(cond("ANY", "tier"))), "labelSelectors.selectors[0].kind")
	stagetest.WantFailure(t, k.deploy(list, selecting("tier=front")), "labelSelectors.selectors[0]")
	if got := k.configMaps(); got != "" {
		t.Errorf("%s were deployed", got)
	}
	stagetest.WantStatus(t, k.deploy(list, selecting(cond("EQUALS", "tier", "front"))), model.Succeeded)
	if got := k.configMaps(); got != "front" {
		t.Errorf("%s were deployed, want front", got)
	}
	stagetest.WantStatus(t, k.deploy(list, selecting(cond("ANY", ""))), model.Succeeded)
	if got := k.configMaps(); got != "front none" {
		t.Errorf("%s were deployed, want both", got)
	}
}

func FuzzSelectors(f *testing.F) {
	f.Add("ANY", "", "")
	f.Add("NOT_EQUALS", "tier", "front")
	f.Fuzz(func(t *testing.T, kind, key, value string) {
		one := manifest.Selectors{Selectors: []manifest.Selector{{Kind: kind, Key: key, Values: []string{value}}}}
		if err := one.Check(); err == nil && key == "" {
			t.Errorf("%q without a key is taken", kind)
		}
	})
}
