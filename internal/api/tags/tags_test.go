package tags_test

import (
	"context"
	"net/http"
	"slices"
	"testing"

	"github.com/gennaker/gennaker/internal/api/apitest"
	"github.com/gennaker/gennaker/internal/catalog"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
)

// object and list are what JSON looks like in tests.
type (
	object = map[string]any
	list   = []any
)

// tagged stores the tags of an entity.
func tagged(k *apitest.Kit, id, kind, entity, account string, tags ...any) {
	k.T.Helper()
	err := k.Store.Write(k.T.Context(), func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.SaveDocument(ctx, store.Document{Kind: catalog.EntityTagsKind, ID: id, Body: object{
			"id": id, "tags": tags, "entityRef": object{
				"cloudProvider": "kubernetes", "entityType": kind, "entityId": entity, "account": account, "region": "default",
			},
		}}, "me")
		return err
	})
	if err != nil {
		k.T.Fatal(err)
	}
}

func TestEntityTags_AreFound(t *testing.T) {
	t.Parallel()
	k := apitest.New(t)
	tagged(k, "kubernetes:servergroup:demo-v001:open:default", "servergroup", "demo-v001", "open", tag("note", "default", "Hello"), tag("alert", "ops", object{"text": "x"}))
	tagged(k, "kubernetes:servergroup:demo-v002:shut:default", "servergroup", "demo-v002", "shut", tag("note", "ops", "bye"))
	tagged(k, "kubernetes:cluster:shop:open:default", "cluster", "shop", "open", tag("weight", "default", 3))
	for query, want := range map[string][]string{
		"":                              {"demo-v001", "demo-v002", "shop"},
		"maxResults=1":                  {"demo-v001"},
		"cloudProvider=kubernetes":      {"demo-v001", "demo-v002", "shop"},
		"cloudProvider=aws":             nil,
		"account=OPEN":                  {"demo-v001", "shop"},
		"application=demo":              {"demo-v001", "demo-v002"},
		"application=shop":              {"shop"},
		"entityId=demo-v002,shop":       {"demo-v002", "shop"},
		"entityType=serverGroup":        {"demo-v001", "demo-v002"},
		"entityType=server*":            {"demo-v001", "demo-v002"},
		"idPrefix=kubernetes:*:open:*":  {"demo-v001", "shop"},
		"idPrefix=kubernetes:cluster":   nil,
		"tag:note=hello":                {"demo-v001"},
		"tag:note=*":                    {"demo-v001", "demo-v002"},
		"tag:note=*&namespace=ops":      {"demo-v002"},
		"tag:note=*&tag:alert=*":        {"demo-v001"},
		"tag:weight=3":                  {"shop"},
		"tag:none=*":                    nil,
		"namespace=ops":                 {"demo-v001", "demo-v002"},
		"namespace=none":                nil,
		"region=default&tag:weight=3":   {"shop"},
		"region=elsewhere&tag:weight=3": nil,
	} {
		var got []string
		for _, found := range k.Get("/tags?" + query).Is(http.StatusOK).List() {
			got = append(got, model.String(model.Object(found, "entityRef"), "entityId"))
		}
		slices.Sort(got)
		slices.Sort(want)
		if query == "maxResults=1" {
			if len(got) != 1 {
				t.Errorf("%s: %v", query, got)
			}
			continue
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", query, got, want)
		}
	}
	k.Get("/tags?maxResults=x").Refused(http.StatusBadRequest, "maxResults")
	if got := k.Get("/tags/Kubernetes:Cluster:shop:open:default").Is(http.StatusOK).Object(); len(model.List(got, "tags")) != 1 {
		t.Errorf("by id: %v", got)
	}
	k.Get("/tags/a/b/c").Refused(http.StatusNotFound, "No EntityTags found w/ id = 'a/b/c'")
}

func TestEntityTags_AreChangedByTasks(t *testing.T) {
	t.Parallel()
	k := apitest.New(t)
	task := func(a *apitest.Answer) object {
		t.Helper()
		e := k.Ended(apitest.IDOf(a.Is(http.StatusAccepted)))
		return object{"application": e.Application, "description": e.Description, "context": e.Stages[0].Context}
	}
	const query = "?entityId=demo-main-v001&entityType=servergroup&account=open&region=default&cloudProvider=kubernetes"
	made := task(k.Post("/tags"+query+"&isPartial=false", list{tag("note", "default", "x")}))
	context := model.Object(made, "context")
	if made["application"] != "demo" || made["description"] != "Updating Tags on 'demo-main-v001'" ||
		model.String(model.Object(context, "entityRef"), "cloudProvider") != "kubernetes" || context["isPartial"] != false || len(model.Objects(context, "tags")) != 1 {
		t.Errorf("task: %v", made)
	}
	if made := task(k.Post("/tags"+query+"&application=shop", list{})); made["application"] != "shop" || model.Object(made, "context")["isPartial"] != true {
		t.Errorf("with an application: %v", made)
	}
	k.Post("/tags?entityId=x", list{}).Refused(http.StatusBadRequest, "cloudProvider is required")
	k.Post("/tags"+query, object{}).Refused(http.StatusBadRequest, "a list")
	k.Post("/tags"+query, list{"x"}).Refused(http.StatusBadRequest, "item 0")

	tagged(k, "kubernetes:servergroup:demo-v001:open:default", "servergroup", "demo-v001", "open", tag("note", "default", "x"))
	gone := task(k.Delete("/tags/kubernetes:servergroup:demo-v001:open:default/note,other"))
	if gone["application"] != "demo" || !slices.Equal(model.Strings(model.Object(gone, "context"), "tags"), []string{"note", "other"}) {
		t.Errorf("deletion: %v", gone)
	}
	k.Delete("/tags/none/note").Refused(http.StatusNotFound, "none")
	if many := task(k.Post("/batch/tags", list{object{"tags": list{}}})); many["application"] != "adhoc" || len(model.Objects(model.Object(many, "context"), "entityTags")) != 1 {
		t.Errorf("several: %v", many)
	}
}

func tag(name, namespace string, value any) object {
	return object{"name": name, "namespace": namespace, "value": value}
}
