// Package schedules is the area of the API about when triggers fire: cron triggers next, and
// all of them last; and about Echo's scheduled actions.
package schedules

import (
	"context"
	_ "embed"
	"net/http"

	"github.com/gennaker/gennaker/internal/access"
	"github.com/gennaker/gennaker/internal/api/rest"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/trigger/schedule"
)

//go:embed schemas.json
var schemas []byte

// Scheduler knows when cron triggers fire.
type Scheduler interface {
	// Schedules lists the enabled cron triggers of a pipeline.
	Schedules(ctx context.Context, pipelineID string) ([]schedule.Status, error)
	// Preview is what a trigger would do; the error is about the expression or the zone.
	Preview(expression, triggerID, zone string) (schedule.Status, error)
	// Actions lists all cron triggers that fire. AddAction and DeleteAction are about
	// those that are kept beside their pipelines.
	Actions(ctx context.Context) (schedule.Actions, error)
	AddAction(ctx context.Context, a schedule.Action) (schedule.Action, error)
	DeleteAction(ctx context.Context, id string) (schedule.Action, error)
}

type area struct {
	scheduler Scheduler
	pipelines Pipelines
	starts    Starts
	// inheritance is nil if pipelines inherit no triggers.
	inheritance Inheritance
}

// New returns the area.
func New(scheduler Scheduler, pipelines Pipelines, starts Starts, inheritance Inheritance) rest.Area {
	a := &area{scheduler, pipelines, starts, inheritance}
	const tag = "Triggers"
	routes := []rest.Route{
		a.triggersRoute(),
		{
			Method: http.MethodGet, Path: "/cron/next", Name: "getNextCronFires", Needs: rest.Anyone, Tag: tag,
			Summary: "The next five times at which a cron expression fires",
			Params: []rest.Param{
				rest.RequiredParam(rest.Text("expression", "six or seven fields, as in Quartz")),
				rest.Text("timezone", "a name such as Europe/Berlin; the server's default zone of cron triggers if it is left out"),
				rest.Text("triggerId", "the trigger's id, which H stands for a number of"),
			},
			Result: rest.Ref("CronSchedule"), Serve: a.next,
		},
		{
			Method: http.MethodGet, Path: "/pipelineConfigs/{pipelineConfigId}/schedules", Name: "getPipelineSchedules",
			Needs: rest.OnPipeline(access.Read, "pipelineConfigId"), Tag: tag,
			Summary: "When the enabled cron triggers of a pipeline last fired, and when they will",
			Result:  rest.ListOf(rest.Ref("CronSchedule")), Serve: a.list,
		},
	}
	return rest.Area{Schemas: schemas, Routes: append(routes, a.actions(tag)...)}
}

func (a *area) next(r *http.Request) (any, error) {
	query := r.URL.Query()
	shown, err := a.scheduler.Preview(query.Get("expression"), query.Get("triggerId"), query.Get("timezone"))
	if err != nil {
		return nil, fault.New(fault.Invalid, "%s", rest.Outside(err))
	}
	return shown, nil
}

func (a *area) list(r *http.Request) (any, error) {
	return a.scheduler.Schedules(r.Context(), r.PathValue("pipelineConfigId"))
}
