package artifactstages_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"reflect"
	"testing"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
	"github.com/gennaker/gennaker/internal/stage/artifactbind"
	"github.com/gennaker/gennaker/internal/stage/artifactstages"
)

type (
	object = map[string]any
	list   = []any
)

func TestEvaluateArtifacts(t *testing.T) {
	t.Parallel()
	kind := artifactstages.Evaluate(artifactbind.Task{})
	s := &model.Stage{ID: "s", RefID: "1", Type: kind.Name, Context: object{
		"artifactContents": list{
			object{"id": "1", "name": "a.txt", "contents": "héllo"}, object{"name": "empty", "contents": ""}, object{"name": "none"},
			object{"contents": json.Number("5")}, object{"name": "b.json", "contents": object{"x": list{true}}},
		},
		"expectedArtifacts": list{object{"id": "e", "matchArtifact": object{"type": "embedded/base64", "name": "a.*"}}},
	}, Outputs: object{}}
	in := stage.Input{View: engine.View{Execution: &model.Execution{Stages: []*model.Stage{s}}, Stage: s}}
	specs, err := kind.Definition.Tasks(in.View)
	if err != nil || len(specs) != 2 || specs[0].Name != "evaluateArtifacts" || specs[1].Name != "bindArtifacts" {
		t.Fatalf("got %v, %v", specs, err)
	}
	result, err := kind.Tasks[specs[0].Class].Run(t.Context(), in)
	if err != nil || result.Status != model.Succeeded || result.Context != nil {
		t.Fatalf("got %v, %v", result, err)
	}
	var got []string
	for _, artifact := range model.Objects(result.Outputs, "artifacts") {
		text, err := base64.StdEncoding.DecodeString(model.String(artifact, "reference"))
		if err != nil || artifact["type"] != "embedded/base64" || artifact["artifactAccount"] != "embedded-artifact" {
			t.Errorf("%v: %v", artifact, err)
		}
		got = append(got, model.String(artifact, "name")+"="+string(text))
	}
	if want := []string{"a.txt=héllo", "=5", `b.json={"x":[true]}`}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %v", got)
	}
	s.Outputs = result.Outputs
	bound, err := kind.Tasks[specs[1].Class].Run(t.Context(), in)
	if artifacts := model.Objects(bound.Outputs, "artifacts"); err != nil || len(artifacts) != 1 || artifacts[0]["name"] != "a.txt" {
		t.Errorf("got %v, %v", bound, err)
	}
}

// latest answers with one execution and notes what it was asked.
type latest struct {
	execution *model.Execution
	err       error
	pipeline  string
	statuses  []model.Status
}

func (l *latest) Latest(_ context.Context, id string, statuses []model.Status) (*model.Execution, error) {
	l.pipeline, l.statuses = id, statuses
	return l.execution, l.err
}

func found(name string) object { return object{"type": "docker/image", "name": name} }

func prior() *model.Execution {
	return &model.Execution{
		ID: "p", Trigger: model.Trigger{"artifacts": list{found("trigger")}},
		Stages: []*model.Stage{
			{ID: "2", RefID: "2", RequisiteStageRefIDs: []string{"1"}, Outputs: object{"artifacts": list{found("late"), found("later")}}},
			{ID: "1", RefID: "1", Outputs: object{"artifacts": list{found("early")}}},
			{ID: "x", RefID: "x", RequisiteStageRefIDs: []string{"gone"}},
		},
	}
}

func TestFindArtifact(t *testing.T) {
	t.Parallel()
	image := object{"id": "i", "matchArtifact": object{"type": "docker/image"}}
	tests := []struct {
		name     string
		own      string
		context  object
		latest   *latest
		want     []string
		statuses []model.Status
		message  string
	}{
		{
			"the last of the last stage", "", object{"expectedArtifacts": list{image}, "executionOptions": object{"successful": true}},
			&latest{execution: prior()}, []string{"later"}, []model.Status{model.Succeeded}, "",
		},
		{
			"by name, from the trigger too", "", object{"expectedArtifacts": list{
				object{"id": "a", "matchArtifact": found("early")}, object{"id": "b", "matchArtifact": found("trig.*")},
			}, "executionOptions": object{"succeeded": "true", "terminal": true, "running": true}},
			&latest{execution: prior()}, []string{"early", "trigger"}, []model.Status{model.Succeeded, model.Terminal, model.Running}, "",
		},
		{"the older field", "", object{"expectedArtifact": image}, &latest{execution: prior()}, []string{"later"}, nil, ""},
		{"its own pipeline, not its own stage", "config", object{"expectedArtifacts": list{image}}, &latest{execution: prior()}, []string{"early"}, nil, ""},
		{"nothing expected", "", object{}, &latest{execution: prior()}, nil, nil, ""},
		{
			"no execution", "", object{"expectedArtifacts": list{image}}, &latest{}, nil, nil,
			`Unmatched expected artifact "docker/image" could not be resolved; there are: none`,
		},
		{
			"no store", "", object{}, &latest{err: errors.New("away")}, nil, nil,
			"find the latest execution of pipeline config: away",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			kind := artifactstages.Find(test.latest)
			s := &model.Stage{ID: "s", RefID: "2", Type: kind.Name, Context: model.Merge(test.context, object{"pipeline": "config"})}
			in := stage.Input{View: engine.View{Execution: &model.Execution{PipelineConfigID: test.own}, Stage: s}}
			specs, err := kind.Definition.Tasks(in.View)
			if err != nil || len(specs) != 1 || specs[0].Name != "findArtifactFromExecution" {
				t.Fatalf("got %v, %v", specs, err)
			}
			result, err := kind.Tasks[specs[0].Class].Run(t.Context(), in)
			if (err != nil) != (test.message != "") || err != nil && err.Error() != test.message {
				t.Fatalf("got %v", err)
			}
			var got []string
			for _, artifact := range model.Objects(result.Outputs, "artifacts") {
				got = append(got, model.String(artifact, "name"))
			}
			if !reflect.DeepEqual(got, test.want) || !reflect.DeepEqual(result.Context, result.Outputs) {
				t.Errorf("got %v of %v", got, result)
			}
			if test.latest.pipeline != "config" || !reflect.DeepEqual(test.latest.statuses, test.statuses) {
				t.Errorf("asked for %s %v", test.latest.pipeline, test.latest.statuses)
			}
		})
	}
}

func TestFindNeedsAPipeline(t *testing.T) {
	t.Parallel()
	in := stage.Input{View: engine.View{Execution: &model.Execution{}, Stage: &model.Stage{}}}
	_, err := artifactstages.Find(&latest{}).Tasks[artifactstages.FindClass].Run(t.Context(), in)
	if err == nil || err.Error() != "pipeline is missing: the id of the pipeline whose artifacts to find" {
		t.Errorf("got %v", err)
	}
}

func TestSchemas(t *testing.T) {
	t.Parallel()
	types := stage.NewRegistry(artifactstages.Evaluate(artifactbind.Task{}), artifactstages.Find(&latest{}))
	if _, err := stage.NewValidator(types); err != nil {
		t.Error(err)
	}
}
