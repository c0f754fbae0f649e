package api_test

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gennaker/gennaker/internal/api"
	"github.com/gennaker/gennaker/internal/model"
)

func TestStarts(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	stored := k.pipeline("demo", "deploy", object{
		"notifications":   list{object{"type": "email", "address": "a@b"}},
		"parameterConfig": list{object{"name": "env", "default": "dev"}},
	}, waitStage("1", 0))
	id := model.String(stored, "id")
	whole := object{"application": "demo", "name": "ad hoc", "stages": list{waitStage("1", 0)}}

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
			k.t = t
			e := k.ended(idOf(k.post(c.path, c.body).is(c.status)))
			if e.Status != model.Succeeded || e.PipelineConfigID != c.config || e.Application != "demo" {
				t.Errorf("execution: %s of %s: %+v", e.Status, e.PipelineConfigID, e)
			}
		})
	}

	started := k.post("/pipelines/v2/demo/deploy", object{"type": "manual"}).is(http.StatusAccepted)
	e := k.ended(idOf(started))
	if event := started.text("eventId"); event == "" || model.String(e.Trigger, "eventId") != event || model.String(e.Trigger, "executionId") != e.ID {
		t.Errorf("the event %s and the trigger %v", event, e.Trigger)
	}
	e = k.ended(idOf(k.post("/pipelines/demo/deploy", object{"notifications": list{object{"type": "slack"}}})))
	if len(e.Notifications) != 2 || e.Trigger.Type() != "manual" || model.String(e.Trigger, "user") != "anonymous" {
		t.Errorf("notifications %v, trigger %v", e.Notifications, e.Trigger)
	}
	if got := model.String(e.Trigger.Parameters(), "env"); got != "dev" {
		t.Errorf("the parameter's default: %q", got)
	}
}

func TestWhoStarts(t *testing.T) {
	t.Parallel()
	k := newKit(t, func(d *api.Deps) { d.Accounts = accounts{} })
	whole := object{"application": "demo", "name": "x", "stages": list{waitStage("1", 0)}}
	for _, c := range []struct {
		headers        []string
		user, origin   string
		accounts       []string
		triggerDefault string
	}{
		{nil, "anonymous", "unknown", []string{"open"}, "anonymous"},
		{[]string{"X-SPINNAKER-USER", "me", "X-SPINNAKER-USER-ORIGIN", "cli", "X-SPINNAKER-ACCOUNTS", "a, b"}, "me", "cli", []string{"a", "b"}, "me"},
		{[]string{"X-RateLimit-App", "deck"}, "anonymous", "deck", []string{"open"}, "anonymous"},
	} {
		e := k.ended(idOf(k.call(http.MethodPost, "/orchestrate", whole, c.headers...).is(http.StatusOK)))
		if e.User() != c.user || e.Origin != c.origin || !slices.Equal(e.Authentication.AllowedAccounts, c.accounts) ||
			model.String(e.Trigger, "user") != c.triggerDefault {
			t.Errorf("%v: started by %+v from %s, trigger %v", c.headers, e.Authentication, e.Origin, e.Trigger)
		}
	}
}

func TestUserHeaderIsNotTrustedUnlessToldSo(t *testing.T) {
	t.Parallel()
	k := newKit(t, func(d *api.Deps) { d.Config.TrustUserHeader = false })
	if got := k.call(http.MethodGet, "/auth/user", nil, "X-SPINNAKER-USER", "root").text("username"); got != "anonymous" {
		t.Errorf("user: %s", got)
	}
}

func TestStartsThatAreRefused(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	k.pipeline("demo", "strict", object{"parameterConfig": list{object{"name": "env", "required": true}}}, waitStage("1", 0))
	k.pipeline("demo", "off", object{"disabled": true}, waitStage("1", 0))
	k.pipeline("demo", "unknown", nil, object{"type": "wiat", "name": "Typo"})
	whole := func(more object) object {
		return model.Merge(object{"application": "demo", "name": "x", "stages": list{waitStage("1", 0)}}, more)
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
		"a circle":              {"/orchestrate", whole(object{"stages": list{waitStage("1", 0, "1")}}), http.StatusBadRequest, "circle"},
		"dangling":              {"/pipelines/start", whole(object{"stages": list{waitStage("1", 0, "9")}}), http.StatusBadRequest, "no stage has that refId"},
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
			k.t = t
			k.post(c.path, c.body).refused(c.status, c.want)
		})
	}
	// Deck shows executions, not the answers to starts.
	for _, name := range []string{"strict", "off", "unknown"} {
		k.post("/pipelines/v2/demo/"+name, object{}).is(http.StatusBadRequest)
		config := k.get("/applications/demo/pipelineConfigs/" + name).text("id")
		failed := k.get("/executions?pipelineConfigIds=" + config).list()
		if len(failed) == 0 || failed[0]["status"] != "TERMINAL" || model.String(failed[0], "cancellationReason") == "" {
			t.Errorf("%s: recorded %v", name, failed)
		}
	}
}

func TestOps(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	operation := object{"application": "peer", "description": "Wait task", "job": list{object{"type": "wait", "waitTime": 0, "user": "peer-user"}}}
	for _, c := range []struct {
		body    any
		headers []string
	}{
		{operation, []string{"Content-Type", "application/context+json"}},
		{operation, nil},
		{list{object{"type": "wait", "waitTime": 0}}, nil},
	} {
		ref := k.call(http.MethodPost, "/ops", c.body, c.headers...).is(http.StatusOK).text("ref")
		if !strings.HasPrefix(ref, "/tasks/") {
			t.Fatalf("ref: %s", ref)
		}
		k.ended(strings.TrimPrefix(ref, "/tasks/"))
		k.get(ref).is(http.StatusOK)
	}
}

func TestFailRecordsAnExecution(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	k.post("/fail", object{
		"application": "peer", "name": "failme", "id": "g-fail", "errorMessage": "materialize failed", "stages": list{waitStage("1", 0)},
	}).is(http.StatusOK).empty()
	found := k.get("/executions?pipelineConfigIds=g-fail").is(http.StatusOK).list()
	if len(found) != 1 || found[0]["status"] != "TERMINAL" || found[0]["cancellationReason"] != "Failed on startup: materialize failed" {
		t.Errorf("recorded: %v", found)
	}
}

func TestTaskView(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	id := idOf(k.post("/tasks", object{"application": "peer", "description": "two", "job": list{
		object{"type": "wait", "waitTime": 0, "first": "kept", "both": "old"},
		object{"type": "wait", "waitTime": 0, "first": "", "both": "new"},
	}}).is(http.StatusOK))
	k.ended(id)
	task := k.get("/tasks/" + id).is(http.StatusOK).object()
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
	k.get("/pipelines/"+id).refused(http.StatusNotFound, "Pipeline not found")
	k.get("/tasks/none").refused(http.StatusNotFound, "Task not found (id: none)")
	k.get("/applications/peer/tasks/" + id).is(http.StatusOK)
}

func TestTaskListsAndCancels(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	var ids []string
	for range 3 {
		ids = append(ids, idOf(k.post("/tasks", object{"application": "demo", "job": list{object{"type": "untilTold"}}}).is(http.StatusOK)))
	}
	other := idOf(k.post("/tasks", object{"application": "other", "job": list{object{"type": "wait", "waitTime": 0}}}).is(http.StatusOK))
	k.ended(other)
	if got := k.get("/applications/demo/tasks?statuses=").is(http.StatusOK).list(); len(got) != 3 {
		t.Errorf("tasks: %v", names(got, "id"))
	}
	if got := k.get("/applications/demo/tasks?statuses=SUCCEEDED,TERMINAL").list(); len(got) != 0 {
		t.Errorf("ended tasks: %v", names(got, "id"))
	}
	if got := k.get("/applications/demo/tasks?limit=2&page=2").list(); len(got) != 1 {
		t.Errorf("second page: %v", names(got, "id"))
	}
	if got := k.get("/tasks").list(); len(got) != 4 {
		t.Errorf("all tasks: %v", names(got, "id"))
	}
	k.get("/applications/demo/tasks?page=0").refused(http.StatusBadRequest, "page")
	k.get("/applications/demo/tasks?statuses=BUSY").refused(http.StatusBadRequest, "BUSY")

	k.delete("/tasks/"+ids[0]).refused(http.StatusConflict, "Cannot delete a running ORCHESTRATION")
	k.put("/tasks/"+ids[0]+"/cancel", nil).is(http.StatusOK).empty()
	k.put("/tasks/cancel?ids="+ids[1], nil).is(http.StatusOK)
	k.put("/tasks/cancel", list{ids[2]}).is(http.StatusOK)
	k.put("/tasks/cancel", nil).refused(http.StatusBadRequest, "ids")
	k.put("/tasks/none/cancel", nil).is(http.StatusNotFound)
	for _, id := range ids {
		if e := k.ended(id); e.Status != model.Canceled {
			t.Errorf("cancelled: %s", e.Status)
		}
	}
	k.delete("/tasks/" + ids[0]).is(http.StatusOK)
	k.get("/tasks/" + ids[0]).is(http.StatusNotFound)
	k.delete("/tasks/none").is(http.StatusNotFound)
}

func TestControl(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	k.pipeline("demo", "p", nil, toldStage("1"), waitStage("2", 0, "1"))
	id := idOf(k.post("/pipelines/demo/p", nil).is(http.StatusAccepted))
	running := k.until(id, func(e *model.Execution) bool { return e.Stages[0].Status == model.Running })
	stage := running.Stages[0].ID

	k.put("/pipelines/"+id+"/pause", nil).is(http.StatusOK).empty()
	k.until(id, func(e *model.Execution) bool { return e.Status == model.Paused })
	k.put("/pipelines/"+id+"/resume", nil).is(http.StatusOK).empty()
	k.until(id, func(e *model.Execution) bool { return e.Status == model.Running })
	k.delete("/pipelines/"+id).refused(http.StatusConflict, "Cannot delete a running PIPELINE")

	// What a PATCH did is in its answer.
	patched := k.call(http.MethodPatch, "/pipelines/"+id+"/stages/"+stage, object{"told": "go"}).is(http.StatusOK).object()
	if got := model.Object(model.Objects(patched, "stages")[0], "context"); got["told"] != "go" || got["lastModifiedBy"] != "anonymous" {
		t.Errorf("patched: %v", got)
	}
	k.ended(id)
	k.call(http.MethodPatch, "/pipelines/"+id+"/stages/none", object{}).is(http.StatusNotFound)
	k.call(http.MethodPatch, "/pipelines/none/stages/"+stage, object{}).is(http.StatusNotFound)
	k.call(http.MethodPatch, "/pipelines/"+id+"/stages/"+stage, nil).refused(http.StatusBadRequest, "body")

	restarted := k.put("/pipelines/"+id+"/stages/"+stage+"/restart", object{"skip": false}).is(http.StatusOK).object()
	if restarted["id"] != id {
		t.Errorf("restarted: %v", restarted)
	}
	k.put("/pipelines/none/stages/x/restart", object{}).refused(http.StatusNotFound, "Pipeline not found")
	k.ended(id)
	id = idOf(k.post("/pipelines/demo/p", nil).is(http.StatusAccepted))
	k.put("/pipelines/"+id+"/cancel?reason=enough&force=true", nil).is(http.StatusOK).empty()
	if e := k.ended(id); e.CancellationReason != "enough" || e.CanceledBy != "anonymous" {
		t.Errorf("cancelled: %+v", e)
	}
	// As an unmodified spin asks for it.
	k.put("/applications/%7Bapplication%7D/pipelines/"+id+"/cancel?reason=", nil).is(http.StatusOK).object()
	for _, path := range []string{"/pipelines/none/cancel", "/pipelines/none/pause", "/pipelines/none/resume"} {
		k.put(path, nil).refused(http.StatusNotFound, "none")
	}
	k.delete("/pipelines/" + id).is(http.StatusOK).empty()
	k.get("/pipelines/"+id).refused(http.StatusNotFound, "Pipeline not found (id: "+id+")")
	k.delete("/pipelines/" + id).is(http.StatusNotFound)
}

func TestExecutionLists(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	one := model.String(k.pipeline("demo", "one", nil, object{"type": "wait", "refId": "1", "waitTime": 0, "group": "g"}), "id")
	two := model.String(k.pipeline("demo", "two", nil, waitStage("1", 0)), "id")
	var ids []string
	for _, name := range []string{"one", "one", "one", "two"} {
		id := idOf(k.post("/pipelines/demo/"+name, nil).is(http.StatusAccepted))
		past(k.ended(id))
		ids = append(ids, id)
	}
	check := func(path string, want ...string) []object {
		t.Helper()
		found := k.get(path).is(http.StatusOK).list()
		if got := names(found, "id"); !slices.Equal(got, want) && len(got)+len(want) > 0 {
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
	k.get("/executions?executionIds=a&pipelineConfigIds=b").refused(http.StatusBadRequest, "Only pipelineConfigIds OR executionIds")
	k.get("/applications/demo/pipelines?limit=many").refused(http.StatusBadRequest, "limit")

	stage := func(e object) object { return model.Objects(e, "stages")[0] }
	bare := check("/applications/demo/pipelines?limit=1&expand=false", ids[2], ids[3])
	if got := stage(bare[0]); len(model.List(got, "tasks")) != 0 || fmt.Sprint(got["context"]) != "map[group:g]" || got["status"] != "SUCCEEDED" {
		t.Errorf("not expanded: %v", got)
	}
	if got := stage(check("/executions?executionIds="+ids[0], ids[0])[0]); len(model.List(got, "tasks")) != 1 {
		t.Errorf("expanded: %v", got)
	}

	k.ended(idOf(k.post("/tasks", object{"application": "spinnaker", "job": list{object{"type": "upsertProject", "project": object{
		"name": "Proj", "email": "a@b", "config": object{"applications": list{"demo"}, "pipelineConfigs": list{object{"application": "demo", "pipelineConfigId": one}}},
	}}}})))
	check("/projects/proj/pipelines?limit=1", ids[2])
	check("/projects/proj/pipelines?limit=0")
}

func TestListsReachBackTwoWeeks(t *testing.T) {
	t.Parallel()
	now := time.Now()
	k := newKit(t, func(d *api.Deps) { d.Now = func() time.Time { return now } })
	k.pipeline("demo", "p", nil, waitStage("1", 0))
	var ids []string
	for range 3 {
		id := idOf(k.post("/pipelines/demo/p", nil).is(http.StatusAccepted))
		past(k.ended(id))
		ids = append(ids, id)
	}
	now = now.Add(15 * 24 * time.Hour)
	if got := names(k.get("/applications/demo/pipelines").list(), "id"); !slices.Equal(got, ids[1:]) {
		t.Errorf("of a pipeline without young executions: %v, want %v", got, ids[1:])
	}
	if got := k.get("/applications/demo/tasks").list(); len(got) != 0 {
		t.Errorf("old tasks: %v", got)
	}
}

func TestSearch(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	start := func(application, name string, trigger object) string {
		id := idOf(k.post("/orchestrate", object{
			"application": application, "name": name, "id": application + name, "trigger": trigger, "stages": list{waitStage("1", 0)},
		}).is(http.StatusOK))
		k.ended(id)
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
		if got := names(k.get(path).is(http.StatusOK).list(), "id"); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", path, got, want)
		}
	}
	for path, want := range map[string]string{
		"?size=0": "size must be >= 1", "?startIndex=-1": "startIndex", "?trigger=%25": "base64", "?trigger=" + trigger("[]"): "JSON object",
		"?triggerTimeStartBoundary=2&triggerTimeEndBoundary=1": "triggerTimeStartBoundary must be <=", "?triggerTimeStartBoundary=-1": ">= 0",
	} {
		k.get("/applications/demo/executions/search"+path).refused(http.StatusBadRequest, want)
	}
	if got := k.get("/executions/correlated/corr").is(http.StatusOK); string(got.body) != `["`+b+`"]` {
		t.Errorf("correlated: %s", got.body)
	}
	if got := k.get("/executions/correlated/none").is(http.StatusOK); string(got.body) != `[]` {
		t.Errorf("correlated to nothing: %s", got.body)
	}
}

func TestFailedStages(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	id := idOf(k.post("/orchestrate", object{"application": "demo", "name": "x", "stages": list{
		object{"type": "untilTold", "refId": "1", "name": "Told", "told": "fail"},
	}}).is(http.StatusOK))
	if e := k.ended(id); e.Status != model.Terminal {
		t.Fatalf("status %s", e.Status)
	}
	parent := idOf(k.post("/orchestrate", object{"application": "demo", "name": "parent", "stages": list{
		object{"type": "untilTold", "refId": "1", "told": "fail"},
	}}).is(http.StatusOK))
	k.ended(parent)
	found := k.get("/executions/failedStages?executionId=" + id + "&deckOrigin=https://deck").is(http.StatusOK).list()
	if len(found) != 1 || found[0]["stageName"] != "Told" || found[0]["stageException"] != "told to fail" ||
		found[0]["pipelineExecutionUrl"] != "https://deck/#/applications/demo/executions/details/"+id+"?stage=0&step=0&details=runJobConfig" {
		t.Errorf("failed stages: %v", found)
	}
	if got := k.get("/pipelines/failedStages?executionId=none").is(http.StatusOK).list(); len(got) != 0 {
		t.Errorf("of nothing: %v", got)
	}
	k.get("/executions/failedStages").refused(http.StatusBadRequest, "executionId")
	k.get("/executions/failedStages?executionId=x&limit=0").refused(http.StatusBadRequest, "limit")
}
