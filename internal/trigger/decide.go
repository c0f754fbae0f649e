package trigger

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/gennaker/gennaker/internal/access"
	"github.com/gennaker/gennaker/internal/model"
)

// Options are the rules that hold for all triggers, and whom to ask.
type Options struct {
	// GitSecret is the secret of Git webhooks whose trigger has none.
	GitSecret string
	// Quiet tells whether triggers of a type are held back now, for pipelines that
	// respect quiet periods; nil if none are.
	Quiet func(triggerType string) bool
	// May tells whether a user may start an application's pipelines; nil if everybody
	// may, and then all pipelines run as anonymous.
	May func(user, application string) bool
	// Builds tells about builds; nil if no CI system is known.
	Builds Builds
	// Packages tells about packages by their versions; nil if no repository is known.
	Packages Packages
	// Evaluate evaluates the expressions in a pipeline's expected artifacts; nil leaves
	// them as they are.
	Evaluate func(ctx context.Context, expected []any, pipeline, trigger map[string]any) []any
}

// Outcome is what became of a trigger when an event came.
type Outcome string

// The outcomes.
const (
	// Starts: the pipeline is started.
	Starts Outcome = "STARTS"
	// Differs: something that the trigger asks for isn't so.
	Differs Outcome = "DIFFERS"
	// Disabled: the pipeline or the trigger is switched off.
	Disabled Outcome = "DISABLED"
	// Quiet: it matches, but a quiet period holds it back.
	Quiet Outcome = "QUIET"
	// Denied: it matches, but the user it runs as may not start the pipeline.
	Denied Outcome = "DENIED"
)

// Decision is what was decided on one trigger.
type Decision struct {
	Pipeline model.Pipeline
	Trigger  model.Trigger
	Outcome  Outcome
	// Reason says why it doesn't start, in one sentence; "" if it does.
	Reason string
	Checks []Check
	// Start is what to start; nil if nothing.
	Start *Start
}

// Start is a pipeline to start.
type Start struct {
	// Config is the whole pipeline, with its trigger, the artifacts received, and those
	// expected.
	Config map[string]any
	// User is who it runs as.
	User string
}

// Decide compares an event with the triggers of pipelines. The order is that of the
// pipelines and their triggers; triggers that can't be started by such an event at all
// are left out. Triggers that are equal, with their ids, count once.
func Decide(ctx context.Context, e *Event, pipelines []model.Pipeline, o Options) []Decision {
	kinds := byEvent(e.Type)
	var out []Decision
	for _, p := range pipelines {
		seen := map[string]bool{}
		for _, t := range model.Objects(p, "triggers") {
			kind := kindOf(kinds, t)
			if kind == nil {
				continue
			}
			text, err := model.Marshal(t)
			if err == nil && seen[string(text)] {
				continue
			}
			seen[string(text)] = true
			out = append(out, decide(ctx, e, p, t, kind, o))
		}
	}
	return out
}

func kindOf(kinds []Kind, t model.Trigger) Kind {
	at := slices.IndexFunc(kinds, func(k Kind) bool { return slices.Contains(k.Types(), typeOf(t)) })
	if at < 0 {
		return nil
	}
	return kinds[at]
}

func decide(ctx context.Context, e *Event, p model.Pipeline, t model.Trigger, kind Kind, o Options) Decision {
	d := Decision{Pipeline: p, Trigger: t}
	d.Checks = kind.Checks(e, t, o)
	switch {
	case p.Disabled():
		d.Outcome, d.Reason = Disabled, "the pipeline is disabled"
		return d
	case !model.Bool(t, "enabled", false):
		d.Outcome, d.Reason = Disabled, "the trigger is disabled"
		return d
	}
	if d.differs() {
		return d
	}
	user, ok := runAs(p, t, o)
	if !ok {
		d.Outcome, d.Reason = Denied, "the user "+quoted(user)+", whom the trigger runs as, may not start this application's pipelines"
		return d
	}
	fields := model.Merge(kind.Fill(e, t), nil)
	artifacts := e.Artifacts
	if b, ok := kind.(bringer); ok && len(artifacts) == 0 {
		artifacts = b.Brings(e, t)
	}
	if a, ok := kind.(asker); ok {
		more, brought, checks := a.Ask(ctx, e, t, o, user)
		maps.Copy(fields, more)
		artifacts = slices.Concat(artifacts, brought)
		d.Checks = append(d.Checks, checks...)
	}
	artifacts = received(artifacts)
	// The clock brings no artifacts, and starts without, as in Echo; those of another
	// pipeline are found when its child is started, as in Orca.
	if kind := typeOf(t); kind != CronType && kind != PipelineType {
		d.Checks = append(d.Checks, arrived(p, t, artifacts)...)
	}
	if d.differs() {
		return d
	}
	if o.Quiet != nil && model.Bool(p, "respectQuietPeriod", false) && o.Quiet(typeOf(t)) {
		d.Outcome, d.Reason = Quiet, "a quiet period holds back triggers of this type"
		return d
	}
	fields["eventId"] = e.ID
	d.Outcome, d.Start = Starts, begin(ctx, p, Executed(t, fields), artifacts, user, o)
	return d
}

// differs notes the first check that fails as the reason.
func (d *Decision) differs() bool {
	at := slices.IndexFunc(d.Checks, func(c Check) bool { return !c.OK })
	if at < 0 {
		return false
	}
	d.Outcome, d.Reason = Differs, d.Checks[at].sentence()
	return true
}

// sentence says what differs.
func (c Check) sentence() string {
	switch {
	case c.Problem != "":
		return c.What + ": " + c.Problem
	case c.Got == "":
		return c.What + ": the trigger wants " + quoted(c.Want) + ", and the event has none"
	case c.Want == "":
		return c.What + ": the trigger has none, and the event has " + quoted(c.Got)
	default:
		return c.What + ": the trigger wants " + quoted(c.Want) + ", and the event has " + quoted(c.Got)
	}
}

func quoted(text string) string { return `"` + text + `"` }

// runAs is who a trigger's executions run as, and whether they may. As in Echo, without
// permissions all run as anonymous.
func runAs(p model.Pipeline, t model.Trigger, o Options) (user string, ok bool) {
	if o.May == nil {
		return access.Anonymous, true
	}
	user = access.Anonymous
	if value, given := t["runAsUser"]; given && value != nil {
		user = model.String(t, "runAsUser")
	}
	return user, user != "" && user == strings.TrimSpace(user) && o.May(user, p.Application())
}

// Executed is the trigger of an execution: the stored one with fields of the event. The
// secret stays where it is.
func Executed(t model.Trigger, fields map[string]any) map[string]any {
	out := model.DropNulls(model.Merge(t, fields))
	delete(out, "secret")
	return out
}

// begin is a start of a pipeline.
func begin(ctx context.Context, p model.Pipeline, trigger map[string]any, artifacts []any, user string, o Options) *Start {
	config := model.Merge(p, map[string]any{
		"trigger": trigger, "receivedArtifacts": artifacts,
	})
	wanted := expected(model.List(p, "expectedArtifacts"))
	if o.Evaluate != nil {
		wanted = o.Evaluate(ctx, wanted, p, trigger)
	}
	config["expectedArtifacts"] = wanted
	return &Start{Config: config, User: user}
}
