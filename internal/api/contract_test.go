package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/gennaker/gennaker/internal/api/apitest"
	"github.com/gennaker/gennaker/internal/model"
)

// What the clients that people use ask of Gate, and what they need back: one
// line for each of their calls, as recorded from them.

// The kinds of body that clients tell apart. spin takes an answer only if its
// content type is JSON, and wants a list or an object as its model says; Deck
// refuses what is neither JSON nor empty.
const (
	isList   = "["
	isObject = "{"
	isEmpty  = ""
	isAny    = "any"
)

type asked struct {
	by, method, path string
	body             any
	status           int
	kind             string
}

func TestWhatClientsAsk(t *testing.T) {
	t.Parallel()
	k := apitest.New(t, func(d *apitest.Parts) {
		d.Clouds = apitest.TwoAccounts{}
		d.Cron = fewFields
		d.Config.CORS.AllowedOrigins = []string{"http://localhost:9000"}
	})
	k.Application("demo")
	id := model.String(k.Pipeline("demo", "Demo Pipeline", nil, apitest.ToldStage("1")), "id")
	exec := apitest.IDOf(k.Post("/pipelines/demo/Demo%20Pipeline", nil).Is(http.StatusAccepted))
	running := k.Until(exec, func(e *model.Execution) bool { return e.Stages[0].Status == model.Running })
	stage := running.Stages[0].ID
	task := apitest.IDOf(k.Post("/tasks", object{"application": "demo", "job": list{object{"type": "wait", "waitTime": 0}}}).Is(http.StatusOK))
	k.Ended(task)
	k.Ended(apitest.IDOf(k.Post("/tasks", object{
		"application": "spinnaker", "project": "proj2", "description": "Create project: proj2",
		"job": list{object{"type": "upsertProject", "user": "anonymous", "project": object{
			"name": "proj2", "email": "me@example.com", "config": object{"applications": list{}, "clusters": list{}, "pipelineConfigs": list{}},
		}}},
	}).Is(http.StatusOK)))

	config := object{"id": id, "application": "demo", "name": "Demo Pipeline", "stages": list{apitest.ToldStage("1")}}
	for _, c := range []asked{
		// spin
		{"spin", "GET", "/version", nil, 200, isObject},
		{"spin", "GET", "/applications", nil, 200, isList},
		{"spin", "GET", "/applications/demo?expand=false", nil, 200, isObject},
		{"spin", "GET", "/applications/none?expand=true", nil, 404, isObject},
		{"spin", "POST", "/tasks", object{"application": "demo", "description": "x", "job": list{object{"type": "createApplication", "application": object{"name": "demo", "email": "a@b", "cloudProviders": "kubernetes", "instancePort": 80}}}}, 200, isObject},
		{"spin", "GET", "/tasks/" + task, nil, 200, isObject},
		{"spin", "GET", "/applications/demo/pipelines?expand=false&statuses=", nil, 200, isList},
		{"spin", "GET", "/credentials?expand=false", nil, 200, isList},
		{"spin", "GET", "/credentials/open", nil, 200, isObject},
		{"spin", "GET", "/credentials/none", nil, 404, isObject},
		{"spin", "GET", "/auth/user", nil, 200, isObject},
		{"spin", "GET", "/applications/demo/pipelineConfigs", nil, 200, isList},
		{"spin", "GET", "/applications/demo/pipelineConfigs/Demo%20Pipeline", nil, 200, isObject},
		{"spin", "GET", "/applications/demo/pipelineConfigs/none", nil, 404, isObject},
		{"spin", "POST", "/pipelines", config, 200, isEmpty},
		{"spin", "POST", "/pipelines/demo/Demo%20Pipeline", object{"type": "manual"}, 202, isObject},
		{"spin", "GET", "/executions?pipelineConfigIds=" + id + "&limit=2&statuses=RUNNING,SUCCEEDED", nil, 200, isList},
		{"spin", "GET", "/executions?executionIds=" + exec + "&limit=1", nil, 200, isList},
		{"spin", "GET", "/projects", nil, 200, isList},
		{"spin", "GET", "/projects/proj2", nil, 200, isObject},
		{"spin", "GET", "/projects/none", nil, 404, isObject},
		{"spin", "GET", "/projects/proj2/pipelines", nil, 200, isList},
		{"spin", "GET", "/v2/pipelineTemplates?scopes=", nil, 200, isList},
		{"spin", "GET", "/v2/canaryConfig?application=demo", nil, 200, isList},

		// Deck, on every page
		{"deck", "GET", "/auth/user", nil, 200, isObject},
		{"deck", "GET", "/plugins/deck/plugin-manifest.json", nil, 200, isList},
		{"deck", "GET", "/notifications/metadata", nil, 200, isList},
		{"deck", "GET", "/jobs/preconfigured", nil, 200, isList},
		{"deck", "GET", "/webhooks/preconfigured", nil, 200, isList},
		{"deck", "GET", "/credentials?expand=true", nil, 200, isList},
		{"deck", "GET", "/banners", nil, 200, isList},
		{"deck", "GET", "/securityGroups", nil, 200, isObject},
		// Deck, on every page of an application
		{"deck", "GET", "/applications/demo?expand=false", nil, 200, isObject},
		{"deck", "GET", "/applications/demo/serverGroupManagers", nil, 200, isList},
		{"deck", "GET", "/applications/demo/pipelines?limit=30&statuses=RUNNING%2CSUSPENDED%2CPAUSED%2CNOT_STARTED&expand=true", nil, 200, isList},
		{"deck", "GET", "/applications/demo/tasks?statuses=RUNNING%2CSUSPENDED%2CNOT_STARTED", nil, 200, isList},
		{"deck", "GET", "/applications/demo/clusters", nil, 200, isObject},
		{"deck", "GET", "/applications/demo/loadBalancers", nil, 200, isList},
		{"deck", "GET", "/search?q=demo&type=securityGroups&pageSize=500", nil, 200, isList},
		{"deck", "GET", "/v2/canaryConfig", nil, 200, isList},
		{"deck", "GET", "/applications/demo/serverGroups", nil, 200, isList},
		// Deck, page by page
		{"deck", "GET", "/applications/demo/pipelines?limit=2&expand=false", nil, 200, isList},
		{"deck", "GET", "/applications/demo/strategyConfigs", nil, 200, isList},
		{"deck", "GET", "/capabilities/quietPeriod", nil, 200, isObject},
		{"deck", "GET", "/pipelines/" + exec, nil, 200, isObject},
		{"deck", "GET", "/cron/validate?expression=0+0+10+%3F+*+*", nil, 200, isObject},
		{"deck", "GET", "/artifacts/credentials", nil, 200, isList},
		{"deck", "GET", "/search?type=service&pageSize=500", nil, 200, isList},
		{"deck", "POST", "/pipelines?staleCheck=true", config, 200, isEmpty},
		{"deck", "POST", "/pipelines?staleCheck=true", object{"name": "new one", "stages": list{}, "triggers": list{}, "application": "demo", "limitConcurrent": true, "keepWaitingPipelines": false, "spelEvaluator": "v4", "index": 1}, 200, isEmpty},
		{"deck", "GET", "/notifications/application/demo", nil, 200, isObject},
		{"deck", "POST", "/pipelines/v2/demo/Demo%20Pipeline", object{"buildNumber": "", "type": "manual", "dryRun": false, "parameters": object{"env": "dev"}, "user": "anonymous"}, 202, isObject},
		{"deck", "GET", "/pipelineConfigs/" + id + "/history?limit=100", nil, 200, isList},
		{"deck", "GET", "/applications/demo/tasks?statuses=", nil, 200, isList},
		{"deck", "GET", "/projects/proj2/clusters", nil, 200, isList},
		{"deck", "GET", "/projects/proj2/pipelines?limit=1", nil, 200, isList},
		{"deck", "GET", "/search?q=demo&type=applications&pageSize=500", nil, 200, isList},
		{"deck", "GET", "/search?q=proj&type=projects&pageSize=500", nil, 200, isList},
		{"deck", "GET", "/v2/canaries/credentials", nil, 200, isList},
		{"deck", "GET", "/v2/canaries/judges", nil, 200, isList},
		{"deck", "GET", "/v2/canaries/demo/executions?limit=20", nil, 200, isList},
		{"deck", "GET", "/v2/pipelineTemplates/versions", nil, 200, isObject},
		{"deck", "PUT", "/pipelines/" + exec + "/pause", nil, 200, isEmpty},
		{"deck", "PUT", "/pipelines/" + exec + "/resume", nil, 200, isEmpty},
		{"deck", "PATCH", "/pipelines/" + exec + "/stages/" + stage, object{"judgmentStatus": "continue"}, 200, isObject},
		{"deck", "PUT", "/pipelines/" + exec + "/cancel", nil, 200, isEmpty},
		{"deck", "PUT", "/pipelines/" + id, model.Merge(config, object{"name": "Renamed"}), 200, isObject},
		{"deck", "DELETE", "/pipelines/demo/Renamed", nil, 200, isEmpty},
	} {
		t.Run(c.by+" "+c.method+" "+c.path, func(t *testing.T) {
			headers := []string{"Accept", "application/json"}
			if c.by == "deck" {
				headers = append(headers, "X-RateLimit-App", "deck", "Origin", "http://localhost:9000")
			}
			k := *k
			k.T = t
			got := k.Call(c.method, c.path, c.body, headers...).Is(c.status)
			begins := strings.HasPrefix(string(got.Body), c.kind)
			if c.kind == isEmpty {
				begins = len(got.Body) == 0
			}
			if !begins {
				t.Errorf("body %q, want one of kind %q", got.Body, c.kind)
			}
			if len(got.Body) > 0 && !strings.Contains(got.Header.Get("Content-Type"), "application/json") {
				t.Errorf("content type %q", got.Header.Get("Content-Type"))
			}
			if c.by == "deck" && got.Header.Get("Access-Control-Allow-Origin") != "http://localhost:9000" {
				t.Errorf("CORS: %v", got.Header)
			}
		})
	}
	k.Ended(exec)
	k.Put("/pipelines/"+exec+"/stages/"+stage+"/restart", object{"skip": false}).Is(http.StatusOK).Object()
	k.Put("/pipelines/"+exec+"/cancel", nil).Is(http.StatusOK)
	k.Ended(exec)
	k.Delete("/pipelines/" + exec).Is(http.StatusOK)
	k.Get("/pipelines/" + exec).Is(http.StatusNotFound)
}

// fewFields knows cron expressions by how many fields they have.
func fewFields(expression string) (string, error) {
	if n := len(strings.Fields(expression)); n < 6 {
		return "", fmt.Errorf("want six or seven fields, not %d", n)
	}
	return "at 10:00 AM", nil
}
