package variables_test

import (
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
	"github.com/gennaker/gennaker/internal/stage/variables"
)

func run(t *testing.T, execution *model.Execution, s *model.Stage) (stage.Result, error) {
	t.Helper()
	kind := variables.Type()
	view := engine.View{Execution: execution, Stage: s}
	specs, err := kind.Definition.Tasks(view)
	if err != nil {
		t.Fatal(err)
	}
	return kind.Tasks[specs[0].Class].Run(t.Context(), stage.Input{View: view})
}

func of(list any) *model.Stage {
	return &model.Stage{ID: "s", Context: map[string]any{"variables": list}}
}

// The recorded executions hold the evaluated values, so the task must give
// the outputs that Orca gave.
func TestRecordedExecutions(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no recordings: %v", err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var execution model.Execution
		if err := model.Unmarshal(data, &execution); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		for _, recorded := range execution.Stages {
			if recorded.Type != "evaluateVariables" {
				continue
			}
			result, err := run(t, &execution, recorded)
			if err != nil {
				t.Fatalf("%s: %v", file, err)
			}
			if result.Status != model.Succeeded || result.Context != nil {
				t.Errorf("%s %s: got %+v", file, recorded.Name, result)
			}
			if !reflect.DeepEqual(result.Outputs, recorded.Outputs) {
				t.Errorf("%s %s: outputs %v, want %v", file, recorded.Name, result.Outputs, recorded.Outputs)
			}
			if recorded.Tasks[0].ImplementingClass != variables.Class || recorded.Tasks[0].Name != "evaluateVariables" {
				t.Errorf("%s: the task is %v", file, recorded.Tasks[0])
			}
		}
	}
}

func TestOutputs(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		list any
		want map[string]any
	}{
		{"none", nil, map[string]any{}},
		{"empty", []any{}, map[string]any{}},
		{"any value", []any{
			map[string]any{"key": "a", "value": []any{"x"}},
			map[string]any{"key": "b", "value": nil},
			map[string]any{"key": "c", "value": false},
		}, map[string]any{"a": []any{"x"}, "b": nil, "c": false}},
		{"no key", []any{map[string]any{"value": "1"}, map[string]any{"key": "", "value": "2"}}, map[string]any{}},
		{"the later wins", []any{
			map[string]any{"key": "a", "value": "1"}, map[string]any{"key": "a", "value": "2"},
		}, map[string]any{"a": "2"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			result, err := run(t, &model.Execution{}, of(test.list))
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(result.Outputs, test.want) {
				t.Errorf("got %v, want %v", result.Outputs, test.want)
			}
		})
	}
}

func TestVariablesMustBeAList(t *testing.T) {
	t.Parallel()
	if _, err := run(t, &model.Execution{}, of("x=1")); err == nil {
		t.Fatal("a text was taken for a list")
	}
}

func TestRestartRestoresExpressions(t *testing.T) {
	t.Parallel()
	before := map[string]any{"variables": []any{
		map[string]any{"key": "a", "value": 1, "sourceValue": "{1}"},
		map[string]any{"key": "b", "value": []any{}},
	}, "name": "kept"}
	after := variables.Type().Definition.(engine.RestartPreparer).PrepareForRestart(before)
	want := map[string]any{"variables": []any{
		map[string]any{"key": "a", "value": "${1}"},
		map[string]any{"key": "b", "value": []any{}},
	}, "name": "kept"}
	if !reflect.DeepEqual(after, want) {
		t.Errorf("got %v, want %v", after, want)
	}
	if before["variables"].([]any)[0].(map[string]any)["value"] != 1 {
		t.Error("the context it was given has changed")
	}
}
