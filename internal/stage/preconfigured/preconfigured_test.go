package preconfigured_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/httpguard"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
	"github.com/gennaker/gennaker/internal/stage/preconfigured"
	"github.com/gennaker/gennaker/internal/stage/webhook"
)

type (
	object = map[string]any
	list   = []any
)

// run runs the tasks of a stage as the engine would, with the one expression
// ${who} evaluated before each task.
func run(t *testing.T, kind *stage.Type, c object) (*model.Stage, error) {
	t.Helper()
	s := &model.Stage{ID: "S", Type: kind.Name, Context: c}
	view := engine.View{Stage: s, Execution: &model.Execution{ID: "E", Authentication: &model.Authentication{User: "me"}}}
	specs, err := kind.Definition.Tasks(view)
	if err != nil {
		return s, err
	}
	for _, spec := range specs {
		task := kind.Tasks[spec.Class]
		noted := false
		for tries := 0; ; tries++ {
			for key, value := range s.Context {
				if text, ok := value.(string); ok {
					s.Context[key] = strings.ReplaceAll(text, "${who}", model.String(model.Object(s.Context, "parameterValues"), "who"))
				}
			}
			in := stage.Input{View: view, Now: time.UnixMilli(5000), Noted: noted}
			result, err := task.Run(t.Context(), in)
			s.Context = model.Merge(s.Context, result.Context)
			if err != nil {
				return s, err
			}
			if result.Status == model.Succeeded {
				break
			}
			if view.State, noted = result.State, result.Noted; noted {
				continue
			}
			waiter, ok := task.(stage.BackingOff)
			if result.Status != model.Running || tries > 0 || !ok || waiter.Backoff(in) != 0 {
				t.Fatalf("%s: got %v", spec.Name, result)
			}
		}
	}
	return s, nil
}

type roles map[string][]string

func (r roles) Roles(_ context.Context, user string) ([]string, error) {
	if r == nil {
		return nil, fault.New(fault.Unavailable, "away")
	}
	return r[user], nil
}

func webhookType(t *testing.T) *stage.Type {
	t.Helper()
	config := httpguard.DefaultConfig()
	config.AllowedHostnamesRegex, config.RejectLocalhost, config.RejectVerbatimIPs = ".*", false, false
	guard, err := httpguard.New(config)
	if err != nil {
		t.Fatal(err)
	}
	service, err := webhook.New(webhook.Options{Config: webhook.DefaultConfig(), Guard: guard})
	if err != nil {
		t.Fatal(err)
	}
	return service.Type()
}

func webhooks(t *testing.T, url string, who preconfigured.Roles) *stage.Type {
	t.Helper()
	off := false
	types, err := preconfigured.Webhooks(webhookType(t), []webhook.Preconfigured{
		{Type: "off", Enabled: &off},
		{
			Type: "greet", Label: "Greet", Description: "Greets someone.", URL: url, Method: "PUT", Payload: "hello ${who}",
			CustomHeaders: map[string][]string{"X-Kind": {"greeting"}}, Permissions: map[string][]string{"WRITE": {"team"}},
			Parameters: []webhook.Parameter{{Name: "who", Label: "Who", DefaultValue: "world"}},
		},
	}, who)
	if err != nil || len(types) != 1 {
		t.Fatalf("got %v, %v", types, err)
	}
	return types[0]
}

func TestWebhook(t *testing.T) {
	t.Parallel()
	for who, parameters := range map[string]any{"world": nil, "you": object{"who": "you"}} {
		var got string
		server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			got += r.Method + " " + r.Header.Get("X-Kind") + " " + string(body) + ";"
		}))
		kind := webhooks(t, server.URL, roles{"me": {"web-team"}})
		s, err := run(t, kind, object{"parameterValues": parameters, "url": "http://elsewhere.example", "alias": "preconfiguredWebhook"})
		server.Close()
		if err != nil || got != "PUT greeting hello "+who+";" || s.Context["url"] != server.URL {
			t.Errorf("got %q, %v, %v", got, err, s.Context)
		}
		preparer, ok := kind.Definition.(engine.RestartPreparer)
		if !ok {
			t.Fatal("a restart isn't prepared for")
		}
		s.Context = preparer.PrepareForRestart(s.Context)
		if _, known := s.Context["_preconfigured"]; known {
			t.Error("a restart keeps the state")
		}
	}
}

func TestWebhookPermissions(t *testing.T) {
	t.Parallel()
	const denied = "User 'me' is not allowed to execute stage named 'greet'"
	for _, who := range []preconfigured.Roles{nil, roles{}, roles{"me": {"other"}}} {
		if _, err := run(t, webhooks(t, "http://x.example", who), object{}); err == nil || err.Error() != denied || stage.IsRetryable(err) {
			t.Errorf("got %v", err)
		}
	}
	if _, err := run(t, webhooks(t, "http://x.example", roles(nil)), object{}); !stage.IsRetryable(err) {
		t.Errorf("got %v", err)
	}
}

// jobType is a stand-in for the stage that runs a Job.
func jobType() *stage.Type {
	return &stage.Type{
		Name: "runJobManifest", Aliases: []string{"runJob"}, Definition: jobDefinition{},
		Tasks: map[string]stage.Task{preconfigured.RunJobClass: stage.TaskFunc(func(context.Context, stage.Input) (stage.Result, error) {
			return stage.Succeeded(), nil
		})},
	}
}

type jobDefinition struct{}

func (jobDefinition) Tasks(view engine.View) ([]engine.TaskSpec, error) {
	if view.Stage.Context["manifest"] == nil {
		return nil, errors.New("no manifest")
	}
	return []engine.TaskSpec{{Name: "runJob", Class: preconfigured.RunJobClass}}, nil
}

func job() preconfigured.Job {
	return preconfigured.Job{
		Type: "migrate", Label: "Migrate", Account: "k8s", PropertyFile: "main",
		Manifest: object{"kind": "Job", "spec": object{"containers": list{object{"image": "a", "env": list{object{"name": "X", "value": "1"}}}}}},
		Parameters: []preconfigured.JobParameter{
			{Name: "image", Mapping: "manifest.spec.containers[0].image", DefaultValue: "b"},
			{Name: "x", Mapping: "manifest.spec.containers[0].env[0].value"},
			{Name: "note"},
		},
	}
}

func TestJob(t *testing.T) {
	t.Parallel()
	types, err := preconfigured.Jobs(jobType(), []preconfigured.Job{job()})
	if err != nil || len(types) != 1 {
		t.Fatalf("got %v, %v", types, err)
	}
	tests := []struct {
		name    string
		context object
		image   string
		x       any
		message string
	}{
		{"defaults", object{}, "b", "1", ""},
		{"parameters", object{"parameters": object{"image": "c", "x": 5, "other": 1}}, "c", "5", ""},
		{"dynamic parameters", object{"dynamicParameters": object{"manifest.spec.containers[0].image": "d"}}, "d", "1", ""},
		{
			"a place that isn't there", object{"dynamicParameters": object{"manifest.spec.none.image": "d"}}, "", nil,
			"dynamicParameters: manifest.spec.none.image: there is no object none",
		},
	}
	for _, test := range tests {
		s, err := run(t, types[0], test.context)
		if test.message != "" {
			if err == nil || err.Error() != test.message {
				t.Errorf("%s: got %v", test.name, err)
			}
			continue
		}
		container := model.Objects(model.Object(model.Object(s.Context, "manifest"), "spec"), "containers")[0]
		if err != nil || container["image"] != test.image || model.Objects(container, "env")[0]["value"] != test.x {
			t.Errorf("%s: got %v, %v", test.name, s.Context, err)
		}
		if s.Context["account"] != "k8s" || s.Context["waitForCompletion"] != true || s.Context["cloudProvider"] != "kubernetes" ||
			len(model.List(s.Context, "preconfiguredJobParameters")) != 3 {
			t.Errorf("%s: got %v", test.name, s.Context)
		}
	}
	if image := model.Objects(model.Object(job().Manifest, "spec"), "containers")[0]["image"]; image != "a" {
		t.Errorf("the configuration has become %v", image)
	}
}

func TestConfigurationsThatAreWrong(t *testing.T) {
	t.Parallel()
	for want, change := range map[string]func(*preconfigured.Job){
		"type is missing":     func(j *preconfigured.Job) { j.Type = "" },
		"label is missing":    func(j *preconfigured.Job) { j.Label = "" },
		"manifest is missing": func(j *preconfigured.Job) { j.Manifest = nil },
		`cloudProvider must be kubernetes, not "titus"`:                                           func(j *preconfigured.Job) { j.CloudProvider = "titus" },
		"parameters[2].name is missing":                                                           func(j *preconfigured.Job) { j.Parameters[2].Name = "" },
		"parameters[0].mapping: a.b: there is no object a":                                        func(j *preconfigured.Job) { j.Parameters[0].Mapping = "a.b" },
		"parameters[0].mapping: manifest.a[0].b: there is no list a":                              func(j *preconfigured.Job) { j.Parameters[0].Mapping = "manifest.a[0].b" },
		"parameters[0].mapping: manifest.spec.containers[7].b: the list containers has 1 members": func(j *preconfigured.Job) { j.Parameters[0].Mapping = "manifest.spec.containers[7].b" },
	} {
		config := job()
		change(&config)
		if _, err := preconfigured.Jobs(jobType(), []preconfigured.Job{config}); err == nil || err.Error() != "job.preconfigured.kubernetes[0]: "+want {
			t.Errorf("got %v", err)
		}
	}
	if _, err := preconfigured.Webhooks(webhookType(t), []webhook.Preconfigured{{}}, nil); err == nil || err.Error() != "webhook.preconfigured[0].type is missing" {
		t.Errorf("got %v", err)
	}
}

func TestSchemas(t *testing.T) {
	t.Parallel()
	off := false
	disabled := job()
	disabled.Enabled = &off
	types, err := preconfigured.Jobs(jobType(), []preconfigured.Job{job(), disabled})
	if err != nil {
		t.Fatal(err)
	}
	registry := stage.NewRegistry(append(types, webhooks(t, "http://x.example", nil))...)
	validator, err := stage.NewValidator(registry)
	if err != nil {
		t.Fatal(err)
	}
	problems := validator.Stage(object{"type": "greet", "parameterValues": object{"who": list{}}})
	if want := []string{"parameterValues.who must be a text, not []"}; !reflect.DeepEqual(problems, want) {
		t.Errorf("got %v", problems)
	}
}
