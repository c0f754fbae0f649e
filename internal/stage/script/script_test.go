package script

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
	"github.com/gennaker/gennaker/internal/stage/preconfigured"
)

type (
	object = map[string]any
	list   = []any
)

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

func (jobDefinition) Tasks(engine.View) ([]engine.TaskSpec, error) {
	return []engine.TaskSpec{{Name: "runJob", Class: preconfigured.RunJobClass}}, nil
}

func config(change func(*Config)) Config {
	c := DefaultConfig()
	c.Account, c.Namespace = "k8s", "jobs"
	if change != nil {
		change(&c)
	}
	return c
}

func view(c object, trigger model.Trigger) engine.View {
	s := &model.Stage{ID: "S", Type: "script", StartTime: 7, Context: c}
	return engine.View{Stage: s, Execution: &model.Execution{ID: "E", Trigger: trigger}}
}

// begin runs a stage's first task once: it puts the settings in.
func begin(t *testing.T, c Config, v engine.View) (object, error) {
	t.Helper()
	kind := Type(jobType(), c)
	if _, err := kind.Definition.Tasks(v); err != nil {
		return nil, err
	}
	result, err := kind.Tasks[preconfigured.RunJobClass].Run(t.Context(), stage.Input{View: v, Now: time.UnixMilli(1)})
	if err != nil || result.Status != model.Running {
		t.Fatalf("got %v, %v", result, err)
	}
	return model.Merge(v.Stage.Context, result.Context), nil
}

func pod(c object) object {
	return model.Object(model.Object(model.Object(model.Object(c, "manifest"), "spec"), "template"), "spec")
}

func environment(container object) map[string]string {
	out := map[string]string{}
	for _, v := range model.Objects(container, "env") {
		out[model.String(v, "name")] = model.String(v, "value")
	}
	return out
}

func TestCommand(t *testing.T) {
	t.Parallel()
	c, err := begin(t, config(func(c *Config) { c.ServiceAccount, c.DeadlineSeconds = "runner", 60 }), view(object{
		"command": "echo $(HOME)", "account": "prod", "region": "eu", "image": "ami-1", "propertyFile": "out.txt",
	}, nil))
	if err != nil {
		t.Fatal(err)
	}
	if c["account"] != "k8s" || c["namespace"] != "jobs" || c["propertyFile"] != "script" || c["cloudProvider"] != "kubernetes" {
		t.Errorf("got %v", c)
	}
	manifest := model.Object(c, "manifest")
	if name := model.String(model.Object(manifest, "metadata"), "name"); len(name) != len("script-")+16 || manifest["kind"] != "Job" {
		t.Errorf("got %v", manifest)
	}
	p := pod(c)
	main := model.Objects(p, "containers")[0]
	env := environment(main)
	if main["image"] != "alpine:3.22" || p["serviceAccountName"] != "runner" || p["initContainers"] != nil || main["workingDir"] != nil {
		t.Errorf("got %v", p)
	}
	if env["COMMAND"] != "echo $$(HOME)" || env["ENV_PARAM"] != "prod" || env["REGION_PARAM"] != "eu" || env["IMAGE_ID"] != "ami-1" || env["PROPERTY_FILE"] != "out.txt" {
		t.Errorf("got %v", env)
	}
	again, err := begin(t, config(nil), view(model.Without(c, "_preconfigured"), nil))
	if got := environment(model.Objects(pod(again), "containers")[0]); err != nil || !reflect.DeepEqual(got, env) {
		t.Errorf("a restart: got %v, %v", got, err)
	}
}

func TestRepository(t *testing.T) {
	t.Parallel()
	c, err := begin(t, config(func(c *Config) { c.GitSecret = "key" }), view(object{
		"command": "./run", "repoUrl": "--upload-pack=evil", "repoBranch": "main", "scriptPath": "../../etc",
	}, nil))
	if err != nil {
		t.Fatal(err)
	}
	git, main := model.Objects(pod(c), "initContainers")[0], model.Objects(pod(c), "containers")[0]
	want := list{"clone", "--depth=1", "--branch=main", "--", "--upload-pack=evil", "/workspace"}
	if !reflect.DeepEqual(git["args"], any(want)) || main["workingDir"] != "/workspace/etc" {
		t.Errorf("got %v, %v", git, main)
	}
	if len(model.List(git, "volumeMounts")) != 2 || len(model.List(main, "volumeMounts")) != 1 || len(model.List(pod(c), "volumes")) != 2 {
		t.Errorf("got %v", pod(c))
	}
}

func TestStrategy(t *testing.T) {
	t.Parallel()
	c, err := begin(t, config(nil), view(object{"command": "x", "region": "own"}, model.Trigger{
		"strategy": true, "parameters": object{"imageId": "ami-2", "cluster": "web", "credentials": "prod", "region": "eu"},
	}))
	if err != nil {
		t.Fatal(err)
	}
	env := environment(model.Objects(pod(c), "containers")[0])
	if env["IMAGE_ID"] != "ami-2" || env["CLUSTER_PARAM"] != "web" || env["ENV_PARAM"] != "prod" || env["REGION_PARAM"] != "own" {
		t.Errorf("got %v", env)
	}
}

func TestPlacement(t *testing.T) {
	t.Parallel()
	wish := object{"command": "x", "kubernetesAccount": "other", "namespace": "there", "scriptImage": "mine"}
	for allowed, want := range map[bool]list{false: {"k8s", "jobs", "alpine:3.22"}, true: {"other", "there", "mine"}} {
		c, err := begin(t, config(func(c *Config) { c.AllowPlacement = allowed }), view(wish, nil))
		if err != nil {
			t.Fatal(err)
		}
		if got := (list{c["account"], c["namespace"], model.Objects(pod(c), "containers")[0]["image"]}); !reflect.DeepEqual(got, want) {
			t.Errorf("%t: got %v", allowed, got)
		}
	}
}

func TestFailures(t *testing.T) {
	t.Parallel()
	tests := []struct {
		config  Config
		context object
		want    string
	}{
		{config(nil), object{}, "command is missing"},
		{config(nil), object{"command": "x", "scriptPath": "a"}, "repoUrl is missing: scriptPath is a folder in a repository"},
		{DefaultConfig(), object{"command": "x"}, "scripts can't be run here: no Kubernetes account is configured for them (script.account)"},
		{Config{AllowPlacement: true}, object{"command": "x"}, "kubernetesAccount is missing, and no account is configured for scripts"},
	}
	for _, test := range tests {
		if _, err := begin(t, test.config, view(test.context, nil)); err == nil || err.Error() != test.want {
			t.Errorf("got %v", err)
		}
	}
	if _, err := stage.NewValidator(stage.NewRegistry(Type(jobType(), config(nil)))); err != nil {
		t.Error(err)
	}
}

// What the container runs is run here, by this machine's own shell.
func TestWhatTheContainerRuns(t *testing.T) {
	t.Parallel()
	shell, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("there is no shell")
	}
	dir := t.TempDir()
	file := filepath.Join(dir, "out.properties")
	command := exec.CommandContext(t.Context(), shell, "-c", run)
	command.Dir = dir
	command.Env = append(os.Environ(), "PROPERTY_FILE="+file,
		`COMMAND=printf '# note\nversion=1.2\n  image = a:b=c\nnothing\n' > "$PROPERTY_FILE"; echo done; exit 3`)
	out, err := command.Output()
	if err == nil || command.ProcessState.ExitCode() != 3 {
		t.Errorf("it ended with %v", err)
	}
	want := "done\nSPINNAKER_PROPERTY_version=1.2\nSPINNAKER_PROPERTY_image=a:b=c\n"
	if got := strings.ReplaceAll(string(out), "\r", ""); got != want {
		t.Errorf("got %q", got)
	}
}
