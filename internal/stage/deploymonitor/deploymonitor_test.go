package deploymonitor_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/httpguard"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
	"github.com/gennaker/gennaker/internal/stage/deploymonitor"
)

type object = map[string]any

func guard(t *testing.T) *httpguard.Guard {
	t.Helper()
	config := httpguard.DefaultConfig()
	config.AllowedHostnamesRegex, config.RejectLocalhost, config.RejectVerbatimIPs = ".*", false, false
	g, err := httpguard.New(config)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// monitor answers every request with one text and keeps the last request.
type monitor struct {
	status int
	answer string
	path   string
	body   object
}

func (m *monitor) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	m.path, m.body = r.Method+" "+r.URL.Path, object{}
	if data, err := io.ReadAll(r.Body); err == nil {
		_ = model.Unmarshal(data, &m.body)
	}
	w.WriteHeader(m.status)
	_, _ = w.Write([]byte(m.answer))
}

func types(t *testing.T, url string, lenient bool) *stage.Registry {
	t.Helper()
	failOnError := !lenient
	list, err := deploymonitor.Types(deploymonitor.Options{Guard: guard(t), Config: deploymonitor.Config{Enabled: true, DeploymentMonitors: []deploymonitor.Monitor{
		{ID: "m", Name: "The monitor", BaseURL: url + "/", FailOnError: &failOnError, MaxAnalysisMinutes: 7}, {ID: "other", BaseURL: "http://x.example"},
	}}})
	if err != nil {
		t.Fatal(err)
	}
	return stage.NewRegistry(list...)
}

func input(kind string, c object) stage.Input {
	s := &model.Stage{ID: "S", ParentStageID: "P", Type: kind, Context: model.Merge(object{
		"deploymentMonitor": object{"id": "m", "parameters": object{"x": "y"}}, "newServerGroup": "web-v002", "account": "k8s",
	}, c)}
	sibling := &model.Stage{ID: "R", ParentStageID: "P", Type: "rollbackCluster", Status: model.Succeeded}
	return stage.Input{View: engine.View{Stage: s, Execution: &model.Execution{ID: "E", Application: "web", Stages: []*model.Stage{s, sibling}}}}
}

func find(t *testing.T, r *stage.Registry, in stage.Input) stage.Task {
	t.Helper()
	definition, ok := r.Definition(in.Stage)
	if !ok {
		t.Fatalf("no type %s", in.Stage.Type)
	}
	specs, err := definition.Tasks(in.View)
	if err != nil || len(specs) != 1 || specs[0].Name != in.Stage.Type {
		t.Fatalf("got %v, %v", specs, err)
	}
	task, _ := r.Task(in.Stage, specs[0].Class)
	return task
}

func TestAnswers(t *testing.T) {
	t.Parallel()
	say := func(directive string) string {
		return `{"nextStep":{"directive":"` + directive + `"},"statusReason":{"message":"so it is"}}`
	}
	const failed = "Failed to get a valid response from deployment monitor The monitor, "
	tests := []struct {
		name, kind string
		lenient    bool
		context    object
		status     int
		answer     string
		want       model.Status
		summary    string
		outputs    object
	}{
		{"go on", "evaluateDeploymentHealth", false, nil, 200, say("continue"), model.Succeeded, "Deployment monitor deemed the instances healthy, proceeding with deploy", nil},
		{"wait", "evaluateDeploymentHealth", false, nil, 200, say("wait"), model.Running, "Waiting for deployment monitor to evaluate health of deployed instances", nil},
		{"stop", "evaluateDeploymentHealth", false, nil, 200, say("abort"), model.Terminal, "Deployment monitor deemed the deployed instances unhealthy, aborting deployment", nil},
		{
			"all at once", "evaluateDeploymentHealth", false, nil, 200, say("complete"), model.Succeeded,
			"Deployment monitor deemed the instances healthy and requested to complete the deployment early", object{"skipToPercentage": 100},
		},
		{
			"all at once before the start", "notifyDeployStarting", false, nil, 200, say("complete"), model.Succeeded,
			"Deployment monitor deemed the instances healthy and requested to complete the deployment early", nil,
		},
		{"something else", "notifyDeployStarting", false, nil, 200, say("jump"), model.Terminal, failed + "aborting because this deployment monitor is configured to failOnError", nil},
		{"an error at first", "evaluateDeploymentHealth", false, nil, 500, "", model.Running, "", nil},
		{"no JSON at first", "evaluateDeploymentHealth", false, nil, 200, "ok", model.Running, "", nil},
		{
			"an error at last", "evaluateDeploymentHealth", false, object{"deployMonitorHttpRetryCount": 3}, 500, "", model.Terminal,
			failed + "aborting because this deployment monitor is configured to failOnError", nil,
		},
		{
			"an error that may be", "evaluateDeploymentHealth", true, object{"deployMonitorHttpRetryCount": 3}, 500, "", model.FailedContinue,
			failed + "proceeding anyway because this deployment monitor is configured to not failOnError", nil,
		},
		{"the end", "notifyDeployCompleted", false, object{"hasDeploymentFailed": true}, 200, "", model.Succeeded, "", nil},
		{
			"the end, unheard", "notifyDeployCompleted", false, object{"deployMonitorHttpRetryCount": 3}, 404, "", model.FailedContinue,
			failed + "proceeding anyway to avoid unnecessary rollback", nil,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			m := &monitor{status: test.status, answer: test.answer}
			server := httptest.NewServer(m)
			defer server.Close()
			in := input(test.kind, test.context)
			result, err := find(t, types(t, server.URL, test.lenient), in).Run(t.Context(), in)
			if err != nil || result.Status != test.want || !reflect.DeepEqual(result.Outputs, test.outputs) {
				t.Fatalf("got %v, %v", result, err)
			}
			if got := model.String(model.Object(result.Context, "deploymentMonitorReasons"), "summary"); got != test.summary {
				t.Errorf("summary %q", got)
			}
			if m.body["executionId"] != "E" || m.body["deploymentId"] != "P" || m.body["newServerGroup"] != "web-v002" {
				t.Errorf("asked %s %v", m.path, m.body)
			}
			if test.kind == "notifyDeployCompleted" && (m.path != "POST /deployment/completed" || m.body["rollback"] != "success") {
				t.Errorf("asked %s %v", m.path, m.body)
			}
		})
	}
}

func TestMonitorsThatAreNotThere(t *testing.T) {
	t.Parallel()
	r := types(t, "http://x.example", false)
	for want, monitor := range map[string]any{
		"deploymentMonitor.id is missing": nil, "Deployment monitor not configured, ID: x": object{"id": "x"},
	} {
		in := input("evaluateDeploymentHealth", object{"deploymentMonitor": monitor})
		if _, err := find(t, r, in).Run(t.Context(), in); err == nil || err.Error() != want {
			t.Errorf("got %v", err)
		}
	}
}

func TestTimeouts(t *testing.T) {
	t.Parallel()
	for _, lenient := range []bool{false, true} {
		in := input("evaluateDeploymentHealth", nil)
		task := find(t, types(t, "http://x.example", lenient), in)
		limit, ok := task.(stage.TimingOut)
		handler, isHandler := task.(stage.TimeoutHandler)
		if !ok || !isHandler {
			t.Fatal("the task has no timeout")
		}
		if d, _ := limit.Timeout(in); d != 7*time.Minute {
			t.Errorf("timeout %s", d)
		}
		if d, _ := limit.Timeout(input("x", object{"deploymentMonitor": object{"id": "other"}})); d != 30*time.Minute {
			t.Errorf("timeout %s", d)
		}
		if d, _ := limit.Timeout(input("x", object{"deploymentMonitor": object{"id": "m", "maxAnalysisMinutesOverride": "3"}})); d != 3*time.Minute {
			t.Errorf("timeout %s", d)
		}
		want := map[bool]model.Status{false: model.Terminal, true: model.FailedContinue}[lenient]
		if got := handler.OnTimeout(t.Context(), in); got.Status != want {
			t.Errorf("got %v", got)
		}
	}
}

func TestConfigurationsThatAreWrong(t *testing.T) {
	t.Parallel()
	for want, monitors := range map[string][]deploymonitor.Monitor{
		"monitored-deploy.deploymentMonitors[0]: id is missing":                  {{}},
		`monitored-deploy.deploymentMonitors[0]: baseUrl must be a URL, not "x"`: {{ID: "a", BaseURL: "x"}},
		"monitored-deploy.deploymentMonitors[0]: baseUrl: parse":                 {{ID: "a", BaseURL: ":"}},
		`monitored-deploy.deploymentMonitors[1].id: "a" is taken`:                {{ID: "a", BaseURL: "http://x"}, {ID: "a", BaseURL: "http://x"}},
	} {
		_, err := deploymonitor.Types(deploymonitor.Options{Guard: guard(t), Config: deploymonitor.Config{Enabled: true, DeploymentMonitors: monitors}})
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("got %v", err)
		}
	}
	if _, err := stage.NewValidator(types(t, "http://x.example", false)); err != nil {
		t.Error(err)
	}
}
