package executions_test

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gennaker/gennaker/internal/api/apitest"
	"github.com/gennaker/gennaker/internal/model"
)

func TestStarts(t *testing.T) {
	t.Parallel()
	k := apitest.New(t)
	stored := k.Pipeline("demo", "deploy", object{
		"notifications":   list{object{"type": "email", "address": "a@b"}},
		"parameterConfig": list{object{"name": "env", "default": "dev"}},
	}, apitest.WaitStage("1", 0))
	id := model.String(stored, "id")
	whole := object{"application": "demo", "name": "ad hoc", "stages": list{apitest.WaitStage("1", 0)}}

	for _, c := range []struct {
		path   string
		body   any
		status int
		config string
	}{
		{"/pipelines/demo/deploy", object{"type": "manual", "notifications": list{object{"type": "slack"}}}, http.StatusAccepted, id},
		{"/pipelines/demo/deploy", nil, http.StatusAccepted, id},
		{"/pipelines/demo/" + id, object{"parameters": object{"env": "prod"}}, http.StatusAccepted, id},
		{"/pipelines/v2/demo/deploy", object{"type": "manual"}, http.StatusAccepted, id},
		{"/applications/demo/pipelineConfigs/deploy", object{}, http.StatusAccepted, id},
		{"/orchestrate/" + id, object{"type": "cron"}, http.StatusOK, id},
		{"/orchestrate", whole, http.StatusOK, ""},
		{"/orchestrate", model.Merge(whole, object{"id": "g-1"}), http.StatusOK, "g-1"},
		{"/pipelines/start", whole, http.StatusOK, ""},
	} {
		t.Run(c.path, func(t *testing.T) {
			k := *k
			k.T = t
			e := k.Ended(apitest.IDOf(k.Post(c.path, c.body).Is(c.status)))
			if e.Status != model.Succeeded || e.PipelineConfigID != c.config || e.Application != "demo" {
				t.Errorf("execution: %s of %s: %+v", e.Status, e.PipelineConfigID, e)
			}
		})
	}

	started := k.Post("/pipelines/v2/demo/deploy", object{"type": "manual"}).Is(http.StatusAccepted)
	e := k.Ended(apitest.IDOf(started))
	if event := started.Text("eventId"); event == "" || model.String(e.Trigger, "eventId") != event || model.String(e.Trigger, "executionId") != e.ID {
		t.Errorf("the event %s and the trigger %v", event, e.Trigger)
	}
	e = k.Ended(apitest.IDOf(k.Post("/pipelines/demo/deploy", object{"notifications": list{object{"type": "slack"}}})))
	if len(e.Notifications) != 2 || e.Trigger.Type() != "manual" || model.String(e.Trigger, "user") != "anonymous" {
		t.Errorf("notifications %v, trigger %v", e.Notifications, e.Trigger)
	}
	if got := model.String(e.Trigger.Parameters(), "env"); got != "dev" {
		t.Errorf("the parameter's default: %q", got)
	}
}

func TestStartsThatAreRefused(t *testing.T) {
	t.Parallel()
	k := apitest.New(t)
	k.Pipeline("demo", "strict", object{"parameterConfig": list{object{"name": "env", "required": true}}}, apitest.WaitStage("1", 0))
	k.Pipeline("demo", "off", object{"disabled": true}, apitest.WaitStage("1", 0))
	k.Pipeline("demo", "unknown", nil, object{"type": "wiat", "name": "Typo"})
	whole := func(more object) object {
		return model.Merge(object{"application": "demo", "name": "x", "stages": list{apitest.WaitStage("1", 0)}}, more)
	}
	for name, c := range map[string]struct {
		path   string
		body   any
		status int
		want   string
	}{
		"no such pipeline":      {"/pipelines/demo/none", object{}, http.StatusNotFound, "not found"},
		"another's pipeline":    {"/pipelines/other/strict", object{}, http.StatusNotFound, "not found"},
		"no such config":        {"/orchestrate/none", object{}, http.StatusNotFound, "not found"},
		"required parameter":    {"/pipelines/demo/strict", object{}, http.StatusBadRequest, "required"},
		"disabled":              {"/pipelines/v2/demo/off", object{}, http.StatusBadRequest, "disabled"},
		"unknown type":          {"/pipelines/demo/unknown", object{}, http.StatusBadRequest, `(Typo): there is no stage type \"wiat\"; did you mean \"wait\"?`},
		"trigger no object":     {"/orchestrate", whole(object{"trigger": "x"}), http.StatusBadRequest, "trigger must be an object"},
		"stages no list":        {"/orchestrate", whole(object{"stages": "x"}), http.StatusBadRequest, "must be a list"},
		"a circle":              {"/orchestrate", whole(object{"stages": list{apitest.WaitStage("1", 0, "1")}}), http.StatusBadRequest, "circle"},
		"dangling":              {"/pipelines/start", whole(object{"stages": list{apitest.WaitStage("1", 0, "9")}}), http.StatusBadRequest, "no stage has that refId"},
		"no body":               {"/orchestrate", nil, http.StatusBadRequest, "body is required"},
		"trigger is a list":     {"/pipelines/demo/strict", list{}, http.StatusBadRequest, "want an object"},
		"ops: nothing":          {"/ops", nil, http.StatusBadRequest, "a body is required"},
		"ops: a text":           {"/ops", `"x"`, http.StatusBadRequest, "list of jobs"},
		"ops: no job":           {"/ops", object{"application": "demo"}, http.StatusBadRequest, "job is missing"},
		"ops: empty":            {"/ops", list{}, http.StatusBadRequest, "job is missing"},
		"ops: jobs of texts":    {"/ops", list{"x"}, http.StatusBadRequest, "must be an object"},
		"tasks: unknown type":   {"/tasks", object{"job": list{object{"type": "createAplication"}}}, http.StatusBadRequest, `did you mean \"createApplication\"?`},
		"tasks: job no list":    {"/tasks", object{"job": object{}}, http.StatusBadRequest, "job is missing"},
		"fail: nothing":         {"/fail", nil, http.StatusBadRequest, "body is required"},
		"tasks: type is absent": {"/tasks", object{"job": list{object{"x": 1}}}, http.StatusBadRequest, "type is missing"},
	} {
		t.Run(name, func(t *testing.T) {
			k := *k
			k.T = t
			k.Post(c.path, c.body).Refused(c.status, c.want)
		})
	}
	// Deck shows executions, not the answers to starts.
	for _, name := range []string{"strict", "off", "unknown"} {
		k.Post("/pipelines/v2/demo/"+name, object{}).Is(http.StatusBadRequest)
		config := k.Get("/applications/demo/pipelineConfigs/" + name).Text("id")
		failed := k.Get("/executions?pipelineConfigIds=" + config).List()
		if len(failed) == 0 || failed[0]["status"] != "TERMINAL" || model.String(failed[0], "cancellationReason") == "" {
			t.Errorf("%s: recorded %v", name, failed)
		}
	}
}

func TestOps(t *testing.T) {
	t.Parallel()
	k := apitest.New(t)
	operation := object{"application": "peer", "description": "Wait task", "job": list{object{"type": "wait", "waitTime": 0, "user": "peer-user"}}}
	for _, c := range []struct {
		body    any
		headers []string
	}{
		{operation, []string{"Content-Type", "application/context+json"}},
		{operation, nil},
		{list{object{"type": "wait", "waitTime": 0}}, nil},
	} {
		ref := k.Call(http.MethodPost, "/ops", c.body, c.headers...).Is(http.StatusOK).Text("ref")
		if !strings.HasPrefix(ref, "/tasks/") {
			t.Fatalf("ref: %s", ref)
		}
		k.Ended(strings.TrimPrefix(ref, "/tasks/"))
		k.Get(ref).Is(http.StatusOK)
	}
}

func TestFailRecordsAnExecution(t *testing.T) {
	t.Parallel()
	k := apitest.New(t)
	k.Post("/fail", object{
		"application": "peer", "name": "failme", "id": "g-fail", "errorMessage": "materialize failed", "stages": list{apitest.WaitStage("1", 0)},
	}).Is(http.StatusOK).Empty()
	found := k.Get("/executions?pipelineConfigIds=g-fail").Is(http.StatusOK).List()
	if len(found) != 1 || found[0]["status"] != "TERMINAL" || found[0]["cancellationReason"] != "Failed on startup: materialize failed" {
		t.Errorf("recorded: %v", found)
	}
}

func TestTaskView(t *testing.T) {
	t.Parallel()
	k := apitest.New(t)
	id := apitest.IDOf(k.Post("/tasks", object{"application": "peer", "description": "two", "job": list{
		object{"type": "wait", "waitTime": 0, "first": "kept", "both": "old"},
		object{"type": "wait", "waitTime": 0, "first": "", "both": "new"},
	}}).Is(http.StatusOK))
	k.Ended(id)
	task := k.Get("/tasks/" + id).Is(http.StatusOK).Object()
	variables := map[string]any{}
	for _, v := range model.Objects(task, "variables") {
		variables[model.String(v, "key")] = v["value"]
	}
	if task["name"] != "two" || task["application"] != "peer" || task["status"] != "SUCCEEDED" ||
		variables["first"] != "kept" || variables["both"] != "new" || len(model.List(task, "steps")) != 2 {
		t.Errorf("task: %v", task)
	}
	if e := model.Object(task, "execution"); e["type"] != "ORCHESTRATION" || e["id"] != id {
		t.Errorf("execution in the task: %v", e)
	}
	k.Get("/pipelines/"+id).Refused(http.StatusNotFound, "Pipeline not found")
	k.Get("/tasks/none").Refused(http.StatusNotFound, "Task not found (id: none)")
	k.Get("/applications/peer/tasks/" + id).Is(http.StatusOK)
}

func TestTaskListsAndCancels(t *testing.T) {
	t.Parallel()
	k := apitest.New(t)
	var ids []string
	for range 3 {
		ids = append(ids, apitest.IDOf(k.Post("/tasks", object{"application": "demo", "job": list{object{"type": "untilTold"}}}).Is(http.StatusOK)))
	}
	other := apitest.IDOf(k.Post("/tasks", object{"application": "other", "job": list{object{"type": "wait", "waitTime": 0}}}).Is(http.StatusOK))
	k.Ended(other)
	if got := k.Get("/applications/demo/tasks?statuses=").Is(http.StatusOK).List(); len(got) != 3 {
		t.Errorf("tasks: %v", apitest.Names(got, "id"))
	}
	if got := k.Get("/applications/demo/tasks?statuses=SUCCEEDED,TERMINAL").List(); len(got) != 0 {
		t.Errorf("ended tasks: %v", apitest.Names(got, "id"))
	}
	if got := k.Get("/applications/demo/tasks?limit=2&page=2").List(); len(got) != 1 {
		t.Errorf("second page: %v", apitest.Names(got, "id"))
	}
	if got := k.Get("/tasks").List(); len(got) != 4 {
		t.Errorf("all tasks: %v", apitest.Names(got, "id"))
	}
	k.Get("/applications/demo/tasks?page=0").Refused(http.StatusBadRequest, "page")
	k.Get("/applications/demo/tasks?statuses=BUSY").Refused(http.StatusBadRequest, "BUSY")

	k.Delete("/tasks/"+ids[0]).Refused(http.StatusConflict, "Cannot delete a running ORCHESTRATION")
	k.Put("/tasks/"+ids[0]+"/cancel", nil).Is(http.StatusOK).Empty()
	k.Put("/tasks/cancel?ids="+ids[1], nil).Is(http.StatusOK)
	k.Put("/tasks/cancel", list{ids[2]}).Is(http.StatusOK)
	k.Put("/tasks/cancel", nil).Refused(http.StatusBadRequest, "ids")
	k.Put("/tasks/none/cancel", nil).Is(http.StatusNotFound)
	for _, id := range ids {
		if e := k.Ended(id); e.Status != model.Canceled {
			t.Errorf("cancelled: %s", e.Status)
		}
	}
	k.Delete("/tasks/" + ids[0]).Is(http.StatusOK)
	k.Get("/tasks/" + ids[0]).Is(http.StatusNotFound)
	k.Delete("/tasks/none").Is(http.StatusNotFound)
}

func TestControl(t *testing.T) {
	t.Parallel()
	k := apitest.New(t)
	k.Pipeline("demo", "p", nil, apitest.ToldStage("1"), apitest.WaitStage("2", 0, "1"))
	id := apitest.IDOf(k.Post("/pipelines/demo/p", nil).Is(http.StatusAccepted))
	running := k.Until(id, func(e *model.Execution) bool { return e.Stages[0].Status == model.Running })
	stage := running.Stages[0].ID

	k.Put("/pipelines/"+id+"/pause", nil).Is(http.StatusOK).Empty()
	k.Until(id, func(e *model.Execution) bool { return e.Status == model.Paused })
	k.Put("/pipelines/"+id+"/resume", nil).Is(http.StatusOK).Empty()
	k.Until(id, func(e *model.Execution) bool { return e.Status == model.Running })
	k.Delete("/pipelines/"+id).Refused(http.StatusConflict, "Cannot delete a running PIPELINE")

	// What a PATCH did is in its answer.
	patched := k.Call(http.MethodPatch, "/pipelines/"+id+"/stages/"+stage, object{"told": "go"}).Is(http.StatusOK).Object()
	if got := model.Object(model.Objects(patched, "stages")[0], "context"); got["told"] != "go" || got["lastModifiedBy"] != "anonymous" {
		t.Errorf("patched: %v", got)
	}
	k.Ended(id)
	k.Call(http.MethodPatch, "/pipelines/"+id+"/stages/none", object{}).Is(http.StatusNotFound)
	k.Call(http.MethodPatch, "/pipelines/none/stages/"+stage, object{}).Is(http.StatusNotFound)
	k.Call(http.MethodPatch, "/pipelines/"+id+"/stages/"+stage, nil).Refused(http.StatusBadRequest, "body")

	restarted := k.Put("/pipelines/"+id+"/stages/"+stage+"/restart", object{"skip": false}).Is(http.StatusOK).Object()
	if restarted["id"] != id {
		t.Errorf("restarted: %v", restarted)
	}
	k.Put("/pipelines/none/stages/x/restart", object{}).Refused(http.StatusNotFound, "Pipeline not found")
	k.Ended(id)
	id = apitest.IDOf(k.Post("/pipelines/demo/p", nil).Is(http.StatusAccepted))
	k.Put("/pipelines/"+id+"/cancel?reason=enough&force=true", nil).Is(http.StatusOK).Empty()
	if e := k.Ended(id); e.CancellationReason != "enough" || e.CanceledBy != "anonymous" {
		t.Errorf("cancelled: %+v", e)
	}
	// As an unmodified spin asks for it.
	k.Put("/applications/%7Bapplication%7D/pipelines/"+id+"/cancel?reason=", nil).Is(http.StatusOK).Object()
	for _, path := range []string{"/pipelines/none/cancel", "/pipelines/none/pause", "/pipelines/none/resume"} {
		k.Put(path, nil).Refused(http.StatusNotFound, "none")
	}
	k.Delete("/pipelines/" + id).Is(http.StatusOK).Empty()
	k.Get("/pipelines/"+id).Refused(http.StatusNotFound, "Pipeline not found (id: "+id+")")
	k.Delete("/pipelines/" + id).Is(http.StatusNotFound)
}

func TestExecutionLists(t *testing.T) {
	t.Parallel()
	k := apitest.New(t)
	one := model.String(k.Pipeline("demo", "one", nil, object{"type": "wait", "refId": "1", "waitTime": 0, "group": "g"}), "id")
	two := model.String(k.Pipeline("demo", "two", nil, apitest.WaitStage("1", 0)), "id")
	var ids []string
	for _, name := range []string{"one", "one", "one", "two"} {
		id := apitest.IDOf(k.Post("/pipelines/demo/"+name, nil).Is(http.StatusAccepted))
		apitest.Past(k.Ended(id))
		ids = append(ids, id)
	}
	check := func(path string, want ...string) []object {
		t.Helper()
		found := k.Get(path).Is(http.StatusOK).List()
		if got := apitest.Names(found, "id"); !slices.Equal(got, want) && len(got)+len(want) > 0 {
			t.Errorf("%s: %v, want %v", path, got, want)
		}
		return found
	}
	check("/applications/demo/pipelines", ids...)
	check("/applications/DEMO/pipelines?limit=1", ids[2], ids[3])
	check("/applications/demo/pipelines?limit=0")
	check("/applications/demo/pipelines?limit=-1")
	check("/applications/demo/pipelines?statuses=RUNNING,SUSPENDED")
	check("/applications/demo/pipelines?statuses=SUCCEEDED&limit=1", ids[2], ids[3])
	check("/applications/demo/pipelines?pipelineNameFilter=TW", ids[3])
	check("/applications/demo/pipelines?pipelineLimit=1&limit=1&pipelineNameFilter=o", ids[2])
	check("/applications/none/pipelines")
	check("/executions")
	check("/executions?pipelineConfigIds="+one+","+two, ids[2], ids[3])
	check("/pipelines?pipelineConfigIds="+one+"&limit=2", ids[1], ids[2])
	check("/executions?executionIds="+ids[3]+","+ids[0]+",none&limit=1", ids[0], ids[3])
	check("/projects/none/pipelines")
	k.Get("/executions?executionIds=a&pipelineConfigIds=b").Refused(http.StatusBadRequest, "Only pipelineConfigIds OR executionIds")
	k.Get("/applications/demo/pipelines?limit=many").Refused(http.StatusBadRequest, "limit")

	stage := func(e object) object { return model.Objects(e, "stages")[0] }
	bare := check("/applications/demo/pipelines?limit=1&expand=false", ids[2], ids[3])
	if got := stage(bare[0]); len(model.List(got, "tasks")) != 0 || fmt.Sprint(got["context"]) != "map[group:g]" || got["status"] != "SUCCEEDED" {
		t.Errorf("not expanded: %v", got)
	}
	if got := stage(check("/executions?executionIds="+ids[0], ids[0])[0]); len(model.List(got, "tasks")) != 1 {
		t.Errorf("expanded: %v", got)
	}

	k.Ended(apitest.IDOf(k.Post("/tasks", object{"application": "spinnaker", "job": list{object{"type": "upsertProject", "project": object{
		"name": "Proj", "email": "a@b", "config": object{"applications": list{"demo"}, "pipelineConfigs": list{object{"application": "demo", "pipelineConfigId": one}}},
	}}}})))
	check("/projects/proj/pipelines?limit=1", ids[2])
	check("/projects/proj/pipelines?limit=0")
}

func TestListsReachBackTwoWeeks(t *testing.T) {
	t.Parallel()
	now := time.Now()
	k := apitest.New(t, func(d *apitest.Parts) { d.Now = func() time.Time { return now } })
	k.Pipeline("demo", "p", nil, apitest.WaitStage("1", 0))
	var ids []string
	for range 3 {
		id := apitest.IDOf(k.Post("/pipelines/demo/p", nil).Is(http.StatusAccepted))
		apitest.Past(k.Ended(id))
		ids = append(ids, id)
	}
	now = now.Add(15 * 24 * time.Hour)
	if got := apitest.Names(k.Get("/applications/demo/pipelines").List(), "id"); !slices.Equal(got, ids[1:]) {
		t.Errorf("of a pipeline without young executions: %v, want %v", got, ids[1:])
	}
	if got := k.Get("/applications/demo/tasks").List(); len(got) != 0 {
		t.Errorf("old tasks: %v", got)
	}
}

func TestSearch(t *testing.T) {
	t.Parallel()
	k := apitest.New(t)
	start := func(application, name string, trigger object) string {
		id := apitest.IDOf(k.Post("/orchestrate", object{
			"application": application, "name": name, "id": application + name, "trigger": trigger, "stages": list{apitest.WaitStage("1", 0)},
		}).Is(http.StatusOK))
		k.Ended(id)
		return id
	}
	a := start("demo", "one", object{"type": "git", "branch": "Main", "eventId": "e1", "artifacts": list{
		object{"name": "x", "version": "1"}, object{"name": "x"},
	}})
	b := start("demo", "two", object{"type": "manual", "branch": "feature/x", "correlationId": "corr"})
	c := start("other", "one", object{"type": "manual"})
	trigger := func(json string) string { return base64.StdEncoding.EncodeToString([]byte(json)) }
	for path, want := range map[string][]string{
		"/applications/demo/executions/search":                                                                    {b, a},
		"/applications/*/executions/search":                                                                       {c, b, a},
		"/applications/demo/pipelines/search?reverse=true":                                                        {a, b},
		"/applications/*/executions/search?size=1&startIndex=1":                                                   {b},
		"/applications/*/executions/search?startIndex=9":                                                          {},
		"/applications/*/executions/search?pipelineName=one":                                                      {c, a},
		"/applications/*/executions/search?triggerTypes=git,cron":                                                 {a},
		"/applications/*/executions/search?triggerTypes=*":                                                        {c, b, a},
		"/applications/*/executions/search?eventId=e1":                                                            {a},
		"/applications/*/executions/search?statuses=RUNNING":                                                      {},
		"/applications/*/executions/search?triggerTimeEndBoundary=1":                                              {},
		"/applications/*/executions/search?trigger=" + trigger(`{"branch":"main"}`):                               {a},
		"/applications/*/executions/search?trigger=" + trigger(`{"branch":"feature/.*"}`):                         {b},
		"/applications/*/executions/search?trigger=" + trigger(`{"branch":".*"}`) + "&size=1&startIndex=1":        {a},
		"/applications/*/executions/search?trigger=" + trigger(`{"artifacts":[{"name":"x"},{"version":"1"}]}`):    {a},
		"/applications/*/executions/search?trigger=" + trigger(`{"artifacts":[{"version":"1"},{"version":"1"}]}`): {},
		"/applications/*/executions/search?trigger=" + trigger(`{"dryRun":false,"nothing":null}`):                 {c, b, a},
	} {
		if got := apitest.Names(k.Get(path).Is(http.StatusOK).List(), "id"); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", path, got, want)
		}
	}
	for path, want := range map[string]string{
		"?size=0": "size must be >= 1", "?startIndex=-1": "startIndex", "?trigger=%25": "base64", "?trigger=" + trigger("[]"): "JSON object",
		"?triggerTimeStartBoundary=2&triggerTimeEndBoundary=1": "triggerTimeStartBoundary must be <=", "?triggerTimeStartBoundary=-1": ">= 0",
	} {
		k.Get("/applications/demo/executions/search"+path).Refused(http.StatusBadRequest, want)
	}
	if got := k.Get("/executions/correlated/corr").Is(http.StatusOK); string(got.Body) != `["`+b+`"]` {
		t.Errorf("correlated: %s", got.Body)
	}
	if got := k.Get("/executions/correlated/none").Is(http.StatusOK); string(got.Body) != `[]` {
		t.Errorf("correlated to nothing: %s", got.Body)
	}
}

func TestFailedStages(t *testing.T) {
	t.Parallel()
	k := apitest.New(t)
	id := apitest.IDOf(k.Post("/orchestrate", object{"application": "demo", "name": "x", "stages": list{
		object{"type": "untilTold", "refId": "1", "name": "Told", "told": "fail"},
	}}).Is(http.StatusOK))
	if e := k.Ended(id); e.Status != model.Terminal {
		t.Fatalf("status %s", e.Status)
	}
	parent := apitest.IDOf(k.Post("/orchestrate", object{"application": "demo", "name": "parent", "stages": list{
		object{"type": "untilTold", "refId": "1", "told": "fail"},
	}}).Is(http.StatusOK))
	k.Ended(parent)
	found := k.Get("/executions/failedStages?executionId=" + id + "&deckOrigin=https://deck").Is(http.StatusOK).List()
	if len(found) != 1 || found[0]["stageName"] != "Told" || found[0]["stageException"] != "told to fail" ||
		found[0]["pipelineExecutionUrl"] != "https://deck/#/applications/demo/executions/details/"+id+"?stage=0&step=0&details=runJobConfig" {
		t.Errorf("failed stages: %v", found)
	}
	if got := k.Get("/pipelines/failedStages?executionId=none").Is(http.StatusOK).List(); len(got) != 0 {
		t.Errorf("of nothing: %v", got)
	}
	k.Get("/executions/failedStages").Refused(http.StatusBadRequest, "executionId")
	k.Get("/executions/failedStages?executionId=x&limit=0").Refused(http.StatusBadRequest, "limit")
}

func TestTaskDetails(t *testing.T) {
	t.Parallel()
	k := apitest.New(t)
	id := apitest.IDOf(k.Post("/tasks", object{"application": "demo", "job": list{object{
		"type": "wait", "waitTime": 0, "kato.tasks": list{object{"id": "one"}, object{"id": "two", "status": object{"completed": true}}},
	}}}).Is(http.StatusOK))
	k.Ended(id)
	if got := k.Get("/tasks/" + id + "/details/two").Is(http.StatusOK).Object(); model.Object(got, "status")["completed"] != true {
		t.Errorf("operation: %v", got)
	}
	k.Get("/applications/demo/tasks/" + id + "/details/one").Is(http.StatusOK)
	k.Get("/tasks/"+id+"/details/three").Refused(http.StatusNotFound, "Task not found (id: three)")
	k.Get("/tasks/none/details/one").Refused(http.StatusNotFound, "one")
}
