package api_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/gennaker/gennaker/internal/model"
)

func TestOutlineAndStage(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	large := toldStage("1")
	large["note"] = "kept"
	large["group"] = "g"
	large["huge"] = strings.Repeat("ä", 1<<20)
	large["list"] = list{object{"a/b~c": strings.Repeat("x", 40<<10)}}
	k.pipeline("demo", "p", nil, large)
	id := idOf(k.post("/pipelines/demo/p", object{"parameters": object{"image": "nginx:1"}}).is(http.StatusAccepted))
	k.until(id, func(e *model.Execution) bool { return e.Stages[0].Status == model.Running })

	outline := k.get("/pipelines/" + id + "/outline").is(http.StatusOK)
	if len(outline.body) > 10<<10 {
		t.Errorf("the outline has %d bytes", len(outline.body))
	}
	stage := model.Objects(outline.object(), "stages")[0]
	if stage["context"] != nil || stage["group"] != "g" || model.String(stage, "digest") == "" || stage["status"] != "RUNNING" {
		t.Errorf("the stage in the outline: %v", stage)
	}
	at := "/pipelines/" + id + "/stages/" + model.String(stage, "id")

	detail := k.get(at).is(http.StatusOK)
	if len(detail.body) > 100<<10 {
		t.Errorf("the stage has %d bytes", len(detail.body))
	}
	context := model.Object(model.Objects(detail.object(), "stages")[0], "context")
	if context["note"] != "kept" || !strings.HasSuffix(model.String(context, "huge"), "ä…") {
		t.Errorf("the context: %.300v", context)
	}
	cut := model.Objects(detail.object(), "cut")
	if len(cut) != 2 || cut[0]["pointer"] != "/context/list/0/a~1b~0c" || cut[1]["pointer"] != "/context/huge" || cut[1]["stageId"] != stage["id"] {
		t.Fatalf("what is cut: %v", cut)
	}
	for _, c := range cut {
		whole := k.get(at + "/value?pointer=" + model.String(c, "pointer")).is(http.StatusOK)
		if len(whole.body) < 40<<10 {
			t.Errorf("%s has %d bytes", c["pointer"], len(whole.body))
		}
	}
	if whole := k.get(at + "?whole=true").is(http.StatusOK); len(whole.body) < 2<<20 || len(model.Objects(whole.object(), "cut")) != 0 {
		t.Errorf("the whole stage has %d bytes", len(whole.body))
	}
	k.get(at+"/value?pointer=context").refused(http.StatusBadRequest, "JSON pointer")
	k.get(at+"/value?pointer=/context/list/1").refused(http.StatusNotFound, "/context/list/1")
	k.get("/pipelines/"+id+"/stages/none").refused(http.StatusNotFound, "none")
	k.get("/pipelines/none/outline").refused(http.StatusNotFound, "none")
}

func TestFollowAnOutline(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	k.pipeline("demo", "p", nil, toldStage("1"))
	id := idOf(k.post("/pipelines/demo/p", nil).is(http.StatusAccepted))
	e := k.until(id, func(e *model.Execution) bool { return e.Stages[0].Status == model.Running })
	stream := k.stream(t.Context(), "/pipelines/"+id+"/outline/stream")
	stageOf := func(m message) object { return model.Objects(m.object(t), "stages")[0] }
	first := stageOf(next(t, stream, "snapshot", named("snapshot")))
	// What a page does not see changes the digest too.
	k.call(http.MethodPatch, "/pipelines/"+id+"/stages/"+e.Stages[0].ID, object{"note": "new"}).is(http.StatusOK)
	next(t, stream, "another digest", func(m message) bool {
		return m.name == "execution" && stageOf(m)["digest"] != first["digest"]
	})
}

func TestSummary(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	k.pipeline("demo", "p", nil, toldStage("1"))
	trigger := object{
		"type": "docker", "tag": "1.2", "parameters": object{"image": strings.Repeat("x", 300), "n": 3, "object": object{"a": 1}},
		"parentExecution": object{"id": "P1", "application": "other", "name": "Up", "trigger": object{"parentExecution": object{"id": "P2"}}},
	}
	k.post("/pipelines/demo/p", trigger).is(http.StatusAccepted)
	stream := k.stream(t.Context(), "/applications/demo/executions/stream")
	var all []object
	if err := model.Unmarshal([]byte(next(t, stream, "snapshot", named("snapshot")).data), &all); err != nil {
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
