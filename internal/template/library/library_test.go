package library_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/gennaker/gennaker/internal/artifact"
	"github.com/gennaker/gennaker/internal/execution"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage/templates"
	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/store/storetest"
	"github.com/gennaker/gennaker/internal/template"
	"github.com/gennaker/gennaker/internal/template/library"
	"github.com/gennaker/gennaker/internal/testpostgres"
)

var (
	_ artifact.Templates  = (*library.Library)(nil)
	_ templates.Store     = (*library.Library)(nil)
	_ templates.Planner   = (*template.Planner)(nil)
	_ template.Templates  = (*library.Library)(nil)
	_ template.Pipelines  = (*library.Library)(nil)
	_ execution.Templates = (*template.Planner)(nil)
)

func TestMain(m *testing.M) { testpostgres.Main(m) }

type (
	object = map[string]any
	list   = []any
)

func v2(id string, more object) object {
	return model.Merge(object{
		"schema": "v2", "id": id, "pipeline": object{"stages": list{}},
		"metadata": object{"name": id, "description": "d", "scopes": list{"global"}},
	}, more)
}

func v1(id string, more object) object {
	return model.Merge(object{
		"schema": "1", "id": id, "metadata": object{"name": id, "description": "d", "scopes": list{"shop.*"}},
	}, more)
}

// kind checks what kind of fault an error is, and that it says something.
func kind(t *testing.T, err error, want fault.Kind, part string) {
	t.Helper()
	if err == nil || fault.KindOf(err) != want || !strings.Contains(err.Error(), part) {
		t.Errorf("got %v, want a fault of kind %d that says %q", err, want, part)
	}
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func savePipeline(t *testing.T, st *store.Store, p model.Pipeline) {
	t.Helper()
	ok(t, st.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.SavePipeline(ctx, store.PipelineKind, p, "me", 0)
		return err
	}))
}

func TestVersionsOfTemplates(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		t.Helper()
		l, ctx := library.New(st), t.Context()
		ok(t, l.CreateV2(ctx, v2("a", nil), "", "me"))
		ok(t, l.CreateV2(ctx, v2("a", nil), "", "me")) // the same again
		kind(t, l.CreateV2(ctx, v2("a", object{"protect": true}), "", "me"), fault.Conflict, "a already exists")
		ok(t, l.CreateV2(ctx, v2("a", object{"protect": true}), "stable", "me"))
		kind(t, l.CreateV2(ctx, v2("a", nil), "mine", "me"), fault.Invalid, "mine")
		kind(t, l.CreateV2(ctx, v2("", nil), "", "me"), fault.Invalid, "id is missing")

		versions, err := l.Versions(ctx, []string{"GLOBAL"})
		ok(t, err)
		// a, a:latest, a:stable and the two digests that latest has had.
		if len(versions) != 1 || len(versions["a"]) != 5 {
			t.Fatalf("versions: %v", versions)
		}
		for tag, protect := range map[string]any{"": nil, "latest": true, "stable": true} {
			got, err := l.PipelineTemplate(ctx, "a", tag, "")
			ok(t, err)
			body, _ := got.(object)
			if body["protect"] != protect || body["tag"] != nil || body["digest"] != nil || body["lastModifiedBy"] != "me" || body["updateTs"] == "" {
				t.Errorf("tag %q: %v", tag, body)
			}
		}
		for _, version := range versions["a"] {
			if digest := model.String(version, "digest"); digest != "" {
				for _, name := range []string{digest, "sha256:" + digest} {
					got, err := l.Get(ctx, "a", "", name)
					ok(t, err)
					if got["protect"] != version["protect"] {
						t.Errorf("digest %s: %v", name, got)
					}
				}
			}
		}
		_, err = l.Get(ctx, "a", "canary", "")
		kind(t, err, fault.NotFound, "a:canary")
		_, err = l.Get(ctx, "a", "canary", "x")
		kind(t, err, fault.Invalid, "both")
		ids, err := l.PipelineTemplateIDs(ctx)
		if err != nil || !slices.Equal(ids, []string{"a"}) {
			t.Errorf("ids: %v %v", ids, err)
		}
	})
}

func TestUpdatesAndDeletion(t *testing.T) {
	t.Parallel()
	st := storetest.SQLite(t)
	l, ctx := library.New(st), t.Context()
	ok(t, l.CreateV2(ctx, v2("a", nil), "stable", "me"))
	if got, err := l.Get(ctx, "a", "", ""); err != nil || got["tag"] != "latest" {
		t.Errorf("a template with tags alone: %v %v", got, err)
	}
	ok(t, l.UpdateV2(ctx, "a", v2("a", object{"protect": true}), "stable", "you"))
	kind(t, l.UpdateV2(ctx, "b", v2("a", nil), "", "me"), fault.Invalid, "doesn't match")
	if got, err := l.Get(ctx, "a", "stable", ""); err != nil || got["protect"] != true || got["lastModifiedBy"] != "you" {
		t.Errorf("updated: %v %v", got, err)
	}
	p := model.Pipeline{"id": "p", "application": "shop", "name": "p", "type": "templatedPipeline", "schema": "v2",
		"template": object{"reference": "spinnaker://a:stable"}}
	savePipeline(t, st, p)
	kind(t, l.DeleteV2(ctx, "a", "stable", "", "me"), fault.Invalid, "depend on this template: p")
	for tag, want := range map[string]int{"": 0, "stable": 1, "latest": 0, "test": 0} {
		found, err := l.Affected(ctx, v2("a", nil), tag)
		if err != nil || len(found) != want {
			t.Errorf("a save of tag %q changes %v, %v", tag, found, err)
		}
	}
	if found, err := l.DependentsV2(ctx, "a"); err != nil || len(found) != 1 {
		t.Errorf("dependents: %v %v", found, err)
	}
	ok(t, l.DeleteV2(ctx, "a", "latest", "", "me"))
	kind(t, l.DeleteV2(ctx, "a", "latest", "", "me"), fault.NotFound, "a:latest")
}

func TestVersionOne(t *testing.T) {
	t.Parallel()
	st := storetest.SQLite(t)
	l, ctx := library.New(st), t.Context()
	ok(t, l.CreateV1(ctx, v1("base", nil), "me"))
	ok(t, l.CreateV1(ctx, v1("base", nil), "me"))
	kind(t, l.CreateV1(ctx, v1("base", object{"protect": true}), "me"), fault.Conflict, "already exists")
	ok(t, l.CreateV1(ctx, v1("child", object{"source": "spinnaker://base"}), "me"))
	ok(t, l.CreateV1(ctx, v1("grandchild", object{"source": "spinnaker://Child"}), "me"))
	ok(t, l.UpdateV1(ctx, "base", v1("base", object{"protect": true}), "me"))
	kind(t, l.UpdateV1(ctx, "none", v1("none", nil), "me"), fault.NotFound, "none")
	kind(t, l.UpdateV1(ctx, "base", v1("child", nil), "me"), fault.Invalid, "doesn't match")
	kind(t, l.DeleteV1(ctx, "base", "me"), fault.Invalid, "templates depend on this template: child, grandchild")
	savePipeline(t, st, model.Pipeline{"id": "p", "application": "shop", "name": "p", "type": "templatedPipeline",
		"config": object{"schema": "1", "pipeline": object{"template": object{"source": "spinnaker://grandchild"}}}})
	for recursive, want := range map[bool]int{false: 0, true: 1} {
		found, err := l.DependentsV1(ctx, "base", recursive)
		if err != nil || len(found) != want {
			t.Errorf("dependents, recursive %v: %v %v", recursive, found, err)
		}
	}
	kind(t, l.DeleteV1(ctx, "grandchild", "me"), fault.Invalid, "configs depend on this template: p")
	for scope, want := range map[string]int{"shopping": 3, "other": 0, "": 3} {
		var scopes []string
		if scope != "" {
			scopes = []string{scope}
		}
		if found, err := l.List(ctx, scopes); err != nil || len(found) != want {
			t.Errorf("scope %q: %d %v", scope, len(found), err)
		}
	}
	id, there, err := l.ConfigID(ctx, false, "shop", "p")
	if err != nil || !there || id != "p" {
		t.Errorf("the pipeline's id: %q %v %v", id, there, err)
	}
	if _, there, err := l.ConfigID(ctx, true, "shop", "p"); err != nil || there {
		t.Errorf("a strategy: %v %v", there, err)
	}
}
