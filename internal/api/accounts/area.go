package accounts

import (
	_ "embed"

	"github.com/gennaker/gennaker/internal/api/rest"
	"github.com/gennaker/gennaker/internal/catalog"
)

// Deps are what the area uses. Without Definitions or Agents it answers that there are
// none.
type Deps struct {
	Directory Directory
	// Pipelines name namespaces of clusters that don't.
	Pipelines catalog.PipelineDocuments
	// Definitions are the accounts that can be changed while running.
	Definitions Definitions
	Agents      Agents
}

//go:embed schemas.json
var schemasJSON []byte

type area struct {
	directory   Directory
	pipelines   catalog.PipelineDocuments
	definitions Definitions
	agents      Agents
}

// New returns the area.
func New(d Deps) rest.Area {
	a := &area{directory: d.Directory, pipelines: d.Pipelines, definitions: d.Definitions, agents: d.Agents}
	return rest.Area{Routes: append(append(a.routes(), a.definitionRoutes()...), a.agentRoutes()...), Schemas: schemasJSON}
}
