package saveartifact_test

import (
	"context"
	"encoding/base64"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
	"github.com/gennaker/gennaker/internal/stage/saveartifact"
)

type (
	object = map[string]any
	list   = []any
)

// files are what artifacts refer to; "away" can't be had now.
type files map[string]string

func (f files) Fetch(_ context.Context, artifact map[string]any) ([]byte, error) {
	reference := model.String(artifact, "reference")
	if reference == "away" {
		return nil, fault.New(fault.Unavailable, "the host is away")
	}
	text, ok := f[reference]
	if !ok {
		return nil, fault.New(fault.NotFound, "no file %s", reference)
	}
	return []byte(text), nil
}

// pipelines has one pipeline, named old.
type pipelines struct{ err error }

func (p pipelines) PipelineID(_ context.Context, application, name string) (string, error) {
	if p.err != nil {
		return "", p.err
	}
	if application == "app" && name == "old" {
		return "old-id", nil
	}
	return "", fault.New(fault.NotFound, "no pipeline %s", name)
}

const content = `{"web":[{"name":"new","stages":[{"type":"wait","waitTime":"${a}"}]}],"app":[{"name":"old"},{"name":"bad"},{"name":"other"}]}`

// run runs the tasks as the engine would. Pipelines named bad can't be saved.
func run(t *testing.T, context object, known pipelines) (s *model.Stage, saved []object, err error) {
	t.Helper()
	kind := saveartifact.Type(files{"good": content, "text": "x", "none": "{}", "list": "[]"}, known)
	s = &model.Stage{ID: "S", Type: kind.Name, Context: context}
	in := stage.Input{View: engine.View{Stage: s, Execution: &model.Execution{ID: "E", Stages: []*model.Stage{s}, Trigger: model.Trigger{
		"resolvedExpectedArtifacts": list{object{"id": "x", "boundArtifact": object{"reference": "good"}}},
	}}}}
	specs, err := kind.Definition.Tasks(in.View)
	if err != nil {
		t.Fatal(err)
	}
	for _, spec := range specs {
		s.Tasks = append(s.Tasks, &model.Task{Name: spec.Name})
	}
	for i := 0; i < len(specs); i++ {
		result := stage.Succeeded()
		switch specs[i].Class {
		case saveartifact.MonitorClass:
		case saveartifact.SaveClass:
			result = save(t, s, &saved)
		default:
			if result, err = kind.Tasks[specs[i].Class].Run(t.Context(), in); err != nil {
				return s, saved, err
			}
		}
		s.Tasks[i].Status = result.Status
		s.Context = model.Merge(s.Context, result.Context)
		if result.Status == model.Redirect {
			i = slices.IndexFunc(specs, func(spec engine.TaskSpec) bool { return spec.Loop }) - 1
		}
	}
	return s, saved, nil
}

func save(t *testing.T, s *model.Stage, saved *[]object) stage.Result {
	t.Helper()
	data, err := base64.StdEncoding.DecodeString(model.String(s.Context, "pipeline"))
	if err != nil {
		t.Fatal(err)
	}
	var pipeline object
	if err := model.Unmarshal(data, &pipeline); err != nil {
		t.Fatal(err)
	}
	*saved = append(*saved, pipeline)
	if pipeline["name"] == "bad" {
		return stage.Result{Status: model.FailedContinue, Context: object{"errorMsg": "it is bad"}}
	}
	return stage.Succeeded()
}

func TestSavePipelines(t *testing.T) {
	t.Parallel()
	s, saved, err := run(t, object{"pipelinesArtifactId": "x"}, pipelines{})
	var failure *stage.Error
	if !errors.As(err, &failure) || failure.Message != "Failed to save pipelines: app:bad: it is bad" {
		t.Fatalf("got %v", err)
	}
	ids := map[any]bool{}
	for _, p := range saved {
		ids[p["id"]] = true
	}
	if len(saved) != 4 || len(ids) != 4 || saved[0]["id"] != "old-id" || saved[3]["application"] != "web" || saved[3]["regenerateCronTriggerIds"] != true {
		t.Errorf("saved %v", saved)
	}
	if text := model.String(model.Objects(saved[3], "stages")[0], "waitTime"); text != "${a}" {
		t.Errorf("the expression has become %q", text)
	}
	for key, want := range map[string]string{"pipelinesCreated": "other new", "pipelinesUpdated": "old", "pipelinesFailedToSave": "bad"} {
		var names []string
		for _, p := range model.Objects(s.Context, key) {
			names = append(names, model.String(p, "name"))
		}
		if got := strings.Join(names, " "); got != want {
			t.Errorf("%s: %s", key, got)
		}
	}
}

func TestArtifactsThatAreWrong(t *testing.T) {
	t.Parallel()
	tests := []struct {
		context object
		known   pipelines
		want    string
		retry   bool
	}{
		{object{}, pipelines{}, "No artifact could be bound to ''", false},
		{object{"pipelinesArtifactId": "y"}, pipelines{}, "No artifact could be bound to 'y'", false},
		{object{"pipelinesArtifact": object{"reference": "gone"}}, pipelines{}, "fetch the artifact gone: no file gone", false},
		{object{"pipelinesArtifact": object{"reference": "away"}}, pipelines{}, "fetch the artifact away: the host is away", true},
		{object{"pipelinesArtifact": object{"reference": "text"}}, pipelines{}, "the artifact must be a JSON object", false},
		{object{"pipelinesArtifact": object{"reference": "list"}}, pipelines{}, "the artifact must be a JSON object", false},
		{object{"pipelinesArtifact": object{"reference": "none"}}, pipelines{}, "the artifact has no pipelines", false},
		{object{"pipelinesArtifact": object{"reference": "good"}}, pipelines{fault.New(fault.Unavailable, "away")}, "find pipeline old of application app: away", true},
	}
	for _, test := range tests {
		if _, _, err := run(t, test.context, test.known); err == nil || !strings.HasPrefix(err.Error(), test.want) || stage.IsRetryable(err) != test.retry {
			t.Errorf("%v: got %v", test.context, err)
		}
	}
}

func TestSchema(t *testing.T) {
	t.Parallel()
	kind := saveartifact.Type(nil, pipelines{})
	if _, err := stage.NewValidator(stage.NewRegistry(kind)); err != nil {
		t.Error(err)
	}
	in := stage.Input{View: engine.View{Stage: &model.Stage{Context: object{"pipelinesArtifact": object{}}}, Execution: &model.Execution{}}}
	if _, err := kind.Tasks[saveartifact.GetClass].Run(t.Context(), in); err == nil || stage.IsRetryable(err) {
		t.Errorf("without a fetcher: %v", err)
	}
	preparer, ok := kind.Definition.(engine.RestartPreparer)
	if got := preparer.PrepareForRestart(object{"pipelinesCreated": list{1}, "pipelinesArtifactId": "x"}); !ok || len(got) != 1 {
		t.Errorf("got %v", got)
	}
}
