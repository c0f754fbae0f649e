package manifest

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
)

// stored is a plan after a stage has remembered it and was loaded again.
func stored(t testing.TB, plan Plan, sources []any) *storedPlan {
	t.Helper()
	p, err := storePlan(plan, sources)
	if err != nil {
		t.Fatal(err)
	}
	result, err := remember(stage.Succeeded(), state{Plan: p})
	if err != nil {
		t.Fatal(err)
	}
	out, err := stateOf(engine.View{State: result.State})
	if err != nil {
		t.Fatal(err)
	}
	return out.Plan
}

func object(t testing.TB, text string) map[string]any {
	t.Helper()
	list, err := Decode([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	out, err := PlainObject(list[0])
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestStoredPlanKeepsEverything(t *testing.T) {
	t.Parallel()
	grace := int64(3)
	sources := []any{
		object(t, "{kind: A, metadata: {name: a}, spec: {replicas: 2, big: 9007199254740993, share: 0.5, list: [{a: 1}, {b: 2}], gone: yes}}"),
		object(t, "{kind: B, metadata: {name: b}}"),
	}
	planned := func(edit string) map[string]any { return object(t, edit) }
	plan := Plan{
		Warnings: []string{"careful"}, BoundArtifacts: []model.Artifact{{Name: "web"}}, Leaving: []InventoryEntry{{Kind: "C", Name: "c"}},
		Steps: []Step{
			{Action: Apply, Source: 1, FullName: "a", Manifest: planned("{kind: A, metadata: {name: a-v001, labels: {x: y}}, spec: {replicas: 2, big: 9007199254740993, share: 0.5, list: [{a: 1}, {b: 3}]}}")},
			{Action: Apply, Source: 2, FullName: "b", Manifest: planned("{kind: B, metadata: {name: b}}")},
			// What a merge patch can't express, or what has no source, is kept whole.
			{Action: Apply, Source: 2, FullName: "null", Manifest: planned("{kind: B, metadata: {name: b, labels: null}}")},
			{Action: Apply, Source: 1, FullName: "big", Manifest: planned("{kind: A, spec: {big: 9007199254740992}}")},
			{Action: Apply, Source: 9, FullName: "beyond", Manifest: planned("{kind: D}")},
			{Action: Apply, FullName: "own", Hidden: true, Manifest: planned("{kind: E, text: '${not evaluated}'}")},
			{Action: Patch, FullName: "p", GracePeriodSeconds: &grace, Body: map[string]any{"gone": nil, "list": []any{int64(1), nil}}},
			{Action: Delete, FullName: "d", UID: "u"},
		},
	}
	p := stored(t, plan, sources)
	if p.Steps[0].Manifest != nil || p.Steps[0].Patch == nil || p.Steps[2].Manifest == nil {
		t.Errorf("steps are stored as %+v", p.Steps)
	}
	got, err := p.plan(sources)
	if err != nil {
		t.Fatal(err)
	}
	for i := range got.Steps {
		got.Steps[i].Source = plan.Steps[i].Source // one that is of no use is left out
	}
	if !reflect.DeepEqual(got, plan) {
		t.Errorf("got  %#v\nwant %#v", got, plan)
	}
}

// What a stage applies is what it has planned, whatever has become of its
// context.
func TestStoredPlanRefusesOtherManifests(t *testing.T) {
	t.Parallel()
	sources := []any{object(t, "{kind: A, metadata: {name: a}, data: {x: y}}")}
	plan := Plan{Steps: []Step{{Action: Apply, Source: 1, FullName: "a", Manifest: object(t, "{kind: A, metadata: {name: a-v000}, data: {x: y}}")}}}
	p := stored(t, plan, sources)
	for name, changed := range map[string][]any{
		"another value": {object(t, "{kind: A, metadata: {name: a}, data: {x: z}}")},
		"one more":      {object(t, "{kind: A, metadata: {name: a}, data: {x: y, evil: z}}")},
		"no object":     {"text"},
		"none":          {},
	} {
		_, err := p.plan(changed)
		if fault.KindOf(err) != fault.Conflict || !strings.Contains(err.Error(), "were changed while it ran") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Thousands of objects, whose contents can't be compressed, are within the
// bound of what a stage may remember.
func TestStoredPlanIsSmall(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	var (
		sources []any
		plan    Plan
		size    int
	)
	for i := range 2000 {
		noise := make([]byte, 1500)
		for j := range noise {
			noise[j] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/"[random.IntN(64)]
		}
		m := map[string]any{"apiVersion": "v1", "kind": "ConfigMap", "metadata": map[string]any{"name": fmt.Sprintf("m%d", i)}, "data": map[string]any{"x": string(noise)}}
		applied := model.Merge(m, map[string]any{"metadata": map[string]any{
			"name": fmt.Sprintf("m%d-v000", i), "namespace": "shop", "labels": map[string]any{"app.kubernetes.io/name": "shop", "app.kubernetes.io/managed-by": "spinnaker"},
			"annotations": map[string]any{"artifact.spinnaker.io/name": fmt.Sprintf("m%d", i), "artifact.spinnaker.io/version": "v000", "gennaker.io/content": digest(noise)},
		}})
		sources = append(sources, m)
		plan.Steps = append(plan.Steps, Step{Action: Apply, Source: i + 1, Kind: "ConfigMap", FullName: fmt.Sprintf("configMap m%d-v000", i), Manifest: applied})
		size += len(noise)
	}
	p, err := storePlan(plan, sources)
	if err != nil {
		t.Fatal(err)
	}
	result, err := remember(stage.Succeeded(), state{Plan: p, Applied: p})
	if err != nil {
		t.Fatal(err)
	}
	if got := len(result.State.Data); got > engine.MaxState/2 || got > size/4 {
		t.Errorf("%d bytes are remembered of %d bytes of manifests", got, size)
	}
}

func FuzzStoredPlan(f *testing.F) {
	f.Add(`{kind: A, a: [1, 2.5], b: {c: null}}`, `{kind: A, a: [1], b: {c: d}, "": 1e400}`)
	f.Fuzz(func(t *testing.T, from, to string) {
		source, err := Decode([]byte(from))
		if err != nil || len(source) != 1 {
			return
		}
		wanted, err := Decode([]byte(to))
		if err != nil || len(wanted) != 1 {
			return
		}
		m, err := PlainObject(wanted[0])
		if err != nil {
			return
		}
		sources := []any{source[0]}
		got, err := stored(t, Plan{Steps: []Step{{Source: 1, Manifest: m}}}, sources).plan(sources)
		if err != nil || len(got.Steps) != 1 || !reflect.DeepEqual(got.Steps[0].Manifest, m) {
			t.Fatalf("got %v, want %v (%v)", got.Steps, m, err)
		}
	})
}
