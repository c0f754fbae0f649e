package channel

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/notify"
	"github.com/gennaker/gennaker/internal/pubsub"
)

// topics keep what is published.
type topics struct {
	names []string
	got   []pubsub.Message
}

func (k *topics) Publish(_ context.Context, name string, m pubsub.Message) error {
	k.names, k.got = append(k.names, name), append(k.got, m)
	return nil
}

func (k *topics) List() []pubsub.PublisherConfig { return everything().Pubsub.Publishers() }

func TestPublishing(t *testing.T) {
	t.Parallel()
	kept := &topics{}
	with := parts(&services{})
	with.Topics = kept
	all := New(everything(), with)
	sender, _ := all.Event("pubsub")
	e := failed()
	e.Kind, e.Stage = notify.Stage, &notify.StageFacts{ID: "s1", Name: "Deploy"}
	require.NoError(t, sender.SendEvent(t.Context(), Notice{Event: e, Settings: map[string]any{"publisherName": "deploys"}}))
	var data map[string]any
	require.NoError(t, json.Unmarshal(kept.got[0].Body, &data))
	require.Equal(t, "orca:stage:failed", model.String(model.Object(data, "details"), "type"))
	require.Equal(t, "01E", model.String(model.Object(data, "content"), "executionId"))
	require.Equal(t, map[string]string{
		"rawType": "orca:stage:failed", "source": "orca", "type": "stage", "status": "failed", "application": "shop", "name": "Deploy",
	}, kept.got[0].Attributes)

	_, err := all.Send(t.Context(), notify.Message{
		Type: "PUBSUB", To: []string{"Deploys"}, Source: &notify.Source{Application: "shop", ExecutionType: "PIPELINE"}, Context: map[string]any{"stageName": "Judge"},
	})
	require.NoError(t, err)
	require.JSONEq(t, `{"stageName": "Judge"}`, string(kept.got[1].Body))
	require.Equal(t, map[string]string{"application": "shop", "type": "PIPELINE"}, kept.got[1].Attributes)
	require.Equal(t, []string{"deploys", "Deploys"}, kept.names)
}

func TestPublishersThatAreMissing(t *testing.T) {
	t.Parallel()
	sender, _ := channels(&services{}).Event("pubsub")
	err := sender.SendEvent(t.Context(), Notice{Event: failed(), Settings: map[string]any{"publisherName": "other"}})
	require.Equal(t, fault.Invalid, fault.KindOf(err))
	require.Equal(t, []string{"pubsub.enabled", "pubsub.google.enabled", "pubsub.google.publishers"}, New(Config{}, Parts{})["pubsub"].Describe().Missing)
}

// TestKeysOfPublishers: no error quotes them.
func TestKeysOfPublishers(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "key.json")
	require.NoError(t, os.WriteFile(path, []byte(`{"type":"service_account","private_key":"key-hidden"}`), 0o600))
	for _, path := range []string{path, filepath.Join(t.TempDir(), "none.json")} {
		c := everything()
		c.Pubsub.Google.Endpoint, c.Pubsub.Google.Publishers[0].JSONPath = "", path
		sender, _ := New(c, parts(&services{})).Event("pubsub")
		err := sender.SendEvent(t.Context(), Notice{Event: failed(), Settings: map[string]any{"publisherName": "Deploys"}})
		require.Error(t, err)
		require.NotContains(t, err.Error(), "hidden")
	}
}
