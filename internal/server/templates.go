package server

import (
	"github.com/gennaker/gennaker/internal/artifact"
	"github.com/gennaker/gennaker/internal/template"
	"github.com/gennaker/gennaker/internal/template/library"
)

// templates makes pipelines of managed templates: of stored ones, and of ones
// that artifacts refer to.
type templates struct {
	*template.Planner
	library *library.Library
}

func newTemplates(stored *library.Library, artifacts *artifact.Service, e evaluation) templates {
	o := template.Options{Templates: stored, Pipelines: stored, Expressions: e.local()}
	if artifacts != nil {
		o.Fetcher = artifacts
	}
	return templates{Planner: template.New(o), library: stored}
}
