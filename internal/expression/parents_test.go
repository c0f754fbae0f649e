package expression_test

import (
	"bytes"
	"context"
	"reflect"
	"strings"
	"testing"

	"github.com/gennaker/gennaker/internal/expression"
	"github.com/gennaker/gennaker/internal/model"
)

// executions are stored executions; it notes which were read.
type executions struct {
	stored map[string]map[string]any
	read   []string
}

func (e *executions) Execution(_ context.Context, id string) (map[string]any, bool, error) {
	e.read = append(e.read, id)
	found, ok := e.stored[id]
	return found, ok, nil
}

func parentsKit() (*executions, *model.Execution) {
	stage := func(name string, outputs map[string]any) map[string]any {
		return map[string]any{
			"id": name + "-id", "refId": "1", "name": name, "type": "bake", "status": "SUCCEEDED",
			"context": map[string]any{"region": "eu"}, "outputs": outputs, "tasks": []any{},
		}
	}
	stored := &executions{stored: map[string]map[string]any{
		"P": {"type": "PIPELINE", "id": "P", "name": "parent", "application": "app", "status": "RUNNING",
			"stages":  []any{stage("Bake", map[string]any{"image": "img:1"}), stage("Run child", map[string]any{})},
			"trigger": map[string]any{"type": "manual"}},
		"G": {"type": "PIPELINE", "id": "G", "name": "grandparent", "application": "app", "status": "RUNNING",
			"stages": []any{stage("Find", map[string]any{"tag": "v2"})}, "trigger": map[string]any{"type": "manual"}},
	}}
	parent := map[string]any{
		"id": "P", "name": "parent", "application": "app", "status": "RUNNING", "stages": []any{},
		"trigger": map[string]any{
			"type": "pipeline", "user": "dev", "parameters": map[string]any{"zone": "a"}, "executionIdentifier": "one",
			"parentExecution": map[string]any{"id": "G", "name": "grandparent", "stages": []any{}, "trigger": map[string]any{"type": "manual", "user": "boss"}},
		},
	}
	return stored, &model.Execution{
		Type: model.PipelineExecution, ID: "C", Application: "app", Trigger: model.Trigger{
			"type": "pipeline", "user": "dev", "parentExecution": parent, "parentPipelineId": "P", "parentPipelineStageId": "Run child-id",
			"parameters": map[string]any{"size": "3"},
		},
	}
}

func TestParentExecutions(t *testing.T) {
	t.Parallel()
	tests := []struct {
		text string
		want any
		read []string // the executions that have to be read
	}{
		{"${trigger.parameters.size} ${trigger['parentPipelineStageId']} ${trigger.parentPipelineId}", "3 Run child-id P", nil},
		{"${#stage('Wait for the trigger')?.status}", nil, nil},
		{"${trigger.parentExecution.stages.?[name=='Bake'][0].outputs.image}", "img:1", []string{"P"}},
		{"${trigger['parentExecution']['stages'][0]['context']['region']}", "eu", []string{"P"}},
		{"${trigger.parentExecution.stages.size()} ${trigger.parentExecution.stages[1].refId}", "2 1", []string{"P"}},
		{"${trigger.parentExecution.trigger.executionIdentifier}", "one", []string{"P"}},
		{"${trigger.parentExecution.trigger.parentExecution.stages[0].outputs.tag}", "v2", []string{"P", "G"}},
		{"${trigger.parentExecution.trigger.parentExecution.trigger.user}", "boss", []string{"P", "G"}},
		{"${execution.trigger.parentExecution.stages[0].outputs['image']}", "img:1", []string{"P"}},
		{"${execution['trigger'].parentExecution.stages.![name]}", []any{"Bake", "Run child"}, []string{"P"}},
		{"${execution.trigger.parentStage.name}", "Run child", []string{"P"}},
		{"${trigger.parentExecution.stages.?[name=='Bake'].![status]}", []any{"SUCCEEDED"}, []string{"P"}},
		{"${#toJson(trigger).contains('v2') && #toJson(trigger).contains('img:1')}", true, []string{"P", "G"}},
	}
	for _, test := range tests {
		stored, child := parentsKit()
		evaluator := expression.New(expression.Options{Outside: expression.Outside{Executions: stored}})
		before, err := model.Marshal(child)
		if err != nil {
			t.Fatal(err)
		}
		stage := &model.Stage{ID: "s", RefID: "1", Type: "wait", Name: "Wait for the trigger", Context: map[string]any{"x": test.text}}
		child.Stages = []*model.Stage{stage}
		out, summary := evaluator.EvaluateStage(t.Context(), child, stage, "dev")
		if test.want != nil && (!reflect.DeepEqual(out["x"], test.want) || summary.Failures() > 0) || !reflect.DeepEqual(stored.read, test.read) {
			t.Errorf("%s: %v (%v), read %v, want %v", test.text, out["x"], summary.Object(), stored.read, test.read)
		}
		child.Stages = nil
		if after, err := model.Marshal(child); err != nil || !bytes.Equal(after, before) {
			t.Errorf("%s: the execution has changed", test.text)
		}
		if !strings.Contains(test.text, "execution.") && !strings.Contains(test.text, "execution[") && !strings.Contains(test.text, "#stage") {
			config := map[string]any{"x": test.text}
			stored.read = nil
			out, summary := evaluator.EvaluatePipeline(t.Context(), config, expression.StartScope(map[string]any{"trigger": map[string]any(child.Trigger)}))
			if !reflect.DeepEqual(out["x"], test.want) || !reflect.DeepEqual(stored.read, test.read) {
				t.Errorf("at the start, %s: %v (%v), read %v", test.text, out["x"], summary.Object(), stored.read)
			}
		}
	}
}

func TestParentExecutionsThatAreGone(t *testing.T) {
	t.Parallel()
	stored, child := parentsKit()
	delete(stored.stored, "P")
	evaluator := expression.New(expression.Options{Outside: expression.Outside{Executions: stored}})
	value, summary := evaluator.EvaluateText(t.Context(), "${trigger.parentExecution.name} ${trigger.parentExecution.stages.size()}", expression.ExecutionScope(child))
	if value != "parent 0" || summary.Failures() > 0 {
		t.Errorf("got %v, %v", value, summary.Object())
	}
}

// An execution that was taken over from elsewhere holds its parent itself.
func TestParentExecutionsInTheTrigger(t *testing.T) {
	t.Parallel()
	stored, child := parentsKit()
	parent := model.Object(child.Trigger, "parentExecution")
	parent["stages"] = []any{map[string]any{"name": "Own"}}
	evaluator := expression.New(expression.Options{Outside: expression.Outside{Executions: stored}})
	value, _ := evaluator.EvaluateText(t.Context(), "${trigger.parentExecution.stages[0].name}", expression.ExecutionScope(child))
	if value != "Own" || stored.read != nil {
		t.Errorf("got %v, read %v", value, stored.read)
	}
}

// noAnswers knows nothing yet.
type noAnswers struct{}

func (noAnswers) Answer(expression.Question, string) (expression.Answer, bool) {
	return expression.Answer{}, false
}

func TestParentExecutionsAreAskedFor(t *testing.T) {
	t.Parallel()
	stored, child := parentsKit()
	evaluator := expression.New(expression.Options{Outside: expression.Outside{Executions: stored}}).Knowing(noAnswers{})
	text := "${trigger.parentExecution.stages[0].name}"
	value, summary := evaluator.EvaluateText(t.Context(), text, expression.ExecutionScope(child))
	asked := summary.Unanswered()
	want := expression.Question{Kind: expression.QuestionExecution, Of: "P"}
	if value != text || len(asked) != 1 || asked[0].Question != want || stored.read != nil {
		t.Errorf("got %v, asked %v, read %v", value, asked, stored.read)
	}
}
