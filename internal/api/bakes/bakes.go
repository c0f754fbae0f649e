// Package bakes is the area of the API about baked manifests: it previews what a
// bakeManifest stage would render, and compares what one has rendered with the time
// before.
package bakes

import (
	"context"
	_ "embed"
	"net/http"

	"github.com/gennaker/gennaker/internal/access"
	"github.com/gennaker/gennaker/internal/api/rest"
	"github.com/gennaker/gennaker/internal/api/shown"
	"github.com/gennaker/gennaker/internal/bakery"
	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/expression"
)

// Baker renders what a bakeManifest stage would, without running it. Errors are faults.
type Baker interface {
	// Bake also gives what the stage's context would tell about the bake.
	Bake(ctx context.Context, view engine.View) (bakery.Baked, map[string]any, error)
}

// Manifests tells what deploying manifests would do, given the fields of a
// deployManifest stage.
type Manifests interface {
	PlanManifests(ctx context.Context, stage map[string]any) (any, error)
}

// Accounts tells whether somebody may use an account.
type Accounts interface {
	MayUse(ctx context.Context, user access.Principal, account string) error
}

// Contents gives stored contents in base64, with what Secrets hold hidden.
type Contents interface {
	Shown(ctx context.Context, application, hash string) (string, error)
}

// Deps are what the area uses.
type Deps struct {
	// Baker is nil if this process bakes nothing, Expressions if it evaluates nothing,
	// and Manifests if there are no clouds.
	Baker       Baker
	Expressions *expression.Evaluator
	Manifests   Manifests
	Accounts    Accounts
	// Contents are those of artifacts that are kept apart from executions; nil if none are.
	Contents Contents
	Shown    *shown.Reader
}

// atOnce is how many previews a process renders at the same time; others wait.
const atOnce = 4

//go:embed schemas.json
var schemasJSON []byte

type area struct {
	Deps
	places chan struct{}
}

// New returns the area.
func New(d Deps) rest.Area {
	a := &area{Deps: d, places: make(chan struct{}, atOnce)}
	return rest.Area{Routes: a.routes(), Schemas: schemasJSON}
}

func (a *area) routes() []rest.Route {
	return []rest.Route{
		{
			Method: http.MethodPost, Path: "/applications/{application}/bakes/preview", Name: "previewBake",
			Needs: rest.OnApplication(access.Write), Tag: "Manifests",
			Summary: "Render what a bakeManifest stage would, without running it, and compare the result with the last bake and with what runs",
			Body:    rest.RequiredBody(rest.Ref("BakePreviewRequest")), Result: rest.Ref("BakePreview"), Serve: a.preview,
		},
		{
			Method: http.MethodGet, Path: "/pipelines/{id}/stages/{stageId}/bake", Name: "getStageBake",
			Needs: rest.OnExecution(access.Read), Tag: "Executions",
			Summary: "Get what a bakeManifest stage has rendered, and what the pipeline's run before it had",
			Result:  rest.Ref("StageBake"), Serve: a.stage,
		},
	}
}
