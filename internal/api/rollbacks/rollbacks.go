// Package rollbacks is the area of the API about what deployments are rolled back to.
package rollbacks

import (
	"context"
	_ "embed"
	"errors"
	"net/http"

	"github.com/gennaker/gennaker/internal/access"
	"github.com/gennaker/gennaker/internal/api/rest"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/rollback/planner"
	"github.com/gennaker/gennaker/internal/store"
)

// Planner works out roll backs.
type Planner interface {
	// Stage works out how to take a deploy stage back. It asks allow for each
	// account before it reads anything there.
	Stage(ctx context.Context, executionID, stageID string, allow planner.Allow) (*planner.Plan, error)
	// Workload works out what a workload is rolled back to, whoever deployed it.
	Workload(ctx context.Context, account, location, name string) (*planner.Plan, error)
}

// Accounts tells whether somebody may use an account.
type Accounts interface {
	MayUse(ctx context.Context, user access.Principal, account string) error
}

//go:embed schemas.json
var schemasJSON []byte

type area struct {
	planner  Planner
	accounts Accounts
}

// New returns the area. The planner is nil if there are no clouds.
func New(p Planner, accounts Accounts) rest.Area {
	a := &area{planner: p, accounts: accounts}
	return rest.Area{Routes: a.routes(), Schemas: schemasJSON}
}

func (a *area) routes() []rest.Route {
	const workload = "/manifests/{account}/{location}/{name}/rollback"
	return []rest.Route{
		{
			Method: http.MethodGet, Path: "/pipelines/{id}/stages/{stageId}/rollback", Name: "getStageRollback",
			Needs: rest.OnExecution(access.Read), Tag: "Executions",
			Summary: "Tell what a deploy stage is rolled back to, and the jobs of the task that does it; or why it can't be",
			Result:  rest.Ref("RollbackPlan"), Serve: a.stage,
		},
		{
			Method: http.MethodGet, Path: workload, Name: "getManifestRollback", Needs: rest.InItsPath(access.Read, workload), Tag: "Manifests",
			Summary: "Tell what a workload is rolled back to, and list its revisions",
			Result:  rest.Ref("RollbackPlan"), Serve: a.workload,
		},
	}
}

var errNoClouds = fault.New(fault.Unavailable, "there are no cloud providers in this process")

func (a *area) stage(r *http.Request) (any, error) {
	if a.planner == nil {
		return nil, errNoClouds
	}
	id, stage := r.PathValue("id"), r.PathValue("stageId")
	plan, err := a.planner.Stage(r.Context(), id, stage, func(ctx context.Context, account string) error {
		return a.accounts.MayUse(ctx, rest.User(r), account)
	})
	if errors.Is(err, store.ErrNotFound) {
		return nil, fault.New(fault.NotFound, "there is no execution %s", id)
	}
	return answer(plan, err)
}

func (a *area) workload(r *http.Request) (any, error) {
	if a.planner == nil {
		return nil, errNoClouds
	}
	return answer(a.planner.Workload(r.Context(), r.PathValue("account"), r.PathValue("location"), r.PathValue("name")))
}

func answer(plan *planner.Plan, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	return plan, nil
}
