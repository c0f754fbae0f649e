package api_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/gennaker/gennaker/internal/api"
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
	k := newKit(t, func(d *api.Deps) { d.Manifests, d.Accounts = planner{}, guarded{} })
	k.post("/manifests/plan", object{"account": "prod", "manifests": list{}}).is(http.StatusOK)
	k.post("/manifests/plan", object{"account": "nobody", "manifests": list{}}).is(http.StatusNotFound)
	k.post("/manifests/plan", object{"account": "vault", "manifests": list{}}).is(http.StatusForbidden)
	k.post("/manifests/plan", list{}).is(http.StatusBadRequest)

	without := newKit(t)
	without.post("/manifests/plan", object{"account": "prod"}).is(http.StatusServiceUnavailable)
}
