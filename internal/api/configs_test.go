package api_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/gennaker/gennaker/internal/api/apitest"
	"github.com/gennaker/gennaker/internal/api/applications"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
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

func TestPipelineConfigs(t *testing.T) {
	t.Parallel()
	k := apitest.New(t)
	k.Get("/applications/demo/pipelineConfigs/none").Refused(http.StatusNotFound, "not found")
	first := k.Pipeline("demo", "first", object{"triggers": list{object{"type": "cron", "cronExpression": "0 0 * * * ?"}}}, apitest.WaitStage("1", 0))
	id := model.String(first, "id")
	if id == "" || model.String(first, "updateTs") == "" || model.String(first, "lastModifiedBy") != "anonymous" {
		t.Errorf("saved: %v", first)
	}
	if cron := model.Objects(first, "triggers"); model.String(cron[0], "id") == "" {
		t.Errorf("a cron trigger got no id: %v", cron)
	}
	k.Pipeline("demo", "second", object{"index": 0})
	if got := apitest.Names(k.Get("/applications/demo/pipelineConfigs").List(), "name"); !slices.Equal(got, []string{"second", "first"}) {
		t.Errorf("order: %v", got)
	}
	if got := apitest.Names(k.Get("/applications/demo/pipelineConfigs?pipelineNameFilter=IRS").List(), "name"); !slices.Equal(got, []string{"first"}) {
		t.Errorf("filtered: %v", got)
	}
	if got := k.Get("/applications/demo/pipelineConfigs?pipelineLimit=1").List(); len(got) != 1 {
		t.Errorf("limited: %v", got)
	}
	if got := k.Get("/pipelineConfigs").List(); len(got) != 2 {
		t.Errorf("all: %v", got)
	}
	if got := k.Get("/applications/demo/pipelineConfigs/" + id).Text("name"); got != "first" {
		t.Errorf("by id: %s", got)
	}

	// Rename by PUT, which gives the configuration back.
	renamed := k.Put("/pipelines/"+id, model.Merge(first, object{"name": "Renamed"})).Is(http.StatusOK).Object()
	if renamed["name"] != "Renamed" || renamed["id"] != id {
		t.Errorf("renamed: %v", renamed)
	}
	k.Put("/pipelines/none", object{"application": "demo", "name": "x"}).Is(http.StatusNotFound)
	k.Put("/pipelines/"+id, object{"id": "other", "application": "demo", "name": "x"}).Refused(http.StatusBadRequest, "doesn't match")
	if got := k.Get("/pipelineConfigs/" + id + "/history?limit=1").List(); len(got) != 1 || got[0]["name"] != "Renamed" {
		t.Errorf("history: %v", got)
	}

	k.Post("/pipelines/move", object{"application": "demo", "from": "Renamed", "to": "moved"}).Is(http.StatusOK).Empty()
	k.Post("/pipelines/move", object{"application": "demo", "from": "Renamed", "to": "moved"}).Is(http.StatusNotFound)
	k.Post("/pipelines/move", object{"application": "demo"}).Refused(http.StatusBadRequest, "required")

	k.Post("/actions/pipelines/reorder", object{"application": "demo", "idsToIndices": object{id: 0, "none": 1}}).Refused(http.StatusBadRequest, "none")
	second := model.String(k.Get("/applications/demo/pipelineConfigs/second").Object(), "id")
	task := k.Post("/actions/pipelines/reorder", object{"application": "demo", "idsToIndices": object{id: 0, second: 1}}).Is(http.StatusOK)
	if task.Text("status") != "SUCCEEDED" {
		t.Errorf("reorder: %s", task.Body)
	}
	if got := apitest.Names(k.Get("/applications/demo/pipelineConfigs").List(), "name"); !slices.Equal(got, []string{"moved", "second"}) {
		t.Errorf("reordered: %v", got)
	}
	k.Post("/actions/pipelines/reorder", object{"application": "demo"}).Refused(http.StatusBadRequest, "idsToIndices")
	k.Post("/actions/pipelines/reorder", object{"idsToIndices": object{}}).Refused(http.StatusBadRequest, "application")

	k.Delete("/pipelines/demo/MOVED").Is(http.StatusOK).Empty()
	k.Delete("/pipelines/demo/moved").Is(http.StatusOK).Empty()
	k.Get("/applications/demo/pipelineConfigs/moved").Is(http.StatusNotFound)
}

func TestSavesThatAreRefused(t *testing.T) {
	t.Parallel()
	k := apitest.New(t)
	k.Pipeline("demo", "taken", nil)
	stages := func(stages ...any) object { return object{"application": "demo", "name": "new", "stages": stages} }
	for name, c := range map[string]struct {
		body any
		want string
	}{
		"not JSON":           {"{\n  \"name\": oops}", "line 2, column 11"},
		"cut off":            {`{"name": "a`, "line 1"},
		"a list":             {"[]", "want an object"},
		"nothing":            {"", "a body is required"},
		"no name":            {object{"application": "demo"}, "name is missing"},
		"blank name":         {object{"application": "demo", "name": "  "}, "name is missing"},
		"no application":     {object{"name": "x"}, "application is missing"},
		"name taken":         {object{"application": "demo", "name": "TAKEN"}, "already"},
		"stages no list":     {object{"application": "demo", "name": "new", "stages": object{}}, "must be a list"},
		"a stage no object":  {stages("wait"), "must be an object"},
		"two with a refId":   {stages(apitest.WaitStage("1", 0), apitest.WaitStage("1", 0)), "is used by another stage"},
		"dangling requisite": {stages(apitest.WaitStage("1", 0, "7")), "no stage has that refId"},
		"a circle":           {stages(apitest.WaitStage("1", 0, "2"), apitest.WaitStage("2", 0, "1")), "wait for each other"},
	} {
		t.Run(name, func(t *testing.T) {
			k := *k
			k.T = t
			k.Post("/pipelines", c.body).Refused(http.StatusBadRequest, c.want)
		})
	}
	if got := k.Get("/applications/demo/pipelineConfigs").List(); len(got) != 1 {
		t.Errorf("something was saved: %v", got)
	}
}

func TestSaveWarnsOfWhatMayNotRun(t *testing.T) {
	t.Parallel()
	k := apitest.New(t)
	got := k.Post("/pipelines", object{"application": "demo", "name": "odd", "stages": list{
		object{"type": "wiat", "refId": "1", "name": "Typo"}, object{"type": "wait", "refId": "2", "waitTime": "${x}"},
	}}).Is(http.StatusOK)
	warnings := got.Header.Values("Warning")
	if len(warnings) != 2 || !strings.Contains(warnings[0], `there is no stage type`) || !strings.Contains(warnings[1], "waitTime") {
		t.Errorf("warnings: %q", warnings)
	}
}

func TestStaleSave(t *testing.T) {
	t.Parallel()
	k := apitest.New(t)
	read := k.Pipeline("demo", "p", nil)
	k.Post("/pipelines?staleCheck=true", model.Merge(read, object{"description": "mine"})).Is(http.StatusOK)
	k.Post("/pipelines?staleCheck=true", model.Merge(read, object{"description": "yours"})).Refused(http.StatusBadRequest, "The submitted pipeline is stale")
	k.Post("/pipelines", model.Merge(read, object{"description": "forced"})).Is(http.StatusOK)
	if got := k.Get("/applications/demo/pipelineConfigs/p").Text("description"); got != "forced" {
		t.Errorf("description: %s", got)
	}
}

// TestDeckSwitchesPipelines makes the saves of Deck's editor, which goes on with
// what it has read after it has disabled or locked a pipeline.
func TestDeckSwitchesPipelines(t *testing.T) {
	t.Parallel()
	k := apitest.New(t)
	opened := k.Pipeline("demo", "p", nil)
	if opened["lastModified"] != nil {
		t.Errorf("Deck sends back what it has read, and would be refused by %v", opened["lastModified"])
	}
	save := func(what string, changes object) {
		t.Helper()
		k.Post("/pipelines?staleCheck=true", model.Merge(opened, changes)).Is(http.StatusOK)
		got := k.Get("/applications/demo/pipelineConfigs/p").Object()
		for field, want := range changes {
			if fmt.Sprint(got[field]) != fmt.Sprint(want) {
				t.Errorf("%s: %s is %v, want %v", what, field, got[field], want)
			}
		}
	}
	save("disable", object{"disabled": true})
	save("enable", object{"disabled": false})
	save("lock", object{"locked": object{"ui": true}, "disabled": false})
	save("unlock", object{"disabled": false})
	save("edit", object{"description": "mine"})
	k.Post("/pipelines?staleCheck=true", model.Merge(opened, object{"description": "theirs"})).Refused(http.StatusBadRequest, "is stale")

	// A revision that is restored has no time of its own: Deck takes it away.
	revisions := k.Get("/pipelineConfigs/" + model.String(opened, "id") + "/history?limit=100").List()
	restored := model.Without(revisions[len(revisions)-1], "updateTs")
	k.Post("/pipelines?staleCheck=true", restored).Is(http.StatusOK)
	if got := k.Get("/applications/demo/pipelineConfigs/p").Object(); got["description"] != nil {
		t.Errorf("restored: %v", got)
	}
}

func TestBulkSave(t *testing.T) {
	t.Parallel()
	k := apitest.New(t)
	k.Pipeline("demo", "taken", nil)
	got := k.Post("/pipelines/bulksave?application=demo", list{
		object{"application": "demo", "name": "a"}, object{"application": "demo", "name": "taken"},
		object{"name": "without application"}, object{"application": "demo", "name": "b", "id": "b-id"},
		object{"application": "demo", "name": "c", "id": "b-id"},
	}).Is(http.StatusOK).Object()
	if !slices.Equal(model.Strings(got, "successful_pipelines"), []string{"a", "b"}) {
		t.Errorf("saved: %v", got)
	}
	failed := model.Objects(got, "failed_pipelines")
	if len(failed) != 3 || model.String(failed[0], "errorMsg") == "" {
		t.Errorf("failed: %v", failed)
	}
	k.Post("/pipelines/bulksave", object{}).Refused(http.StatusBadRequest, "list")
}

func TestStrategies(t *testing.T) {
	t.Parallel()
	k := apitest.New(t)
	k.Post("/strategies", object{"application": "demo", "name": "s", "strategy": true, "stages": list{}}).Is(http.StatusOK)
	found := k.Get("/applications/demo/strategyConfigs").List()
	if len(found) != 1 || len(k.Get("/applications/demo/pipelineConfigs").List()) != 0 {
		t.Fatalf("strategies: %v", found)
	}
	id := model.String(found[0], "id")
	k.Get("/applications/demo/strategyConfigs/s").Is(http.StatusOK)
	k.Put("/strategies/"+id, model.Merge(found[0], object{"name": "t"})).Is(http.StatusOK)
	if got := apitest.Names(k.Get("/strategyConfigs").List(), "name"); !slices.Equal(got, []string{"t"}) {
		t.Errorf("all strategies: %v", got)
	}
	if got := k.Get("/strategyConfigs/" + id + "/history").List(); len(got) != 2 {
		t.Errorf("history: %v", got)
	}
	k.Post("/strategies/move", object{"application": "demo", "from": "t", "to": "u"}).Is(http.StatusOK)
	k.Post("/actions/strategies/reorder", object{"application": "demo", "idsToIndices": object{id: 3}}).Is(http.StatusOK)
	k.Delete("/strategies/demo/u").Is(http.StatusOK)
	if got := k.Get("/strategyConfigs").List(); len(got) != 0 {
		t.Errorf("after the deletion: %v", got)
	}
}

func TestNamesOfAllKinds(t *testing.T) {
	t.Parallel()
	k := apitest.New(t)
	for _, name := range []string{"with space", "with/slash", "with.dot", "..", "100%", "plus+and&", "部署", "v2", "stages?"} {
		k.Post("/pipelines", object{"application": "my.app", "name": name, "stages": list{apitest.WaitStage("1", 0)}}).Is(http.StatusOK)
		path := url.PathEscape(name)
		if name == ".." { // as a browser must write it
			path = "%2E%2E"
		}
		if got := k.Get("/applications/my.app/pipelineConfigs/" + path).Is(http.StatusOK).Text("name"); got != name {
			t.Errorf("name %q came back as %q", name, got)
		}
		k.Ended(apitest.IDOf(k.Post("/pipelines/my.app/"+path, object{"type": "manual"}).Is(http.StatusAccepted)))
		k.Delete("/pipelines/my.app/" + path).Is(http.StatusOK)
		k.Get("/applications/my.app/pipelineConfigs/" + path).Is(http.StatusNotFound)
	}
}

func TestPipelineOfAJobMayBeJSONOrBase64(t *testing.T) {
	t.Parallel()
	k := apitest.New(t)
	text, err := model.Marshal(object{"application": "demo", "name": "coded", "stages": list{object{"type": "wait", "x": "${not evaluated}"}}})
	if err != nil {
		t.Fatal(err)
	}
	for _, value := range []any{base64.StdEncoding.EncodeToString(text), object{"application": "demo", "name": "plain"}} {
		e := k.Ended(apitest.IDOf(k.Post("/tasks", object{"application": "demo", "job": list{object{"type": "savePipeline", "pipeline": value}}}).Is(http.StatusOK)))
		if e.Status != model.Succeeded || model.String(e.Stages[0].Context, "pipeline.id") == "" {
			t.Errorf("save: %s %v", e.Status, e.Stages[0].Context)
		}
	}
	if got := apitest.Names(k.Get("/applications/demo/pipelineConfigs").List(), "name"); !slices.Equal(got, []string{"coded", "plain"}) {
		t.Errorf("saved: %v", got)
	}
	e := k.Ended(apitest.IDOf(k.Post("/tasks", object{"application": "demo", "job": list{object{"type": "savePipeline", "pipeline": "%%%"}}}).Is(http.StatusOK)))
	if e.Status != model.Terminal {
		t.Errorf("broken base64: %s", e.Status)
	}
}
