package channel

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/notify"
)

// pagerDuty is the channel pager_duty: pages for the stage that pages an application's
// owner.
type pagerDuty struct {
	config PagerDutyConfig
	parts  Parts
}

func newPagerDuty(c PagerDutyConfig, parts Parts) *pagerDuty { return &pagerDuty{c, parts} }

// Describe implements [Channel].
func (p *pagerDuty) Describe() Description {
	return Description{
		Type: "pager_duty", Title: "PagerDuty", Fields: map[string]any{"type": "object", "properties": map[string]any{}}, Pace: Pace{Burst: 5, Every: time.Second},
		Missing: missing("pager-duty", "enabled", p.config.Enabled, "token", !p.config.Token.IsZero()),
	}
}

// SendMessage implements [MessageSender]. The message is for services, by their keys.
func (p *pagerDuty) SendMessage(ctx context.Context, m notify.Message) (any, error) {
	text := model.String(m.Context, "message")
	if text == "" {
		return nil, fault.New(fault.Invalid, "additionalContext.message: is missing; a page needs a text")
	}
	if m.Source == nil {
		return nil, fault.New(fault.Invalid, "source: is missing; a page says whose it is")
	}
	token, err := reveal(ctx, p.parts.Secrets, "pager-duty.token", p.config.Token)
	if err != nil {
		return nil, err
	}
	return nil, each(m.To, func(key string) error {
		c, err := post("PagerDuty", p.parts.Fixed, base(p.config.Endpoint, "https://events.pagerduty.com")+"/generic/2010-04-15/create_event.json", map[string]any{
			"event_type": "trigger", "client": fmt.Sprintf("Spinnaker (%s)", m.Source.User), "service_key": key, "description": text,
			"details": model.Object(m.Context, "details"),
		})
		if err != nil {
			return err
		}
		c.header.Set("Authorization", "Token token="+token)
		c.hide = []string{token, key}
		answer, err := c.do(ctx)
		if err != nil {
			return err
		}
		read, err := c.object(answer)
		if err != nil {
			return err
		}
		if status := model.String(read, "status"); status != "success" {
			return fault.New(fault.Invalid, "PagerDuty has refused the page: %s: %s", fault.Short(status), fault.Short(strings.ReplaceAll(model.String(read, "message"), key, "[hidden]")))
		}
		return nil
	})
}
