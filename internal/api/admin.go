package api

import (
	"net/http"
	"strings"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
)

// adminRoutes are Gate's for operators.
func (s *server) adminRoutes() []route {
	const tag = "Administration"
	id := needed(text("executionId", "the execution's id"))
	return []route{
		{
			method: http.MethodGet, path: "/admin", name: "adminOrNot", needs: anyone, tag: tag, summary: "Whether who asks may administer the platform",
			result: schema{"type": "object", "required": []string{"username", "isAdmin"}, "properties": schema{
				"username": schema{"type": "string"}, "isAdmin": schema{"type": "boolean"},
			}},
			serve: func(r *http.Request) (any, error) {
				return map[string]any{"username": userOf(r).Name, "isAdmin": s.mayAdminister(r)}, nil
			},
		},
		{
			method: http.MethodPut, path: "/admin/executions/forceCancel", name: "killZombie", needs: administrator, tag: tag,
			summary: "Cancel an execution whatever it is doing",
			params:  []param{id, text("executionType", "PIPELINE or ORCHESTRATION; PIPELINE where it isn't given")},
			serve:   func(r *http.Request) (any, error) { return nil, s.forceCancel(r) },
		},
		{
			method: http.MethodPost, path: "/admin/executions/hydrate", name: "rehydrate", needs: administrator, tag: tag,
			summary: "Put an execution back into the queue; none is ever missing from it, so that there is nothing to do",
			params:  []param{id, boolean("dryRun", "only say what would be done")},
			result:  ref("Hydration"), serve: s.hydrate,
		},
		{
			method: http.MethodPost, path: "/auth/roles/sync", name: "sync", needs: administrator, tag: tag,
			summary: "Read everybody's roles anew", serve: s.nothingToForget,
		},
		{
			method: http.MethodPost, path: "/auth/deleteSessionCache", name: "deleteSessionCache", needs: administrator, tag: tag,
			summary: "Forget all sessions", serve: s.nothingToForget,
		},
	}
}

// mayAdminister tells whether a request may do what Gate keeps for
// administrators. Where nobody has to log in everybody may, as with a Fiat that
// is off.
func (s *server) mayAdminister(r *http.Request) bool { return s.identify == nil || userOf(r).Admin }

func accessDenied() error { return fault.New(fault.Forbidden, "Access is denied") }

func (s *server) forceCancel(r *http.Request) error {
	if !s.mayAdminister(r) {
		return accessDenied()
	}
	q := queryOf(r)
	id, kind := q.text("executionId"), model.ExecutionType(strings.ToUpper(either(q.text("executionType"), string(model.PipelineExecution))))
	if id == "" {
		return fault.New(fault.Invalid, "executionId is required")
	}
	if kind != model.PipelineExecution && kind != model.OrchestrationExecution {
		return fault.New(fault.Invalid, "executionType: %q is neither PIPELINE nor ORCHESTRATION", kind)
	}
	if _, err := s.execution(r.Context(), id, kind); err != nil {
		return err
	}
	who, err := s.caller(r)
	if err != nil {
		return err
	}
	return s.executions.Cancel(r.Context(), id, "", true, who)
}

// hydrated is what Orca says of an execution that it has looked at.
type hydrated struct {
	StartTime *int64     `json:"startTime"`
	Actions   []struct{} `json:"actions"`
	CanApply  bool       `json:"canApply"`
}

// hydrate answers as Orca does for an execution that has nothing to repair:
// state and work are stored together here, so that none is ever without work.
func (s *server) hydrate(r *http.Request) (any, error) {
	if !s.mayAdminister(r) {
		return nil, accessDenied()
	}
	q := queryOf(r)
	id, dry := q.text("executionId"), q.boolean("dryRun", false)
	if id == "" {
		q.problems = append(q.problems, "executionId is required")
	}
	if err := q.err(); err != nil {
		return nil, err
	}
	found := map[string]hydrated{}
	e, err := s.store.Execution(r.Context(), id)
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
func (s *server) nothingToForget(r *http.Request) (any, error) {
	if s.identify == nil || !userOf(r).Admin {
		return nil, accessDenied()
	}
	return nil, nil
}
