// Package registered checks pipelines by the stage types of a registry.
package registered

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/gennaker/gennaker/internal/acting"
	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/pipelinecheck"
	"github.com/gennaker/gennaker/internal/stage"
	"github.com/gennaker/gennaker/internal/stage/unavailable"
	"github.com/gennaker/gennaker/internal/stage/window"
)

// Stages are stage types, which tell what is wrong with the stages of a pipeline. They
// implement [pipelinecheck.Stages] and [pipelinecheck.Doubts].
type Stages struct {
	stages  *stage.Registry
	schemas *stage.Validator
	acts    *acting.List
}

var (
	_ pipelinecheck.Stages = Stages{}
	_ pipelinecheck.Doubts = Stages{}
	_ pipelinecheck.Acting = Stages{}
)

// New returns the stage types of a registry, on a server that acts on what is
// listed; without a list, on everything.
func New(types *stage.Registry, acts *acting.List) (Stages, error) {
	schemas, err := stage.NewValidator(types)
	return Stages{types, schemas, acts}, err
}

// Missing implements [pipelinecheck.Acting].
func (v Stages) Missing(kind acting.Kind, name string) []string { return v.acts.Missing(kind, name) }

// ActsOn tells whether the server acts on something beside stages.
func (v Stages) ActsOn(kind acting.Kind, name string) bool { return v.acts.On(kind, name) }

// Registry is what the stage types are in.
func (v Stages) Registry() *stage.Registry { return v.stages }

// Graph checks the stages as a whole.
func (v Stages) Graph(stages []any) []string { return engine.ValidateGraph(stages) }

// Known tells whether there is a stage type of that name.
func (v Stages) Known(name string) bool {
	_, ok := v.stages.Lookup(name)
	return ok
}

// Types lists the names of all stage types.
func (v Stages) Types() []string {
	var out []string
	for _, t := range v.stages.Types() {
		out = append(out, t.Name)
	}
	return out
}

// Stage tells what is wrong with a stage's own fields, so that it would fail.
func (v Stages) Stage(s map[string]any) []string {
	wrong, _ := v.schemas.Judge(s)
	if model.Bool(s, "restrictExecutionDuringTimeWindow", false) {
		// The engine puts a stage of that type before this one.
		if t, ok := v.stages.Lookup(window.Name); ok && t.Check != nil {
			if err := t.Check(s); err != nil {
				wrong = append(wrong, err.Error())
			}
		}
	}
	return wrong
}

// Odd tells what is not as a stage's type describes its fields, and yet no
// reason for the stage to fail.
func (v Stages) Odd(s map[string]any) []string {
	_, odd := v.schemas.Judge(s)
	return odd
}

// Fields lists the names of the fields that stages of a type have.
func (v Stages) Fields(stageType string) []string {
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
func (v Stages) Unavailable(stageType string) string {
	t, ok := v.stages.Lookup(stageType)
	if !ok {
		return fmt.Sprintf("there is no stage type %q", fault.Short(stageType))
	}
	if _, fails := t.Tasks[unavailable.Class]; fails {
		return fmt.Sprintf("the stage type %q (%s) is not supported yet", stageType, t.Label)
	}
	return ""
}
