package api_test

import (
	"context"
	"net/http"
	"slices"
	"testing"

	"github.com/gennaker/gennaker/internal/access"
	"github.com/gennaker/gennaker/internal/api/apitest"
	"github.com/gennaker/gennaker/internal/catalog"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
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

func tag(name, namespace string, value any) object {
	return object{"name": name, "namespace": namespace, "value": value}
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

func TestTaskDetails(t *testing.T) {
	t.Parallel()
	k := apitest.New(t)
	id := apitest.IDOf(k.Post("/tasks", object{"application": "demo", "job": list{object{
		"type": "wait", "waitTime": 0, "kato.tasks": list{object{"id": "one"}, object{"id": "two", "status": object{"completed": true}}},
	}}}).Is(http.StatusOK))
	k.Ended(id)
	if got := k.Get("/tasks/" + id + "/details/two").Is(http.StatusOK).Object(); model.Object(got, "status")["completed"] != true {
		t.Errorf("operation: %v", got)
	}
	k.Get("/applications/demo/tasks/" + id + "/details/one").Is(http.StatusOK)
	k.Get("/tasks/"+id+"/details/three").Refused(http.StatusNotFound, "Task not found (id: three)")
	k.Get("/tasks/none/details/one").Refused(http.StatusNotFound, "one")
}

func TestAdministration(t *testing.T) {
	t.Parallel()
	open := apitest.New(t)
	if got := open.Get("/admin").Is(http.StatusOK).Object(); got["isAdmin"] != true || got["username"] != "anonymous" {
		t.Errorf("without logins: %v", got)
	}
	open.Application("demo")
	open.Pipeline("demo", "stuck", nil, apitest.ToldStage("1"))
	id := apitest.IDOf(open.Post("/pipelines/demo/stuck", nil).Is(http.StatusAccepted))
	running := open.Until(id, func(e *model.Execution) bool { return e.Status == model.Running })
	looked := open.Post("/admin/executions/hydrate?dryRun=true&executionId="+id, nil).Is(http.StatusOK).Object()
	found := model.Object(model.Object(looked, "executions"), id)
	if start, _ := model.Int(found, "startTime"); looked["dryRun"] != true || start != running.StartTime || len(model.List(found, "actions")) != 0 {
		t.Errorf("hydration: %v", looked)
	}
	open.Post("/admin/executions/hydrate", nil).Refused(http.StatusBadRequest, "executionId")
	open.Put("/admin/executions/forceCancel?executionType=ORCHESTRATION&executionId="+id, nil).Refused(http.StatusNotFound, "Task not found")
	open.Put("/admin/executions/forceCancel?executionType=x&executionId="+id, nil).Refused(http.StatusBadRequest, "neither")
	open.Put("/admin/executions/forceCancel", nil).Refused(http.StatusBadRequest, "executionId")
	open.Put("/admin/executions/forceCancel?executionId="+id, nil).Is(http.StatusOK).Empty()
	if e := open.Ended(id); e.Status != model.Canceled {
		t.Errorf("cancelled: %s", e.Status)
	}
	if got := open.Post("/admin/executions/hydrate?executionId="+id, nil).Is(http.StatusOK).Object(); len(model.Object(got, "executions")) != 0 {
		t.Errorf("an execution that has ended: %v", got)
	}
	open.Post("/auth/roles/sync", nil).Refused(http.StatusForbidden, "Access is denied")

	closed := apitest.New(t, func(d *apitest.Parts) {
		d.Identify = func(r *http.Request) (access.Principal, error) {
			name := r.Header.Get("X-Login")
			if name == "" {
				return access.Principal{}, fault.New(fault.Forbidden, "log in first")
			}
			return access.Principal{Name: name, Admin: name == "root"}, nil
		}
	})
	for _, path := range []string{"/admin/executions/hydrate?executionId=x", "/auth/roles/sync", "/auth/deleteSessionCache"} {
		closed.Call(http.MethodPost, path, nil, "X-Login", "ann").Refused(http.StatusForbidden, "Access is denied")
		closed.Call(http.MethodPost, path, nil, "X-Login", "root").Is(http.StatusOK)
	}
	closed.Call(http.MethodPut, "/admin/executions/forceCancel?executionId=x", nil, "X-Login", "ann").Refused(http.StatusForbidden, "Access is denied")
	if got := closed.Call(http.MethodGet, "/admin", nil, "X-Login", "ann").Is(http.StatusOK).Object(); got["isAdmin"] != false {
		t.Errorf("ann: %v", got)
	}
}

func TestRedirectAfterLogin(t *testing.T) {
	t.Parallel()
	k := apitest.New(t, func(d *apitest.Parts) { d.Config.CORS.AllowedOrigins = []string{"https://deck.example.com"} })
	for to, known := range map[string]bool{
		"https://deck.example.com/%23/applications": true,
		k.Server.URL + "/swagger-ui/index.html":     true,
		"http://deck.example.com/":                  false,
		"https://deck.example.com.evil.org/":        false,
		"https://deck.example.com@evil.org/":        false,
		"//evil.org/":                               false,
		"/here":                                     false,
		"javascript:alert(1)":                       false,
		"":                                          false,
		"https://%zz":                               false,
	} {
		got := k.Get("/auth/redirect?to=" + to)
		if !known {
			got.Refused(http.StatusBadRequest, "not recognized")
			continue
		}
		if got.Is(http.StatusFound).Header.Get("Location") == "" {
			t.Errorf("%s: no location", to)
		}
	}
}
