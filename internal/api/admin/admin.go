// Package admin is the area of the API for operators, as Gate has it.
package admin

import (
	"cmp"
	"context"
	_ "embed"
	"net/http"
	"strings"

	"github.com/gennaker/gennaker/internal/access"
	"github.com/gennaker/gennaker/internal/api/rest"
	"github.com/gennaker/gennaker/internal/api/shown"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
)

// Canceler cancels executions.
type Canceler interface {
	Cancel(ctx context.Context, id, reason string, force bool, who access.Principal) error
}

//go:embed schemas.json
var schemasJSON []byte

type area struct {
	shown      *shown.Reader
	executions Canceler
}

// New returns the area.
func New(reader *shown.Reader, executions Canceler) rest.Area {
	a := &area{shown: reader, executions: executions}
	return rest.Area{Routes: a.routes(), Schemas: schemasJSON}
}

func (a *area) routes() []rest.Route {
	const tag = "Administration"
	id := rest.RequiredParam(rest.Text("executionId", "the execution's id"))
	return []rest.Route{
		{
			Method: http.MethodGet, Path: "/admin", Name: "adminOrNot", Needs: rest.Anyone, Tag: tag, Summary: "Whether the user can administer the platform",
			Result: rest.Schema{"type": "object", "required": []string{"username", "isAdmin"}, "properties": rest.Schema{
				"username": rest.Schema{"type": "string"}, "isAdmin": rest.Schema{"type": "boolean"},
			}},
			Serve: func(r *http.Request) (any, error) {
				return map[string]any{"username": rest.User(r).Name, "isAdmin": rest.Administers(r)}, nil
			},
		},
		{
			Method: http.MethodPut, Path: "/admin/executions/forceCancel", Name: "killZombie", Needs: rest.Administrator, Tag: tag,
			Summary: "Cancel an execution in any state",
			Params:  []rest.Param{id, rest.Text("executionType", "PIPELINE (default) or ORCHESTRATION")},
			Serve:   func(r *http.Request) (any, error) { return nil, a.forceCancel(r) },
		},
		{
			Method: http.MethodPost, Path: "/admin/executions/hydrate", Name: "rehydrate", Needs: rest.Administrator, Tag: tag,
			Summary: "Requeue an execution; does nothing, because executions can't drop out of the queue",
			Params:  []rest.Param{id, rest.Boolean("dryRun", "only report what would be done")},
			Result:  rest.Ref("Hydration"), Serve: a.hydrate,
		},
		{
			Method: http.MethodPost, Path: "/auth/roles/sync", Name: "sync", Needs: rest.Administrator, Tag: tag,
			Summary: "Reload the roles of all users", Serve: a.nothingToForget,
		},
		{
			Method: http.MethodPost, Path: "/auth/deleteSessionCache", Name: "deleteSessionCache", Needs: rest.Administrator, Tag: tag,
			Summary: "End all sessions", Serve: a.nothingToForget,
		},
	}
}

func (a *area) forceCancel(r *http.Request) error {
	if !rest.Administers(r) {
		return rest.AccessDenied()
	}
	q := rest.QueryOf(r)
	id, kind := q.Text("executionId"), model.ExecutionType(strings.ToUpper(cmp.Or(q.Text("executionType"), string(model.PipelineExecution))))
	if id == "" {
		return fault.New(fault.Invalid, "executionId is required")
	}
	if kind != model.PipelineExecution && kind != model.OrchestrationExecution {
		return fault.New(fault.Invalid, "executionType: %q is neither PIPELINE nor ORCHESTRATION", kind)
	}
	if _, err := a.shown.Find(r.Context(), id, kind); err != nil {
		return err
	}
	who, err := rest.Caller(r)
	if err != nil {
		return err
	}
	return a.executions.Cancel(r.Context(), id, "", true, who)
}

// hydrated is what Orca says of an execution that it has looked at.
type hydrated struct {
	StartTime *int64     `json:"startTime"`
	Actions   []struct{} `json:"actions"`
	CanApply  bool       `json:"canApply"`
}

// hydrate answers as Orca does for an execution that has nothing to repair:
// state and work are stored together here, so that none is ever without work.
func (a *area) hydrate(r *http.Request) (any, error) {
	if !rest.Administers(r) {
		return nil, rest.AccessDenied()
	}
	q := rest.QueryOf(r)
	id, dry := q.Text("executionId"), q.Boolean("dryRun", false)
	if id == "" {
		q.Problemf("executionId is required")
	}
	if err := q.Err(); err != nil {
		return nil, err
	}
	found := map[string]hydrated{}
	e, err := a.shown.Execution(r.Context(), id)
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return nil, err
	}
	if err == nil && e.Status == model.Running {
		found[id] = hydrated{StartTime: &e.StartTime, Actions: []struct{}{}}
	}
	return map[string]any{"dryRun": dry, "executions": found}, nil
}

// nothingToForget is for administrators that log in: there are neither stored
// sessions nor stored roles. Gate refuses everybody while Fiat is off.
func (a *area) nothingToForget(r *http.Request) (any, error) {
	if !rest.User(r).Admin {
		return nil, rest.AccessDenied()
	}
	return nil, nil
}
