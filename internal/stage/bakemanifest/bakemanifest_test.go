package bakemanifest_test

import (
	"cmp"
	"context"
	"encoding/base64"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/bakery"
	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/masking"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
	"github.com/gennaker/gennaker/internal/stage/artifactbind"
	"github.com/gennaker/gennaker/internal/stage/bakemanifest"
)

type (
	object = map[string]any
	list   = []any
)

// oven notes what it is asked to bake.
type oven struct {
	order    bakery.Order
	manifest string
	err      error
}

func (o *oven) Bake(_ context.Context, order bakery.Order) (bakery.Baked, error) {
	o.order = order
	return bakery.Baked{Manifest: []byte(cmp.Or(o.manifest, "kind: ConfigMap\n")), Version: "Helm v4", Key: "k", Objects: 1, Cached: true}, o.err
}

// evaluate replaces one expression.
func evaluate(_ context.Context, _ engine.View, given object) (evaluated, failures object) {
	if given["a"] == "${broken}" {
		return given, object{"a": list{object{"description": "broken"}}}
	}
	return object{"a": "evaluated"}, nil
}

func chart() object { return object{"type": "helm/chart", "name": "web", "version": "1.0.0"} }

// run runs the stage's tasks, and gives it as it is then.
func run(t *testing.T, o *oven, fields object) (*model.Stage, error) {
	t.Helper()
	kind := bakemanifest.Type(o, evaluate, artifactbind.Task{})
	before := &model.Stage{ID: "b", RefID: "1", Outputs: object{"resolvedExpectedArtifacts": list{
		object{"id": "chart", "matchArtifact": object{"artifactAccount": "from-match"}, "boundArtifact": chart()},
	}}}
	s := &model.Stage{ID: "s", RefID: "2", RequisiteStageRefIDs: []string{"1"}, Type: kind.Name, Context: fields, Outputs: object{}}
	in := stage.Input{View: engine.View{Execution: &model.Execution{ID: "E", Stages: []*model.Stage{before, s}}, Stage: s}}
	specs, err := kind.Definition.Tasks(in.View)
	require.NoError(t, err)
	require.Equal(t, []engine.TaskSpec{{Name: "createBake", Class: bakemanifest.Class}, {Name: "bindProducedArtifacts", Class: artifactbind.Class}}, specs)
	for _, spec := range specs {
		result, err := kind.Tasks[spec.Class].Run(t.Context(), in)
		if err != nil {
			return s, err
		}
		require.Equal(t, model.Succeeded, result.Status)
		s.Context, s.Outputs = model.Merge(s.Context, result.Context), model.Merge(s.Outputs, result.Outputs)
	}
	return s, nil
}

func fields(more object) object {
	return model.Merge(object{
		"templateRenderer": "HELM3", "outputName": "shop", "inputArtifacts": list{object{"id": "chart", "account": "charts"}},
		"expectedArtifacts": list{object{"id": "out", "matchArtifact": object{"type": "embedded/base64", "name": "manifest"}}},
	}, more)
}

func TestBake(t *testing.T) {
	t.Parallel()
	var o oven
	s, err := run(t, &o, fields(object{
		"inputArtifacts": list{object{"id": "chart", "account": "charts"}, object{"artifact": object{"type": "http/file", "reference": "v"}}},
		"namespace":      "prod", "apiVersions": "a/v1, b/v2,", "kubeVersion": "1.30", "rawOverrides": "true", "includeCRDs": true,
		"helmChartFilePath": "charts/web", "overrides": object{"n": 3},
	}))
	require.NoError(t, err)
	require.Equal(t, bakery.Order{
		Renderer: "HELM3", OutputName: "shop", Namespace: "prod", APIVersions: []string{"a/v1", "b/v2"}, KubeVersion: "1.30", RawOverrides: true,
		IncludeCRDs: true, Path: "charts/web", Overrides: object{"n": 3},
		Artifacts: []map[string]any{model.Merge(chart(), object{"artifactAccount": "charts"}), {"type": "http/file", "reference": "v"}},
	}, o.order)

	artifacts := model.Objects(s.Outputs, "artifacts")
	require.Len(t, artifacts, 1)
	text, err := base64.StdEncoding.DecodeString(model.String(artifacts[0], "reference"))
	require.NoError(t, err)
	require.Equal(t, "kind: ConfigMap\n", string(text))
	require.Equal(t, "embedded/base64", artifacts[0]["type"])
	require.Equal(t, "manifest", artifacts[0]["name"])
	resolved := model.Objects(s.Outputs, "resolvedExpectedArtifacts")
	require.Len(t, resolved, 1)
	require.Equal(t, artifacts[0], model.Object(resolved[0], "boundArtifact"))
	require.Equal(t, s.Outputs["artifacts"], s.Context["artifacts"])
	require.Equal(t, "kubernetes", s.Outputs["cloudProvider"])
	require.Equal(t, object{"renderer": "HELM3", "version": "Helm v4", "objects": 1, "bytes": 16, "key": "k", "cached": true}, s.Context["bake"])

	again := s.Context
	kind := bakemanifest.Type(&o, evaluate, artifactbind.Task{})
	forget, ok := kind.Definition.(interface{ PrepareForRestart(object) object })
	require.True(t, ok)
	for _, key := range []string{"artifacts", "bake", "resolvedExpectedArtifacts"} {
		require.NotContains(t, forget.PrepareForRestart(again), key)
	}
}

func TestInputs(t *testing.T) {
	t.Parallel()
	var o oven
	_, err := run(t, &o, fields(object{"templateRenderer": "kustomize4", "inputArtifacts": nil, "inputArtifact": object{"id": "chart"}, "kustomizeFilePath": "a/kustomization.yaml", "helmChartFilePath": "no"}))
	require.NoError(t, err)
	require.Equal(t, "KUSTOMIZE4", o.order.Renderer)
	require.Equal(t, "a/kustomization.yaml", o.order.Path)
	require.Equal(t, "from-match", o.order.Artifacts[0]["artifactAccount"])

	_, err = run(t, &o, fields(object{"overrides": object{"a": "${b}"}}))
	require.NoError(t, err)
	require.Equal(t, object{"a": "${b}"}, o.order.Overrides)
	_, err = run(t, &o, fields(object{"overrides": object{"a": "${b}"}, "evaluateOverrideExpressions": true}))
	require.NoError(t, err)
	require.Equal(t, object{"a": "evaluated"}, o.order.Overrides)
}

func TestFailures(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		more  object
		words string
	}{
		"no input":          {object{"inputArtifacts": list{}}, "At least one input artifact to bake must be supplied"},
		"an unknown input":  {object{"inputArtifacts": list{object{"id": "none", "account": "x"}}}, "Input artifact (id: none, account: x) could not be found in execution (id: E)."},
		"no output":         {object{"expectedArtifacts": nil}, "exactly one entry, but has 0"},
		"two outputs":       {object{"expectedArtifacts": list{object{}, object{}}}, "exactly one entry, but has 2"},
		"no renderer":       {object{"templateRenderer": ""}, "templateRenderer is missing"},
		"broken expression": {object{"overrides": object{"a": "${broken}"}, "evaluateOverrideExpressions": true}, "overrides: an expression can't be evaluated"},
	} {
		var o oven
		_, err := run(t, &o, fields(test.more))
		require.ErrorContains(t, err, test.words, name)
		require.False(t, stage.IsRetryable(err), name)
		require.Empty(t, o.order.Renderer, name)
	}
	for kind, again := range map[fault.Kind]bool{fault.Invalid: false, fault.NotFound: false, fault.Unavailable: true} {
		_, err := run(t, &oven{err: fault.New(kind, "it is so")}, fields(nil))
		require.ErrorContains(t, err, "it is so")
		require.Equal(t, again, stage.IsRetryable(err))
	}
}

// TestSecretsAreMasked: what a baked Secret holds isn't in what is read of the stage, but
// it is in what later stages deploy.
func TestSecretsAreMasked(t *testing.T) {
	t.Parallel()
	const word = "hunter2hunter2"
	o := oven{manifest: "---\n# Source: shop/templates/a.yaml\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n---\n# Source: shop/templates/s.yaml\n" +
		"apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData:\n  password: " + word + "\n"}
	s, err := run(t, &o, fields(nil))
	require.NoError(t, err)
	read := func(s *model.Stage) string {
		text, err := base64.StdEncoding.DecodeString(model.String(model.Objects(s.Outputs, "artifacts")[0], "reference"))
		require.NoError(t, err)
		return string(text)
	}
	require.Contains(t, read(s), word)
	shown := masking.Stage(s)
	require.NotContains(t, read(shown), word)
	require.Contains(t, read(shown), "name: a")
}
