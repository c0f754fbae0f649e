package api_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/gennaker/gennaker/internal/model"
)

func templateV2(more object) object {
	return model.Merge(object{
		"id": "rollout", "metadata": object{"name": "Roll out", "description": "Waits", "owner": "me@example.com", "scopes": list{"global"}},
		"variables": list{
			object{"name": "seconds", "type": "int"},
			object{"name": "title", "type": "string", "defaultValue": "Wait a while"},
		},
		"pipeline": object{
			"stages":   list{object{"refId": "1", "type": "wait", "name": "${ templateVariables.title }", "waitTime": "${ templateVariables.seconds }", "requisiteStageRefIds": list{}}},
			"triggers": list{object{"type": "cron"}},
		},
	}, more)
}

func templated(more object) object {
	return model.Merge(object{
		"application": "demo", "name": "Made", "schema": "v2", "type": "templatedPipeline",
		"template":  object{"artifactAccount": "front50ArtifactCredentials", "type": "front50/pipelineTemplate", "reference": "spinnaker://rollout"},
		"variables": object{"seconds": 3},
	}, more)
}

func TestTemplatesOfVersionTwo(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	k.application("demo")
	const root = "/v2/pipelineTemplates"
	k.get(root+"/rollout").refused(http.StatusNotFound, "rollout")
	task := k.post(root+"/create", templateV2(nil)).is(http.StatusOK).object()
	if task["status"] != "SUCCEEDED" || task["application"] != "global" || task["name"] != "Create pipeline template 'Roll out'" {
		t.Errorf("task: %v", task)
	}
	k.post(root+"/create?tag=stable", templateV2(object{"protect": true})).is(http.StatusOK)
	k.post(root+"/create", templateV2(object{"protect": true})).refused(http.StatusBadRequest, "already exists")
	k.post(root+"/create?tag=mine", templateV2(nil)).refused(http.StatusBadRequest, "mine")
	k.post(root+"/create", templateV2(object{"schema": "1"})).refused(http.StatusBadRequest, "must be v2")
	k.post(root+"/create", object{"id": "x"}).refused(http.StatusBadRequest, "metadata.name is missing")

	got := k.get(root + "/rollout").is(http.StatusOK).object()
	if got["schema"] != "v2" || got["tag"] != nil || got["digest"] != nil || got["protect"] != nil {
		t.Errorf("template: %v", got)
	}
	if got := k.get(root + "/rollout?tag=stable").is(http.StatusOK).object(); got["protect"] != true {
		t.Errorf("stable: %v", got)
	}
	k.get(root+"/rollout?tag=stable&digest=x").refused(http.StatusBadRequest, "can't both be given")
	if all := k.get(root + "?scopes=").is(http.StatusOK).list(); len(all) != 5 {
		t.Errorf("%d versions are listed", len(all))
	}
	if none := k.get(root + "?scopes=elsewhere").is(http.StatusOK).list(); len(none) != 0 {
		t.Errorf("of another scope: %v", none)
	}
	versions := k.get(root + "/versions?scopes=global").is(http.StatusOK).object()
	if len(model.List(versions, "rollout")) != 5 {
		t.Errorf("versions: %v", versions)
	}

	plan := k.post(root+"/plan", templated(nil)).is(http.StatusOK).object()
	stage := model.Objects(plan, "stages")[0]
	if n, _ := model.Int(stage, "waitTime"); n != 3 || stage["name"] != "Wait a while" || plan["application"] != "demo" || plan["template"] != nil {
		t.Errorf("plan: %v", plan)
	}
	k.post(root+"/plan", templated(object{"variables": object{}})).refused(http.StatusBadRequest, "Missing variable values for: seconds")
	k.post(root+"/plan", templated(object{"variables": object{"seconds": "x"}})).refused(http.StatusBadRequest, `variable \"seconds\" must be of type int, not string`)
	k.post(root+"/plan", templated(object{"template": object{"reference": "spinnaker://none"}})).refused(http.StatusNotFound, "none")

	k.pipeline("demo", "Made", templated(nil))
	if dependents := k.get(root + "/rollout/dependents").is(http.StatusOK).list(); len(dependents) != 1 ||
		dependents[0]["pipelineName"] != "Made" || dependents[0]["application"] != "demo" || dependents[0]["pipelineConfigId"] == "" {
		t.Errorf("dependents: %v", dependents)
	}
	if all := k.get(root + "/dependents").is(http.StatusOK).list(); len(all) != 1 || all[0]["template"] != "rollout" || all[0]["reference"] != "spinnaker://rollout" || all[0]["pipelineName"] != "Made" {
		t.Errorf("pipelines made of templates: %v", all)
	}
	breaking := templateV2(object{"variables": list{object{"name": "seconds", "type": "list"}, object{"name": "title"}}})
	k.post(root+"/update/rollout", breaking).refused(http.StatusBadRequest, `variable \"seconds\" must be of type list`)
	k.post(root+"/update/rollout?skipPlanDependents=true", breaking).is(http.StatusOK)
	k.post(root+"/update/rollout", templateV2(nil)).is(http.StatusOK)
	k.post(root+"/update/other", templateV2(nil)).refused(http.StatusBadRequest, "doesn't match")
	k.delete(root+"/rollout").refused(http.StatusBadRequest, "depend on this template")
	k.delete("/pipelines/demo/Made").is(http.StatusOK)
	if task := k.delete(root + "/rollout").is(http.StatusAccepted).object(); task["status"] != "SUCCEEDED" {
		t.Errorf("deletion: %v", task)
	}
	k.get(root + "/rollout?tag=latest").is(http.StatusOK)
}

func TestTemplatesOfVersionOne(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	k.application("demo")
	const root = "/pipelineTemplates"
	base := object{
		"schema": "1", "id": "base", "metadata": object{"name": "Base", "description": "Waits", "scopes": list{"demo"}},
		"variables": list{object{"name": "seconds", "type": "int", "defaultValue": 1}},
		"stages":    list{object{"id": "a", "type": "wait", "config": object{"waitTime": "{{ seconds }}"}}},
	}
	done := func(a *answer, want model.Status) {
		t.Helper()
		if e := k.ended(idOf(a.is(http.StatusAccepted))); e.Status != want {
			t.Errorf("%s: %s", a.what, e.Status)
		}
	}
	done(k.post(root, base), model.Succeeded)
	done(k.post(root, object{"id": "child", "schema": "1", "source": "spinnaker://base", "metadata": base["metadata"]}), model.Succeeded)
	if all := k.get(root + "?scopes=demo").is(http.StatusOK).list(); len(all) != 2 {
		t.Errorf("templates: %v", all)
	}
	if got := k.get(root + "/base").is(http.StatusOK).object(); got["schema"] != "1" {
		t.Errorf("template: %v", got)
	}
	if got := k.get(root + "/resolve?source=spinnaker://child").is(http.StatusOK).object(); len(model.List(got, "stages")) != 1 {
		t.Errorf("resolved: %v", got)
	}
	k.get(root+"/resolve").refused(http.StatusBadRequest, "source")
	k.get(root+"/none").refused(http.StatusNotFound, "none")
	made := k.pipeline("demo", "Made", object{"type": "templatedPipeline", "config": object{
		"schema": "1", "pipeline": object{"application": "demo", "name": "Made", "template": object{"source": "spinnaker://child"}},
	}})
	for query, want := range map[string]int{"": 0, "?recursive=true": 1} {
		if found := k.get(root + "/base/dependents" + query).is(http.StatusOK).list(); len(found) != want {
			t.Errorf("dependents%s: %v", query, found)
		}
	}
	if all := k.get("/v2/pipelineTemplates/dependents").is(http.StatusOK).list(); len(all) != 1 || all[0]["template"] != "child" {
		t.Errorf("pipelines made of templates: %v", all)
	}
	base["description"] = "changed"
	done(k.post(root+"/base", base), model.Succeeded)
	again := k.get("/applications/demo/pipelineConfigs/Made").is(http.StatusOK).object()
	if model.String(again, "updateTs") <= model.String(made, "updateTs") {
		t.Error("the pipeline made of the template was not stored anew")
	}
	base["variables"] = list{object{"name": "seconds", "type": "int"}}
	done(k.post(root+"/base", base), model.Terminal)
	done(k.post(root+"/base?skipPlanDependents=true", base), model.Succeeded)
	done(k.delete(root+"/base"), model.Terminal)
	k.delete("/pipelines/demo/Made").is(http.StatusOK)
	done(k.delete(root+"/child"), model.Succeeded)
	done(k.delete(root+"/base?application=demo"), model.Succeeded)
}

func TestPipelineBecomesTemplate(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	k.application("demo")
	id := model.String(k.pipeline("demo", "Source", nil, waitStage("1", 0)), "id")
	got := k.get("/pipelineConfigs/" + id + "/convertToTemplate").is(http.StatusOK)
	if got.header.Get("Content-Type") != "text/x-yaml" || !strings.Contains(string(got.body), "id: demo-Source") || !strings.Contains(string(got.body), "type: wait") {
		t.Errorf("template: %s", got.body)
	}
	k.get("/pipelineConfigs/none/convertToTemplate").refused(http.StatusNotFound, "Pipeline config 'none' could not be found")
}
