// Package noop is the noop stage: it does nothing. As Orca's NoopStage it has
// no tasks, so it ends SKIPPED and what is downstream runs.
package noop

import (
	_ "embed"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/stage"
)

//go:embed schema.json
var schema []byte

// Type is the noop stage.
func Type() *stage.Type {
	return &stage.Type{
		Name:        "noop",
		Label:       "No operation",
		Description: "Does nothing.",
		Schema:      schema,
		Definition:  definition{},
	}
}

type definition struct{}

func (definition) Tasks(engine.View) ([]engine.TaskSpec, error) { return nil, nil }
