package channel

import (
	"context"
	"errors"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/notify"
	"github.com/gennaker/gennaker/internal/secret"
)

// A pipeline that has succeeded runs again on the other server, and people are told of that
// as the configuration says, not as the pipeline does.
func TestDryRunOnAnotherServer(t *testing.T) {
	t.Parallel()
	stored := model.Pipeline{
		"id": "p1", "application": "shop", "name": "deploy", "stages": []any{map[string]any{"type": "wait"}},
		"notifications": []any{map[string]any{"type": "slack", "address": "#real"}},
	}
	away := errors.New("the database is away")
	s := &services{}
	client := &http.Client{Transport: s}
	channels := New(Config{DryRun: DryRunConfig{
		Enabled: true, BaseURL: "http://next.example.com/", Notifications: []map[string]any{{"type": "slack", "address": "#dry"}},
	}}, Parts{
		Secrets: secret.NewResolver(secret.Options{}), Fixed: client, Users: client,
		Pipeline: func(_ context.Context, id string) (model.Pipeline, error) {
			switch id {
			case "p1":
				return stored, nil
			case "away":
				return nil, away
			}
			return nil, nil
		},
	})
	sender, ok := channels.Event("dryrun")
	require.True(t, ok)
	send := func(kind, phase, id string) error {
		e := &model.Execution{ID: "01E", Type: model.PipelineExecution, PipelineConfigID: id}
		return sender.SendEvent(t.Context(), Notice{Event: notify.Event{Kind: kind, Phase: phase}, Execution: e})
	}
	for what, err := range map[string]error{
		"a failed one": send(notify.Pipeline, notify.Failed, "p1"), "a start": send(notify.Pipeline, notify.Starting, "p1"),
		"a stage": send(notify.Stage, notify.Complete, "p1"), "one that isn't stored": send(notify.Pipeline, notify.Complete, ""),
		"a deleted one": send(notify.Pipeline, notify.Complete, "gone"),
		"a made-up one": sender.SendEvent(t.Context(), Notice{Event: notify.Event{Kind: notify.Pipeline, Phase: notify.Complete}}),
	} {
		require.ErrorIs(t, err, ErrNothing, what)
	}
	require.ErrorIs(t, send(notify.Pipeline, notify.Complete, "away"), away)
	require.Empty(t, s.got)

	require.NoError(t, send(notify.Pipeline, notify.Complete, "p1"))
	require.Len(t, s.got, 1)
	require.Equal(t, "http://next.example.com/orchestrate", s.got[0].url)
	body := s.got[0].object(t)
	require.Nil(t, body["id"])
	require.Equal(t, "deploy (dry run)", body["name"])
	require.Equal(t, []any{map[string]any{"type": "slack", "address": "#dry"}}, body["notifications"])
	require.Equal(t, "01E", model.String(model.Object(model.Object(body, "trigger"), "lastSuccessfulExecution"), "id"))
	require.True(t, model.Trigger(model.Object(body, "trigger")).DryRun(), "what comes there has no effects")
	require.Equal(t, "p1", stored.ID(), "the stored one is as it was")

	s.status = http.StatusBadRequest
	_, refused := errors.AsType[*RefusedError](send(notify.Pipeline, notify.Complete, "p1"))
	require.True(t, refused)
}
