// Package artifactstages has the stages that make and find artifacts:
// evaluateArtifacts, which makes artifacts of texts, and
// findArtifactFromExecution, which takes those of another pipeline's latest
// execution. Fields, rules, names and outputs are those of Orca's
// EvaluateArtifactsStage and FindArtifactFromExecutionStage.
package artifactstages

import (
	"context"
	_ "embed"
	"encoding/base64"
	"fmt"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
	"github.com/gennaker/gennaker/internal/stage/artifactbind"
)

// evaluateClass is Orca's name of the task.
const evaluateClass = "com.netflix.spinnaker.orca.pipeline.tasks.EvaluateArtifactsTask"

//go:embed evaluate.json
var evaluateSchema []byte

// Evaluate is the evaluateArtifacts stage. bind is the task that binds what it
// has made to its expectedArtifacts.
func Evaluate(bind stage.Task) *stage.Type {
	return &stage.Type{
		Name:        "evaluateArtifacts",
		Label:       "Evaluate artifacts",
		Description: "Creates artifacts from texts with expressions.",
		Schema:      evaluateSchema,
		Definition:  evaluateDefinition{},
		Tasks:       map[string]stage.Task{evaluateClass: evaluateTask{}, artifactbind.Class: bind},
	}
}

type evaluateDefinition struct{}

func (evaluateDefinition) Tasks(engine.View) ([]engine.TaskSpec, error) {
	return []engine.TaskSpec{
		{Name: "evaluateArtifacts", Class: evaluateClass},
		{Name: "bindArtifacts", Class: artifactbind.Class},
	}, nil
}

// evaluateTask makes the artifacts. By the time it runs, the engine has
// evaluated the expressions.
type evaluateTask struct{}

// Inline marks the task as one that does nothing outside.
func (evaluateTask) Inline() {}

// Run leaves out texts that are empty.
func (evaluateTask) Run(_ context.Context, in stage.Input) (stage.Result, error) {
	artifacts := []any{}
	for i, content := range model.Objects(in.Stage.Context, "artifactContents") {
		text, err := textOf(content["contents"])
		if err != nil {
			return stage.Result{}, fmt.Errorf("artifactContents[%d].contents: %w", i, err)
		}
		if text == "" {
			continue
		}
		artifact := map[string]any{
			"type": "embedded/base64", "artifactAccount": "embedded-artifact", "customKind": false, "metadata": map[string]any{},
			"reference": base64.StdEncoding.EncodeToString([]byte(text)),
		}
		if name := model.String(content, "name"); name != "" {
			artifact["name"] = name
		}
		artifacts = append(artifacts, artifact)
	}
	return stage.Succeeded().WithOutputs(map[string]any{"artifacts": artifacts}), nil
}

// textOf is a value as text: an object or a list, which an expression may give,
// becomes JSON.
func textOf(value any) (string, error) {
	switch value.(type) {
	case nil:
		return "", nil
	case map[string]any, []any:
		data, err := model.Marshal(value)
		return string(data), err
	}
	return model.String(map[string]any{"": value}, ""), nil
}
