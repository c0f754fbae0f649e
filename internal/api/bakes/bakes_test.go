package bakes_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/api/apitest"
	"github.com/gennaker/gennaker/internal/bakery"
	"github.com/gennaker/gennaker/internal/cloud/view"
	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/expression"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
)

type (
	object = apitest.Object
	list   = apitest.List
)

// baker renders the text in a stage's outputName, as its name says it.
type baker struct{ asked []engine.View }

func (b *baker) Bake(_ context.Context, v engine.View) (bakery.Baked, object, error) {
	b.asked = append(b.asked, v)
	name := model.String(v.Stage.Context, "outputName")
	switch name {
	case "broken":
		return bakery.Baked{}, nil, fault.New(fault.Invalid, "chart a: template: a/templates/x.yaml:3:5: nil pointer")
	case "away":
		return bakery.Baked{}, nil, fault.New(fault.Unavailable, "the repository doesn't answer")
	}
	return bakery.Baked{Manifest: []byte(name)}, object{"version": "Helm v4"}, nil
}

const secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData:\n  password: hunter2hunter2\n"

// plans tells which manifests it was given.
type plans struct{ given object }

func (p *plans) PlanManifests(_ context.Context, stage object) (any, error) {
	p.given = stage
	if stage["account"] == "far" {
		return nil, fault.New(fault.Unavailable, "the cluster doesn't answer")
	}
	return object{"changes": list{}, "summary": object{}, "different": false, "text": "nothing to do\n"}, nil
}

type guarded struct{}

func (guarded) CloudAccounts(context.Context) ([]view.Account, error) {
	return []view.Account{{Name: "prod"}, {Name: "far"}, {Name: "vault", Permissions: map[string][]string{"WRITE": {"keepers"}}}}, nil
}

// run stores a run of a pipeline with a stage that has baked a manifest.
func run(k *apitest.Kit, id string, at int64, status model.Status, manifest string) {
	k.T.Helper()
	s := &model.Stage{
		ID: "S" + id, RefID: "1", Type: "bakeManifest", Name: "Bake", Status: status, Context: object{"bake": object{"version": "Helm v4"}}, Outputs: object{},
		Tasks: []*model.Task{},
	}
	if status == model.Succeeded {
		artifact := object{"type": "embedded/base64", "name": "m", "reference": base64.StdEncoding.EncodeToString([]byte(manifest))}
		if strings.HasPrefix(manifest, "ref://") {
			artifact = object{"type": "remote/base64", "name": "m", "reference": manifest}
		}
		s.Outputs["artifacts"] = list{artifact}
	}
	e := &model.Execution{
		ID: id, Type: model.PipelineExecution, Application: "shop", Name: "p", PipelineConfigID: "P", Status: status, BuildTime: at,
		Trigger: model.Trigger{"type": "manual", "parameters": object{"tag": "v1", "other": "x"}}, Stages: []*model.Stage{s},
	}
	require.NoError(k.T, k.Store.Write(k.T.Context(), func(ctx context.Context, tx *store.Tx) error { return tx.InsertExecution(ctx, e) }))
}

func kit(t *testing.T) (*apitest.Kit, *baker, *plans) {
	t.Helper()
	b, p := &baker{}, &plans{}
	k := apitest.New(t, func(d *apitest.Parts) {
		d.Baker, d.Infra.Manifests, d.Clouds, d.Expressions = b, p, guarded{}, expression.New(expression.Options{})
	})
	run(k, "01", 1000, model.Succeeded, "kind: A\n")
	run(k, "02", 2000, model.Terminal, "")
	run(k, "03", 3000, model.Succeeded, secret)
	return k, b, p
}

const path = "/applications/shop/bakes/preview"

func TestPreviewWithTheValuesOfARun(t *testing.T) {
	t.Parallel()
	k, b, p := kit(t)
	got := k.Post(path, object{
		"executionId": "02", "parameters": object{"tag": "v2"}, "account": "prod", "namespaceOverride": "ns",
		"stage": object{"type": "bakeManifest", "refId": "1", "requisiteStageRefIds": list{}, "outputName": "kind: ${parameters.tag} ${parameters.other}\n", "namespace": "${nope}"},
		"expectedArtifacts": list{
			object{"id": "chart", "matchArtifact": object{"type": "helm/chart", "name": "m"}, "defaultArtifact": object{"name": "d"}, "useDefaultArtifact": true},
			object{"id": "values", "matchArtifact": object{"name": "m"}},
		},
	}).Is(http.StatusOK).Object()
	require.Equal(t, "kind: v2 x\n", got["manifest"])
	require.Equal(t, object{"version": "Helm v4"}, got["bake"])
	require.Len(t, got["warnings"], 1)
	require.Equal(t, "03", model.String(model.Object(got, "last"), "executionId"), "the newest that has baked")
	require.NotNil(t, got["plan"])
	require.Equal(t, "kind: v2 x\n", p.given["manifests"])
	require.Equal(t, "ns", p.given["namespaceOverride"])
	seen := b.asked[0].Execution
	require.Len(t, seen.Stages, 1, "the run's own stage is not in the way")
	var names []string
	for _, e := range model.Objects(object(seen.Trigger), "resolvedExpectedArtifacts") {
		names = append(names, model.String(model.Object(e, "boundArtifact"), "name"))
	}
	require.Equal(t, []string{"d", "m"}, names)
}

func TestPreviewWithoutARun(t *testing.T) {
	t.Parallel()
	k, _, _ := kit(t)
	preview := func(fields object) *apitest.Answer { return k.Post(path, object{"stage": fields}) }
	got := preview(object{"outputName": secret}).Is(http.StatusOK)
	require.NotContains(t, string(got.Body), "hunter2")
	require.Contains(t, got.Object()["manifest"], "kind: Secret")
	require.Nil(t, got.Object()["last"])
	long := preview(object{"outputName": strings.Repeat("# a line\n", 200_000)}).Is(http.StatusOK).Object()
	require.Equal(t, true, long["cut"])
	require.LessOrEqual(t, len(model.String(long, "manifest")), 1<<20)

	broken := preview(object{"outputName": "broken"}).Is(http.StatusOK).Object()
	require.Equal(t, object{"message": "chart a: template: a/templates/x.yaml:3:5: nil pointer", "place": object{"file": "a/templates/x.yaml", "line": json.Number("3"), "column": json.Number("5")}}, broken["error"])
	preview(object{"outputName": "away"}).Refused(http.StatusServiceUnavailable, "doesn't answer")
	k.Post(path, object{}).Refused(http.StatusBadRequest, "stage: is missing")
	k.Post(path, object{"stage": object{}, "executionId": "none"}).Is(http.StatusNotFound)
	k.Post("/applications/other/bakes/preview", object{"stage": object{}, "executionId": "01"}).Refused(http.StatusNotFound, "the application other has no execution 01")
	k.Post(path, object{"stage": object{"outputName": "a"}, "account": "vault"}).Is(http.StatusForbidden)
	far := k.Post(path, object{"stage": object{"outputName": "a"}, "account": "far"}).Is(http.StatusOK).Object()
	require.Equal(t, "the cluster doesn't answer", far["planError"])

	apitest.New(t).Post(path, object{"stage": object{}}).Is(http.StatusServiceUnavailable)
}

// contents are those of one application's artifacts.
type contents struct{}

func (contents) Shown(_ context.Context, application, hash string) (string, error) {
	return base64.StdEncoding.EncodeToString([]byte("kind: Stored # of " + application + " " + hash[:3] + "\n")), nil
}

func (contents) HoldSecrets(context.Context, string) (bool, error) { return false, nil }

// Large manifests are kept apart from executions; those of other applications aren't read.
func TestStoredContents(t *testing.T) {
	t.Parallel()
	k := apitest.New(t, func(d *apitest.Parts) { d.Baker, d.Contents = &baker{}, contents{} })
	hash := strings.Repeat("ab1", 21) + "0"
	run(k, "01", 1000, model.Succeeded, "ref://shop/"+hash)
	got := k.Get("/pipelines/01/stages/S01/bake").Is(http.StatusOK).Object()
	require.Equal(t, "kind: Stored # of shop ab1\n", got["manifest"])
	for _, body := range []object{
		{"stage": object{"outputName": "a", "inputArtifacts": list{object{"artifact": object{"type": "remote/base64", "reference": "ref://other/" + hash}}}}},
		{"stage": object{"outputName": "a"}, "expectedArtifacts": list{object{"id": "x", "matchArtifact": object{"reference": "ref://other/" + hash}}}},
	} {
		k.Post(path, body).Refused(http.StatusForbidden, "belongs to the application other")
	}
}

func TestStageBake(t *testing.T) {
	t.Parallel()
	k, _, _ := kit(t)
	got := k.Get("/pipelines/03/stages/S03/bake").Is(http.StatusOK)
	require.NotContains(t, string(got.Body), "hunter2")
	last := model.Object(got.Object(), "last")
	require.Equal(t, "01", last["executionId"], "the last that has baked before it")
	require.Equal(t, "kind: A\n", last["manifest"])
	first := k.Get("/pipelines/01/stages/S01/bake").Is(http.StatusOK).Object()
	require.Nil(t, first["last"])
	k.Get("/pipelines/02/stages/S02/bake").Refused(http.StatusNotFound, "has baked no manifest")
	k.Get("/pipelines/03/stages/none/bake").Is(http.StatusNotFound)
	k.Get("/pipelines/none/stages/x/bake").Is(http.StatusNotFound)
}
