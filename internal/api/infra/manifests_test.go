package infra_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/gennaker/gennaker/internal/api/apitest"
	"github.com/gennaker/gennaker/internal/cloud/view"
	"github.com/gennaker/gennaker/internal/fault"
)

type planner struct{}

func (planner) PlanManifests(_ context.Context, stage map[string]any) (any, error) {
	if stage["account"] != "prod" {
		return nil, fault.New(fault.NotFound, "account: there is none such")
	}
	return apitest.Object{"changes": apitest.List{}, "summary": apitest.Object{}, "different": false, "text": "nothing to do\n"}, nil
}

type guarded struct{}

func (guarded) CloudAccounts(context.Context) ([]view.Account, error) {
	return []view.Account{{Name: "prod"}, {Name: "vault", Permissions: map[string][]string{"WRITE": {"keepers"}}}}, nil
}

func TestPlanManifests(t *testing.T) {
	t.Parallel()
	k := apitest.New(t, func(d *apitest.Parts) { d.Infra.Manifests, d.Clouds = planner{}, guarded{} })
	k.Post("/manifests/plan", apitest.Object{"account": "prod", "manifests": apitest.List{}}).Is(http.StatusOK)
	k.Post("/manifests/plan", apitest.Object{"account": "nobody", "manifests": apitest.List{}}).Is(http.StatusNotFound)
	k.Post("/manifests/plan", apitest.Object{"account": "vault", "manifests": apitest.List{}}).Is(http.StatusForbidden)
	k.Post("/manifests/plan", apitest.List{}).Is(http.StatusBadRequest)

	without := apitest.New(t)
	without.Post("/manifests/plan", apitest.Object{"account": "prod"}).Is(http.StatusServiceUnavailable)
}
