package expression

import (
	"testing"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/yamldoc/yamltest"
)

// TestUnusualYAML: #readYaml and #readAllYaml read as SnakeYAML does.
func TestUnusualYAML(t *testing.T) {
	t.Parallel()
	yamltest.Recorded(t, "testdata/yaml.json", func(text string) (any, error) {
		stage := &model.Stage{ID: "S", RefID: "1", Type: "wait", Context: map[string]any{"text": text}}
		exec := &model.Execution{Type: model.PipelineExecution, ID: "E", Stages: []*model.Stage{stage}}
		one, _ := New(Options{}).EvaluateText(t.Context(), "${#toJson(#readYaml(text))}", StageScope(exec, stage, ""))
		all, _ := New(Options{}).EvaluateText(t.Context(), "${#toJson(#readAllYaml(text))}", StageScope(exec, stage, ""))
		return []any{one, all}, nil
	})
}
