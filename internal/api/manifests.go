package api

import (
	"context"
	"net/http"
	"slices"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
)

// Manifests tells what deploying manifests would do.
type Manifests interface {
	// PlanManifests takes the fields of a deployManifest stage, or of the stage
	// that the field type names, and gives what the stage would change.
	PlanManifests(ctx context.Context, stage map[string]any) (any, error)
}

func (s *server) manifestRoutes() []route {
	return []route{{
		method: http.MethodPost, path: "/manifests/plan", name: "planManifests", needs: anyone, tag: "Manifests",
		summary: "Tell what deploying manifests would change, by the cluster's dry run",
		body:    needs(ref("ManifestPlanRequest")), result: ref("ManifestPlan"), serve: s.planManifests,
	}}
}

func (s *server) planManifests(r *http.Request) (any, error) {
	fields, err := s.object(r)
	if err != nil {
		return nil, err
	}
	if s.manifests == nil {
		return nil, fault.New(fault.Unavailable, "there are no cloud providers in this process")
	}
	if err := s.mayUse(r, model.String(fields, "account")); err != nil {
		return nil, err
	}
	return s.manifests.PlanManifests(r.Context(), fields)
}

// mayUse refuses an account that the user may not change anything in. One that
// there is not is for who uses it to tell.
func (s *server) mayUse(r *http.Request, account string) error {
	accounts, err := s.cloudAccounts(r.Context())
	if err != nil {
		return err
	}
	at := slices.IndexFunc(accounts, func(a Account) bool { return a.Name == account })
	if at >= 0 && !accounts[at].allows(userOf(r)) {
		return fault.New(fault.Forbidden, "account: you may not use account %q; ask for a role that may write to it", account)
	}
	return nil
}
