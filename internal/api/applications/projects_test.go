package applications_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/gennaker/gennaker/internal/api/apitest"
	"github.com/gennaker/gennaker/internal/model"
)

func TestProjects(t *testing.T) {
	t.Parallel()
	k := apitest.New(t)
	run := func(job object) *model.Execution {
		return k.Ended(apitest.IDOf(k.Post("/tasks", object{"application": "spinnaker", "job": list{job}}).Is(http.StatusOK)))
	}
	if e := run(object{"type": "upsertProject", "project": object{"name": "One", "email": "a@b"}}); e.Status != model.Succeeded {
		t.Fatalf("create: %v", e.Stages[0].Context)
	}
	project := k.Get("/projects/one").Is(http.StatusOK).Object()
	id := model.String(project, "id")
	if id == "" || project["lastModifiedBy"] != "anonymous" || project["createTs"] == nil {
		t.Errorf("project: %v", project)
	}
	k.Get("/projects/" + id).Is(http.StatusOK)
	if e := run(object{"type": "upsertProject", "project": object{"name": "ONE"}}); e.Status != model.Terminal {
		t.Error("two projects of one name")
	}
	if e := run(object{"type": "upsertProject", "project": object{"name": "x", "id": "none"}}); e.Status != model.Terminal {
		t.Error("a project that isn't there was changed")
	}
	run(object{"type": "upsertProject", "project": model.Merge(project, object{"name": "Two"})})
	if got := k.Get("/projects").List(); len(got) != 1 || got[0]["name"] != "Two" || fmt.Sprint(got[0]["createTs"]) != fmt.Sprint(project["createTs"]) {
		t.Errorf("renamed: %v", got)
	}
	for range 2 {
		if e := run(object{"type": "deleteProject", "project": object{"id": id}}); e.Status != model.Succeeded {
			t.Errorf("delete: %v", e.Stages[0].Context)
		}
	}
	k.Get("/projects/"+id).Refused(http.StatusNotFound, "Project not found")
}
