package schedules

import (
	"net/http"

	"github.com/gennaker/gennaker/internal/access"
	"github.com/gennaker/gennaker/internal/api/rest"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/trigger/schedule"
)

// actions are the routes of Echo's scheduled actions: cron triggers that are kept beside
// their pipelines. They concern all applications.
func (a *area) actions(tag string) []rest.Route {
	seesAll := rest.Need{Permission: access.Permission{Kind: access.Platform, Authorization: access.Read}, On: rest.Installation}
	return []rest.Route{
		{
			Method: http.MethodGet, Path: "/scheduledActions", Name: "getScheduledActions", Needs: seesAll, Tag: tag,
			Summary: "All cron triggers that fire: those of pipelines, and those made by this API",
			Result:  rest.Ref("ScheduledActions"),
			Serve:   func(r *http.Request) (any, error) { return a.scheduler.Actions(r.Context()) },
		},
		{
			Method: http.MethodPost, Path: "/scheduledActions", Name: "createScheduledAction", Needs: rest.Administrator, Tag: tag,
			Summary: "Start a pipeline by a cron expression, without changing the pipeline",
			Body:    rest.RequiredBody(rest.Ref("ScheduledAction")), Status: http.StatusCreated, Result: rest.Ref("ScheduledAction"), Serve: a.addAction,
		},
		{
			Method: http.MethodDelete, Path: "/scheduledActions/{id}", Name: "deleteScheduledAction", Needs: rest.Administrator, Tag: tag,
			Summary: "Delete a cron trigger that was made by this API", Status: http.StatusAccepted, Result: rest.Ref("ScheduledAction"),
			Serve: func(r *http.Request) (any, error) {
				return a.scheduler.DeleteAction(r.Context(), r.PathValue("id"))
			},
		},
	}
}

func (a *area) addAction(r *http.Request) (any, error) {
	var action schedule.Action
	present, err := rest.ReadBody(r, &action)
	if err != nil {
		return nil, err
	}
	if !present {
		return nil, fault.New(fault.Invalid, "the body is missing: send the id, the pipelineId and the cronExpression")
	}
	return a.scheduler.AddAction(r.Context(), action)
}
