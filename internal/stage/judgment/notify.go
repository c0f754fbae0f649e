package judgment

import (
	"context"
	"log/slog"
	"slices"
	"time"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
)

// Notifier sends one notification of a judgment. It is called by any number of
// tasks at a time, and at least once for each notification: after a crash one
// may be sent again. An error is logged, and the notification tried again at
// the next look.
type Notifier interface {
	Notify(ctx context.Context, notification Notification) error
}

// Notification is what is told to whom.
type Notification struct {
	// State is manualJudgment, manualJudgmentContinue or manualJudgmentStop.
	State string
	// Type, Address, CC and Publisher say by which means and to whom, as the
	// stage's notification has them; Settings is that notification as a whole.
	Type, Address, CC, Publisher string
	Settings                     map[string]any
	// Message is the notification's own text for this state, Instructions the
	// stage's.
	Message, Instructions string
	// JudgmentInputs are the answers to choose from; JudgmentInput and
	// JudgedBy are set once judged.
	JudgmentInputs          []any
	JudgmentInput, JudgedBy string
	Execution               *model.Execution
	Stage                   *model.Stage
}

// notify sends the notifications that are due in a state. It returns the
// stage's notifications with the times they were sent, and whether that is to
// be stored. As in Orca, a judgment that is made is told of only where the
// stage has sendNotifications; one that is due always is.
func (t task) notify(ctx context.Context, in stage.Input, state string) ([]any, bool) {
	if state != statePending && !model.Bool(in.Stage.Context, "sendNotifications", false) {
		return nil, false
	}
	before, present := in.Stage.Context["notifications"].([]any)
	changed := !present
	after := make([]any, 0, len(before))
	for _, item := range before {
		settings, ok := item.(map[string]any)
		if !ok {
			changed = true
			continue
		}
		settings, added := withDefaults(settings)
		changed = changed || added
		if t.options.Notifier != nil && due(settings, state, in.Now) {
			if err := t.options.Notifier.Notify(ctx, notification(in, state, settings)); err != nil {
				logger(in).Error("can't send a notification of a judgment",
					"execution", in.Execution.ID, "stage", in.Stage.ID,
					"type", model.String(settings, "type"), "error", err)
			} else {
				sent := model.Merge(model.Object(settings, "lastNotifiedByNotificationState"),
					map[string]any{state: model.Millis(in.Now)})
				settings = model.Merge(settings, map[string]any{"lastNotifiedByNotificationState": sent})
				changed = true
			}
		}
		after = append(after, settings)
	}
	return after, changed
}

// withDefaults adds what Orca's notification always has.
func withDefaults(settings map[string]any) (out map[string]any, added bool) {
	out = model.Merge(settings, nil)
	if model.Object(out, "lastNotifiedByNotificationState") == nil {
		out["lastNotifiedByNotificationState"], added = map[string]any{}, true
	}
	if _, ok := model.Int(out, "notifyEveryMs"); !ok {
		out["notifyEveryMs"], added = -1, true
	}
	return out, added
}

// due tells whether a notification is to be sent in this state: where its
// "when" has the state or isn't given, once, and again every notifyEveryMs.
func due(settings map[string]any, state string, now time.Time) bool {
	when := model.Strings(settings, "when")
	if len(when) > 0 && !slices.Contains(when, state) {
		return false
	}
	last, ok := lastSent(model.Object(settings, "lastNotifiedByNotificationState")[state])
	if !ok {
		return true
	}
	every, _ := model.Int(settings, "notifyEveryMs")
	return every > 0 && !last.Add(time.Duration(every)*time.Millisecond).After(now)
}

// lastSent reads a time in either form Jackson takes: milliseconds or ISO.
func lastSent(value any) (time.Time, bool) {
	if ms, ok := model.ToInt(value); ok {
		return time.UnixMilli(ms), ms != 0
	}
	if text, ok := value.(string); ok {
		if at, err := time.Parse(time.RFC3339, text); err == nil {
			return at, true
		}
	}
	return time.Time{}, false
}

func notification(in stage.Input, state string, settings map[string]any) Notification {
	return Notification{
		State:          state,
		Type:           model.String(settings, "type"),
		Address:        model.String(settings, "address"),
		CC:             model.String(settings, "cc"),
		Publisher:      model.String(settings, "publisherName"),
		Settings:       settings,
		Message:        model.String(model.Object(model.Object(settings, "message"), state), "text"),
		Instructions:   model.String(in.Stage.Context, "instructions"),
		JudgmentInputs: model.List(in.Stage.Context, "judgmentInputs"),
		JudgmentInput:  model.String(in.Stage.Context, "judgmentInput"),
		JudgedBy:       model.String(in.Stage.Context, "lastModifiedBy"),
		Execution:      in.Execution,
		Stage:          in.Stage,
	}
}

func logger(in stage.Input) *slog.Logger {
	if in.Log != nil {
		return in.Log
	}
	return slog.New(slog.DiscardHandler)
}
