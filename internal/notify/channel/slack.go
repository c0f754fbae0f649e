package channel

import (
	"context"
	"encoding/json"
	"net/url"
	"strings"
	"time"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/notify"
	"github.com/gennaker/gennaker/internal/secret"
)

// Slack is the channel slack.
type Slack struct {
	config SlackConfig
	parts  Parts
}

func newSlack(c SlackConfig, parts Parts) *Slack { return &Slack{c, parts} }

type slackFields struct {
	Address string `json:"address" required:"true" doc:"Channel, such as #deployments, or a user's id."`
	custom
	texts
}

// Describe implements [Channel].
func (s *Slack) Describe() Description {
	return Description{
		Type: "slack", Title: "Slack", Fields: fields[slackFields](),
		Missing: missing("slack", "enabled", s.config.Enabled, "token", !s.config.Token.IsZero()),
		Pace:    Pace{Burst: 5, Every: time.Second},
	}
}

// slackAttachment is the part of a message that holds its text, with a bar beside it.
type slackAttachment struct {
	Title      string        `json:"title"`
	Text       string        `json:"text"`
	Color      string        `json:"color"`
	Fallback   string        `json:"fallback"`
	CallbackID *string       `json:"callback_id"`
	Actions    []slackButton `json:"actions"`
	FooterIcon string        `json:"footer_icon"`
	Footer     string        `json:"footer"`
	Markdown   []string      `json:"mrkdwn_in"`
	Time       int64         `json:"ts"`
}

// compactAttachment is all there is of a compact message.
type compactAttachment struct {
	Fallback string   `json:"fallback"`
	Text     string   `json:"text"`
	Color    string   `json:"color"`
	Markdown []string `json:"mrkdwn_in"`
}

type slackButton struct {
	Text  string `json:"text"`
	Name  string `json:"name"`
	Type  string `json:"type"`
	Value string `json:"value"`
}

const (
	slackGray = "#cccccc"
	// What Spinnaker's messages have below them: people filter by it.
	slackFooter, slackIcon = "Spinnaker", "https://avatars0.githubusercontent.com/u/7634182?s=200&v=4"
)

// slackColors are the colors of the bar, by phase.
var slackColors = map[string]string{notify.Failed: "#B82525", notify.Starting: "#2275B8", notify.Complete: "#769D3E"}

// SendEvent implements [EventSender].
func (s *Slack) SendEvent(ctx context.Context, n Notice) error {
	color, ok := slackColors[n.Event.Phase]
	if !ok {
		color = "#CCCCCC"
	}
	text := s.text(n)
	return s.send(ctx, model.String(n.Settings, "address"), s.attachment(n.Event.Title(), text, color), color, text)
}

// text is an event's text in Slack's markup.
func (s *Slack) text(n Notice) string {
	e, link := n.Event, n.Event.Link(s.parts.BaseURL)
	if own := e.Custom(n.Settings, "customMessage"); own != "" {
		return e.Fill(own, link)
	}
	build := ""
	if number, page, ok := e.Build(); ok {
		build = " build <" + page + "|" + number + ">"
	}
	text := notify.Capitalize(e.Application) + "'s <" + link + "|" + e.Name() + ">" + build + " pipeline " + e.Outcome()
	if e.Kind == notify.Stage {
		text = "Stage " + e.StageName() + " for " + text
	}
	if own := e.Text(n.Settings); own != "" {
		text += "\n\n" + own
	}
	return text
}

func (s *Slack) attachment(title, text, color string) slackAttachment {
	return slackAttachment{
		Title: title, Text: text, Fallback: text, Color: color, Actions: []slackButton{},
		FooterIcon: slackIcon, Footer: slackFooter, Markdown: []string{"text"}, Time: s.parts.Now().Unix(),
	}
}

// SendMessage implements [MessageSender].
func (s *Slack) SendMessage(ctx context.Context, m notify.Message) (any, error) {
	title, err := m.Subject()
	if err != nil {
		return nil, err
	}
	text, err := m.Body(s.parts.BaseURL, notify.SlackText)
	if err != nil {
		return nil, err
	}
	a := s.attachment(title, text, slackGray)
	if !m.HasActions() {
		return nil, each(m.To, func(to string) error { return s.send(ctx, to, a, slackGray, text) })
	}
	if s.config.App.Token.IsZero() {
		return nil, fault.New(fault.Invalid, "messages with buttons need a Slack app on this server (slack.app.token, slack.app.signingSecret)")
	}
	if m.Actions != nil {
		if m.Actions.Color != "" {
			a.Color = m.Actions.Color
		}
		id := m.Actions.Service + ":" + m.Actions.Message
		a.CallbackID = &id
		for _, b := range m.Actions.Buttons {
			a.Actions = append(a.Actions, slackButton{Text: b.Label, Name: b.Name, Type: "button", Value: b.Value})
		}
	}
	return nil, each(m.To, func(to string) error {
		return s.chat(ctx, "slack.app.token", s.config.App.Token, base(s.config.App.BaseURL, "https://slack.com"), to, []any{a})
	})
}

// send sends an attachment, or its text and color alone, as the configuration says.
func (s *Slack) send(ctx context.Context, to string, a slackAttachment, color, text string) error {
	attachments := []any{a}
	if s.config.SendCompact {
		attachments = []any{compactAttachment{Fallback: text, Text: text, Color: color, Markdown: []string{"text"}}}
	}
	token, err := reveal(ctx, s.parts.Secrets, "slack.token", s.config.Token)
	if err != nil {
		return err
	}
	if !s.config.ForceIncomingWebhook && strings.Count(token, "/") < 2 {
		return s.chat(ctx, "slack.token", s.config.Token, base(s.config.BaseURL, "https://slack.com"), to, attachments)
	}
	address := base(s.config.BaseURL, "https://hooks.slack.com/services") + "/" + strings.TrimLeft(token, "/")
	c, err := post("Slack", s.parts.Fixed, address, map[string]any{"attachments": attachments, "channel": to})
	if err != nil {
		return err
	}
	c.hide = []string{token}
	_, err = c.do(ctx)
	return err
}

// chat posts attachments by Slack's API. What it answers says whether it worked, not
// its status.
func (s *Slack) chat(ctx context.Context, key string, ref secret.Ref, server, to string, attachments []any) error {
	if to == "" {
		return fault.New(fault.Invalid, "address: is missing; it names a channel of Slack, such as #deployments")
	}
	token, err := reveal(ctx, s.parts.Secrets, key, ref)
	if err != nil {
		return err
	}
	text, err := json.Marshal(attachments)
	if err != nil {
		return err
	}
	names := "0"
	if s.config.ExpandUserNames {
		names = "1"
	}
	c := form("Slack", s.parts.Fixed, server+"/api/chat.postMessage", url.Values{
		"token": {token}, "attachments": {string(text)}, "channel": {to}, "as_user": {"true"}, "link_names": {names},
	})
	c.hide = []string{token}
	answer, err := c.do(ctx)
	if err != nil {
		return err
	}
	return s.accepted(c, answer)
}

// lasting are errors of Slack's API that trying again doesn't help against.
var lasting = map[string]bool{
	"channel_not_found": true, "not_in_channel": true, "is_archived": true, "msg_too_long": true, "no_text": true,
	"invalid_attachments": true, "too_many_attachments": true, "restricted_action": true, "invalid_arguments": true,
}

// accepted tells whether an answer of Slack's API is a success.
func (s *Slack) accepted(c call, a answer) error {
	object, err := c.object(a)
	if err != nil {
		return err
	}
	if object["ok"] == true {
		return nil
	}
	word := model.String(object, "error")
	err = c.failure("it answered %q", word)
	switch {
	case word == "ratelimited" || word == "rate_limited":
		return &BusyError{Err: err}
	case lasting[word]:
		return &RefusedError{err}
	}
	return err
}

// each sends to everyone, whatever becomes of the others.
func each(to []string, send func(to string) error) error {
	if len(to) == 0 {
		return fault.New(fault.Invalid, "to: is missing; it lists whom the message is for")
	}
	return joined(to, send)
}

// Interactive tells whether messages can have buttons: Slack's app is configured.
func (s *Slack) Interactive() bool {
	return s.Describe().Configured() && !s.config.App.Token.IsZero() && !s.config.App.SigningSecret.IsZero()
}
