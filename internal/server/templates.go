package server

import (
	"github.com/gennaker/gennaker/internal/artifact"
	"github.com/gennaker/gennaker/internal/template"
	"github.com/gennaker/gennaker/internal/template/library"
)

// templating makes pipelines of managed templates: of stored ones, and of ones
// that artifacts refer to.
type templating struct {
	*template.Planner
	library *library.Library
}

func newTemplates(stored *library.Library, artifacts *artifact.Service, e evaluation) templating {
	o := template.Options{Templates: stored, Pipelines: stored, Expressions: e.local()}
	if artifacts != nil {
		o.Fetcher = artifacts
	}
	return templating{Planner: template.New(o), library: stored}
}
