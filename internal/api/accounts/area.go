package accounts

import (
	_ "embed"
	"slices"

	"github.com/gennaker/gennaker/internal/api/rest"
	"github.com/gennaker/gennaker/internal/catalog"
)

// Deps are what the area uses. Without Definitions, States or Agents it answers that there
// are none.
type Deps struct {
	Directory Directory
	// Pipelines name namespaces of clusters that don't.
	Pipelines catalog.PipelineDocuments
	// Definitions are the accounts that can be changed while running.
	Definitions Definitions
	States      States
	Agents      Agents
}

//go:embed schemas.json
var schemasJSON []byte

type area struct {
	directory   Directory
	pipelines   catalog.PipelineDocuments
	definitions Definitions
	states      States
	agents      Agents
}

// New returns the area.
func New(d Deps) rest.Area {
	a := &area{directory: d.Directory, pipelines: d.Pipelines, definitions: d.Definitions, states: d.States, agents: d.Agents}
	routes := slices.Concat(a.routes(), a.stateRoutes(), a.definitionRoutes(), a.agentRoutes())
	return rest.Area{Routes: routes, Schemas: schemasJSON}
}
