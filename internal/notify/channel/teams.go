package channel

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/notify"
)

// teams is the channel microsoftteams. Its cards are taken by the webhooks of Teams'
// workflows and by the older connectors alike.
type teams struct {
	config SwitchConfig
	parts  Parts
}

func newTeams(c SwitchConfig, parts Parts) *teams { return &teams{c, parts} }

type teamsFields struct {
	Address string `json:"address" required:"true" secret:"true" doc:"URL of a workflow that posts to a channel when it receives a webhook request, or of a connector."`
	custom
	texts
}

// Describe implements [Channel].
func (t *teams) Describe() Description {
	return Description{
		Type: "microsoftteams", Title: "Microsoft Teams", Fields: fields[teamsFields](),
		Missing: missing("microsoftteams", "enabled", t.config.Enabled), Pace: Pace{Burst: 4, Every: time.Second},
	}
}

type object = map[string]any

// SendEvent implements [EventSender].
func (t *teams) SendEvent(ctx context.Context, n Notice) error {
	e, link := n.Event, n.Event.Link(t.parts.BaseURL)
	summary := e.PlainSummary()
	if own := e.Custom(n.Settings, "customMessage"); own != "" {
		summary = e.Fill(own, link)
	}
	style := map[string]string{notify.Failed: "attention", notify.Complete: "good"}[e.Phase]
	if style == "" {
		style = "emphasis"
	}
	facts := []any{}
	for _, fact := range [][2]string{
		{"Application", e.Application}, {"Execution", e.Execution.Name}, {"Stage Name", e.StageName()},
		{"Description", e.Execution.Description}, {"Message", e.Text(n.Settings)}, {"Status", notify.Capitalize(e.Phase)},
	} {
		if fact[1] != "" {
			facts = append(facts, object{"title": fact[0], "value": fact[1]})
		}
	}
	return t.send(ctx, model.String(n.Settings, "address"), card(style, e.Title(), link,
		object{"type": "TextBlock", "text": summary, "wrap": true, "spacing": "Medium"},
		object{"type": "FactSet", "spacing": "Medium", "facts": facts}))
}

// SendMessage implements [MessageSender].
func (t *teams) SendMessage(ctx context.Context, m notify.Message) (any, error) {
	subject, err := m.Subject()
	if err != nil {
		return nil, err
	}
	body, err := m.Body(t.parts.BaseURL, notify.CardText)
	if err != nil {
		return nil, err
	}
	content := card("emphasis", strings.TrimSpace(subject), m.Link(t.parts.BaseURL),
		object{"type": "TextBlock", "text": strings.TrimSpace(body), "wrap": true, "spacing": "Medium"})
	return nil, each(m.To, func(to string) error { return t.send(ctx, to, content) })
}

// card is an adaptive card with a heading and a button that opens a page.
func card(style, title, link string, body ...any) object {
	heading := object{"type": "Container", "style": style, "items": []any{
		object{"type": "TextBlock", "text": title, "weight": "Bolder", "size": "Large", "wrap": true},
	}}
	return object{"type": "message", "attachments": []any{object{
		"contentType": "application/vnd.microsoft.card.adaptive",
		"content": object{
			"$schema": "http://adaptivecards.io/schemas/adaptive-card.json", "type": "AdaptiveCard", "version": "1.4",
			"msteams": object{"width": "Full"}, "body": append([]any{heading}, body...),
			"actions": []any{object{"type": "Action.OpenUrl", "title": "View in Spinnaker", "url": link}},
		},
	}}}
}

func (t *teams) send(ctx context.Context, address string, content object) error {
	to, err := targetOf(ctx, t.parts, "microsoftteams", address)
	if err != nil {
		return err
	}
	c, err := post("Microsoft Teams", to.client, to.url.String(), content)
	if err != nil {
		return err
	}
	c.content = "application/json; charset=utf-8"
	c.hide = hidden(to.url)
	answer, err := c.do(ctx)
	if err != nil {
		return err
	}
	// Connectors answer with the status 200 also if Teams has refused the message.
	if text := string(answer.body); strings.Contains(text, "HTTP error 429") {
		return &BusyError{Err: c.failure("Teams takes no more for now")}
	} else if strings.Contains(text, "delivery failed") {
		return outcome(http.StatusBadGateway, "", c.failure("it wasn't delivered%s", c.excerpt("", answer.body)))
	}
	return nil
}
