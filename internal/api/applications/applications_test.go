package applications_test

import (
	"context"
	"encoding/json"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/gennaker/gennaker/internal/api/apitest"
	"github.com/gennaker/gennaker/internal/api/applications"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
)

// object and list are what JSON looks like in tests.
type (
	object = map[string]any
	list   = []any
)

func TestApplications(t *testing.T) {
	t.Parallel()
	k := apitest.New(t)
	k.Get("/applications/demo").Refused(http.StatusNotFound, "Application not found (id: demo)")
	if got := k.Get("/applications").Is(http.StatusOK).List(); len(got) != 0 {
		t.Fatalf("applications at the start: %v", got)
	}
	k.Application("demo")
	k.Application("Other")

	app := k.Get("/applications/DEMO?expand=false").Is(http.StatusOK).Object()
	attributes := model.Object(app, "attributes")
	if app["name"] != "demo" || attributes["email"] != "me@example.com" || app["clusters"] == nil || attributes["createTs"] == "" {
		t.Errorf("application: %v", app)
	}
	if got := apitest.Names(k.Get("/applications").List(), "name"); !slices.Equal(got, []string{"demo", "other"}) {
		t.Errorf("applications: %v", got)
	}
	if got := k.Get("/applications?owner=you@example.com").List(); len(got) != 0 {
		t.Errorf("of another owner: %v", got)
	}
	k.Get("/applications/demo?expand=perhaps").Refused(http.StatusBadRequest, "expand")

	// An update keeps what isn't given, and is remembered.
	id := apitest.IDOf(k.Post("/applications/demo/tasks", object{
		"description": "Update", "job": list{object{"type": "updateApplication", "application": object{"name": "demo", "description": "new"}}},
	}).Is(http.StatusOK))
	k.Ended(id)
	attributes = model.Object(k.Get("/applications/demo").Object(), "attributes")
	if attributes["description"] != "new" || attributes["email"] != "me@example.com" {
		t.Errorf("after an update: %v", attributes)
	}
	if got := k.Get("/applications/demo/history").Is(http.StatusOK).List(); len(got) != 2 || got[0]["description"] != "new" {
		t.Errorf("history: %v", got)
	}
}

func TestApplicationTasksFail(t *testing.T) {
	t.Parallel()
	k := apitest.New(t)
	for name, c := range map[string]struct {
		job  object
		want string
	}{
		"no name":      {object{"type": "createApplication", "application": object{"email": "a@b"}}, "application.name"},
		"no email":     {object{"type": "createApplication", "application": object{"name": "x"}}, "non-empty email"},
		"bad name":     {object{"type": "createApplication", "application": object{"name": "a_b", "email": "a@b", "cloudProviders": "kubernetes"}}, "Invalid application name 'a_b'"},
		"dependencies": {object{"type": "deleteApplication", "application": object{"name": "busy"}}, "Application is associated with one or more security groups"},
	} {
		t.Run(name, func(t *testing.T) {
			id := apitest.IDOf(k.Post("/tasks", object{"application": "x", "description": name, "job": list{c.job}}).Is(http.StatusOK))
			if e := k.Ended(id); e.Status != model.Terminal {
				t.Errorf("status %s", e.Status)
			}
			task := k.Get("/tasks/" + id).Is(http.StatusOK)
			if !strings.Contains(string(task.Body), c.want) {
				t.Errorf("the task does not say %q: %s", c.want, task.Body)
			}
		})
	}
}

func TestDeleteApplication(t *testing.T) {
	t.Parallel()
	k := apitest.New(t)
	k.Application("demo")
	k.Application("rest")
	k.Pipeline("demo", "one", nil)
	k.Post("/strategies", object{"application": "demo", "name": "careful", "stages": list{}}).Is(http.StatusOK)
	k.Post("/notifications/application/demo", object{"email": list{}}).Is(http.StatusOK).Empty()
	for _, apps := range []list{{"demo"}, {"demo", "rest"}} {
		name := "with" + strings.Repeat("x", len(apps))
		k.Ended(apitest.IDOf(k.Post("/tasks", object{"application": "spinnaker", "job": list{object{
			"type": "upsertProject", "project": object{"name": name, "email": "a@b", "config": object{"applications": apps}},
		}}}).Is(http.StatusOK)))
	}
	id := apitest.IDOf(k.Post("/tasks", object{"application": "demo", "description": "Deleting Application: demo",
		"job": list{object{"type": "deleteApplication", "application": object{"name": "demo"}}}}).Is(http.StatusOK))
	e := k.Ended(id)
	if e.Status != model.Succeeded || len(e.Stages[0].Tasks) != 2 || e.Stages[0].Tasks[0].Name != "verifyNoDependencies" {
		t.Fatalf("deletion: %+v", e.Stages[0])
	}
	k.Get("/applications/demo").Is(http.StatusNotFound)
	for _, path := range []string{"/applications/demo/pipelineConfigs", "/applications/demo/strategyConfigs"} {
		if got := k.Get(path).List(); len(got) != 0 {
			t.Errorf("%s after the deletion: %v", path, got)
		}
	}
	if got := string(k.Get("/notifications/application/demo").Is(http.StatusOK).Body); got != "{}" {
		t.Errorf("notifications after the deletion: %s", got)
	}
	projects := k.Get("/projects").List()
	if len(projects) != 1 || !slices.Equal(model.Strings(model.Object(projects[0], "config"), "applications"), []string{"rest"}) {
		t.Errorf("projects after the deletion: %v", projects)
	}
	// The tasks of what is gone can still be read.
	if got := k.Get("/applications/demo/tasks").List(); len(got) == 0 {
		t.Error("no tasks after the deletion")
	}
}

// TestListsSayWhatTheStoreHas compares lists, which pass stored JSON on, with
// the same things read one by one, which are decoded.
func TestListsSayWhatTheStoreHas(t *testing.T) {
	t.Parallel()
	k := apitest.New(t, func(d *apitest.Parts) { d.Running = clusters{} })
	err := k.Store.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		for _, app := range []model.Application{
			{"name": "Demo", "email": "A@b", "accounts": "old", "text": "<\"name\": é"},
			{"name": "plain", "email": "c@d", "accounts": "stored,also", "trafficGuards": list{object{"stack": "x"}}},
		} {
			if _, err := tx.SaveApplication(ctx, app, "me"); err != nil {
				return err
			}
		}
		for _, p := range []model.Pipeline{
			{"application": "demo", "name": "second", "index": 9, "lastModified": 5, "x": object{"index": 1, "lastModified": 2}},
			{"application": "demo", "name": "First", "index": 3, "big": json.Number("12345678901234567890.10"), "nothing": nil},
			{"application": "plain", "name": "no index"},
		} {
			if _, err := tx.SavePipeline(ctx, store.PipelineKind, p, "me", 0); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	get := func(path string) (out any) {
		t.Helper()
		answer := k.Get(path).Is(http.StatusOK)
		answer.Decode(&out)
		if answer.Header.Get("ETag") == "" {
			t.Errorf("%s has no entity tag", path)
		}
		return out
	}
	config := func(application, name string, index any) object {
		out := get("/applications/" + application + "/pipelineConfigs/" + name).(object)
		if index != nil {
			out["index"] = index
		}
		return out
	}
	attributes := func(name string) object { return model.Object(get("/applications/"+name).(object), "attributes") }
	number := func(n string) any { return json.Number(n) }
	for path, want := range map[string]list{
		"/pipelineConfigs": {
			config("demo", "First", nil), config("demo", "second", nil), config("plain", "no%20index", nil),
		},
		"/applications/DEMO/pipelineConfigs":                        {config("demo", "First", number("0")), config("demo", "second", number("1"))},
		"/applications/demo/pipelineConfigs?pipelineNameFilter=SEC": {config("demo", "second", number("1"))},
		"/applications/demo/pipelineConfigs?pipelineLimit=1":        {config("demo", "First", number("0"))},
		"/applications/plain/pipelineConfigs":                       {config("plain", "no%20index", number("0"))},
		"/applications/none/pipelineConfigs":                        {},
		"/applications":                                             {attributes("demo"), attributes("plain"), attributes("seen")},
		"/applications?owner=a@B":                                   {attributes("demo")},
		"/applications?account=ALSO":                                {attributes("plain")},
		"/applications?account=kube":                                {attributes("demo"), attributes("seen")},
		"/applications?account=old":                                 {},
	} {
		if got := get(path); !reflect.DeepEqual(got, any(want)) {
			t.Errorf("%s:\n%v, want\n%v", path, got, want)
		}
	}
	if got := attributes("demo"); got["accounts"] != "kube,other" || got["name"] != "demo" {
		t.Errorf("attributes: %v", got)
	}
}

// clusters has something of demo, and of an application nobody has made.
// clusters tells where applications run; nothing else is asked of it.
type clusters struct{ applications.Clouds }

func (clusters) ApplicationClusters(context.Context, string) (map[string][]map[string]any, error) {
	return nil, nil
}

func (clusters) ApplicationAccounts(context.Context) (map[string][]string, error) {
	return map[string][]string{"demo": {"kube", "other"}, "seen": {"kube"}}, nil
}
