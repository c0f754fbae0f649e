// Package stagetypes is the area of the API about what pipelines can be made of: the
// stage types, and checks of a pipeline.
package stagetypes

import (
	_ "embed"
	"encoding/json"
	"net/http"

	"github.com/gennaker/gennaker/internal/api/rest"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/pipelinecheck"
	"github.com/gennaker/gennaker/internal/stage"
	"github.com/gennaker/gennaker/internal/template"
)

// StageType describes a stage type to editors of pipelines.
type StageType struct {
	// Name is the type's key in a pipeline; Aliases are others for it.
	Name    string   `json:"name"`
	Aliases []string `json:"aliases"`
	// Label and Description say to a person what the stage is and does.
	Label       string `json:"label"`
	Description string `json:"description"`
	// Unavailable says why stages of the type can't run here; empty where they can.
	Unavailable string `json:"unavailable,omitempty"`
	// Schema is the JSON Schema (2020-12) that the stage's own fields are checked by.
	Schema json.RawMessage `json:"schema"`
}

// Deps are what the area uses.
type Deps struct {
	// Types are listed; nil if there are none.
	Types *stage.Registry
	// Checks knows what is wrong with stages; without it, nothing is checked.
	Checks pipelinecheck.Stages
	// Preconfigured are the stage types that the configuration makes.
	Preconfigured Preconfigured
}

//go:embed schemas.json
var schemasJSON []byte

type area struct {
	types         *stage.Registry
	checks        pipelinecheck.Stages
	preconfigured Preconfigured
}

// New returns the area.
func New(d Deps) rest.Area {
	a := &area{types: d.Types, checks: d.Checks, preconfigured: d.Preconfigured}
	return rest.Area{Routes: append(a.routes(), a.preconfiguredRoutes()...), Schemas: schemasJSON}
}

func (a *area) routes() []rest.Route {
	const tag = "Stage types"
	return []rest.Route{
		{
			Method: http.MethodGet, Path: "/stages/schemas", Name: "getStageTypes", Needs: rest.Anyone, Tag: tag,
			Summary: "List the stage types, with the JSON Schemas that pipelines are validated against",
			Result:  rest.ListOf(rest.Ref("StageType")),
			Serve:   func(*http.Request) (any, error) { return a.stageTypes(), nil },
		},
		{
			Method: http.MethodPost, Path: "/pipelines/check", Name: "checkPipeline", Needs: rest.Anyone, Tag: tag,
			Summary: "Check a pipeline configuration without saving it; errors come first",
			Body:    rest.RequiredBody(rest.Ref("Pipeline")), Result: rest.ListOf(rest.Ref("PipelineProblem")),
			Serve: func(r *http.Request) (any, error) { return a.checkPipeline(r) },
		},
	}
}

// stageTypes lists the stage types for editors.
func (a *area) stageTypes() []StageType {
	out := []StageType{}
	if a.types == nil || a.checks == nil {
		return out
	}
	for _, t := range a.types.Types() {
		out = append(out, StageType{
			Name: t.Name, Aliases: append([]string{}, t.Aliases...), Label: t.Label, Description: t.Description,
			Unavailable: a.checks.Unavailable(t.Name), Schema: t.Schema,
		})
	}
	return out
}

func (a *area) checkPipeline(r *http.Request) (any, error) {
	if a.checks == nil {
		return nil, fault.New(fault.Unavailable, "this server checks no pipelines")
	}
	config, err := rest.Object(r)
	if err != nil {
		return nil, err
	}
	if template.Templated(config) {
		config = model.Merge(config, nil)
		delete(config, "stages") // they are the template's, and checked at the start
	}
	return rest.OrEmpty(pipelinecheck.New(a.checks).Check(config)), nil
}
