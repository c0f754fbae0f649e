package infra

import (
	"context"
	"net/http"

	"github.com/gennaker/gennaker/internal/access"
	"github.com/gennaker/gennaker/internal/api/rest"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
)

// Accounts tells whether somebody may use an account.
type Accounts interface {
	MayUse(ctx context.Context, user access.Principal, account string) error
}

// Manifests tells what deploying manifests would do.
type Manifests interface {
	// PlanManifests takes the fields of a deployManifest stage, or of the stage
	// that the field type names, and gives what the stage would change.
	PlanManifests(ctx context.Context, stage map[string]any) (any, error)
}

func (a *area) manifestRoutes() []rest.Route {
	return []rest.Route{{
		Method: http.MethodPost, Path: "/manifests/plan", Name: "planManifests", Needs: rest.Anyone, Tag: "Manifests",
		Summary: "Preview the changes that deploying manifests would make, with the cluster's dry run",
		Body:    rest.RequiredBody(rest.Ref("ManifestPlanRequest")), Result: rest.Ref("ManifestPlan"), Serve: a.planManifests,
	}}
}

func (a *area) planManifests(r *http.Request) (any, error) {
	fields, err := rest.Object(r)
	if err != nil {
		return nil, err
	}
	if a.manifests == nil {
		return nil, fault.New(fault.Unavailable, "there are no cloud providers in this process")
	}
	if err := a.accounts.MayUse(r.Context(), rest.User(r), model.String(fields, "account")); err != nil {
		return nil, err
	}
	return a.manifests.PlanManifests(r.Context(), fields)
}
