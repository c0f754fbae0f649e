package channel

import (
	"context"
	"strings"
	"time"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/notify"
)

// said is what a chat is told, in plain text.
type said struct {
	title, text, link string
	// phase is an event's; "" for messages.
	phase string
	// event and settings are what it is about; event is nil for messages.
	event    *notify.Event
	settings map[string]any
}

// all is the whole in one text.
func (s said) all() string { return s.title + "\n\n" + s.text + "\n\n" + s.link }

// colors are those of bars beside messages, by phase.
var colors = map[string]string{notify.Failed: "#B82525", notify.Starting: "#2275B8", notify.Complete: "#769D3E"}

func (s said) color() string {
	if color, ok := colors[s.phase]; ok {
		return color
	}
	return "#CCCCCC"
}

// chat is a channel that needs a title, a text and a link, whatever it tells of.
type chat struct {
	description Description
	parts       Parts
	// send sends to an address.
	send func(ctx context.Context, to string, s said) error
}

type chatFields struct {
	Address string `json:"address" required:"true" secret:"true" doc:"URL of the webhook, or the name of a target in this server's configuration (notifications.targets)."`
	custom
	texts
}

// newChat is a chat that is turned on by a setting, and whose addresses are webhooks.
func newChat(kind, title string, c SwitchConfig, pace Pace, parts Parts, send func(ctx context.Context, t target, s said) error) chat {
	return chat{
		description: Description{
			Type: kind, Title: title, Extension: true, Fields: fields[chatFields](), Pace: pace, Missing: missing("notifications."+kind, "enabled", c.Enabled),
		},
		parts: parts,
		send: func(ctx context.Context, to string, s said) error {
			t, err := targetOf(ctx, parts, kind, to)
			if err != nil {
				return err
			}
			return send(ctx, t, s)
		},
	}
}

// Describe implements [Channel].
func (c chat) Describe() Description { return c.description }

// SendEvent implements [EventSender].
func (c chat) SendEvent(ctx context.Context, n Notice) error {
	e := n.Event
	s := said{title: e.Title(), text: e.Summary(), link: e.Link(c.parts.BaseURL), phase: e.Phase, event: &e, settings: n.Settings}
	if own := e.Custom(n.Settings, "customMessage"); own != "" {
		s.text = e.Fill(own, s.link)
	} else if own := e.Text(n.Settings); own != "" {
		s.text += "\n\n" + own
	}
	return c.send(ctx, model.String(n.Settings, "address"), s)
}

// SendMessage implements [MessageSender].
func (c chat) SendMessage(ctx context.Context, m notify.Message) (any, error) {
	subject, err := m.Subject()
	if err != nil {
		return nil, err
	}
	text, err := m.Body(c.parts.BaseURL, notify.Plain)
	if err != nil {
		return nil, err
	}
	s := said{title: strings.TrimSpace(subject), text: strings.TrimSpace(text), link: m.Link(c.parts.BaseURL), settings: map[string]any{}}
	return nil, each(m.To, func(to string) error { return c.send(ctx, to, s) })
}

// shorten cuts a text at a number of letters.
func shorten(text string, most int) string {
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most-1]) + "…"
	}
	return text
}

// shortenBytes cuts a text at a number of bytes, not within a letter.
func shortenBytes(text string, most int) string {
	for len(text) > most {
		text = text[:most]
		text = strings.ToValidUTF8(text, "")
	}
	return text
}

// Paces that services state for their webhooks.
var (
	perSecond = Pace{Burst: 4, Every: time.Second}
	perMinute = Pace{Burst: 10, Every: 3 * time.Second} // 20 a minute
)
