package schedules

import (
	"context"
	"net/http"
	"reflect"
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

// Inheritance knows the triggers that pipelines inherit from templates.
type Inheritance interface {
	// Effective gives pipelines with their inherited triggers.
	Effective(ctx context.Context, pipelines []model.Pipeline) ([]model.Pipeline, error)
	// Problem is why the template of a pipeline can't be expanded; "" if it can.
	Problem(ctx context.Context, p model.Pipeline) (string, error)
}

// state is when a trigger last started its pipeline, and when it does next.
type state struct {
	PipelineID string `json:"pipelineId"`
	// Index is the trigger's place in its pipeline; those that are inherited come after all
	// others.
	Index     int    `json:"index"`
	TriggerID string `json:"triggerId"`
	Type      string `json:"type"`
	Last      *last  `json:"last,omitempty"`
	// Next is a time of RFC 3339, of a cron trigger.
	Next string `json:"next,omitempty"`
	// Inherited says that the trigger is the template's.
	Inherited bool `json:"inherited,omitempty"`
	// Problem is why a cron trigger never fires, or why no triggers can be inherited.
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
	own := len(triggers)
	more, problem, err := a.inheritedBy(ctx, p)
	if err != nil {
		return nil, err
	}
	triggers = append(triggers, more...)
	out := make([]state, 0, len(triggers))
	var schedules []schedule.Status
	if slices.ContainsFunc(triggers, func(t map[string]any) bool { return model.String(t, "type") == "cron" }) {
		if schedules, err = a.scheduler.Schedules(ctx, p.ID()); err != nil {
			return nil, err
		}
	}
	for i, t := range triggers {
		s := state{PipelineID: p.ID(), Index: i, TriggerID: model.String(t, "id"), Type: model.String(t, "type"), Inherited: i >= own}
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
	if problem != "" {
		out = append(out, state{PipelineID: p.ID(), Index: len(out), Type: "templatedPipeline", Inherited: true, Problem: problem})
	}
	return out, nil
}

// inheritedBy lists the triggers that a pipeline inherits, or says why it can't.
func (a *area) inheritedBy(ctx context.Context, p model.Pipeline) (triggers []map[string]any, problem string, err error) {
	if a.inheritance == nil {
		return nil, "", nil
	}
	if problem, err = a.inheritance.Problem(ctx, p); err != nil || problem != "" {
		return nil, problem, err
	}
	with, err := a.inheritance.Effective(ctx, []model.Pipeline{p})
	if err != nil {
		return nil, "", err
	}
	own := model.Objects(p, "triggers")
	for _, t := range model.Objects(with[0], "triggers") {
		if model.Bool(t, "inherited", false) && !slices.ContainsFunc(own, func(o map[string]any) bool { return reflect.DeepEqual(o, t) }) {
			triggers = append(triggers, t)
		}
	}
	return triggers, "", nil
}
