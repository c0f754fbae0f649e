// Package absent is the area of the API for what an installation lacks: services that
// aren't there (yet), and systems that none of its accounts reach. A path leaves it
// when its service arrives.
package absent

import (
	"github.com/gennaker/gennaker/internal/api/rest"
	"github.com/gennaker/gennaker/internal/catalog"
)

// Store lists the stored pipelines and strategies.
type Store = catalog.PipelineDocuments

type area struct{ store Store }

// New returns the area.
func New(st Store) rest.Area {
	a := &area{store: st}
	return rest.Area{Routes: append(a.namedRoutes(), offRoutes()...)}
}
