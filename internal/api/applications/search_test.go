package applications_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/gennaker/gennaker/internal/api/apitest"
	"github.com/gennaker/gennaker/internal/model"
)

func TestSearchResults(t *testing.T) {
	t.Parallel()
	k := apitest.New(t)
	k.Application("demo")
	k.Application("demolition")
	page := func(path string) object {
		t.Helper()
		found := k.Get(path).Is(http.StatusOK).List()
		if len(found) != 1 {
			t.Fatalf("%s: %v", path, found)
		}
		return found[0]
	}
	got := page("/search?q=emo&type=applications&pageSize=1&page=2")
	if results := model.Objects(got, "results"); fmt.Sprint(got["totalMatches"]) != "2" || len(results) != 1 || results[0]["url"] != "/applications/demolition" {
		t.Errorf("applications: %v", got)
	}
	if got := page("/search?q=demo&type=instances&pageSize=500"); fmt.Sprint(got["results"]) != "[]" || fmt.Sprint(got["pageSize"]) != "500" {
		t.Errorf("instances: %v", got)
	}
	if got := k.Get("/search?q=de&type=applications").Is(http.StatusOK).List(); len(got) != 0 {
		t.Errorf("a short query: %v", got)
	}
	if got := page("/search?q=de&type=applications&allowShortQuery=true"); fmt.Sprint(got["totalMatches"]) != "2" {
		t.Errorf("a short query that is allowed: %v", got)
	}
	k.Ended(apitest.IDOf(k.Post("/tasks", object{"application": "spinnaker", "job": list{object{"type": "upsertProject", "project": object{
		"name": "Things", "config": object{"applications": list{"demo"}},
	}}}})))
	for _, q := range []string{"thing", "demo"} {
		if got := page("/search?q=" + q + "&type=projects"); fmt.Sprint(got["totalMatches"]) != "1" {
			t.Errorf("projects by %s: %v", q, got)
		}
	}
}
