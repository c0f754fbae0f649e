package dispatch

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/gennaker/gennaker/internal/catalog"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/masking"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/notify"
	"github.com/gennaker/gennaker/internal/notify/channel"
	"github.com/gennaker/gennaker/internal/outbox"
	"github.com/gennaker/gennaker/internal/store"
)

// perByte is what an execution takes for each byte that is stored of it: it is decoded,
// masked, and evaluated against.
const perByte = 6

// errGone says that what asked for a notification isn't there any more.
var errGone = errors.New("the execution or the notification was deleted or changed before it was sent")

// Deliver implements [outbox.Deliverer].
func (d *Dispatcher) Deliver(ctx context.Context, m outbox.Message) error {
	var o order
	if err := json.Unmarshal(m.Payload, &o); err != nil {
		return outbox.Final(fmt.Errorf("read what is to be sent: %w", err))
	}
	sizes, err := d.store.ExecutionSizes(ctx, []string{o.Execution})
	if err != nil {
		return err
	}
	release, err := d.memory.Take(ctx, sizes[o.Execution]*perByte)
	switch {
	case fault.KindOf(err) == fault.Unavailable:
		return outbox.Later(time.Second+rand.N(4*time.Second), err)
	case err != nil:
		return err
	}
	defer release()
	about, err := d.read(ctx, o)
	if err != nil {
		return err
	}
	return d.through(ctx, m, about)
}

// subject is what an order is about, as it is now.
type subject struct {
	order
	execution *model.Execution
	stage     *model.Stage
	// settings are the preference's, with its texts evaluated.
	settings map[string]any
}

// read reads what an order names, without what Secrets hold.
func (d *Dispatcher) read(ctx context.Context, o order) (subject, error) {
	e, err := d.store.Execution(ctx, o.Execution)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return subject{}, outbox.Final(errGone)
	case err != nil:
		return subject{}, fmt.Errorf("read execution %s: %w", o.Execution, err)
	}
	s := subject{order: o, execution: masking.Execution(e)}
	for _, stage := range s.execution.Stages {
		if o.Stage != "" && stage.ID == o.Stage {
			s.stage = stage
		}
	}
	preferences, err := d.preferences(ctx, s)
	if err != nil {
		return subject{}, err
	}
	for _, p := range preferences {
		if p.Level == o.Level && p.Key() == o.Key && p.Type() == o.Channel {
			s.settings = d.evaluate(ctx, s.execution, s.stage, p.Settings)
			return s, nil
		}
	}
	return subject{}, outbox.Final(errGone)
}

// preferences are those among which an order's is.
func (d *Dispatcher) preferences(ctx context.Context, s subject) ([]notify.Preference, error) {
	switch s.Level {
	case notify.LevelStage:
		if s.stage == nil {
			return nil, nil
		}
		return notify.All(s.Level, model.Objects(s.stage.Context, "notifications")), nil
	case notify.LevelApplication:
		document, err := d.store.Document(ctx, catalog.NotificationKind, catalog.NotificationID(s.Application))
		if errors.Is(err, store.ErrNotFound) {
			return nil, nil
		}
		if err != nil {
			return nil, fmt.Errorf("read the notification settings of %s: %w", s.Application, err)
		}
		return notify.Application(document.Body), nil
	}
	return notify.All(s.Level, s.execution.Notifications), nil
}

// through sends what is due when it is its turn, and tells the outbox what became of
// it.
func (d *Dispatcher) through(ctx context.Context, m outbox.Message, s subject) error {
	description := d.channels[s.Channel].Describe()
	gate := d.gates.of(description, model.String(s.settings, "address"))
	if err := gate.enter(ctx, d.now()); err != nil {
		return err
	}
	began, err := d.now(), errUnsent
	defer func() { gate.leave(ctx, d.now().Sub(began), err) }()
	err = d.outcome(m, gate, d.send(ctx, s))
	return err
}

// errUnsent is the outcome of a delivery that panics.
var errUnsent = errors.New("the notification was not sent")

// send has the channel send a notification.
func (d *Dispatcher) send(ctx context.Context, s subject) error {
	if s.Judgment != "" {
		sender, ok := d.channels.Message(s.Channel)
		m, due := d.judgment(s)
		if !ok || !due {
			return channel.ErrNothing
		}
		_, err := sender.SendMessage(ctx, m)
		return err
	}
	sender, ok := d.channels.Event(s.Channel)
	if !ok {
		return channel.ErrNothing
	}
	event, ok := s.event(s.execution, s.stage)
	if !ok {
		return outbox.Final(errGone)
	}
	return sender.SendEvent(ctx, channel.Notice{Event: event, Execution: s.execution, Settings: s.settings})
}

// outcome says what an error means for trying again. A service that is busy is left
// alone for as long as it asks: that is no attempt, within the time that a message is
// tried.
func (d *Dispatcher) outcome(m outbox.Message, gate *gate, err error) error {
	if err == nil || errors.Is(err, channel.ErrNothing) {
		return nil
	}
	if busy, ok := errors.AsType[*channel.BusyError](err); ok && busy.After > 0 {
		gate.hold(d.now().Add(busy.After))
		if d.now().Sub(m.Created) < maxAge {
			return outbox.Later(busy.After+rand.N(busy.After/10+time.Second), err)
		}
		return err
	}
	_, refused := errors.AsType[*channel.RefusedError](err)
	if refused || fault.KindOf(err) == fault.Invalid {
		return outbox.Final(err)
	}
	return err
}

// hostOf names where an address leads, which may be a URL.
func hostOf(address string) string {
	_, rest, found := strings.Cut(address, "://")
	if !found {
		return ""
	}
	host, _, _ := strings.Cut(rest, "/")
	return host
}
