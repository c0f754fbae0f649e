package dispatch

import (
	"context"
	"errors"
	"strings"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/notify"
	"github.com/gennaker/gennaker/internal/notify/channel"
)

// Channels describes the channels.
func (d *Dispatcher) Channels() []channel.Description { return d.channels.Descriptions() }

// Send sends a message at once, as Echo's POST /notifications does, and gives what the
// service has answered.
func (d *Dispatcher) Send(ctx context.Context, m notify.Message) (any, error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	value, err := d.channels.Send(ctx, m)
	return value, asked(err)
}

// Test sends a notification of an event that didn't happen, so that people see whether
// a preference works.
func (d *Dispatcher) Test(ctx context.Context, settings map[string]any, application string) error {
	kind := model.String(settings, "type")
	c, known := d.channels[kind]
	if !known {
		return fault.New(fault.Invalid, "type: there is no channel %q", fault.Short(kind))
	}
	description := c.Describe()
	sender, works := d.channels.Event(kind)
	switch {
	case !description.Configured():
		return fault.New(fault.Invalid, "%s is not configured on this server; set %s", description.Title, strings.Join(description.Missing, ", "))
	case !works:
		return fault.New(fault.Invalid, "%s doesn't tell of events", description.Title)
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	event := notify.Event{Kind: notify.Pipeline, Phase: notify.Complete, Application: application, Execution: notify.Execution{
		ID: "test", Name: "Test notification", Description: "This is a test. Nothing has happened.", Trigger: map[string]any{"type": "manual"},
	}}
	err := sender.SendEvent(ctx, channel.Notice{Event: event, Settings: settings})
	if errors.Is(err, channel.ErrNothing) {
		return fault.New(fault.Invalid, "there is nothing to send without a commit: give repo and commit")
	}
	return asked(err)
}

// asked is an error as who asked for a message wants to see it.
func asked(err error) error {
	if err == nil || fault.KindOf(err) != fault.Internal {
		return err
	}
	if _, refused := errors.AsType[*channel.RefusedError](err); refused {
		return fault.New(fault.Invalid, "%w", err)
	}
	return fault.New(fault.Unavailable, "%w", err)
}
