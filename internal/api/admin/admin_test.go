package admin_test

import (
	"net/http"
	"testing"

	"github.com/gennaker/gennaker/internal/access"
	"github.com/gennaker/gennaker/internal/api/apitest"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
)

func TestAdministration(t *testing.T) {
	t.Parallel()
	open := apitest.New(t)
	if got := open.Get("/admin").Is(http.StatusOK).Object(); got["isAdmin"] != true || got["username"] != "anonymous" {
		t.Errorf("without logins: %v", got)
	}
	open.Application("demo")
	open.Pipeline("demo", "stuck", nil, apitest.ToldStage("1"))
	id := apitest.IDOf(open.Post("/pipelines/demo/stuck", nil).Is(http.StatusAccepted))
	running := open.Until(id, func(e *model.Execution) bool { return e.Status == model.Running })
	looked := open.Post("/admin/executions/hydrate?dryRun=true&executionId="+id, nil).Is(http.StatusOK).Object()
	found := model.Object(model.Object(looked, "executions"), id)
	if start, _ := model.Int(found, "startTime"); looked["dryRun"] != true || start != running.StartTime || len(model.List(found, "actions")) != 0 {
		t.Errorf("hydration: %v", looked)
	}
	open.Post("/admin/executions/hydrate", nil).Refused(http.StatusBadRequest, "executionId")
	open.Put("/admin/executions/forceCancel?executionType=ORCHESTRATION&executionId="+id, nil).Refused(http.StatusNotFound, "Task not found")
	open.Put("/admin/executions/forceCancel?executionType=x&executionId="+id, nil).Refused(http.StatusBadRequest, "neither")
	open.Put("/admin/executions/forceCancel", nil).Refused(http.StatusBadRequest, "executionId")
	open.Put("/admin/executions/forceCancel?executionId="+id, nil).Is(http.StatusOK).Empty()
	if e := open.Ended(id); e.Status != model.Canceled {
		t.Errorf("cancelled: %s", e.Status)
	}
	if got := open.Post("/admin/executions/hydrate?executionId="+id, nil).Is(http.StatusOK).Object(); len(model.Object(got, "executions")) != 0 {
		t.Errorf("an execution that has ended: %v", got)
	}
	open.Post("/auth/roles/sync", nil).Refused(http.StatusForbidden, "Access is denied")

	closed := apitest.New(t, func(d *apitest.Parts) {
		d.Identify = func(r *http.Request) (access.Principal, error) {
			name := r.Header.Get("X-Login")
			if name == "" {
				return access.Principal{}, fault.New(fault.Forbidden, "log in first")
			}
			return access.Principal{Name: name, Admin: name == "root"}, nil
		}
	})
	for _, path := range []string{"/admin/executions/hydrate?executionId=x", "/auth/roles/sync", "/auth/deleteSessionCache"} {
		closed.Call(http.MethodPost, path, nil, "X-Login", "ann").Refused(http.StatusForbidden, "Access is denied")
		closed.Call(http.MethodPost, path, nil, "X-Login", "root").Is(http.StatusOK)
	}
	closed.Call(http.MethodPut, "/admin/executions/forceCancel?executionId=x", nil, "X-Login", "ann").Refused(http.StatusForbidden, "Access is denied")
	if got := closed.Call(http.MethodGet, "/admin", nil, "X-Login", "ann").Is(http.StatusOK).Object(); got["isAdmin"] != false {
		t.Errorf("ann: %v", got)
	}
}
