// Package group is Deck's visual grouping of stages. Deck draws the stages
// whose context has the same "group" as one box and makes up the box's stage
// itself, so no pipeline should hold a stage of this type, and Orca has none.
// One that does is let through here: it has no tasks, so it ends SKIPPED, as
// Orca ends every stage that has nothing to do, and what is downstream runs.
package group

import (
	_ "embed"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/stage"
)

//go:embed schema.json
var schema []byte

// Type is the group stage.
func Type() *stage.Type {
	return &stage.Type{
		Name:        "group",
		Label:       "Group",
		Description: "Visual group only: draws a box around stages.",
		Schema:      schema,
		Definition:  definition{},
	}
}

type definition struct{}

func (definition) Tasks(engine.View) ([]engine.TaskSpec, error) { return nil, nil }
