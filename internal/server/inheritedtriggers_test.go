package server_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestInheritedTriggersStart: a webhook that only a template names starts the pipeline that
// inherits it, with the template's stages, and no longer once the template drops it.
func TestInheritedTriggersStart(t *testing.T) {
	t.Parallel()
	i := start(t, nil)
	made := func(source string) map[string]any {
		return map[string]any{
			"schema": "v2", "id": "hooked", "metadata": map[string]any{"name": "hooked", "description": "d", "owner": "me", "scopes": []any{"global"}},
			"variables": []any{map[string]any{"name": "source", "type": "string", "defaultValue": source}},
			"pipeline": map[string]any{
				"stages":   []any{flowStage("wait", "1", map[string]any{"waitTime": 0})},
				"triggers": []any{map[string]any{"type": "webhook", "enabled": true, "source": "${ templateVariables.source }"}},
			},
		}
	}
	i.object(http.MethodPost, "/v2/pipelineTemplates/create", made("ci"))
	require.Eventually(t, func() bool {
		status, _ := i.call(http.MethodGet, "/v2/pipelineTemplates/hooked", nil)
		return status == http.StatusOK
	}, time.Minute, 20*time.Millisecond)
	i.save("made", map[string]any{
		"type": "templatedPipeline", "schema": "v2", "template": map[string]any{"type": "front50/pipelineTemplate", "reference": "spinnaker://hooked:latest"},
	})
	knows := func() bool {
		_, answer := i.call(http.MethodGet, "/applications/shop/triggers?pipelineId=made", nil)
		states, _ := answer.([]any)
		if len(states) != 1 {
			return false
		}
		state, _ := states[0].(map[string]any)
		return state["inherited"] == true && state["type"] == "webhook"
	}
	require.Eventually(t, knows, time.Minute, 20*time.Millisecond)
	send := func(source string) { i.object(http.MethodPost, "/webhooks/webhook/"+source, map[string]any{}) }
	require.Eventually(t, func() bool { send("ci"); return len(i.started("made")) > 0 }, time.Minute, 50*time.Millisecond)
	require.Eventually(t, func() bool { return i.started("made")[0]["status"] == "SUCCEEDED" }, time.Minute, 20*time.Millisecond)
	require.Len(t, i.started("made")[0]["stages"], 1)

	begun := len(i.started("made"))
	i.object(http.MethodPost, "/v2/pipelineTemplates/update/hooked", made("other"))
	require.Eventually(t, func() bool { send("other"); return len(i.started("made")) > begun }, time.Minute, 50*time.Millisecond)
	begun = len(i.started("made"))
	send("ci")
	send("none")
	require.Len(t, i.started("made"), begun)
}
