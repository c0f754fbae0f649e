package expression

import (
	"bytes"
	"context"
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/gennaker/gennaker/internal/model"
)

type object = map[string]any

// pipeline is an execution of two stages, the second after the first.
func pipeline(version string, context object, kind string) (*model.Execution, *model.Stage) {
	exec := &model.Execution{
		Type: model.PipelineExecution, ID: "01E", Application: "app", SpelEvaluator: version,
		Trigger:           model.Trigger{"type": "manual", "user": "u", "parameters": object{"region": "eu", "n": json.Number("3")}},
		TemplateVariables: object{"t": "v"},
		Stages: []*model.Stage{
			{ID: "1", RefID: "1", Name: "first", Type: "bake", Status: model.Succeeded, Outputs: object{"ami": "ami-1"}, Context: object{"k": "first's"}},
			{ID: "2", RefID: "2", Name: "second", Type: kind, Status: model.Running, RequisiteStageRefIDs: []string{"1"}, Context: context},
		},
	}
	return exec, exec.Stages[1]
}

func TestEvaluateStage(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		version, kind string
		context       object
		want          object
		failed        []string
	}{
		"own keys, ancestors' outputs, trigger and execution": {
			"", "wait",
			object{"a": "${ami}", "b": "${parameters.region}-${trigger.parameters['n']}", "c": "${execution.application}", "d": object{"e": []any{"${#stage('first').context.k}"}}, "f": "plain"},
			object{"a": "ami-1", "b": "eu-3", "c": "app", "d": object{"e": []any{"first's"}}, "f": "plain"}, nil,
		},
		"types are kept": {
			"", "wait", object{"n": "${parameters.n}", "l": "${{1,2}}", "m": "${{a: true}}", "d": "${1.5}"},
			object{"n": json.Number("3"), "l": []any{json.Number("1"), json.Number("2")}, "m": object{"a": true}, "d": json.Number("1.5")}, nil,
		},
		"what fails stays": {
			"", "wait", object{"a": "${nope.x}", "b": "${nope}", "c": "${1}"},
			object{"a": "${nope.x}", "b": "${nope}", "c": json.Number("1")}, []string{"nope", "nope.x"},
		},
		"results are not evaluated again": {
			"", "wait", object{"a": "${'$'}{ami}", "b": "${a}"},
			object{"a": "${ami}", "b": "${'$'}{ami}"}, nil,
		},
		"template variables with v4": {"v4", "wait", object{"a": "${templateVariables.t}"}, object{"a": "v"}, nil},
		"not with v3":                {"v3", "wait", object{"a": "${templateVariables?.t ?: 'none'}"}, object{"a": "none"}, nil},
		"keys": {
			"", "wait", object{"${parameters.region}": object{"${ami}": "${ami}"}},
			object{"eu": object{"ami-1": "ami-1"}}, nil,
		},
		"v4: variables one after another": {
			"v4", "evaluateVariables",
			object{"x": "${ami}", "variables": []any{object{"key": "a", "value": "${1+1}"}, object{"key": "b", "value": "${a+1}", "description": "${b}"}, object{"key": "c", "value": json.Number("7")}}},
			object{"x": "ami-1", "variables": []any{
				object{"key": "a", "value": json.Number("2"), "sourceValue": "{1+1}"},
				object{"key": "b", "value": "${a+1}", "sourceValue": "{a+1}", "description": "${b}"},
				object{"key": "c", "value": json.Number("7")},
			}}, []string{"b"},
		},
		"v3: variables at once": {
			"v3", "evaluateVariables", object{"variables": []any{object{"key": "a", "value": "${1+1}"}, object{"key": "b", "value": "${a}"}}},
			object{"variables": []any{object{"key": "a", "value": json.Number("2")}, object{"key": "b", "value": "${a}"}}}, []string{"a"},
		},
		"v4: contents of artifacts one after another": {
			"v4", "evaluateArtifacts", object{"artifactContents": []any{object{"name": "a", "contents": "${ami}"}, object{"name": "b", "contents": "${a}!"}}},
			object{"artifactContents": []any{object{"name": "a", "contents": "ami-1"}, object{"name": "b", "contents": "ami-1!"}}}, nil,
		},
		"v4: manifests that are to be left alone": {
			"v4", "deployManifest", object{"skipExpressionEvaluation": true, "manifests": []any{object{"a": "${ami}"}}, "account": "${ami}"},
			object{"skipExpressionEvaluation": true, "manifests": []any{object{"a": "${ami}"}}, "account": "ami-1"}, nil,
		},
		"v4: manifests otherwise": {
			"v4", "deployManifest", object{"manifests": []any{object{"a": "${ami}"}}},
			object{"manifests": []any{object{"a": "ami-1"}}}, nil,
		},
		"stale failures are dropped": {
			"", "wait", object{"a": "${ami}", SummaryKey: object{"ami": []any{"old"}, "other": []any{"old"}}},
			object{"a": "ami-1", SummaryKey: object{"other": []any{"old"}}}, nil,
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			exec, stage := pipeline(c.version, c.context, c.kind)
			before, err := model.Marshal(exec)
			if err != nil {
				t.Fatal(err)
			}
			got, summary := New(Options{}).EvaluateStage(context.Background(), exec, stage, "me")
			for _, key := range c.failed {
				if !summary.Failed(key) {
					t.Errorf("%s has not failed: %v", key, summary.Entries())
				}
			}
			if len(summary.Entries()) != len(c.failed) {
				t.Errorf("failed: %v", summary.Entries())
			}
			if len(c.failed) > 0 {
				if len(model.Object(got, SummaryKey)) != len(c.failed) {
					t.Errorf("summary in the context: %v", got[SummaryKey])
				}
				got = model.Without(got, SummaryKey)
			}
			if !reflect.DeepEqual(got, c.want) {
				t.Errorf("want %v\n got %v", c.want, got)
			}
			if after, err := model.Marshal(exec); err != nil || !bytes.Equal(after, before) {
				t.Errorf("the execution was changed: %s", after)
			}
		})
	}
}

func TestEvaluatePipeline(t *testing.T) {
	t.Parallel()
	scope := func() *Scope {
		return StartScope(object{"trigger": object{"parameters": object{"p": "x"}, "buildInfo": object{"scm": []any{object{"branch": "master"}, object{"branch": "f"}}}}, "templateVariables": object{"t": "v"}})
	}
	config := object{"name": "${parameters.p}", "t": "${templateVariables.t}", "unknown": "${nope}", "stages": []any{object{"a": "${trigger.parameters.p}"}}}
	e := New(Options{})
	got, summary := e.EvaluatePipeline(context.Background(), config, scope())
	if got["name"] != "x" || got["t"] != "v" || got["unknown"] != "${nope}" || summary.Failures() != 1 {
		t.Errorf("got %v, %v", got, summary.Entries())
	}
	if !reflect.DeepEqual(got["stages"], []any{object{"a": "x"}}) {
		t.Errorf("stages: %v", got["stages"])
	}
	if e := summary.Entries()["nope"]; len(e) != 1 || e[0].Level != LevelError {
		t.Errorf("an unknown name at the start is an error: %v", summary.Entries())
	}
	got, _ = e.EvaluatePipeline(context.Background(), model.Merge(config, object{"spelEvaluator": "v4"}), scope())
	if !reflect.DeepEqual(got["stages"], config["stages"]) {
		t.Errorf("v4 leaves stages alone: %v", got["stages"])
	}
}

func TestCondition(t *testing.T) {
	t.Parallel()
	exec, stage := pipeline("", object{"k": "v"}, "wait")
	for expression, want := range map[string]string{
		"k == 'v'": "true", "'FALSE'": "false", "k": "neither", "nope": "neither", "1 +": "neither", "parameters.region == 'us'": "false",
	} {
		on, err := New(Options{}).Condition(context.Background(), expression, StageScope(exec, stage, ""))
		got := "false"
		if on {
			got = "true"
		}
		if err != nil {
			got = "neither"
			if !strings.Contains(err.Error(), expression) {
				t.Errorf("%s: the error doesn't name it: %v", expression, err)
			}
		}
		if got != want {
			t.Errorf("%s: want %s, got %s (%v)", expression, want, got, err)
		}
	}
}

func TestTopLevelNames(t *testing.T) {
	t.Parallel()
	e := New(Options{})
	exec, stage := pipeline("", object{"scmInfo": []any{object{"branch": "master"}, object{"branch": "x"}}}, "wait")
	eval := func(text string, s *Scope) any {
		v, _ := e.EvaluateText(context.Background(), text, s)
		return v
	}
	if got := eval("${scmInfo.branch}", StageScope(exec, stage, "")); got != "x" {
		t.Errorf("scmInfo: %v", got)
	}
	exec.Trigger = model.Trigger{"type": "manual"}
	if got := eval("${parameters}", StageScope(exec, stage, "")); !reflect.DeepEqual(got, object{}) {
		t.Errorf("parameters are an empty map without any: %v", got)
	}
	exec.Type = model.OrchestrationExecution
	if got := eval("${execution ?: 'none'}", StageScope(exec, stage, "")); got != "none" {
		t.Errorf("ad-hoc tasks have no execution: %v", got)
	}
	exec.Type = model.PipelineExecution
	if got := eval("${execution.application}", ExecutionScope(exec)); got != "app" {
		t.Errorf("execution scope: %v", got)
	}
	if got := eval("${#currentUser()}", StageScope(exec, stage, "")); got != "anonymous" {
		t.Errorf("nobody: %v", got)
	}
}

type artifacts struct{}

func (artifacts) Reference(_ context.Context, uri, application string) (string, error) {
	return "content of " + uri + " for " + application, nil
}

func TestFetchReference(t *testing.T) {
	t.Parallel()
	exec, stage := pipeline("", object{"r": "ref://app/1"}, "wait")
	got, summary := New(Options{Outside: Outside{Artifacts: artifacts{}}}).
		EvaluateText(context.Background(), "${#fetchReference(r)}", StageScope(exec, stage, ""))
	if got != "content of ref://app/1 for "+exec.Application {
		t.Errorf("got %v, %v", got, summary.Entries())
	}
}

// What tells of a stage's work repeats texts that have failed: they fail once.
func TestFailuresAreToldOnce(t *testing.T) {
	t.Parallel()
	const text = "${#nope('x')}"
	for _, version := range []string{"v3", "v4"} {
		copied := map[string]any{"manifests": []any{map[string]any{"data": map[string]any{"a": text}}}}
		stage := &model.Stage{ID: "s", RefID: "1", Type: "deployManifest", Context: map[string]any{
			"skipExpressionEvaluation": version == "v4", "note": text,
			"kato.tasks": []any{map[string]any{"resultObjects": []any{copied}}}, "outputs.manifests": copied["manifests"],
			"exception": map[string]any{"details": map[string]any{"errors": []any{text}}},
		}}
		exec := &model.Execution{Type: model.PipelineExecution, ID: "E", SpelEvaluator: version, Stages: []*model.Stage{stage}}
		evaluator := New(Options{})
		for range 2 { // before each task
			stage.Context, _ = evaluator.EvaluateStage(t.Context(), exec, stage, "dev")
		}
		summary := model.Object(stage.Context, SummaryKey)
		entries := model.Objects(summary, "#nope('x')")
		if len(summary) != 1 || len(entries) != 1 || !strings.HasPrefix(model.String(entries[0], "description"), "Failed to evaluate [note] ") {
			t.Errorf("%s: got %v", version, summary)
		}
		if !reflect.DeepEqual(stage.Context["outputs.manifests"], copied["manifests"]) {
			t.Errorf("%s: the manifests have changed: %v", version, stage.Context["outputs.manifests"])
		}
	}
}
