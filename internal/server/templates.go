package server

import (
	"github.com/gennaker/gennaker/internal/artifact"
	"github.com/gennaker/gennaker/internal/evaluation"
	"github.com/gennaker/gennaker/internal/template"
	"github.com/gennaker/gennaker/internal/template/library"
)

// templating makes pipelines of managed templates: of stored ones, and of ones
// that artifacts refer to.
type templating struct {
	*template.Planner
	library *library.Library
}

func newTemplates(stored *library.Library, artifacts *artifact.Service, e evaluation.Evaluator) templating {
	o := template.Options{Templates: stored, Pipelines: stored, Expressions: e.Local()}
	if artifacts != nil {
		o.Fetcher = artifacts
	}
	return templating{Planner: template.New(o), library: stored}
}
