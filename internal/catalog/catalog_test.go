package catalog_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/gennaker/gennaker/internal/catalog"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage/frontfifty"
	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/store/storetest"
)

var _ frontfifty.Store = (*catalog.Catalog)(nil)

type object = map[string]any

func save(t *testing.T, c *catalog.Catalog, application, id string, index int) {
	t.Helper()
	p := model.Pipeline{"id": id, "application": application, "name": "p-" + id, "index": index}
	if _, err := c.SavePipeline(t.Context(), store.PipelineKind, p, "me", 0); err != nil {
		t.Fatal(err)
	}
}

func TestReorderIsAllOrNothing(t *testing.T) {
	t.Parallel()
	st := storetest.SQLite(t)
	c := catalog.New(st)
	save(t, c, "demo", "a", 0)
	save(t, c, "demo", "b", 1)
	save(t, c, "other", "x", 0)
	reorder := func(indices map[string]int64) error {
		return c.ReorderPipelines(t.Context(), store.PipelineKind, "Demo", indices, "me")
	}
	for _, stranger := range []string{"x", "none"} {
		if err := reorder(map[string]int64{"a": 5, stranger: 6}); fault.KindOf(err) != fault.NotFound {
			t.Errorf("with %s: %v", stranger, err)
		}
	}
	if err := reorder(map[string]int64{"a": 1, "b": 0}); err != nil {
		t.Fatal(err)
	}
	found, err := st.Pipelines(t.Context(), store.PipelineFilter{Kind: store.PipelineKind, Application: "demo"})
	if err != nil || found[0].ID() != "b" || found[1].Index() != 1 {
		t.Errorf("order: %v %v", found, err)
	}
}

func TestReorderGoesAroundOthersSaves(t *testing.T) {
	t.Parallel()
	st := storetest.SQLite(t)
	c := catalog.New(st)
	for i := range 5 {
		save(t, c, "demo", fmt.Sprint(i), i)
	}
	ended := make(chan error)
	go func() {
		for range 20 {
			if _, err := c.SavePipeline(context.WithoutCancel(t.Context()), store.PipelineKind,
				model.Pipeline{"id": "0", "application": "demo", "name": "p-0", "description": "again"}, "you", 0); err != nil {
				ended <- err
				return
			}
		}
		ended <- nil
	}()
	refused := 0
	for i := range 20 {
		err := c.ReorderPipelines(t.Context(), store.PipelineKind, "demo", map[string]int64{"0": int64(i + 10), "1": int64(i)}, "me")
		if fault.KindOf(err) == fault.Conflict {
			refused++ // five times in a row someone else was quicker
		} else if err != nil {
			t.Error(err)
		}
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if refused > 10 {
		t.Errorf("%d of 20 reorders were refused", refused)
	}
	p, err := c.Pipeline(t.Context(), "0")
	if err != nil || p["description"] != "again" {
		t.Errorf("a save was lost: %v %v", p, err)
	}
}

func TestDeleteApplicationTakesWhatBelongsToIt(t *testing.T) {
	t.Parallel()
	st := storetest.SQLite(t)
	c := catalog.New(st)
	if err := c.DeleteApplication(t.Context(), "demo", "me"); fault.KindOf(err) != fault.NotFound {
		t.Errorf("nothing: %v", err)
	}
	if _, err := c.SaveApplication(t.Context(), model.Application{"name": "demo", "email": "a@b"}, "me"); err != nil {
		t.Fatal(err)
	}
	save(t, c, "demo", "a", 0)
	save(t, c, "other", "b", 0)
	for id, apps := range map[string][]any{"alone": {"demo"}, "both": {"Demo", "other"}, "none": {"other"}} {
		project := object{"id": id, "name": id, "config": object{"applications": apps, "clusters": []any{
			object{"account": "k", "applications": []any{"demo", "other"}}, object{"account": "l", "applications": nil},
		}}}
		if _, err := c.SaveProject(t.Context(), project, "me"); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.DeleteApplication(t.Context(), "DEMO", "me"); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Application(t.Context(), "demo"); fault.KindOf(err) != fault.NotFound {
		t.Errorf("the application: %v", err)
	}
	if _, err := c.Pipeline(t.Context(), "a"); fault.KindOf(err) != fault.NotFound {
		t.Errorf("its pipeline: %v", err)
	}
	if _, err := c.Pipeline(t.Context(), "b"); err != nil {
		t.Errorf("another's pipeline: %v", err)
	}
	projects, err := c.Projects(t.Context())
	if err != nil || len(projects) != 2 {
		t.Fatalf("projects: %v %v", projects, err)
	}
	config := model.Object(projects[0], "config")
	clusters := model.Objects(config, "clusters")
	if !slices.Equal(model.Strings(config, "applications"), []string{"other"}) ||
		!slices.Equal(model.Strings(clusters[0], "applications"), []string{"other"}) || clusters[1]["applications"] != nil {
		t.Errorf("the project that was in both: %v", config)
	}
}

func TestProjectNamesAreUnique(t *testing.T) {
	t.Parallel()
	c := catalog.New(storetest.SQLite(t))
	for _, p := range []struct {
		id, name string
		kind     fault.Kind
	}{{"1", "One", 0}, {"2", "ONE", fault.Invalid}, {"1", "one", 0}, {"2", "Two", 0}} {
		_, err := c.SaveProject(t.Context(), object{"id": p.id, "name": p.name}, "me")
		if (err != nil) != (p.kind != 0) || fault.KindOf(err) != p.kind {
			t.Errorf("%s as %s: %v", p.id, p.name, err)
		}
	}
	if err := c.DeleteProject(t.Context(), "1", "me"); err != nil {
		t.Error(err)
	}
	if _, err := c.Project(t.Context(), "1"); fault.KindOf(err) != fault.NotFound {
		t.Errorf("deleted: %v", err)
	}
}
