package channel_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/notify"
	"github.com/gennaker/gennaker/internal/notify/channel"
	"github.com/gennaker/gennaker/internal/secret"
)

// TestEveryChannelIsRehearsed: what a person would read is shown, nothing is sent, and no
// secret is looked up. There is no client: a channel that sends panics.
func TestEveryChannelIsRehearsed(t *testing.T) {
	t.Parallel()
	c := channel.Config{Extra: channel.ExtraConfig{Targets: map[string]channel.TargetConfig{
		"team": {Type: "mattermost", URL: secret.NewRef("https://chat.example.com/hooks/very-hidden")},
	}}}
	parts := channel.Parts{BaseURL: "https://g"}
	// without have no text: a machine reads them.
	without := map[string]bool{"cdevents": true, "dryrun": true, "pubsub": true, "githubStatus": true, "gitlabStatus": true, "bitbucketStatus": true}
	for kind := range channel.New(c, parts) {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			address := "https://example.com/very-hidden"
			switch kind {
			case "email":
				address = "ada@example.com"
			case "slack", "sms", "telegram", "opsgenie":
				address = "12345"
			case "mattermost":
				address = "team"
			case "googlechat":
				address = "https://chat.googleapis.com/v1/spaces/a/messages?key=very-hidden&token=very-hidden"
			case "pagerduty":
				address = strings.Repeat("0a", 16)
			}
			n := channel.Notice{
				Event: notify.Event{Kind: notify.Pipeline, Phase: notify.Failed, Application: "shop", Execution: notify.Execution{
					ID: "01", Name: "deploy", Trigger: map[string]any{"type": "manual"},
				}},
				Settings: map[string]any{
					"type": kind, "address": address, "repo": "acme/shop", "cdEventsType": "dev.cdevents.pipelinerun.finished", "commit": strings.Repeat("a", 40),
					"message": map[string]any{"pipeline.failed": map[string]any{"text": "look here"}},
				},
			}
			got, err := channel.Rehearse(t.Context(), c, parts, kind, n, nil)
			switch kind {
			case "jira", "pager_duty":
				require.ErrorContains(t, err, "doesn't tell of events")
				return
			case "dryrun":
				require.ErrorIs(t, err, channel.ErrNothing)
				return
			case "pubsub":
				require.ErrorContains(t, err, "publisher")
				return
			}
			require.NoError(t, err)
			text, err := json.Marshal(got)
			require.NoError(t, err)
			require.NotContains(t, string(text), "very-hidden")
			if kind == "email" {
				require.Equal(t, []string{"ada@example.com"}, got.To)
				require.Contains(t, got.Subject, "deploy")
				require.Contains(t, got.HTML, "look here")
				return
			}
			switch {
			case kind == "sms":
				require.Equal(t, []string{"Shop's deploy  pipeline  has failed https://g/#/applications/shop/executions/details/01"}, got.Texts)
			case !without[kind]:
				require.Contains(t, strings.Join(got.Texts, "\n"), "look here")
			}
		})
	}
}
