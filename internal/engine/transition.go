package engine

import (
	"fmt"
	"slices"

	"github.com/gennaker/gennaker/internal/model"
)

// Event is something that happens to an execution, a stage or a task and moves
// it from one status to another.
type Event string

// The events.
const (
	// EventStart begins the work.
	EventStart Event = "start"
	// EventSucceed ends it well.
	EventSucceed Event = "succeed"
	// EventFail ends it, and with it what depends on it.
	EventFail Event = "fail"
	// EventFailContinue ends it as failed while what depends on it continues.
	EventFailContinue Event = "failContinue"
	// EventStop ends it as failed, and its branch alone.
	EventStop Event = "stop"
	// EventSkip ends it without its work done.
	EventSkip Event = "skip"
	// EventCancel ends it because a person or another branch's failure says so.
	EventCancel Event = "cancel"
	// EventPause halts it until EventResume.
	EventPause Event = "pause"
	// EventResume lets it continue.
	EventResume Event = "resume"
	// EventReset makes it as if it had not been run, so that it can be again.
	EventReset Event = "reset"
)

// events lists every event.
func events() []Event {
	return []Event{
		EventStart, EventSucceed, EventFail, EventFailContinue, EventStop,
		EventSkip, EventCancel, EventPause, EventResume, EventReset,
	}
}

// Transition says where an event leads, and from where it may come.
type Transition struct {
	Event Event
	From  []model.Status
	To    model.Status
}

// Machine names, as they stand in errors.
const (
	ofExecution = "execution"
	ofStage     = "stage"
	ofTask      = "task"
)

// ended are the statuses in which nothing more happens by itself.
var ended = []model.Status{
	model.Succeeded, model.FailedContinue, model.Terminal, model.Canceled,
	model.Stopped, model.Skipped,
}

// ExecutionTransitions are the ways of a whole execution. It goes from
// NOT_STARTED to an end without running when it is cancelled while it waits or
// has no stages, and back to NOT_STARTED when one of its stages is restarted.
var ExecutionTransitions = []Transition{
	{EventStart, []model.Status{model.NotStarted, model.Buffered}, model.Running},
	{EventSucceed, []model.Status{model.Running}, model.Succeeded},
	{EventFail, []model.Status{model.NotStarted, model.Running, model.Paused}, model.Terminal},
	{EventCancel, []model.Status{model.NotStarted, model.Running, model.Paused, model.Buffered, model.Suspended}, model.Canceled},
	{EventPause, []model.Status{model.Running}, model.Paused},
	{EventResume, []model.Status{model.Paused}, model.Running},
	{EventReset, append([]model.Status{model.Running, model.Paused, model.NotStarted}, ended...), model.NotStarted},
}

// StageTransitions are the ways of a stage. A stage that can't be planned
// fails without having run.
var StageTransitions = []Transition{
	{EventStart, []model.Status{model.NotStarted}, model.Running},
	{EventSucceed, []model.Status{model.Running}, model.Succeeded},
	{EventFail, []model.Status{model.NotStarted, model.Running}, model.Terminal},
	{EventFailContinue, []model.Status{model.NotStarted, model.Running}, model.FailedContinue},
	{EventStop, []model.Status{model.NotStarted, model.Running}, model.Stopped},
	// A person may skip a stage that is halted by a failure of its children.
	{EventSkip, []model.Status{model.NotStarted, model.Running, model.Paused, model.Canceled, model.Stopped}, model.Skipped},
	{EventCancel, []model.Status{model.NotStarted, model.Running, model.Paused}, model.Canceled},
	{EventPause, []model.Status{model.Running}, model.Paused},
	{EventResume, []model.Status{model.Paused}, model.Running},
	{EventReset, ended, model.NotStarted},
}

// TaskTransitions are the ways of a task. A task goes back to NOT_STARTED when
// its loop is run again.
var TaskTransitions = []Transition{
	{EventStart, []model.Status{model.NotStarted}, model.Running},
	{EventSucceed, []model.Status{model.Running}, model.Succeeded},
	{EventFail, []model.Status{model.Running}, model.Terminal},
	{EventFailContinue, []model.Status{model.Running}, model.FailedContinue},
	{EventStop, []model.Status{model.Running}, model.Stopped},
	{EventSkip, []model.Status{model.NotStarted, model.Running, model.Paused}, model.Skipped},
	{EventCancel, []model.Status{model.NotStarted, model.Running, model.Paused}, model.Canceled},
	{EventPause, []model.Status{model.Running}, model.Paused},
	{EventResume, []model.Status{model.Paused}, model.Running},
	{EventReset, append([]model.Status{model.Running, model.Redirect}, ended...), model.NotStarted},
}

// TransitionError tells of an event that can't happen in a status.
type TransitionError struct {
	// Of is "execution", "stage" or "task".
	Of    string
	From  model.Status
	Event Event
}

// Error says what can't happen.
func (e *TransitionError) Error() string {
	return fmt.Sprintf("engine: %s in status %s takes no event %q", e.Of, e.From, e.Event)
}

// next finds where an event leads from a status.
func next(of string, table []Transition, from model.Status, event Event) (model.Status, error) {
	for _, t := range table {
		if t.Event == event && slices.Contains(t.From, from) {
			return t.To, nil
		}
	}
	return "", &TransitionError{Of: of, From: from, Event: event}
}

// endEvent is the event that ends something with a status.
func endEvent(status model.Status) Event {
	switch status {
	case model.Succeeded:
		return EventSucceed
	case model.FailedContinue:
		return EventFailContinue
	case model.Stopped:
		return EventStop
	case model.Skipped:
		return EventSkip
	case model.Canceled:
		return EventCancel
	}
	return EventFail
}
