package templates_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/gennaker/gennaker/internal/api/apitest"
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
	k := apitest.New(t)
	k.Application("demo")
	const root = "/v2/pipelineTemplates"
	k.Get(root+"/rollout").Refused(http.StatusNotFound, "rollout")
	task := k.Post(root+"/create", templateV2(nil)).Is(http.StatusOK).Object()
	if task["status"] != "SUCCEEDED" || task["application"] != "global" || task["name"] != "Create pipeline template 'Roll out'" {
		t.Errorf("task: %v", task)
	}
	k.Post(root+"/create?tag=stable", templateV2(object{"protect": true})).Is(http.StatusOK)
	k.Post(root+"/create", templateV2(object{"protect": true})).Refused(http.StatusBadRequest, "already exists")
	k.Post(root+"/create?tag=mine", templateV2(nil)).Refused(http.StatusBadRequest, "mine")
	k.Post(root+"/create", templateV2(object{"schema": "1"})).Refused(http.StatusBadRequest, "must be v2")
	k.Post(root+"/create", object{"id": "x"}).Refused(http.StatusBadRequest, "metadata.name is missing")

	got := k.Get(root + "/rollout").Is(http.StatusOK).Object()
	if got["schema"] != "v2" || got["tag"] != nil || got["digest"] != nil || got["protect"] != nil {
		t.Errorf("template: %v", got)
	}
	if got := k.Get(root + "/rollout?tag=stable").Is(http.StatusOK).Object(); got["protect"] != true {
		t.Errorf("stable: %v", got)
	}
	k.Get(root+"/rollout?tag=stable&digest=x").Refused(http.StatusBadRequest, "can't both be set")
	if all := k.Get(root + "?scopes=").Is(http.StatusOK).List(); len(all) != 5 {
		t.Errorf("%d versions are listed", len(all))
	}
	if none := k.Get(root + "?scopes=elsewhere").Is(http.StatusOK).List(); len(none) != 0 {
		t.Errorf("of another scope: %v", none)
	}
	versions := k.Get(root + "/versions?scopes=global").Is(http.StatusOK).Object()
	if len(model.List(versions, "rollout")) != 5 {
		t.Errorf("versions: %v", versions)
	}

	plan := k.Post(root+"/plan", templated(nil)).Is(http.StatusOK).Object()
	stage := model.Objects(plan, "stages")[0]
	if n, _ := model.Int(stage, "waitTime"); n != 3 || stage["name"] != "Wait a while" || plan["application"] != "demo" || plan["template"] != nil {
		t.Errorf("plan: %v", plan)
	}
	k.Post(root+"/plan", templated(object{"variables": object{}})).Refused(http.StatusBadRequest, "Missing variable values for: seconds")
	k.Post(root+"/plan", templated(object{"variables": object{"seconds": "x"}})).Refused(http.StatusBadRequest, `variable \"seconds\" must be of type int, not string`)
	k.Post(root+"/plan", templated(object{"variables": "x"})).Refused(http.StatusBadRequest, "variables must be an object of values by name")
	k.Post(root+"/plan", templated(object{"template": object{"reference": "spinnaker://none"}})).Refused(http.StatusNotFound, "none")

	k.Pipeline("demo", "Made", templated(nil))
	if dependents := k.Get(root + "/rollout/dependents").Is(http.StatusOK).List(); len(dependents) != 1 ||
		dependents[0]["pipelineName"] != "Made" || dependents[0]["application"] != "demo" || dependents[0]["pipelineConfigId"] == "" {
		t.Errorf("dependents: %v", dependents)
	}
	if all := k.Get(root + "/dependents").Is(http.StatusOK).List(); len(all) != 1 || all[0]["template"] != "rollout" || all[0]["reference"] != "spinnaker://rollout" || all[0]["pipelineName"] != "Made" {
		t.Errorf("pipelines made of templates: %v", all)
	}
	breaking := templateV2(object{"variables": list{object{"name": "seconds", "type": "list"}, object{"name": "title"}}})
	k.Post(root+"/update/rollout", breaking).Refused(http.StatusBadRequest, `variable \"seconds\" must be of type list`)
	k.Post(root+"/update/rollout?skipPlanDependents=true", breaking).Is(http.StatusOK)
	k.Post(root+"/update/rollout", templateV2(nil)).Is(http.StatusOK)
	k.Post(root+"/update/other", templateV2(nil)).Refused(http.StatusBadRequest, "doesn't match")
	k.Delete(root+"/rollout").Refused(http.StatusBadRequest, "depend on this template")
	k.Delete("/pipelines/demo/Made").Is(http.StatusOK)
	if task := k.Delete(root + "/rollout").Is(http.StatusAccepted).Object(); task["status"] != "SUCCEEDED" {
		t.Errorf("deletion: %v", task)
	}
	k.Get(root + "/rollout?tag=latest").Is(http.StatusOK)
}

func TestTemplatesOfVersionOne(t *testing.T) {
	t.Parallel()
	k := apitest.New(t)
	k.Application("demo")
	const root = "/pipelineTemplates"
	base := object{
		"schema": "1", "id": "base", "metadata": object{"name": "Base", "description": "Waits", "scopes": list{"demo"}},
		"variables": list{object{"name": "seconds", "type": "int", "defaultValue": 1}},
		"stages":    list{object{"id": "a", "type": "wait", "config": object{"waitTime": "{{ seconds }}"}}},
	}
	done := func(a *apitest.Answer, want model.Status) {
		t.Helper()
		if e := k.Ended(apitest.IDOf(a.Is(http.StatusAccepted))); e.Status != want {
			t.Errorf("%s: %s", a.What, e.Status)
		}
	}
	done(k.Post(root, base), model.Succeeded)
	done(k.Post(root, object{"id": "child", "schema": "1", "source": "spinnaker://base", "metadata": base["metadata"]}), model.Succeeded)
	if all := k.Get(root + "?scopes=demo").Is(http.StatusOK).List(); len(all) != 2 {
		t.Errorf("templates: %v", all)
	}
	if got := k.Get(root + "/base").Is(http.StatusOK).Object(); got["schema"] != "1" {
		t.Errorf("template: %v", got)
	}
	if got := k.Get(root + "/resolve?source=spinnaker://child").Is(http.StatusOK).Object(); len(model.List(got, "stages")) != 1 {
		t.Errorf("resolved: %v", got)
	}
	k.Get(root+"/resolve").Refused(http.StatusBadRequest, "source")
	k.Get(root+"/none").Refused(http.StatusNotFound, "none")
	made := k.Pipeline("demo", "Made", object{"type": "templatedPipeline", "config": object{
		"schema": "1", "pipeline": object{"application": "demo", "name": "Made", "template": object{"source": "spinnaker://child"}},
	}})
	for query, want := range map[string]int{"": 0, "?recursive=true": 1} {
		if found := k.Get(root + "/base/dependents" + query).Is(http.StatusOK).List(); len(found) != want {
			t.Errorf("dependents%s: %v", query, found)
		}
	}
	if all := k.Get("/v2/pipelineTemplates/dependents").Is(http.StatusOK).List(); len(all) != 1 || all[0]["template"] != "child" {
		t.Errorf("pipelines made of templates: %v", all)
	}
	base["description"] = "changed"
	done(k.Post(root+"/base", base), model.Succeeded)
	again := k.Get("/applications/demo/pipelineConfigs/Made").Is(http.StatusOK).Object()
	if model.String(again, "updateTs") <= model.String(made, "updateTs") {
		t.Error("the pipeline made of the template was not stored anew")
	}
	base["variables"] = list{object{"name": "seconds", "type": "int"}}
	done(k.Post(root+"/base", base), model.Terminal)
	done(k.Post(root+"/base?skipPlanDependents=true", base), model.Succeeded)
	done(k.Delete(root+"/base"), model.Terminal)
	k.Delete("/pipelines/demo/Made").Is(http.StatusOK)
	done(k.Delete(root+"/child"), model.Succeeded)
	done(k.Delete(root+"/base?application=demo"), model.Succeeded)
}

func TestPipelineBecomesTemplate(t *testing.T) {
	t.Parallel()
	k := apitest.New(t)
	k.Application("demo")
	id := model.String(k.Pipeline("demo", "Source", nil, apitest.WaitStage("1", 0)), "id")
	got := k.Get("/pipelineConfigs/" + id + "/convertToTemplate").Is(http.StatusOK)
	if got.Header.Get("Content-Type") != "text/x-yaml" || !strings.Contains(string(got.Body), "id: demo-Source") || !strings.Contains(string(got.Body), "type: wait") {
		t.Errorf("template: %s", got.Body)
	}
	k.Get("/pipelineConfigs/none/convertToTemplate").Refused(http.StatusNotFound, "Pipeline config 'none' could not be found")
}
