package pipelines_test

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/gennaker/gennaker/internal/api/apitest"
	"github.com/gennaker/gennaker/internal/model"
)

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
