package schedules

import (
	"context"
	"net/http"
	"slices"

	"github.com/gennaker/gennaker/internal/access"
	"github.com/gennaker/gennaker/internal/api/rest"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/trigger/eventlog"
	"github.com/gennaker/gennaker/internal/trigger/schedule"
)

// Pipelines are the stored pipelines.
type Pipelines interface {
	Pipelines(ctx context.Context, f store.PipelineFilter) ([]model.Pipeline, error)
}

// Starts knows what triggers started last.
type Starts interface {
	LastStarts(ctx context.Context, pipelineIDs ...string) (eventlog.Starts, error)
}

// state is when a trigger last started its pipeline, and when it does next.
type state struct {
	PipelineID string `json:"pipelineId"`
	// Index is the trigger's place in its pipeline.
	Index     int    `json:"index"`
	TriggerID string `json:"triggerId"`
	Type      string `json:"type"`
	Last      *last  `json:"last,omitempty"`
	// Next is a time of RFC 3339, of a cron trigger.
	Next string `json:"next,omitempty"`
	// Problem is why a cron trigger never fires.
	Problem string `json:"problem,omitempty"`
}

type last struct {
	EventID     string `json:"eventId"`
	ExecutionID string `json:"executionId"`
	At          int64  `json:"at"`
}

func (a *area) triggersRoute() rest.Route {
	return rest.Route{
		Method: http.MethodGet, Path: "/applications/{application}/triggers", Name: "getTriggerStates", Needs: rest.OnApplication(access.Read), Tag: "Triggers",
		Summary: "What each trigger of an application's pipelines started last, and when cron triggers fire next",
		Params:  []rest.Param{rest.Text("pipelineId", "only the triggers of this pipeline")},
		Result:  rest.ListOf(rest.Ref("TriggerState")), Serve: a.triggers,
	}
}

func (a *area) triggers(r *http.Request) (any, error) {
	pipelines, err := a.pipelines.Pipelines(r.Context(), store.PipelineFilter{Kind: store.PipelineKind, Application: r.PathValue("application")})
	if err != nil {
		return nil, err
	}
	if id := r.URL.Query().Get("pipelineId"); id != "" {
		pipelines = slices.DeleteFunc(pipelines, func(p model.Pipeline) bool { return p.ID() != id })
	}
	ids := make([]string, 0, len(pipelines))
	for _, p := range pipelines {
		ids = append(ids, p.ID())
	}
	starts, err := a.starts.LastStarts(r.Context(), ids...)
	if err != nil {
		return nil, err
	}
	out := []state{}
	for _, p := range pipelines {
		states, err := a.states(r.Context(), p, starts)
		if err != nil {
			return nil, err
		}
		out = append(out, states...)
	}
	return out, nil
}

func (a *area) states(ctx context.Context, p model.Pipeline, starts eventlog.Starts) ([]state, error) {
	triggers := model.Objects(p, "triggers")
	out := make([]state, 0, len(triggers))
	var schedules []schedule.Status
	if slices.ContainsFunc(triggers, func(t map[string]any) bool { return model.String(t, "type") == "cron" }) {
		var err error
		if schedules, err = a.scheduler.Schedules(ctx, p.ID()); err != nil {
			return nil, err
		}
	}
	for i, t := range triggers {
		s := state{PipelineID: p.ID(), Index: i, TriggerID: model.String(t, "id"), Type: model.String(t, "type")}
		if start, ok := starts.Of(p.ID(), t); ok {
			s.Last = &last{start.EventID, start.ExecutionID, start.At}
		}
		// Those that are disabled, or were saved a moment ago, have no schedule.
		at := slices.IndexFunc(schedules, func(one schedule.Status) bool {
			return s.Type == "cron" && model.Bool(t, "enabled", false) && one.TriggerID == s.TriggerID && one.Expression == model.String(t, "cronExpression")
		})
		if at >= 0 {
			s.Problem = schedules[at].Problem
			if len(schedules[at].NextFires) > 0 {
				s.Next = schedules[at].NextFires[0]
			}
		}
		out = append(out, s)
	}
	return out, nil
}
