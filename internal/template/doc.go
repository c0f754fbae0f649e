// Package template makes whole pipelines of managed pipeline templates: of
// version 2 (a whole pipeline with ${ templateVariables.x } in it) and of
// version 1 (stages written with Jinja, modules and partials). The rules are
// those of Orca's orca-pipelinetemplate; where this package differs it says so.
//
// The package is pure: stored templates, artifacts and pipelines are behind
// small interfaces. What is given to it is never changed.
package template
