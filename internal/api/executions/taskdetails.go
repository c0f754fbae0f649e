package executions

import (
	"net/http"

	"github.com/gennaker/gennaker/internal/access"
	"github.com/gennaker/gennaker/internal/api/rest"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
)

func (a *area) taskDetailRoutes() []rest.Route {
	const tag = "Tasks"
	return []rest.Route{
		{
			Method: http.MethodGet, Path: "/tasks/{id}/details/{taskDetailsId}", Name: "getTaskDetails", Needs: rest.OnExecution(access.Read), Tag: tag,
			Summary: "Get a cloud operation that a task has run", Result: rest.Ref("CloudOperation"), Serve: a.getTaskDetails,
		},
		{
			Method: http.MethodGet, Path: "/applications/{application}/tasks/{id}/details/{taskDetailsId}", Name: "getApplicationTaskDetails", Needs: rest.OnExecution(access.Read), Tag: tag,
			Summary: "Get a cloud operation that a task has run", Deprecated: true,
			Result: rest.Ref("CloudOperation"), Serve: a.getTaskDetails,
		},
	}
}

// getTaskDetails reads an operation where it is kept: in the context of the
// stage that has run it, in Clouddriver's shape.
func (a *area) getTaskDetails(r *http.Request) (any, error) {
	id := r.PathValue("taskDetailsId")
	e, err := a.shown.Execution(r.Context(), r.PathValue("id"))
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return nil, err
	}
	if err == nil {
		for _, stage := range e.Stages {
			for _, operation := range model.Objects(stage.Context, "kato.tasks") {
				if model.String(operation, "id") == id {
					return operation, nil
				}
			}
		}
	}
	return nil, fault.New(fault.NotFound, "Task not found (id: %s)", id)
}
