package echo

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/notify"
)

// notifyDifferences are those of the notifications. docs/compatibility.md lists them.
var notifyDifferences = []difference{
	{of: sentTo("googlechat", func(n map[string]any) bool { return strings.Contains(model.String(n, "address"), "%") }),
		reason: "the token in the address of a Google Chat webhook is used as it is, not encoded once more, which Google refuses"},
	{of: sentTo("googlechat", func(n map[string]any) bool {
		u, err := url.Parse(model.String(n, "address"))
		return err != nil || u.Host != "chat.googleapis.com" || !u.Query().Has("key") || !u.Query().Has("token")
	}), reason: "an address of Google Chat that begins with the space is taken, and one of another host or without a token is refused rather than cut at a fixed length"},
	{of: sentTo("microsoftteams", func(n map[string]any) bool { return strings.ContainsAny(allText(n), odd) }),
		reason: "texts with quotes or line breaks reach Microsoft Teams"},
	{of: both(sentTo("microsoftteams", func(map[string]any) bool { return true }), event(func(e notify.Event) bool {
		return strings.ContainsAny(e.Application+e.Execution.Name+e.Execution.Description+e.StageName(), odd)
	})), reason: "names with quotes or line breaks reach Microsoft Teams"},
	{of: message(func(m notify.Message) bool { return m.Channel() == "microsoftteams" }),
		reason: "messages about judgments reach Microsoft Teams"},
	{of: sentTo("cdevents", func(map[string]any) bool { return true }),
		reason: "a CDEvent names the same version of CloudEvents in its body and its headers, and is JSON rather than a text of JSON"},
	{of: sentTo("", func(n map[string]any) bool {
		return model.String(n, "customMessage") != "" && slices.Contains([]string{"microsoftteams", "sms", "email"}, model.String(n, "type"))
	}), reason: "customMessage works for all channels"},
	{of: both(sentTo("", func(n map[string]any) bool {
		return slices.Contains([]string{"microsoftteams", "sms"}, model.String(n, "type"))
	}),
		event(func(e notify.Event) bool { return e.Custom(nil, "customMessage") != "" })), reason: "customMessage works for all channels"},
	{of: sentTo("", func(n map[string]any) bool {
		return model.String(n, "address") == "" && slices.Contains([]string{"slack", "sms", "microsoftteams", "googlechat"}, model.String(n, "type"))
	}), reason: "nothing is sent without an address"},
	{of: twice, reason: "the same notification is sent once"},
	{of: event(func(e notify.Event) bool { return url.PathEscape(e.Application) != e.Application }),
		reason: "links encode the name of the application for all channels"},
	{of: message(func(m notify.Message) bool {
		return m.Template != "" && m.Source != nil && url.PathEscape(m.Source.Application) != m.Source.Application
	}), reason: "links encode the name of the application for all channels"},
	{of: event(func(e notify.Event) bool { return e.Application == "null" }),
		reason: "an event without an application, which Gennaker doesn't have, is told of by all channels"},
	{of: event(func(e notify.Event) bool {
		return e.Phase == notify.Skipped && slices.ContainsFunc(notify.Due(e, nil), func(p notify.Preference) bool { return p.Type() == "githubStatus" })
	}), reason: "a skipped stage is a success at GitHub, which has no state for it and refuses null"},
	{of: message(func(m notify.Message) bool {
		n, _ := model.Int(model.Object(model.Object(model.Object(m.Context, "execution"), "trigger"), "buildInfo"), "number")
		return n >= 1000
	}), reason: "build numbers have no thousands separators"},
	{of: message(func(m notify.Message) bool { return m.HasActions() && m.Channel() != "slack" }),
		reason: "a message that no channel can send, such as one with buttons by email, is refused with status 400, not lost with status 200"},
	{of: message(func(m notify.Message) bool {
		return !slices.Contains([]string{"slack", "email", "sms", "googlechat", "microsoftteams", "pager_duty", "jira"}, m.Channel())
	}), reason: "a message for an unknown channel is refused with status 400, not lost with status 200"},
	{of: message(func(m notify.Message) bool {
		return slices.ContainsFunc(m.To, func(to string) bool { return m.Channel() == "googlechat" && strings.Contains(to, "%") })
	}), reason: "the token in the address of a Google Chat webhook is used as it is, not encoded once more, which Google refuses"},
}

// odd are the letters that Echo's JSON for Microsoft Teams can't hold.
const odd = "\"\n\r\t\\"

// both finds cases of two kinds.
func both(a, b func(c *Case) bool) func(c *Case) bool {
	return func(c *Case) bool { return a(c) && b(c) }
}

// events are the events of a case.
func (c *Case) events() (out []notify.Event) {
	if c.Group != "notify" {
		return nil
	}
	for _, step := range c.steps() {
		if step.Request == nil {
			continue
		}
		if e, ok := eventOf(step.Request.Body); ok {
			out = append(out, e)
		}
	}
	return out
}

func event(of func(e notify.Event) bool) func(c *Case) bool {
	return func(c *Case) bool { return slices.ContainsFunc(c.events(), of) }
}

// sentTo finds cases in which a channel, or any, has such a preference to send.
func sentTo(kind string, of func(settings map[string]any) bool) func(c *Case) bool {
	return event(func(e notify.Event) bool {
		return slices.ContainsFunc(notify.Due(e, nil), func(p notify.Preference) bool {
			return (kind == "" || p.Type() == kind) && of(p.Settings)
		})
	})
}

// message finds cases with such a message.
func message(of func(m notify.Message) bool) func(c *Case) bool {
	return func(c *Case) bool {
		return c.Group == "notifications-api" && slices.ContainsFunc(c.steps(), func(step Step) bool {
			var m notify.Message
			return step.Request != nil && step.Request.Path == "/notifications" && json.Unmarshal([]byte(step.Request.Body), &m) == nil && of(m)
		})
	}
}

// twice finds cases with the same preference twice.
func twice(c *Case) bool {
	return slices.ContainsFunc(c.events(), func(e notify.Event) bool {
		list := e.Execution.Notifications
		if e.Stage != nil {
			list = model.Objects(e.Stage.Context, "notifications")
		}
		seen := map[string]bool{}
		return slices.ContainsFunc(notify.All("", list), func(p notify.Preference) bool {
			had := seen[p.Key()]
			seen[p.Key()] = true
			return had
		})
	})
}

// allText is the text of a preference and of all that it can send.
func allText(settings map[string]any) string {
	var text strings.Builder
	for _, message := range model.Object(settings, "message") {
		if m, ok := message.(map[string]any); ok {
			text.WriteString(model.String(m, "text"))
		}
	}
	return text.String()
}
