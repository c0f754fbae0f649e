package server

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/gennaker/gennaker/internal/api/stagetypes"
	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/stage"
	"github.com/gennaker/gennaker/internal/stage/unavailable"
)

// validator tells the API and the starter of executions what is wrong with the
// stages of a pipeline.
type validator struct {
	stages  *stage.Registry
	schemas *stage.Validator
}

// Graph checks the stages as a whole.
func (v validator) Graph(stages []any) []string { return engine.ValidateGraph(stages) }

// Known tells whether there is a stage type of that name.
func (v validator) Known(name string) bool {
	_, ok := v.stages.Lookup(name)
	return ok
}

// Types lists the names of all stage types.
func (v validator) Types() []string {
	var out []string
	for _, t := range v.stages.Types() {
		out = append(out, t.Name)
	}
	return out
}

// Describe lists the stage types for editors.
func (v validator) Describe() []stagetypes.StageType {
	types := v.stages.Types()
	out := make([]stagetypes.StageType, 0, len(types))
	for _, t := range types {
		out = append(out, stagetypes.StageType{
			Name: t.Name, Aliases: append([]string{}, t.Aliases...), Label: t.Label, Description: t.Description,
			Unavailable: v.Unavailable(t.Name), Schema: t.Schema,
		})
	}
	return out
}

// Stage tells what is wrong with a stage's own fields, so that it would fail.
func (v validator) Stage(s map[string]any) []string {
	wrong, _ := v.schemas.Judge(s)
	return wrong
}

// Odd tells what is not as a stage's type describes its fields, and yet no
// reason for the stage to fail.
func (v validator) Odd(s map[string]any) []string {
	_, odd := v.schemas.Judge(s)
	return odd
}

// Fields lists the names of the fields that stages of a type have.
func (v validator) Fields(stageType string) []string {
	t, ok := v.stages.Lookup(stageType)
	if !ok {
		return nil
	}
	var schema struct {
		Properties map[string]any `json:"properties"`
	}
	if err := json.Unmarshal(t.Schema, &schema); err != nil {
		return nil
	}
	return slices.Sorted(maps.Keys(schema.Properties))
}

// Unavailable says why stages of a type can't run here; "" where they can.
func (v validator) Unavailable(stageType string) string {
	t, ok := v.stages.Lookup(stageType)
	if !ok {
		return fmt.Sprintf("there is no stage type %q", fault.Short(stageType))
	}
	if _, fails := t.Tasks[unavailable.Class]; fails {
		return fmt.Sprintf("the stage type %q (%s) is not available here yet", stageType, t.Label)
	}
	return ""
}
