package trigger

import (
	"strings"

	"github.com/gennaker/gennaker/internal/model"
)

// CronType is the type of cron triggers, and of the events that a clock makes for them.
const CronType = "cron"

// cronKind are triggers that the clock fires. An event is the tick of one trigger: its
// content has pipelineId, triggerId, cronExpression and time. Nothing has to find out who
// listens to it.
type cronKind struct{}

// Types implements [Kind].
func (cronKind) Types() []string { return []string{CronType} }

// Events implements [Kind].
func (cronKind) Events() []string { return []string{CronType} }

// Listens implements [Kind].
func (cronKind) Listens(model.Trigger) string { return "" }

// Announces implements [Kind].
func (cronKind) Announces(*Event) []string { return nil }

// Checks implements [Kind].
func (cronKind) Checks(e *Event, t model.Trigger, _ Options) []Check {
	if id := model.String(e.Content, "triggerId"); id != "" {
		return []Check{check("id", model.String(t, "id"), id, model.String(t, "id") == id)}
	}
	return []Check{equal("cronExpression", t, model.String(e.Content, "cronExpression"))}
}

// Fill implements [Kind]. As in Echo, what was fired keeps a few fields of the trigger.
func (cronKind) Fill(_ *Event, t model.Trigger) map[string]any {
	out := map[string]any{"type": CronType}
	for name := range t {
		switch name {
		case "type", "id", "enabled", "cronExpression", "parameters", "rebake", "runAsUser":
		default:
			out[name] = nil
		}
	}
	return out
}

// typeOf is a trigger's type; Echo takes cron in any case.
func typeOf(t model.Trigger) string {
	if strings.EqualFold(t.Type(), CronType) {
		return CronType
	}
	return t.Type()
}
