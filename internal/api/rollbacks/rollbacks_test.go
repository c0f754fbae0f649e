package rollbacks_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/gennaker/gennaker/internal/api/apitest"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/rollback"
	"github.com/gennaker/gennaker/internal/rollback/planner"
	"github.com/gennaker/gennaker/internal/store"
)

// plans answers about one stage and one workload.
type plans struct{}

func (plans) Stage(ctx context.Context, executionID, stageID string, allow planner.Allow) (*planner.Plan, error) {
	if executionID != "E" {
		return nil, store.ErrNotFound
	}
	if err := allow(ctx, stageID); err != nil { // the stage is named for its account
		return nil, err
	}
	return &planner.Plan{Verdict: rollback.Ready, Application: "shop", Objects: []planner.Object{}, Jobs: []map[string]any{{"type": "undoRolloutManifest"}}}, nil
}

func (plans) Workload(_ context.Context, account, location, name string) (*planner.Plan, error) {
	if name != "deployment web" {
		return nil, fault.New(fault.NotFound, "there is no %s", name)
	}
	return &planner.Plan{Verdict: rollback.Created, Objects: []planner.Object{{Account: account, Location: location, Name: name}}, Jobs: []map[string]any{}}, nil
}

func TestRollbacks(t *testing.T) {
	t.Parallel()
	k := apitest.New(t, func(p *apitest.Parts) { p.Rollbacks, p.Clouds = plans{}, apitest.TwoAccounts{} })
	for path, want := range map[string]int{
		"/manifests/open/default/deployment%20web/rollback": http.StatusOK,
		"/manifests/open/default/service%20web/rollback":    http.StatusNotFound,
		"/pipelines/missing/stages/open/rollback":           http.StatusNotFound,
	} {
		if got := k.Get(path).Status; got != want {
			t.Errorf("%s answers %d, want %d", path, got, want)
		}
	}
	if got := apitest.New(t).Get("/manifests/open/default/deployment%20web/rollback").Status; got != http.StatusServiceUnavailable {
		t.Errorf("without clouds it answers %d", got)
	}
}
