package channel

import (
	"context"
	"encoding/base64"
	"net/url"
	"time"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/notify"
)

// sms is the channel sms.
type sms struct {
	config TwilioConfig
	parts  Parts
}

func newSMS(c TwilioConfig, parts Parts) *sms { return &sms{c, parts} }

type smsFields struct {
	Address string `json:"address" required:"true" doc:"Phone number with its country code, such as +15551234567."`
	custom
}

// Describe implements [Channel].
func (s *sms) Describe() Description {
	return Description{
		Type: "sms", Title: "SMS", Fields: fields[smsFields](), Pace: Pace{Burst: 3, Every: time.Second},
		Missing: missing("twilio", "enabled", s.config.Enabled, "account", s.config.Account != "", "token", !s.config.Token.IsZero(), "from", s.config.From != ""),
	}
}

// SendEvent implements [EventSender].
func (s *sms) SendEvent(ctx context.Context, n Notice) error {
	e, link := n.Event, n.Event.Link(s.parts.BaseURL)
	if own := e.Custom(n.Settings, "customMessage"); own != "" {
		return s.send(ctx, model.String(n.Settings, "address"), e.Fill(own, link))
	}
	build := ""
	if number, _, ok := e.Build(); ok && e.Kind == notify.Pipeline {
		build = "build #" + number + " "
	}
	text := notify.Capitalize(e.Application) + "'s " + e.Name() + " " + build + " pipeline " + build + " " + e.Outcome() + " " + link
	if e.Kind == notify.Stage {
		text = "Stage " + e.StageName() + " for " + text
	}
	return s.send(ctx, model.String(n.Settings, "address"), text)
}

// SendMessage implements [MessageSender].
func (s *sms) SendMessage(ctx context.Context, m notify.Message) (any, error) {
	text, err := m.Body(s.parts.BaseURL, notify.Plain)
	if err != nil {
		return nil, err
	}
	return nil, each(m.To, func(to string) error { return s.send(ctx, to, text) })
}

func (s *sms) send(ctx context.Context, to, text string) error {
	if to == "" {
		return fault.New(fault.Invalid, "address: is missing; it is a phone number, such as +15551234567")
	}
	token, err := reveal(ctx, s.parts.Secrets, "twilio.token", s.config.Token)
	if err != nil {
		return err
	}
	c := form("Twilio", s.parts.Fixed, base(s.config.BaseURL, "https://api.twilio.com")+"/2010-04-01/Accounts/"+url.PathEscape(s.config.Account)+"/Messages.json",
		url.Values{"From": {s.config.From}, "To": {to}, "Body": {text}})
	c.header.Set("Authorization", "Basic "+basic(s.config.Account, token))
	c.hide = []string{token, basic(s.config.Account, token)}
	_, err = c.do(ctx)
	return err
}

// basic is the value of basic authentication.
func basic(user, password string) string {
	return base64.StdEncoding.EncodeToString([]byte(user + ":" + password))
}
