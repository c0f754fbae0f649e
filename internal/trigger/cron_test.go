package trigger_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/trigger"
)

// TestTicks: a tick starts its trigger, with what executions get of it.
func TestTicks(t *testing.T) {
	t.Parallel()
	nightly := map[string]any{
		"type": "Cron", "enabled": true, "id": "t", "cronExpression": "0 0 3 * * ?", "parameters": map[string]any{"env": "qa"}, "rebake": true,
		"runAsUser": "robot", "secret": "s", "user": "someone", "payload": map[string]any{"a": 1}, "expectedArtifactIds": []any{"e1"}, "dryRun": true,
	}
	other := model.Merge(nightly, map[string]any{"cronExpression": "0 0 4 * * ?"})
	p := model.Pipeline{"id": "p", "application": "shop", "triggers": []any{nightly, other}, "respectQuietPeriod": true}
	tick := trigger.Tick("p", nightly, time.Date(2026, 5, 4, 3, 0, 0, 0, time.UTC), "k")
	tick.ID = "e"
	require.Equal(t, "p", trigger.About(tick))
	require.Empty(t, trigger.Keys(tick), "it is found by nobody else")
	require.Empty(t, trigger.Key(nightly))

	decided := trigger.Decide(t.Context(), tick, []model.Pipeline{p}, trigger.Options{})
	require.Len(t, decided, 2)
	require.Equal(t, trigger.Starts, decided[0].Outcome)
	require.Equal(t, map[string]any{
		"type": "cron", "enabled": true, "id": "t", "cronExpression": "0 0 3 * * ?", "parameters": map[string]any{"env": "qa"}, "rebake": true,
		"runAsUser": "robot", "eventId": "e",
	}, decided[0].Start.Config["trigger"])
	require.Equal(t, trigger.Differs, decided[1].Outcome)
	require.Contains(t, decided[1].Reason, "cronExpression")

	decided = trigger.Decide(t.Context(), tick, []model.Pipeline{p}, trigger.Options{Quiet: func(kind string) bool { return kind == "cron" }})
	require.Equal(t, trigger.Quiet, decided[0].Outcome)
	require.Empty(t, trigger.About(&trigger.Event{Type: "webhook", Content: map[string]any{"pipelineId": "p"}}))
}
