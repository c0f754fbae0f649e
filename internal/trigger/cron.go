package trigger

import (
	"strings"
	"time"

	"github.com/gennaker/gennaker/internal/model"
)

// CronType is the type of cron triggers, and of the events that a clock makes for them.
const CronType = "cron"

// Tick is the event of a moment at which a cron trigger fires. It is about one pipeline:
// whoever has it compares it with that one's triggers alone.
func Tick(pipelineID string, t model.Trigger, at time.Time, key string) *Event {
	content := map[string]any{"pipelineId": pipelineID, "time": at.Format(time.RFC3339)}
	for _, field := range cronFields {
		if value, given := t[field]; given {
			content[field] = value
		}
	}
	return &Event{Type: CronType, Source: "schedule", Key: key, Content: content}
}

// About is the id of the one pipeline that an event is about; "" for those that any may
// listen to.
func About(e *Event) string {
	if e.Type != CronType {
		return ""
	}
	return model.String(e.Content, "pipelineId")
}

// cronFields are those by which a tick's trigger is told from others of its pipeline. Echo
// fires each of several triggers with one id.
var cronFields = []string{"id", "cronExpression", "timezone"}

// cronKind are triggers that the clock fires. Nothing has to find out who listens to an
// event, and nothing that comes from outside starts them.
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
	out := make([]Check, 0, len(cronFields))
	for _, field := range cronFields {
		want, got := model.String(t, field), model.String(e.Content, field)
		if want != "" || got != "" {
			out = append(out, check(field, want, got, want == got))
		}
	}
	return out
}

// Fill implements [Kind]. As in Echo, what was fired keeps a few fields of the trigger.
func (cronKind) Fill(_ *Event, t model.Trigger) map[string]any {
	out := map[string]any{"type": CronType}
	for name := range t {
		switch name {
		case "type", "id", "enabled", "cronExpression", "timezone", "parameters", "rebake", "runAsUser":
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
