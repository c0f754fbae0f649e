package api_test

import (
	"context"
	"net/http"
	"slices"
	"testing"

	"github.com/gennaker/gennaker/internal/access"
	"github.com/gennaker/gennaker/internal/api"
	"github.com/gennaker/gennaker/internal/catalog"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
)

// tagged stores the tags of an entity.
func (k *kit) tagged(id, kind, entity, account string, tags ...any) {
	k.t.Helper()
	err := k.store.Write(k.t.Context(), func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.SaveDocument(ctx, store.Document{Kind: catalog.EntityTagsKind, ID: id, Body: object{
			"id": id, "tags": tags, "entityRef": object{
				"cloudProvider": "kubernetes", "entityType": kind, "entityId": entity, "account": account, "region": "default",
			},
		}}, "me")
		return err
	})
	if err != nil {
		k.t.Fatal(err)
	}
}

func tag(name, namespace string, value any) object {
	return object{"name": name, "namespace": namespace, "value": value}
}

func TestEntityTags_AreFound(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	k.tagged("kubernetes:servergroup:demo-v001:open:default", "servergroup", "demo-v001", "open", tag("note", "default", "Hello"), tag("alert", "ops", object{"text": "x"}))
	k.tagged("kubernetes:servergroup:demo-v002:shut:default", "servergroup", "demo-v002", "shut", tag("note", "ops", "bye"))
	k.tagged("kubernetes:cluster:shop:open:default", "cluster", "shop", "open", tag("weight", "default", 3))
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
		for _, found := range k.get("/tags?" + query).is(http.StatusOK).list() {
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
	k.get("/tags?maxResults=x").refused(http.StatusBadRequest, "maxResults")
	if got := k.get("/tags/Kubernetes:Cluster:shop:open:default").is(http.StatusOK).object(); len(model.List(got, "tags")) != 1 {
		t.Errorf("by id: %v", got)
	}
	k.get("/tags/a/b/c").refused(http.StatusNotFound, "No EntityTags found w/ id = 'a/b/c'")
}

func TestEntityTags_AreChangedByTasks(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	task := func(a *answer) object {
		t.Helper()
		e := k.ended(idOf(a.is(http.StatusAccepted)))
		return object{"application": e.Application, "description": e.Description, "context": e.Stages[0].Context}
	}
	const query = "?entityId=demo-main-v001&entityType=servergroup&account=open&region=default&cloudProvider=kubernetes"
	made := task(k.post("/tags"+query+"&isPartial=false", list{tag("note", "default", "x")}))
	context := model.Object(made, "context")
	if made["application"] != "demo" || made["description"] != "Updating Tags on 'demo-main-v001'" ||
		model.String(model.Object(context, "entityRef"), "cloudProvider") != "kubernetes" || context["isPartial"] != false || len(model.Objects(context, "tags")) != 1 {
		t.Errorf("task: %v", made)
	}
	if made := task(k.post("/tags"+query+"&application=shop", list{})); made["application"] != "shop" || model.Object(made, "context")["isPartial"] != true {
		t.Errorf("with an application: %v", made)
	}
	k.post("/tags?entityId=x", list{}).refused(http.StatusBadRequest, "cloudProvider is required")
	k.post("/tags"+query, object{}).refused(http.StatusBadRequest, "a list")
	k.post("/tags"+query, list{"x"}).refused(http.StatusBadRequest, "item 0")

	k.tagged("kubernetes:servergroup:demo-v001:open:default", "servergroup", "demo-v001", "open", tag("note", "default", "x"))
	gone := task(k.delete("/tags/kubernetes:servergroup:demo-v001:open:default/note,other"))
	if gone["application"] != "demo" || !slices.Equal(model.Strings(model.Object(gone, "context"), "tags"), []string{"note", "other"}) {
		t.Errorf("deletion: %v", gone)
	}
	k.delete("/tags/none/note").refused(http.StatusNotFound, "none")
	if many := task(k.post("/batch/tags", list{object{"tags": list{}}})); many["application"] != "adhoc" || len(model.Objects(model.Object(many, "context"), "entityTags")) != 1 {
		t.Errorf("several: %v", many)
	}
}

func TestTaskDetails(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	id := idOf(k.post("/tasks", object{"application": "demo", "job": list{object{
		"type": "wait", "waitTime": 0, "kato.tasks": list{object{"id": "one"}, object{"id": "two", "status": object{"completed": true}}},
	}}}).is(http.StatusOK))
	k.ended(id)
	if got := k.get("/tasks/" + id + "/details/two").is(http.StatusOK).object(); model.Object(got, "status")["completed"] != true {
		t.Errorf("operation: %v", got)
	}
	k.get("/applications/demo/tasks/" + id + "/details/one").is(http.StatusOK)
	k.get("/tasks/"+id+"/details/three").refused(http.StatusNotFound, "Task not found (id: three)")
	k.get("/tasks/none/details/one").refused(http.StatusNotFound, "one")
}

func TestAdministration(t *testing.T) {
	t.Parallel()
	open := newKit(t)
	if got := open.get("/admin").is(http.StatusOK).object(); got["isAdmin"] != true || got["username"] != "anonymous" {
		t.Errorf("without logins: %v", got)
	}
	open.application("demo")
	open.pipeline("demo", "stuck", nil, toldStage("1"))
	id := idOf(open.post("/pipelines/demo/stuck", nil).is(http.StatusAccepted))
	running := open.until(id, func(e *model.Execution) bool { return e.Status == model.Running })
	looked := open.post("/admin/executions/hydrate?dryRun=true&executionId="+id, nil).is(http.StatusOK).object()
	found := model.Object(model.Object(looked, "executions"), id)
	if start, _ := model.Int(found, "startTime"); looked["dryRun"] != true || start != running.StartTime || len(model.List(found, "actions")) != 0 {
		t.Errorf("hydration: %v", looked)
	}
	open.post("/admin/executions/hydrate", nil).refused(http.StatusBadRequest, "executionId")
	open.put("/admin/executions/forceCancel?executionType=ORCHESTRATION&executionId="+id, nil).refused(http.StatusNotFound, "Task not found")
	open.put("/admin/executions/forceCancel?executionType=x&executionId="+id, nil).refused(http.StatusBadRequest, "neither")
	open.put("/admin/executions/forceCancel", nil).refused(http.StatusBadRequest, "executionId")
	open.put("/admin/executions/forceCancel?executionId="+id, nil).is(http.StatusOK).empty()
	if e := open.ended(id); e.Status != model.Canceled {
		t.Errorf("cancelled: %s", e.Status)
	}
	if got := open.post("/admin/executions/hydrate?executionId="+id, nil).is(http.StatusOK).object(); len(model.Object(got, "executions")) != 0 {
		t.Errorf("an execution that has ended: %v", got)
	}
	open.post("/auth/roles/sync", nil).refused(http.StatusForbidden, "Access is denied")

	closed := newKit(t, func(d *api.Deps) {
		d.Identify = func(r *http.Request) (access.Principal, error) {
			name := r.Header.Get("X-Login")
			if name == "" {
				return access.Principal{}, fault.New(fault.Forbidden, "log in first")
			}
			return access.Principal{Name: name, Admin: name == "root"}, nil
		}
	})
	for _, path := range []string{"/admin/executions/hydrate?executionId=x", "/auth/roles/sync", "/auth/deleteSessionCache"} {
		closed.call(http.MethodPost, path, nil, "X-Login", "ann").refused(http.StatusForbidden, "Access is denied")
		closed.call(http.MethodPost, path, nil, "X-Login", "root").is(http.StatusOK)
	}
	closed.call(http.MethodPut, "/admin/executions/forceCancel?executionId=x", nil, "X-Login", "ann").refused(http.StatusForbidden, "Access is denied")
	if got := closed.call(http.MethodGet, "/admin", nil, "X-Login", "ann").is(http.StatusOK).object(); got["isAdmin"] != false {
		t.Errorf("ann: %v", got)
	}
}

func TestRedirectAfterLogin(t *testing.T) {
	t.Parallel()
	k := newKit(t, func(d *api.Deps) { d.Config.CORS.AllowedOrigins = []string{"https://deck.example.com"} })
	for to, known := range map[string]bool{
		"https://deck.example.com/%23/applications": true,
		k.server.URL + "/swagger-ui/index.html":     true,
		"http://deck.example.com/":                  false,
		"https://deck.example.com.evil.org/":        false,
		"https://deck.example.com@evil.org/":        false,
		"//evil.org/":                               false,
		"/here":                                     false,
		"javascript:alert(1)":                       false,
		"":                                          false,
		"https://%zz":                               false,
	} {
		got := k.get("/auth/redirect?to=" + to)
		if !known {
			got.refused(http.StatusBadRequest, "not recognized")
			continue
		}
		if got.is(http.StatusFound).header.Get("Location") == "" {
			t.Errorf("%s: no location", to)
		}
	}
}
