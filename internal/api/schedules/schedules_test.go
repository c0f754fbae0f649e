package schedules_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/api/apitest"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/trigger/schedule"
)

// fixed knows one trigger.
type fixed struct{}

func (fixed) Schedules(_ context.Context, id string) ([]schedule.Status, error) {
	if id != "nightly" {
		return []schedule.Status{}, nil
	}
	return []schedule.Status{{
		TriggerID: "t", Expression: "0 0 3 * * ?", Effective: "0 0 3 * * ?", Timezone: "UTC", NextFires: []string{"2026-05-05T03:00:00Z"},
		LastFire: "2026-05-03T03:00:00Z", Missed: &schedule.Missed{From: "2026-05-04T03:00:00Z", Until: "2026-05-04T05:00:00Z"},
	}}, nil
}

func (fixed) Actions(context.Context) (schedule.Actions, error) {
	return schedule.Actions{Pipeline: []schedule.Action{{ID: "t", PipelineID: "nightly"}}, ManuallyCreated: []schedule.Action{}}, nil
}

func (fixed) AddAction(_ context.Context, a schedule.Action) (schedule.Action, error) {
	if a.ID == "t" {
		return a, fault.New(fault.Invalid, "Trigger with id: t already exists")
	}
	return a, nil
}

func (fixed) DeleteAction(_ context.Context, id string) (schedule.Action, error) {
	if id != "mine" {
		return schedule.Action{}, fault.New(fault.NotFound, "Trigger with id: %s could not be found", id)
	}
	return schedule.Action{ID: id}, nil
}

func (fixed) Preview(expression, id, zone string) (schedule.Status, error) {
	if expression == "" {
		return schedule.Status{}, errors.New("the expression is empty")
	}
	return schedule.Status{TriggerID: id, Expression: expression, Timezone: zone, NextFires: []string{}, Warnings: []string{"It never fires."}}, nil
}

func TestSchedules(t *testing.T) {
	t.Parallel()
	k := apitest.New(t, func(p *apitest.Parts) { p.Schedules = fixed{} })
	require.Equal(t, apitest.Object{
		"triggerId": "a", "cronExpression": "0 0 3 31 2 ?", "timezone": "Asia/Tokyo", "nextFires": apitest.List{}, "warnings": apitest.List{"It never fires."},
	}, k.Get("/cron/next?expression=0+0+3+31+2+%3F&timezone=Asia/Tokyo&triggerId=a").Is(http.StatusOK).Object())
	k.Get("/cron/next").Refused(http.StatusBadRequest, "the expression is empty")
	require.Equal(t, []apitest.Object{{
		"triggerId": "t", "cronExpression": "0 0 3 * * ?", "effectiveExpression": "0 0 3 * * ?", "timezone": "UTC",
		"lastFire": "2026-05-03T03:00:00Z", "nextFires": apitest.List{"2026-05-05T03:00:00Z"},
		"missed": apitest.Object{"from": "2026-05-04T03:00:00Z", "until": "2026-05-04T05:00:00Z"},
	}}, k.Get("/pipelineConfigs/nightly/schedules").Is(http.StatusOK).List())
	require.Empty(t, k.Get("/pipelineConfigs/none/schedules").Is(http.StatusOK).List())
}

func TestScheduledActions(t *testing.T) {
	t.Parallel()
	k := apitest.New(t, func(p *apitest.Parts) { p.Schedules = fixed{} })
	action := func(id, pipeline string) apitest.Object {
		return apitest.Object{
			"id": id, "application": "", "pipelineId": pipeline, "cronExpression": "", "timezone": "", "runAsUser": nil, "forceRebake": false,
		}
	}
	require.Equal(t, apitest.Object{"pipeline": apitest.List{action("t", "nightly")}, "manuallyCreated": apitest.List{}},
		k.Get("/scheduledActions").Is(http.StatusOK).Object())
	made := model.Merge(action("mine", "nightly"), apitest.Object{"runAsUser": "robot", "forceRebake": true})
	require.Equal(t, made, k.Post("/scheduledActions", made).Is(http.StatusCreated).Object())
	k.Post("/scheduledActions", action("t", "nightly")).Refused(http.StatusBadRequest, "already exists")
	k.Post("/scheduledActions", "").Refused(http.StatusBadRequest, "cronExpression")
	k.Post("/scheduledActions", `{"id": 1}`).Is(http.StatusBadRequest)
	require.Equal(t, action("mine", ""), k.Delete("/scheduledActions/mine").Is(http.StatusAccepted).Object())
	k.Delete("/scheduledActions/none").Refused(http.StatusNotFound, "could not be found")
}

// inheriting has one pipeline inherit a trigger, and another one's template broken.
type inheriting struct{}

func (inheriting) Effective(_ context.Context, pipelines []model.Pipeline) ([]model.Pipeline, error) {
	out := make([]model.Pipeline, len(pipelines))
	for i, p := range pipelines {
		inherited := apitest.Object{"type": "cron", "id": "t", "enabled": true, "cronExpression": "0 0 3 * * ?", "inherited": true}
		out[i] = model.Merge(p, apitest.Object{"triggers": append(model.List(p, "triggers"), inherited)})
	}
	return out, nil
}

func (inheriting) Problem(_ context.Context, p model.Pipeline) (string, error) {
	if p.ID() == "broken" {
		return "there is no template", nil
	}
	return "", nil
}

func TestInheritedTriggerStates(t *testing.T) {
	t.Parallel()
	k := apitest.New(t, func(p *apitest.Parts) { p.Schedules, p.Inherited = fixed{}, inheriting{} })
	k.Application("shop")
	k.Pipeline("shop", "nightly", apitest.Object{"id": "nightly", "triggers": apitest.List{apitest.Object{"type": "git", "enabled": true}}})
	k.Pipeline("shop", "broken", apitest.Object{"id": "broken"})
	states := k.Get("/applications/shop/triggers").Is(http.StatusOK).List()
	require.ElementsMatch(t, []apitest.Object{
		{"pipelineId": "nightly", "index": json.Number("0"), "triggerId": "", "type": "git"},
		{"pipelineId": "nightly", "index": json.Number("1"), "triggerId": "t", "type": "cron", "inherited": true, "next": "2026-05-05T03:00:00Z"},
		{"pipelineId": "broken", "index": json.Number("0"), "triggerId": "", "type": "templatedPipeline", "inherited": true, "problem": "there is no template"},
	}, states)
}
