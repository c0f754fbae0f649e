package channel

import (
	"context"
	"net/url"
	"strings"
	"time"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/notify"
)

// googleChat is the channel googlechat.
type googleChat struct {
	config SwitchConfig
	parts  Parts
}

func newGoogleChat(c SwitchConfig, parts Parts) *googleChat { return &googleChat{c, parts} }

type googleChatFields struct {
	Address string `json:"address" required:"true" secret:"true" doc:"URL of a space's webhook: https://chat.googleapis.com/v1/spaces/.../messages?key=...&token=..."`
	custom
	texts
}

// Describe implements [Channel].
func (g *googleChat) Describe() Description {
	return Description{
		Type: "googlechat", Title: "Google Chat", Fields: fields[googleChatFields](),
		Missing: missing("googlechat", "enabled", g.config.Enabled), Pace: Pace{Burst: 2, Every: time.Second},
	}
}

// SendEvent implements [EventSender].
func (g *googleChat) SendEvent(ctx context.Context, n Notice) error {
	return g.send(ctx, model.String(n.Settings, "address"), g.text(n))
}

func (g *googleChat) text(n Notice) string {
	e, link := n.Event, n.Event.Link(g.parts.BaseURL)
	if own := e.Custom(n.Settings, "customMessage"); own != "" {
		return e.Fill(own, link)
	}
	build := ""
	if number, page, ok := e.Build(); ok {
		build = `build #<a href="` + page + `">` + number + "</a> "
	}
	text := notify.Capitalize(e.Application) + `'s <a href="` + link + `">` + e.Name() + "</a> " + build + "pipeline " + e.Outcome()
	if e.Kind == notify.Stage {
		text = "Stage " + e.StageName() + " for " + text
	}
	if own := e.Text(n.Settings); own != "" {
		text += "\n\n" + own
	}
	return text
}

// SendMessage implements [MessageSender].
func (g *googleChat) SendMessage(ctx context.Context, m notify.Message) (any, error) {
	text, err := m.Body(g.parts.BaseURL, notify.ChatHTML)
	if err != nil {
		return nil, err
	}
	return nil, each(m.To, func(to string) error { return g.send(ctx, to, text) })
}

const (
	chatHost   = "chat.googleapis.com"
	chatSpaces = "https://" + chatHost + "/v1/spaces/"
	// What Spinnaker's cards have below them.
	chatPage, chatFrom = "https://www.spinnaker.io/", "From Spinnaker"
)

func (g *googleChat) send(ctx context.Context, address, text string) error {
	client, target, err := g.target(ctx, address)
	if err != nil {
		return err
	}
	open := map[string]any{"openLink": map[string]any{"url": chatPage}}
	widgets := []any{
		map[string]any{"textParagraph": map[string]any{"text": text}},
		map[string]any{"buttons": []any{
			map[string]any{"imageButton": map[string]any{"iconUrl": slackIcon, "onClick": open}},
			map[string]any{"textButton": map[string]any{"text": chatFrom, "onClick": open}},
		}},
	}
	c, err := post("Google Chat", client, target.String(), map[string]any{"cards": map[string]any{"sections": []any{map[string]any{"widgets": widgets}}}})
	if err != nil {
		return err
	}
	c.hide = hidden(target)
	_, err = c.do(ctx)
	return err
}

// target is where an address leads: to a target with that name, or to the webhook that
// it is.
func (g *googleChat) target(ctx context.Context, address string) (Client, *url.URL, error) {
	if _, named := g.parts.Targets[address]; named {
		t, err := targetOf(ctx, g.parts, "googlechat", address)
		return t.client, t.url, err
	}
	u, err := chatAddress(address)
	return g.parts.Users, u, err
}

// chatAddress is the URL of a webhook, given as a whole or from the space on, with the
// key and the token in its query as they are.
func chatAddress(address string) (*url.URL, error) {
	address = strings.TrimSpace(address)
	if address != "" && !strings.Contains(address, "://") {
		address = chatSpaces + strings.TrimPrefix(address, "/")
	}
	u, err := userURL("googlechat", address)
	if err != nil {
		return nil, err
	}
	query := u.Query()
	if u.Hostname() != chatHost || u.Scheme != "https" || query.Get("key") == "" || query.Get("token") == "" {
		return nil, fault.New(fault.Invalid, "address: must be the URL of a webhook of Google Chat, with its key and token: %s...", chatSpaces)
	}
	return u, nil
}
