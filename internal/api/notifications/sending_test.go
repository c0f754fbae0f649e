package notifications_test

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/access"
	"github.com/gennaker/gennaker/internal/api/apitest"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/notify"
	"github.com/gennaker/gennaker/internal/notify/channel"
	"github.com/gennaker/gennaker/internal/notify/dispatch"
)

// notifier notes what it is asked.
type notifier struct {
	sent   []notify.Message
	tested []object
	bodies []string

	previewed []dispatch.Subject
}

func (*notifier) Channels() []channel.Description {
	field := func(names ...string) object {
		properties := object{}
		for _, name := range names {
			properties[name] = object{"type": "string", "description": "The " + name + "."}
		}
		return object{"type": "object", "properties": properties}
	}
	return []channel.Description{
		{Type: "discord", Title: "Discord", Extension: true, Events: true, Missing: []string{}, Fields: field("address", "customMessage", "other")},
		{Type: "telegram", Title: "Telegram", Extension: true, Events: true, Missing: []string{"telegram.token"}, Fields: field("address")},
		{Type: "slack", Title: "Slack", Events: true, Messages: true, Missing: []string{}, Fields: field("address")},
	}
}

func (n *notifier) Send(_ context.Context, m notify.Message) (any, error) {
	n.sent = append(n.sent, m)
	if m.Type == "FAX" {
		return nil, fault.New(fault.Invalid, "there is no channel FAX")
	}
	return object{"key": "OPS-1"}, nil
}

func (n *notifier) Test(_ context.Context, settings map[string]any, application string) error {
	n.tested = append(n.tested, object{"application": application, "settings": settings})
	if settings["type"] != "slack" {
		return fault.New(fault.Unavailable, "Slack is away")
	}
	return nil
}

func (n *notifier) Preview(_ context.Context, settings map[string]any, about dispatch.Subject) (*dispatch.Preview, error) {
	n.previewed = append(n.previewed, about)
	if settings["type"] != "slack" {
		return nil, fault.New(fault.Invalid, "type: there is no channel")
	}
	return &dispatch.Preview{Rehearsal: channel.Rehearsal{Host: "slack.com", Texts: []string{"Hello"}}, Execution: "01"}, nil
}

func (n *notifier) Callback(_ context.Context, source string, header http.Header, body []byte) error {
	if source != "slack" || header.Get("X-Slack-Signature") == "" {
		return fault.New(fault.NotFound, "not registered")
	}
	n.bodies = append(n.bodies, string(body))
	return nil
}

func TestSending(t *testing.T) {
	t.Parallel()
	n := &notifier{}
	k := apitest.New(t, func(p *apitest.Parts) { p.Notifications = n })
	require.Len(t, k.Get("/notifications/channels").Is(http.StatusOK).List(), 3)
	extensions := k.Get("/notifications/metadata").Is(http.StatusOK).List()
	require.Len(t, extensions, 1)
	require.Equal(t, "discord", extensions[0]["notificationType"])
	require.Len(t, extensions[0]["parameters"], 2)

	got := k.Post("/notifications", object{"notificationType": "JIRA", "whatever": 1, "source": object{"application": "shop"}}).Is(http.StatusOK).Object()
	require.Equal(t, object{"key": "OPS-1"}, got["value"])
	require.Equal(t, "shop", n.sent[0].Source.Application)
	k.Post("/notifications", object{"notificationType": "FAX"}).Refused(http.StatusBadRequest, "no channel FAX")
	k.Post("/notifications", list{}).Is(http.StatusBadRequest)

	k.Post("/notifications/test/Shop", object{"type": "slack", "address": "#a"}).Is(http.StatusOK)
	require.Equal(t, object{"application": "Shop", "settings": object{"type": "slack", "address": "#a"}}, n.tested[0])
	k.Post("/notifications/test/shop", object{"type": "email"}).Refused(http.StatusServiceUnavailable, "away")

	shown := k.Post("/notifications/preview/shop?when=pipeline.failed&pipeline=7&stage=Deploy", object{"type": "slack"}).Is(http.StatusOK).Object()
	require.Equal(t, object{"host": "slack.com", "texts": list{"Hello"}, "execution": "01"}, shown)
	require.Equal(t, dispatch.Subject{Application: "shop", Pipeline: "7", When: "pipeline.failed", Stage: "Deploy"}, n.previewed[0])
	k.Post("/notifications/preview/shop?when=pipeline.failed", object{"type": "fax"}).Refused(http.StatusBadRequest, "no channel")
}

func TestCallbacks(t *testing.T) {
	t.Parallel()
	n := &notifier{}
	k := apitest.New(t, func(p *apitest.Parts) { p.Notifications = n })
	body := url.Values{"payload": {`{"a":"b*c"}`}}.Encode()
	post := func(path string) *http.Response {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, k.Server.URL+path, strings.NewReader(body))
		require.NoError(t, err)
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("X-Slack-Signature", "v0=x")
		resp, err := http.DefaultClient.Do(req)
		require.NoError(t, err)
		t.Cleanup(func() { _ = resp.Body.Close() })
		return resp
	}
	resp := post("/notifications/callbacks/slack")
	text, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, resp.StatusCode, string(text))
	require.Empty(t, text)
	require.Equal(t, []string{body}, n.bodies, "the body as it came, which is signed")
	require.Equal(t, http.StatusNotFound, post("/notifications/callbacks/teams").StatusCode)
}

func TestWithoutChannels(t *testing.T) {
	t.Parallel()
	k := apitest.New(t)
	require.Empty(t, k.Get("/notifications/channels").Is(http.StatusOK).List())
	require.Empty(t, k.Get("/notifications/metadata").Is(http.StatusOK).List())
	k.Post("/notifications", object{"notificationType": "SLACK"}).Refused(http.StatusBadRequest, "no channel")
	k.Post("/notifications/test/shop", object{"type": "slack"}).Refused(http.StatusBadRequest, "no channels")
	k.Post("/notifications/preview/shop?when=pipeline.failed", object{"type": "slack"}).Refused(http.StatusBadRequest, "no channels")
	k.Post("/notifications/callbacks/slack", nil).Refused(http.StatusNotFound, "slack")
}

func TestOnlyAdministratorsSendAnything(t *testing.T) {
	t.Parallel()
	k := apitest.New(t, func(p *apitest.Parts) {
		p.Notifications = &notifier{}
		p.Identify = func(r *http.Request) (access.Principal, error) {
			name := r.Header.Get("X-Login")
			return access.Principal{Name: name, Admin: name == "root"}, nil
		}
	})
	message := object{"notificationType": "SLACK"}
	k.Call(http.MethodPost, "/notifications", message, "X-Login", "ann").Refused(http.StatusForbidden, "Access is denied")
	k.Call(http.MethodPost, "/notifications", message, "X-Login", "root").Is(http.StatusOK)
}
