package api

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/gennaker/gennaker/internal/access"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
)

// taskLimit is how many tasks a list holds where the client doesn't say: Orca's
// default.
const taskLimit = 3500

func (s *server) taskRoutes() []route {
	const tag = "Tasks"
	statuses := text("statuses", "only these statuses, separated by commas; all where it isn't given")
	return []route{
		{
			method: http.MethodPost, path: "/tasks", name: "task", needs: anyone, tag: tag, summary: "Start an ad-hoc task",
			body: needs(ref("Operation")), result: ref("Ref"), serve: func(r *http.Request) (any, error) { return s.createTask(r, "") },
		},
		{
			method: http.MethodPost, path: "/applications/{application}/tasks", name: "applicationTask", needs: anyone, tag: tag,
			summary: "Start an ad-hoc task of an application", deprecated: true,
			body: needs(ref("Operation")), result: ref("Ref"),
			serve: func(r *http.Request) (any, error) { return s.createTask(r, r.PathValue("application")) },
		},
		{
			method: http.MethodGet, path: "/tasks", name: "getTasks", needs: anyone, tag: tag, summary: "List the latest tasks of all applications",
			params: []param{integer("page", "from 1"), sized("limit", "how many on a page; 3500 where it isn't given", maxItems), statuses},
			result: listOf(ref("Task")), serve: func(r *http.Request) (any, error) { return s.listTasks(r, "") },
		},
		{
			method: http.MethodGet, path: "/applications/{application}/tasks", name: "getApplicationTasks", needs: onApplication(access.Read), tag: tag,
			summary: "List an application's tasks, newest first",
			params:  []param{integer("page", "from 1"), sized("limit", "how many on a page; 3500 where it isn't given", maxItems), statuses},
			result:  listOf(ref("Task")),
			serve:   func(r *http.Request) (any, error) { return s.listTasks(r, r.PathValue("application")) },
		},
		{
			method: http.MethodGet, path: "/tasks/{id}", name: "getTask", needs: onExecution(access.Read), tag: tag, summary: "Get a task",
			result: ref("Task"), serve: s.getTask,
		},
		{
			method: http.MethodGet, path: "/applications/{application}/tasks/{id}", name: "getApplicationTask", needs: onExecution(access.Read), tag: tag,
			summary: "Get a task", deprecated: true, result: ref("Task"), serve: s.getTask,
		},
		{
			method: http.MethodDelete, path: "/tasks/{id}", name: "deleteTask", needs: onExecution(access.Write), tag: tag, summary: "Delete a task that has ended",
			serve: func(r *http.Request) (any, error) { return nil, s.deleteExecution(r, model.OrchestrationExecution) },
		},
		{
			method: http.MethodPut, path: "/tasks/{id}/cancel", name: "cancelTask", needs: onExecution(access.Execute), tag: tag, summary: "Cancel a task",
			serve: func(r *http.Request) (any, error) { return nil, s.cancel(r) },
		},
		{
			method: http.MethodPut, path: "/applications/{application}/tasks/{id}/cancel", name: "cancelApplicationTask", needs: onExecution(access.Execute), tag: tag,
			summary: "Cancel a task", deprecated: true,
			serve: func(r *http.Request) (any, error) { return nil, s.cancel(r) },
		},
		{
			method: http.MethodPut, path: "/tasks/cancel", name: "cancelTasks", needs: anyone, tag: tag,
			summary: "Cancel tasks: their ids as a parameter, or as a list in the body, as Orca takes them",
			params:  []param{text("ids", "separated by commas")},
			body:    allows(listOf(schema{"type": "string"})), serve: s.cancelTasks,
		},
	}
}

// createTask takes a task for an application: the path's, where it names one.
func (s *server) createTask(r *http.Request, application string) (any, error) {
	operation, err := s.object(r)
	if err != nil {
		return nil, err
	}
	if application != "" {
		operation["application"] = application
	}
	return s.startOperation(r, operation)
}

func (s *server) listTasks(r *http.Request, application string) (any, error) {
	q := queryOf(r)
	page, limit, statuses := q.count("page", 1, 1), q.size("limit", taskLimit, 1, maxItems), q.statuses()
	if err := q.err(); err != nil {
		return nil, err
	}
	found, err := s.store.ExecutionRefs(r.Context(), store.ExecutionFilter{
		Type: model.OrchestrationExecution, Application: application, Statuses: statuses,
		BuildTimeFrom: model.Millis(s.now().Add(-time.Duration(s.config.HistoryDays) * 24 * time.Hour)),
		Limit:         limit, Offset: (page - 1) * limit,
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(found, newestFirst)
	return s.tasksOf(found), nil
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

func (s *server) getTask(r *http.Request) (any, error) {
	e, err := s.execution(r.Context(), r.PathValue("id"), model.OrchestrationExecution)
	if err != nil {
		return nil, err
	}
	return taskView(e), nil
}

func (s *server) cancelTasks(r *http.Request) (any, error) {
	q := queryOf(r)
	ids := q.ids("ids")
	if err := q.err(); err != nil {
		return nil, err
	}
	if len(ids) == 0 {
		if _, err := s.readBody(r, &ids); err != nil {
			return nil, err
		}
	}
	if len(ids) == 0 {
		return nil, fault.New(fault.Invalid, "ids is required: the ids of the tasks to cancel")
	}
	if len(ids) > maxIDs {
		return nil, fault.New(fault.Invalid, "ids: a request may name %d at most; cancel in parts", maxIDs)
	}
	who, err := s.caller(r)
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		if err := s.permitOn(r, access.Execute, id); err != nil {
			return nil, err
		}
		if err := s.executions.Cancel(r.Context(), id, "", false, who); err != nil {
			return nil, err
		}
	}
	return nil, nil
}

// steer does one of the things that need nothing but an execution's id.
func (s *server) steer(r *http.Request, do func(context.Context, string, access.Principal) error) error {
	who, err := s.caller(r)
	if err != nil {
		return err
	}
	return do(r.Context(), r.PathValue("id"), who)
}
