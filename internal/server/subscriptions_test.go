package server_test

import (
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/config"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/pubsub"
	"github.com/gennaker/gennaker/internal/testnats"
	"github.com/gennaker/gennaker/internal/trigger/extract"
)

// TestMessagesStartPipelines: each message once, and one that can't says why.
func TestMessagesStartPipelines(t *testing.T) {
	t.Parallel()
	broker := testnats.Start(t, nil)
	js := broker.Stream("DEPLOYS", "deploys.>")
	i := start(t, func(c *config.Config) {
		c.Channels.Pubsub = pubsub.Config{Enabled: true, NATS: pubsub.NATSConfig{Enabled: true, Servers: []string{broker.URL}, Subscriptions: []pubsub.NATSSubscription{
			{Reading: pubsub.Reading{Name: "deploys"}, Subject: "deploys.>", Stream: "DEPLOYS"},
		}}}
	})
	require.Contains(t, i.object(http.MethodGet, "/capabilities/acting", nil)["triggers"], "pubsub")
	require.Equal(t, []any{map[string]any{"pubsubSystem": "nats", "subscriptionName": "deploys"}}, i.list("/pubsub/subscriptions"))
	i.save("deploy", map[string]any{"triggers": []any{map[string]any{
		"type": "pubsub", "enabled": true, "pubsubSystem": "nats", "subscriptionName": "deploys", "payloadConstraints": map[string]any{"env": "prod"},
		"attributeConstraints": map[string]any{"Team": "blue"},
	}}}, flowStage("wait", "1", map[string]any{"waitTime": 0}))
	publish := func(id, body string) {
		message := &nats.Msg{Subject: "deploys.shop", Data: []byte(body), Header: nats.Header{"Team": {"blue"}, nats.MsgIdHdr: {id}}}
		require.Eventually(t, func() bool { // the consumer begins with what is sent after it is made
			consumers, err := js.Consumer(t.Context(), "DEPLOYS", "gennaker-deploys")
			return err == nil && consumers != nil
		}, time.Minute, 10*time.Millisecond)
		_, err := js.PublishMsg(t.Context(), message)
		require.NoError(t, err)
	}
	publish("1", `{"env":"prod","parameters":{"version":"1.2"},"artifacts":[{"type":"docker/image","name":"acme/cart","version":"1.2","reference":"acme/cart:1.2"}]}`)
	publish("2", `{"env":"qa"}`)
	publish("3", `not JSON`)
	require.Eventually(t, func() bool { return len(i.list("/triggers/events?type=pubsub")) == 3 }, time.Minute, 10*time.Millisecond)
	require.Eventually(t, func() bool { // how reading goes is shown
		for _, source := range i.list("/triggers/sources") {
			if model.String(source.(map[string]any), "name") == "nats/deploys" {
				return true
			}
		}
		return false
	}, time.Minute, 10*time.Millisecond)
	runs := i.started("deploy")
	require.Len(t, runs, 1)
	fired := model.Object(runs[0], "trigger")
	require.Equal(t, map[string]any{"version": "1.2"}, fired["parameters"])
	require.Equal(t, "nats", fired["pubsubSystem"])
	require.Equal(t, "deploys", fired["subscriptionName"])
	require.Len(t, fired["artifacts"], 1)
	for _, e := range i.list("/triggers/events?type=pubsub") {
		shown := i.object(http.MethodGet, "/triggers/events/"+model.String(e.(map[string]any), "id"), nil)
		decisions := model.Objects(shown, "decisions")
		require.Len(t, decisions, 1)
		switch model.String(model.Object(shown, "content"), "messageId") {
		case "1":
			require.Equal(t, "STARTS", decisions[0]["outcome"])
		case "2":
			require.Contains(t, decisions[0]["reason"], "payloadConstraints")
		case "3":
			require.Contains(t, decisions[0]["reason"], "isn't a JSON object")
		}
	}
}

// TestTemplatesMakeArtifactsOfWebhooks: but for those in the body, which come first.
func TestTemplatesMakeArtifactsOfWebhooks(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "builds.jinja")
	require.NoError(t, os.WriteFile(path, []byte(`[{% for name in images %}{"type":"docker/image","name":"{{ name }}","reference":"{{ name }}:1"}{% if not loop.last %},{% endif %}{% endfor %}]`), 0o600))
	i := start(t, func(c *config.Config) {
		c.Webhooks.Artifacts = extract.WebhookArtifacts{Enabled: true, Sources: []extract.WebhookSource{{Source: "builds", TemplatePath: path}}}
	})
	i.save("deploy", map[string]any{"triggers": []any{map[string]any{"type": "webhook", "enabled": true, "source": "builds"}}}, flowStage("wait", "1", map[string]any{"waitTime": 0}))
	names := func(body map[string]any) (names []string, event map[string]any) {
		t.Helper()
		id := model.String(i.object(http.MethodPost, "/webhooks/webhook/builds", body), "eventId")
		for _, e := range i.started("deploy") {
			if fired := model.Object(e, "trigger"); model.String(fired, "eventId") == id {
				for _, a := range model.Objects(fired, "artifacts") {
					names = append(names, model.String(a, "name"))
				}
				return names, i.object(http.MethodGet, "/triggers/events/"+id, nil)
			}
		}
		t.Fatal("nothing was started")
		return nil, nil
	}
	made, _ := names(map[string]any{"images": []any{"acme/cart", "acme/shop"}})
	require.Equal(t, []string{"acme/cart", "acme/shop"}, made)
	given, _ := names(map[string]any{"images": []any{"acme/cart"}, "artifacts": []any{map[string]any{"type": "docker/image", "name": "given", "reference": "given:1"}}})
	require.Equal(t, []string{"given"}, given)
	none, event := names(map[string]any{"images": []any{`"`}})
	require.Empty(t, none)
	require.Contains(t, model.Object(event, "attributes")["artifactsProblem"], "JSON list of artifacts")
}
