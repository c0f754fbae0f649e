package executions_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/gennaker/gennaker/internal/api/apitest"
	"github.com/gennaker/gennaker/internal/model"
)

func TestOutlineAndStage(t *testing.T) {
	t.Parallel()
	k := apitest.New(t)
	large := apitest.ToldStage("1")
	large["note"] = "kept"
	large["group"] = "g"
	large["huge"] = strings.Repeat("ä", 1<<20)
	large["list"] = list{object{"a/b~c": strings.Repeat("x", 40<<10)}}
	k.Pipeline("demo", "p", nil, large)
	id := apitest.IDOf(k.Post("/pipelines/demo/p", object{"parameters": object{"image": "nginx:1"}}).Is(http.StatusAccepted))
	k.Until(id, func(e *model.Execution) bool { return e.Stages[0].Status == model.Running })

	outline := k.Get("/pipelines/" + id + "/outline").Is(http.StatusOK)
	if len(outline.Body) > 10<<10 {
		t.Errorf("the outline has %d bytes", len(outline.Body))
	}
	stage := model.Objects(outline.Object(), "stages")[0]
	if stage["context"] != nil || stage["group"] != "g" || model.String(stage, "digest") == "" || stage["status"] != "RUNNING" {
		t.Errorf("the stage in the outline: %v", stage)
	}
	at := "/pipelines/" + id + "/stages/" + model.String(stage, "id")

	detail := k.Get(at).Is(http.StatusOK)
	if len(detail.Body) > 100<<10 {
		t.Errorf("the stage has %d bytes", len(detail.Body))
	}
	context := model.Object(model.Objects(detail.Object(), "stages")[0], "context")
	if context["note"] != "kept" || !strings.HasSuffix(model.String(context, "huge"), "ä…") {
		t.Errorf("the context: %.300v", context)
	}
	cut := model.Objects(detail.Object(), "cut")
	if len(cut) != 2 || cut[0]["pointer"] != "/context/list/0/a~1b~0c" || cut[1]["pointer"] != "/context/huge" || cut[1]["stageId"] != stage["id"] {
		t.Fatalf("what is cut: %v", cut)
	}
	for _, c := range cut {
		whole := k.Get(at + "/value?pointer=" + model.String(c, "pointer")).Is(http.StatusOK)
		if len(whole.Body) < 40<<10 {
			t.Errorf("%s has %d bytes", c["pointer"], len(whole.Body))
		}
	}
	if whole := k.Get(at + "?whole=true").Is(http.StatusOK); len(whole.Body) < 2<<20 || len(model.Objects(whole.Object(), "cut")) != 0 {
		t.Errorf("the whole stage has %d bytes", len(whole.Body))
	}
	k.Get(at+"/value?pointer=context").Refused(http.StatusBadRequest, "JSON pointer")
	k.Get(at+"/value?pointer=/context/list/1").Refused(http.StatusNotFound, "/context/list/1")
	k.Get("/pipelines/"+id+"/stages/none").Refused(http.StatusNotFound, "none")
	k.Get("/pipelines/none/outline").Refused(http.StatusNotFound, "none")
}

func TestFollowAnOutline(t *testing.T) {
	t.Parallel()
	k := apitest.New(t)
	k.Pipeline("demo", "p", nil, apitest.ToldStage("1"))
	id := apitest.IDOf(k.Post("/pipelines/demo/p", nil).Is(http.StatusAccepted))
	e := k.Until(id, func(e *model.Execution) bool { return e.Stages[0].Status == model.Running })
	stream := k.Stream(t.Context(), "/pipelines/"+id+"/outline/stream")
	stageOf := func(m apitest.Message) object { return model.Objects(m.Object(t), "stages")[0] }
	first := stageOf(apitest.Next(t, stream, "snapshot", apitest.EventNamed("snapshot")))
	// What a page does not see changes the digest too.
	k.Call(http.MethodPatch, "/pipelines/"+id+"/stages/"+e.Stages[0].ID, object{"note": "new"}).Is(http.StatusOK)
	apitest.Next(t, stream, "another digest", func(m apitest.Message) bool {
		return m.Name == "execution" && stageOf(m)["digest"] != first["digest"]
	})
}

func TestSummary(t *testing.T) {
	t.Parallel()
	k := apitest.New(t)
	k.Pipeline("demo", "p", nil, apitest.ToldStage("1"))
	trigger := object{
		"type": "docker", "tag": "1.2", "parameters": object{"image": strings.Repeat("x", 300), "n": 3, "object": object{"a": 1}},
		"parentExecution": object{"id": "P1", "application": "other", "name": "Up", "trigger": object{"parentExecution": object{"id": "P2"}}},
	}
	k.Post("/pipelines/demo/p", trigger).Is(http.StatusAccepted)
	stream := k.Stream(t.Context(), "/applications/demo/executions/stream")
	var all []object
	if err := model.Unmarshal([]byte(apitest.Next(t, stream, "snapshot", apitest.EventNamed("snapshot")).Data), &all); err != nil {
		t.Fatal(err)
	}
	e := all[0]
	parameters := model.Object(e, "parameters")
	if len(parameters) != 2 || parameters["n"] != "3" || len(model.String(parameters, "image")) > 210 {
		t.Errorf("parameters: %v", parameters)
	}
	if model.Object(e, "source")["tag"] != "1.2" {
		t.Errorf("source: %v", e["source"])
	}
	if parents := model.Objects(e, "parents"); len(parents) != 2 || parents[0]["name"] != "Up" || parents[1]["id"] != "P2" {
		t.Errorf("parents: %v", parents)
	}
}
