// Package unavailable has the stage types that Spinnaker has and this
// installation does not: pipelines that have them can be imported, saved and
// shown, and such a stage fails as soon as it is run, and says why.
package unavailable

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/stage"
)

// Class is the name of the task that fails.
const Class = "gennaker.UnavailableStageTask"

// list names the types: their names and aliases, what people call them and
// what they are a part of. Those that are registered otherwise are left out by
// [Types], so a type that becomes available need not be taken out at once.
//
//go:embed stages.json
var list []byte

// known is an entry of the list.
type known struct {
	Name    string   `json:"name"`
	Aliases []string `json:"aliases"`
	Label   string   `json:"label"`
	Area    string   `json:"area"`
}

// Types are the types that none of those there are stands for, by name or
// alias.
func Types(available []*stage.Type) []*stage.Type {
	taken := map[string]bool{}
	for _, t := range available {
		taken[t.Name] = true
		for _, alias := range t.Aliases {
			taken[alias] = true
		}
	}
	var all []known
	if err := json.Unmarshal(list, &all); err != nil {
		panic(fmt.Sprintf("unavailable: the list of stage types can't be read: %v", err)) // embedded at build time
	}
	var out []*stage.Type
	for _, k := range all {
		if taken[k.Name] {
			continue
		}
		k.Aliases = slices.DeleteFunc(k.Aliases, func(alias string) bool { return taken[alias] })
		out = append(out, newType(k))
	}
	return out
}

func newType(k known) *stage.Type {
	title, err := json.Marshal(k.Label)
	if err != nil {
		title = []byte(`""`)
	}
	return &stage.Type{
		Name: k.Name, Aliases: k.Aliases, Label: k.Label,
		Description: k.Area + ": not supported yet.",
		Schema:      json.RawMessage(`{"$schema":"https://json-schema.org/draft/2020-12/schema","title":` + string(title) + `,"type":"object"}`),
		Definition:  definition{},
		Tasks:       map[string]stage.Task{Class: task{k}},
	}
}

type definition struct{}

func (definition) Tasks(engine.View) ([]engine.TaskSpec, error) {
	return []engine.TaskSpec{{Name: "unavailable", Class: Class}}, nil
}

// task fails.
type task struct{ known known }

// Inline marks the task as one that does nothing outside.
func (task) Inline() {}

// Run names the type.
func (t task) Run(context.Context, stage.Input) (stage.Result, error) {
	return stage.Result{}, &stage.Error{
		Type:    "UnsupportedOperationException",
		Message: fmt.Sprintf("The stage type %q (%s, %s) is not supported yet", t.known.Name, t.known.Label, t.known.Area),
	}
}
