package subscription

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/pubsub"
	"github.com/gennaker/gennaker/internal/trigger"
	"github.com/gennaker/gennaker/internal/trigger/eventlog"
)

const (
	// patience is how long it is tried to store a message's event before the message goes
	// back to its system: less than systems wait for an acknowledgment.
	patience = 10 * time.Second
	// firstTry is the pause after the first failure to store an event, which doubles up to
	// longestTry.
	firstTry   = 100 * time.Millisecond
	longestTry = 5 * time.Second
	// answerTime bounds telling the system what became of a message.
	answerTime = 10 * time.Second
)

// take stores the event of a message, and tells the system. It is false if the message has
// to come again.
func (r *reader) take(ctx context.Context, d pubsub.Delivery) bool {
	event, refused := r.event(ctx, d.Message)
	stored := r.store(ctx, d, event, refused)
	answering, cancel := context.WithTimeout(context.WithoutCancel(ctx), answerTime)
	defer cancel()
	var err error
	switch {
	case stored:
		err = d.Ack(answering)
	case d.Return != nil:
		err = d.Return(answering)
	}
	if err != nil && ctx.Err() == nil { // it comes again, and is known by its id
		r.log.WarnContext(ctx, "can't tell the system what became of a message; it may deliver it again", "message", d.ID, "error", fault.WithoutUserinfo(err.Error()))
	}
	return stored
}

// event makes the event of a message, which may say that it can't start anything.
func (r *reader) event(ctx context.Context, m pubsub.Message) (e *trigger.Event, refused bool) {
	message := r.message(m)
	if format := r.config.MessageFormat; format != "CUSTOM" && format != "NONE" {
		message.Format = format
	}
	if len(m.Body) > pubsub.MostBytes {
		message.Body = nil // it isn't needed for more than its digest
		return message.Refused(fmt.Sprintf("the message has %d bytes, and %d is the limit", len(m.Body), pubsub.MostBytes)), true
	}
	e, err := message.Event()
	if err != nil {
		return message.Refused(err.Error()), true
	}
	if !r.template.IsZero() && message.Format == "" {
		artifacts, err := r.template.Artifacts(ctx, e.Payload)
		if err != nil {
			r.log.WarnContext(ctx, "the template makes no artifacts of a message", "message", m.ID, "error", err)
			e.Content["artifactsProblem"] = err.Error()
		}
		e.Artifacts = artifacts
	}
	return e, false
}

// store stores an event. While the database is away it is tried again, for as long as the
// system waits, or until ctx ends if the system has no copy of the message.
func (r *reader) store(ctx context.Context, d pubsub.Delivery, event *trigger.Event, refused bool) bool {
	began := time.Now()
	pause := firstTry
	fine := 0 // how often a message that can't go back failed while the database was fine
	for {
		one := *event // receiving an event changes it
		received, err := r.receive(ctx, &one)
		if err == nil {
			r.took(ctx, d.Message, received.Repeat, refused)
			return true
		}
		switch kind := fault.KindOf(err); {
		case ctx.Err() != nil:
			return false
		case kind == fault.Invalid || kind == fault.TooLarge || errors.As(err, new(*panicError)):
			if refused { // nothing more can be done for it
				r.log.ErrorContext(ctx, "a message can't be kept, and is dropped", "message", d.ID, "error", err)
				return true
			}
			event, refused = r.refusal(d.Message, err.Error()), true
			continue
		case errors.As(err, new(*eventlog.BusyError)):
			pause = max(pause, time.Second)
		default:
			r.failed(ctx, fmt.Errorf("store the event of a message: %w", err))
		}
		wait(ctx, pause)
		pause = min(2*pause, longestTry)
		if d.Once && r.blames(ctx, err) {
			fine++
		}
		switch {
		case d.Once && fine >= mostTries && refused:
			r.log.ErrorContext(ctx, "a message can't be kept, and is dropped", "message", d.ID, "error", err)
			return true
		case d.Once && fine >= mostTries:
			fine, pause = 0, firstTry
			event, refused = r.refusal(d.Message, fmt.Sprintf("the event can't be stored: %s", fault.WithoutUserinfo(err.Error()))), true
		case d.Once || time.Since(began) <= patience:
		case refused || !r.hopeless(ctx, d.ID):
			return false
		default:
			event, refused = r.refusal(d.Message, fmt.Sprintf("the event can't be stored: %s", fault.WithoutUserinfo(err.Error()))), true
		}
	}
}

// mostTries is how often a message goes back to its system because its event can't be
// stored, while the database is fine.
const mostTries = 5

// blames tells whether the message may be the cause of an error: the database is there, and
// doesn't keep the message waiting.
func (r *reader) blames(ctx context.Context, err error) bool {
	return fault.KindOf(err) != fault.Unavailable && !errors.As(err, new(*eventlog.BusyError)) && r.healthy != nil && r.healthy(ctx) == nil
}

// hopeless tells whether a message has come so often that the message is the cause.
func (r *reader) hopeless(ctx context.Context, id string) bool {
	if id == "" || r.healthy == nil || r.healthy(ctx) != nil {
		return false
	}
	tries, _ := r.tries.Get(id)
	r.tries.Add(id, tries+1)
	return tries+1 >= mostTries
}

// refusal is the event that a message can't start anything.
func (r *reader) refusal(m pubsub.Message, reason string) *trigger.Event {
	return r.message(m).Refused(reason)
}

// message is a message as triggers know it, in no format.
func (r *reader) message(m pubsub.Message) trigger.Message {
	return trigger.Message{
		System: r.config.System, Subscription: r.config.Name, ID: m.ID, Attributes: m.Attributes, Body: m.Body, IDAttribute: r.config.IDAttribute,
	}
}

// panicError is a panic over a message.
type panicError struct{ cause any }

// Error says what it was.
func (e *panicError) Error() string { return fmt.Sprintf("panic: %v", e.cause) }

func (r *reader) receive(ctx context.Context, e *trigger.Event) (got eventlog.Received, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = &panicError{cause}
		}
	}()
	return r.events.Receive(ctx, e)
}
