package api_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/gennaker/gennaker/internal/api"
	"github.com/gennaker/gennaker/internal/api/apitest"
	"github.com/gennaker/gennaker/internal/fault"
)

type planner struct{}

func (planner) PlanManifests(_ context.Context, stage map[string]any) (any, error) {
	if stage["account"] != "prod" {
		return nil, fault.New(fault.NotFound, "account: there is none such")
	}
	return object{"changes": list{}, "summary": object{}, "different": false, "text": "nothing to do\n"}, nil
}

type guarded struct{}

func (guarded) CloudAccounts(context.Context) ([]api.Account, error) {
	return []api.Account{{Name: "prod"}, {Name: "vault", Permissions: map[string][]string{"WRITE": {"keepers"}}}}, nil
}

func TestPlanManifests(t *testing.T) {
	t.Parallel()
	k := apitest.New(t, func(d *apitest.Parts) { d.Manifests, d.Accounts = planner{}, guarded{} })
	k.Post("/manifests/plan", object{"account": "prod", "manifests": list{}}).Is(http.StatusOK)
	k.Post("/manifests/plan", object{"account": "nobody", "manifests": list{}}).Is(http.StatusNotFound)
	k.Post("/manifests/plan", object{"account": "vault", "manifests": list{}}).Is(http.StatusForbidden)
	k.Post("/manifests/plan", list{}).Is(http.StatusBadRequest)

	without := apitest.New(t)
	without.Post("/manifests/plan", object{"account": "prod"}).Is(http.StatusServiceUnavailable)
}
