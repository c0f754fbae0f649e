// Package variables is the evaluateVariables stage: it gives names to values
// that later stages use. By the time its task runs, the engine has evaluated
// the expressions; the task makes outputs of the values, as Orca's
// EvaluateVariablesTask does.
package variables

import (
	"context"
	_ "embed"
	"fmt"
	"strings"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
)

// Class is Orca's name of the task.
const Class = "com.netflix.spinnaker.orca.pipeline.tasks.EvaluateVariablesTask"

//go:embed schema.json
var schema []byte

// Type is the evaluateVariables stage.
func Type() *stage.Type {
	return &stage.Type{
		Name:        "evaluateVariables",
		Label:       "Evaluate variables",
		Description: "Defines variables for the stages that follow.",
		Schema:      schema,
		Check:       check,
		Definition:  definition{},
		Tasks:       map[string]stage.Task{Class: task{}},
	}
}

type definition struct{}

func (definition) Tasks(engine.View) ([]engine.TaskSpec, error) {
	return []engine.TaskSpec{{Name: "evaluateVariables", Class: Class}}, nil
}

// PrepareForRestart puts the expressions back in the place of their values,
// from each variable's sourceValue, where they stand with "{" for "${". The
// engine clears the outputs of every stage it restarts.
func (definition) PrepareForRestart(context map[string]any) map[string]any {
	list := model.List(context, "variables")
	if list == nil {
		return context
	}
	restored := make([]any, len(list))
	for i, item := range list {
		restored[i] = item
		variable, ok := item.(map[string]any)
		if !ok {
			continue
		}
		source, ok := variable["sourceValue"].(string)
		if !ok {
			continue
		}
		variable = model.Without(variable, "sourceValue")
		variable["value"] = strings.ReplaceAll(source, "{", "${")
		restored[i] = variable
	}
	return model.Merge(context, map[string]any{"variables": restored})
}

type task struct{}

// Inline marks the task as one that does nothing outside.
func (task) Inline() {}

// Run answers an output for every variable that has a key; of two with the
// same key the later one counts.
func (task) Run(_ context.Context, in stage.Input) (stage.Result, error) {
	if err := check(in.Stage.Context); err != nil {
		return stage.Result{}, err
	}
	outputs := map[string]any{}
	for _, variable := range model.Objects(in.Stage.Context, "variables") {
		if key := model.String(variable, "key"); key != "" {
			outputs[key] = variable["value"]
		}
	}
	return stage.Succeeded().WithOutputs(outputs), nil
}

// check refuses variables that are no list. A text with an expression in it may
// become one.
func check(fields map[string]any) error {
	switch value := stage.WithoutExpressions(fields)["variables"].(type) {
	case nil, []any:
		return nil
	default:
		text, err := model.Marshal(value)
		if err != nil {
			return fmt.Errorf("read variables: %w", err)
		}
		return &stage.Error{
			Type:    "IllegalArgumentException",
			Message: "variables must be a list of objects with key and value, not " + fault.Short(string(text)),
		}
	}
}
