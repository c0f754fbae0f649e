package channel

import (
	"encoding/base64"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/notify"
)

// published is the one message of a request.
func published(t *testing.T, s seen) (data, attributes map[string]any) {
	t.Helper()
	message := model.Objects(s.object(t), "messages")[0]
	text, err := base64.StdEncoding.DecodeString(model.String(message, "data"))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &data))
	return data, model.Object(message, "attributes")
}

func TestPublishing(t *testing.T) {
	t.Parallel()
	s := &services{body: "{}"}
	all := channels(s)
	sender, _ := all.Event("pubsub")
	e := failed()
	e.Kind, e.Stage = notify.Stage, &notify.StageFacts{ID: "s1", Name: "Deploy"}
	require.NoError(t, sender.SendEvent(t.Context(), Notice{Event: e, Settings: map[string]any{"publisherName": "deploys"}}))
	require.Equal(t, "http://emulator.example.com/v1/projects/p1/topics/t1:publish", s.got[0].url)
	require.Empty(t, s.got[0].header.Get("Authorization"))
	data, attributes := published(t, s.got[0])
	require.Equal(t, "orca:stage:failed", model.String(model.Object(data, "details"), "type"))
	require.Equal(t, "01E", model.String(model.Object(data, "content"), "executionId"))
	require.Equal(t, map[string]any{
		"rawType": "orca:stage:failed", "source": "orca", "type": "stage", "status": "failed", "application": "shop", "name": "Deploy",
	}, attributes)

	_, err := all.Send(t.Context(), notify.Message{
		Type: "PUBSUB", To: []string{"Deploys"}, Source: &notify.Source{Application: "shop", ExecutionType: "PIPELINE"}, Context: map[string]any{"stageName": "Judge"},
	})
	require.NoError(t, err)
	data, attributes = published(t, s.got[1])
	require.Equal(t, map[string]any{"stageName": "Judge"}, data)
	require.Equal(t, map[string]any{"application": "shop", "type": "PIPELINE"}, attributes)

	err = sender.SendEvent(t.Context(), Notice{Event: e, Settings: map[string]any{"publisherName": "other"}})
	require.Equal(t, fault.Invalid, fault.KindOf(err))
}

// TestKeysOfPublishers: no error quotes them.
func TestKeysOfPublishers(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "key.json")
	require.NoError(t, os.WriteFile(path, []byte(`{"type":"service_account","private_key":"key-hidden"}`), 0o600))
	for _, path := range []string{path, filepath.Join(t.TempDir(), "none.json")} {
		c := everything()
		c.Pubsub.Google.Endpoint, c.Pubsub.Google.Publishers[0].JSONPath = "", path
		s := &services{}
		sender, _ := New(c, parts(s)).Event("pubsub")
		err := sender.SendEvent(t.Context(), Notice{Event: failed(), Settings: map[string]any{"publisherName": "Deploys"}})
		require.Error(t, err)
		require.NotContains(t, err.Error(), "hidden")
		require.Empty(t, s.got)
	}
}
