package artifactbind_test

import (
	"reflect"
	"testing"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
	"github.com/gennaker/gennaker/internal/stage/artifactbind"
)

type (
	object = map[string]any
	list   = []any
)

func artifact(kind, name string) object { return object{"type": kind, "name": name} }

func expect(id string, wanted object) object { return object{"id": id, "matchArtifact": wanted} }

func input(context object) stage.Input {
	first := &model.Stage{ID: "1", RefID: "1", Outputs: object{"artifacts": list{artifact("docker/image", "early"), artifact("helm/chart", "chart")}}}
	s := &model.Stage{ID: "2", RefID: "2", RequisiteStageRefIDs: []string{"1"}, Context: context}
	e := &model.Execution{ID: "e", Stages: []*model.Stage{first, s}, Trigger: model.Trigger{
		"artifacts": list{artifact("git/repo", "source")},
		"resolvedExpectedArtifacts": list{object{
			"id": "t", "matchArtifact": object{"artifactAccount": "git"}, "boundArtifact": artifact("git/repo", "source"),
		}},
	}}
	return stage.Input{View: engine.View{Execution: e, Stage: s}}
}

func TestBind(t *testing.T) {
	t.Parallel()
	own := list{artifact("docker/image", "own")}
	tests := []struct {
		name     string
		expected any
		want     list
		message  string
	}{
		{"nothing expected", nil, nil, ""},
		{"an empty list", list{}, nil, ""},
		{"its own first", list{expect("a", artifact("docker/image", ""))}, list{artifact("docker/image", "own")}, ""},
		{"an earlier stage's", list{expect("a", artifact("helm/chart", ""))}, list{artifact("helm/chart", "chart")}, ""},
		{"the trigger's", list{expect("a", artifact("git/.*", ""))}, list{artifact("git/repo", "source")}, ""},
		{
			"one for two, taken once", list{expect("a", artifact("git/repo", "")), expect("b", artifact("", "sour.*"))},
			list{artifact("git/repo", "source")}, "",
		},
		{
			"the default", list{object{"id": "a", "matchArtifact": artifact("x", ""), "useDefaultArtifact": true, "defaultArtifact": artifact("x", "default")}},
			list{artifact("x", "default")}, "",
		},
		{
			"no match", list{object{"id": "a", "displayName": "the image", "matchArtifact": artifact("x", ""), "usePriorArtifact": true}}, nil,
			`Unmatched expected artifact "the image" could not be resolved; there are: docker/image own, docker/image early, helm/chart chart, git/repo source`,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			in := input(object{"artifacts": own, "expectedArtifacts": test.expected})
			result, err := artifactbind.Task{}.Run(t.Context(), in)
			if (err != nil) != (test.message != "") || err != nil && err.Error() != test.message {
				t.Fatalf("got %v", err)
			}
			if got, _ := result.Outputs["artifacts"].(list); !reflect.DeepEqual(got, test.want) {
				t.Errorf("got %v", got)
			}
			if !reflect.DeepEqual(result.Context, result.Outputs) {
				t.Errorf("context %v, outputs %v", result.Context, result.Outputs)
			}
			for i, item := range model.Objects(result.Outputs, "resolvedExpectedArtifacts") {
				if item["id"] == "" || item["boundArtifact"] == nil {
					t.Errorf("expectation %d: %v", i, item)
				}
			}
		})
	}
}

func TestBindKeepsKeysFromLaterStages(t *testing.T) {
	t.Parallel()
	in := input(object{"expectedArtifacts": list{expect("a", artifact("git/repo", ""))}})
	result, err := artifactbind.Task{ExcludeFromOutputs: []string{"resolvedExpectedArtifacts"}}.Run(t.Context(), in)
	if err != nil || len(result.Context) != 2 || len(result.Outputs) != 1 || result.Outputs["artifacts"] == nil {
		t.Errorf("got %v, %v", result, err)
	}
}

func TestUnmatchedNames(t *testing.T) {
	t.Parallel()
	for name, e := range map[string]object{
		"n": expect("i", object{"name": "n", "type": "k"}), "r": expect("i", object{"reference": "r"}),
		"k": expect("i", object{"type": "k"}), "i": expect("i", object{"version": "1"}), "without a name": expect("", nil),
	} {
		want := `Unmatched expected artifact "` + name + `" could not be resolved; there are: none`
		if _, err := artifactbind.Resolve([]map[string]any{e}, nil); err == nil || err.Error() != want {
			t.Errorf("got %v", err)
		}
	}
}

func TestBound(t *testing.T) {
	t.Parallel()
	in := input(object{"resolvedExpectedArtifacts": list{object{"id": "own", "boundArtifact": object{"artifactAccount": "mine"}}, object{"id": "none"}}})
	for id, want := range map[string]object{
		"": nil, "other": nil, "none": nil, "own": {"artifactAccount": "mine"},
		"t": {"type": "git/repo", "name": "source", "artifactAccount": "git"},
	} {
		if got := artifactbind.Bound(in.View, id); !reflect.DeepEqual(got, want) {
			t.Errorf("%q: got %v", id, got)
		}
	}
}
