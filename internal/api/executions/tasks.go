package executions

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/gennaker/gennaker/internal/access"
	"github.com/gennaker/gennaker/internal/api/operation"
	"github.com/gennaker/gennaker/internal/api/rest"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
)

// taskLimit is how many tasks a list holds where the client doesn't say: Orca's
// default.
const taskLimit = 3500

func (a *area) taskRoutes() []rest.Route {
	const tag = "Tasks"
	statuses := rest.Text("statuses", "only these statuses, separated by commas; default: all")
	return []rest.Route{
		{
			Method: http.MethodPost, Path: "/tasks", Name: "task", Needs: rest.Anyone, Tag: tag, Summary: "Start an ad-hoc task",
			Body: rest.RequiredBody(rest.Ref("Operation")), Result: rest.Ref("Ref"), Serve: func(r *http.Request) (any, error) { return a.createTask(r, "") },
		},
		{
			Method: http.MethodPost, Path: "/applications/{application}/tasks", Name: "applicationTask", Needs: rest.Anyone, Tag: tag,
			Summary: "Start an ad-hoc task of an application", Deprecated: true,
			Body: rest.RequiredBody(rest.Ref("Operation")), Result: rest.Ref("Ref"),
			Serve: func(r *http.Request) (any, error) { return a.createTask(r, r.PathValue("application")) },
		},
		{
			Method: http.MethodGet, Path: "/tasks", Name: "getTasks", Needs: rest.Anyone, Tag: tag, Summary: "List the latest tasks of all applications",
			Params: []rest.Param{rest.Integer("page", "from 1"), rest.Sized("limit", "page size; default: 3500", rest.MaxItems), statuses},
			Result: rest.ListOf(rest.Ref("Task")), Serve: func(r *http.Request) (any, error) { return a.listTasks(r, "") },
		},
		{
			Method: http.MethodGet, Path: "/applications/{application}/tasks", Name: "getApplicationTasks", Needs: rest.OnApplication(access.Read), Tag: tag,
			Summary: "List an application's tasks, newest first",
			Params:  []rest.Param{rest.Integer("page", "from 1"), rest.Sized("limit", "page size; default: 3500", rest.MaxItems), statuses},
			Result:  rest.ListOf(rest.Ref("Task")),
			Serve:   func(r *http.Request) (any, error) { return a.listTasks(r, r.PathValue("application")) },
		},
		{
			Method: http.MethodGet, Path: "/tasks/{id}", Name: "getTask", Needs: rest.OnExecution(access.Read), Tag: tag, Summary: "Get a task",
			Result: rest.Ref("Task"), Serve: a.getTask,
		},
		{
			Method: http.MethodGet, Path: "/applications/{application}/tasks/{id}", Name: "getApplicationTask", Needs: rest.OnExecution(access.Read), Tag: tag,
			Summary: "Get a task", Deprecated: true, Result: rest.Ref("Task"), Serve: a.getTask,
		},
		{
			Method: http.MethodDelete, Path: "/tasks/{id}", Name: "deleteTask", Needs: rest.OnExecution(access.Write), Tag: tag, Summary: "Delete a task that has ended",
			Serve: func(r *http.Request) (any, error) { return nil, a.deleteExecution(r, model.OrchestrationExecution) },
		},
		{
			Method: http.MethodPut, Path: "/tasks/{id}/cancel", Name: "cancelTask", Needs: rest.OnExecution(access.Execute), Tag: tag, Summary: "Cancel a task",
			Serve: func(r *http.Request) (any, error) { return nil, a.cancel(r) },
		},
		{
			Method: http.MethodPut, Path: "/applications/{application}/tasks/{id}/cancel", Name: "cancelApplicationTask", Needs: rest.OnExecution(access.Execute), Tag: tag,
			Summary: "Cancel a task", Deprecated: true,
			Serve: func(r *http.Request) (any, error) { return nil, a.cancel(r) },
		},
		{
			Method: http.MethodPut, Path: "/tasks/cancel", Name: "cancelTasks", Needs: rest.Anyone, Tag: tag,
			Summary: "Cancel tasks, with their ids as a parameter or as a list in the body, as in Orca",
			Params:  []rest.Param{rest.Text("ids", "separated by commas")},
			Body:    rest.OptionalBody(rest.ListOf(rest.Schema{"type": "string"})), Serve: a.cancelTasks,
		},
	}
}

// createTask takes a task for an application: the path's, where it names one.
func (a *area) createTask(r *http.Request, application string) (any, error) {
	operation, err := rest.Object(r)
	if err != nil {
		return nil, err
	}
	if application != "" {
		operation["application"] = application
	}
	return a.operations.Start(r, operation)
}

func (a *area) listTasks(r *http.Request, application string) (any, error) {
	q := rest.QueryOf(r)
	page, limit, statuses := q.Count("page", 1, 1), q.Size("limit", taskLimit, 1, rest.MaxItems), q.Statuses()
	if err := q.Err(); err != nil {
		return nil, err
	}
	found, err := a.shown.ExecutionRefs(r.Context(), store.ExecutionFilter{
		Type: model.OrchestrationExecution, Application: application, Statuses: statuses,
		BuildTimeFrom: model.Millis(a.now().Add(-time.Duration(a.limits.HistoryDays) * 24 * time.Hour)),
		Limit:         limit, Offset: (page - 1) * limit,
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(found, newestFirst)
	return a.tasksOf(found), nil
}

// newestFirst is Orca's START_TIME_OR_ID: those not started first, then by
// start, newest first.
func newestFirst(a, b store.ExecutionRef) int {
	switch {
	case a.StartTime == b.StartTime:
		return strings.Compare(b.ID, a.ID)
	case a.StartTime == 0:
		return -1
	case b.StartTime == 0 || a.StartTime < b.StartTime:
		return 1
	}
	return -1
}

func (a *area) getTask(r *http.Request) (any, error) {
	e, err := a.shown.Find(r.Context(), r.PathValue("id"), model.OrchestrationExecution)
	if err != nil {
		return nil, err
	}
	return operation.View(e), nil
}

func (a *area) cancelTasks(r *http.Request) (any, error) {
	q := rest.QueryOf(r)
	ids := q.IDs("ids")
	if err := q.Err(); err != nil {
		return nil, err
	}
	if len(ids) == 0 {
		if _, err := rest.ReadBody(r, &ids); err != nil {
			return nil, err
		}
	}
	if len(ids) == 0 {
		return nil, fault.New(fault.Invalid, "ids is required: the ids of the tasks to cancel")
	}
	if len(ids) > rest.MaxIDs {
		return nil, fault.New(fault.Invalid, "ids: a request may name %d at most; cancel in parts", rest.MaxIDs)
	}
	who, err := rest.Caller(r)
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		if err := rest.PermitOnExecution(r, access.Execute, id); err != nil {
			return nil, err
		}
		if err := a.executions.Cancel(r.Context(), id, "", false, who); err != nil {
			return nil, err
		}
	}
	return nil, nil
}

// steer does one of the things that need nothing but an execution's id.
func (a *area) steer(r *http.Request, do func(context.Context, string, access.Principal) error) error {
	who, err := rest.Caller(r)
	if err != nil {
		return err
	}
	return do(r.Context(), r.PathValue("id"), who)
}
